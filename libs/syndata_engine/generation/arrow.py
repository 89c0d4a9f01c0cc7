"""Rows as Arrow columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from syndata_engine.generation.bits import SLACK, Bytes, Codes
from syndata_engine.generation.codes import ValueType
from syndata_engine.generation.columns import Column
from syndata_engine.generation.draws import uniform_codes, weighted_codes
from syndata_engine.generation.frame import TILE, Frame
from syndata_engine.generation.rendering.program import Assembler, Program
from syndata_engine.generation.text import Item, Pick
from syndata_engine.pools import Pool

MAX_DECIMAL_DIGITS = 18


def arrow_type(value_type: ValueType) -> pa.DataType:  # noqa: PLR0911 -- one return for each type
    """The Arrow type of a column."""
    match value_type.name:
        case "int":
            return pa.int64()
        case "float":
            return pa.float64()
        case "decimal":
            return pa.decimal128(value_type.precision or MAX_DECIMAL_DIGITS, value_type.scale)
        case "bool":
            return pa.bool_()
        case "date":
            return pa.date32()
        case "datetime":
            return pa.timestamp("us", "UTC")
    return pa.string()


@dataclass(eq=False)
class _TextColumn:
    """Collects one text column tile by tile."""

    program: Program
    rows: int
    data: Bytes = field(init=False)
    offsets: NDArrayInt32 = field(init=False)
    used: int = 0

    def __post_init__(self) -> None:
        self.offsets = np.zeros(self.rows + 1, np.int32)
        self.data = np.empty(self.program.row_bytes * min(self.rows, TILE) + SLACK, np.uint8)

    def add(self, frame: Frame, start: int) -> None:
        """Render the frame's rows behind what is there."""
        count = len(frame)
        need = self.used + count * self.program.row_bytes + SLACK
        if need > len(self.data):
            expected = int(self.used / max(start, 1) * self.rows * 1.05) if start else 0
            grown = np.empty(max(need, expected + TILE * self.program.row_bytes), np.uint8)
            grown[: self.used] = self.data[: self.used]
            self.data = grown
        cells = np.empty((len(self.program.inputs) or 1, count), np.int64)
        frame.fill(self.program.inputs, cells)
        ends = np.empty(count, np.int64)
        written = self.program.render(cells, count, self.data[self.used :], ends)
        self.offsets[start + 1 : start + count + 1] = ends + self.used
        self.used += written

    def array(self, null: Codes | None) -> pa.Array:
        """The finished column."""
        buffers = [_validity(null), pa.py_buffer(self.offsets), pa.py_buffer(self.data[: self.used])]
        return pa.Array.from_buffers(pa.string(), self.rows, buffers, -1 if null is not None else 0)


NDArrayInt32 = np.ndarray[Any, np.dtype[np.int32]]


def _validity(null: Codes | None) -> pa.Buffer | None:
    return None if null is None else pa.py_buffer(np.packbits(null == 0, bitorder="little"))


def _fixed(value_type: ValueType, codes: Codes, null: Codes | None) -> pa.Array:
    """A column of fixed width from its codes."""
    kind = arrow_type(value_type)
    match value_type.name:
        case "int" | "datetime":
            data: Any = codes
        case "float":
            data = codes / np.float64(10**value_type.scale)
        case "decimal":
            wide = np.empty((len(codes), 2), np.int64)
            wide[:, 0], wide[:, 1] = codes, codes >> 63
            data = wide
        case "bool":
            data = np.packbits(codes != 0, bitorder="little")
        case _:
            data = codes.astype(np.int32)
    return pa.Array.from_buffers(kind, len(codes), [_validity(null), pa.py_buffer(data)], -1 if null is not None else 0)


def pool_index(column: Column, frame: Frame) -> Codes:
    """The pool entry of every row of a column whose every value is one."""
    if column.labels is not None and column.code is not None:
        return frame.get(column.code)
    piece = column.text[0] if column.text else None
    if isinstance(piece, Item):
        return frame.get(piece.index)
    assert isinstance(piece, Pick)  # noqa: S101 -- Column.pool allows nothing else
    out = np.empty(len(frame), np.int64)
    words, key = frame.words(piece.word), np.uint64(piece.key)
    if piece.pool.weights is None:
        uniform_codes(words, key, 0, np.uint64(len(piece.pool.values)), 1, out)
    else:
        weighted_codes(words, key, *piece.pool.alias_table(), out)
    return out


@dataclass(eq=False)
class ArrowColumns:
    """Turns the columns of one table into record batches."""

    columns: dict[str, Column]
    table_key: int
    _programs: dict[str, Program] = field(default_factory=dict)

    def batch(self, start: int, stop: int, dictionaries: frozenset[str] = frozenset()) -> pa.RecordBatch:
        """Rows start..stop-1; the named columns, whose values come from a pool, as dictionaries."""
        rows = stop - start
        texts = {
            name: _TextColumn(self._program(name), rows)
            for name, column in self.columns.items()
            if self._is_text(name, column, dictionaries)
        }
        codes = {name: np.empty(rows, np.int64) for name in self.columns if name not in texts}
        nulls = {name: np.empty(rows, np.int64) for name, column in self.columns.items() if column.null is not None}
        for low in range(start, stop, TILE):
            frame = Frame(self.table_key, np.arange(low, min(low + TILE, stop), dtype=np.int64))
            at = slice(low - start, low - start + len(frame))
            for name, column in self.columns.items():
                if column.null is not None:
                    nulls[name][at] = frame.get(column.null)
                if name in texts:
                    texts[name].add(frame, low - start)
                elif name in dictionaries:
                    codes[name][at] = pool_index(column, frame)
                elif column.code is not None:
                    codes[name][at] = frame.get(column.code)
        arrays = []
        for name, column in self.columns.items():
            null = nulls.get(name)
            if name in texts:
                arrays.append(texts[name].array(null))
            elif name in dictionaries:
                arrays.append(_dictionary(column.pool(), codes[name], null))
            else:
                arrays.append(_fixed(column.type, codes[name], null))
        fields = [
            pa.field(name, array.type, nullable=self.columns[name].null is not None)
            for name, array in zip(self.columns, arrays, strict=True)
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields))

    def schema(self) -> pa.Schema:
        """Names and types, without dictionaries."""
        return pa.schema(
            [pa.field(n, arrow_type(c.type), nullable=c.null is not None) for n, c in self.columns.items()]
        )

    @staticmethod
    def _is_text(name: str, column: Column, dictionaries: frozenset[str]) -> bool:
        return column.type.name in {"str", "uuid"} and name not in dictionaries

    def _program(self, name: str) -> Program:
        if name not in self._programs:
            column = self.columns[name]
            assembler = Assembler()
            text = column.written()
            if column.null is None:
                longest = assembler.text(text, "raw")
            else:
                longest = assembler.null_check(column.null, b"", lambda: assembler.text(text, "raw"))
            self._programs[name] = assembler.finish(longest)
        return self._programs[name]


def _dictionary(pool: Pool | None, codes: Codes, null: Codes | None) -> pa.Array:
    assert pool is not None  # noqa: S101 -- only pool columns are asked for as dictionaries
    indices = pa.Array.from_buffers(
        pa.int32(), len(codes), [_validity(null), pa.py_buffer(codes.astype(np.int32))], -1 if null is not None else 0
    )
    return pa.DictionaryArray.from_arrays(indices, pa.array(pool.values, pa.string()), safe=False)
