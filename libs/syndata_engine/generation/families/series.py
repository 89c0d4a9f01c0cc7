"""Time series: points of time per entity, and values that follow from their time, with noise that remembers.

Every value follows from the entity, the place in its series and the time alone; nothing runs from point to point. What
cannot be a whole number is computed by additions, multiplications, divisions and roots, which IEEE 754 makes the same on
every machine; the cosine is a table, made from exact decimals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cache
from math import sqrt
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from syndata_engine.generation.families.links import Missing, Position
from syndata_engine.generation.nodes.codes import MICROS_PER_DAY
from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.nodes.nodes import Constant, RowNumber
from syndata_engine.generation.words.bits import Codes
from syndata_engine.generation.words.draws import inner_words

if TYPE_CHECKING:
    from syndata_engine.generation.columns.context import ColumnContext

Reals = NDArray[np.float64]
SLOTS: Final = 1_024
"""Places of the table of cosines; values between two of them lie on a straight line (at most 5e-6 off)."""
MOST_MEMORY: Final = Decimal("0.95")
_FORGOTTEN: Final = 0.01
"""A shock of noise counts until it has faded to this share."""
_DRAWS: Final = 8
_MEAN, _SPREAD = _DRAWS * 65_535 / 2, sqrt(_DRAWS * (65_536**2 - 1) / 12)
FARTHEST: Final = _MEAN / _SPREAD
"""Standard deviations that a single shock reaches at most: 4.9."""


@dataclass(frozen=True, eq=False, slots=True)
class Place:
    """Where a row stands: which series, and which point of it."""

    entity: Node
    position: Node
    missing: Node | None
    """1 where the row belongs to no series, since it has no parent."""
    most: int
    """Points of the longest series."""


def place_of(ctx: ColumnContext, via: str | None) -> Place:
    """A series for each parent of a reference, or the whole table as one where it has none."""
    relations = ctx.table.relations
    if via is None and not relations.table.foreign_keys:
        return Place(Constant(0), RowNumber(), None, max(relations.rows, 1))
    fk = relations.find(via, f"{ctx.path}.via" if via else ctx.path)
    families, link = relations.families(fk, ctx.path), relations.link(fk)
    missing = Missing(link.parent_row) if link.nullable else None
    return Place(link.parent_row, Position(families), missing, max(relations.largest_family(fk), 1))


@dataclass(frozen=True, slots=True)
class Runs:
    """Stretches of points: one of `length` in each block of `every`, somewhere in it."""

    every: int
    length: int
    key: int

    def starts(self, entity: Codes, block: Codes) -> Codes:
        """Where in its block the run begins."""
        # The words' upper halves, scaled to the room that a block leaves.
        drawn = self.words(entity, block) >> np.uint64(32)
        return ((drawn * np.uint64(self.every - self.length + 1)) >> np.uint64(32)).astype(np.int64)

    def words(self, entity: Codes, number: Codes) -> NDArray[np.uint64]:
        """64 bits for each block of an entity."""
        return words(entity, number, self.key)

    def holds(self, entity: Codes, position: Codes) -> Codes:
        """1 where a point lies in a run."""
        start = self.starts(entity, position // self.every)
        within = position % self.every
        return ((within >= start) & (within < start + self.length)).astype(np.int64)

    def skipped(self, entity: Codes, position: Codes) -> Codes:
        """How many places the runs before a point take up, when points are put around them."""
        room = self.every - self.length
        block = position // room
        start = self.starts(entity, block)
        return np.asarray((block + (position % room >= start)) * self.length, np.int64)


def words(entity: Codes, number: Codes, key: int) -> NDArray[np.uint64]:
    """64 bits that belong to a number of an entity, such as a point of a series."""
    first = np.empty(len(entity), np.uint64)
    inner_words(entity, np.uint64(key), first)
    found = np.empty(len(entity), np.uint64)
    inner_words(first.view(np.int64) + number, np.uint64(key ^ 1), found)
    return found


@dataclass(frozen=True, slots=True)
class Noise:
    """Normal noise whose neighbours are alike: correlation memory ** k between points k apart.

    A moving average of shocks that fade (an autoregressive process of order one, cut where its memory is 1 %), so a
    point needs only its own shocks. A shock is the sum of eight uniform numbers: normal up to 4.9 deviations.
    """

    deviation: float
    memory: float
    key: int

    @property
    def weights(self) -> tuple[float, ...]:
        """What each shock still counts, the newest first; their squares add up to the variance."""
        fading = [1.0]
        while self.memory > 0 and fading[-1] * self.memory >= _FORGOTTEN:
            fading.append(fading[-1] * self.memory)
        root = sqrt(sum(one * one for one in fading))
        return tuple(one / root * self.deviation for one in fading)

    @property
    def reach(self) -> float:
        """The farthest from zero that it comes."""
        return sum(self.weights) * FARTHEST

    def values(self, entity: Codes, position: Codes) -> Reals:
        """The noise of each point."""
        total = np.zeros(len(entity))
        for back, weight in enumerate(self.weights):
            total += _shock(entity, position - back, self.key) * weight
        return total


def _shock(entity: Codes, position: Codes, key: int) -> Reals:
    first = words(entity, position, key)
    second = np.empty_like(first)
    inner_words(first.view(np.int64), np.uint64(key ^ 2), second)
    parts = first.view(np.uint16).reshape(-1, 4).sum(axis=1, dtype=np.int64)
    parts += second.view(np.uint16).reshape(-1, 4).sum(axis=1, dtype=np.int64)
    return np.asarray((parts - _MEAN) / _SPREAD, np.float64)


Fraction = Callable[[Codes], Reals]
"""How much of its period has passed, 0 to 1, at points of time (microseconds by the column's clock)."""


def of_length(micros: int) -> Fraction:
    """Periods of the same length, counted from a Monday's midnight."""
    return lambda at: np.asarray(((at - _MONDAY) % micros) / np.float64(micros))


def of_calendar(unit: str) -> Fraction:
    """Months or years, as long as they are."""

    def passed(at: Codes) -> Reals:
        begun = at.view("datetime64[us]").astype(f"datetime64[{unit}]")
        first = begun.astype("datetime64[us]").astype(np.int64)
        last = (begun + 1).astype("datetime64[us]").astype(np.int64)
        return np.asarray((at - first) / (last - first).astype(np.float64))

    return passed


_MONDAY = 4 * MICROS_PER_DAY


@dataclass(frozen=True, slots=True)
class Wave:
    """A season as a cosine that is highest at `peak`, a share of the period."""

    fraction: Fraction
    amplitude: float
    peak: float

    @property
    def bounds(self) -> tuple[float, float]:
        """Least and greatest value."""
        return -abs(self.amplitude), abs(self.amplitude)

    def values(self, at: Codes) -> Reals:
        """What it adds at these times."""
        turned = self.fraction(at) - self.peak
        slot = (turned - np.floor(turned)) * SLOTS
        low = np.minimum(slot.astype(np.int64), SLOTS - 1)
        table = cosines()
        return np.asarray((table[low] + (table[low + 1] - table[low]) * (slot - low)) * self.amplitude)


@dataclass(frozen=True, slots=True)
class Steps:
    """A season as values, each for an equal part of the period."""

    fraction: Fraction
    levels: tuple[float, ...]

    @property
    def bounds(self) -> tuple[float, float]:
        """Least and greatest value."""
        return min(self.levels), max(self.levels)

    def values(self, at: Codes) -> Reals:
        """What it adds at these times."""
        index = (self.fraction(at) * len(self.levels)).astype(np.int64)
        return np.array(self.levels)[np.minimum(index, len(self.levels) - 1)]


Season = Wave | Steps


@cache
def cosines() -> Reals:
    """cos(2 pi k / SLOTS) for k = 0 to SLOTS: each the double nearest to the exact value."""
    quarter = SLOTS // 4
    with localcontext(prec=50):
        turn = 2 * _pi() / SLOTS
        first = [_cosine(turn * number) for number in range(quarter)]
    half = [float(value) for value in first] + [0.0] + [-float(value) for value in reversed(first[1:])]
    return np.array([*half, *(-value for value in half), 1.0])


def _pi() -> Decimal:
    """Pi to the context's digits, by Machin's formula (1706)."""

    def arctan_of_inverse(number: int) -> Decimal:
        power, total, count, sign = Decimal(1) / number, Decimal(0), 1, 1
        while power > Decimal(10) ** -60:
            total += sign * power / count
            power, count, sign = power / (number * number), count + 2, -sign
        return total

    return 4 * (4 * arctan_of_inverse(5) - arctan_of_inverse(239))


def _cosine(angle: Decimal) -> Decimal:
    """By its Taylor series; angles up to a right one."""
    term, total, count = Decimal(1), Decimal(0), 0
    while abs(term) > Decimal(10) ** -45:
        total += term
        count += 2
        term = -term * angle * angle / (count * (count - 1))
    return total


@dataclass(frozen=True, eq=False, slots=True)
class OfPlace(Node):
    """A number that follows from a row's series, its point, and other nodes."""

    function: Callable[..., Any]
    place: Place
    others: tuple[Node, ...] = ()

    def compute(self, frame: Frame, out: Codes) -> None:
        entity, position = frame.get(self.place.entity), frame.get(self.place.position)
        out[:] = self.function(entity, position, *(frame.get(node) for node in self.others))
