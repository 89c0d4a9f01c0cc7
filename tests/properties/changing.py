"""Random datasets of which tables change, and the log applied the way a consumer applies it."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from syndata_contracts.errors import Fault, Refused
from tests.properties.made import Made, planned
from tests.properties.strategies import Document, datasets

Row = dict[str, Any]
HISTORY = ("history_id", "valid_from", "valid_to", "is_current", "version")
AMOUNTS = st.one_of(st.integers(1, 60), st.sampled_from(["10%", "50%", "250%", "0%"]))
DRAWN: tuple[Document, ...] = (
    {"name": "own_state", "rule": {"type": "choice", "value": {"a": 3, "b": 1, "c": 1}}},
    {"name": "own_name", "rule": "full_name", "sensitivity": "PII"},
    {"name": "own_due", "type": "date", "rule": {"type": "range", "min": "2020-01-01", "max": "2021-01-01"}},
    {
        "name": "own_paid",
        "type": "date",
        "rule": {"type": "range", "min": "2020-06-01", "max": "2022-01-01"},
        "null_rate": 0.2,
    },
    {"name": "own_tags", "rule": {"type": "list", "of": ["x", "y"], "max": 2}},
)
"""Columns that updates may change, for tables that have few of them."""
MOSTLY = st.sampled_from([True, True, True, False])
MOST_TURNS = 40
"""Refusals that are followed until what is asked can be met."""


@st.composite
def changing(draw: DrawFn) -> tuple[Document, str]:
    """A dataset and the table of it that changes, asked for more than may be and then less, as the refusals say."""
    document = copy.deepcopy(draw(datasets()))
    keyed = [table for table in document["tables"] if any("PK" in marks(one) for one in table["columns"])]
    if not keyed:
        keyed = [document["tables"][0]]
        keyed[0]["columns"].insert(0, {"name": "own", "type": "int", "constraints": ["PK"], "rule": "sequence"})
    referred = {
        fk["parent_table"] for table in document["tables"] for fk in table["foreign_keys"] if "parent_table" in fk
    }
    free = [table for table in keyed if table["table_name"] not in referred]
    prefers_free = draw(MOSTLY)
    table = draw(st.sampled_from(free if free and prefers_free else keyed))
    table["columns"] += copy.deepcopy(
        draw(st.lists(st.sampled_from(DRAWN), min_size=1, unique_by=lambda one: one["name"]))
    )
    if {"own_due", "own_paid"} <= {one["name"] for one in table["columns"]}:
        table["constraints"].append("own_paid >= own_due")
    names = [one["name"] for one in table["columns"]]
    table["changes"] = {
        "to": draw(st.sampled_from(["+1h", "+30d", "+3y"])),
        "inserts": draw(AMOUNTS),
        "updates": draw(AMOUNTS),
        "deletes": draw(st.one_of(st.integers(0, 20), st.sampled_from(["10%", "100%"]))),
        "columns": draw(st.lists(st.sampled_from(names), min_size=1, unique=True)),
        "snapshot": draw(st.booleans()),
    }
    for _ in range(MOST_TURNS):
        try:
            planned(document)
        except Refused as refused:
            if not _take_back(table["changes"], refused.faults):
                raise
        else:
            break
    return document, table["table_name"]


def marks(column: Document) -> list[str]:
    """PK, FK, ..."""
    found: list[str] = column.get("constraints", [])
    return found


def _take_back(changes: Document, faults: Sequence[Fault]) -> bool:
    """Ask for less at the places of faults, for as much as they say; False where one is of something else."""
    matches = [re.search(r"\.changes(?:\.(\w+)(?:\[(\d+)\])?)?$", fault.path) for fault in faults]
    if None in matches:
        return False
    places = {match[1] for match in matches if match}
    numbers = {int(match[2]) for match in matches if match and match[2]}
    if None in places:
        places |= {"inserts", "deletes"}
    for place in places & {"inserts", "deletes"}:
        there = [fault.fix for fault in faults if fault.path.endswith((f".{place}", ".changes"))]
        said = [re.match(r"(?:insert|delete) at most ([\d,]+)", fix) for fix in there]
        changes[place] = min(int(one[1].replace(",", "")) if one else 0 for one in said)
    columns = [one for number, one in enumerate(changes["columns"] or []) if number not in numbers]
    if not columns or ("columns" in places and not numbers) or "updates" in places:
        changes["columns"], changes["updates"] = None, 0
    else:
        changes["columns"] = columns
    return True


@dataclass(frozen=True)
class Told:
    """What a dataset tells of one table's changes."""

    first: list[Row]
    log: list[Row]
    history: list[Row]
    later: list[Row]
    key: tuple[str, ...]

    @classmethod
    def of(cls, made: Made, name: str) -> Told:
        """The four tables, as rows."""
        tables = (name, f"{name}_log", f"{name}_history", f"{name}_later")
        schema = made.table(name)
        key = tuple(column.name for column in schema.columns if column.primary_key)
        first, log, history, later = (rows_of(made.values[table]) for table in tables)
        return cls(first, log, history, later, key)

    def identity(self, row: Row) -> tuple[Any, ...]:
        """The values of the key."""
        return tuple(row[name] for name in self.key)

    def at(self, moment: Any) -> list[Row]:
        """The history's rows that hold at a moment, by key."""
        found = [
            {name: value for name, value in row.items() if name not in HISTORY}
            for row in self.history
            if row["valid_from"] <= moment and (row["valid_to"] is None or row["valid_to"] > moment)
        ]
        return sorted(found, key=lambda row: repr(self.identity(row)))


def rows_of(values: dict[str, list[Any]]) -> list[Row]:
    """Columns as rows."""
    return [dict(zip(values, cells, strict=True)) for cells in zip(*values.values(), strict=True)]


class Consumer:
    """Applies changes one by one, and insists that each fits."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self.state = {told.identity(row): row for row in told.first}

    def apply(self, change: Row) -> None:
        """One row of the log."""
        key = self._told.identity(change["key"])
        before, after = change["before"], change["after"]
        match change["op"]:
            case "r":
                assert before is None
                assert after == self.state[key]
            case "c":
                assert before is None
                assert key not in self.state
                self.state[key] = after
            case "u":
                assert before == self.state[key]
                assert self._told.identity(after) == key
                self.state[key] = after
            case "d":
                assert after is None
                assert before == self.state.pop(key)
            case other:
                raise AssertionError(other)

    def snapshot(self) -> list[Row]:
        """All rows, by key."""
        return sorted(self.state.values(), key=lambda row: repr(self._told.identity(row)))
