"""How many different values there are, in bounded memory.

The values' hashes are kept, the least 10,001 of them, each with the number of times it was seen (K minimum values). While
fewer are known the count is exact; beyond, the greatest of the kept tells how densely hashes lie. What is kept depends
on the set of values alone, so summaries merge in any order. A kept hash was kept since it was first seen: its number is
exact, and one that is above 1 proves that some value occurs twice.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa

from syndata_engine.generation.words.bits import GOLDEN, mix64
from syndata_engine.generation.words.kernel import kernel
from syndata_engine.profiling.limits import EXACT_DISTINCT

# ruff: noqa: ANN001, ANN202 -- numba compiles these; types are stated in the docstrings
# mypy: disable-error-code="no-untyped-def,untyped-decorator"

_KEPT: Final = EXACT_DISTINCT + 1


@kernel
def _hash(offsets, data, hashes):
    """Fill `hashes` (uint64[:]) from texts that lie in `data` (uint8[:]) between `offsets` (int32[:])."""
    for i in range(hashes.size):
        place, stop = offsets[i], offsets[i + 1]
        h = mix64(np.uint64(stop - place) + GOLDEN)
        while place < stop:
            word = np.uint64(0)
            for shift in range(min(8, stop - place)):
                word |= np.uint64(data[place + shift]) << np.uint64(8 * shift)
            h = mix64(h ^ word) + GOLDEN
            place += 8
        hashes[i] = mix64(h)


def hashes_of(texts: Any) -> Any:
    """64-bit hashes of a `pa.StringArray` without nulls."""
    hashes = np.empty(len(texts), dtype=np.uint64)
    _, offsets, data = texts.buffers()
    if len(texts) and data is not None:
        starts = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
        _hash(starts, np.frombuffer(data, dtype=np.uint8), hashes)
    elif len(texts):
        _hash(np.zeros(len(texts) + 1, dtype=np.int32), np.zeros(1, dtype=np.uint8), hashes)
    return hashes


class Distinct:
    """The different values of a column."""

    def __init__(self) -> None:
        self._hashes: Any = np.empty(0, dtype=np.uint64)
        self._counts: Any = np.empty(0, dtype=np.int64)

    def add(self, texts: pa.StringArray, counts: Any) -> None:
        """Count these different texts, each seen so many times."""
        self._fold(hashes_of(texts), counts)

    def merge(self, other: Distinct) -> None:
        """Count what the other has counted."""
        self._fold(other._hashes, other._counts)

    def _fold(self, hashes: Any, counts: Any) -> None:
        if len(self._hashes) == _KEPT:
            near = hashes <= self._hashes[-1]
            hashes, counts = hashes[near], counts[near]
        if not len(hashes):
            return
        hashes = np.concatenate([self._hashes, hashes])
        counts = np.concatenate([self._counts, counts])
        order = np.argsort(hashes, kind="stable")
        hashes, counts = hashes[order], counts[order]
        first = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1]]))
        self._counts = np.add.reduceat(counts, first)[:_KEPT]
        self._hashes = hashes[first][:_KEPT]

    @property
    def hashes(self) -> Any:
        """The kept hashes, ascending."""
        return self._hashes

    @property
    def counts(self) -> Any:
        """How often each of them was seen."""
        return self._counts

    @property
    def exact(self) -> bool:
        """Whether all different values are known."""
        return len(self._hashes) < _KEPT

    @property
    def repeats(self) -> bool:
        """Whether some value is known to occur twice."""
        return bool(len(self._counts)) and bool(self._counts.max() > 1)

    def count(self) -> int:
        """How many there are: exact, or an estimate with a standard error of one in a hundred."""
        if self.exact:
            return len(self._hashes)
        return EXACT_DISTINCT * 2**64 // (int(self._hashes[-1]) + 1)
