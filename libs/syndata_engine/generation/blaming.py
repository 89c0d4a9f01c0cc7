"""Whose fault an exception is: that of a kind which another package brought is not ours."""

from __future__ import annotations

import sys
import traceback

from syndata_contracts.errors import Fault, Refused, SyndataError
from syndata_engine.generation.bits import Codes
from syndata_engine.generation.registry import KINDS

_OURS = "syndata"
"""Packages whose names begin so are of this project."""
_LONGEST = 200


def blame(error: Exception, rows: Codes) -> None:
    """Raise Refused where code of another package's kind was reached while `rows` were made; else do nothing."""
    if isinstance(error, SyndataError):
        return
    brought = _brought()
    reached = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in brought]
    if reached:
        last = reached[-1]
        said = (str(error).splitlines() or [""])[0][:_LONGEST]
        named = " or ".join(brought[last.filename])
        span = f"rows {rows.min():,} to {rows.max():,}" if len(rows) > 1 else f"row {rows.sum():,}"
        what = f"{last.name} of the rule {named} fails for {span}: {type(error).__name__}: {said}".removesuffix(": ")
        fix = f"ask who made the package of {named}, or take another rule"
        raise Refused(Fault("", what, fix, last.filename, last.lineno)) from error


def _brought() -> dict[str, list[str]]:
    """Files of kinds that are not ours, with the names of these."""
    files: dict[str, list[str]] = {}
    for kind in KINDS.values():
        module = type(kind).__module__
        if not module.partition(".")[0].startswith(_OURS):
            file = getattr(sys.modules.get(module), "__file__", None)
            files.setdefault(str(file), []).append(kind.name)
    return files
