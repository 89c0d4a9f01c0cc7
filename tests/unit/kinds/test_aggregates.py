"""What is refused of aggregates over children, and what it says then."""

from __future__ import annotations

from typing import Any

import pytest

from syndata_engine.generation.kinds.registry import all_kinds
from syndata_engine.reading.links import AGGREGATES
from tests.unit.kinds.making import by, dataset_of, faults_of, plan_of


def shop(column: dict[str, Any], fan_out: str = "0..7") -> dict[str, Any]:
    """Orders with one column of their own, and their lines."""
    return {
        "tables": {
            "orders": {
                "rows": 40,
                "columns": {"id": {"type": "int", "primary_key": True, "rule": "sequence"}, "x": column},
            },
            "lines": {
                "columns": {
                    "order_id": {"references": {"table": "orders", "column": "id", "fan_out": fan_out}},
                    "price": {"type": "decimal(8,2)", "null_rate": 0.1, **by("range", min="-5.00", max="99.99")},
                    "count": {"type": "int", **by("range", min=1, max=9)},
                    "name": "word",
                    "remark": "sentence",
                }
            },
        }
    }


def lines(kind: str, **options: Any) -> dict[str, Any]:
    """A column that reads the lines."""
    return by(kind, table="lines", **options)


@pytest.mark.parametrize(
    ("column", "place", "word"),
    [
        (lines("min", column="name"), "rule.column", "has no order"),
        (lines("sum", column="count", where="cuont > 1"), "rule.where", "no column 'cuont'"),
        (lines("count", where="count >"), "rule.where", "is not a condition"),
        (lines("count", where=["count > 1"]), "rule.where", "expected"),
        (lines("count", where={"column": "count"}), "rule.where", "'value' is missing"),
        (lines("count", where={"column": "count", "operator": "~", "value": 1}), "rule.where.operator", "not known"),
        (lines("count", where="remark == x"), "rule.where", "composed"),
        (lines("last", column="nmae"), "rule.column", "no column"),
        (by("first", table="lines"), "rule", "needs the option 'column'"),
        (by("max", table="orders", column="id"), "rule.table", "no reference"),
    ],
)
def test_a_faulty_aggregate_is_refused_where_it_is_faulty(column: dict[str, Any], place: str, word: str) -> None:
    faults = faults_of(shop(column))

    assert [fault.path.startswith(f"tables.orders.columns.x.{place}") for fault in faults] == [True], faults
    assert word in faults[0].what


def test_a_column_that_may_find_no_child_cannot_be_not_null() -> None:
    """The fix is in the fan-out, or in the column."""
    (fault,) = faults_of(shop({"nullable": False, **lines("max", column="count")}))

    assert "NOT NULL" in fault.what
    assert fault.fix == "give order_id of lines a fan_out with min: 1, or allow NULL"
    assert (
        not dataset_of(shop({"nullable": False, **lines("max", column="count")}, "1..7"))
        .tables["orders"]
        .columns["x"]
        .null
    )


@pytest.mark.parametrize("column", [lines("first", column="price"), lines("min", column="count", where="count > 8")])
def test_children_that_do_not_count_are_no_children(column: dict[str, Any]) -> None:
    """Every order has a line here, but not one with a price, or that satisfies the condition."""
    (fault,) = faults_of(shop({"nullable": False, **column}, "1..7"))

    assert "may have no lines" in fault.what
    assert fault.fix == "allow NULL"


def test_columns_that_count_each_other_are_a_circle() -> None:
    document = shop(lines("count", where="again > 1"))
    document["tables"]["lines"]["columns"]["again"] = {"type": "int", **by("lookup", column="x")}

    assert any("defined by each other" in fault.what for fault in faults_of(document))


def test_a_plan_says_what_an_aggregate_reads_and_what_its_condition_means() -> None:
    """However the condition is written, the plan is the same."""
    text = plan_of(shop(lines("sum", column="count", where="price >= 10")))
    mapping = plan_of(shop(lines("sum", column="count", where={"column": "price", "operator": ">=", "value": 10})))

    assert text.digest == mapping.digest
    assert text.table("orders").columns[1].reads == ("lines.count", "lines.price")


def test_every_spelling_of_an_aggregate_may_have_a_condition() -> None:
    spelled = {
        name for kind in all_kinds() if "where" in kind.options.model_fields for name in (kind.name, *kind.aliases)
    }

    assert spelled == AGGREGATES


def test_an_aggregate_of_a_skewed_family_is_priced_by_what_is_computed_together() -> None:
    """One order may have a million lines, but all orders have a million in all: parts stay of a useful size."""
    document = shop(lines("sum", column="count"), "0..1000000")
    document["tables"]["lines"]["rows"] = 1_000_000
    document["tables"]["orders"]["rows"] = 1_000_000

    assert plan_of(document).table("orders").part_rows > 100_000
