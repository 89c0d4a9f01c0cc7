"""Alternatives: columns of which exactly one, at most one or at least one has a value."""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import syndata
from syndata_engine.formats import schema_files
from syndata_engine.generation import bind
from tests.unit.kinds.making import by, dataset_of, faults_of, plan_of, vocabularies
from tests.unit.planning.one_table import Rows, made, table

PAID = {"card": by("pattern", pattern="####"), "iban": by("pattern", pattern="DE##"), "cash": by("boolean")}


def filled(rows: Rows, *names: str) -> Counter[tuple[str, ...]]:
    """How many rows have values in which of the columns."""
    return Counter(tuple(name for name in names if row[name] is not None) for row in rows)


@given(st.integers(0, 200), st.lists(st.integers(0, 9), min_size=3, max_size=3).filter(any))
@settings(max_examples=25)
def test_exactly_one_has_a_value_in_its_share_of_the_rows(rows: int, weights: list[int]) -> None:
    document = table(rows, constraints=[{"exactly_one": list(PAID), "weights": weights}], columns=PAID)
    found = filled(made(document), *PAID)

    assert all(len(names) == 1 for names in found)
    for name, weight in zip(PAID, weights, strict=True):
        assert abs(found[(name,)] - rows * weight / sum(weights)) < 1


def test_weights_go_by_name_too_and_the_order_in_the_list_changes_nothing() -> None:
    listed = {"exactly_one": ["card", "iban", "cash"], "weights": [5, 3, 2]}
    named = {"exactly_one": ["cash", "card", "iban"], "weights": {"card": 5, "cash": 2, "iban": 3}}
    rows = made(table(constraints=[listed], columns=PAID))

    assert filled(rows, *PAID) == {("card",): 50, ("iban",): 30, ("cash",): 20}
    assert made(table(constraints=[named], columns=PAID)) == rows


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ({}, {(): 25, ("card",): 25, ("iban",): 25, ("cash",): 25}),
        ({"none": 0}, {("card",): 34, ("iban",): 33, ("cash",): 33}),
        ({"none": "40%", "weights": [3, 2, 1]}, {(): 40, ("card",): 30, ("iban",): 20, ("cash",): 10}),
    ],
)
def test_at_most_one_leaves_a_share_of_the_rows_without(
    said: dict[str, Any], counts: dict[tuple[str, ...], int]
) -> None:
    rows = made(table(constraints=[{"at_most_one": list(PAID), **said}], columns=PAID))

    assert sum(filled(rows, *PAID).values()) == 100
    for names, count in counts.items():
        assert abs(filled(rows, *PAID)[names] - count) <= 1


def test_at_least_one_fills_only_the_rows_that_would_have_none() -> None:
    columns = {name: {**column, "null_rate": 0.6} for name, column in PAID.items()}
    plain = made(table(5_000, columns=columns))
    kept = made(table(5_000, constraints=[{"at_least_one": list(PAID), "weights": [1, 0, 3]}], columns=columns))
    empty = [number for number, row in enumerate(plain) if not any(value is not None for value in row.values())]

    assert abs(len(empty) - 1080) < 5 * 29
    assert [row for number, row in enumerate(kept) if number not in set(empty)] == [
        row for number, row in enumerate(plain) if number not in set(empty)
    ]
    found = filled([kept[number] for number in empty], *PAID)
    assert set(found) == {("card",), ("cash",)}
    assert abs(found[("card",)] - len(empty) / 4) < 5 * 15


OWNERS: dict[str, Any] = {
    "people": {
        "rows": 30,
        "columns": {"id": {"primary_key": True, "rule": "sequence"}, "n": by("count", table="files")},
    },
    "firms": {
        "rows": 7,
        "columns": {
            "id": {"primary_key": True, "rule": "sequence"},
            "bytes": {"type": "int", **by("sum", table="files", column="size")},
        },
    },
}


def owned(rows: int = 500, *, person: Any = None, **said: Any) -> dict[str, Any]:
    """Files that belong to a person or to a firm."""
    files = {
        "rows": rows,
        "constraints": [{"exactly_one": ["person", "firm"], "weights": [4, 1], **said}],
        "columns": {
            "person": {"references": person or {"table": "people", "column": "id"}},
            "firm": {"references": "firms.id"},
            "size": {"type": "int", **by("range", min=1, max=99)},
        },
    }
    return {"tables": {**OWNERS, "files": files}}


@pytest.mark.parametrize("person", [None, {"table": "people", "column": "id", "fan_out": "5..40"}])
def test_parents_count_and_sum_the_children_that_refer_to_them(person: Any) -> None:
    dataset = dataset_of(owned(person=person))
    files = dataset.tables["files"].batch(0, 500).to_pylist()
    assert filled(files, "person", "firm") == {("person",): 400, ("firm",): 100}
    for row in dataset.tables["people"].batch(0, 30).to_pylist():
        assert row["n"] == sum(file["person"] == row["id"] for file in files)
    for row in dataset.tables["firms"].batch(0, 7).to_pylist():
        assert row["bytes"] == sum(file["size"] for file in files if file["firm"] == row["id"])


@given(st.integers(1, 300), st.data())
@settings(max_examples=25)
def test_any_slice_is_the_same_rows_of_the_whole(rows: int, data: st.DataObject) -> None:
    document = owned(rows)
    document["tables"]["files"]["combinations"] = [
        {"columns": ["kind", "ending"], "values": [["text", "txt"], ["image", "png"]], "weights": [3, 1], "exact": True}
    ]
    document["tables"]["files"]["columns"] |= {"kind": "str", "ending": "str"}
    bound = dataset_of(document).tables["files"]
    whole = bound.batch(0, rows).to_pylist()
    start = data.draw(st.integers(0, rows))
    stop = data.draw(st.integers(start, rows))

    assert bound.batch(start, stop).to_pylist() == whole[start:stop]


def test_a_fan_out_of_one_of_several_does_not_say_how_many_rows_there_are() -> None:
    document = owned(person={"table": "people", "column": "id", "fan_out": "5..40"})
    del document["tables"]["files"]["rows"]

    assert plan_of(document).table("files").rows == 1_000


def test_a_fan_out_that_the_share_cannot_meet_is_refused() -> None:
    (fault,) = faults_of(owned(100, person={"table": "people", "column": "id", "fan_out": "3..40"}))

    assert fault.what == "files: 30 people x at least 3 = 90 > 80 of 100 rows that refer"
    assert fault.fix.startswith("state at least 113 rows for files, or at most 26 for people")


@pytest.mark.parametrize(
    ("person", "said", "word"),
    [
        ({"table": "people", "column": "id", "null_rate": 0.1}, {}, "null rate of its own"),
        ({"table": "people", "column": "id", "owning": True}, {}, "says owning"),
        ({"table": "people", "column": "id", "choice": "independent"}, {}, "picks each parent independently"),
    ],
)
def test_a_reference_whose_rows_follow_from_more_than_the_set_is_refused(
    person: dict[str, Any], said: dict[str, Any], word: str
) -> None:
    faults = faults_of(owned(person=person, **said))

    assert "tables.files.columns.person.references" in [fault.path for fault in faults if word in fault.what]


@pytest.mark.parametrize(
    ("said", "path", "word"),
    [
        ({"exactly_one": ["a"]}, ".exactly_one", "no alternative"),
        ({"exactly_one": ["a", "x"]}, ".exactly_one[1]", "no column 'x'"),
        ({"exactly_one": ["a", "solid"]}, ".exactly_one[1]", "never NULL"),
        ({"exactly_one": ["a", "id"]}, ".exactly_one[1]", "never NULL"),
        ({"exactly_one": ["a", "holey"]}, ".exactly_one[1]", "has a null rate"),
        ({"exactly_one": ["a", "b"], "none": 0.1}, ".none", "no row is without"),
        ({"at_most_one": ["a", "b"], "none": 1}, ".none", "no row would have a value"),
        ({"at_most_one": ["a", "b"], "none": "x"}, ".none", "expected a share"),
        ({"at_least_one": ["a", "holey"]}, ".at_least_one[0]", "a value in every row"),
        ({"exactly_one": ["a", "b"], "weights": {"a": 1}}, ".weights", "no weight is given for b"),
        ({"exactly_one": ["a", "b"], "weights": {"a": 1, "c": 1}}, ".weights.c", "not in the list"),
        ({"exactly_one": ["a", "b"], "at_most_one": ["a", "b"]}, ".at_most_one", "says the same as 'exactly_one'"),
        ({"exactly_one": ["a", "b"], "weigths": [1, 2]}, ".weigths", "not known here"),
        ({"exactly_one": "a, b"}, ".exactly_one", "no column 'a, b'"),
    ],
)
def test_what_are_no_alternatives_is_refused_where_it_stands(said: dict[str, Any], path: str, word: str) -> None:
    columns = {
        "id": {"primary_key": True},
        "a": "word",
        "b": "word",
        "solid": {"rule": "word", "nullable": False},
        "holey": {"rule": "word", "null_rate": 0.5},
    }
    (fault,) = faults_of(table(constraints=[said], columns=columns))

    assert fault.path == f"tables.t.constraints[0]{path}"
    assert word in fault.what


def test_a_column_in_two_lists_is_refused() -> None:
    both = [{"exactly_one": ["card", "iban"]}, {"exactly_one": ["iban", "cash"]}]
    (fault,) = faults_of(table(constraints=both, columns=PAID))

    assert fault.path == "tables.t.constraints[1].exactly_one[0]"
    assert fault.related == ("tables.t.constraints[0]",)


@pytest.mark.parametrize("how", ["exactly_one", "at_least_one"])
@pytest.mark.parametrize("null", [by("choice", value=["x", None]), {"rule": "word", "null_when": "n == 1"}])
def test_what_may_be_null_by_more_than_a_rate_cannot_be_the_one_that_has_a_value(
    how: str, null: dict[str, Any]
) -> None:
    rate = {"null_rate": 0.5} if how == "at_least_one" else {}
    columns = {"a": {**null, **rate}, "b": {"rule": "word", **rate}, "n": {"type": "int", **by("range", min=1, max=3)}}
    (fault,) = faults_of(table(constraints=[{how: ["a", "b"]}], columns=columns))

    assert "can be NULL" in fault.what
    assert fault.related == ("tables.t.constraints[0]",)


def test_databases_check_the_alternatives() -> None:
    document = table(constraints=[{"exactly_one": ["card", "iban"]}], columns={"card": "word", "iban": "word"})
    text = schema_files(dataset_of(document), "sql")["schema.sqlite.sql"].decode()
    database = sqlite3.connect(":memory:")
    database.executescript(text)
    database.execute("INSERT INTO t VALUES ('a', NULL)")
    for row in ("('a', 'b')", "(NULL, NULL)"):
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            database.execute("INSERT INTO t VALUES " + row)  # noqa: S608 -- rows of this test


def test_a_plan_without_them_is_written_as_before() -> None:
    assert b"alternatives" not in plan_of(table(columns={"a": "word"})).to_bytes()


def test_a_smaller_database_keeps_the_shares() -> None:
    dataset = bind(syndata.plan(owned(5_000), scale="0.1"), vocabularies())
    rows = dataset.tables["files"].planned.rows
    files = dataset.tables["files"].batch(0, rows).to_pylist()

    assert 500 <= rows < 5_000
    assert abs(filled(files, "person", "firm")[("firm",)] - rows / 5) < 1


def test_references_that_stand_elsewhere_are_seen_as_well() -> None:
    """Entries of `foreign_keys` are read after the lists that their columns stand in."""
    document = owned()
    files = document["tables"]["files"]
    files["columns"] = {"person": "int", "firm": {"references": "firms.id"}, "kind": None, "size": "int"}
    files["foreign_keys"] = [
        {"child_column": "person", "parent_table": "people", "parent_column": "id", "nullable": False}
    ]
    (required,) = faults_of(document)
    files["foreign_keys"] = [{"child_column": "person", "type_column": "kind", "parents": ["people.id"]}]
    (several,) = (fault for fault in faults_of(document) if fault.path.startswith("tables.files"))
    files["constraints"] = []
    files["combinations"] = [{"columns": ["kind", "size"], "values": [["a", 1]]}]
    (combined,) = faults_of(document)

    assert (required.path, required.related) == (
        "tables.files.foreign_keys[0].nullable",
        ("tables.files.constraints[0]",),
    )
    assert (several.path, several.related) == ("tables.files.constraints[0]", ("tables.files.foreign_keys[0]",))
    assert (combined.path, combined.related) == (
        "tables.files.combinations[0].columns[0]",
        ("tables.files.foreign_keys[0]",),
    )
