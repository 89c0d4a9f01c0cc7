"""Which rows some rules hit: exactly so many of those that are eligible, found from a row's number, and back.

A table is cut into at most 1,024 blocks of rows. Of each block it is known how many rows are eligible, and so how many
are hit, such that the hits of all blocks add up; inside a block a keyed bijection shuffles the eligible rows, and those in
front are hit. Where every row is eligible nothing needs to be counted; otherwise planning counts once, and the plan
keeps one number for each block.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from syndata_engine.generation.nodes.frame import TILE, Frame, Node
from syndata_engine.generation.words.bijection import Bijection
from syndata_engine.generation.words.bits import MASK64, Codes, mix64_int

MOST_BLOCKS: Final = 1_024
LEAST_BLOCK: Final = 16_384
"""Rows."""
KEPT_BLOCKS: Final = 8
"""Blocks that are remembered: neighbouring rows ask for the same."""
MOST_HELD: Final = 2**21
"""Rows of a block that is remembered."""
TILES_IN_BLOCK: Final = LEAST_BLOCK // TILE
Kept = TypeVar("Kept")


def block_rows(rows: int) -> int:
    """Rows of a block of a table of so many."""
    return LEAST_BLOCK * max(1, -(-rows // (LEAST_BLOCK * MOST_BLOCKS)))


def rounded_share(rate: tuple[int, int], cells: int) -> int:
    """A rate (numerator and denominator) of so many cells, to the nearest whole number, halves up."""
    return (2 * cells * rate[0] + rate[1]) // (2 * rate[1])


@dataclass(eq=False)
class Hits:
    """The rows that one or several rules hit, each its own number of them."""

    table_key: int
    rows: int
    key: int
    """Scatters the hits."""
    eligible: Node | None = None
    """1 where a row may be hit; None where every row may."""
    left: tuple[int, ...] = ()
    """How many rows of each block are eligible; filled by `count`, or from the plan. Empty where every row is."""
    hits: tuple[int, ...] = ()
    """How many rows each rule hits."""
    _blocks: dict[int, NDArray[np.int8]] = field(default_factory=dict)
    _places: dict[int, NDArray[np.int32]] = field(default_factory=dict)

    @cached_property
    def node(self) -> Node:
        """What `found` says of each row; one node, so that columns of a frame share it."""
        return HitBy(self)

    @property
    def block_rows(self) -> int:
        """Rows of a block."""
        return block_rows(self.rows)

    @property
    def total(self) -> int:
        """Rows hit by any of the rules."""
        return sum(self.hits)

    def count(self, also: Node | None = None) -> tuple[tuple[int, ...], int]:
        """Eligible rows of each block, and rows of the table where `also` holds; reads every row of the table once."""
        found: list[int] = []
        others = 0
        for block in range(-(-self.rows // self.block_rows)):
            here = 0
            for frame in self._tiles(block):
                here += int(np.count_nonzero(frame.get(self.eligible))) if self.eligible else len(frame)
                others += int(np.count_nonzero(frame.get(also))) if also else len(frame)
            found.append(here)
        return tuple(found), others

    def _tiles(self, block: int) -> Iterator[Frame]:
        start = block * self.block_rows
        stop = min(start + self.block_rows, self.rows)
        for low in range(start, stop, TILE):
            yield Frame(self.table_key, np.arange(low, min(low + TILE, stop), dtype=np.int64))

    @cached_property
    def _sums(self) -> list[int]:
        """Eligible rows before each block, and at the end all."""
        if self.eligible is None:
            size = self.block_rows
            return [min(block * size, self.rows) for block in range(-(-self.rows // size) + 1)]
        sums = [0]
        for count in self.left:
            sums.append(sums[-1] + count)
        return sums

    @cached_property
    def _ends(self) -> Codes:
        """Hits before each block, and at the end all; int64[blocks + 1]."""
        whole = max(self._sums[-1], 1)
        return np.array([before * self.total // whole for before in self._sums], np.int64)

    @cached_property
    def _rules(self) -> tuple[Bijection, Codes]:
        """How the hits are dealt out among the rules."""
        return Bijection(max(self.total, 1), self.key ^ MASK64), np.cumsum(np.array(self.hits, np.int64))

    def rules_of(self, numbers: Codes) -> Codes:
        """Which rule (0..) makes each hit; numbers 0..total-1."""
        if len(self.hits) == 1:
            return np.zeros(len(numbers), np.int64)
        shuffle, ends = self._rules
        return np.searchsorted(ends, shuffle.forward(numbers), side="right").astype(np.int64)

    def found(self, rows: Codes) -> Codes:
        """For each row 0 where it is clean, else one more than the number of the rule that hits it; int64[n]."""
        out = np.zeros(len(rows), np.int64)
        if not self.total:
            return out
        size = self.block_rows
        for block, at in _by_block(rows // size):
            within = rows[at] - block * size
            alone = self.eligible is None and self._is_dear(block, len(within))
            out[at] = self._placed(block, within) if alone else self._block(block)[within]
        return out

    def _is_dear(self, block: int, rows: int) -> bool:
        """Whether all hits of a block cost more than asking for each of so few rows of it, or too much memory."""
        hits = int(self._ends[block + 1] - self._ends[block])
        return self.block_rows > MOST_HELD or (block not in self._blocks and hits > TILES_IN_BLOCK * rows)

    def _shuffle(self, block: int) -> Bijection:
        return Bijection(self._sums[block + 1] - self._sums[block], mix64_int((self.key + block) & MASK64))

    def _placed(self, block: int, ranks: Codes) -> Codes:
        """The rule of eligible rows of a block, by their rank among these."""
        first, last = int(self._ends[block]), int(self._ends[block + 1])
        out = np.zeros(len(ranks), np.int64)
        if first == last:
            return out
        numbers = self._shuffle(block).forward(ranks)
        hit = numbers < last - first
        out[hit] = 1 + self.rules_of(first + numbers[hit])
        return out

    def _block(self, block: int) -> NDArray[np.int8]:
        """What `found` says of every row of a block; int8[rows of it]."""
        known = self._blocks.get(block)
        if known is None:
            first, last = int(self._ends[block]), int(self._ends[block + 1])
            known = np.zeros(min(self.block_rows, self.rows - block * self.block_rows), np.int8)
            if first < last:
                numbers = np.arange(first, last, dtype=np.int64)
                known[self._within(block, numbers)] = 1 + self.rules_of(numbers)
            self._blocks = _kept(self._blocks, block, known)
        return known

    def _within(self, block: int, numbers: Codes) -> Codes:
        """Where in its block each hit of it lies."""
        ranks = self._shuffle(block).inverse(numbers - self._ends[block])
        return ranks if self.eligible is None else self._eligible(block)[ranks].astype(np.int64)

    def _eligible(self, block: int) -> NDArray[np.int32]:
        """Where in a block the eligible rows lie."""
        known = self._places.get(block)
        if known is None:
            assert self.eligible is not None  # noqa: S101 -- asked only where some rows are not
            mask = np.concatenate([frame.get(self.eligible) != 0 for frame in self._tiles(block)])
            known = np.flatnonzero(mask).astype(np.int32)
            self._places = _kept(self._places, block, known)
        return known

    def rows_of(self, numbers: Codes) -> Codes:
        """The row of each hit; numbers 0..total-1, int64[n]."""
        out = np.empty(len(numbers), np.int64)
        for block, at in _by_block(np.searchsorted(self._ends, numbers, side="right") - 1):
            out[at] = block * self.block_rows + self._within(block, numbers[at])
        return out


def _kept(known: dict[int, Kept], block: int, made: Kept) -> dict[int, Kept]:
    """The last few blocks, this one among them; a new mapping, since threads may be reading the old one."""
    return {**dict(list(known.items())[1 - KEPT_BLOCKS :]), block: made}


def _by_block(blocks: Codes) -> list[tuple[int, slice | Codes]]:
    """Each block that occurs, and where."""
    if not len(blocks):
        return []
    if (blocks == blocks[0]).all():
        return [(int(blocks[0]), slice(None))]
    order = np.argsort(blocks, kind="stable")
    names, starts = np.unique(blocks[order], return_index=True)
    return list(zip(map(int, names), np.split(order, starts[1:]), strict=True))


@dataclass(frozen=True, eq=False, slots=True)
class HitBy(Node):
    """0 where a row is clean, else one more than the number of the rule of these hits."""

    hits: Hits

    def compute(self, frame: Frame, out: Codes) -> None:
        out[:] = self.hits.found(frame.rows)
