"""Counts of classes, alone and in pairs: one pass over any number of batches, and sums that mean the same in any order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import combinations
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from syndata_engine.quality.bins import Bins, Codes, Unreadable, as_numbers, as_texts

MOST_PAIRED: Final = 60
"""Columns that are compared in pairs; with more, the first ones."""


@dataclass
class Counts:
    """How often each class occurs."""

    bins: Sequence[Bins]
    rows: int = 0
    alone: list[NDArray[np.int64]] = field(default_factory=list)
    pairs: dict[tuple[int, int], NDArray[np.int64]] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    """Columns that are of another sort than the real ones, and why."""

    def __post_init__(self) -> None:
        self.alone = [np.zeros(one.classes, np.int64) for one in self.bins]
        paired = [number for number, one in enumerate(self.bins) if one.kind != "text"][:MOST_PAIRED]
        self.pairs = {
            (left, right): np.zeros(self.bins[left].coarse * self.bins[right].coarse, np.int64)
            for left, right in combinations(paired, 2)
        }

    def add(self, table: pa.Table | pa.RecordBatch) -> None:
        """Count the rows of a batch; columns that are missing or unreadable count as such."""
        codes: list[Codes | None] = [self._codes(one, table) for one in self.bins]
        folded = [None if found is None else one.pair_codes(found) for one, found in zip(self.bins, codes, strict=True)]
        self.rows += table.num_rows
        for counts, found in zip(self.alone, codes, strict=True):
            if found is not None:
                np.add(counts, np.bincount(found, minlength=len(counts)), out=counts)
        for (left, right), counts in self.pairs.items():
            first, second = folded[left], folded[right]
            if first is not None and second is not None:
                both = first * self.bins[right].coarse + second
                np.add(counts, np.bincount(both, minlength=len(counts)), out=counts)

    def merge(self, other: Counts) -> None:
        """Take in what was counted elsewhere with the same bins."""
        self.rows += other.rows
        for counts, more in zip(self.alone, other.alone, strict=True):
            np.add(counts, more, out=counts)
        for pair, counts in self.pairs.items():
            np.add(counts, other.pairs[pair], out=counts)
        self.unreadable |= other.unreadable

    def _codes(self, one: Bins, table: pa.Table | pa.RecordBatch) -> Codes | None:
        if one.name in self.unreadable or one.name not in table.schema.names:
            near = next((name for name in table.schema.names if name.casefold() == one.name.casefold()), None)
            hint = f"; {near!r} is another name" if near else ""
            self.unreadable.setdefault(one.name, f"the synthetic data has no such column{hint}")
            return None
        try:
            return one.codes(table.column(one.name))
        except Unreadable as error:
            self.unreadable[one.name] = str(error)
            return None


def row_hashes(table: pa.Table | pa.RecordBatch, bins: Sequence[Bins]) -> NDArray[np.uint64] | None:
    """A word for each row, equal where all values are, however a file writes them; None where a column is not there, or of another sort."""
    words = np.zeros(table.num_rows, np.uint64)
    for one in bins:
        if one.name not in table.schema.names:
            return None
        column = table.column(one.name)
        array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        try:
            found = _hashed(array) if one.kind in {"category", "text"} else as_numbers(array, one.kind).view(np.uint64)
        except Unreadable:
            return None
        words = words * np.uint64(0x9E3779B97F4A7C15) + found
        words ^= words >> np.uint64(32)
    return words


def _hashed(array: pa.Array) -> NDArray[np.uint64]:
    coded = pc.dictionary_encode(as_texts(array))
    known = [
        int.from_bytes(blake2b(value.encode(), digest_size=8).digest(), "little")
        for value in coded.dictionary.to_pylist()
    ]
    places = coded.indices.fill_null(len(known)).to_numpy(zero_copy_only=False)
    words: NDArray[np.uint64] = np.array([*known, 0x5D], np.uint64)[places]
    return words
