"""Calling a function of the asker's own: whatever it does wrong is told with its file, its line and the row."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from syndata_contracts.errors import Fault, Refused, SyndataError
from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.words.bits import Codes

_LONGEST = 200
"""Characters of what an exception says."""


class WrongResult(ValueError):
    """What a function returned is no column, whichever row is asked for."""


@dataclass(frozen=True, eq=False, slots=True)
class OwnCall(Node):
    """The codes that a function computes from other nodes of the same rows."""

    name: str
    """Of the rule."""
    column: str
    """`table.column`."""
    function: Callable[..., Any]
    """As it was announced."""
    codes: Callable[..., Codes]
    """Calls it for arrays of any length, and checks what it returns."""
    inputs: tuple[Node, ...]

    def compute(self, frame: Frame, out: Codes) -> None:
        arrays = [frame.get(node) for node in self.inputs]
        try:
            out[:] = self.codes(*arrays)
        except SyndataError:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- whatever a stranger's function raises
            # One that ends the process would end the command as if all were done.
            self._refuse(frame.rows, arrays, error)

    def _refuse(self, rows: Codes, arrays: Sequence[Codes], error: Exception | SystemExit) -> NoReturn:
        low, high = 0, len(rows)
        while high - low > 1 and not isinstance(error, WrongResult):
            # A function may depend on nothing but the row, so one half fails by itself.
            middle = (low + high) // 2
            first = self._failure([array[low:middle] for array in arrays])
            second = first or self._failure([array[middle:high] for array in arrays])
            if second is None or isinstance(second, WrongResult):
                break
            error = second
            low, high = (low, middle) if first else (middle, high)
        raise Refused(self._fault(rows[low:high], error)) from error

    def _failure(self, arrays: Sequence[Codes]) -> Exception | SystemExit | None:
        try:
            self.codes(*arrays)
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- whatever a stranger's function raises
            return error
        return None

    def _fault(self, rows: Codes, error: Exception | SystemExit) -> Fault:
        file, line, function = _place(self.function, error)
        said = (str(error).splitlines() or [""])[0][:_LONGEST]
        kind = "" if isinstance(error, WrongResult) else f"{type(error).__name__}: "
        which = f"row {rows[0]:,}" if len(rows) == 1 else f"rows {rows.min():,} to {rows.max():,}"
        what = f"the function {function} of the rule {self.name} fails for {which} of {self.column}: {kind}{said}"
        fix = "correct the function, or what the configuration gives it"
        return Fault("", what.removesuffix(": "), fix, file, line)


def _place(function: Callable[..., Any], error: BaseException) -> tuple[str | None, int | None, str]:
    """The function's file, the innermost line of it that was reached, and the function that this line belongs to."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None:
        return None, None, type(function).__name__
    reached = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == code.co_filename]
    if reached:
        return code.co_filename, reached[-1].lineno, reached[-1].name
    return code.co_filename, code.co_firstlineno, code.co_name
