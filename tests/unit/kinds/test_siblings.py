"""What is refused of columns along a family, and what it says then."""

from __future__ import annotations

from typing import Any

import pytest

from syndata.configuration import read_config
from syndata_engine.planning import compile_plan
from tests.unit.kinds.making import by, dataset_of, faults_of, plan_of, vocabularies


def shop(column: dict[str, Any], fan_out: str = "1..7", **line: Any) -> dict[str, Any]:
    """Orders and their lines, which have one column of their own."""
    return {
        "tables": {
            "orders": {
                "rows": 40,
                "columns": {
                    "id": {"type": "int", "primary_key": True, "rule": "sequence"},
                    "total": {"type": "decimal(10,2)", **by("range", min=1, max=900)},
                    "debt": {"type": "decimal(10,2)", **by("range", min=-1, max=900)},
                    "name": "word",
                },
            },
            "lines": {
                "columns": {
                    "order_id": {"references": {"table": "orders", "column": "id", "fan_out": fan_out}},
                    "count": {"type": "int", **by("range", min=1, max=9)},
                    "word": "word",
                    "x": column,
                    **line,
                }
            },
        }
    }


@pytest.mark.parametrize(
    ("column", "place", "word"),
    [
        (by("running_sum", column="word"), "rule.column", "not a number"),
        (by("running_sum", column="cuont"), "rule.column", "no column 'cuont'"),
        (by("running_sum", column="count", via="no"), "rule.via", "no reference"),
        (by("running_sum", column="x"), "rule.column", "defined by each other"),
        (by("rank", column="word"), "rule.column", "has no order"),
        (by("rank", column="count", ties="some"), "rule.ties", "cannot take 'some'"),
        (by("previous", column="nothing"), "rule.column", "no column"),
        (by("share", column="name"), "rule.column", "not a whole or decimal number"),
        (by("share", column="debt"), "rule.column", "can be negative"),
        (by("share", column="ttal"), "rule.column", "no column 'ttal'"),
        ({"type": "int", **by("share", column="total")}, "rule", "decimal with 2 digits"),
        ({"nullable": False, **by("previous", column="count")}, "", "NOT NULL"),
    ],
)
def test_a_faulty_column_is_refused_where_it_is_faulty(column: dict[str, Any], place: str, word: str) -> None:
    faults = faults_of(shop(column))

    assert [fault.path.startswith(f"tables.lines.columns.x.{place}".rstrip(".")) for fault in faults] == [True], faults
    assert word in faults[0].what


@pytest.mark.parametrize("column", [by("rank", column="count"), by("rank", column="count", ties="dense")])
def test_more_siblings_than_can_be_ordered_in_memory_are_refused_by_name(column: dict[str, Any]) -> None:
    assert dataset_of(shop(column, "0..65536")).tables["lines"].planned.rows > 0
    (fault,) = faults_of(shop(column, "0..65537"))

    assert fault.path == "tables.lines.columns.x.rule"
    assert "lines.x" in fault.what
    assert "65,537 siblings together, beyond 65,536" in fault.what


def test_a_running_sum_that_could_leave_64_bits_is_refused() -> None:
    long = {"type": "int", **by("range", min=0, max=10**18)}

    assert any("64 bits" in fault.what for fault in faults_of(shop(by("running_sum", column="long"), long=long)))


def test_columns_that_read_many_siblings_come_in_smaller_parts() -> None:
    """As many cells as there are siblings, for each row."""
    document = shop({"type": "int", **by("running_sum", column="count")}, "2000..6000")

    assert plan_of(document).table("lines").part_rows < plan_of(shop(by("word"), "2000..6000")).table("lines").part_rows


def test_a_total_that_nobody_may_share_is_told() -> None:
    """A parent without children keeps its total, and a sum over them would be 0."""
    reading = read_config(shop(by("share", column="total"), "0..7"))
    assert reading.schema is not None
    (warning,) = compile_plan(reading.schema, vocabularies()).warnings

    assert "nobody to share total among" in warning.what
    assert warning.fix == "give order_id a fan_out with min: 1"


def test_shares_and_their_sum_close_the_circle() -> None:
    """The sum over what was shared is what was to be shared; a total cannot be its own sum."""
    document = shop(by("share", column="total"))
    document["tables"]["orders"]["columns"]["again"] = by("sum", table="lines", column="x")
    orders = dataset_of(document).tables["orders"].batch(0, 40).to_pydict()
    assert orders["again"] == orders["total"]

    document["tables"]["orders"]["columns"]["total"] = by("sum", table="lines", column="x")
    assert any("defined by each other" in fault.what for fault in faults_of(document))


def test_what_reads_whole_families_pays_once_for_columns_along_them() -> None:
    """A sum of running sums of shares computes each line a few times, not once for every pair or triple of lines."""
    document = shop(by("share", column="total"), "100..300")
    document["tables"]["lines"]["columns"]["so_far"] = {"type": "decimal(14,2)", **by("running_sum", column="x")}
    document["tables"]["orders"]["columns"]["all"] = {
        "type": "decimal(14,2)",
        **by("sum", table="lines", column="so_far"),
    }
    dataset = dataset_of(document)

    assert dataset.tables["orders"].columns["all"].cost < 10 * 300
    assert dataset.tables["lines"].columns["so_far"].cost < 10 * 300
