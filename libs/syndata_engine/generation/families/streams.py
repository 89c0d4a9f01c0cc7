"""What runs along a family: states that follow from the state before, times that follow one another, and their sessions.

Each is computed from the first sibling to the row, a stretch at a time: what a stretch ends with is carried into the next,
so families may have any size.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Final

import numpy as np

from syndata_engine.generation.families.links import FamilyMap
from syndata_engine.generation.families.siblings import Targets
from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.words.bits import Codes, Words
from syndata_engine.generation.words.draws import weighted_index
from syndata_engine.generation.words.kernel import inlined, kernel

# ruff: noqa: ANN001, ANN201, ANN202, PLR0913, PLR0917 -- numba compiles these; types are stated in the docstrings
# mypy: disable-error-code="no-untyped-def,untyped-decorator"

HOUR: Final = 3_600_000_000
HOURS: Final = 168
WEEK: Final = HOURS * HOUR
MONDAY: Final = 4 * 24 * HOUR
"""Microseconds of 1970-01-05T00:00, from which weeks count."""
SPEED: Final = 1_024
"""Parts of an hour's weight; the hours of a week have 168 times as many."""


class Walked(Node):
    """A value that each sibling has by what stands before it."""

    __slots__ = ()
    families: FamilyMap
    child_key: int
    nothing: int
    """What a cell without a parent holds, which is NULL."""

    @abstractmethod
    def begin(self) -> Codes:
        """What is known before a family's first sibling; walking carries it from stretch to stretch."""

    @abstractmethod
    def walk(self, siblings: Frame, counts: Codes, carried: Codes) -> Codes:
        """The value of each of these siblings; `counts` says how many of them each family has, one after another."""

    def compute(self, frame: Frame, out: Codes) -> None:
        out[:] = self.nothing
        targets = Targets.of(self.families, frame, prefix=True)
        carried = self.begin()
        for stretch in targets.laid.stretches():
            if targets.laid.starts[stretch.first] == stretch.low:
                carried = self.begin()
            siblings = Frame(self.child_key, self.families.rows(stretch.numbers))
            values = self.walk(siblings, stretch.counts, carried)
            at = targets.within(stretch)
            out[targets.rows[at]] = values[targets.places[at] - stretch.low]


@kernel
def walk_states(words, counts, parts, chain, carried, out):
    """Out int64[n]: the state of each sibling; words uint64[n], counts int64[families] of siblings one after another.

    parts int64[n]: siblings begin anew where it changes. chain is (starts int64[k + 2], targets, alias): group 0 says
    how a family begins, group s + 1 what follows state s. carried int64[2]: the last state (-1: none) and part.
    """
    starts, targets, alias = chain
    state, part = carried[0], carried[1]
    at = 0
    for family in range(counts.size):
        if family > 0:
            state = -1
        for i in range(at, at + counts[family]):
            if parts[i] != part:
                state = -1
            part = parts[i]
            base = starts[state + 1]
            size = np.uint64(starts[state + 2] - base)
            state = targets[base + weighted_index(words[i], alias, base, size)]
            out[i] = state
        at += counts[family]
    carried[0], carried[1] = state, part


@dataclass(frozen=True, eq=False, slots=True)
class Chain:
    """Weights of a Markov chain's first states and of what follows each, as alias tables laid end to end."""

    starts: Codes
    targets: Codes
    alias: Words


@dataclass(frozen=True, eq=False, slots=True)
class ChainState(Walked):
    """The state of a row: drawn by the state of the sibling before."""

    families: FamilyMap
    child_key: int
    word: Node
    chain: Chain
    part: Node | None
    """Siblings begin anew where it changes."""
    nothing: int = 0

    def begin(self) -> Codes:
        return np.array([-1, 0])

    def walk(self, siblings: Frame, counts: Codes, carried: Codes) -> Codes:
        words = siblings.words(self.word)
        parts = np.zeros(len(words), np.int64) if self.part is None else siblings.get(self.part)
        out = np.empty(len(words), np.int64)
        chain = (self.chain.starts, self.chain.targets, self.chain.alias)
        walk_states(words, counts, parts, chain, carried, out)
        return out


@inlined
def _later(at, pause, week, ahead):
    """A moment so much later, where the hours of a week pass at their own speeds; int64, microseconds."""
    local = at + ahead - MONDAY
    weeks = local // WEEK
    rest = local - weeks * WEEK
    slot = rest // HOUR
    busy = week[slot] * HOUR + (week[slot + 1] - week[slot]) * (rest - slot * HOUR) + pause * SPEED
    whole = busy // (week[HOURS] * HOUR)
    busy -= whole * week[HOURS] * HOUR
    low, high = 0, HOURS
    while high - low > 1:
        middle = (low + high) >> 1
        if week[middle] * HOUR <= busy:
            low = middle
        else:
            high = middle
    # The last slot that begins by then: its weight is not 0, or the next would begin as early.
    rest = low * HOUR + (busy - week[low] * HOUR) // (week[low + 1] - week[low])
    return MONDAY + (weeks + whole) * WEEK + rest - ahead


@kernel
def walk_times(draws, counts, fixed, week, carried, out):
    """Out int64[n]: the moment of each sibling, microseconds, ascending in each family.

    draws is (starts, gaps, pauses, sizes, lasts), int64[n] each: when a family begins, what passes before a sibling inside
    a session and before one that begins a session, siblings of a session that begins here, and how long a sibling lasts.
    fixed is (least pause, step, clock ahead of UTC); week int64[169] sums the weights of hours, or int64[0].
    carried int64[3]: 1 inside a family, the moment from which the next counts, and siblings left in the session.
    """
    starts, gaps, pauses, sizes, lasts = draws
    least, step, ahead = fixed
    inside, now, left = carried[0], carried[1], carried[2]
    at = 0
    for family in range(counts.size):
        if family > 0:
            inside = 0
        for i in range(at, at + counts[family]):
            if inside == 0:
                inside, now, left = 1, starts[i], 0
            if left > 0:
                now += gaps[i]
            else:
                left = sizes[i]
                if week.size > 0:
                    now = _later(now + least, pauses[i] - least, week, ahead)
                    now -= now % step
                else:
                    now += pauses[i]
            left -= 1
            out[i] = now
            now += lasts[i]
        at += counts[family]
    carried[0], carried[1], carried[2] = inside, now, left


@dataclass(frozen=True, eq=False, slots=True)
class Draws:
    """What the times of a family are made of; see `walk_times`."""

    start: Node
    gap: Node
    pause: Node
    size: Node
    lasts: Node


@dataclass(frozen=True, eq=False, slots=True)
class EventTime(Walked):
    """The moment of a row: after that of the sibling before."""

    families: FamilyMap
    child_key: int
    draws: Draws
    fixed: tuple[int, int, int]
    """Least pause, step between moments, and what the clock of the week is ahead of UTC; microseconds."""
    week: Codes
    """Sums of the weights of the hours of a week from Monday, int64[169]; int64[0] where all are alike."""
    nothing: int

    def begin(self) -> Codes:
        return np.zeros(3, np.int64)

    def walk(self, siblings: Frame, counts: Codes, carried: Codes) -> Codes:
        nodes = self.draws
        given = tuple(siblings.get(node) for node in (nodes.start, nodes.gap, nodes.pause, nodes.size, nodes.lasts))
        out = np.empty(len(siblings), np.int64)
        walk_times(given, counts, self.fixed, self.week, carried, out)
        return out


@kernel
def walk_sessions(times, nulls, counts, timeout, carried, out):
    """Out int64[3, n]: number of each sibling's session and its place in it, from 1, and the session's first moment.

    times int64[n]; where nulls int64[n] is not 0 there is no time, and the row is passed over. carried int64[5]: 1 where a
    sibling was met, its time, and its three values.
    """
    seen, last, number, place, first = carried[0], carried[1], carried[2], carried[3], carried[4]
    at = 0
    for family in range(counts.size):
        if family > 0:
            seen, number, place, first = 0, 0, 0, 0
        for i in range(at, at + counts[family]):
            if nulls[i] == 0:
                if seen == 0 or times[i] - last >= timeout:
                    number, place, first = number + 1, 0, times[i]
                place += 1
                seen, last = 1, times[i]
            # A column's bounds hold for NULL cells too.
            out[0, i], out[1, i], out[2, i] = max(number, 1), max(place, 1), first if seen else times[i]
        at += counts[family]
    carried[0], carried[1], carried[2], carried[3], carried[4] = seen, last, number, place, first


@dataclass(frozen=True, eq=False, slots=True)
class Session(Walked):
    """Which session a row belongs to: siblings whose times lie closer together than a timeout."""

    families: FamilyMap
    child_key: int
    time: Node
    null: Node | None
    timeout: int
    """In codes of the time."""
    shown: int
    """0: the session's number, 1: the row's place in it, 2: its first moment."""
    nothing: int

    def begin(self) -> Codes:
        return np.zeros(5, np.int64)

    def walk(self, siblings: Frame, counts: Codes, carried: Codes) -> Codes:
        times = siblings.get(self.time)
        nulls = np.zeros(len(times), np.int64) if self.null is None else siblings.get(self.null)
        out = np.empty((3, len(times)), np.int64)
        walk_sessions(times, nulls, counts, self.timeout, carried, out)
        found: Codes = out[self.shown]
        return found
