"""The lives of a table's rows through a period: exact counts, cut into rounds, and every way between rows and changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import isqrt
from typing import Any, Final

import numpy as np

from syndata_engine.generation.changes import kernels
from syndata_engine.generation.words.bits import Codes

ROUNDS: Final = 16
"""A row that a round inserts may change in the rounds after it; a version is found by looking at every round once."""
MOST_CHANGES: Final = 2**35
"""Up to here times are found in 64 bits."""
LARGEST_PRODUCT: Final = 2**62
"""Rows (or changes of a round) times those of them that are deleted (or inserted) stay below, for the same reason."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows there are at first, and how many changes of each operation."""

    rows: int
    inserts: int
    updates: int
    deletes: int

    @property
    def changes(self) -> int:
        """Changes in all."""
        return self.inserts + self.updates + self.deletes

    @property
    def versions(self) -> int:
        """Versions of rows: those of the first snapshot, and one for each insert and update."""
        return self.rows + self.inserts + self.updates

    @property
    def left(self) -> int:
        """Rows of the later snapshot."""
        return self.rows + self.inserts - self.deletes

    @property
    def deletable(self) -> int:
        """Most rows that can be deleted: what the last round inserts stays."""
        return self.rows + _before(self.inserts, ROUNDS - 1)


def _before(total: int, number: int) -> int:
    """Of a total that is spread over all rounds, how many come before a round."""
    return total * number // ROUNDS


@dataclass(frozen=True, eq=False)
class Lives:
    """Which rows live when. Rows past the first snapshot's are the period's, in the order in which they are inserted."""

    counts: Counts
    key: int

    @cached_property
    def _prefixes(self) -> dict[str, list[int]]:
        """Before each round, and at the end: inserts, deletes, dying rows, chances to be updated."""
        counts = self.counts
        inserts = [_before(counts.inserts, k) for k in range(ROUNDS + 1)]
        mortal = inserts[ROUNDS - 1]
        # The same hazard for every row that can be deleted, old or new.
        young = counts.deletes * mortal // max(counts.deletable, 1)
        young = max(young, counts.deletes - counts.rows)
        old = counts.deletes - young
        dying = [old + young * min(born, mortal) // max(mortal, 1) for born in inserts]
        deletes = [0, *(min(_before(counts.deletes, k + 1), dying[k]) for k in range(ROUNDS))]
        eligible = [counts.rows + inserts[k] - deletes[k + 1] for k in range(ROUNDS)]
        chances = np.cumsum([0, *eligible], dtype=object).tolist()
        return {"inserts": inserts, "deletes": deletes, "dying": dying, "eligible": eligible, "chances": chances}

    @property
    def can_update(self) -> bool:
        """Whether some row lives through a round, so that it can be updated."""
        return self._prefixes["chances"][-1] > 0

    @property
    def is_countable(self) -> bool:
        """Whether all products stay within 64 bits."""
        found = self._prefixes
        sizes = np.diff(np.array(self._changes, dtype=object))
        marks = [max(np.diff(np.array(found[name], dtype=object)), default=0) for name in ("inserts", "deletes")]
        products = (self.counts.rows * found["dying"][0], *(size * max(marks) for size in sizes))
        return self.counts.changes <= MOST_CHANGES and max(products) < LARGEST_PRODUCT

    @cached_property
    def _changes(self) -> list[int]:
        found = self._prefixes
        updates = [self.counts.updates * chances // max(found["chances"][-1], 1) for chances in found["chances"]]
        return [sum(together) for together in zip(found["inserts"], found["deletes"], updates, strict=True)]

    @cached_property
    def _tables(self) -> tuple[Codes, Codes, Any]:
        """What the kernels read."""
        found = self._prefixes
        rounds = np.zeros((ROUNDS + 1, kernels.FIELDS), np.int64)
        rounds[:, kernels.CHANGES] = self._changes
        rounds[:, kernels.INSERTS] = found["inserts"]
        rounds[:, kernels.DELETES] = found["deletes"]
        rounds[:, kernels.DYING] = found["dying"]
        for number, size in enumerate(found["eligible"]):
            rounds[number, kernels.ELIGIBLE] = size
            rounds[number, kernels.LEFT : kernels.RIGHT + 1] = _sides(size)
        old = found["dying"][0]
        return rounds, np.array([self.counts.rows, old, *_sides(old)], np.int64), np.uint64(self.key)

    def describe(self, changes: Codes) -> tuple[Codes, Codes, Codes]:
        """Of each change: the row, its version afterwards (of a delete, before), and the operation; int64[n] each."""
        rows, versions, ops = (np.empty(len(changes), np.int64) for _ in range(3))
        kernels.describe(changes, *self._tables, rows, versions, ops)
        return rows, versions, ops

    def made(self, numbers: Codes) -> Codes:
        """The change that made a version, by its number among all inserts and updates."""
        rounds, _, key = self._tables
        out = np.empty(len(numbers), np.int64)
        kernels.made(numbers, rounds, key, out)
        return out

    def born(self, rows: Codes, versions: Codes) -> Codes:
        """The change that made a version of a row; -1 for one of the first snapshot."""
        out = np.empty(len(rows), np.int64)
        kernels.born(rows, versions, *self._tables, out)
        return out

    def ended(self, rows: Codes, versions: Codes) -> Codes:
        """The change that ends a version of a row; -1 where it stands at the end."""
        out = np.empty(len(rows), np.int64)
        kernels.ended(rows, versions, *self._tables, out)
        return out

    def left(self, numbers: Codes) -> tuple[Codes, Codes]:
        """The rows that are left at the end, in order, and the version of each."""
        rows, versions = np.empty(len(numbers), np.int64), np.empty(len(numbers), np.int64)
        kernels.left(numbers, *self._tables, rows, versions)
        return rows, versions

    def moments(self, changes: Codes, span: int) -> Codes:
        """When each change happens, from 0 to span - 1, ascending; span is at least the changes in all."""
        out = np.empty(len(changes), np.int64)
        kernels.moments(changes, self.counts.changes, span, self._tables[2], out)
        return out


def _sides(size: int) -> tuple[int, int]:
    """Of the rectangle in which a bijection of so many numbers moves."""
    if size < 1:
        return 1, 1
    left = isqrt(size - 1) + 1
    return left, -(-size // left)
