"""From a document to plain Python values, read back the way a stranger would."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from syndata_contracts.schema import ColumnSchema, DatasetSchema, TableSchema
from syndata_engine.generation.kinds.registry import check_rule
from syndata_engine.generation.tables.binding import BoundTable, Dataset, bind
from syndata_engine.planning import Planning, compile_plan
from syndata_engine.reading import read_document
from syndata_engine.vocabularies import Vocabularies
from syndata_vocabularies import available_locales, read_pack

VOCABULARIES = Vocabularies(read_pack, available_locales())
Values = dict[str, list[Any]]


def schema_of(document: dict[str, Any]) -> DatasetSchema:
    """The document, read; it must have no fault."""
    reading = read_document(copy.deepcopy(document), check_rule=check_rule)
    assert not reading.faults, "; ".join(map(str, reading.faults))
    assert reading.schema is not None
    return reading.schema


def planned(document: dict[str, Any], secret: bytes = b"") -> Planning:
    """The document's plan."""
    return compile_plan(schema_of(document), VOCABULARIES, secret)


def bound(document: dict[str, Any], secret: bytes = b"") -> Dataset:
    """The document's dataset, ready to be asked."""
    return bind(planned(document, secret).plan, VOCABULARIES, secret)


def slice_of(table: BoundTable, start: int, stop: int) -> Values:
    """Rows of a table as plain values by column."""
    found: Values = table.batch(start, stop).to_pydict()
    return found


def values_of(document: dict[str, Any], secret: bytes = b"") -> dict[str, Values]:
    """Every value of every table, by table and column."""
    dataset = bound(document, secret)
    return {name: slice_of(table, 0, table.planned.rows) for name, table in dataset.tables.items()}


@dataclass(frozen=True)
class Made:
    """A dataset, and all its values."""

    schema: DatasetSchema
    dataset: Dataset
    values: dict[str, Values]

    @classmethod
    def of(cls, document: dict[str, Any]) -> Made:
        """Plan, bind and make everything."""
        dataset = bound(document)
        values = {name: slice_of(table, 0, table.planned.rows) for name, table in dataset.tables.items()}
        return cls(dataset.plan.schema_, dataset, values)

    def table(self, name: str) -> TableSchema:
        """A table's schema."""
        return next(table for table in self.schema.tables if table.name == name)

    def column(self, table: str, name: str) -> ColumnSchema:
        """A column's schema."""
        return next(column for column in self.table(table).columns if column.name == name)

    def rows(self, name: str) -> int:
        """Rows of a table."""
        return self.dataset.plan.table(name).rows

    def tuples(self, table: str, names: tuple[str, ...]) -> list[tuple[Any, ...]]:
        """The values of several columns, row by row."""
        return list(zip(*(self.values[table][name] for name in names), strict=True))
