"""Unique columns with conditional rules: branches have provably disjoint images, or are refused with what they share."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.kinds.making import by, dataset_of, faults_of
from tests.unit.planning.one_table import made, table

KIND = by("choice", value={"person": 3, "firm": 1})
EXACT = by("choice", value={"person": 3, "firm": 1}, exact=True)
Rule = dict[str, Any]


def spread(low: Any, high: Any) -> Rule:
    """A range."""
    return {"type": "range", "min": low, "max": high}


def pattern(text: str) -> Rule:
    """A pattern."""
    return {"type": "pattern", "pattern": text}


def two(firm: Any, other: Any, rows: int = 100, *, kind: Any = KIND, **said: Any) -> dict[str, Any]:
    """A unique column with one rule for firms and another for the rest."""
    column = {"unique": True, "conditional_rules": [{"when": "kind == firm", "rule": firm}], "rule": other, **said}
    return table(rows, columns={"kind": kind, "c": column})


@pytest.mark.parametrize(
    ("firm", "other", "said"),
    [
        (spread(1, 100), spread(101, 300), {"type": "int"}),
        (spread("0.01", "1.00"), spread("1.01", "3.00"), {"type": "decimal", "scale": 2}),
        (spread("2024-01-01", "2024-12-31"), spread("2025-01-01", "2025-12-31"), {"type": "date"}),
        (pattern("F-###"), pattern("P-###"), {}),
        (pattern("###-F"), pattern("###-P"), {}),
        (pattern("A-###"), pattern("A###"), {}),
        (pattern("?##"), pattern("^##"), {}),
        ({"type": "sequence", "prefix": "F-"}, {"type": "sequence", "prefix": "P-"}, {}),
        ({"type": "sequence", "suffix": "/f"}, pattern("######/p"), {}),
        ([f"f{n}" for n in range(100)], [f"p{n}" for n in range(100)], {"type": "str"}),
        ([f"f{n}" for n in range(100)], pattern("p##"), {}),
        ("null", spread(1, 100), {"type": "int"}),
        ("uuid", pattern("P-####"), {"type": "str"}),
    ],
)
def test_no_value_stands_twice_whatever_the_branch(firm: Any, other: Any, said: dict[str, Any]) -> None:
    rows = made(two(firm, other, **said))
    found = [row["c"] for row in rows if row["c"] is not None]

    assert len(set(found)) == len(found) >= 50
    assert {row["kind"] for row in rows} == {"person", "firm"}


@given(st.integers(0, 250), st.integers(0, 2**32))
@settings(max_examples=20)
def test_as_many_values_as_rows_are_enough_where_their_number_is_known(rows: int, seed: int) -> None:
    """Three in four are persons to the row, so that each branch needs no more values than it has rows."""
    firms = sum(row["kind"] == "firm" for row in made(table(rows, columns={"kind": EXACT}), "t"))
    document = two(spread(1, max(firms, 1)), spread(1_001, 1_000 + max(rows - firms, 1)), rows, kind=EXACT, type="int")
    found = made({**document, "seed": seed})

    assert len({row["c"] for row in found}) == rows
    assert all((row["c"] <= 1_000) == (row["kind"] == "firm") for row in found)


def test_the_first_condition_that_holds_takes_the_row_and_its_values() -> None:
    kind = by("choice", value=["a", "b", "c", "d"], exact=True)
    rules = [
        {"when": "kind in [a, b]", "rule": spread(1, 50)},
        {"when": "kind in [b, c]", "rule": spread(51, 75)},
        {"when": "kind == d", "rule": spread(76, 100)},
    ]
    rows = made(table(100, columns={"kind": kind, "c": {"type": "int", "unique": True, "conditional_rules": rules}}))

    assert sorted(row["c"] for row in rows) == list(range(1, 101))


def test_such_a_column_may_be_a_primary_key_that_others_refer_to() -> None:
    column = {"type": "str", "primary_key": True, "rule": pattern("P-####"),
              "conditional_rules": [{"when": "kind == firm", "rule": pattern("F-####")}]}  # fmt: skip
    parents = {"rows": 80, "columns": {"id": column, "kind": KIND}}
    dataset = dataset_of({"tables": {"p": parents, "c": {"rows": 300, "columns": {"p": {"references": "p.id"}}}}})
    ids = [row["id"] for row in dataset.tables["p"].batch(0, 80).to_pylist()]

    assert len(set(ids)) == 80
    assert {row["p"] for row in dataset.tables["c"].batch(0, 300).to_pylist()} == set(ids)
    assert dataset.tables["p"].batch(31, 32).to_pylist()[0]["id"] == ids[31]


@pytest.mark.parametrize(
    ("document", "what"),
    [
        (two(spread(1, 100), spread(50, 300), type="int"), "both reach from 50 to 100, which are 51 values"),
        (two(spread("0.5", "1.5"), spread("1.25", "3"), type="decimal", scale=2), "both reach from 1.25 to 1.50"),
        (two(spread("2024-01-01", "2024-12-31"), spread("2024-12-31", "2025-12-31"), type="date"), "both reach from 2024-12-31 to 2024-12-31"),
        (two([f"f{n}" for n in range(100)], [f"f{n}" for n in range(96, 200)], type="str"), "both give 'f96', 'f97', 'f98' and 1 more"),
        (two([f"f{n:02}" for n in range(100)], pattern("f##")), "both may give 'f00', 'f01', 'f02' and 97 more"),
        (two(pattern("?-##"), pattern("a-##"), 50), "nothing shows that their texts differ"),
        (two("uuid", "uuid"), "nothing shows that their texts differ"),
        (two("sequence", spread(1_000, 2_000), type="int"), "one of them has no bounds"),
        (two(spread(1, 99), spread(100, 300), type="int"), "t.c can tell apart 99 rows where kind == 'firm', but that may be so in all 100 of t"),
        (two(spread(1, 24), spread(100, 300), type="int", kind=EXACT), "t.c can tell apart 24 rows where kind == 'firm', and 25 of 100 rows of t are so"),
        (two(spread(1, 25), spread(100, 173), type="int", kind=EXACT), "t.c can tell apart 74 rows where no condition holds, and 75 of 100 rows of t are so"),
        (two("sentence", pattern("###")), "cannot be numbered"),
        (two("null", spread(1, 100), type="int", nullable=False), "NOT NULL"),
        (table(9, unique=[["c", "d"]], columns={"kind": KIND, "d": [1, 2], "c": {"conditional_rules": [{"when": "kind == firm", "rule": spread(1, 9)}], "rule": spread(11, 99)}}),
         "c is unique together with others, but has conditional rules"),
    ],
)  # fmt: skip
def test_branches_that_may_meet_are_refused_with_what_they_share(document: dict[str, Any], what: str) -> None:
    faults = faults_of(document)

    assert any(what in fault.what for fault in faults), [fault.what for fault in faults]
    assert all(fault.fix for fault in faults)
