"""Dates, times and lengths of time inside expressions: their parts, distances and sums, in whole numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from syndata_engine.generation.expressions.numbers import Term
from syndata_engine.generation.expressions.parsing import Wrong
from syndata_engine.generation.nodes.codes import INT64_MAX, MAX_DAY, MICROS_PER_DAY, MIN_DAY, ValueType
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Mapped
from syndata_engine.generation.texts.clocks import offsets
from syndata_engine.generation.words.bits import Codes

HOUR: Final = 3_600_000_000
UNITS: Final = {
    "week": 7 * MICROS_PER_DAY,
    "day": MICROS_PER_DAY,
    "hour": HOUR,
    "minute": 60_000_000,
    "second": 1_000_000,
}
"""Microseconds of every unit that is as long everywhere."""
MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
SHORT: Final = {"y": "year", "mo": "month", "w": "week", "d": "day", "h": "hour", "min": "minute", "s": "second"}


@dataclass(frozen=True, eq=False, slots=True)
class Moment:
    """A date, datetime, time or duration inside an expression: a code in low..high."""

    type: ValueType
    node: Node
    low: int
    high: int
    nulls: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A length of time as it is written: so many of a unit."""

    count: int
    unit: str
    """As in UNITS and MONTHS."""

    @property
    def micros(self) -> int | None:
        """Its microseconds; None for months, which differ."""
        return None if self.unit in MONTHS else self.count * UNITS[self.unit]


def limits(name: str) -> tuple[int, int]:
    """Least and greatest code of a type."""
    if name == "date":
        return MIN_DAY, MAX_DAY
    if name == "datetime":
        return MIN_DAY * MICROS_PER_DAY, (MAX_DAY + 1) * MICROS_PER_DAY - 1
    return (0, MICROS_PER_DAY - 1) if name == "time" else (-INT64_MAX // 4, INT64_MAX // 4)


def within(moment: Moment, at: int) -> Moment:
    """The moment itself; Wrong where it could leave the years 1 to 9999, or what a duration holds."""
    low, high = limits(moment.type.name)
    if moment.low < low or moment.high > high:
        years = "the years 1 to 9999" if moment.type.name in {"date", "datetime"} else "its bounds"
        raise Wrong(f"the {moment.type.name} can leave {years}", "narrow what it is computed from", at)
    return moment


def as_datetime(moment: Moment) -> Moment:
    """A date as its midnight, UTC."""
    if moment.type.name != "date":
        return moment
    node = Mapped(lambda codes: codes * MICROS_PER_DAY, (moment.node,))
    low, high = moment.low * MICROS_PER_DAY, moment.high * MICROS_PER_DAY
    return Moment(ValueType("datetime"), node, low, high, moment.nulls)


def as_date(moment: Moment) -> Moment:
    """The day of a datetime, by its own clock."""
    if moment.type.name == "date":
        return moment
    node = Mapped(lambda codes: codes // MICROS_PER_DAY, (_local(moment),))
    # A clock is at most 14 hours away from UTC.
    low, high = (moment.low - 14 * HOUR) // MICROS_PER_DAY, (moment.high + 14 * HOUR) // MICROS_PER_DAY
    first, last = limits("date")
    return Moment(ValueType("date"), node, max(low, first), min(high, last), moment.nulls)


def _local(moment: Moment) -> Node:
    """Microseconds as the moment's own clock shows them."""
    if not moment.type.zone:
        return moment.node
    ahead = offsets(moment.type.zone)
    return Mapped(lambda codes: codes + ahead(codes), (moment.node,))


def _days(codes: Codes) -> Any:
    return codes.view("datetime64[D]")


def _month_number(days: Codes) -> Codes:
    return np.asarray(_days(days).astype("datetime64[M]").astype(np.int64))


def _day_of_month(days: Codes) -> Codes:
    return np.asarray(days - _days(days).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + 1)


def _first_of_year(days: Codes) -> Codes:
    return np.asarray(_days(days).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64))


_OF_DAYS: Final[dict[str, tuple[int, int, Callable[[Codes], Codes]]]] = {
    "year": (1, 9999, lambda days: _month_number(days) // 12 + 1970),
    "quarter": (1, 4, lambda days: _month_number(days) % 12 // 3 + 1),
    "month": (1, 12, lambda days: _month_number(days) % 12 + 1),
    "day": (1, 31, _day_of_month),
    "weekday": (1, 7, lambda days: (days + 3) % 7 + 1),
    "day_of_year": (1, 366, lambda days: days - _first_of_year(days) + 1),
}
"""Parts of a date. Weekdays count from Monday, which is 1."""
_OF_CLOCKS: Final[dict[str, tuple[int, Callable[[Codes], Codes]]]] = {
    "hour": (23, lambda codes: codes // HOUR % 24),
    "minute": (59, lambda codes: codes // 60_000_000 % 60),
    "second": (59, lambda codes: codes // 1_000_000 % 60),
}
PARTS: Final = (*_OF_DAYS, *_OF_CLOCKS)


def part(name: str, moment: Moment, at: int) -> Term:
    """A part of a date or of a clock's reading."""
    if name in _OF_DAYS and moment.type.name in {"date", "datetime"}:
        low, high, function = _OF_DAYS[name]
        return Term(Mapped(function, (as_date(moment).node,)), 0, low, high, moment.nulls)
    if name in _OF_CLOCKS and moment.type.name in {"time", "datetime"}:
        most, reading = _OF_CLOCKS[name]
        return Term(Mapped(reading, (_local(moment),)), 0, 0, most, moment.nulls)
    raise Wrong(
        f"a {moment.type.name} has no {name}", "ask a date or datetime, and a time for hour, minute, second", at
    )


def shifted(moment: Moment, step: Step, count: Term | None, at: int) -> Moment:
    """A moment and so many units more: as written, times a whole number where there is one."""
    times = (step.count, step.count) if count is None else (step.count * count.low, step.count * count.high)
    nulls = moment.nulls if count is None else moment.nulls + count.nulls
    if step.unit in MONTHS:
        return _by_months(replace(moment, nulls=nulls), step, count, times, at)
    each = UNITS[step.unit]
    if moment.type.name == "date":
        if each % MICROS_PER_DAY:
            raise Wrong(f"a date cannot move by a {step.unit}", "use days, or datetime(x) + 12h", at)
        each //= MICROS_PER_DAY
    each *= step.count
    low, high = (moment.low + each * (1 if count is None else count.low), moment.high + each * (1 if count is None else count.high))  # fmt: skip
    if each < 0 and count is not None:
        low, high = moment.low + each * count.high, moment.high + each * count.low
    if count is None:
        node: Node = Mapped(lambda codes: codes + each, (moment.node,))
    else:
        node = Mapped(lambda codes, number: codes + each * number, (moment.node, count.node))
    return within(Moment(moment.type, node, low, high, nulls), at)


def _by_months(moment: Moment, step: Step, count: Term | None, times: tuple[int, int], at: int) -> Moment:
    if moment.type.name not in {"date", "datetime"}:
        raise Wrong(f"a {moment.type.name} cannot move by a {step.unit}", "use days, hours, minutes or seconds", at)
    each = MONTHS[step.unit] * step.count
    day = 1 if moment.type.name == "date" else MICROS_PER_DAY

    def move(codes: Codes, number: Any = 1) -> Codes:
        days = codes // day
        month = _month_number(days) + each * number
        first = month.view("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        last = (month + 1).view("datetime64[M]").astype("datetime64[D]").astype(np.int64) - 1
        return np.asarray(np.minimum(first + _day_of_month(days) - 1, last) * day + codes % day, np.int64)

    # A month has 28 to 31 days; a few more keep the bounds on the safe side.
    reach = sorted(number * MONTHS[step.unit] for number in times)
    low = moment.low + (reach[0] * (31 if reach[0] < 0 else 28) - 3) * day
    high = moment.high + (reach[1] * (31 if reach[1] > 0 else 28) + 3) * day
    node = Mapped(move, (moment.node,) if count is None else (moment.node, count.node))
    return within(Moment(moment.type, node, low, high, moment.nulls), at)


def distance(unit: str, first: Moment, last: Moment, at: int) -> Term:
    """Whole units from the first to the last, rounded towards zero; negative where the last is earlier."""
    kinds = {first.type.name, last.type.name}
    if not (kinds <= {"date", "datetime"} or kinds == {"time"}):
        raise Wrong(f"there is no distance from a {first.type.name} to a {last.type.name}",
                    "give two dates or datetimes, or two times", at)  # fmt: skip
    nulls = first.nulls + last.nulls
    if unit in MONTHS:
        if "time" in kinds:
            raise Wrong(f"times of day are no {unit}s apart", "give two dates or datetimes", at)
        return _months_between(MONTHS[unit], as_datetime(first), as_datetime(last), nulls)
    if kinds == {"date"} and UNITS[unit] % MICROS_PER_DAY == 0:
        each = UNITS[unit] // MICROS_PER_DAY
    else:
        first, last, each = as_datetime(first), as_datetime(last), UNITS[unit]

    def count(start: Codes, stop: Codes) -> Codes:
        far = stop - start
        return np.asarray(np.sign(far) * (np.abs(far) // each), np.int64)

    low, high = last.low - first.high, last.high - first.low
    return Term(Mapped(count, (first.node, last.node)), 0, -(-low // each) if low < 0 else low // each,
                high // each if high >= 0 else -(-high // each), nulls)  # fmt: skip


def _months_between(each: int, first: Moment, last: Moment, nulls: tuple[Node, ...]) -> Term:
    def count(start: Codes, stop: Codes) -> Codes:
        early, late = np.minimum(start, stop), np.maximum(start, stop)
        early_days, late_days = early // MICROS_PER_DAY, late // MICROS_PER_DAY
        months = _month_number(late_days) - _month_number(early_days)
        before = (_day_of_month(late_days), late % MICROS_PER_DAY)
        after = (_day_of_month(early_days), early % MICROS_PER_DAY)
        short = (before[0] < after[0]) | ((before[0] == after[0]) & (before[1] < after[1]))
        return np.asarray(np.sign(stop - start) * ((months - short) // each), np.int64)

    far = max(abs(last.high - first.low), abs(last.low - first.high)) // (28 * MICROS_PER_DAY) // each + 1
    return Term(Mapped(count, (first.node, last.node)), 0, -far, far, nulls)


def difference(left: Moment, right: Moment, at: int) -> Moment | Term:
    """Left - right: days between two dates, a duration between two datetimes, times or durations."""
    if left.type.name == right.type.name == "date":
        return distance("day", right, left, at)
    if left.type.name != "duration" and right.type.name == "duration":
        return moved(left, right, -1, at)
    if {left.type.name, right.type.name} == {"date", "datetime"}:
        left, right = as_datetime(left), as_datetime(right)
    if left.type.name != right.type.name:
        raise Wrong(f"a {right.type.name} cannot be taken from a {left.type.name}", "use two of the same type", at)
    kind = ValueType("duration", scale=max(left.type.scale, right.type.scale))
    node = Mapped(np.subtract, (left.node, right.node))
    return within(Moment(kind, node, left.low - right.high, left.high - right.low, left.nulls + right.nulls), at)


def moved(moment: Moment, length: Moment, sign: int, at: int) -> Moment:
    """A datetime, time or duration, and a duration more or less."""
    if moment.type.name == "date":
        moment = as_datetime(moment)
    node = Mapped(lambda codes, far: codes + sign * far, (moment.node, length.node))
    low, high = sorted((sign * length.low, sign * length.high))
    kind = replace(moment.type, scale=max(moment.type.scale, length.type.scale))
    return within(Moment(kind, node, moment.low + low, moment.high + high, moment.nulls + length.nulls), at)


def multiplied(length: Moment, count: Term, at: int) -> Moment:
    """A duration, so many times."""
    corners = [a * b for a in (length.low, length.high) for b in (count.low, count.high)]
    node = Mapped(np.multiply, (length.node, count.node))
    return within(Moment(length.type, node, min(corners), max(corners), length.nulls + count.nulls), at)
