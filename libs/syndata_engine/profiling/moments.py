"""Exact sums of numbers and of their squares.

Sums of floats depend on their order; sums of integers do not. So every number is taken as an integer multiple of a unit
(a decimal's last digit, or a power of two below every float), and Python's integers hold the sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import Any, Final

import numpy as np

FLOAT_UNIT: Final = 1 << 1126
"""One over the unit of floats: a subnormal's last bit, and the 52 places by which `frexp` moves it."""

_HALF: Final = np.uint64(32)
_LOW: Final = np.uint64(2**32 - 1)
_DIGIT: Final = np.uint64(27)
_LOW_DIGIT: Final = np.uint64(2**27 - 1)
_GOOD_BITS: Final = 130


@dataclass
class Moments:
    """Count, sum and sum of squares, in units."""

    count: int = 0
    total: int = 0
    squares: int = 0

    def add_integers(self, values: Any, counts: Any) -> None:
        """Add int64 values above -2**63, each so many times; at most 2**20 in all, so that no product overflows."""
        size = np.abs(values).astype(np.uint64)
        sign = np.where(values < 0, -1, 1) * counts
        high, low = size >> _HALF, size & _LOW
        self.count += int(counts.sum())
        self.total += (int((high.astype(np.int64) * sign).sum()) << 32) + int((low.astype(np.int64) * sign).sum())
        weights = counts.astype(np.uint64)
        for product, places in ((high * high, 64), (high * low, 33), (low * low, 0)):
            upper, lower = (product >> _HALF) * weights, (product & _LOW) * weights
            self.squares += ((int(upper.sum()) << 32) + int(lower.sum())) << places

    def add_floats(self, values: Any, counts: Any) -> None:
        """Add finite float64 values, each so many times, at most 2**20 in all; the unit is 1 / FLOAT_UNIT."""
        fractions, exponents = np.frexp(values)
        mantissas = (fractions * 2.0**53).astype(np.int64)
        places = exponents.astype(np.int64) + (1126 - 53)
        size = np.abs(mantissas).astype(np.uint64)
        high, low = size >> _DIGIT, size & _LOW_DIGIT
        self.count += int(counts.sum())
        self.total += _shifted_sum(size, places, np.sign(mantissas) * counts, 1)
        self.squares += _shifted_sum(high * high, places, counts, 2) << 54
        self.squares += _shifted_sum(high * low, places, counts, 2) << 28
        self.squares += _shifted_sum(low * low, places, counts, 2)

    def add_integer(self, value: int, count: int) -> None:
        """Add an integer of any size, so many times."""
        self.count += count
        self.total += value * count
        self.squares += value * value * count

    def merge(self, other: Moments) -> None:
        """Add what the other has added."""
        self.count += other.count
        self.total += other.total
        self.squares += other.squares

    def mean(self, unit: int) -> float | None:
        """The mean, correctly rounded; `unit` is how many units make one. None without numbers."""
        return self.total / (self.count * unit) if self.count else None

    def deviation(self, unit: int) -> float | None:
        """The standard deviation of a sample; None for fewer than two numbers, or beyond the greatest float."""
        if self.count < 2:
            return None
        above = self.count * self.squares - self.total * self.total
        below = self.count * (self.count - 1) * unit * unit
        # Enough places that what isqrt drops lies below the last bit of a float.
        places = max(0, (_GOOD_BITS - above.bit_length() + below.bit_length()) // 2)
        try:
            return isqrt((above << 2 * places) // below) / (1 << places)
        except OverflowError:
            return None


def _shifted_sum(parts: Any, places: Any, weights: Any, times: int) -> int:
    """The sum of parts (below 2**54) · weights · 2**(places · times).

    The weights that bincount takes are floats; halves of 27 bits keep its sums below 2**53, where floats are exact.
    """
    upper = np.bincount(places, weights=(parts >> _DIGIT).astype(np.int64) * weights)
    lower = np.bincount(places, weights=(parts & _LOW_DIGIT).astype(np.int64) * weights)
    total = 0
    for place in np.flatnonzero((upper != 0) | (lower != 0)).tolist():
        total += ((int(upper[place]) << 27) + int(lower[place])) << (place * times)
    return total
