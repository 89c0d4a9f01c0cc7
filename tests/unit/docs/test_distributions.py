"""docs/distributions.md: its examples run, and its table and numbers are those of the code."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from syndata_engine.generation.kinds.drawing import Distribution
from syndata_engine.generation.kinds.registry import all_kinds
from syndata_engine.reading.correlations import MOST_CORRELATED
from tests.running import REPOSITORY
from tests.unit.kinds.making import dataset_of

PAGE = (REPOSITORY / "docs" / "distributions.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
TABLE = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", PAGE, re.MULTILINE))
KINDS = [kind for kind in all_kinds() if isinstance(kind, Distribution)]


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_make_the_rows_they_ask_for(example: str) -> None:
    for table in dataset_of(example).tables.values():
        assert table.batch(0, table.planned.rows).num_rows == 1000


def test_examples_show_every_distribution() -> None:
    shown = set(re.findall(r"type: (\w+)", " ".join(EXAMPLES)))

    assert {kind.name for kind in KINDS} <= shown


def test_the_table_names_every_distribution_with_its_parameters() -> None:
    assert set(TABLE) == {kind.name for kind in KINDS}
    for kind in KINDS:
        named = set(re.findall(r"`(\w+)`", TABLE[kind.name]))
        assert named | {"min", "max"} == {*kind.options.model_fields} | {"min", "max"}


def test_columns_that_follow_are_correlated_as_the_page_says() -> None:
    people = dataset_of(EXAMPLES[-1], rows=20_000).tables["people"]
    rows = people.span(0, 20_000)
    nodes = [people.columns[name].code for name in ("weight", "shoe_size")]
    # An even spread: the correlation of scores shows as that of ranks.
    weight, shoe = (np.argsort(np.argsort(rows.get(node))) for node in nodes if node)

    assert abs(np.corrcoef(weight, shoe)[0, 1] - 6 / math.pi * math.asin(0.56 / 2)) < 0.02


def test_stated_limits_are_those_of_the_code() -> None:
    assert f"{MOST_CORRELATED} columns hang together" in PAGE
    assert max(abs(6 / math.pi * math.asin(r / 200) - r / 100) for r in range(100)) < 0.02
