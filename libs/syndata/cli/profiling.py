"""`syndata profile`: what tables hold, and a configuration that makes such tables."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from syndata.cli.commands import JsonOption, app
from syndata.cli.new_files import NewFileOption, refuse_existing, write_new

if TYPE_CHECKING:
    from syndata.profiles import Profile

ReportFormat = Literal["yaml", "html", "json"]

_BY_ENDING: dict[str, ReportFormat] = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".html": "html",
    ".htm": "html",
    ".json": "json",
}


@app.command("profile")
def profile_(
    data: Annotated[
        list[str], typer.Option("--data", metavar="FILE", help="CSV or Parquet; may be repeated: a table each.")
    ],
    report_format: Annotated[
        ReportFormat | None,
        typer.Option(
            "--format", help="yaml: a configuration; json, html: a report. Else by the output's ending, else yaml."
        ),
    ] = None,
    output: NewFileOption = None,
    min_count: Annotated[
        int, typer.Option("--min-count", min=1, max=10**9, help="A value is told that so many rows have.")
    ] = 10,
    as_json: JsonOption = False,
) -> None:
    """Say what tables hold, or write a configuration that makes such tables, without values that look personal or that few rows have."""
    from syndata.profiles import profile

    if output is not None:
        refuse_existing(output)
    found = profile(data, min_count=min_count)
    by_ending = _BY_ENDING.get(output.suffix.lower() if output else "", "yaml")
    text = _text(found, report_format or ("json" if as_json else by_ending))
    if output is None:
        sys.stdout.write(text)
        return
    write_new(output, text)
    sys.stderr.write(f"{found.summary()} in {output}\n")


def _text(found: Profile, report_format: ReportFormat) -> str:
    if report_format == "yaml":
        return found.config()
    return found.page() if report_format == "html" else found.document()
