"""The table that tells what dirt damaged, as a table of the document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from syndata_engine.reading.columns import ColumnDraft
from syndata_engine.reading.names import same_file, wrong_table_name
from syndata_engine.reading.spots import Fields, Spot
from syndata_engine.reading.tables import TableDraft, Tables


@dataclass(frozen=True, slots=True)
class _Told:
    """A column of a table of truth."""

    name: str
    id: str
    type: Any


def add_truth(at: Spot, table: TableDraft, tables: Tables) -> None:
    """A table that holds a row for each damaged cell."""
    name = at.name("the name of a table")
    wrong = wrong_table_name(name) if name is not None else None
    if wrong:
        at.fault(*wrong)
    if name is None or wrong:
        return
    twin = next((one for one in tables.by_name.values() if same_file(one.name) == same_file(name)), None)
    if twin is not None:
        at.fault(f"there is a table {twin.name!r} already", "choose another name", related=(twin.spot.path,))
        return
    made = next((path for one, path in _changes_make(tables) if same_file(one) == same_file(name)), None)
    if made is not None:
        at.fault(f"the changes make a table {name!r} already", "choose another name", related=(made,))
        return
    if any(one.id == name for one in tables.by_name.values()):
        at.fault(f"the table id {name!r} is taken", "choose another name")
        return
    empty = Fields(replace(at, node=at.node._replace(value={})), {}, (), None)
    truth = TableDraft(at, empty, name, name, at, truth_of=table.name)
    for told in _truth_columns(table):
        truth.columns[told.name] = ColumnDraft(at, told.name, told.id, at, type=told.type)
    tables.by_name[name] = truth


def _changes_make(tables: Tables) -> Iterator[tuple[str, str]]:
    """The tables that follow from changes, and where these stand."""
    for changes in (table.changes for table in tables.by_name.values() if table.changes is not None):
        yield from ((name, changes.path) for name in (changes.log, changes.history, changes.later) if name is not None)


def _truth_columns(table: TableDraft) -> list[_Told]:
    told = [_Told("row_number", "row", "int")]
    fixed = [("column_name", "column"), ("kind", "kind"), ("clean_value", "clean"), ("dirty_value", "dirty")]
    # SQL takes names that differ in letter case alone for one.
    taken = {"row_number", *(name for name, _ in fixed)}
    for name in table.key():
        shown = name
        while shown.casefold() in taken:
            shown = f"key_{shown}"
        told.append(_Told(shown, f"key {name}", None))
        taken.add(shown.casefold())
    return told + [_Told(name, own, "str") for name, own in fixed]
