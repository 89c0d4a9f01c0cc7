"""From what a rule makes to what a column was declared to be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from syndata_contracts.schema import ColumnSchema
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.nodes.codes import MICROS_PER_DAY, NESTED, ValueType
from syndata_engine.generation.nodes.nodes import Mapped

DEFAULT_DECIMAL = (18, 2)
"""Digits in all, and after the point."""


def declared_type(column: ColumnSchema) -> ValueType | None:
    """The type a user declared, with its defaults."""
    if column.type is None:
        return None
    if column.type == "decimal":
        scale = DEFAULT_DECIMAL[1] if column.scale is None else column.scale
        return ValueType("decimal", column.precision or DEFAULT_DECIMAL[0], scale)
    return ValueType(column.type, scale=column.scale or 0, storage=column.storage or "", zone=column.zone or "")


def differs_in_digits(built: ValueType, declared: ValueType) -> bool:
    """Whether a decimal was declared with other digits than it is made with."""
    return declared.name == "decimal" and (built.scale != declared.scale or built.precision != declared.precision)


def cast_column(column: Column, declared: ValueType) -> Column | None:
    """A column as another type without loss: anything to text, int to decimal or float, date to datetime."""
    if declared.name == "binary" or column.type.name == "binary":
        return replace(column, type=declared, narrow=None) if declared.name == "str" else None
    if column.type.name in NESTED:
        return replace(column, type=declared, parts=(), length=None) if declared.name in {"json", "str"} else None
    if declared.name in {"json", *NESTED}:
        return None
    if declared.name in {"str", "uuid"}:
        return replace(
            column, type=declared, text=column.written(), code=column.code if column.labels else None, narrow=None
        )
    factor = 0
    if column.type.name == "int" and declared.name in {"decimal", "float"}:
        factor = 10**declared.scale
    elif column.type.name == declared.name == "decimal" and declared.scale >= column.type.scale:
        factor = 10 ** (declared.scale - column.type.scale)
    elif column.type.name == "date" and declared.name == "datetime":
        factor = MICROS_PER_DAY
    if not factor or column.code is None or (factor != MICROS_PER_DAY and None in {column.low, column.high}):
        return None
    low, high = (None if bound is None else bound * factor for bound in (column.low, column.high))
    return replace(
        column,
        type=declared,
        code=Mapped(lambda codes: codes * np.int64(factor), (column.code,)),
        low=low,
        high=high,
        narrow=None,
        offset_from=None,
    )
