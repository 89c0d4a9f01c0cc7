"""A sample of a table's rows, in bounded memory, that depends on the rows alone.

Each row has a hash of its number, and the rows with the least hashes are kept: a sample of them all, each as likely. A table that is small enough is
kept whole, so whatever is learnt from it is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MOST_ROWS: Final = 131_072
"""So many rows are kept of a table that has few enough columns."""
_MOST_CELLS: Final = 4_194_304
_LEAST_ROWS: Final = 2_048
LONGEST_TEXT: Final = 256
"""Characters; of longer texts the beginning is kept."""

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)


def _hashes(first: int, rows: int) -> Any:
    """SplitMix64 of row numbers."""
    word = (np.arange(first, first + rows, dtype=np.uint64) + np.uint64(1)) * _GOLDEN
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


class RowSample:
    """Takes rows in their order, and keeps those of the least hashes."""

    def __init__(self, columns: int, most: int | None = None) -> None:
        self._most = most or max(_LEAST_ROWS, min(MOST_ROWS, _MOST_CELLS // max(1, columns)))
        self._seen = 0
        self._hashes: Any = np.empty(0, dtype=np.uint64)
        self._rows: list[pa.Table] = []
        self._names = [str(position) for position in range(columns)]

    def add(self, columns: Sequence[pa.StringArray]) -> None:
        """Take the next rows."""
        rows = len(columns[0])
        hashes = _hashes(self._seen, rows)
        self._seen += rows
        cut = [pc.utf8_slice_codeunits(column, 0, LONGEST_TEXT) for column in columns]
        table = pa.table(cut, names=self._names)
        if len(self._hashes) >= self._most:
            near = hashes <= self._greatest()
            hashes, table = hashes[near], table.filter(pa.array(near))
        self._hashes = np.concatenate([self._hashes, hashes])
        self._rows.append(table)
        if len(self._hashes) > 2 * self._most:
            self._shrink()

    def _greatest(self) -> Any:
        return np.partition(self._hashes, self._most - 1)[self._most - 1]

    def _shrink(self) -> None:
        if len(self._hashes) > self._most:
            near = self._hashes <= self._greatest()
            self._rows = [pa.concat_tables(self._rows).filter(pa.array(near)).combine_chunks()]
            self._hashes = self._hashes[near]

    @property
    def whole(self) -> bool:
        """Whether every row was kept."""
        return self._seen <= self._most

    def columns(self) -> list[pa.StringArray]:
        """The texts of the rows that were kept, in the order of the rows, column by column."""
        self._shrink()
        kept = pa.concat_tables(self._rows).combine_chunks()
        return [
            pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.string())
            for column in kept.columns
        ]
