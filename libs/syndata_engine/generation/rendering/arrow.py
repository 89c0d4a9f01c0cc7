"""Rows as Arrow columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from syndata_contracts.errors import Fault, Refused
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.nodes.codes import NESTED, ValueType
from syndata_engine.generation.nodes.frame import TILE, Frame, Node
from syndata_engine.generation.rendering.program import Assembler, Program
from syndata_engine.generation.texts.clocks import NO_ZONE
from syndata_engine.generation.texts.text import Item, Pick
from syndata_engine.generation.words.bits import SLACK, Bytes, Codes
from syndata_engine.generation.words.draws import uniform_codes, weighted_codes
from syndata_engine.pools import Pool

MAX_DECIMAL_DIGITS = 18
NDArrayInt32 = np.ndarray[Any, np.dtype[np.int32]]


def arrow_type(value_type: ValueType) -> pa.DataType:  # noqa: PLR0911 -- one return for each type
    """The Arrow type of a column."""
    match value_type.name:
        case "int":
            return pa.type_for_alias(value_type.storage or "int64")
        case "float":
            return pa.float32() if value_type.storage == "float32" else pa.float64()
        case "decimal":
            return pa.decimal128(value_type.precision or MAX_DECIMAL_DIGITS, value_type.scale)
        case "bool":
            return pa.bool_()
        case "date":
            return pa.date32()
        case "datetime":
            return pa.timestamp("us", None if value_type.zone == NO_ZONE else value_type.zone or "UTC")
        case "time":
            return pa.time64("us")
        case "duration":
            return pa.duration("us")
        case "binary":
            return pa.binary()
    return pa.string()


def column_type(column: Column) -> pa.DataType:
    """The Arrow type of a column, with what its values hold."""
    if column.length is not None:
        return pa.list_(_field("item", column.parts[0][1], any(part.null is not None for _, part in column.parts)))
    if column.parts:
        return pa.struct([_field(name, part, part.null is not None) for name, part in column.parts])
    return arrow_type(column.type)


def _field(name: str, column: Column, nullable: bool) -> pa.Field:  # noqa: FBT001 -- as Arrow has it
    return pa.field(name, column_type(column), nullable=nullable)


def _flattened(name: str, column: Column, found: dict[str, Column]) -> None:
    """A column and all that stands inside it, under names that no column can have."""
    found[name] = column
    if column.length is not None:
        found[f"{name}\0length"] = Column(ValueType("int"), column.length)
    for number, (_, part) in enumerate(column.parts):
        _flattened(f"{name}\0{number}", part, found)


@dataclass(eq=False)
class _TextColumn:
    """Collects one text column tile by tile in one buffer; pages of it that are never written cost no memory."""

    program: Program
    rows: int
    offsets: NDArrayInt32 = field(init=False)
    _data: Bytes = field(init=False)
    _used: int = 0

    def __post_init__(self) -> None:
        self.offsets = np.zeros(self.rows + 1, np.int32)
        self._data = np.empty(0, np.uint8)

    def add(self, cells: Codes, at: slice, ends: Codes) -> None:
        """Render a tile's rows behind what is there; Refused beyond 2 GiB of text."""
        count = at.stop - at.start
        self._reserve(count * self.program.row_bytes + SLACK, at.start)
        written = self.program.render(cells, count, self._data[self._used :], ends)
        if self._used + written > MAX_TEXT_BYTES:
            raise Refused(
                Fault(
                    "", "a text column of one batch is beyond 2 GiB", "shorten its texts, or ask for fewer rows at once"
                )
            )
        self.offsets[at.start + 1 : at.stop + 1] = ends[:count] + self._used
        self._used += written

    def _reserve(self, size: int, done: int) -> None:
        """Room for `size` more bytes; the first tiles tell how long the rest will be."""
        if self._used + size <= len(self._data):
            return
        expected = self._used * self.rows // done if done else 0
        grown = np.empty(max(self._used + size, expected + expected // 16 + size), np.uint8)
        grown[: self._used] = self._data[: self._used]
        self._data = grown

    def array(self, null: Codes | None, *, binary: bool) -> pa.Array:
        """The finished column; with `binary`, of the bytes that its hex digits say."""
        if binary:
            ends, data = pa.py_buffer(self.offsets // 2), pa.py_buffer(_from_hex(self._data[: self._used]))
            return pa.Array.from_buffers(
                pa.binary(), self.rows, [_validity(null), ends, data], -1 if null is not None else 0
            )
        buffers = [_validity(null), pa.py_buffer(self.offsets), pa.py_buffer(self._data[: self._used])]
        return pa.Array.from_buffers(pa.string(), self.rows, buffers, -1 if null is not None else 0)


MAX_TEXT_BYTES = 2**31 - 1


def _from_hex(text: Bytes) -> Bytes:
    """Two lower-case hex digits a byte."""
    digits = np.where(text > ord("9"), text - (ord("a") - 10), text - ord("0")).astype(np.uint8)
    return np.asarray(digits[0::2] << 4 | digits[1::2], np.uint8)


def _validity(null: Codes | None) -> pa.Buffer | None:
    return None if null is None else pa.py_buffer(np.packbits(null == 0, bitorder="little"))


def _fixed(value_type: ValueType, codes: Codes, null: Codes | None) -> pa.Array:
    """A column of fixed width from its codes."""
    kind = arrow_type(value_type)
    match value_type.name:
        case "int":
            data: Any = codes.astype(value_type.storage, copy=False) if value_type.storage else codes
        case "float":
            data = codes / np.float64(10**value_type.scale)
            data = data.astype(np.float32) if value_type.storage == "float32" else data
        case "decimal":
            wide = np.empty((len(codes), 2), np.int64)
            wide[:, 0], wide[:, 1] = codes, codes >> 63
            data = wide
        case "bool":
            data = np.packbits(codes != 0, bitorder="little")
        case _:
            data = codes
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
        weighted_codes(words, key, piece.pool.alias_table(), out)
    return out


@dataclass(eq=False)
class ArrowColumns:
    """Turns the columns of one table into record batches."""

    columns: dict[str, Column]
    table_key: int
    _programs: dict[frozenset[str], tuple[dict[str, Program], tuple[Node, ...]]] = field(default_factory=dict)

    @cached_property
    def flat(self) -> dict[str, Column]:
        """All columns, and what stands inside them."""
        found: dict[str, Column] = {}
        for name, column in self.columns.items():
            _flattened(name, column, found)
        return found

    def batch(self, start: int, stop: int, dictionaries: frozenset[str] = frozenset()) -> pa.RecordBatch:
        """Rows start..stop-1; the named columns, whose values come from a pool, as dictionaries."""
        rows = stop - start
        programs, inputs = self._compiled(dictionaries)
        texts = {name: _TextColumn(program, rows) for name, program in programs.items()}
        codes = {
            name: self._room(name, rows, dictionaries)
            for name, column in self.flat.items()
            if name not in texts and column.type.name not in NESTED
        }
        nulls = {name: np.empty(rows, np.int64) for name, column in self.flat.items() if column.null is not None}
        cells, ends = np.empty((max(1, len(inputs)), TILE), np.int64), np.empty(TILE, np.int64)
        for low in range(start, stop, TILE):
            frame = Frame(self.table_key, np.arange(low, min(low + TILE, stop), dtype=np.int64))
            frame.fill(inputs, cells)
            at = slice(low - start, low - start + len(frame))
            for text in texts.values():
                text.add(cells, at, ends)
            self._codes(frame, at, codes, nulls, dictionaries)
        return self._record_batch(texts, codes, nulls, dictionaries)

    def _codes(
        self, frame: Frame, at: slice, codes: dict[str, Codes], nulls: dict[str, Codes], dictionaries: frozenset[str]
    ) -> None:
        for name, array in nulls.items():
            null = self.flat[name].null
            assert null is not None  # noqa: S101 -- only such columns have an array
            array[at] = frame.get(null)
        for name, array in codes.items():
            column = self.flat[name]
            if name in dictionaries:
                array[at] = pool_index(column, frame)
            elif column.code is not None:
                array[at] = frame.get(column.code)

    def _record_batch(
        self,
        texts: dict[str, _TextColumn],
        codes: dict[str, Codes],
        nulls: dict[str, Codes],
        dictionaries: frozenset[str],
    ) -> pa.RecordBatch:
        def array(name: str, column: Column) -> pa.Array:
            null = nulls.get(name)
            if column.parts:
                inner = [array(f"{name}\0{number}", part) for number, (_, part) in enumerate(column.parts)]
                kind = column_type(column)
                return (
                    _struct(kind, inner, null)
                    if column.length is None
                    else _list(kind, inner, codes.pop(f"{name}\0length"), null)
                )
            if name in texts:
                return texts.pop(name).array(null, binary=column.type.name == "binary")
            if name in dictionaries:
                values = _dictionary(column.pool(), codes.pop(name), null)
                return _bytes_of(values) if column.type.name == "binary" else values
            return _fixed(column.type, codes.pop(name), null)

        arrays = [array(name, column) for name, column in self.columns.items()]
        fields = [
            pa.field(name, array.type, nullable=self.columns[name].null is not None)
            for name, array in zip(self.columns, arrays, strict=True)
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields))

    def _room(self, name: str, rows: int, dictionaries: frozenset[str]) -> Any:
        small = name in dictionaries or self.flat[name].type.name == "date"
        return np.empty(rows, np.int32 if small else np.int64)

    def schema(self) -> pa.Schema:
        """Names and types, without dictionaries."""
        return pa.schema([pa.field(n, column_type(c), nullable=c.null is not None) for n, c in self.columns.items()])

    def _compiled(self, dictionaries: frozenset[str]) -> tuple[dict[str, Program], tuple[Node, ...]]:
        """A program for each text column, all over the same input nodes."""
        if dictionaries not in self._programs:
            inputs: dict[Node, int] = {}
            programs = {}
            for name, column in self.flat.items():
                if column.type.textual and column.type.name not in NESTED and name not in dictionaries:
                    programs[name] = _text_program(column, inputs)
            self._programs[dictionaries] = programs, tuple(inputs)
        return self._programs[dictionaries]


def _text_program(column: Column, inputs: dict[Node, int]) -> Program:
    assembler = Assembler(inputs)
    text = column.written()
    if column.null is None:
        longest = assembler.text(text, "raw")
    else:
        longest = assembler.null_check(column.null, b"", lambda: assembler.text(text, "raw"))
    return assembler.finish(longest)


def _dictionary(pool: Pool | None, codes: Any, null: Codes | None) -> pa.Array:
    assert pool is not None  # noqa: S101 -- only pool columns are asked for as dictionaries
    buffers = [_validity(null), pa.py_buffer(codes)]
    indices = pa.Array.from_buffers(pa.int32(), len(codes), buffers, -1 if null is not None else 0)
    return pa.DictionaryArray.from_arrays(indices, _texts(pool.values), safe=False)


def _bytes_of(array: pa.DictionaryArray) -> pa.DictionaryArray:
    """The same column over the bytes that the dictionary's hex digits say."""
    values = [bytes.fromhex(value.as_py()) for value in array.dictionary]
    ends = np.cumsum([0, *map(len, values)]).astype(np.int32)
    plain = pa.Array.from_buffers(pa.binary(), len(values), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(values))])
    return pa.DictionaryArray.from_arrays(array.indices, plain, safe=False)


def _struct(kind: pa.DataType, fields: list[pa.Array], null: Codes | None) -> pa.Array:
    rows = len(fields[0])
    return pa.Array.from_buffers(kind, rows, [_validity(null)], -1 if null is not None else 0, children=fields)


def _list(kind: pa.DataType, items: list[pa.Array], lengths: Codes, null: Codes | None) -> pa.Array:
    """Of every row the first `length` items, row after row."""
    rows = len(lengths)
    counts = lengths if null is None else np.where(null != 0, 0, lengths)
    ends = np.cumsum(counts)
    owners = np.repeat(np.arange(rows), counts)
    within = np.arange(len(owners)) - np.repeat(ends - counts, counts)
    values = pa.concat_arrays(items).take(_indices(within * rows + owners))
    offsets = np.concatenate([[0], ends]).astype(np.int32)
    buffers = [_validity(null), pa.py_buffer(offsets)]
    return pa.Array.from_buffers(kind, rows, buffers, -1 if null is not None else 0, children=[values])


def _indices(places: Codes) -> pa.Array:
    return pa.Array.from_buffers(pa.int64(), len(places), [None, pa.py_buffer(np.ascontiguousarray(places))], 0)


def _texts(values: tuple[str, ...]) -> pa.Array:
    """A string array; `pa.array` would import pandas, which costs 35 MiB, to look whether a list is one of its own."""
    encoded = [value.encode() for value in values]
    offsets = np.cumsum([0, *map(len, encoded)]).astype(np.int32)
    return pa.Array.from_buffers(
        pa.string(), len(values), [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))]
    )
