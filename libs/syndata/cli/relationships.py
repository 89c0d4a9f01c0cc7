"""What is said of references: how each lies among the tables, and whether rows that are made of them really meet."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from syndata.cli.plan_telling import graph_document

if TYPE_CHECKING:
    import pyarrow as pa

    from syndata_contracts.plan import Plan
    from syndata_contracts.schema import ForeignKeySchema
    from syndata_engine.generation import Dataset
    from syndata_engine.planning import Prepared

_MOST_PARENTS: Final = 200_000
"""Rows of a parent that are made to be looked in."""
_CHILDREN: Final = 10_000
"""Rows of a child that are looked up: half from its beginning, half from its end."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One reference, and what became of looking its rows up."""

    child: str
    columns: tuple[str, ...]
    parent: str
    rows: int
    """Of the child, that were looked up."""
    missing: int
    """Rows among them whose parent is not there."""
    why_not: str = ""
    """Why none was looked up."""

    def __str__(self) -> str:
        name = f"{self.child} ({', '.join(self.columns)}) -> {self.parent}"
        if self.why_not:
            return f"{name}: holds by construction; not looked up: {self.why_not}"
        if self.missing:
            return f"{name}: {self.missing:,} of {self.rows:,} rows have no parent"
        return f"{name}: {self.rows:,} rows looked up, each has its parent"


def relationships(prepared: Prepared) -> dict[str, Any]:
    """The order of tables and every reference, as JSON shows them."""
    return graph_document(prepared.plan)


def describe_relationships(prepared: Prepared) -> None:
    """Say on standard error how tables hang together."""
    document = relationships(prepared)
    sys.stderr.write(f"tables, parents first: {', '.join(document['order'])}\n")
    for one in document["references"]:
        fan_out = one["fan_out"]
        each = "" if fan_out is None else f", {fan_out['min']:,} to {fan_out['max']:,} children of each parent"
        null = f", {one['null_rate']:.3g} of them NULL" if one["null_rate"] else ""
        parents = " or ".join(one["parents"])
        sys.stderr.write(f"  {one['child']} ({', '.join(one['columns'])}) -> {parents}: {one['shape']}{each}{null}\n")
    if not document["references"]:
        sys.stderr.write("  no table refers to another\n")


def check_relationships(prepared: Prepared) -> list[Checked]:
    """Make rows of every reference's child and look their parents up among the parent's own rows."""
    from syndata.tables import bound

    dataset = bound(prepared)
    return [
        _checked(prepared.plan, dataset, schema.name, key, parent, columns)
        for schema in prepared.plan.schema_.tables
        if any(table.name == schema.name for table in prepared.plan.tables)
        for key in schema.foreign_keys
        for parent, columns in _parents(key)
    ]


def _parents(key: ForeignKeySchema) -> Iterator[tuple[str, tuple[str, ...]]]:
    if key.parent_table is not None:
        yield key.parent_table, key.parent_columns
    for option in key.parents:
        yield option.table, ()


def _checked(
    plan: Plan, dataset: Dataset, child: str, key: ForeignKeySchema, parent: str, columns: tuple[str, ...]
) -> Checked:
    why_not = _obstacle(plan, child, key, parent, columns)
    if why_not:
        return Checked(child, key.child_columns, parent, 0, 0, why_not)
    known = set(_keys(dataset, parent, columns, [(0, plan.table(parent).rows)]))
    rows = plan.table(child).rows
    half = _CHILDREN // 2
    spans = [(0, rows)] if rows <= _CHILDREN else [(0, half), (rows - half, rows)]
    asked = [one for one in _keys(dataset, child, key.child_columns, spans) if None not in one]
    return Checked(child, key.child_columns, parent, len(asked), sum(one not in known for one in asked))


def _obstacle(plan: Plan, child: str, key: ForeignKeySchema, parent: str, columns: tuple[str, ...]) -> str:
    tables = {table.name: table for table in plan.tables}
    if not columns:
        return "another column says which of several parents is meant"
    if parent not in tables:
        return "the parent is not made"
    if tables[parent].rows > _MOST_PARENTS:
        return f"the parent has more than {_MOST_PARENTS:,} rows"
    hit = {column for dirt in tables[child].dirt for column in dirt.columns}
    hit_there = {column for dirt in tables[parent].dirt for column in dirt.columns}
    if hit & set(key.child_columns) or hit_there & set(columns):
        return "its columns are damaged on purpose"
    return ""


def _keys(
    dataset: Dataset, table: str, columns: tuple[str, ...], spans: list[tuple[int, int]]
) -> Iterator[tuple[object, ...]]:
    from syndata.tables import BATCH_ROWS

    for first, stop in spans:
        for at in range(first, stop, BATCH_ROWS):
            batch: pa.RecordBatch = dataset.tables[table].batch(at, min(stop, at + BATCH_ROWS))
            yield from zip(*(batch.column(name).to_pylist() for name in columns), strict=True)
