"""Parquet: a part is a complete file of one row group, and parts join without being written again.

Between the leading magic and the footer a file holds nothing but its row groups, and only the footer says
where they lie. So the file of a table is the bodies of its parts, one after another, under a footer that is
theirs with the offsets moved: byte for byte the file that one writer would have made of the same parts.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from syndata_engine.formats import thrift

MAGIC = b"PAR1"
"""First and last four bytes of a file; bodies follow the first."""

BLOCK_ROWS = 16_384
"""Rows handed to the encoder at a time. Pages end at these steps, so chunks cut there change no byte."""

_PAGE_BYTES = 128 << 10
_ROOM_PER_COLUMN = 64 << 10
"""Room for page headers and the footer. A buffer that never moves costs half the memory of one that grows."""


@dataclass(frozen=True, slots=True)
class ColumnLayout:
    """How one column is stored, decided when planning from declared facts and never from data.

    - Numbers, dates, times and decimals of up to 18 digits: delta-packed, not compressed, with statistics.
      Floats and longer decimals: plain, not compressed, with statistics.
    - Text of a small pool (`dictionary`): dictionary pages, not compressed, since a packed index has nothing
      left to gain; a dictionary array writes its whole pool as it stands.
    - Text composed of words (neither flag): plain, compressed with Snappy.
    - Text of random digits or letters (`high_entropy`, as ids and phone numbers): plain, not compressed,
      since Snappy is slowest there and saves least.
    - No statistics on text: they cost more than writing it, and exclude no page of unordered rows.
    """

    name: str
    high_entropy: bool = False
    """Most characters are drawn one by one, so that a compressor finds no words."""
    dictionary: bool = False
    """The values come from a pool of at most about 1 MiB of text, and repeat within a part."""


@dataclass(frozen=True, slots=True)
class ParquetPart:
    """One encoded part. `footer` is the Thrift message alone, without its length and the closing magic."""

    body: memoryview
    footer: bytes


def encode_part(batch: pa.RecordBatch | pa.Table, columns: Sequence[ColumnLayout]) -> ParquetPart:
    """Encode `batch` as one row group; columns without a layout count as text composed of words.

    Bytes depend on values, types and dictionaries, not on how a table is cut into chunks. All chunks of a
    dictionary column must share one dictionary: after a second one the column would continue as plain text.
    """
    table = _in_blocks(batch)
    options = writer_options(table.schema, columns)
    room = pa.allocate_buffer(table.nbytes + table.nbytes // 4 + (table.num_columns + 1) * _ROOM_PER_COLUMN)
    fixed = pa.FixedSizeBufferWriter(room)
    try:
        size = _write(fixed, table, options)
    except OSError:  # a second dictionary gives way to plain text, which can outgrow the room
        growing = pa.BufferOutputStream()
        _write(growing, table, options)
        return _split(memoryview(growing.getvalue()))
    return _split(memoryview(room)[:size])


def part_file(part: ParquetPart) -> Iterator[bytes | memoryview]:
    """The pieces of a complete file that holds this part alone."""
    yield MAGIC
    yield part.body
    yield part.footer
    yield _length_and_magic(part.footer)


def closing(footers: Sequence[bytes], body_sizes: Sequence[int], *, empty_schema: pa.Schema | None = None) -> bytes:
    """What ends the file that began with `MAGIC` and the bodies of these parts, in this order.

    Without parts, `empty_schema` gives the file its columns. ValueError when the parts do not belong to one
    table (schema, metadata or writer differ), when a footer is none, or when there is nothing to close.
    """
    if len(footers) != len(body_sizes):
        raise ValueError(f"{len(footers)} footers but {len(body_sizes)} body sizes: give one of each per part")
    if footers:
        footer = join_footers(footers, body_sizes)
    elif empty_schema is not None:
        footer = _empty_footer(empty_schema)
    else:
        raise ValueError("no parts and no schema: give `empty_schema` for a table without parts")
    return footer + _length_and_magic(footer)


def join_footers(footers: Sequence[bytes], body_sizes: Sequence[int]) -> bytes:
    """One footer for bodies that follow each other; see `closing`."""
    first = _Anatomy.of(footers[0])
    rows = groups = 0
    before = 0
    pieces: list[bytes] = []
    for part, (footer, size) in enumerate(zip(footers, body_sizes, strict=True)):
        anatomy = first.same_table(footer, part)
        at = anatomy.groups.start
        for _ in range(anatomy.groups.size):
            moved: list[bytes] = []
            at = thrift.rewrite(footer, at, _moves(before, groups), moved)
            pieces.append(b"".join(moved))
            groups += 1
        rows += anatomy.rows
        before += size
    head = (first.head, thrift.write_integer(rows), first.between, thrift.write_list_head(thrift.STRUCT, groups))
    return b"".join((*head, *pieces, first.tail))


def writer_options(schema: pa.Schema, columns: Sequence[ColumnLayout]) -> dict[str, Any]:
    """Options of `pyarrow.parquet.ParquetWriter` for these columns; the rules stand at `ColumnLayout`."""
    layouts = {column.name: column for column in columns}
    dictionaries: list[str] = []
    statistics: list[str] = []
    codecs: dict[str, str] = {}
    encodings: dict[str, str] = {}
    for field in schema:
        layout = layouts.get(field.name, ColumnLayout(field.name))
        codecs[field.name] = "none"
        if _is_measured(field.type):
            statistics.append(field.name)
        if layout.dictionary or pa.types.is_dictionary(field.type):
            dictionaries.append(field.name)
        elif _is_packed(field.type):
            encodings[field.name] = "DELTA_BINARY_PACKED"
        elif _is_text(field.type) and not layout.high_entropy:
            codecs[field.name] = "snappy"
    return {
        "use_dictionary": dictionaries,
        "write_statistics": statistics,
        "compression": codecs,
        "column_encoding": encodings or None,
        "store_decimal_as_integer": True,
        "store_schema": False,  # else dictionaries, a matter of storage, would show in the type that readers see
        "write_batch_size": BLOCK_ROWS,
        "data_page_size": _PAGE_BYTES,
    }


@dataclass(frozen=True, slots=True)
class _Anatomy:
    """A footer cut into what every part of a table shares and what is its own.

    FileMetaData is: version (1) and schema (2), `rows` (3), row groups (4), then metadata, writer's name
    and column orders. `head` and `between` end with the header of the field whose value follows.
    """

    head: bytes
    rows: int
    between: bytes
    groups: thrift.ListHead
    tail: bytes

    @classmethod
    def of(cls, footer: bytes) -> _Anatomy:
        try:
            found = {field.id: field for field in thrift.fields(footer, 0)}
            rows, groups = found[3], found[4]
            return cls(
                head=footer[: rows.start],
                rows=thrift.read_integer(footer, rows.start),
                between=footer[rows.stop : groups.start],
                groups=thrift.list_head(footer, groups.start),
                tail=footer[groups.stop :],
            )
        except (IndexError, KeyError) as error:
            raise ValueError("not a footer of a Parquet file: it is cut short or lacks rows or row groups") from error

    def same_table(self, footer: bytes, part: int) -> _Anatomy:
        """The anatomy of another part's footer, without reading again what must be equal."""
        if not footer.startswith(self.head) or not footer.endswith(self.tail):
            raise ValueError(f"part {part} does not belong to the table of part 0: schema, metadata or writer differ")
        rows, stop = thrift.read_varint(footer, len(self.head))
        groups = thrift.list_head(footer, stop + len(self.between))
        return _Anatomy(self.head, rows >> 1, self.between, groups, self.tail)


def _moves(distance: int, ordinal: int) -> thrift.Rules:
    """Rules for a RowGroup that lies `distance` bytes further on. An offset of zero means that there is none."""

    def move(offset: int) -> int:
        return offset + distance if offset else 0

    pages: thrift.Rules = {9: move, 10: move, 11: move, 14: move}  # data, index, dictionary, bloom filter
    chunk: thrift.Rules = {2: move, 3: pages, 4: move, 6: move}  # 4 and 6: offset index, column index
    return {1: chunk, 5: move, 7: lambda _: ordinal}


def _write(sink: pa.NativeFile, table: pa.Table, options: dict[str, Any]) -> int:
    """Write the table as one row group; returns the file's size."""
    with pq.ParquetWriter(sink, table.schema, **options) as writer:
        writer.write_table(table, row_group_size=max(1, table.num_rows))
    return int(sink.tell())


def _in_blocks(batch: pa.RecordBatch | pa.Table) -> pa.Table:
    """A table whose pages come out the same however the rows were chunked."""
    table = batch if isinstance(batch, pa.Table) else pa.Table.from_batches([batch])
    for column in table.columns:
        if any(len(chunk) != BLOCK_ROWS for chunk in column.chunks[:-1]):
            table = table.combine_chunks()
            break
    for position, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            chunks = [_without_twins(part) for part in table.column(position).chunks]
            table = table.set_column(position, field, pa.chunked_array(chunks, field.type))
    return table


def _without_twins(array: pa.DictionaryArray) -> pa.DictionaryArray:
    """The same values over a dictionary that holds each once; over another, Arrow would write plain text."""
    single = array.dictionary.unique()
    if len(single) == len(array.dictionary):
        return array
    place = pc.index_in(array.dictionary, single).cast(array.indices.type)
    return pa.DictionaryArray.from_arrays(place.take(array.indices), single)


def _split(file: memoryview) -> ParquetPart:
    (length,) = struct.unpack("<I", file[-8:-4])
    end = len(file) - 8 - length
    return ParquetPart(file[len(MAGIC) : end], bytes(file[end:-8]))


def _empty_footer(schema: pa.Schema) -> bytes:
    sink = pa.BufferOutputStream()
    pq.ParquetWriter(sink, schema, **writer_options(schema, ())).close()
    return _split(memoryview(sink.getvalue())).footer


def _length_and_magic(footer: bytes) -> bytes:
    return struct.pack("<I", len(footer)) + MAGIC


def _is_packed(kind: pa.DataType) -> bool:
    """Stored as integers of 32 or 64 bits."""
    short = pa.types.is_decimal(kind) and kind.precision <= 18
    return short or pa.types.is_integer(kind) or (pa.types.is_temporal(kind) and not pa.types.is_interval(kind))


def _is_measured(kind: pa.DataType) -> bool:
    """Has an order that makes smallest and largest value useful; booleans are not worth it."""
    return _is_packed(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)


def _is_text(kind: pa.DataType) -> bool:
    return any(check(kind) for check in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view))
