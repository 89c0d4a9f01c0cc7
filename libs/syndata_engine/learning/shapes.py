"""What of a distribution may be kept: no number that belongs to few rows.

A number that stands in a configuration is either the value of so many rows as the threshold says, or the mean of as many neighbours in order
(microaggregation; at the ends of a distribution it is what statistical offices call top and bottom coding by means). Decision 0022 tells why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

SHARES: Final = 1_000_000
"""Shares are told in millionths."""
_MOST_GROUPS: Final = 64
_ATOMS_PER_COLUMN: Final = 500


@dataclass(frozen=True, slots=True)
class Threshold:
    """How many rows must have a value for it to be told."""

    rows: int = 10
    per_mille: int = 1
    """Of a table's rows, so that what is told stays small beside the table."""

    def of(self, rows: int) -> int:
        """The number for a table of so many rows."""
        return max(self.rows, -(-rows * self.per_mille // 1000), 1)


@dataclass(frozen=True, slots=True)
class Knot:
    """A point of a quantile function."""

    share: int
    """In millionths: so many of the values lie at or below."""
    unit: int


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Neighbours in order: one value of many rows, or many values."""

    start: int
    stop: int
    single: bool


def knots_of(units: Any, least: int) -> list[Knot] | None:
    """A quantile function of the values that tells none of fewer than `least` rows; None where there are too few.

    Frequent values stand as they are, with their shares; between them it is straight between means.
    """
    if len(units) < least:
        return None
    values = np.sort(units, kind="stable")
    knots: list[Knot] = []
    for stretch in _stretches(values, least):
        knots += _frequent(values, stretch) if stretch.single else _spread(values, stretch, least)
    return _apart(knots)


def _stretches(values: Any, least: int) -> Iterator[_Stretch]:
    """Frequent values, and what lies between them; what is too little to be told goes to the frequent neighbour."""
    starts = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    stops = np.append(starts[1:], len(values))
    many = (stops - starts) >= max(least, -(-len(values) // _ATOMS_PER_COLUMN))
    found: list[_Stretch] = []
    place = 0
    for start, stop in zip(starts[many].tolist(), stops[many].tolist(), strict=True):
        found += _between(place, start)
        found.append(_Stretch(start, stop, single=True))
        place = stop
    found += _between(place, len(values))
    yield from _joined(found, least)


def _between(start: int, stop: int) -> list[_Stretch]:
    return [_Stretch(start, stop, single=False)] if start < stop else []


def _joined(found: list[_Stretch], least: int) -> Iterator[_Stretch]:
    pending = 0
    kept: list[_Stretch] = []
    for stretch in found:
        if not stretch.single and stretch.stop - stretch.start < least:
            if kept:
                kept[-1] = _Stretch(kept[-1].start, stretch.stop, kept[-1].single)
            else:
                pending = stretch.stop - stretch.start
            continue
        kept.append(_Stretch(stretch.start - pending, stretch.stop, stretch.single))
        pending = 0
    yield from kept


def _frequent(values: Any, stretch: _Stretch) -> list[Knot]:
    # What was joined from either side is rarer than the value itself, so the value stands in the middle.
    middle = _mode(values[stretch.start : stretch.stop])
    size = len(values)
    return [Knot(stretch.start * SHARES // size, middle), Knot(stretch.stop * SHARES // size, middle)]


def _mode(values: Any) -> int:
    different, counts = np.unique(values, return_counts=True)
    return int(different[int(counts.argmax())])


def _spread(values: Any, stretch: _Stretch, least: int) -> list[Knot]:
    part = values[stretch.start : stretch.stop]
    knots = []
    for border in _borders(len(part), least):
        start = min(max(0, border - least // 2), len(part) - least)
        share = (stretch.start + border) * SHARES // len(values)
        knots.append(Knot(share, mean_of(part[start : start + least])))
    return knots


def _borders(size: int, least: int) -> list[int]:
    """Where groups of neighbours begin and end: as many in each, and ever fewer towards both ends, where tails are."""
    groups = max(1, min(_MOST_GROUPS, size // least))
    borders = {group * size // groups for group in range(groups + 1)}
    tail = size // groups // 2
    while tail >= least:
        borders |= {tail, size - tail}
        tail //= 2
    return sorted(borders)


def mean_of(values: Any) -> int:
    """The mean as a whole number, halves going up."""
    total: int = sum(values.tolist())
    return (2 * total + len(values)) // (2 * len(values))


def _apart(knots: list[Knot]) -> list[Knot]:
    """Shares that rise by a millionth at least, from none to all; straight lines without knots on them."""
    kept: list[Knot] = []
    for place, knot in enumerate(knots):
        share = max(knot.share, kept[-1].share + 1) if kept else 0
        if place == len(knots) - 1:
            share = SHARES
        if kept and share >= SHARES and place < len(knots) - 1:
            continue
        kept.append(Knot(share, knot.unit if not kept else max(knot.unit, kept[-1].unit)))
    if len(kept) == 1:
        kept.append(Knot(SHARES, kept[0].unit))
    return [
        knot
        for place, knot in enumerate(kept)
        if not 0 < place < len(kept) - 1 or not kept[place - 1].unit == knot.unit == kept[place + 1].unit
    ]


def pooled(numbers: Sequence[tuple[int, int]], threshold: Threshold) -> list[tuple[int, int]] | None:
    """How often each number occurs, in groups of neighbours that occur often enough, each told by its mean; None for too few."""
    total = sum(count for _, count in numbers)
    least = max(threshold.of(total), -(-total // _MOST_GROUPS // 4))
    if total < threshold.of(total):
        return None
    groups: list[tuple[int, int]] = []
    weighted = size = 0
    for number, count in sorted(numbers):
        weighted, size = weighted + number * count, size + count
        if size >= least:
            groups.append((weighted, size))
            weighted = size = 0
    if size:
        last = groups.pop() if groups else (0, 0)
        groups.append((last[0] + weighted, last[1] + size))
    told: dict[int, int] = {}
    for weighted, size in groups:
        mean = (2 * weighted + size) // (2 * size)
        told[mean] = told.get(mean, 0) + size
    return sorted(told.items())
