"""How many children each parent has, as a monotone map of child numbers that is closed form both ways.

Parents stand in blocks of up to 1,024. Every full block holds the same multiset of counts (two totals, q + 1
and q, let any number of children come out exactly), laid in one of 32 keyed orders that the block's own bits
choose. So a plan holds no sums at any size: child -> parent is a division and a binary search in one block,
parent -> children is one look-up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from syndata_contracts.schema import Distribution
from syndata_engine.generation.families.fan_out_laws import law_quantiles
from syndata_engine.generation.words.bijection import Bijection
from syndata_engine.generation.words.bits import Codes, mix64, mix64_int, mulhi, peek
from syndata_engine.generation.words.kernel import kernel

# mypy: disable-error-code="untyped-decorator"

BLOCK = 1024
ORDERS = 32
SLOT_BITS = 12
SLOTS = 2**SLOT_BITS
"""A block's children lie in at most so many slots, by which a search among its parents begins near its end."""
Guide = NDArray[np.int16]


def fan_out_counts(
    low: int, high: int, parents: int, total: int | None = None, law: Distribution | None = None
) -> list[int]:
    """Ascending counts of `parents` parents inside low..high: quantiles, moved to meet `total`.

    Raises ValueError when the total lies outside parents * low .. parents * high.
    """
    width = high - low + 1
    if law is None:
        counts = [low + (2 * i + 1) * width // (2 * parents) for i in range(parents)]
    else:
        counts = list(law_quantiles(law, low, high, parents))
    if total is None:
        return counts
    if not parents * low <= total <= parents * high:
        raise ValueError(f"{total} children of {parents} parents with {low} to {high} each")
    if law is not None:
        counts = _grown(counts, low, high, total)
    missing = total - sum(counts)
    if missing == 0:
        return counts
    room = [high - count for count in counts] if missing > 0 else [count - low for count in counts]
    sign, missing, space = (1, missing, sum(room)) if missing > 0 else (-1, -missing, sum(room))
    moves = [r * missing // space for r in room]
    left = missing - sum(moves)
    for i in range(parents):
        if left and moves[i] < room[i]:
            moves[i] += 1
            left -= 1
    return sorted(count + sign * move for count, move in zip(counts, moves, strict=True))


def _grown(counts: list[int], low: int, high: int, total: int) -> list[int]:
    """Counts that lie further above `low` by one factor, where the total needs more: the law keeps its shape."""
    missing, above = total - sum(counts), sum(counts) - low * len(counts)
    if missing <= 0 or above == 0:
        return counts
    return [min(high, count + (count - low) * missing // above) for count in counts]


@kernel
def _parents_of(children, shape, key, starts, guides, shifts, parent, position):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202, PLR0913, PLR0917
    # Flat arrays and places in them: a view of a row, made for each child, would be counted as a reference.
    full, rich, total, block, orders = shape
    block_shift, tail_shift = shifts
    border = rich * (total + 1)
    end = border + (full - rich) * total
    for i in range(children.size):
        child = children[i]
        if child >= end:
            number, offset, line = full, child - end, 2 * orders
            slot = offset >> tail_shift
        else:
            poor = np.int64(child >= border)
            size = total + 1 - poor
            offset = child - border * poor
            number = offset // size
            offset -= number * size
            number += rich * poor
            line = np.int64(mulhi(mix64(np.uint64(number) ^ key), np.uint64(orders))) + (1 - poor) * orders
            slot = offset >> block_shift
        row, at = line * (block + 1), line * (SLOTS + 1) + slot
        low, high = np.int64(peek(guides, at)), np.int64(peek(guides, at + 1))
        # Most slots hold children of one parent or two: this step spares a branch that would be mispredicted half the time.
        step = np.int64(low < high)
        low += step & np.int64(peek(starts, row + low + step) <= offset)
        high += 1
        while high - low > 1:
            middle = (low + high) >> 1
            if peek(starts, row + middle) <= offset:
                low = middle
            else:
                high = middle
        parent[i] = number * block + low
        position[i] = offset - peek(starts, row + low)


@kernel
def _children_of(parents, shape, key, starts, first, last):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202, PLR0913, PLR0917
    full, rich, total, block, orders = shape
    for i in range(parents.size):
        number = parents[i] // block
        if number >= full:
            line = 2 * orders
        else:
            line = np.int64(mulhi(mix64(np.uint64(number) ^ key), np.uint64(orders)))
            line += orders * np.int64(number < rich)
        at = line * (block + 1) + parents[i] - number * block
        before = number * total + min(number, rich)
        first[i] = before + peek(starts, at)
        last[i] = before + peek(starts, at + 1)


@dataclass(frozen=True)
class FanOutMap:
    """The children of `parents` parents: `children` in all, `low`..`high` each."""

    parents: int
    low: int
    high: int
    key: int
    wanted: int | None = None
    """Children in all; None takes what the counts give."""
    law: Distribution | None = None
    """How often each number of children occurs; None: equally often."""

    @cached_property
    def children(self) -> int:
        """Children in all."""
        full, rich, total, _ = self._shape
        return full * total + rich + int(self._tail[-1])

    def bounds(self) -> tuple[int, int]:
        """Fewest and most children these counts can give."""
        return self.parents * self.low, self.parents * self.high

    @cached_property
    def most(self) -> int:
        """Most children that one parent may have: `high`, or what a law leaves of it."""
        least, greatest = self.bounds()
        if self.law is None or self.parents == 0 or not least <= (self.wanted or least) <= greatest:
            # A total that cannot be met is refused elsewhere.
            return self.high
        return max(int(np.diff(self._tail).max(initial=0)), int(np.diff(self._starts).max(initial=0)))

    def _counts(self, parents: int, total: int | None = None) -> list[int]:
        return fan_out_counts(self.low, self.high, parents, total, self.law)

    @cached_property
    def _totals(self) -> tuple[int, int, int, int]:
        """Full blocks, how many of them hold one more, children of a full block, children of the tail."""
        full, rest = divmod(self.parents, BLOCK)
        if self.wanted is None:
            total = sum(self._counts(BLOCK))
            tail = sum(self._counts(rest)) if rest else 0
            return full, 0, total, tail
        least = max(rest * self.low, self.wanted - full * BLOCK * self.high)
        most = min(rest * self.high, self.wanted - full * BLOCK * self.low)
        if not rest:
            least = most = 0
        tail = min(max(self.wanted * rest // max(self.parents, 1), least), most)
        total, rich = divmod(self.wanted - tail, full) if full else (0, 0)
        return full, rich, total, tail

    @cached_property
    def _shape(self) -> tuple[int, int, int, int]:
        full, rich, total, _ = self._totals
        return full, rich, total, BLOCK

    @cached_property
    def _tail(self) -> Codes:
        rest = self.parents % BLOCK
        counts = self._counts(rest, self._totals[3]) if rest else []
        return _starts(counts, mix64_int(self.key ^ 1))

    @cached_property
    def _starts(self) -> Codes:
        full, rich, total, _ = self._totals
        if not full:
            return np.zeros((2, 1, 2), np.int64)
        poor = self._counts(BLOCK, total)
        more = self._counts(BLOCK, total + 1) if rich else poor
        keys = [mix64_int(self.key ^ (order + 2)) for order in range(ORDERS)]
        return np.array([[_starts(counts, key) for key in keys] for counts in (poor, more)])

    @cached_property
    def _search(self) -> tuple[tuple[int, ...], Codes, Guide, tuple[int, int]]:
        """Shape, the starts of all orders and of the tail one after another, guides into them, and shifts to slots."""
        blocks = self._starts.reshape(-1, self._starts.shape[-1])
        lines = [*(blocks if self._totals[0] else ()), self._tail]
        orders = len(lines) // 2
        shifts = _shift(int(blocks[:, -1].max())), _shift(int(self._tail[-1]))
        guides = [_guide(line, shifts[line is self._tail]) for line in lines]
        return (*self._shape, orders), np.concatenate(lines), np.concatenate(guides), shifts

    def parents_of(self, children: Codes) -> tuple[Codes, Codes]:
        """Parent of each child number, and the child's position among its siblings, from 0."""
        parent, position = np.empty_like(children), np.empty_like(children)
        shape, starts, guides, shifts = self._search
        _parents_of(children, shape, np.uint64(self.key), starts, guides, shifts, parent, position)
        return parent, position

    def children_of(self, parents: Codes) -> tuple[Codes, Codes]:
        """First child number of each parent, and one past its last."""
        first, last = np.zeros_like(parents), np.zeros_like(parents)
        if self.parents == 0:
            # Row 0 stands in for the parent that a NULL reference has not, even where there is none.
            return first, last
        shape, starts, _, _ = self._search
        _children_of(parents, shape, np.uint64(self.key), starts, first, last)
        return first, last


def _starts(counts: list[int], key: int) -> Codes:
    """Running starts int64[n + 1] of the counts in a keyed order."""
    ordered = np.array(counts, np.int64)
    if len(counts) > 1:
        ordered = ordered[Bijection(len(counts), key).forward(np.arange(len(counts)))]
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(ordered)])


def _shift(children: int) -> int:
    return max(0, (children - 1).bit_length() - SLOT_BITS)


def _guide(starts: Codes, shift: int) -> Guide:
    """For each slot of `1 << shift` children, int16[slots + 1], the parent of its first: the next is not searched beyond.

    A search in all starts takes ten steps, each of which waits for memory where children come in no order.
    """
    firsts = np.arange(SLOTS, dtype=np.int64) << shift
    found = np.searchsorted(starts[:-1], firsts, side="right") - 1
    return np.append(np.maximum(found, 0), max(len(starts) - 2, 0)).astype(np.int16)
