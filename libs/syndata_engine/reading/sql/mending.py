"""What planning refuses of a draft is taken out of it, and said: a configuration that is handed over can be planned."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from syndata_contracts.errors import Defect, Fault
from syndata_engine.reading.sql.checks import Apart
from syndata_engine.reading.sql.drafts import ColumnDraft, Draft, TableDraft

FindFaults = Callable[[Mapping[str, Any]], Iterable[Fault]]
"""Gives what is wrong with a document, at paths inside it; nothing where it can be planned."""

_PATH = re.compile(r"tables\[(\d+)\](?:\.(columns|foreign_keys|constraints|unique|primary_key|rows)(?:\[(\d+)\])?)?")
_MOST_ROUNDS = 60


def mend(draft: Draft, find_faults: FindFaults) -> None:
    """Take out what is refused until nothing is; Defect where that does not end."""
    for _ in range(_MOST_ROUNDS):
        faults = list(find_faults(draft.body()))
        if not faults:
            return
        mended: set[str] = set()
        for fault in faults:
            hit = _PATH.match(fault.path)
            # Places move when something is taken out, so each table is mended once in a round.
            if hit and hit[1] not in mended:
                mended.add(hit[1])
                _take_out(draft.tables[int(hit[1])], hit[2], hit[3], fault)
        if not mended:
            raise Defect(f"an imported configuration cannot be planned: {faults[0]}")
    raise Defect("an imported configuration cannot be planned, whatever is taken out")


def _take_out(table: TableDraft, part: str | None, place: str | None, fault: Fault) -> None:
    number = int(place) if place is not None else 0
    if _drop_conditional(table, fault) or _drop_fan_outs(table, part, fault):
        return
    kept_apart = [one for one in table.apart if {one.left, one.right} & _columns_of(table, part, number)]
    if kept_apart and ("less than two" in fault.what or "cannot differ" in fault.what):
        # The reference can hold; that it differs from another cannot.
        table.apart.remove(kept_apart[0])
        _note_apart(table, kept_apart[0], fault)
    elif part == "foreign_keys":
        _drop_link(table, number, fault)
    elif part == "constraints" and number < len(table.orders):
        order = table.orders.pop(number)
        table.note(f"{order.later} after {order.earlier} is not taken over; {_why(fault)}", order.line)
    elif part == "constraints" and number < len(table.orders) + len(table.apart):
        _note_apart(table, table.apart.pop(number - len(table.orders)), fault)
    elif part == "columns" and number < len(table.columns):
        _make_plain(table, table.columns[number], fault)
    else:
        _drop_key(table, fault)


def _drop_conditional(table: TableDraft, fault: Fault) -> bool:
    """Take out the conditional key that a fault is about, where it is about one."""
    for path in (fault.path, *fault.related):
        hit = _PATH.match(path)
        place = int(hit[3]) - len(table.uniques) if hit and hit[2] == "unique" and hit[3] else -1
        if 0 <= place < len(table.conditional):
            key = table.conditional.pop(place)
            told = f"UNIQUE ({', '.join(key.columns)}) WHERE {key.told[:160]} is not taken over"
            table.note(f"{told}; {_why(fault)}", key.line)
            return True
    return False


def _drop_fan_outs(table: TableDraft, part: str | None, fault: Fault) -> bool:
    """Take out what was learnt of children per parent, where the table is refused for its rows, references or keys."""
    learnt = [link for link in table.links if link.fan_out]
    if not learnt or part in {"columns", "constraints"}:
        return False
    for link in learnt:
        link.fan_out = None
        table.note(f"children per {link.parent.name} are as many each: {fault.what}")
    return True


def _columns_of(table: TableDraft, part: str | None, number: int) -> set[str]:
    """The columns of a reference that a fault is about."""
    return set(table.links[number].columns) if part == "foreign_keys" and number < len(table.links) else set()


def _note_apart(table: TableDraft, one: Apart, fault: Fault) -> None:
    table.note(f"CHECK ({one.left} <> {one.right}) is not taken over; {_why(fault)}", one.line)


def _why(fault: Fault) -> str:
    return f"rows may break it: {fault.what}"


def _drop_link(table: TableDraft, number: int, fault: Fault) -> None:
    link = table.links.pop(number)
    names = ", ".join(link.columns)
    table.note(f"FOREIGN KEY ({names}) to {link.parent.name} is not taken over; {_why(fault)}", link.line)
    for name in link.columns:
        if table.covering(name) is None:
            _fill(table.column(name))


def _fill(column: ColumnDraft) -> None:
    """Give a column that lost its reference a rule of its own."""
    if column.sql.nullable:
        column.body.update(type="str", rule={"type": "null"})
        return
    family = column.sql.type.family
    column.body["type"] = family if family in {"int", "uuid", "date", "datetime", "bool"} else "str"
    column.body["rule"] = {"type": {"int": "sequence", "uuid": "uuid", "bool": "boolean"}.get(family, "range")}
    if column.body["type"] == "str":
        column.body["rule"] = {"type": "constant", "value": "x"}


def _make_plain(table: TableDraft, column: ColumnDraft, fault: Fault) -> None:
    """Take from a column what is refused of it, the mildest first."""
    if column.body.pop("unique", None):
        column.remarks.append(f"UNIQUE is not taken over; {_why(fault)}")
        return
    if any(column.name in key for key in table.all_keys()):
        _drop_key(table, fault, column.name)
        return
    orders = [order for order in table.orders if column.name in (order.later, order.earlier)]
    if orders:
        table.orders = [order for order in table.orders if order not in orders]
        table.note(f"the order of {column.name} is not taken over; {_why(fault)}")
        return
    link = table.covering(column.name)
    if link is not None:
        _drop_link(table, table.links.index(link), fault)
    elif column.body.pop("null_rate", None) is None:
        column.remarks.append(f"its rule {column.body.get('rule')} is refused: {fault.what}")
        _fill(column)


def _drop_key(table: TableDraft, fault: Fault, column: str | None = None) -> None:
    sets = [*table.uniques, table.primary_key]
    named = [key for key in sets if key and all(name in fault.what for name in key) and (not column or column in key)]
    key = next(iter(named or [key for key in sets if key and (not column or column in key)]), ())
    if key == table.primary_key and key:
        table.primary_key = ()
        table.note(f"PRIMARY KEY ({', '.join(key)}) is not taken over; {_why(fault)}", table.sql.line)
    elif key:
        table.uniques.remove(key)
        table.note(f"UNIQUE ({', '.join(key)}) is not taken over; {_why(fault)}", table.sql.line)
    else:
        raise Defect(f"an imported table cannot be planned: {fault}")
