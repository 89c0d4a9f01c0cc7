"""Changes that cannot be: each is told where it stands, what is wrong, and what would do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import syndata
from syndata_contracts.errors import Fault, Refused
from tests.unit.changes.shop import KEY, Document, changed, changes_of

Tables = dict[str, Any]


def faults_of(document: Document, **options: Any) -> list[Fault]:
    """What is wrong with a document."""
    with pytest.raises(Refused) as refused:
        syndata.plan(document, **options)
    return list(refused.value.faults)


def columns(tables: Tables) -> dict[str, Any]:
    """The columns of the table that changes."""
    found: dict[str, Any] = tables["customers"]["columns"]
    return found


def orders(**more: Any) -> Document:
    """A table that refers to customers."""
    return {"rows": 500, "columns": {"id": KEY, "customer": {"references": "customers.id"}, **more}}


def without(*names: str) -> Callable[[Tables], None]:
    """Leave something out of the changes."""

    def change(tables: Tables) -> None:
        for name in names:
            tables["customers"]["changes"].pop(name)

    return change


def both(*steps: Callable[[Tables], object]) -> Callable[[Tables], None]:
    """Several changes of a document."""

    def change(tables: Tables) -> None:
        for step in steps:
            step(tables)

    return change


def either_country(tables: Tables) -> None:
    """One of two references has a value."""
    columns(tables)["home"] = {"references": "countries.id"}
    tables["customers"]["constraints"].append({"exactly_one": ["country", "home"]})


def with_orders(**more: Any) -> Callable[[Tables], None]:
    return both(without("deletes"), lambda tables: tables.update(orders=orders(**more)))


@pytest.mark.parametrize(
    ("said", "place", "what", "fix"),
    [
        ({"columns": ["id"]}, ".columns[0]", "id cannot change: it is part of a key", "leave it out"),
        ({"columns": ["half"]}, ".columns[0]", "half cannot change: it is computed from limit", "list what it is computed from"),
        ({"columns": ["status", "country"]}, ".columns[1]", "finds its parent by the row's number", "choice: independent"),
        ({"columns": {"status": 999, "city": 1}}, ".columns.city", "less than one of 256 updates", "raise its weight"),
        ({"columns": ["updated"]}, ".changed_at", "among the columns that are drawn anew", "leave it out"),
        ({"deletes": 357}, ".deletes", "357 deletes, but customers has 300 rows and 56 that are inserted", "at most 356"),
        ({"to": "-1d"}, ".to", "the period ends before it begins", "the later of the two"),
        ({"to": "soon"}, ".to", "'soon' is not a date", "as_of"),
        ({"from": "2026-13-01"}, ".from", "'2026-13-01' is not a date", "as_of"),
        ({"from": "2026-01-01", "to": "2026-01-01T00:00:00.5Z"}, ".to", "do not fit into 499 milliseconds", "lengthen the period"),
        ({"inserts": 2**36}, "", "more than can be counted", "ask for fewer"),
        ({"inserted_at": "name"}, ".inserted_at", "name holds str", "name a date or datetime"),
        ({"inserted_at": "updated"}, ".changed_at", "cannot hold both moments", "keep changed_at"),
    ],
)  # fmt: skip
def test_changes_that_do_not_fit_their_table(said: dict[str, Any], place: str, what: str, fix: str) -> None:
    found = faults_of(changes_of(**said))

    assert any(
        one.path == f"tables.customers.changes{place}" and what in one.what and fix in one.fix for one in found
    ), found


@pytest.mark.parametrize(
    ("change", "place", "what", "fix"),
    [
        (lambda t: columns(t)["id"].pop("primary_key"), "", "no primary key", "primary_key: true"),
        (lambda t: columns(t)["id"].update(rule={"range": {"min": 1, "max": 310}}), ".inserts", "can tell apart 310 rows, but there are 300 and 60 inserts", "insert at most 10"),
        (lambda t: columns(t).update(code={"type": "int16", "rule": {"type": "sequence", "start": 32_420}}), ".inserts", "", ""),
        (lambda t: columns(t).update(kind={"rule": {"type": "choice", "value": ["a", "b"], "exact": True}}), ".inserts", "follows from how many rows there are", "drop kind"),
        (lambda t: columns(t).update(at={"type": "int", "rule": {"type": "position", "via": "country"}}), ".deletes", "would not hold once these are deleted", "drop at"),
        (lambda t: columns(t).update(so_far={"type": "decimal(12,2)", "rule": {"type": "running_sum", "column": "limit", "via": "country"}}), ".columns", "would not hold once these change", "computed from"),
        (lambda t: columns(t).update(boss={"references": {"table": "customers", "column": "id"}}), ".deletes", "itself refers to customers by boss", "drop deletes"),
        (lambda t: columns(t).update(boss={"references": {"table": "customers", "column": "id"}}), ".inserts", "is to the table itself", "drop inserts"),
        (lambda t: columns(t)["country"].update(references={"table": "countries", "column": "id", "fan_out": "1..90"}), ".inserts", "at most 90", "a plain one"),
        (lambda t: columns(t)["country"].update(references={"table": "countries", "column": "id", "fan_out": "1..90"}), ".deletes", "at least 1 rows", "begin at 0"),
        (either_country, ".inserts", "country is one of country, home, and which of them a row has follows from its place", "drop inserts"),
        (with_orders(buyer={"references": {"table": "customers", "column": "id", "fan_out": "1..2"}}), ".inserts", "orders gives a row of customers at least 1 rows by buyer", "begin at 0"),
        (lambda t: t.update(orders=orders()), ".deletes", "orders refers to customers by customer", "drop deletes, or the reference"),
        (with_orders(status={"rule": {"type": "lookup", "column": "status", "via": "customer"}}), ".columns", "orders.status reads customers.status", "drop orders.status"),
        (with_orders(changed={"rule": {"type": "lookup", "column": "updated", "via": "customer"}}), ".columns", "orders.changed reads customers.updated", "drop orders.changed"),
        (lambda t: t["countries"]["columns"].update(people={"rule": {"type": "count", "table": "customers", "via": "country"}}), "", "countries.people sums up rows", "drop countries.people"),
        (lambda t: t["countries"]["columns"].update(owed={"type": "decimal(14,2)", "rule": {"type": "sum", "table": "customers", "column": "limit", "via": "country"}}), ".columns", "countries.owed reads customers.limit", "leave limit as it is"),
        (lambda t: columns(t).update(version={"type": "int"}), ".history", "has a column of that name", "history: false"),
        (lambda t: columns(t).update(age={"type": "datetime", "rule": {"type": "formula", "formula": "updated"}}), ".changed_at", "age is made by updated", "drop changed_at"),
        (lambda t: [columns(t)[name].update(rule={"range": {"min": "2020-01-01", "max": "2026-06-01"}}) for name in ("created", "updated")], ".changed_at", "need not stand in order with created", "end before the period"),
        (lambda t: t["customers"].update(dirt=[{"kind": "typo", "columns": "name", "rate": "1%"}]), "", "both changes and dirt", "keep one of the two"),
        (lambda t: t["customers"].update(constraints=["updated > created"]), ".inserted_at", "need not stand in order with updated", "drop the constraint"),
    ],
)  # fmt: skip
def test_what_changes_would_make_wrong(change: Callable[[Tables], object], place: str, what: str, fix: str) -> None:
    found = faults_of(changed(change))

    if not what:
        # The sequence itself is refused, at its own line.
        assert any("sequence would reach" in one.what for one in found), found
        return
    assert any(
        one.path == f"tables.customers.changes{place}" and what in one.what and fix in one.fix for one in found
    ), found


def test_an_update_needs_a_row_that_lives() -> None:
    def empty(tables: Tables) -> None:
        tables["customers"]["rows"] = 0
        tables["customers"]["changes"] = {"to": "+1d", "updates": 3, "columns": ["status"]}

    (fault,) = faults_of(changed(empty))
    assert (fault.path, "lives long enough" in fault.what) == ("tables.customers.changes.updates", True)


def test_an_inserted_row_needs_a_parent() -> None:
    def alone(tables: Tables) -> None:
        tables["customers"]["rows"] = tables["countries"]["rows"] = 0
        tables["customers"]["changes"] = {"to": "+1d", "inserts": 3}

    assert all("needs a row of countries, which has none" in fault.what for fault in faults_of(changed(alone)))


@pytest.mark.parametrize(
    ("said", "place", "what", "fix"),
    [
        ({"to": None}, ".to", "'to' is empty", "add `to: +30d`"),
        ({"to": 5}, ".to", "expected a time", "+30d"),
        ({"inserts": -1}, ".inserts", "out of bounds", "at least 0"),
        ({"inserts": 0.5}, ".inserts", "expected a number of rows", "write 50%"),
        ({"deletes": "many"}, ".deletes", "expected a number of rows", "5%"),
        ({"updates": "9999999%"}, ".updates", "more than 1,000,000%", "fewer"),
        ({"inserts": True}, ".inserts", "expected a number of rows", "5%"),
        ({"columns": None}, ".updates", "nothing says which columns updates change", "add `columns: [...]`"),
        ({"updates": None}, ".columns", "never change", "add `updates: 10%`"),
        ({"columns": []}, ".columns", "the list is empty", "name the columns"),
        ({"columns": ["statu"]}, ".columns[0]", "has no column 'statu'", "did you mean `status`"),
        ({"columns": ["city", ["status", "city"]]}, ".columns[1][1]", "'city' stands twice", "once"),
        ({"columns": {"city": 0}}, ".columns.city", "never changes the column", "give it more"),
        ({"columns": {"city": "often"}}, ".columns.city", "expected a weight", "3 or 0.5"),
        ({"columns": [{"weight": 2}]}, ".columns[0]", "'columns' is missing", "add `columns"),
        ({"columns": [{"columns": "city", "wieght": 2}]}, ".columns[0].wieght", "'wieght' is not known", "did you mean `weight`"),
        ({"changed_at": "nope"}, ".changed_at", "has no column 'nope'", "its columns"),
        ({"inserts_": 3}, ".inserts_", "'inserts_' is not known", "did you mean `inserts`"),
        ({"log": "countries"}, ".log", "there is one of that name", "another name"),
        ({"log": "same", "later": "same"}, ".later", "there is one of that name", "another name"),
        ({"history": "Customers_LOG"}, ".history", "there is one of that name", "another name"),
        ({"log": "a/b"}, ".log", "tables become files", "use letters"),
        ({"log": 7}, ".log", "expected true, false or a name", "quote it"),
        ({"log": False, "history": False, "later": False}, "", "nothing is made of these changes", "keep one"),
        ({"snapshot": "yes"}, ".snapshot", "expected true or false", "write true"),
    ],
)  # fmt: skip
def test_what_is_written_wrong(said: dict[str, Any], place: str, what: str, fix: str) -> None:
    """One cause, one fault."""
    (found,) = faults_of(changes_of(**said))

    assert (found.path, what in found.what, fix in found.fix) == (f"tables.customers.changes{place}", True, True), found


@pytest.mark.parametrize("said", [["a"], "log", 3])
def test_changes_are_a_mapping(said: Any) -> None:
    (found,) = faults_of(changed(lambda tables: tables["customers"].update(changes=said)))

    assert found.path == "tables.customers.changes"
    assert "expected `{to: +30d" in found.what


def test_every_reason_is_told_at_once() -> None:
    """With the lines that take part."""

    def wrong(tables: Tables) -> None:
        tables["orders"] = orders(status={"rule": {"type": "lookup", "column": "status", "via": "customer"}})
        columns(tables)["version"] = {"type": "int"}

    found = faults_of(changed(wrong))
    assert {fault.path.rpartition(".")[2] for fault in found} == {"deletes", "columns", "history"}
    assert any("tables.orders.columns.status" in fault.related for fault in found)


def test_what_is_wrong_elsewhere_is_told_beside_what_is_wrong_with_changes() -> None:
    """But nothing that may only follow from it."""

    def wrong(tables: Tables) -> None:
        columns(tables)["status"] = {"rule": "choise"}
        columns(tables)["limit"] = {"type": "int", "rule": {"range": {"min": 5, "max": 1}}}
        tables["customers"]["changes"] |= {"deletes": 999, "sanpshot": True, "changed_at": "name"}

    found = {fault.path.removeprefix("tables.customers.") for fault in faults_of(changed(wrong))}
    assert found == {"columns.status.rule", "columns.limit.rule.range.min", "changes.sanpshot"}


def test_an_empty_list_of_changes_is_no_change() -> None:
    """`changes:` without anything counts as left out, as any key."""
    plan = syndata.plan(changed(lambda tables: tables["customers"].update(changes=None)))

    assert [table.name for table in plan.tables] == ["countries", "customers"]
