"""Columns that read other tables: lookups, sums and positions, counted again from the rows."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.kinds.making import by, dataset_of, faults_of


def shop(**item: Any) -> dict[str, Any]:
    """Orders and their lines; `item` adds columns to the lines."""
    return {
        "tables": {
            "orders": {
                "rows": 400,
                "columns": {
                    "id": {"type": "int", "primary_key": True, **by("range", min=1, max=10_000)},
                    "customer": {"rule": "full_name", "null_rate": 0.2},
                    "placed": {"type": "date"},
                    "total": {"type": "decimal(18,2)", **by("sum", table="lines", column="price")},
                    "pieces": {"type": "int", **by("sum", table="lines", column="count", via="order_id")},
                },
            },
            "lines": {
                "columns": {
                    "order_id": {"references": {"table": "orders", "column": "id", "fan_out": "0..7"}},
                    "line": by("position"),
                    "price": {"type": "decimal(8,2)", "null_rate": 0.1, **by("range", min="-5.00", max="99.99")},
                    "count": {"type": "int", **by("range", min=1, max=9)},
                    **item,
                }
            },
        }
    }


def rows_of(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables."""
    dataset = dataset_of(document)
    return {name: table.batch(0, table.planned.rows).to_pylist() for name, table in dataset.tables.items()}


def test_sums_are_exact_and_null_counts_nothing() -> None:
    found = rows_of(shop())
    totals: dict[int, Decimal] = defaultdict(Decimal)
    pieces: dict[int, int] = defaultdict(int)
    for line in found["lines"]:
        totals[line["order_id"]] += line["price"] or 0
        pieces[line["order_id"]] += line["count"]

    for order in found["orders"]:
        assert order["total"] == totals.get(order["id"], 0)
        assert order["pieces"] == pieces.get(order["id"], 0)
    assert any(order["id"] not in totals for order in found["orders"])


def test_positions_count_siblings_in_row_order() -> None:
    places: dict[int, list[int]] = defaultdict(list)
    for line in rows_of(shop())["lines"]:
        places[line["order_id"]].append(line["line"])

    assert all(found == list(range(1, len(found) + 1)) for found in places.values())


def test_positions_may_start_elsewhere() -> None:
    found = rows_of(shop(place=by("position", start=-1)))["lines"]

    assert all(line["place"] == line["line"] - 2 for line in found)


@pytest.mark.parametrize("column", ["customer", "orders.customer"])
def test_lookups_read_the_parents_column(column: str) -> None:
    found = rows_of(shop(who=by("lookup", column=column), when={"type": "date", **by("lookup", column="placed")}))
    orders = {order["id"]: order for order in found["orders"]}

    for line in found["lines"]:
        assert line["who"] == orders[line["order_id"]]["customer"]
        assert line["when"] == orders[line["order_id"]]["placed"]


def test_a_lookup_without_a_parent_is_null() -> None:
    document: dict[str, Any] = {
        "tables": {
            "teams": {"rows": 20, "columns": {"id": {"type": "int", "primary_key": True}, "name": "company"}},
            "people": {
                "rows": 500,
                "columns": {
                    "team": {"references": {"table": "teams", "column": "id", "null_rate": 0.3}},
                    "team_name": by("lookup", column="name"),
                },
            },
        }
    }
    found = rows_of(document)
    teams = {team["id"]: team["name"] for team in found["teams"]}

    assert sum(person["team"] is None for person in found["people"]) == 150
    assert all(person["team_name"] == teams.get(person["team"]) for person in found["people"])


@pytest.mark.parametrize(
    ("column", "word"),
    [
        (by("lookup", column="custmer"), "no column"),
        (by("lookup", column="id", via="nothing"), "no reference"),
        (by("position", via="nothing"), "no reference"),
        (by("sum", table="liness", column="price"), "no table"),
        (by("sum", table="orders", column="id"), "no reference"),
    ],
)
def test_what_cannot_be_read_is_refused(column: dict[str, Any], word: str) -> None:
    faults = faults_of(shop(x=column))

    assert any(fault.path.startswith("tables.lines.columns.x") and word in fault.what for fault in faults), faults


def test_only_numbers_with_a_range_are_summed() -> None:
    document = shop()
    document["tables"]["orders"]["columns"]["total"] = by("sum", table="lines", column="line_text")
    document["tables"]["lines"]["columns"]["line_text"] = {"rule": "word"}

    assert any("not a number" in fault.what for fault in faults_of(document))
