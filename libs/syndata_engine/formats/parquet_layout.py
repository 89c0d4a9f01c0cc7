"""Which columns of a table Parquet stores as dictionaries, and which hold text that no compressor shortens."""

from __future__ import annotations

from syndata_engine.formats.parquet import ColumnLayout
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.tables.binding import BoundTable
from syndata_engine.generation.texts.text import Chars, Digits, Integer, Masked, Uuid, walk

MAX_DICTIONARY = 16_384
"""Entries of a pool that is written as a dictionary; each row group repeats it."""
SMALL_SHARE = 4
"""A pool is written as a dictionary when a part has at least this many rows for each entry."""


def layout(table: BoundTable) -> tuple[list[ColumnLayout], frozenset[str]]:
    """Layout of every column, and the names of those that come as dictionaries.

    Decided by the plan alone (pool sizes and the rows of a full part), so every part is laid out alike.
    """
    known = table.programs.get("parquet")
    if isinstance(known, tuple):
        return known
    rows = min(table.planned.rows, table.planned.part_rows)
    dictionaries = frozenset(name for name, column in table.columns.items() if _repeats(column, rows))
    layouts = [
        ColumnLayout(
            name, high_entropy=name not in dictionaries and _scattered(column), dictionary=name in dictionaries
        )
        for name, column in table.columns.items()
    ]
    table.programs["parquet"] = (layouts, dictionaries)
    return layouts, dictionaries


def _repeats(column: Column, rows: int) -> bool:
    if not column.type.textual:
        return False
    pool = column.pool()
    return pool is not None and len(pool.values) <= MAX_DICTIONARY and len(pool.values) * SMALL_SHARE <= rows


def _scattered(column: Column) -> bool:
    """Whether most of the text is digits or letters drawn one by one."""
    if not column.type.textual:
        return False
    pieces = list(walk(column.written()))
    drawn = sum(isinstance(piece, Uuid | Digits | Chars | Integer | Masked) for piece in pieces)
    return 2 * drawn >= len([piece for piece in pieces if not hasattr(piece, "text")])
