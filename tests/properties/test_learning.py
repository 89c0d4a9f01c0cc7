"""Whatever table somebody has: its configuration is valid, makes such a table, and tells of nobody."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import syndata
from tests.properties.profiles import examples
from tests.properties.sampled import Sample, samples


def profiled(sample: Sample, folder: Path, min_count: int = 10) -> syndata.Profile:
    """The profile of a sample."""
    path = folder / "sample.csv"
    path.write_text(sample.text(), encoding="utf-8")
    return syndata.profile(path, min_count=min_count)


@given(sample=samples(), min_count=st.sampled_from([1, 10]))
@examples(120)
def test_every_table_has_a_configuration_that_makes_such_a_table(
    tmp_path_factory: object, sample: Sample, min_count: int
) -> None:
    folder = tmp_path_factory.mktemp("sample")  # type: ignore[attr-defined] # pytest's own
    profile = profiled(sample, folder, min_count)

    made = syndata.generate(profile.config(), strict=True)["sample"]

    assert made.num_rows == sample.rows
    assert made.column_names == list(sample.makers)
    assert profile.page()
    assert profile.document()
