"""Rows as SQL: INSERT statements that PostgreSQL and SQLite both take, and PostgreSQL's COPY text.

Escaping happens when a program is assembled: literals and pool entries are rewritten, so a row costs what it costs in CSV.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from syndata_contracts.errors import Fault, Refused
from syndata_engine.formats.sql_names import listed, name_faults, quoted
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.nodes.codes import MAX_FLOAT_DIGITS
from syndata_engine.generation.nodes.nodes import Mapped, RowNumber
from syndata_engine.generation.rendering.program import Assembler, Program
from syndata_engine.generation.tables.binding import BoundTable
from syndata_engine.generation.texts.text import Case, Chars, Damaged, Item, Lit, Pick, Piece, Switch, Text, walk
from syndata_engine.pools import Pool

STATEMENT_ROWS: Final = 1_024
"""Rows of one INSERT. Parts hold a multiple of them, so every part is whole statements."""

_BARE: Final = frozenset({"int", "decimal", "float", "bool"})
_COPY_ESCAPES: Final = str.maketrans(
    {"\\": r"\\", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\v": r"\v"}
)


def in_string(text: str) -> str:
    """Text as it stands inside a SQL string; backslashes mean nothing there."""
    return text.replace("'", "''")


def in_copy(text: str) -> str:
    """Text as it stands in a field of COPY text."""
    return text.translate(_COPY_ESCAPES)


def is_wide(column: Column) -> bool:
    """Whether the column's decimals can have more digits than a double, and so a number of SQLite, keeps."""
    if column.type.name != "decimal" or column.type.scale == 0 or (column.type.precision or 18) <= MAX_FLOAT_DIGITS:
        return False
    if column.low is None or column.high is None:
        return True
    return len(str(max(column.high, -column.low))) > MAX_FLOAT_DIGITS


def insert_program(table: BoundTable) -> Program:
    """A row as its line of an INSERT statement.

    Statements begin where the row number is a multiple of STATEMENT_ROWS. Refused where a name or a value is none in SQL.
    """
    _check(table, "sql")
    assembler = Assembler()
    head = f"INSERT INTO {quoted(table.planned.name)} ({listed(list(table.columns))}) VALUES\n("
    last = table.planned.rows - 1
    first_of = Mapped(lambda rows: (rows % STATEMENT_ROWS == 0).astype(np.int64), (RowNumber(),))
    last_of = Mapped(_ends(last), (RowNumber(),))
    longest = assembler.text((Case(first_of, ((Lit("("),), (Lit(head),))),), "raw")
    pools: dict[int, Pool] = {}
    for number, column in enumerate(table.columns.values()):
        if number:
            longest += assembler.literal(b", ")
        longest += _cell(assembler, column, b"NULL", lambda column=column: _value(assembler, column, pools))  # type: ignore[misc] # a default in a lambda has no type
    longest += assembler.text((Case(last_of, ((Lit("),\n"),), (Lit(");\n"),))),), "raw")
    return assembler.finish(longest)


def copy_program(table: BoundTable) -> Program:
    """A row as a line of COPY text. Refused where a name or a value is none in PostgreSQL."""
    _check(table, "copy")
    assembler = Assembler()
    longest = 0
    pools: dict[int, Pool] = {}
    for number, column in enumerate(table.columns.values()):
        if number:
            longest += assembler.literal(b"\t")
        text = _rewritten(_sql_text(column), in_copy, pools)
        longest += _cell(assembler, column, rb"\N", lambda text=text: assembler.text(text, "raw"))  # type: ignore[misc] # as above
    longest += assembler.literal(b"\n")
    return assembler.finish(longest)


def copy_head(table: BoundTable) -> bytes:
    """The statement that rows of COPY text follow."""
    return f"COPY {quoted(table.planned.name)} ({listed(list(table.columns))}) FROM stdin;\n".encode()


def value_faults(table: BoundTable) -> list[Fault]:
    """Columns with values that no SQL text can hold."""
    what = "a value holds the character U+0000, which SQL cannot write and PostgreSQL cannot store"
    return [
        Fault(f"tables.{table.planned.name}.columns.{name}", what, "leave it out, or choose another output format")
        for name, column in table.columns.items()
        if any("\0" in text for text in _fixed_texts(column.written()))
    ]


def _check(table: BoundTable, output_format: str) -> None:
    faults = name_faults(table.planned, output_format) + value_faults(table)
    if faults:
        raise Refused(faults)


def _ends(last: int) -> Callable[[np.ndarray], np.ndarray]:
    return lambda rows: ((rows % STATEMENT_ROWS == STATEMENT_ROWS - 1) | (rows == last)).astype(np.int64)


def _cell(assembler: Assembler, column: Column, null: bytes, write: Callable[[], int]) -> int:
    return write() if column.null is None else assembler.null_check(column.null, null, write)


def _value(assembler: Assembler, column: Column, pools: dict[int, Pool]) -> int:
    text = column.written()
    if column.type.name in _BARE and not is_wide(column):
        return assembler.text(text, "raw")
    inner = _rewritten(_sql_text(column), in_string, pools)
    return assembler.literal(b"'") + assembler.text(inner, "raw") + assembler.literal(b"'")


def _sql_text(column: Column) -> Text:
    """The column's text as SQL reads it: PostgreSQL wants a mark before the hex digits of bytes."""
    text = column.written()
    return (Lit("\\x"), *text) if column.type.name == "binary" else text


def _rewritten(text: Text, change: Callable[[str], str], pools: dict[int, Pool]) -> Text:
    """The same text with its fixed texts changed; `pools` keeps what pools became, so that columns share them."""
    return tuple(_rewritten_piece(piece, change, pools) for piece in text)


def _rewritten_piece(piece: Piece, change: Callable[[str], str], pools: dict[int, Pool]) -> Piece:
    if isinstance(piece, Lit):
        return Lit(change(piece.text))
    if isinstance(piece, Pick | Item | Chars):
        known = pools.get(id(piece.pool))
        if known is None:
            values = tuple(map(change, piece.pool.values))
            known = pools[id(piece.pool)] = (
                piece.pool if values == piece.pool.values else replace(piece.pool, values=values)
            )
        return replace(piece, pool=known)
    if isinstance(piece, Switch | Case):
        return replace(piece, options=tuple(_rewritten(option, change, pools) for option in piece.options))
    if isinstance(piece, Damaged):
        return replace(piece, escape="copy" if change is in_copy else "sql")
    # Digits, dates, UUIDs and masks are made of characters that mean nothing in SQL.
    return piece


def _fixed_texts(text: Text) -> Iterator[str]:
    for piece in walk(text):
        if isinstance(piece, Lit):
            yield piece.text
        elif isinstance(piece, Pick | Item | Chars):
            yield from piece.pool.values
