"""What `syndata plan` reckons without making a row: how full keys are, what columns cost, bytes and time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import syndata
from syndata.preparing import prepare
from syndata_engine.planning import Overrides
from syndata_engine.planning.estimates import BYTES_PER_SECOND, CELLS_PER_SECOND, TableEstimate, estimate

KEY = {"type": "int", "primary_key": True, "rule": "sequence"}
SCHOOL: dict[str, Any] = {
    "tables": {
        "students": {"rows": 40, "columns": {"id": KEY, "badge": {"type": "int", "unique": True, "rule": {"range": {"min": 1, "max": 160}}}}},
        "courses": {"rows": 9, "columns": {"code": {"type": "str", "primary_key": True, "rule": {"type": "pattern", "pattern": "?#"}}}},
        "enrolments": {
            "primary_key": ["student", "course"],
            "columns": {
                "student": {"references": {"table": "students", "column": "id", "fan_out": "0..8"}},
                "course": {"references": "courses.code"},
            },
        },
        "seats": {"rows": 30, "primary_key": ["row", "seat"], "columns": {"row": ["A", "B", "C"], "seat": {"type": "int", "rule": {"range": {"min": 1, "max": 20}}}}},
        "marks": {
            "primary_key": ["student", "term"],
            "columns": {
                "student": {"references": {"table": "students", "column": "id", "fan_out": "1..3"}},
                "term": {"type": "int", "rule": {"range": {"min": 1, "max": 6}}},
            },
        },
    }
}  # fmt: skip


def estimates(config: Any, **over: Any) -> dict[str, TableEstimate]:
    """Estimates by table."""
    prepared = prepare(config, Overrides(**over))
    return {one.name: one for one in estimate(prepared.plan, prepared.vocabularies)}


def uses(name: str) -> list[tuple[tuple[str, ...], int, int | None, str | None]]:
    """How full the keys of a table are."""
    return [(key.columns, key.used, key.capacity, key.within) for key in estimates(SCHOOL)[name].keys]


def test_every_key_says_how_many_rows_it_tells_apart_and_how_many_it_could() -> None:
    assert uses("students") == [(("id",), 40, None, None), (("badge",), 40, 160, None)]
    assert uses("courses") == [(("code",), 9, 260, None)]
    assert uses("seats") == [(("row", "seat"), 30, 60, None)]


def test_a_key_of_references_could_tell_apart_every_pair() -> None:
    assert uses("enrolments") == [(("student", "course"), 160, 40 * 9, None)]


def test_a_key_inside_families_is_as_full_as_the_largest_family() -> None:
    assert uses("marks") == [(("student", "term"), 3, 6, "students")]


def test_the_work_of_a_table_is_shared_out_among_its_columns() -> None:
    """A sum over 5 to 15 children costs more than ten plain columns."""
    total = {"type": "int", "rule": {"type": "sum", "table": "b", "column": "n"}}
    tables = {
        "a": {"rows": 50, "columns": {"id": KEY, "total": total}},
        "b": {
            "columns": {
                "of": {"references": {"table": "a", "column": "id", "fan_out": "5..15"}},
                "n": {"type": "int", "rule": {"range": {"min": 0, "max": 9}}},
            }
        },
    }
    columns = {column.name: column for column in estimates({"tables": tables})["a"].columns}

    assert columns["total"].cells > 10 * columns["id"].cells
    assert sum(column.share for column in columns.values()) == pytest.approx(1)


@pytest.mark.parametrize("preset", ["user", "ecommerce", "company"])
@pytest.mark.parametrize("output_format", ["csv", "jsonl", "json", "sql", "copy", "parquet"])
def test_bytes_are_met_roughly(tmp_path: Path, preset: str, output_format: Any) -> None:
    """Within a third; Parquet, which packs what it finds, within a factor of two."""
    (expected,) = estimates(preset, rows=8_000).values()
    written = syndata.write(preset, tmp_path, rows=8_000, output_format=output_format)
    ratio = written.manifest.tables[0].bytes / expected.bytes[output_format]

    low, high = (0.5, 2) if output_format == "parquet" else (0.75, 1.33)
    assert low < ratio < high


def test_time_follows_from_the_stated_rates() -> None:
    (table,) = estimates("user", rows=10**9).values()
    cells = sum(column.cells for column in table.columns) * 10**9

    assert table.seconds == pytest.approx(cells / CELLS_PER_SECOND + table.bytes["csv"] / BYTES_PER_SECOND)


def test_estimates_need_no_rows_and_hold_for_none() -> None:
    assert estimates("user", rows=0)["customers"].bytes["csv"] == 0
    assert estimates("user", rows=2**62)["customers"].seconds > 10**9


def test_of_some_tables_only_those_are_estimated() -> None:
    assert list(estimates(SCHOOL, tables=("seats", "marks"))) == ["seats", "marks"]
