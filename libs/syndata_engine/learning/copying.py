"""Columns that repeat what the row's parent says: told as that, so that they agree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from syndata_engine.learning.columns import Learnt
from syndata_engine.learning.result import LearntTable, LearntTables, Reference

_LEAST_ROWS: Final = 20
_ALIKE: Final = 0.999
"""Share of the rows that must say the same as their parent."""


def learn_copies(learnt: LearntTables) -> None:
    """Give columns that say what their parent's column says the rule `lookup`; tables whose every row was seen only."""
    used: set[tuple[str, str]] = set()
    for one in sorted(learnt.references, key=lambda one: (one.key,) != learnt.table(one.parent).primary_key):
        table, parent = learnt.table(one.table), learnt.table(one.parent)
        if one.reflexive or not table.observed.whole or not parent.observed.whole or _is_copy(table.column(one.column)):
            continue
        if _copy(one, table, parent, frozenset(column for name, column in used if name == table.name)):
            used.add((table.name, one.column))
    learnt.references = [one for one in learnt.references if not _is_copy(learnt.table(one.table).column(one.column))]


def _copy(one: Reference, table: LearntTable, parent: LearntTable, used: frozenset[str]) -> bool:
    """Whether the reference tells of a column; those that others look through, `used`, stay references."""
    copied = False
    rows = pc.index_in(table.column(one.column).observed.texts, parent.column(one.key).observed.texts)
    for child, source in _pairs(one, table, parent):
        if child.name in used:
            continue
        told = source.observed.texts.take(rows)
        both = pc.and_(pc.is_valid(rows), pc.or_(pc.is_valid(told), pc.is_valid(child.observed.texts)))
        count = int(pc.sum(pc.cast(both, pa.int64())).as_py() or 0)
        alike = pc.and_(both, pc.fill_null(pc.equal(told, child.observed.texts), fill_value=False))
        if count < _LEAST_ROWS or int(pc.sum(pc.cast(alike, pa.int64())).as_py() or 0) < _ALIKE * count:
            continue
        copied, child.drawn = True, child.drawn or child.body
        child.role, child.categories = "copied", []  # the parent's are told, by the parent's rows
        rule = {"type": "lookup", "column": f"{parent.name}.{source.name}", "via": one.column}
        child.body = {"type": source.body["type"], "rule": rule}
        child.body |= {
            key: source.body[key] for key in ("decimals", "scale", "zone", "sensitivity") if key in source.body
        }
        child.remarks = [f"what the row of {parent.name} says"]
    return copied


def _pairs(one: Reference, table: LearntTable, parent: LearntTable) -> Iterator[tuple[Learnt, Learnt]]:
    """Columns that may say the same: of the same name, with or without the parent's, or a second reference to the parent."""
    for child in table.columns:
        if child.name == one.column or child.role in {"copied", "key", "empty"} or child.name in table.primary_key:
            continue
        for source in parent.columns:
            if source.name == one.key or source.role in {"copied", "reference", "empty"}:
                continue
            same = child.name in {source.name, f"{parent.name}_{source.name}"} or child.name.endswith(f"_{source.name}")
            if same and child.observed.profile.type == source.observed.profile.type:
                yield child, source
                break


def _is_copy(column: Learnt) -> bool:
    return column.role == "copied"
