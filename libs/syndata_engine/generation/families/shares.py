"""Parts of a parent's total: each child has one by a drawn weight, and those of a family add up to it exactly.

Where a family may have more than 65,536 siblings, families are split first: their pieces have about a thousand siblings
each, and of the total as much as their number says. So a part costs no more than its piece, however many siblings there are.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np

from syndata_engine.generation.families.links import FamilyMap, Link
from syndata_engine.generation.families.siblings import LARGEST_WHOLE, Targets, ordered_places
from syndata_engine.generation.families.whole import Laid, Stretch
from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.words.bits import Codes, Words

WEIGHT_BITS = 16
PIECE = 1_024
"""Siblings of a piece at most; half as many at least, so that no piece is a single row."""
LARGEST_SPLIT = 2**31
"""Most siblings that share a total: products of two such numbers stay inside 64 bits."""


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Where each piece lies in its family; arrays by the pieces that are laid."""

    start: Codes
    stop: Codes
    size: Codes
    """Siblings of the whole family."""

    def of_totals(self, totals: Codes, owners: Codes) -> Codes:
        """The piece's part of the total, for each sibling of the pieces that `owners` names."""
        size, start, stop = self.size[owners], self.start[owners], self.stop[owners]
        each, rest = np.divmod(totals, size)
        # Of the rest, as much as lies between two marks; the marks of a family begin at 0 and end at all of it.
        part: Codes = each * (stop - start) + rest * stop // size - rest * start // size
        return part


def _split(families: FamilyMap, frame: Frame) -> tuple[Targets, _Pieces]:
    """The pieces in which the rows of a frame stand, each once."""
    parent, position = families.locate(frame.rows)
    rows = np.flatnonzero(parent >= 0)
    first, last = families.fan_out.children_of(parent[rows])
    size, places = last - first, position[rows]
    pieces = np.maximum(-(-size // PIECE), 1)
    number = ((places + 1) * pieces - 1) // np.maximum(size, 1)
    start, stop = number * size // pieces, (number + 1) * size // pieces
    # Child numbers tell pieces apart: no two begin with the same one.
    begins, at, owners = np.unique(first + start, return_index=True, return_inverse=True)
    laid = Laid.of(begins, (stop - start)[at])
    return Targets.among(laid, rows, places - start, owners), _Pieces(start[at], stop[at], size[at])


class _Shared(Node):
    """A value that needs the siblings of its piece at once, and the parent's total."""

    __slots__ = ()
    families: FamilyMap
    child_key: int
    link: Link
    total: Node
    word: Node
    """The word that weights are drawn from."""

    @abstractmethod
    def among(self, totals: Codes, words: Words, stretch: Stretch) -> Codes:
        """The value of each child of some whole pieces, of their totals."""

    def compute(self, frame: Frame, out: Codes) -> None:
        out[:] = 0
        pieces = None
        if self.families.fan_out.most > LARGEST_WHOLE:
            targets, pieces = _split(self.families, frame)
        else:
            targets = Targets.of(self.families, frame, prefix=False)
        for stretch in targets.laid.stretches(whole=True):
            siblings = Frame(self.child_key, self.families.rows(stretch.numbers))
            totals = siblings.parent(self.link).get(self.total)
            if pieces is not None:
                totals = pieces.of_totals(totals, stretch.first + stretch.owners())
            at = targets.within(stretch)
            found = self.among(totals, siblings.words(self.word), stretch)
            out[targets.rows[at]] = found[targets.places[at] - stretch.low]


@dataclass(frozen=True, eq=False, slots=True)
class Share(_Shared):
    """A part of the parent's total by a drawn weight; the parts of a family add up to it exactly (largest remainder)."""

    families: FamilyMap
    child_key: int
    link: Link
    total: Node
    """The parent's total, never negative."""
    word: Node

    def among(self, totals: Codes, words: Words, stretch: Stretch) -> Codes:
        return _parted(totals, _weights(words), stretch.counts)


@dataclass(frozen=True, eq=False, slots=True)
class BalancedShare(_Shared):
    """A part of the parent's total with a sign: positive ones add up to it, negative ones to minus it, and none is 0.

    The first sibling is positive and the last one negative, so a family of two or more has both; so it is in each piece.
    """

    families: FamilyMap
    child_key: int
    link: Link
    total: Node
    """The parent's total: at least 1 for each sibling but one, wherever it is not NULL."""
    word: Node
    """The word that weights and signs are drawn from."""

    def among(self, totals: Codes, words: Words, stretch: Stretch) -> Codes:
        owners, counts = stretch.owners(), stretch.counts
        places = np.arange(len(owners)) - (np.cumsum(counts) - counts)[owners]
        # Weights are the highest bits of the word; the lowest one is free.
        negative = (words & np.uint64(1)) != 0
        negative[places == 0] = False
        negative[places == counts[owners] - 1] = True
        sides = 2 * owners + negative
        sizes = np.bincount(sides, minlength=2 * len(counts))
        order = np.argsort(sides, kind="stable")
        # Each has 1 beforehand; a NULL total is anything.
        spare = np.maximum(totals - sizes[sides], 0)
        parts = np.empty_like(spare)
        parts[order] = _parted(spare[order], _weights(words[order]), sizes) + 1
        signed: Codes = np.where(negative, -parts, parts)
        return signed


def _weights(words: Words) -> Codes:
    return (words >> np.uint64(64 - WEIGHT_BITS)).view(np.int64) + 1


def _parted(totals: Codes, weights: Codes, counts: Codes) -> Codes:
    """Whole parts of the totals of families that lie end to end, by weight; those of a family add up to its total."""
    filled = np.flatnonzero(counts)
    starts = (np.cumsum(counts) - counts)[filled]
    # Families without children take no place among those that are filled.
    families = np.repeat(np.arange(len(filled)), counts[filled])
    sums = np.add.reduceat(weights, starts)[families]
    # total * weight would leave 64 bits; (total % sum) * weight stays below 2**(16 + 16 + 16).
    whole, rest = np.divmod(totals, sums)
    more, remainders = np.divmod(rest * weights, sums)
    parts: Codes = whole * weights + more
    left = (totals - np.add.reduceat(parts, starts)[families])[starts]
    order = ordered_places(-remainders, families, counts[filled])
    places = np.arange(len(parts)) - starts[families]
    parts[order] += places < left[families]
    return parts
