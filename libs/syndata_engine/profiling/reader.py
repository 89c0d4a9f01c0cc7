"""Profiles a CSV from its bytes, in any pieces: the structure is checked, the rows are parsed and summed up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.csv as pc_csv

from syndata_contracts.errors import Defect, Fault, Refused
from syndata_engine.profiling.columns import TableSummary
from syndata_engine.profiling.dialect import HEAD_BYTES, check_utf8, delimiter_of, length_of_mark
from syndata_engine.profiling.header import names_of
from syndata_engine.profiling.limits import LIMITS, Limits
from syndata_engine.profiling.result import Profile
from syndata_engine.profiling.structure import Structure

_WINDOW: Final = 4 * 1024 * 1024
"""Bytes that are looked at together. Windows begin at fixed places of the file, so not even the order in which faults
are found depends on how the bytes arrive."""


def profile_csv(pieces: Iterable[bytes], limits: Limits = LIMITS) -> Profile:
    """Profile a CSV whose bytes come in these pieces; Refused where it is none, by line, and telling no value of it."""
    profiler = CsvProfiler(limits)
    for piece in pieces:
        profiler.add(piece)
    return profiler.finish()


class CsvProfiler:
    """Takes the bytes of one CSV in turn; holds a window of them, a row, and summaries. One thread at a time uses it."""

    def __init__(
        self, limits: Limits = LIMITS, summarise: Callable[[Sequence[str]], TableSummary] = TableSummary
    ) -> None:
        self._limits = limits
        self._summarise = summarise
        self._size = 0
        self._waiting = bytearray()
        self._rest = b""
        self._rest_line = 1
        self._delimiter = ""
        self._structure: Structure | None = None
        self._summary: TableSummary | None = None

    def add(self, piece: bytes) -> None:
        """Take the next bytes; Refused as soon as they show what cannot be profiled."""
        self._size += len(piece)
        self._waiting += piece
        while len(self._waiting) >= _WINDOW:
            window = bytes(memoryview(self._waiting)[:_WINDOW])
            del self._waiting[:_WINDOW]
            self._read(window)

    def finish(self) -> Profile:
        """Say what was found, when every byte was added; Refused when that is not a whole CSV with a row of data."""
        if not self._size:
            raise Refused(Fault("", "the file is empty", "send a CSV with a header and at least one row"))
        self._read(bytes(self._waiting), last=True)
        structure = self._structure
        if structure is not None:
            structure.end()
            if structure.inside:
                self._scan(b"\n")
        if structure is None or structure.columns == 0:
            raise Refused(Fault("", "there is no header", "send a CSV with a header and at least one row"))
        if self._summary is None or not self._summary.rows:
            raise Refused(Fault("", "there is a header and no row", "send at least one row of data", line=1))
        return Profile(
            size=self._size,
            delimiter=self._delimiter,
            rows=self._summary.rows,
            columns=self._summary.profiles(),
        )

    def _read(self, window: bytes, *, last: bool = False) -> None:
        if self._structure is None:
            window = window[length_of_mark(window[:HEAD_BYTES]) :]
            self._delimiter = delimiter_of(window[:HEAD_BYTES], whole=last and len(window) <= HEAD_BYTES)
            self._structure = Structure(self._delimiter, self._limits)
        self._scan(window)

    def _scan(self, window: bytes) -> None:
        """Find the rows that end in the window, and take them; what is left waits for the next."""
        structure = self._structure
        if structure is None:
            raise Defect("bytes are read before their dialect is known")
        data, place = self._rest + window, len(self._rest)
        begun = structure.rows
        body = 0
        if self._summary is None:
            cut, place = structure.read(data, place, most_rows=1)
            if cut >= 0 and structure.fault is None and structure.rows:
                self._check(data[:cut])
                self._summary = self._summarise(
                    names_of(_parsed(data[:cut], self._delimiter, structure.columns), self._limits)
                )
                begun, body = structure.rows, cut
        cut = body
        if structure.fault is None:
            found, place = structure.read(data, place)
            cut = max(cut, found)
        # What precedes a fault is looked at first: the first fault of the file is the one that is told.
        self._check(data[:place])
        if structure.fault is not None:
            raise structure.fault
        if structure.rows - 1 > self._limits.rows:
            raise Refused(
                Fault("", f"there are more than {self._limits.rows:,} rows", "profile a sample of the rows instead")
            )
        if self._summary is not None and structure.rows > begun:
            self._take(self._summary, data[body:cut], structure.rows - begun)
        ended = data[:cut]
        self._rest_line += ended.count(b"\n") + ended.count(b"\r") - ended.count(b"\r\n")
        self._rest = data[cut:]

    def _check(self, text: bytes) -> None:
        check_utf8(text, self._rest_line)

    def _take(self, summary: TableSummary, rows: bytes, count: int) -> None:
        structure = self._structure
        columns = _parsed(rows, self._delimiter, structure.columns if structure else 0)
        if len(columns[0]) != count:
            raise Defect(f"{count} rows were seen and {len(columns[0])} parsed")
        summary.add(columns)


def _parsed(rows: bytes, delimiter: str, columns: int) -> list[pa.StringArray]:
    """The texts of whole rows, column by column; an empty field is a null."""
    names = [str(position) for position in range(columns)]
    table = pc_csv.read_csv(
        pa.BufferReader(rows),
        read_options=pc_csv.ReadOptions(use_threads=False, block_size=len(rows) + 1, column_names=names),
        parse_options=pc_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=columns > 1),
        convert_options=pc_csv.ConvertOptions(
            check_utf8=False,  # it was checked, with its line
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
        ),
    )
    return [column.combine_chunks() for column in table.columns]
