"""Rows and fields in the bytes of a CSV: where they end, and what is wrong with them, by line.

A CSV as RFC 4180 has it, except that a quote inside a field that does not begin with one is a character like any other,
and that rows may end with LF, CRLF or CR. Empty lines are skipped, unless there is one column: there they are nulls.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from syndata_contracts.errors import Fault, Refused
from syndata_engine.generation.words.kernel import inlined, kernel
from syndata_engine.profiling.limits import Limits

# ruff: noqa: ANN001, ANN202, PLR0913, PLR0917 -- numba compiles these; types are stated in the docstrings
# mypy: disable-error-code="no-untyped-def,untyped-decorator"

_ROW_START, _FIELD_START, _PLAIN, _QUOTED, _CLOSING, _AFTER_CR = range(6)
_MODE, _FIELDS, _EXPECTED, _FIELD_BYTES, _ROW_BYTES, _LINE, _ROW_LINE, _ROWS, _CR, _QUOTE_LINE, _FAULT = range(11)
_SIZE: Final = 11

_NUL, _GARBAGE, _LONG_FIELD, _LONG_ROW, _RAGGED, _COLUMNS, _UNCLOSED = range(1, 8)


@inlined
def _end_row(state, most_columns):
    """Close the row; whether it counts, being no empty line among rows of several fields."""
    blank = state[_ROW_BYTES] == 0
    state[_LINE] += 1
    state[_MODE] = _ROW_START
    if blank and state[_EXPECTED] != 1:
        return False
    state[_FIELDS] += 1
    if state[_EXPECTED] < 0:
        state[_EXPECTED] = state[_FIELDS]
        if state[_FIELDS] > most_columns:
            state[_FAULT] = _COLUMNS
    elif state[_FIELDS] != state[_EXPECTED]:
        state[_FAULT] = _RAGGED
    state[_ROWS] += 1
    return True


@kernel
def _scan(data, start, delimiter, most_rows, most_columns, most_field, most_row, state):  # noqa: C901, PLR0912, PLR0915 -- one automaton
    """Read on from `start`; the place behind the last whole row (-1: none ended), and where reading stopped.

    `data` is uint8[:], `state` int64[:], everything else int64. Stops at a fault and after `most_rows` rows.
    """
    cut = -1
    i = start
    until = state[_ROWS] + most_rows
    while i < data.size:
        c = data[i]
        mode = state[_MODE]
        if mode == _ROW_START:
            state[_FIELDS] = 0
            state[_FIELD_BYTES] = 0
            state[_ROW_BYTES] = 0
            state[_ROW_LINE] = state[_LINE]
        if mode == _AFTER_CR or (c == 10 and mode != _QUOTED):
            if c == 10:
                i += 1
            _end_row(state, most_columns)
            if state[_FAULT]:
                return cut, i
            cut = i
            if state[_ROWS] == until:
                return cut, i
            continue
        if c == 13 and mode != _QUOTED:
            state[_MODE] = _AFTER_CR
            i += 1
            continue
        state[_FIELD_BYTES] += 1
        state[_ROW_BYTES] += 1
        if c == 0:
            state[_FAULT] = _NUL
        elif mode == _QUOTED:
            if c == 34:
                state[_MODE] = _CLOSING
            elif c == 13 or (c == 10 and not state[_CR]):
                state[_LINE] += 1
            state[_CR] = c == 13
        elif mode == _CLOSING and c == 34:
            state[_MODE] = _QUOTED
        elif c == delimiter:
            state[_FIELDS] += 1
            state[_FIELD_BYTES] = 0
            state[_MODE] = _FIELD_START
        elif mode == _CLOSING:
            state[_FAULT] = _GARBAGE
        elif c == 34 and mode != _PLAIN:
            state[_MODE] = _QUOTED
            state[_QUOTE_LINE] = state[_LINE]
            state[_CR] = 0
        else:
            state[_MODE] = _PLAIN
        if state[_FIELD_BYTES] > most_field:
            state[_FAULT] = _LONG_FIELD
        elif state[_ROW_BYTES] > most_row:
            state[_FAULT] = _LONG_ROW
        if state[_FAULT]:
            return cut, i
        i += 1
    return cut, i


class Structure:
    """Reads the structure of one CSV, block after block; it remembers everything between them but the bytes."""

    def __init__(self, delimiter: str, limits: Limits) -> None:
        self._delimiter = ord(delimiter)
        self._limits = limits
        self._state: Any = np.zeros(_SIZE, dtype=np.int64)
        self._state[_EXPECTED] = -1
        self._state[_LINE] = 1

    @property
    def rows(self) -> int:
        """Rows that have ended, the header among them."""
        return int(self._state[_ROWS])

    @property
    def columns(self) -> int:
        """Fields of the header; 0 before it has ended."""
        return max(0, int(self._state[_EXPECTED]))

    @property
    def inside(self) -> bool:
        """Whether a row has begun and not ended."""
        return bool(self._state[_MODE] != _ROW_START)

    @property
    def fault(self) -> Refused | None:
        """What is wrong with the row at hand, if anything."""
        code = int(self._state[_FAULT])
        return Refused(self._told(code)) if code else None

    def read(self, data: bytes, start: int, most_rows: int = 2**62) -> tuple[int, int]:
        """Read on from `start`: the place behind the last row that ended (-1: none did), and where reading stopped."""
        limits = self._limits
        cut, place = _scan(
            np.frombuffer(data, dtype=np.uint8),
            start,
            self._delimiter,
            most_rows,
            limits.columns,
            limits.field_bytes,
            limits.row_bytes,
            self._state,
        )
        return int(cut), int(place)

    def end(self) -> None:
        """Tell that there is nothing more; Refused inside of a quoted field."""
        if self._state[_MODE] == _QUOTED:
            raise Refused(self._told(_UNCLOSED))

    def _told(self, code: int) -> Fault:
        state, limits = self._state, self._limits
        fields, expected = int(state[_FIELDS]), int(state[_EXPECTED])
        line, row_line, quote_line = int(state[_LINE]), int(state[_ROW_LINE]), int(state[_QUOTE_LINE])
        long_field = f"the field is longer than {limits.field_bytes:,} bytes"
        if state[_MODE] == _QUOTED:
            long_field += f"; its quote was opened in line {quote_line}, and may never be closed"
        what, fix, place = {
            _NUL: ("there is a NUL byte", "send text: no binary file, and UTF-8 rather than UTF-16", line),
            _GARBAGE: (
                "text follows a closing quote",
                "double every quote inside a quoted field, and end the field with one quote",
                line,
            ),
            _LONG_FIELD: (long_field, "close the quote, or leave such fields out", row_line),
            _LONG_ROW: (f"the row is longer than {limits.row_bytes:,} bytes", "leave long fields out", row_line),
            _RAGGED: (
                f"the row has {fields} fields, and the header {expected}",
                "give every row as many fields as the header; quote those that hold the delimiter or a line break",
                row_line,
            ),
            _COLUMNS: (
                f"there are {fields:,} columns, and at most {limits.columns:,} are profiled",
                "split the table",
                row_line,
            ),
            _UNCLOSED: ("a quoted field is never closed", "close its quote; was the file cut off?", quote_line),
        }[code]
        path = f"field {fields + 1}" if code in {_NUL, _GARBAGE, _LONG_FIELD, _UNCLOSED} else ""
        return Fault(path, what, fix, line=place)
