"""Which words a column is drawn from, and so what changes with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, Final

from syndata_contracts.schema import ColumnSchema
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import WholeTable
from syndata_engine.generation.families.links import Link, Via
from syndata_engine.generation.nodes.frame import Node

if TYPE_CHECKING:
    from syndata_engine.generation.tables.tables import TableBuilder

_OF_RECORDS: Final = frozenset({"entity", "combination"})
"""Words that several columns of a row are drawn from: those of one person, place, company or combination."""


def nodes_of(column: Column) -> frozenset[Node]:
    """Every node of the column's own rows that it is computed from; not those of parents and children."""
    found: set[Node] = set()
    seen: set[int] = set()
    waiting: list[Any] = [column.code, column.text, column.null, column.parts, column.length]
    while waiting:
        value = waiting.pop()
        if isinstance(value, tuple | list):
            waiting += value
        elif isinstance(value, Via | Link):
            # The rest belongs to the parent's row.
            waiting.append(value.link.parent_row if isinstance(value, Via) else value.parent_row)
        elif id(value) not in seen and is_dataclass(type(value)) and not isinstance(value, WholeTable):
            seen.add(id(value))
            waiting += (getattr(value, one.name, None) for one in fields(value))
            if isinstance(value, Node):
                found.add(value)
    return frozenset(found)


def own_words(builder: TableBuilder, column: ColumnSchema, nodes: Iterable[Node]) -> frozenset[Node]:
    """Of the nodes that a column is computed from, the words that are drawn for it, and for it alone or its record."""
    paths = {node: path for path, node in builder.context.words.items()}
    references = {
        fk.id
        for fk in builder.schema.foreign_keys
        if column.name in fk.child_columns and fk.choice == "independent" and not fk.parents
    }
    return frozenset(node for node in nodes if node in paths and _is_own(paths[node], column.id, references))


def _is_own(path: tuple[str, ...], column_id: str, references: set[str]) -> bool:
    if path[0] in _OF_RECORDS:
        return True
    if path[0] == "reference":
        return path[1] in references
    # Values inside a struct or list have the column's id and a NUL before their own.
    return path[0] in {"column", "null"} and (path[1] == column_id or path[1].startswith(f"{column_id}\0"))
