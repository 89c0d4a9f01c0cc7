"""docs/dirt.md says what there is, and shows what comes out."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

import pytest
import yaml

from syndata_engine.generation.dirt.effects import WAYS
from syndata_engine.generation.dirt.formats import WAYS as FORMAT_WAYS
from syndata_engine.reading.dirt import DIRT_OPTIONS, DIRT_WAYS, KINDS, RULE_KEYS
from tests.running import REPOSITORY
from tests.unit.kinds.making import dataset_of, file_of

PAGE = (REPOSITORY / "docs" / "dirt.md").read_text()
EXAMPLE = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[0]


def example() -> dict[str, Any]:
    """The example as a mapping; dates in it are words, as in the schema language."""
    read: dict[str, Any] = json.loads(json.dumps(yaml.safe_load(EXAMPLE), default=str))
    return read


def test_every_kind_way_and_option_is_on_the_page() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \|(.*)$", PAGE, re.MULTILINE))

    assert set(KINDS) <= rows.keys()
    for kind in KINDS:
        for option in DIRT_OPTIONS.get(kind, ()):
            assert f"`{option}`" in rows[kind], (kind, option)
        for way in DIRT_WAYS.get(kind, ()):
            assert f"`{way}`" in rows[kind], (kind, way)
    for key in RULE_KEYS:
        assert f"`{key}`" in PAGE


def test_reading_and_making_know_the_same_ways() -> None:
    made = {kind: tuple(ways) for kind, ways in WAYS.items() if kind in DIRT_WAYS}

    assert {**made, "format": FORMAT_WAYS} == DIRT_WAYS


def test_the_rows_that_it_shows_are_rows_of_the_example() -> None:
    shown = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)[0].splitlines()
    truth = dataset_of(example()).tables["customers_truth"]
    lines = file_of(truth, "csv").decode().splitlines()

    assert shown[0] == lines[0]
    places = [lines.index(line) for line in shown]
    assert all(one < other for one, other in pairwise(places))
    assert f"{len(lines) - 1:,} rows" in PAGE


@pytest.mark.parametrize("line", re.findall(r"^dirt: .*$", PAGE, re.MULTILINE))
def test_the_plan_that_it_shows_is_the_plan_of_the_example(line: str) -> None:
    table = dataset_of(example()).tables["customers"].planned
    told = re.fullmatch(r"dirt: \w+ in ([\w, ]+): ([\d,]+) of ([\d,]+) cells .*", line)

    assert told is not None
    hits, eligible = (int(told[place].replace(",", "")) for place in (2, 3))
    assert any(
        dirt.columns == tuple(told[1].split(", ")) and hits in dirt.hits and dirt.eligible == eligible
        for dirt in table.dirt
    )
