"""`syndata import`: a configuration out of a database's DDL, or out of a live database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syndata.cli.commands import app
from syndata_contracts.errors import Fault, Refused, Unavailable

if TYPE_CHECKING:
    from syndata_engine.reading.sql import Imported

_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
"""Byte order marks; SQL Server's tools write UTF-16."""


@app.command("import")
def import_(
    ddl: Annotated[Path | None, typer.Option("--ddl", metavar="FILE", help="SQL that makes the tables.")] = None,
    dialect: Annotated[
        str | None,
        typer.Option("--dialect", metavar="NAME", help="postgres, mysql, sqlite, ...; else told by the text."),
    ] = None,
    database: Annotated[
        str | None, typer.Option("--database", metavar="URL", help="A live database, which is only read.")
    ] = None,
    rows: Annotated[
        int | None,
        typer.Option("--rows", min=1, max=2**62, help="Rows of each table; else as in the database, or guessed."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="A new file; else standard output.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Write a configuration for the tables of a database; comments say what was guessed or left out."""
    if (ddl is None) == (database is None):
        raise typer.BadParameter("give either --ddl FILE or --database URL", param_hint="--ddl")
    if database is not None and dialect is not None:
        raise typer.BadParameter("a database knows its own dialect", param_hint="--dialect")
    if output is not None:
        refuse_existing(output)
    imported = _read(ddl, dialect, database, rows)
    if output is not None:
        write_new(output, imported.text)
    _tell(imported, output, as_json=as_json)


def _read(ddl: Path | None, dialect: str | None, database: str | None, rows: int | None) -> Imported:
    from syndata import databases
    from syndata.configuration import file_bytes

    if ddl is None:
        return databases.import_database(database or "", rows=rows)
    return databases.import_ddl(decoded(file_bytes(ddl), str(ddl)), dialect, rows=rows, file=str(ddl))


def decoded(content: bytes, name: str) -> str:
    """A file's text; Refused with the line where it is no UTF-8, or UTF-16 with its mark."""
    encoding = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refused(Fault("", "the file is not UTF-8 from here on", "save it as UTF-8", name, line)) from None


def refuse_existing(output: Path) -> None:
    """Somebody may have worked on a file that is there."""
    if output.exists():
        raise Refused(Fault("--output", "this file is there already", "name another, or remove it", str(output)))


def write_new(output: Path, text: str) -> None:
    """Make a file; Unavailable where it cannot be written."""
    try:
        with output.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise Unavailable(f"{output} could not be written: {error.strerror or error}") from error


def _tell(imported: Imported, output: Path | None, *, as_json: bool) -> None:
    if as_json:
        document = {
            "output": str(output) if output else None,
            "configuration": None if output else imported.text,
            "tables": imported.tables,
            "columns": imported.columns,
            "references": imported.references,
            "warnings": [f"{warning.path}: {warning.what}".removeprefix(": ") for warning in imported.warnings],
        }
        sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
        return
    if output is None:
        sys.stdout.write(imported.text)
    for warning in imported.warnings:
        sys.stderr.write(f"note: {warning}\n")
    counts = f"{imported.tables} tables, {imported.columns} columns, {imported.references} references"
    where = f" in {output}; next: syndata generate --config {output} --output-dir DIR" if output else ""
    sys.stderr.write(f"{counts}{where}\n")
