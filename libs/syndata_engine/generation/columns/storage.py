"""How wide numbers are stored, whose clock times show, and bytes as hex digits: what a column says beyond its type."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, Final

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ColumnSchema
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.nodes.codes import INT64_MAX, MAX_DAY, MICROS_PER_DAY, MIN_DAY

INTEGERS: Final[dict[str | None, tuple[int, int]]] = {
    **{f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32)},
    "int64": (-INT64_MAX, INT64_MAX),
    **{f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32)},
    "uint64": (0, INT64_MAX),
}
"""Least and greatest value of every width. Values are 64-bit codes, so the upper half of uint64 is never made."""

_HEX: Final = re.compile(r"(?:[0-9a-f]{2})*")


def stored(schema: ColumnSchema, column: Column) -> Column:
    """The column with the width or zone that was declared; Refused where a value would not fit."""
    if schema.storage is not None and column.type.name in {"int", "float"}:
        _check_width(schema, column)
        column = replace(column, type=replace(column.type, storage=schema.storage))
    if schema.zone is not None and column.type.name == "datetime":
        column = replace(column, type=replace(column.type, zone=schema.zone))
    if column.type.zone:
        _check_years(schema, column)
    return column


def _check_width(schema: ColumnSchema, column: Column) -> None:
    bounds = INTEGERS.get(schema.storage)
    if bounds is None or column.type.name != "int":
        return
    least, most = bounds
    path = schema.rule.path if schema.rule else schema.path
    if column.low is None or column.high is None:
        if column.unique or least == -INT64_MAX:
            return  # a sequence: planning looks at its last number once the rows are known
        what = f"the values of {schema.name} have no bounds, so they may not fit in {schema.storage}"
        raise Refused(Fault(path or schema.path, what, "give a min and max, or declare int"))
    if column.low < least or column.high > most:
        what = f"{schema.name} has values from {column.low:,} to {column.high:,}, but {schema.storage} holds {least:,} to {most:,}"
        raise Refused(Fault(path or schema.path, what, "narrow the values, or declare a wider type"))


def _check_years(schema: ColumnSchema, column: Column) -> None:
    """Refuse times whose clock could show another year than 1 to 9999."""
    first, last = (MIN_DAY + 1) * MICROS_PER_DAY, MAX_DAY * MICROS_PER_DAY
    if (column.low is not None and column.low < first) or (column.high is not None and column.high >= last):
        what = f"on the clock of {column.type.zone}, {schema.name} would leave the years 1 to 9999"
        raise Refused(Fault(schema.path, what, "keep a day away from both ends, or drop the zone"))


def json_value(ctx: ColumnContext, value: Any, option: str) -> str:
    """A text that is JSON, on one line; Refused when it is none."""
    try:
        json.loads(value if isinstance(value, str) else "", parse_constant=_no_constant)
    except (ValueError, RecursionError):
        ctx.refuse(f"{value!r} is not JSON", "write JSON as a text in quotes: '{\"a\": [1, 2]}'", option)
    # Inside JSON's strings no line break stands as it is, so these are between tokens.
    return " ".join(str(value).split("\n"))


def _no_constant(word: str) -> None:
    raise ValueError(word)


def hex_text(ctx: ColumnContext, value: Any, option: str) -> str:
    """Bytes written as hex digits, in lower case; Refused when they are none."""
    text = value.strip().lower() if isinstance(value, str) else ""
    if not isinstance(value, str) or not _HEX.fullmatch(text):
        ctx.refuse(
            f"{value!r} is not bytes in hex", "write two hex digits for each byte, in quotes: 'deadbeef'", option
        )
    return text
