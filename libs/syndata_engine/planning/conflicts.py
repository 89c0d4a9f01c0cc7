"""The smallest set of lines that conflict: without any one of them, the others can be met.

Whoever refuses a document names every line that may take part. Here each of them is left out in turn, as if it
were deleted from the document, and the rest is planned again: a line without which the conflict is still there has
no part in it, and stays out. What is left is a set of lines of which none can be spared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final, TypeVar

from syndata_contracts.described import Described
from syndata_contracts.errors import Fault
from syndata_contracts.schema import ColumnSchema, DatasetSchema, ForeignKeySchema, TableSchema

_MOST_COLUMNS: Final = 5_000
"""Columns planned in search of smaller sets, for one refusal; about a second. Beyond, all lines are named."""

Again = Callable[[DatasetSchema], Iterable[Fault]]
Part = TypeVar("Part", bound=Described)


def smallest_conflicts(schema: DatasetSchema, faults: Iterable[Fault], again: Again) -> tuple[Fault, ...]:
    """The faults, each with the fewest lines that still conflict; `again` plans a schema and returns its faults."""
    cost = max(1, sum(len(table.columns) for table in schema.tables))
    left = _MOST_COLUMNS
    found = []
    for fault in faults:
        lines = _lines(schema, fault)
        affordable = len(lines) > 1 and left >= cost * len(lines)
        left -= cost * len(lines) if affordable else 0
        found.append(_smallest(schema, fault, lines, again) if affordable else fault)
    return tuple(found)


def without(schema: DatasetSchema, path: str) -> DatasetSchema | None:
    """The schema as if the line at a path had been deleted; None where that line says nothing that could be spared."""
    if path == "rows":
        return None if schema.rows is None else schema.model_copy(update={"rows": None})
    for number, table in enumerate(schema.tables):
        changed = _table_without(table, path)
        if changed is not None:
            tables = (*schema.tables[:number], changed, *schema.tables[number + 1 :])
            return schema.model_copy(update={"tables": tables})
    return None


def _lines(schema: DatasetSchema, fault: Fault) -> list[str]:
    """The lines of a conflict that can be left out; none where the fault is no conflict."""
    if not fault.related:
        return []
    return [path for path in dict.fromkeys((fault.path, *fault.related)) if without(schema, path) is not None]


def _smallest(schema: DatasetSchema, fault: Fault, lines: list[str], again: Again) -> Fault:
    kept = list(lines)
    for path in reversed(lines):
        fewer = without(schema, path)
        if fewer is None:
            continue
        if any(_about(one) == _about(fault) for one in again(fewer)):
            kept.remove(path)
            schema = fewer
    return replace(fault, path=kept[0], related=tuple(kept[1:])) if kept else fault


def _about(fault: Fault) -> str:
    """What is in conflict, whatever the numbers: the same with a line more or less."""
    above, found, _ = fault.path.partition(".constraints[")
    return above if found else re.sub(r"-?\d[\d,.]*", "#", fault.what)


def _table_without(table: TableSchema, path: str) -> TableSchema | None:
    if path == f"{table.path}.rows" and table.rows is not None:
        return table.model_copy(update={"rows": None})
    if path == f"{table.path}.unique" and table.unique:
        return table.model_copy(update={"unique": ()})
    if path == f"{table.path}.primary_key":
        columns = tuple(column.model_copy(update={"primary_key": False}) for column in table.columns)
        return table.model_copy(update={"columns": columns})
    for name, said in (("constraints", table.constraints), ("conditional_keys", table.conditional_keys)):
        kept = tuple(one for one in said if one.path != path)
        if kept != said:
            return table.model_copy(update={name: kept})
    for name, parts, change in (
        ("foreign_keys", table.foreign_keys, _reference_without),
        ("columns", table.columns, _column_without),
    ):
        changed = _any_without(parts, path, change)  # type: ignore[arg-type] # each with its own
        if changed is not None:
            return table.model_copy(update={name: changed})
    return None


def _any_without(
    parts: tuple[Part, ...], path: str, change: Callable[[Part, str], dict[str, Any] | None]
) -> tuple[Part, ...] | None:
    for number, part in enumerate(parts):
        update = change(part, path)
        if update is not None:
            return (*parts[:number], part.model_copy(update=update), *parts[number + 1 :])
    return None


def _reference_without(fk: ForeignKeySchema, path: str) -> dict[str, Any] | None:
    if fk.fan_out is not None and path in {fk.fan_out.path, f"{fk.path}.fan_out"} - {""}:
        return {"fan_out": None}
    for name in ("roots", "depth"):
        if path == f"{fk.path}.{name}" and getattr(fk, name) is not None:
            return {name: None}
    return None


def _column_without(column: ColumnSchema, path: str) -> dict[str, Any] | None:
    if column.rule is not None and path in {column.rule.path, f"{column.path}.rule"} - {""}:
        return {"rule": None}
    for name in ("unique", "primary_key"):
        if path == f"{column.path}.{name}" and getattr(column, name):
            return {name: False}
    if path == f"{column.path}.type" and column.type is not None:
        return {"type": None, "precision": None, "scale": None}
    return None
