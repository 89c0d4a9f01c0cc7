"""`syndata describe`: a configuration out of a description in plain English."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syndata.cli.commands import JsonOption, app
from syndata.cli.new_files import NewFileOption, decoded, refuse_existing, write_new
from syndata_contracts.errors import Fault, Refused

if TYPE_CHECKING:
    from syndata_engine.reading.prose import Described


@app.command()
def describe(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TEXT", help="What is wanted; without it and --file, standard input.", show_default=False
        ),
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", metavar="FILE", help="A file with the description.")] = None,
    rows: Annotated[
        int | None,
        typer.Option("--rows", min=1, max=2**62, help="Rows of tables of which the text says none; else 1,000."),
    ] = None,
    output: NewFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a configuration for what a text in plain English describes; comments say what was guessed or not understood."""
    from syndata.describing import read_description

    if words and file is not None:
        raise typer.BadParameter("give either a text or --file FILE", param_hint="--file")
    if output is not None:
        refuse_existing(output)
    name = str(file) if file else "description"
    described = read_description(_text(words, file, name), rows=rows, file=name)
    if output is not None:
        write_new(output, described.text)
    _tell(described, output, as_json=as_json)


def _text(words: list[str] | None, file: Path | None, name: str) -> str:
    from syndata.configuration import file_bytes

    if words:
        return " ".join(words)
    if file is None and sys.stdin.isatty():
        raise Refused(Fault("", "nothing is described", "syndata describe '500 employees with name, email and salary'"))
    return decoded(sys.stdin.buffer.read() if file is None else file_bytes(file), name)


def _tell(described: Described, output: Path | None, *, as_json: bool) -> None:
    columns = sum(len(table.columns) for table in described.tables)
    if as_json:
        document = {
            "output": str(output) if output else None,
            "configuration": None if output else described.text,
            "tables": [
                {"name": table.name, "rows": table.rows, "columns": len(table.columns)} for table in described.tables
            ],
            "notes": [{"path": note.path, "line": note.line, "what": note.what} for note in described.remarks],
        }
        sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
        return
    if output is None:
        sys.stdout.write(described.text)
    for note in described.remarks:
        sys.stderr.write(f"note: {note}\n")
    where = f" in {output}; next: syndata generate --config {output} --output-dir DIR" if output else ""
    sys.stderr.write(f"{len(described.tables)} tables, {columns} columns{where}\n")
