"""Files that commands read as text, and new ones that they write: none that is there is ever written over."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from syndata_contracts.errors import Fault, Refused, Unavailable

_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
"""Byte order marks; SQL Server's tools write UTF-16."""

NewFileOption = Annotated[
    Path | None, typer.Option("--output", metavar="FILE", help="A new file; else standard output.")
]


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
