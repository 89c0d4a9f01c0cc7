"""Keyed bijections of 0..size-1: how keys are computed instead of stored."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt

import numpy as np

from syndata_engine.generation.words.bits import Codes
from syndata_engine.generation.words.draws import permute, unpermute

MAX_SIZE = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Bijection:
    """A keyed one-to-one map of 0..size-1 onto itself, in O(1) memory and both directions."""

    size: int
    key: int

    def __post_init__(self) -> None:
        if not 1 <= self.size <= MAX_SIZE:
            raise ValueError(f"a bijection needs 1 to 2**63-1 elements, got {self.size}")

    @property
    def _sides(self) -> tuple[np.uint64, np.uint64]:
        left = isqrt(self.size - 1) + 1
        return np.uint64(left), np.uint64(-(-self.size // left))

    def forward(self, numbers: Codes) -> Codes:
        """Image of each number; numbers int64[n] in 0..size-1."""
        out = np.empty(len(numbers), np.int64)
        permute(numbers, np.uint64(self.size), *self._sides, np.uint64(self.key), out)
        return out

    def inverse(self, numbers: Codes) -> Codes:
        """The number whose image each is."""
        out = np.empty(len(numbers), np.int64)
        unpermute(numbers, np.uint64(self.size), *self._sides, np.uint64(self.key), out)
        return out
