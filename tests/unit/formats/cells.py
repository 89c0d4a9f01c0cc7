"""Tables whose cells a test writes down itself: real row programs over codes that are given, not drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from syndata_contracts.plan import PlannedColumn, PlannedTable
from syndata_engine.generation import BoundTable
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import RowNumber, Taken
from syndata_engine.pools import Pool


def codes(values: Sequence[int]) -> Node:
    """A node whose code in row n is values[n]."""
    return Taken(RowNumber(), np.array(values, np.int64))


def _nulls(values: Sequence[Any]) -> Node | None:
    return codes([value is None for value in values]) if None in values else None


def cells(name: str, values: Sequence[int | None], scale: int = 0, precision: int | None = None) -> Column:
    """A column of a type with these codes, one for each row; None is NULL."""
    plain = [0 if value is None else value for value in values]
    return Column(ValueType(name, precision, scale), codes(plain), null=_nulls(values))


def texts(values: Sequence[str | None]) -> Column:
    """A column of texts that are entries of a pool."""
    labels = Pool(tuple("" if value is None else value for value in values))
    return Column(ValueType("str"), codes(range(len(values))), null=_nulls(values), labels=labels)


def table_of_cells(columns: dict[str, Column], rows: int) -> BoundTable:
    """A table of one part with these columns."""
    planned = PlannedTable(
        id="t",
        name="t",
        rows=rows,
        part_rows=16_384,
        row_bytes=10,
        locale="en_US",
        columns=tuple(
            PlannedColumn(id=name, name=name, type=column.type.name, kind="given", values_version=1)
            for name, column in columns.items()
        ),
    )
    return BoundTable(planned, 0, columns)
