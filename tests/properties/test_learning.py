"""Whatever table somebody has: its configuration is valid, makes such a table, and tells of nobody."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import syndata
from tests.properties.drawn import Document
from tests.properties.profiles import examples
from tests.properties.sampled import Sample, samples
from tests.properties.strategies import datasets


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


@given(document=datasets())
@examples(25)
def test_tables_that_refer_to_each_other_however_have_one_too(document: Document) -> None:
    """Databases of every form of key and reference, learnt from their rows alone."""
    tables = {name: table for name, table in syndata.generate(document).items() if table.num_rows}
    if not tables:
        return
    profile = syndata.profile(tables, min_count=2)

    made = syndata.generate(profile.config(), strict=True)

    # A table may have columns that are not looked at, such as nested ones, and a key as many rows as it holds.
    report = {table["name"]: table for table in profile.report()["tables"]}
    assert {name: table.num_rows for name, table in made.items()} == {name: one["rows"] for name, one in report.items()}
    assert {name: table.column_names for name, table in made.items()} == {
        name: [column["name"] for column in one["columns"]] for name, one in report.items()
    }
