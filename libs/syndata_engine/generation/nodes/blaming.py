"""Whose fault an exception is: that of a kind which another package brought is not ours."""

from __future__ import annotations

import sys
import traceback
from typing import Final

from syndata_contracts.errors import Fault, Refused, SyndataError
from syndata_engine.generation.words.bits import Codes

BROUGHT: Final[dict[str, list[str]]] = {}
"""Files that kinds of other packages stand in, with the names of these; filled as they are announced."""
_LONGEST = 200


def blame(error: Exception, rows: Codes) -> None:
    """Raise Refused where code of another package's kind was reached while `rows` were made; else do nothing."""
    if isinstance(error, SyndataError):
        return
    reached = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in BROUGHT]
    if reached:
        last = reached[-1]
        said = (str(error).splitlines() or [""])[0][:_LONGEST]
        named = " or ".join(BROUGHT[last.filename])
        span = f"rows {rows.min():,} to {rows.max():,}" if len(rows) > 1 else f"row {rows.sum():,}"
        what = f"{last.name} of the rule {named} fails for {span}: {type(error).__name__}: {said}".removesuffix(": ")
        fix = f"ask who made the package of {named}, or take another rule"
        raise Refused(Fault("", what, fix, last.filename, last.lineno)) from error


def note_brought(kind: object, name: str) -> None:
    """Remember whose code a kind is."""
    file = getattr(sys.modules.get(type(kind).__module__), "__file__", None)
    if file is not None:
        BROUGHT.setdefault(file, []).append(name)
