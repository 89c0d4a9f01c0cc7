"""The edge of the process: signals, and errors that become an exit code and a text a person can act on."""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

from typer.exceptions import TyperException

from syndata_contracts.errors import Fault, Refused, SyndataError, Unavailable
from syndata_contracts.version import __version__

OK: Final = 0
USAGE: Final = 2
REFUSED: Final = 3
UNAVAILABLE: Final = 4
FAILED: Final = 5
_SIGNALS: Final = 128
"""Added to a signal's number, as shells do."""


class Stopped(BaseException):
    """Someone asked the process to end; not an Exception, so that nothing on the way takes it for a fault."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; no error escapes as a traceback."""
    as_json = "--json" in arguments
    try:
        with _stoppable():
            return _command(arguments)
    except Stopped as stop:
        return _end(_SIGNALS + stop.number, "stopped", "stopped; nothing was left behind", as_json=as_json)
    except Exception as error:  # noqa: BLE001 - the edge: whatever escapes here would be a traceback
        return _told(error, as_json=as_json)


def _told(error: Exception, *, as_json: bool) -> int:
    match error:
        case BrokenPipeError():
            _close_output()
            return OK
        case TyperException():
            return _usage(error, as_json=as_json)
        case Refused():
            return _refused(error, as_json=as_json)
        case Unavailable():
            return _end(UNAVAILABLE, "unavailable", str(error), as_json=as_json)
        case _:
            return _failed(error, as_json=as_json)


def fault_document(fault: Fault) -> dict[str, Any]:
    """A fault as JSON shows it."""
    document = {
        "file": fault.file,
        "line": fault.line,
        "column": fault.column,
        "path": fault.path,
        "what": fault.what,
        "fix": fault.fix,
    }
    if not fault.related:
        return document
    lines = []
    for path, place in zip(fault.related, fault.places or ("",) * len(fault.related), strict=True):
        line, _, column = place.partition(":")
        lines.append({"path": path, "line": int(line) if line else None, "column": int(column) if column else None})
    return {**document, "related": list(fault.related), "related_lines": lines}


def _command(arguments: Sequence[str]) -> int:
    from syndata.cli import describing, evaluating, importing, profiling, remote, serving, strategies  # noqa: F401 -- what they hold announces itself
    from syndata.cli.commands import app

    code = app(args=list(arguments), prog_name="syndata", standalone_mode=False)
    sys.stdout.flush()
    return code if isinstance(code, int) else OK


@contextmanager
def _stoppable() -> Iterator[None]:
    def stop(number: int, _frame: FrameType | None) -> None:
        raise Stopped(number)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _usage(error: TyperException, *, as_json: bool) -> int:
    if as_json:
        return _end(USAGE, "usage", error.format_message(), as_json=True)
    show = getattr(error, "show", None)
    if show is None:
        return _end(USAGE, "usage", error.format_message(), as_json=False)
    show()
    return USAGE


def _refused(refusal: Refused, *, as_json: bool) -> int:
    if as_json:
        faults = [fault_document(fault) for fault in refusal.faults]
        _print_json({"error": {"type": "refused", "faults": faults}})
        return REFUSED
    count = len(refusal.faults)
    _complain("\n".join(str(fault) for fault in refusal.faults))
    _complain(f"refused: {count} fault{'s' if count != 1 else ''}; nothing was written")
    return REFUSED


def _failed(error: Exception, *, as_json: bool) -> int:
    if os.environ.get("SYNDATA_DEBUG"):
        traceback.print_exc()
    first = (str(error).splitlines() or [""])[0]
    text = first if isinstance(error, SyndataError) else f"{type(error).__name__}: {first}"
    hint = "set SYNDATA_DEBUG=1 for the traceback"
    return _end(FAILED, "failed", f"this is a fault of syndata {__version__}: {text} ({hint})", as_json=as_json)


def _end(code: int, kind: str, message: str, *, as_json: bool) -> int:
    if as_json:
        _print_json({"error": {"type": kind, "message": message, "faults": []}})
    else:
        _complain(message)
    return code


def _print_json(document: object) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _complain(text: str) -> None:
    sys.stderr.write(text + "\n")


def _close_output() -> None:
    """The reader went away; keep Python from complaining of it once more at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
