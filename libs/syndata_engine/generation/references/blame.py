"""The lines of a document that take part in what a column can hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from syndata_contracts.schema import ColumnSchema, TableSchema

if TYPE_CHECKING:
    from syndata_engine.generation.tables.tables import DatasetBuilder


def lines_behind(dataset: DatasetBuilder, table: str, column: ColumnSchema, reads: Iterable[str]) -> tuple[str, ...]:
    """Lines that bound a column which is computed from others: its type, and the rules and fan-outs that it reads."""
    lines = [rule_line(column), f"{column.path}.type", *_read(dataset, table, reads, {(table, column.name)})]
    return tuple(dict.fromkeys(lines))


def rule_line(column: ColumnSchema) -> str:
    """Where a column says how its values are made."""
    return (column.rule.path if column.rule else "") or column.path


def _read(dataset: DatasetBuilder, table: str, reads: Iterable[str], seen: set[tuple[str, str]]) -> Iterator[str]:
    for read in reads:
        owner, _, name = read.rpartition(".")
        owner = owner or table
        if owner not in dataset.tables or (owner, name) in seen:
            continue
        seen.add((owner, name))
        there = dataset.tables[owner]
        found = next((column for column in there.schema.columns if column.name == name), None)
        if found is None:
            continue
        yield rule_line(found)
        yield from _family_lines(dataset, there.schema, table)
        if name in there.columns:
            yield from _read(dataset, owner, there.columns[name].reads, seen)


def _family_lines(dataset: DatasetBuilder, child: TableSchema, parent: str) -> Iterator[str]:
    """What says how many children one parent has."""
    for fk in child.foreign_keys:
        if fk.parent_table == parent:
            yield f"{fk.path}.fan_out" if fk.fan_out is None else fk.fan_out.path or f"{fk.path}.fan_out"
            yield f"{child.path}.rows"
            yield f"{dataset.tables[parent].schema.path}.rows"
