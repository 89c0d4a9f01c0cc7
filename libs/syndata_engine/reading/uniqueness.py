"""What a table says is unique: columns, sets of columns, and either among the rows where a condition holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from syndata_contracts.schema import Condition, ConditionalKey, Operator
from syndata_engine.reading.conditions import NAME, read_condition
from syndata_engine.reading.nodes import Node
from syndata_engine.reading.spots import Spot
from syndata_engine.reading.tables import TableDraft

UNIQUE_KEYS = ("columns", "column", "where")
_SHAPE = "a list of columns, of lists of columns, or of `{columns: [...], where: ...}`"
_NULL = re.compile(rf"\s*{NAME}\s+is\s+(not\s+)?null\s*", re.IGNORECASE)
_FLAG = re.compile(rf"\s*(not\s+)?{NAME}\s*", re.IGNORECASE)
_WHERE = re.compile(r"(.+?)\s+where\s+(.+)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Said:
    """One entry: the columns, and the condition where there is one."""

    names: tuple[str, ...]
    condition: Condition | None = None


def read_unique(table: TableDraft) -> None:
    """Read `unique` of a table, noting every fault."""
    said = table.fields.get("unique")
    if said is None:
        return
    seen: dict[object, Spot] = {}
    single = isinstance(said.node.value, str | dict)
    for item in [said] if single else said.items(_SHAPE) or []:
        found = _entry(item, table)
        if found is None:
            continue
        meaning = (frozenset(found.names), None if found.condition is None else _meaning(found.condition))
        twin = seen.setdefault(meaning, item)
        if twin is not item:
            item.fault(f"{', '.join(found.names)} stands twice", "keep one", related=(twin.path,))
        elif found.condition is not None:
            table.conditional_keys.append(
                ConditionalKey(path=item.path, columns=found.names, condition=found.condition)
            )
        elif len(found.names) == 1:
            table.columns[found.names[0]].marks.setdefault("unique", item)
        else:
            table.unique.append((item.path, found.names))


def _meaning(condition: Condition) -> tuple[str, ...]:
    return condition.column, condition.operator, repr(condition.value), condition.expression or ""


def _entry(item: Spot, table: TableDraft) -> _Said | None:
    value = item.node.value
    if isinstance(value, dict):
        fields = item.fields("`{columns: [...], where: ...}`", UNIQUE_KEYS)
        columns_at = (
            fields.need("columns", "column", fix="add `columns: [...]`, what is unique together") if fields else None
        )
        where_at = fields.need("where", fix="add `where: ...`, or write the columns alone") if fields else None
        return _conditional(_names(columns_at, table), where_at, table) if columns_at and where_at else None
    match = _WHERE.fullmatch(value) if isinstance(value, str) and value not in table.columns else None
    if match:
        names = [name.strip(' `"') for name in match[1].strip("[]() ").split(",")]
        if None in [table.column(item, name) for name in names]:
            return None
        return _conditional(tuple(dict.fromkeys(names)), replace(item, node=Node(match[2])), table)
    names_at = _names(item, table)
    return None if names_at is None else _Said(names_at)


def _names(spot: Spot, table: TableDraft) -> tuple[str, ...] | None:
    names = spot.names("the name of a column, or a list of them")
    if names is None or None in [table.column(at, name) for name, at in names]:
        return None
    return tuple(name for name, _ in names)


def _read_where(spot: Spot) -> Condition | None:
    """A condition; tests for NULL and flags as comparisons, which proofs and databases understand."""
    text = spot.node.value if isinstance(spot.node.value, str) else ""
    null, flag = _NULL.fullmatch(text), _FLAG.fullmatch(text)
    if null:
        operator: Operator = "!=" if null[4] else "=="
        return Condition(path=spot.path, column=null[1] or null[2] or null[3], operator=operator, value=None)
    if flag:
        return Condition(path=spot.path, column=flag[2] or flag[3] or flag[4], value=not flag[1])
    return read_condition(spot)


def _conditional(names: tuple[str, ...] | None, where_at: Spot, table: TableDraft) -> _Said | None:
    condition = _read_where(where_at)
    if names is None or condition is None:
        return None
    if None in [table.column(where_at, name) for name in condition.columns]:
        return None
    own = [name for name in condition.columns if name in names]
    if own:
        what = f"the condition reads {own[0]!r}, which is to be unique where it holds"
        where_at.fault(what, "compare another column; NULL is never taken for a second one anyway")
        return None
    return _Said(names, condition)
