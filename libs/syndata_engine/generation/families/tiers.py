"""A fan-out in tiers: parents of some kinds have more children than others, and both ways are closed form.

Parents of a tier are a stretch of the shuffled parent table, and their children a stretch of the children.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from syndata_engine.generation.families.fan_out import FanOutMap
from syndata_engine.generation.words.bijection import Bijection
from syndata_engine.generation.words.bits import Codes


@dataclass(frozen=True)
class Tiers:
    """Children of parents in tiers; inside a tier, counts differ by at most one."""

    bijection: Bijection
    """Parent row to its place among the parents tier by tier."""
    maps: tuple[FanOutMap, ...]
    """One for each tier, in the order of the listed values."""
    key: int

    @property
    def parents(self) -> int:
        """Parents in all."""
        return sum(one.parents for one in self.maps)

    @property
    def children(self) -> int:
        """Children in all."""
        return sum(one.children for one in self.maps)

    @property
    def low(self) -> int:
        """Fewest children that a parent has."""
        return min((one.low for one in self.maps if one.parents), default=0)

    @property
    def most(self) -> int:
        """Most children that a parent has."""
        return max((one.most for one in self.maps if one.parents), default=0)

    def parents_of(self, children: Codes) -> tuple[Codes, Codes]:
        """Parent of each child number, and the child's position among its siblings, from 0."""
        ends = np.array(list(accumulate(one.children for one in self.maps)), np.int64)
        tiers = np.searchsorted(ends, children, side="right")
        place, position = np.zeros_like(children), np.zeros_like(children)
        before = 0
        for number, one in enumerate(self.maps):
            here = np.flatnonzero(tiers == number)
            if len(here):
                found, position[here] = one.parents_of(children[here] - (ends[number] - one.children))
                place[here] = before + found
            before += one.parents
        return self.bijection.inverse(place), position

    def children_of(self, parents: Codes) -> tuple[Codes, Codes]:
        """First child number of each parent, and one past its last."""
        first, last = np.zeros_like(parents), np.zeros_like(parents)
        if self.parents == 0:
            return first, last
        place = self.bijection.forward(parents)
        ends = np.array(list(accumulate(one.parents for one in self.maps)), np.int64)
        tiers = np.searchsorted(ends, place, side="right")
        before = 0
        for number, one in enumerate(self.maps):
            here = np.flatnonzero(tiers == number)
            if len(here):
                low, high = one.children_of(place[here] - (ends[number] - one.parents))
                first[here], last[here] = before + low, before + high
            before += one.children
        return first, last
