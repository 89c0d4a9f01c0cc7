"""Parts as bytes, and what closes a table's file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from syndata_engine.formats.rows import csv_header, row_program
from syndata_engine.formats.sql_names import COPY_END
from syndata_engine.generation.nodes.frame import TILE
from syndata_engine.generation.rendering.program import Program
from syndata_engine.generation.tables.binding import BoundTable
from syndata_engine.generation.words.bits import SLACK, Bytes, Codes

FORMATS = ("csv", "json", "jsonl", "parquet")
"""Formats whose files stand alone."""
SQL_FORMATS = ("sql", "copy")
"""Formats with files beside them that create the tables."""
MAX_TILE_BYTES = 2**25
"""Text buffered at once; tiles of very wide rows are cut to stay below it."""

Write = Callable[[memoryview], object]
Room = Callable[[int], memoryview]
"""Gives a buffer of at least so many bytes; the next `write` may show its beginning, and ends its use."""


@dataclass(frozen=True)
class PartTail:
    """What is left to say of a part once its bytes are written."""

    rows: int
    tail: bytes = b""
    """What `closing` needs of this part (a Parquet footer)."""


def encode_part(table: BoundTable, part: int, output_format: str, write: Write, room: Room | None = None) -> PartTail:
    """Write a part's bytes in order through `write`; each view is valid only during the call.

    Rows of text are rendered into what `room` gives; without it, into a buffer of this call. The table's file is its
    parts laid end to end, then `closing`.
    """
    start, stop = table.planned.span(part)
    if output_format == "parquet":
        return _parquet_part(table, (start, stop), write, first=part == 0)
    if output_format == "csv" and part == 0:
        write(memoryview(csv_header(table)))
    if output_format == "copy" and part == 0:
        from syndata_engine.formats.sql_rows import copy_head

        write(memoryview(copy_head(table)))
    _text_rows(table, (start, stop), output_format, write, room)
    return PartTail(stop - start)


def json_rows(table: BoundTable, start: int, stop: int) -> list[bytes]:
    """Rows start..stop-1 (0 <= start <= stop <= rows), each as the JSON object that a file holds."""
    pieces: list[bytes] = []
    _text_rows(table, (start, stop), "jsonl", lambda view: pieces.append(bytes(view)))
    return b"".join(pieces).splitlines()


def _text_rows(
    table: BoundTable, span: tuple[int, int], output_format: str, write: Write, room: Room | None = None
) -> None:
    program = row_program(table, output_format)
    tile = max(1, min(TILE, MAX_TILE_BYTES // program.row_bytes))
    size = tile * program.row_bytes + SLACK
    own = memoryview(bytearray(0 if room else size))
    cells = np.empty((max(1, len(program.inputs)), tile), np.int64)
    ends = np.empty(tile, np.int64)
    for low in range(span[0], span[1], tile):
        count = min(low + tile, span[1]) - low
        page = room(size) if room else own
        written = _tile(table, program, (low, count), (cells, np.frombuffer(page, np.uint8), ends))
        if low == 0 and output_format == "json":
            page[0] = ord("[")
        write(page[:written])


def _tile(table: BoundTable, program: Program, rows: tuple[int, int], buffers: tuple[Codes, Bytes, Codes]) -> int:
    low, count = rows
    cells, out, ends = buffers
    table.span(low, low + count).fill(program.inputs, cells)
    return program.render(cells, count, out, ends)


def _parquet_part(table: BoundTable, span: tuple[int, int], write: Write, *, first: bool) -> PartTail:
    # Parquet brings Arrow's writer, which text formats never need in memory.
    from syndata_engine.formats import parquet, parquet_layout

    layouts, dictionaries = parquet_layout.layout(table)
    if first:
        write(memoryview(parquet.MAGIC))
    if span[0] == span[1]:
        return PartTail(0)
    part = parquet.encode_part(table.batch(*span, dictionaries), layouts)
    write(part.body)
    return PartTail(span[1] - span[0], part.footer)


def closing(table: BoundTable, output_format: str, tails: Sequence[bytes], sizes: Sequence[int]) -> bytes:
    """The bytes behind the last part; tails and sizes (bytes of each part) in part order."""
    if output_format == "json":
        return b"\n]\n" if table.planned.rows else b"[]\n"
    if output_format == "copy":
        return COPY_END
    if output_format != "parquet":
        return b""
    from syndata_engine.formats import parquet

    footers = [tail for tail in tails if tail]
    bodies = [size - (len(parquet.MAGIC) if number == 0 else 0) for number, size in enumerate(sizes)]
    return parquet.closing(footers, bodies[: len(footers)], empty_schema=None if footers else table.arrow.schema())
