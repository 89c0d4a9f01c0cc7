"""Frozen lists of texts, and exact weighted drawing from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False, slots=True)
class Pool:
    """A frozen list of texts, drawn uniformly or by integer weights."""

    values: tuple[str, ...]
    weights: tuple[int, ...] | None = None

    def alias_table(self) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """Thresholds uint64[n] and aliases int64[n] of the weights."""
        return alias_table(self.weights or (1,) * len(self.values))


def alias_table(weights: tuple[int, ...]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Vose's alias table (1991) in exact integers: threshold uint64[n], alias int64[n].

    Zero weights are never drawn. Thresholds are probabilities times 2**64, rounded down.
    """
    size, total = len(weights), sum(weights)
    if total <= 0:
        raise ValueError("weights must have a positive sum")
    scaled = [weight * size for weight in weights]
    small = [i for i in range(size) if scaled[i] < total]
    large = [i for i in range(size) if scaled[i] >= total]
    threshold, alias = [2**64 - 1] * size, list(range(size))
    while small and large:
        low, high = small.pop(), large[-1]
        threshold[low], alias[low] = (scaled[low] << 64) // total, high
        scaled[high] -= total - scaled[low]
        if scaled[high] < total:
            small.append(large.pop())
    return np.array(threshold, np.uint64), np.array(alias, np.int64)
