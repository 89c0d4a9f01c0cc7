"""Law 4: a key of a table that changes has room for all rows that there ever are, and no two alive at once share its values."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from math import prod
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from syndata_contracts.errors import Fault, Refused
from tests.properties.changing import Row, Told
from tests.properties.made import Made, planned
from tests.properties.profiles import examples
from tests.properties.promises import holds
from tests.properties.strategies import Document

STATES = ("on", "off", "gone")
WHERE = (("==", "on"), ("!=", "gone"), ("in", ["on", "off"]))
SORTS = ("unique", "together", "condition", "condition together", "branches", "primary branches")


@dataclass(frozen=True)
class Asked:
    """A table with a key, and what becomes of its rows."""

    document: Document
    capacity: int
    """Rows that the key can tell apart, whatever their states."""
    drawn: frozenset[str]
    """Columns that updates change."""

    @property
    def table(self) -> Document:
        """The table."""
        found: Document = self.document["tables"][0]
        return found

    @property
    def is_decided(self) -> bool:
        """Whether updates would change the key itself."""
        is_branched = "conditional_rules" in self.table["columns"][-1]
        return is_branched and "s" in self.drawn


@st.composite
def keyed(draw: DrawFn) -> Asked:
    """A table of few rows whose key has room for about as many inserts as there are."""
    sort = draw(st.sampled_from(SORTS))
    sizes = [draw(st.integers(1, 12)) for _ in range(1 + ("together" in sort))]
    capacity = prod(sizes)
    names = ["w", "v"][: len(sizes)]
    columns: list[Document] = [{"name": "s", "rule": {"type": "choice", "value": list(STATES)}}]
    if not sort.startswith("primary"):
        columns.insert(0, {"name": "id", "type": "int", "constraints": ["PK"], "rule": "sequence"})
    for name, size in zip(names, sizes, strict=True):
        columns.append({"name": name, "type": "int", "rule": {"type": "range", "min": 1, "max": size}})
    unique: list[Any] = []
    if sort.startswith("condition"):
        condition = dict(zip(("column", "operator", "value"), ("s", *draw(st.sampled_from(WHERE))), strict=True))
        unique.append({"columns": names, "where": condition})
    elif sort == "together":
        unique.append(names)
    else:
        columns[-1] |= {"constraints": ["PK"]} if sort.startswith("primary") else {"unique": True}
    if sort.endswith("branches"):
        more = draw(st.integers(1, 12))
        above = {"type": "range", "min": capacity + 1, "max": capacity + more}
        columns[-1]["conditional_rules"] = [{"when": "s == off", "rule": above}]
        capacity = min(capacity, more)
    rows = capacity - draw(st.integers(0, min(capacity, 9)))
    numbered = not sort.startswith("condition")
    free = ["s"] if numbered else ["s", *names]
    drawn = draw(st.lists(st.sampled_from(free), min_size=1, unique=True))
    changes: Document = {"to": "+30d", "inserts": draw(st.integers(0, capacity - rows + 3))}
    if rows and draw(st.sampled_from([True, True, False])):
        changes |= {"updates": draw(st.integers(1, 40)), "columns": drawn}
    if rows:
        changes["deletes"] = draw(st.integers(0, rows - 1))
    table = {"table_name": "t", "rows": rows, "columns": columns, "unique": unique, "changes": changes}
    return Asked({"tables": [table]}, capacity, frozenset(drawn if "updates" in changes else ()))


def faults_of(document: Document) -> list[Fault]:
    """What is wrong with it."""
    try:
        planned(document)
    except Refused as refused:
        return list(refused.faults)
    return []


@examples(150)
@given(keyed())
def test_inserts_are_refused_exactly_where_a_key_has_no_room(asked: Asked) -> None:
    """And what the refusal says would fit does: as many inserts, or as many rows to begin with."""
    rows, inserts = asked.table["rows"], asked.table["changes"]["inserts"]
    found = [fault for fault in faults_of(asked.document) if fault.path.endswith(".changes.inserts")]

    assert bool(found) == (rows + inserts > asked.capacity and inserts > 0)
    assert all("can tell apart" in fault.what for fault in found)
    most = [int(one[1]) for fault in found for one in [re.match(r"insert at most (\d+)", fault.fix)] if one]
    assert len(most) == len(found)
    assert not most or min(most) == asked.capacity - rows


@examples(150)
@given(keyed())
def test_no_two_rows_that_are_alive_at_once_share_a_key(asked: Asked) -> None:
    """In the first snapshot, after each change, and in the later snapshot."""
    document = copy.deepcopy(asked.document)
    changes = document["tables"][0]["changes"]
    changes["inserts"] = min(changes["inserts"], asked.capacity - asked.table["rows"])
    if asked.is_decided:
        assert all("part of a key" in fault.what for fault in faults_of(document))
        assert faults_of(document)
        return
    if "updates" in changes and faults_of(document):
        # No row lives long enough for them.
        assert {fault.path for fault in faults_of(document)} == {"tables.t.changes.updates"}
        del changes["updates"], changes["columns"]
    made = Made.of(document)
    told = Told.of(made, "t")
    for moment in sorted({row["valid_from"] for row in told.history}):
        check_apart(made, told.at(moment))
    check_apart(made, told.first)
    check_apart(made, told.later)


def check_apart(made: Made, rows: list[Row]) -> None:
    """No two rows have the same key."""
    table = made.table("t")
    sets: list[tuple[tuple[str, ...], list[Row]]] = [
        ((one.name,), rows) for one in table.columns if one.unique or one.primary_key
    ]
    sets += [(columns, rows) for columns in table.unique]
    for key in table.conditional_keys:
        where = key.condition
        sets.append((key.columns, [row for row in rows if holds(where, row[where.column])]))
    for columns, there in sets:
        values = [tuple(row[name] for name in columns) for row in there]
        assert len(set(values)) == len(values)
