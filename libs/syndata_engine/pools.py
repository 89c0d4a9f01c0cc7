"""Frozen lists of texts, and exact weighted drawing from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Pool:
    """A frozen list of texts, drawn uniformly or by integer weights."""

    values: tuple[str, ...]
    weights: tuple[int, ...] | None = None

    @cached_property
    def mean_bytes(self) -> float:
        """Mean length of its texts as UTF-8, each as likely."""
        return sum(len(value.encode()) for value in self.values) / len(self.values)

    def alias_table(self) -> NDArray[np.uint64]:
        """The alias table of the weights, uint64[n]."""
        return alias_table(self.weights or (1,) * len(self.values))


ALIAS_BITS = 20
"""Low bits of an alias entry, which hold the other index; the rest hold the threshold."""


def alias_table(weights: tuple[int, ...]) -> NDArray[np.uint64]:
    """Vose's alias table (1991) in exact integers, uint64[n]: threshold << 20 | the other index.

    A threshold is the share of a column that stays its own, times 2**44 and rounded down. Entries of weight 0 are
    never drawn. ValueError for an empty sum or more than 2**20 weights.
    """
    size, total = len(weights), sum(weights)
    if total <= 0 or size > 2**ALIAS_BITS:
        raise ValueError("weights must have a positive sum, and there may be 2**20 of them")
    scaled = [weight * size for weight in weights]
    small = [i for i in range(size) if scaled[i] < total]
    large = [i for i in range(size) if scaled[i] >= total]
    whole = 2 ** (64 - ALIAS_BITS)
    threshold, alias = [whole - 1] * size, list(range(size))
    while small and large:
        low, high = small.pop(), large[-1]
        threshold[low], alias[low] = scaled[low] * whole // total, high
        scaled[high] -= total - scaled[low]
        if scaled[high] < total:
            small.append(large.pop())
    return np.array([limit << ALIAS_BITS | other for limit, other in zip(threshold, alias, strict=True)], np.uint64)
