"""Which columns of a table are unique together, as its schema says it."""

from __future__ import annotations

from dataclasses import dataclass

from syndata_contracts.schema import TableSchema


@dataclass(frozen=True)
class KeySet:
    """Columns that are unique together."""

    columns: tuple[str, ...]
    primary: bool
    path: str


def key_sets(table: TableSchema) -> list[KeySet]:
    """The table's primary key, unique columns and unique sets, smallest first."""
    primary = tuple(column.name for column in table.columns if column.primary_key)
    sets = [KeySet(primary, primary=True, path=table.path)] if primary else []
    sets += [KeySet((c.name,), primary=False, path=c.path) for c in table.columns if c.unique and (c.name,) != primary]
    sets += [KeySet(unique, primary=False, path=f"{table.path}.unique") for unique in table.unique]
    distinct = {frozenset(key.columns): key for key in reversed(sets)}
    return sorted(distinct.values(), key=lambda key: (len(key.columns), key.columns))
