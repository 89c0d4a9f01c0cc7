"""Values that are missing: at random, by other columns, and by the value itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.kinds.making import batch_of, by, dataset_of, faults_of, refusal_of, table_of

COLUMNS: dict[str, Any] = {
    "age": {"type": "int", **by("range", min=18, max=90)},
    "city": {"null_rate": 0.2, **by("choice", value=["Rome", "Oslo"])},
}


def rows(null_when: Any, count: int = 4_000, **more: Any) -> list[dict[str, Any]]:
    """Rows with an income that goes missing."""
    income = {"type": "int", "null_when": null_when, **by("range", min=0, max=1_000), **more}
    found: list[dict[str, Any]] = batch_of({**COLUMNS, "income": income}, count).to_pylist()
    return found


def share(rows: list[dict[str, Any]]) -> float:
    """How many of the rows have no income."""
    return sum(row["income"] is None for row in rows) / len(rows)


@pytest.mark.parametrize(
    "when", ["age > 60", {"column": "age", "operator": ">", "value": 60}, ["age > 60"], [{"when": "age > 60"}], {"when": "age > 60", "rate": 1}]
)  # fmt: skip
def test_a_condition_takes_every_value_where_it_holds_and_no_other(when: Any) -> None:
    for row in rows(when, 500):
        assert (row["income"] is None) == (row["age"] > 60)


def test_the_first_condition_that_holds_decides_the_share_and_null_rate_the_rest() -> None:
    found = rows(
        [{"when": "age > 60 and city == 'Rome'", "rate": "50%"}, {"when": "age > 60", "rate": 0}], null_rate="10%"
    )

    assert share([row for row in found if row["age"] > 60 and row["city"] == "Rome"]) == pytest.approx(0.5, abs=0.06)
    assert share([row for row in found if row["age"] > 60 and row["city"] != "Rome"]) == 0
    assert share([row for row in found if row["age"] <= 60]) == pytest.approx(0.1, abs=0.03)


def test_a_value_may_be_missing_for_what_it_is() -> None:
    whole = [row["income"] for row in rows([])]
    found = [row["income"] for row in rows([{"when": "income > 800", "rate": "75%"}])]
    high = [value for value, before in zip(found, whole, strict=True) if before > 800]

    assert all(value == before for value, before in zip(found, whole, strict=True) if before <= 800)
    assert sum(value is None for value in high) / len(high) == pytest.approx(0.75, abs=0.05)


def test_higher_shares_take_the_values_of_lower_ones_too() -> None:
    """A cell that is missing at 10 % is missing at 40 %: only the share changes."""
    some, more = (
        {n for n, row in enumerate(rows([{"when": "age > 0", "rate": rate}])) if row["income"] is None} for rate in (0.1, 0.4)
    )  # fmt: skip

    assert some < more


def test_a_share_that_holds_everywhere_is_the_null_rate() -> None:
    assert rows([{"when": "age > 0", "rate": "30%"}]) == rows([], null_rate="30%")


def test_conditional_rules_and_missing_values_go_together() -> None:
    income = {
        "type": "int", **by("constant", value=1), "conditional_rules": [{"when": "age < 30", **by("constant", value=2)}],
        "null_when": "city is null",
    }  # fmt: skip
    for row in batch_of({**COLUMNS, "income": income}, 300).to_pylist():
        assert row["income"] == (None if row["city"] is None else 2 if row["age"] < 30 else 1)


def test_what_reads_the_column_sees_what_is_missing() -> None:
    columns = {
        **COLUMNS,
        "income": {"type": "int", "null_when": "age > 60", **by("range", min=1, max=9)},
        "twice": by("formula", expression="income * 2"),
    }
    batch = batch_of(columns, 300)

    assert batch.schema.field("income").nullable
    assert all((row["twice"] is None) == (row["age"] > 60) for row in batch.to_pylist())


def test_a_parent_and_its_children_agree_on_what_is_missing() -> None:
    document = {
        "tables": {
            "p": {"rows": 30, "columns": {
                "id": {"type": "int", "primary_key": True}, "level": {"type": "int", **by("range", min=1, max=5)},
                "known": by("count", table="c", column="x"),
            }},
            "c": {"columns": {
                "p": {"references": {"table": "p", "column": "id", "fan_out": 3}},
                "level": by("lookup", column="level", via="p"),
                "x": {"type": "int", "null_when": "level >= 4", **by("range", min=1, max=5)},
            }},
        }
    }  # fmt: skip

    assert all(
        row["known"] == (0 if row["level"] >= 4 else 3)
        for row in dataset_of(document).tables["p"].batch(0, 30).to_pylist()
    )


@pytest.mark.parametrize(
    ("column", "what", "place"),
    [
        ({"type": "int", "null_when": "age >"}, "is not a condition", "x.null_when"),
        ({"type": "int", "null_when": "agee > 60"}, "'agee'", "x.null_when"),
        ({"type": "int", "null_when": [{"when": "age > 60", "rate": "150%"}]}, "150%", "x.null_when[0].rate"),
        ({"type": "int", "null_when": [{"rate": "50%"}]}, "'when' is missing", "x.null_when[0]"),
        ({"type": "int", "null_when": [{"when": "age > 60", "rat": "50%"}]}, "'rat'", "x.null_when[0].rat"),
        ({"type": "int", "null_when": 0.5}, "expected a", "x.null_when"),
        ({"type": "int", "null_when": "age + 1 and true"}, "not a condition", "x.null_when"),
        ({"type": "int", "null_when": "age > 60", "nullable": False}, "NULL is ruled out", "x.null_when"),
        ({"type": "int", "null_when": "age > 60", "primary_key": True}, "a primary key is never NULL", "x.null_when"),
    ],
)
def test_what_cannot_be_missing_is_refused(column: dict[str, Any], what: str, place: str) -> None:
    fault = refusal_of({**COLUMNS, "x": column})

    assert what in fault.what
    assert fault.path == f"tables.t.columns.{place}"


def test_columns_that_are_missing_by_each_other_are_refused() -> None:
    columns = {"a": {"type": "int", "null_when": "b is null"}, "b": {"type": "int", "null_when": "a is null"}}

    assert "defined by each other" in refusal_of(columns).what


def test_a_reference_says_itself_how_many_rows_have_no_parent() -> None:
    document = {
        "tables": {
            "p": {"rows": 3, "columns": {"id": {"type": "int", "primary_key": True}}},
            "c": {"rows": 9, "columns": {"n": {"type": "int"}, "p": {"references": "p.id", "null_when": "n > 3"}}},
        }
    }

    assert [fault.what for fault in faults_of(document)] == [
        "p is part of a reference, whose own null_rate says how many rows have no parent"
    ]


@pytest.mark.parametrize("start", [0, 77, 299])
def test_any_row_alone_is_the_row_of_the_whole(start: int) -> None:
    columns = {**COLUMNS, "x": {"type": "int", "null_when": [{"when": "age > 40 or x > 5000", "rate": 0.5}]}}
    table = table_of(columns, 300)

    assert table.batch(start, start + 1).to_pylist() == table.batch(0, 300).slice(start, 1).to_pylist()
