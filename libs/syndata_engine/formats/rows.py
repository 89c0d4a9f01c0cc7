"""Row programs: how a table's rows read in the formats that are text (docs/formats.md says which bytes)."""

from __future__ import annotations

import json

from syndata_contracts.schema import DEFINITION_FILES
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.nodes.codes import NESTED
from syndata_engine.generation.rendering.program import ESCAPES, Assembler, Program
from syndata_engine.generation.tables.binding import BoundTable
from syndata_engine.generation.texts.text import Case, Chars, Damaged, Item, Lit, Pick, Piece, Slug, Switch, Text, walk

BARE = frozenset({"int", "decimal", "float", "bool", "json", *NESTED})
"""Types that JSON writes without quotes."""
_SPECIAL = ',"\r\n'


def row_program(table: BoundTable, output_format: str) -> Program:
    """The program of one row in a format, compiled once per table."""
    known = table.programs.get(output_format)
    if not isinstance(known, Program):
        known = _compiled(table, output_format)
        table.programs[output_format] = known
    return known


def _compiled(table: BoundTable, output_format: str) -> Program:
    if output_format == "csv":
        return _csv_program(table)
    if output_format in DEFINITION_FILES:
        from syndata_engine.formats.sql_rows import copy_program, insert_program

        return copy_program(table) if output_format == "copy" else insert_program(table)
    return _json_program(table, lines=output_format == "jsonl")


def csv_header(table: BoundTable) -> bytes:
    """The first line of a CSV file."""
    return (",".join(ESCAPES["csv_field"](name) for name in table.columns) + "\n").encode()


def _csv_program(table: BoundTable) -> Program:
    assembler = Assembler()
    longest = 0
    for number, column in enumerate(table.columns.values()):
        if number:
            longest += assembler.literal(b",")
        if column.null is None:
            longest += _csv_field(assembler, column)
        else:
            longest += assembler.null_check(column.null, b"", lambda column=column: _csv_field(assembler, column))  # type: ignore[misc]
    longest += assembler.literal(b"\n")
    return assembler.finish(longest)


def _csv_field(assembler: Assembler, column: Column) -> int:
    """One field, quoted exactly where RFC 4180 asks for it; what can be decided beforehand is."""
    text = column.written()
    return _csv_text(assembler, text) if column.type.textual else assembler.text(text, "raw")


def _csv_text(assembler: Assembler, text: Text) -> int:
    if len(text) == 1 and isinstance(text[0], Item | Pick | Lit):
        return assembler.text(text, "csv_field")
    if len(text) == 1 and isinstance(text[0], Switch | Case):
        return assembler.chosen(text[0], lambda option: _csv_text(assembler, option))
    if any(isinstance(piece, Lit) and _special(piece.text) for piece in text):
        return assembler.literal(b'"') + assembler.text(text, "csv_inner") + assembler.literal(b'"')
    if not any(_may_be_special(piece) for piece in walk(text)) and never_empty(text):
        return assembler.text(text, "raw")
    return assembler.quoted(lambda: assembler.text(text, "raw"))


def _special(text: str) -> bool:
    return any(mark in text for mark in _SPECIAL)


def _may_be_special(piece: Piece) -> bool:
    if isinstance(piece, Lit):
        return _special(piece.text)
    if isinstance(piece, Pick | Item | Chars):
        return any(map(_special, piece.pool.values))
    return False


def never_empty(text: Text) -> bool:
    """Whether at least one piece always writes something."""
    return any(_writes(piece) for piece in text)


def _writes(piece: Piece) -> bool:
    if isinstance(piece, Lit):
        return bool(piece.text)
    if isinstance(piece, Chars):
        return piece.low > 0 and all(piece.pool.values)
    if isinstance(piece, Pick | Item):
        return all(piece.pool.values)
    if isinstance(piece, Switch | Case):
        return all(never_empty(option) for option in piece.options)
    if isinstance(piece, Damaged):
        return never_empty(piece.text)
    return not isinstance(piece, Slug)


def _json_program(table: BoundTable, *, lines: bool) -> Program:
    assembler = Assembler()
    longest = assembler.literal(b"" if lines else b",\n")
    for number, (name, column) in enumerate(table.columns.items()):
        key = (b"," if number else b"{") + json.dumps(name, ensure_ascii=False).encode() + b":"
        longest += assembler.literal(key)
        if column.null is None:
            longest += _json_value(assembler, column)
        else:
            longest += assembler.null_check(column.null, b"null", lambda column=column: _json_value(assembler, column))  # type: ignore[misc]
    longest += assembler.literal(b"}\n" if lines else b"}")
    return assembler.finish(longest)


def _json_value(assembler: Assembler, column: Column) -> int:
    text = column.written()
    if column.type.name in BARE:
        return assembler.text(text, "raw")
    return assembler.literal(b'"') + assembler.text(text, "json") + assembler.literal(b'"')
