"""`syndata import`: a configuration out of a database's DDL, or out of a live database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syndata.cli.commands import JsonOption, app
from syndata.cli.new_files import NewFileOption, decoded, refuse_existing, write_new

if TYPE_CHECKING:
    from syndata_engine.reading.sql import Imported


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
    output: NewFileOption = None,
    as_json: JsonOption = False,
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
