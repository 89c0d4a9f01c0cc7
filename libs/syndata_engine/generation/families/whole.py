"""Families read as a whole: one value for each parent, or one for each child that depends on its siblings.

Families are laid end to end and computed a stretch at a time, so memory does not depend on how large or how
skewed they are. Every family that the rows of a frame ask for is computed once, however often they ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from syndata_engine.generation.families.links import FamilyMap
from syndata_engine.generation.nodes.codes import INT64_MAX, INT64_MIN
from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.words.bits import Codes

FAMILY_CELLS = 65_536
"""Children evaluated together when a family is read; bounds memory however skewed families are."""

Fold = Literal["sum", "min", "max"]
_FOLDS: dict[Fold, tuple[np.ufunc, int]] = {
    "sum": (np.add, 0),
    "min": (np.minimum, INT64_MAX),
    "max": (np.maximum, INT64_MIN),
}
"""How two values become one, and what an empty family gives."""


@dataclass(frozen=True, eq=False, slots=True)
class Stretch:
    """Children low..high-1 of the families that are laid end to end."""

    low: int
    high: int
    first: int
    """The first family that reaches into it; the rows of `counts` follow from there."""
    counts: Codes
    """How many children of each of these families lie in the stretch."""
    numbers: Codes
    """Child number of each."""

    def owners(self) -> Codes:
        """The family of each child, counted from `first`."""
        return np.repeat(np.arange(len(self.counts)), self.counts)


@dataclass(frozen=True, eq=False, slots=True)
class Laid:
    """Families end to end, or the first children of each."""

    first: Codes
    """Child number that each family starts with."""
    starts: Codes
    """Where each family starts in the row of all."""
    ends: Codes

    @classmethod
    def of(cls, first: Codes, sizes: Codes) -> Laid:
        """Families that start with these child numbers and have these sizes."""
        ends = np.cumsum(sizes)
        return cls(first, ends - sizes, ends)

    def stretches(self, *, whole: bool = False) -> Iterator[Stretch]:
        """All children, up to FAMILY_CELLS at a time; `whole` cuts between families only."""
        total = int(self.ends[-1]) if len(self.ends) else 0
        low = 0
        while low < total:
            high = min(low + FAMILY_CELLS, total)
            begin = int(np.searchsorted(self.ends, low, side="right"))
            if whole and high < total:
                fit = int(np.searchsorted(self.ends, high, side="right"))
                high = int(self.ends[max(fit - 1, begin)])
            end = int(np.searchsorted(self.starts, high, side="left"))
            starts, ends = self.starts[begin:end], self.ends[begin:end]
            counts = np.minimum(ends, high) - np.maximum(starts, low)
            numbers = np.arange(low, high) + np.repeat(self.first[begin:end] - starts, counts)
            yield Stretch(low, high, begin, counts, numbers)
            low = high


@dataclass(frozen=True, eq=False, slots=True)
class FamilyFold(Node):
    """A value of the children of each row, folded into one; exact.

    A family without a child that counts gives 0 for a sum, INT64_MAX for a minimum, INT64_MIN for a maximum.
    """

    families: FamilyMap
    child_key: int
    fold: Fold
    value: Node | None
    """None folds the child numbers themselves."""
    keep: Node | None = None
    """Children count where this is not 0; None: all do."""

    def compute(self, frame: Frame, out: Codes) -> None:
        parents, places = distinct(frame.rows)
        found = self._folded(parents)
        out[:] = found if places is None else found[places]

    def _folded(self, parents: Codes) -> Codes:
        combine, nothing = _FOLDS[self.fold]
        first, last = self.families.fan_out.children_of(parents)
        out = np.full(len(parents), nothing, np.int64)
        for stretch in Laid.of(first, last - first).stretches():
            children = Frame(self.child_key, self.families.rows(stretch.numbers))
            values = stretch.numbers if self.value is None else children.get(self.value)
            if self.keep is not None:
                values = np.where(children.get(self.keep) != 0, values, nothing)
            filled = np.flatnonzero(stretch.counts)
            # Families without children in between take no place, so each stretch of values is one family's.
            starts = (np.cumsum(stretch.counts) - stretch.counts)[filled]
            at = stretch.first + filled
            out[at] = combine(out[at], combine.reduceat(values, starts))
        return out


@dataclass(frozen=True, eq=False, slots=True)
class FamilySize(Node):
    """How many children each row has."""

    families: FamilyMap

    def compute(self, frame: Frame, out: Codes) -> None:
        first, last = self.families.fan_out.children_of(frame.rows)
        np.subtract(last, first, out=out)


@dataclass(frozen=True, eq=False, slots=True)
class EndChild(Node):
    """Row of the first or last child of each row, -1 where there is none."""

    families: FamilyMap
    end: Literal["first", "last"]
    number: FamilyFold | None = None
    """Child number of the first or last child that counts; None: all do."""

    def compute(self, frame: Frame, out: Codes) -> None:
        if self.number is None:
            first, last = self.families.fan_out.children_of(frame.rows)
            number, found = (first if self.end == "first" else last - 1), last > first
        else:
            number = frame.get(self.number)
            found = number != _FOLDS[self.number.fold][1]
        out[:] = np.where(found, self.families.rows(np.where(found, number, 0)), -1)


def distinct(rows: Codes) -> tuple[Codes, Codes | None]:
    """Each row once, and the place of every row among them; None where they are distinct and in order."""
    if len(rows) < 2 or bool((rows[1:] > rows[:-1]).all()):
        return rows, None
    return np.unique(rows, return_inverse=True)
