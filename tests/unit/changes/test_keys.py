"""Keys of a table that changes: inserted rows get values of their own, and no update makes two rows alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import syndata
from syndata_contracts.errors import Fault, Refused
from tests.unit.changes.shop import KEY, Document, Row

STATE = {"rule": {"type": "choice", "value": ["on", "off", "gone"]}}
SITES = {"rows": 5, "columns": {"id": KEY}}


def whole(low: int, high: int, **more: Any) -> Document:
    """A column of whole numbers."""
    return {"type": "int", "rule": {"range": {"min": low, "max": high}}, **more}


def branched(**more: Any) -> Document:
    """40 numbers where the state is off, 50 elsewhere."""
    return whole(1, 50, conditional_rules=[{"when": "s == off", "rule": {"range": {"min": 101, "max": 140}}}], **more)


def table(made_of: Document, /, *unique: Any, **changes: Any) -> Document:
    """30 rows with a state, and sites that they may refer to."""
    keyed = any("primary_key" in column for column in made_of.values() if isinstance(column, dict))
    columns = {**({} if keyed else {"id": KEY}), "s": STATE, **made_of}
    said = {"rows": 30, "unique": list(unique), "columns": columns, "changes": {"to": "+30d", **changes}}
    return {"tables": {"sites": SITES, "t": said}}


def faults_of(document: Document) -> list[Fault]:
    """What is wrong with it."""
    with pytest.raises(Refused) as refused:
        syndata.plan(document)
    return list(refused.value.faults)


def snapshots(made: dict[str, Any]) -> list[list[Row]]:
    """The rows that hold after each change of a history, and before the first."""
    history = made["t_history"].to_pylist()
    moments = sorted({row["valid_from"] for row in history})
    return [
        [row for row in history if row["valid_from"] <= at and (row["valid_to"] is None or at < row["valid_to"])]
        for at in moments
    ]


def check_unique(rows: list[Row], columns: tuple[str, ...], where: Callable[[Row], bool] = lambda _: True) -> None:
    """No two of the rows that a condition picks out have the same values."""
    values = [tuple(row[name] for name in columns) for row in rows if where(row)]
    values = [one for one in values if None not in one]
    assert len(values) == len(set(values))


def combined(**said: Any) -> Document:
    """A combination of 40 rows, of which one column is unique."""
    document = table({"w": {"type": "int", "unique": True}, "v": {"type": "str"}}, **said)
    document["tables"]["t"]["combinations"] = [{"columns": ["w", "v"], "values": [[n, "v"] for n in range(40)]}]
    return document


KEYS: dict[str, tuple[Callable[..., Document], tuple[str, ...], Callable[[Row], bool]]] = {
    "unique": (lambda **said: table({"w": whole(1, 40, unique=True)}, **said), ("w",), lambda _: True),
    "primary key": (lambda **said: table({"w": whole(1, 40, primary_key=True)}, **said), ("w",), lambda _: True),
    "together": (lambda **said: table({"a": whole(1, 5), "b": whole(1, 8)}, ["a", "b"], **said), ("a", "b"), lambda _: True),
    "choices": (lambda **said: table({"w": {"unique": True, "rule": {"type": "choice", "value": list(range(40))}}}, **said), ("w",), lambda _: True),
    "rows of a list": (combined, ("w",), lambda _: True),
    "patterns": (lambda **said: table({"w": {"type": "str", "rule": {"type": "regex", "regex": "[a-d][0-9]"}}}, "w where s == on", **said), ("w",), lambda row: row["s"] == "on"),
    "branches": (lambda **said: table({"w": branched(unique=True)}, **said), ("w",), lambda _: True),
    "branches of a primary key": (lambda **said: table({"w": branched(primary_key=True)}, **said), ("w",), lambda _: True),
    "where a condition holds": (lambda **said: table({"w": whole(1, 40)}, "w where s == on", **said), ("w",), lambda row: row["s"] == "on"),
    "where it does not": (lambda **said: table({"w": whole(1, 40)}, "w where s != gone", **said), ("w",), lambda row: row["s"] != "gone"),
    "together where a condition holds": (
        lambda **said: table({"a": whole(1, 5), "b": whole(1, 8)}, {"columns": ["a", "b"], "where": "s in [on, off]"}, **said),
        ("a", "b"),
        lambda row: row["s"] != "gone",
    ),
    "where an expression holds": (
        lambda **said: table({"x": whole(1, 9), "w": whole(1, 40)}, {"columns": "w", "where": "s == 'on' or x > 5"}, **said),
        ("w",),
        lambda row: row["s"] == "on" or row["x"] > 5,
    ),
}  # fmt: skip
"""Keys that tell apart 40 rows, of which the table has 30: the document, the columns, and where they are unique."""


@pytest.mark.parametrize("name", KEYS)
def test_a_key_holds_all_rows_that_there_ever_are(name: str) -> None:
    """Exactly as many as fit, with every value taken once though rows are deleted; one more is refused, with the number that fits."""
    document, columns, where = KEYS[name]
    made = syndata.generate(document(inserts=10, deletes=20))

    assert made["t_later"].num_rows == 20
    for rows in (made["t"].to_pylist(), made["t_later"].to_pylist(), *snapshots(made)):
        check_unique(rows, columns, where)
    (fault,) = faults_of(document(inserts=11, deletes=20))
    assert fault.path == "tables.t.changes.inserts"
    assert "can tell apart 40 rows" in fault.what
    assert "there are 30 and 11 inserts" in fault.what
    assert "insert at most 10, or begin with at most 29 rows" in fault.fix
    assert fault.related
    fewer = document(inserts=11, deletes=20)
    fewer["tables"]["t"]["rows"] = 29
    assert syndata.plan(fewer).tables[1].rows == 29


@pytest.mark.parametrize("name", KEYS)
def test_so_do_inserts_that_are_a_share(name: str) -> None:
    """Which follow from the rows, so no number of rows is named."""
    document, _, _ = KEYS[name]
    (fault,) = faults_of(document(inserts="50%"))

    assert "there are 30 and 15 inserts" in fault.what
    assert "insert at most 10, or let" in fault.fix


def test_rows_that_nobody_states_leave_no_room() -> None:
    """They are as many as the key has values; what to begin with is told."""
    document = table({"w": whole(1, 40)}, "w where s == on", inserts=5)
    document["tables"]["t"].pop("rows")
    (fault,) = faults_of(document)

    assert "insert at most 0, or begin with at most 35 rows, or let w take 45 values there" in fault.fix


def test_every_key_without_room_is_told() -> None:
    document = table(
        {"v": whole(1, 35, unique=True), "w": branched(unique=True), "x": whole(1, 38)}, "x where s == on", inserts=22
    )
    found = faults_of(document)

    assert [fault.path for fault in found] == ["tables.t.changes.inserts"] * 4
    assert [fault.fix.partition(",")[0] for fault in found] == [f"insert at most {most}" for most in (5, 8, 10, 20)]
    assert (
        "t.w can tell apart 40 rows where s == 'off', but there are 30 and 22 inserts, and that may be so in all of them"
        in found[2].what
    )


REFERENCES = {"p": {"references": "sites.id"}, "w": whole(1, 8)}


@pytest.mark.parametrize("where", ["s == on", "s != gone"])
def test_a_reference_that_a_condition_numbers_takes_no_inserts(where: str) -> None:
    """Places in a family are those of the first snapshot."""
    (fault,) = faults_of(table(REFERENCES, {"columns": ["p", "w"], "where": where}, inserts=1))

    assert fault.path == "tables.t.changes.inserts"
    assert "the reference p is part of a key where s " in fault.what
    assert fault.related == ("tables.t.columns.p.references",)


def test_beside_a_column_that_is_unique_by_itself_it_does() -> None:
    columns = {"p": {"references": "sites.id"}, "w": "uuid"}
    made = syndata.generate(table(columns, {"columns": ["p", "w"], "where": "s == on"}, inserts=22))

    check_unique(made["t_later"].to_pylist(), ("w",))


@pytest.mark.parametrize("said", [{"inserts": 3}, {"updates": 9, "columns": ["s"]}])
def test_one_row_of_a_family_where_a_condition_holds_stays_that_one(said: Document) -> None:
    found = faults_of(table({"p": {"references": "sites.id"}}, "p where s == on", **said))

    assert all("s follows from" in fault.what for fault in found)


PAIRS = {"p": {"references": "sites.id"}, "q": {"references": "others.id"}}


def test_unique_pairs_of_references_take_no_inserts_and_stay_pairs() -> None:
    def pairs(**said: Any) -> Document:
        document = table({**PAIRS, "x": whole(1, 9)}, ["p", "q"], **said)
        document["tables"]["others"] = {"rows": 40, "columns": {"id": KEY}}
        return document

    assert {fault.path for fault in faults_of(pairs(inserts=1))} == {"tables.t.changes.inserts"}
    made = syndata.generate(pairs(updates=60, deletes=9, columns=["x", "s"]))
    for rows in snapshots(made):
        check_unique(rows, ("p", "q"))


@pytest.mark.parametrize("first", ["t", "orders"])
@pytest.mark.parametrize("rule", [{"type": "choice", "value": ["on", "off"], "exact": True}, "both"])
def test_values_counted_to_the_row_take_no_inserts_whoever_asks_for_them_first(first: str, rule: Any) -> None:
    """A reference that weighs rows by them is followed before their own table is planned."""
    document = table({"w": branched(unique=True)}, inserts=22)
    changing = document["tables"].pop("t")
    changing["columns"]["s"] = {"type": "str"} if rule == "both" else {"rule": rule}
    if rule == "both":
        changing["columns"]["c"] = {"type": "int"}
        changing["combinations"] = [{"columns": ["s", "c"], "values": [["on", 1], ["off", 2]], "exact": True}]
    orders = {
        "rows": 60,
        "columns": {
            "id": KEY,
            "whose": {"references": {"table": "t", "column": "id", "weights": {"s": {"on": 3, "off": 1}}}},
        },
    }
    both = {"t": changing, "orders": orders}
    document["tables"] |= dict(sorted(both.items(), key=lambda item: item[0] != first))

    found = faults_of(document)
    assert any("follows from how many rows there are" in fault.what for fault in found), found
    assert {fault.path for fault in found} == {"tables.t.changes.inserts"}


UPDATED: dict[str, tuple[Document, tuple[Any, ...], tuple[str, ...]]] = {
    "a number": ({"w": whole(1, 40)}, ("w where s == on",), ("w",)),
    "numbers": ({"w": whole(1, 5), "v": whole(1, 8)}, ({"columns": ["w", "v"], "where": "s == on"},), ("w", "v")),
    "a name that ends in a number": ({"w": "email", "n": "full_name"}, ("w where s == on",), ("w",)),
    "beside a reference": (REFERENCES, ({"columns": ["p", "w"], "where": "s == on"},), ("p", "w")),
    "beside one that may be missing": (
        {**REFERENCES, "p": {"references": "sites.id", "null_rate": 0.3}},
        ({"columns": ["p", "w"], "where": "s == on"},),
        ("p", "w"),
    ),
}


@pytest.mark.parametrize("name", UPDATED)
def test_updates_of_a_column_or_of_its_condition_leave_it_unique_where_that_holds(name: str) -> None:
    """At every moment, whichever of the two changes."""
    columns, unique, key = UPDATED[name]
    for drawn in (["s"], ["w"], ["s", "w"]):
        made = syndata.generate(table(columns, *unique, updates=200, deletes=4, columns=drawn))
        found = snapshots(made)
        assert len(found) > 150
        for rows in found:
            check_unique(rows, key, lambda row: row["s"] == "on")


@pytest.mark.parametrize("rule", ["uuid", "ulid", "nanoid", "hash", {"type": "uuid", "version": 7}])
def test_what_tells_a_row_apart_by_its_draw_alone_is_not_drawn_anew(rule: Any) -> None:
    """Draws of one kind differ in all rows, and drawn anew they would by chance only; the condition may change."""
    document = table({"w": {"rule": rule}}, "w where s == on", updates=40, columns=["s", "w"])
    (fault,) = faults_of(document)

    assert fault.path == "tables.t.changes.columns[1]"
    assert "w cannot change: it is unique where s == 'on'" in fault.what
    assert fault.fix == "leave it out"
    document["tables"]["t"]["changes"]["columns"] = ["s"]
    for rows in snapshots(syndata.generate(document)):
        check_unique(rows, ("w",))


@pytest.mark.parametrize("column", [branched(unique=True), whole(1, 40, unique=True, null_when="s == off")])
def test_what_a_unique_column_is_chosen_by_does_not_change(column: Document) -> None:
    (fault,) = faults_of(table({"w": column}, updates=9, columns=["s"]))

    assert fault.path == "tables.t.changes.columns"
    assert "updates would change w, which is part of a key" in fault.what


@pytest.mark.parametrize("stamp", ["changed_at", "inserted_at"])
def test_moments_of_changes_do_not_decide_where_a_key_holds(stamp: str) -> None:
    ended = {"type": "date", "rule": {"range": {"min": "2020-01-01", "max": "2021-01-01"}}, "null_rate": 0.5}
    changes = {"inserts": 5, "updates": 9, "columns": ["s"], stamp: "ended"}
    found = faults_of(table({"w": whole(1, 40), "ended": ended}, "w where ended is null", **changes))

    assert [fault.path for fault in found] == [f"tables.t.changes.{stamp}"]
    assert "w is made by ended" in found[0].what
