"""`scale`: a small database of the same shape, whose references close."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

import syndata
from syndata_contracts.errors import Refused

KEY = {"type": "int", "primary_key": True, "rule": "sequence"}
Tables = dict[str, dict[str, Any]]


def rows(tables: Tables, scale: str | float | Decimal | None, **document: Any) -> dict[str, int]:
    """Rows of every table at a scale."""
    plan = syndata.plan({**document, "tables": tables}, scale=scale)
    return {table.name: table.rows for table in plan.tables}


def to(table: str, **options: Any) -> dict[str, Any]:
    """A column that refers to another table."""
    return {"references": {"table": table, "column": "id", **options}}


def test_every_table_keeps_its_share_of_rows() -> None:
    tables: Tables = {
        "customers": {"rows": 20_000, "columns": {"id": KEY}},
        "orders": {"columns": {"id": KEY, "customer": to("customers", fan_out="0..8")}},
        "log": {"columns": {"text": "word"}},
    }

    assert rows(tables, "0.01", rows=3_000) == {"customers": 200, "orders": 800, "log": 30}


def test_a_table_with_rows_keeps_one_and_a_table_without_gets_none() -> None:
    tables: Tables = {"few": {"rows": 3, "columns": {"id": KEY}}, "none": {"rows": 0, "columns": {"id": KEY}}}

    assert rows(tables, 0.001) == {"few": 1, "none": 0}


def test_the_share_is_of_what_the_whole_has_and_not_of_a_default_that_it_lowers() -> None:
    """Ten departments of the default 1,000 are one at a tenth, not ten."""
    key = {"type": "int", "primary_key": True, "rule": {"range": {"min": 1, "max": 10}}}

    assert rows({"departments": {"columns": {"id": key}}}, "0.1", rows=1_000) == {"departments": 1}


def test_parents_are_added_until_the_most_children_suffice() -> None:
    tables: Tables = {
        "a": {"rows": 10, "columns": {"id": KEY}},
        "b": {"rows": 30, "columns": {"of": to("a", fan_out="0..3")}},
    }

    assert rows(tables, "0.14") == {"a": 2, "b": 4}


def test_children_are_added_until_every_parent_has_its_least() -> None:
    tables: Tables = {
        "a": {"rows": 7, "columns": {"id": KEY}},
        "b": {"rows": 14, "columns": {"of": to("a", fan_out="2..5")}},
    }

    assert rows(tables, "0.5") == {"a": 4, "b": 8}


def test_without_a_fan_out_every_parent_keeps_a_child_where_it_had_one() -> None:
    """So a NOT NULL column over children still has a value."""
    tables: Tables = {
        "a": {
            "rows": 7,
            "columns": {"id": KEY, "best": {"nullable": False, "rule": {"type": "max", "table": "b", "column": "n"}}},
        },
        "b": {
            "rows": 10,
            "columns": {"of": to("a", null_rate=0.3), "n": {"type": "int", "rule": {"range": {"min": 1, "max": 9}}}},
        },
    }

    assert rows(tables, "0.5") == {"a": 4, "b": 6}


def test_a_short_list_of_parents_makes_no_table_larger() -> None:
    """A row of the list stays, and has its share of children."""
    tables: Tables = {
        "countries": {"rows": 200, "columns": {"id": KEY}},
        "customers": {"rows": 100_000, "columns": {"id": KEY, "country": to("countries")}},
    }

    assert rows(tables, "0.001") == {"countries": 1, "customers": 100}


def test_a_forest_keeps_its_levels() -> None:
    boss = {"references": {"table": "people", "column": "id", "depth": 4, "roots": 3}}

    assert rows({"people": {"rows": 1_000, "columns": {"id": KEY, "boss": boss}}}, "0.001") == {"people": 6}


def test_pairs_find_enough_to_pair_with() -> None:
    """A student with up to 12 courses needs 12 of them at any scale."""
    tables: Tables = {
        "students": {"rows": 1_000, "columns": {"id": KEY}},
        "courses": {"rows": 200, "columns": {"id": KEY}},
        "enrolments": {
            "primary_key": ["student", "course"],
            "columns": {"student": to("students", fan_out="0..12"), "course": to("courses")},
        },
    }
    made = rows(tables, "0.01")

    assert made == {"students": 10, "courses": 12, "enrolments": 60}
    pairs = syndata.generate({"tables": tables}, scale="0.01")["enrolments"].to_pylist()
    assert len({tuple(pair.values()) for pair in pairs}) == 60


def test_references_of_the_small_database_close() -> None:
    tables: Tables = {
        "heads": {"rows": 500, "columns": {"id": KEY, "lives": {"references": "houses.id"}}},
        "houses": {"rows": 300, "columns": {"id": KEY, "owner": {"references": "heads.id"}}},
        "pets": {
            "columns": {
                "kind": {"type": "str"},
                "of": {"type": "int"},
                "vet": {"references": {"table": "heads", "column": "id", "fan_out": "1..4", "null_rate": 0.25}},
            },
            "foreign_keys": [
                {"child_column": "of", "type_column": "kind", "parents": ["heads.id", "houses.id"]},
            ],
        },
    }
    made = {name: table.to_pylist() for name, table in syndata.generate({"tables": tables}, scale="0.02").items()}
    heads, houses = ({row["id"] for row in made[name]} for name in ("heads", "houses"))

    assert (len(heads), len(houses)) == (10, 6)
    assert {row["lives"] for row in made["heads"]} <= houses
    assert {row["owner"] for row in made["houses"]} <= heads
    assert {row["vet"] for row in made["pets"]} - {None} == heads
    assert all(row["of"] in (heads if row["kind"] == "heads" else houses) for row in made["pets"])


def test_a_scale_of_one_changes_nothing() -> None:
    document = {"tables": {"a": {"rows": 5, "columns": {"id": KEY}}, "b": {"columns": {"of": to("a", fan_out=3)}}}}

    assert syndata.plan(document, scale=1).digest == syndata.plan(document).digest


def test_the_small_database_is_that_of_a_document_that_states_its_rows() -> None:
    def tables(first: int, second: int) -> dict[str, Any]:
        return {
            "tables": {
                "a": {"rows": first, "columns": {"id": KEY}},
                "b": {"rows": second, "columns": {"of": to("a", fan_out="1..5"), "n": "word"}},
            }
        }

    assert syndata.plan(tables(1_000, 3_000), scale="0.01").digest == syndata.plan(tables(10, 30)).digest


@pytest.mark.parametrize("scale", ["0", 0, -1, "2", 1.5, "x", "nan", "inf", "", "1e-30"])
def test_what_is_no_share_is_refused(scale: str | float) -> None:
    with pytest.raises(Refused) as refusal:
        rows({"a": {"columns": {"id": KEY}}}, scale)

    (fault,) = refusal.value.faults
    assert (fault.path, fault.fix) == ("scale", "write a number above 0 and at most 1, such as 0.001")


def test_a_whole_that_cannot_be_met_is_refused_at_any_scale() -> None:
    key = {"type": "int", "primary_key": True, "rule": {"range": {"min": 1, "max": 10}}}

    with pytest.raises(Refused, match="can tell apart 10 rows"):
        rows({"a": {"rows": 11, "columns": {"id": key}}}, "0.1")


@pytest.mark.parametrize("scale", ["0.5", "0.1", "0.03", "0.001"])
@pytest.mark.parametrize("count", [1, 3, 30, 1_000])
def test_rounded_shares_of_few_rows_refuse_no_scale(scale: str, count: int) -> None:
    """One row cannot be half damaged in two ways, nor updated where it is deleted: then there is less of it."""
    rules: Any = [{"kind": "typo", "columns": "name", "rate": "50%"}, {"kind": "case", "columns": "name", "rate": 0.5}]
    rules += [
        {"kind": "swap", "columns": ["of", "or"], "rate": "60%"},
        {"kind": "case", "columns": "or", "rate": "30%"},
    ]
    names = {"name": "full_name", "of": "first_name", "or": "last_name"}
    dirty = {"rows": count, "columns": {"id": KEY, **names}, "dirt": {"rules": rules, "truth": "told"}}
    changing = {"to": "+30d", "inserts": "200%", "deletes": "250%", "updates": "100%", "columns": ["name"]}
    born = {"rows": 0, "columns": {"id": KEY, "name": "full_name"}}
    amounts = {"inserts": 5, "updates": 9, "deletes": 2}
    tables: Tables = {
        "a": dirty,
        "b": {"rows": count, "columns": {"id": KEY, "name": "full_name"}, "changes": changing},
        "c": {**born, "changes": {**changing, **amounts}},
    }
    made = syndata.generate({"tables": tables}, scale=scale)
    last = {(row["row_number"], row["column_name"]) for row in made["told"].to_pylist()}

    assert len(last) == made["told"].num_rows <= 3 * made["a"].num_rows
    assert made["b_later"].num_rows == made["b"].num_rows + sum(
        {"c": 1, "d": -1}.get(row["op"], 0) for row in made["b_log"].to_pylist()
    )


def test_references_that_must_differ_keep_two_rows_to_choose_from() -> None:
    tables: Tables = {
        "people": {"rows": 50, "columns": {"id": KEY}},
        "deals": {
            "rows": 900,
            "constraints": ["buyer != seller"],
            "columns": {"buyer": to("people"), "seller": to("people")},
        },
    }

    assert rows(tables, "0.001") == {"people": 2, "deals": 2}


def test_parents_with_a_weight_are_added_until_the_children_have_one() -> None:
    """One in ten is gold, and only gold ones have orders: at most five each."""
    tier = {"rule": {"type": "choice", "value": {"gold": 1, "none": 9}, "exact": True}}
    weights = {"tier": {"gold": 1, "none": 0}}
    tables: Tables = {
        "customers": {"rows": 1_000, "columns": {"id": KEY, "tier": tier}},
        "orders": {"rows": 400, "columns": {"of": to("customers", fan_out="0..5", weights=weights)}},
    }
    small = rows(tables, "0.01")

    assert small["orders"] == 4
    assert 5 <= small["customers"] <= 20
