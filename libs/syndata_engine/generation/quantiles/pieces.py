"""Pieces of a quantile function, and how those of a smooth law are found: cells are halved until a cubic is near enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from syndata_engine.generation.quantiles.arithmetic import Floats, exp, integral

DROP = 50.0
"""Where the logarithm of the density has fallen so far, a word of 64 bits cannot reach."""
FAR = 40.0
"""Where it has fallen so far, words still reach."""
NEAR_ENOUGH = 1e-9
"""Most that a piece may err in the middle, as a share of all draws."""
_CLOSE = 1e-3
"""The same, as a share of the piece's own values."""
_ROUNDS = 40
_EVEN = 0.02
"""Change of a log-density over half a piece that eight points integrate to the last digit."""
_TINY = 2.0**-70


@dataclass(frozen=True, eq=False, slots=True)
class Pieces:
    """A quantile function, piece by piece: `mass` of the draws, evenly, take `start + v * (c1 + v * (c2 + v * c3))`.

    v runs from 0 to 1 along a piece. Values are in units of the column, and the whole number below them is the code.
    """

    mass: Floats
    start: Floats
    stop: Floats
    c1: Floats
    c2: Floats
    c3: Floats

    @classmethod
    def straight(cls, mass: Floats, start: Floats, stop: Floats) -> Pieces:
        """Pieces on which every value is as likely."""
        none = np.zeros_like(start)
        return cls(mass, start, stop, stop - start, none, none)

    @classmethod
    def steps(cls, mass: Floats, codes: Floats) -> Pieces:
        """One code for each piece."""
        return cls.straight(mass, codes + 0.5, codes + 0.5)

    @classmethod
    def joined(cls, shares: list[tuple[float, Pieces]]) -> Pieces:
        """Pieces of several functions, each with its share of the draws; not ascending as a whole."""
        masses = [share * (pieces.mass / _total(pieces.mass)) for share, pieces in shares]
        names = ("start", "stop", "c1", "c2", "c3")
        rest = [np.concatenate([getattr(pieces, name) for _, pieces in shares]) for name in names]
        return cls(np.concatenate(masses), *rest)

    @property
    def gapless(self) -> bool:
        """Whether they ascend and leave out no whole number between the least and the greatest."""
        lasts = np.maximum(np.ceil(self.stop) - 1, np.floor(self.start))
        steps = np.floor(self.start[1:]) - lasts[:-1]
        return bool((self.mass > 0).all() and ((steps == 0) | (steps == 1)).all())

    def chosen(self, which: np.ndarray[tuple[int], np.dtype[np.bool_ | np.intp]]) -> Pieces:
        """Some of the pieces, or all in another order."""
        return Pieces(*(getattr(self, name)[which] for name in ("mass", "start", "stop", "c1", "c2", "c3")))


def _total(mass: Floats) -> float:
    # In order: how NumPy's own sum groups its terms may change with the processor.
    return float(np.cumsum(mass)[-1])


@dataclass(frozen=True, eq=False, slots=True)
class Law:
    """A continuous distribution as a rising function of a variable whose density has one peak and is log-concave."""

    log_density: Callable[[Floats], Floats]
    """Of the variable; its height does not matter."""
    value: Callable[[Floats], Floats]
    """What is drawn, in units of the column."""
    slope: Callable[[Floats], Floats]
    """How fast the value rises."""
    place: Callable[[float], float]
    """Where a value is reached; minus or plus infinity for one below or above all."""
    first: float = -np.inf
    """Where the density begins."""
    peak: float = 0.0
    """Infinity for a density that rises for ever; bounds end it then."""

    def span(self, least: float | None, most: float | None) -> tuple[float, float, float]:
        """From where to where draws lie that have values in least..most, and where between is their peak."""
        low = self.first if least is None else max(self.first, self.place(least))
        high = np.inf if most is None else self.place(most)
        if not low < high:
            return low, high, low
        peak = min(max(self.peak, low), high)
        return max(low, self._fallen(peak, -1, DROP)), min(high, self._fallen(peak, 1, DROP)), peak

    def reach(self, least: float | None, most: float | None) -> tuple[float, float]:
        """Values that are surely drawn, or beyond which none is asked for."""
        low, high, peak = self.span(least, most)
        ends = np.array([max(low, self._fallen(peak, -1, FAR)), min(high, self._fallen(peak, 1, FAR))])
        with np.errstate(over="ignore"):
            found = self.value(ends)
        return float(found[0]), float(found[1])

    def _fallen(self, peak: float, side: int, drop: float) -> float:
        """A place beside the peak where the density has fallen by `drop`, found on a geometric grid."""
        places = peak + side * np.ldexp(1 + np.arange(8) / 8, np.arange(-60, 40)[:, None]).ravel()
        heights = self.log_density(np.append(places, peak))
        fallen = heights[:-1] < heights[-1] - drop
        return float(places[np.argmax(fallen)]) if fallen.any() else float(places[-1])


def pieces_of(law: Law, least: float | None, most: float | None) -> Pieces:
    """The law's quantile function, cut to least..most: only draws between them are made, as often as the law says."""
    low, high, peak = law.span(least, most)
    top = float(law.log_density(np.array([peak]))[0])

    def density(place: Floats) -> Floats:
        return exp(law.log_density(place) - top)

    near = np.array([0, 1e-4, 3e-4, 0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.4, 0.7, 1])
    edges = np.unique(np.concatenate([peak - (peak - low) * near, peak + (high - peak) * near]))
    left, right = edges[:-1], edges[1:]
    found: list[tuple[Floats, Pieces]] = []
    known = 0.0
    for turn in range(_ROUNDS):
        pieces, good = _tried(law, density, left, right, known)
        good = good | (turn == _ROUNDS - 1)
        found.append((left[good], pieces.chosen(good)))
        known = _total(np.concatenate([[0.0], *(done.mass for _, done in found)]))
        left, right, middle = left[~good], right[~good], ((left + right) / 2)[~good]
        left, right = np.concatenate([left, middle]), np.concatenate([middle, right])
        if not len(left):
            break
    order = np.argsort(np.concatenate([start for start, _ in found]), kind="stable")
    names = ("mass", "start", "stop", "c1", "c2", "c3")
    whole = Pieces(*(np.concatenate([getattr(part, name) for _, part in found]) for name in names)).chosen(order)
    # Computed places are off by a last digit; no value may leave the bounds for that.
    low_end = -np.inf if least is None else least
    high_end = np.inf if most is None else most
    whole.start[:] = np.clip(whole.start, low_end, np.nextafter(high_end, -np.inf))
    whole.stop[:] = np.clip(whole.stop, whole.start, high_end)
    return whole


def _tried(
    law: Law, density: Callable[[Floats], Floats], left: Floats, right: Floats, known: float
) -> tuple[Pieces, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Cubics (Hermite's) over these cells, and which of them are near enough."""
    middle = (left + right) / 2
    first, second = integral(density, left, middle), integral(density, middle, right)
    mass = first + second
    start, stop = law.value(left), law.value(right)
    rise = stop - start
    scaled = mass + np.where(mass > 0, 0.0, 1.0)
    begin, end = law.slope(left) * scaled / density(left), law.slope(right) * scaled / density(right)
    c2, c3 = 3 * rise - 2 * begin - end, begin + end - 2 * rise
    along = first / scaled
    guess = start + along * (begin + along * (c2 + along * c3))
    # The last digits of great values are noise, and no cell is too wide for that.
    noise = 2.0**-50 * np.maximum(np.abs(start), np.abs(stop))
    off = np.maximum(np.abs(guess - law.value(middle)) - noise, 0)
    total = known + _total(np.concatenate([[0.0], mass]))
    # What is off in value, as a share of all draws: times their density there.
    share = off * density(middle) / (np.abs(law.slope(middle)) + 1e-300) / total
    straight = (np.floor(start) == np.floor(stop)) | (mass < _TINY * total)
    near = (share <= NEAR_ENOUGH) & (off <= _CLOSE * rise) & (begin <= 3 * rise) & (end <= 3 * rise)
    # A log-concave density that hardly changes needs no second look, which would find its last digits to be noise.
    heights = [law.log_density(place) for place in (left, middle, right)]
    even = (np.abs(heights[0] - heights[1]) < _EVEN) & (np.abs(heights[1] - heights[2]) < _EVEN)
    sure = even | (np.abs(mass - integral(density, left, right)) <= 1e-11 * mass + 1e-16 * total)
    # Cells too narrow to be halved stay what they are.
    narrow = (middle <= left) | (middle >= right)
    pieces = Pieces(
        mass, start, stop, *(np.where(straight, value, curve) for value, curve in ((rise, begin), (0.0, c2), (0.0, c3)))
    )
    return pieces, ((near | straight) & sure) | narrow


def merged(shares: list[tuple[float, Pieces]]) -> Pieces:
    """Several functions as one that ascends: exact at the ends of all pieces, straight between them."""
    ends = [np.concatenate([np.floor(pieces.start), np.ceil(pieces.stop)]) for _, pieces in shares]
    knots = np.unique(np.concatenate(ends))
    whole = sum(share for share, _ in shares)
    below = np.zeros_like(knots)
    for share, pieces in shares:
        below = below + share / whole * _share_below(pieces, knots)
    mass = below[1:] - below[:-1]
    kept = mass > 0
    return Pieces.straight(mass[kept], knots[:-1][kept], knots[1:][kept])


def _share_below(pieces: Pieces, values: Floats) -> Floats:
    """The share of draws below each value, of ascending pieces."""
    sums = np.concatenate([[0.0], np.cumsum(pieces.mass)])
    place = np.clip(np.searchsorted(pieces.start, values, side="left") - 1, 0, len(pieces.mass) - 1)
    low, high = np.zeros_like(values), np.ones_like(values)
    for _ in range(50):
        along = (low + high) / 2
        found = pieces.start[place] + along * (pieces.c1[place] + along * (pieces.c2[place] + along * pieces.c3[place]))
        low, high = np.where(found < values, along, low), np.where(found < values, high, along)
    below: Floats = (sums[place] + pieces.mass[place] * high) / sums[-1]
    return below
