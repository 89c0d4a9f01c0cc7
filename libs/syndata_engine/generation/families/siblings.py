"""What a child has by its siblings: the sum so far, its rank, its share of the parent's total, the child before."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Literal

import numpy as np

from syndata_engine.generation.families.links import FamilyMap
from syndata_engine.generation.families.whole import FAMILY_CELLS, Laid, Stretch
from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.words.bits import Codes
from syndata_engine.generation.words.kernel import kernel

# mypy: disable-error-code="untyped-decorator"

Ties = Literal["position", "min", "dense"]
LARGEST_WHOLE = FAMILY_CELLS
"""Most siblings that can be ranked, or that share as one: they are ordered in memory."""
SMALL = 64
"""Siblings up to which inserting one by one is the fastest way to order them."""


@dataclass(frozen=True, eq=False, slots=True)
class PreviousRow(Node):
    """Row of the sibling before, -1 for the first of a family and where there is no parent."""

    families: FamilyMap

    def compute(self, frame: Frame, out: Codes) -> None:
        # Orphans have the position 0 too.
        numbers = self.families.numbers(frame.rows)
        follows = self.families.locate(frame.rows)[1] > 0
        out[:] = np.where(follows, self.families.rows(np.where(follows, numbers - 1, 0)), -1)


@dataclass(frozen=True, eq=False, slots=True)
class Targets:
    """The rows of a frame that have a parent, by their places in the families laid end to end."""

    laid: Laid
    rows: Codes
    """Places of the rows in the frame, ordered by `places`."""
    places: Codes
    """Where each stands among all children that are laid."""
    owners: Codes
    """The family of each."""

    @classmethod
    def of(cls, families: FamilyMap, frame: Frame, *, prefix: bool) -> Targets:
        """The families of a frame's rows, each once; `prefix` leaves out siblings behind the last that is asked for."""
        parent, position = families.locate(frame.rows)
        rows = np.flatnonzero(parent >= 0)
        parents, owners = _grouped(parent[rows])
        first, last = families.fan_out.children_of(parents)
        sizes = last - first
        if prefix:
            sizes = np.zeros_like(sizes)
            np.maximum.at(sizes, owners, position[rows] + 1)
        return cls.among(Laid.of(first, sizes), rows, position[rows], owners)

    @classmethod
    def among(cls, laid: Laid, rows: Codes, positions: Codes, owners: Codes) -> Targets:
        """Rows by their families among those that are laid, and their positions there."""
        places = laid.starts[owners] + positions
        if bool((places[1:] >= places[:-1]).all()):
            return cls(laid, rows, places, owners)
        order = np.argsort(places, kind="stable")
        return cls(laid, rows[order], places[order], owners[order])

    def within(self, stretch: Stretch) -> slice:
        """Those that stand in a stretch."""
        low, high = np.searchsorted(self.places, (stretch.low, stretch.high))
        return slice(int(low), int(high))


def _grouped(parents: Codes) -> tuple[Codes, Codes]:
    """Each parent once, in order, and the place of every row's parent among them."""
    new = np.ones(len(parents), np.bool_)
    new[1:] = parents[1:] != parents[:-1]
    if bool((parents[1:] >= parents[:-1]).all()):
        return parents[new], np.cumsum(new) - 1
    return np.unique(parents, return_inverse=True)


@dataclass(frozen=True, eq=False, slots=True)
class RunningSum(Node):
    """The exact sum of a node over the siblings up to the row, its own value included; NULL adds nothing."""

    families: FamilyMap
    child_key: int
    value: Node
    null: Node | None

    def compute(self, frame: Frame, out: Codes) -> None:
        out[:] = 0
        targets = Targets.of(self.families, frame, prefix=True)
        carried = 0
        for stretch in targets.laid.stretches():
            siblings = Frame(self.child_key, self.families.rows(stretch.numbers))
            values = siblings.get(self.value)
            if self.null is not None:
                values = np.where(siblings.get(self.null) != 0, 0, values)
            sums = np.concatenate([np.zeros(1, np.int64), np.cumsum(values)])
            begins = np.maximum(targets.laid.starts[stretch.first :] - stretch.low, 0)
            before = -sums[begins[: len(stretch.counts)]]
            if targets.laid.starts[stretch.first] < stretch.low:
                before[0] += carried
            at = targets.within(stretch)
            found = sums[targets.places[at] - stretch.low + 1]
            out[targets.rows[at]] = found + before[targets.owners[at] - stretch.first]
            carried = int(sums[-1] + before[-1])


class Whole(Node):
    """A value that needs all siblings at once."""

    __slots__ = ()
    families: FamilyMap
    child_key: int

    @abstractmethod
    def among(self, siblings: Frame, stretch: Stretch) -> Codes:
        """The value of each child of some whole families."""

    def compute(self, frame: Frame, out: Codes) -> None:
        out[:] = 0
        targets = Targets.of(self.families, frame, prefix=False)
        for stretch in targets.laid.stretches(whole=True):
            siblings = Frame(self.child_key, self.families.rows(stretch.numbers))
            at = targets.within(stretch)
            out[targets.rows[at]] = self.among(siblings, stretch)[targets.places[at] - stretch.low]


@kernel
def order_small(values, counts, order) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
    """Order int64[n]: places of values, ascending inside each of the families that lie end to end; equals keep their order."""
    start = 0
    for family in range(counts.size):
        for i in range(start, start + counts[family]):
            value, place = values[i], i
            while place > start and values[order[place - 1]] > value:
                order[place] = order[place - 1]
                place -= 1
            order[place] = i
        start += counts[family]


def ordered_places(values: Codes, owners: Codes, counts: Codes) -> Codes:
    """Places of values, ascending inside each family; equals keep their order."""
    if int(counts.max(initial=0)) > SMALL:
        return np.lexsort((values, owners))
    order = np.empty(len(values), np.int64)
    order_small(values, counts, order)
    return order


@dataclass(frozen=True, eq=False, slots=True)
class Rank(Whole):
    """Rank from 1 among the siblings whose value is not NULL."""

    families: FamilyMap
    child_key: int
    value: Node
    null: Node | None
    descending: bool
    ties: Ties

    def among(self, siblings: Frame, stretch: Stretch) -> Codes:
        values = siblings.get(self.value)
        if self.descending:
            # ~x falls as x rises, and unlike -x never leaves 64 bits.
            values = ~values
        owners = stretch.owners()
        if self.null is None:
            order = ordered_places(values, owners, stretch.counts)
        else:
            order = np.lexsort((values, siblings.get(self.null), owners))
        starts = (np.cumsum(stretch.counts) - stretch.counts)[owners]
        ranks = np.arange(len(values)) - starts + 1
        if self.ties != "position":
            ordered = values[order]
            new = np.ones(len(values), np.bool_)
            new[1:] = (ordered[1:] != ordered[:-1]) | (owners[1:] != owners[:-1])
            if self.ties == "dense":
                seen = np.cumsum(new)
                ranks = seen - seen[starts] + 1
            else:
                ranks = np.maximum.accumulate(np.where(new, np.arange(len(values)), 0)) - starts + 1
        found = np.empty_like(values)
        found[order] = ranks
        return found
