"""How values become codes: one int64 per cell, whatever the type.

int: itself. decimal and float: value * 10**scale. bool: 0 or 1. date: days since 1970-01-01. datetime:
microseconds since 1970-01-01T00:00:00Z. time: microseconds since midnight. duration: microseconds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation, localcontext
from typing import Any

MICROS_PER_DAY = 86_400_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MIN_DAY = (date(1, 1, 1) - EPOCH.date()).days
MAX_DAY = (date(9999, 12, 31) - EPOCH.date()).days
INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1
MAX_FLOAT_DIGITS = 15
"""Decimal digits that a double keeps: up to here a float column's text is the shortest that reads back equal."""

EVERY_TYPE = (
    "str",
    "int",
    "float",
    "decimal",
    "bool",
    "date",
    "datetime",
    "uuid",
    "time",
    "duration",
    "binary",
    "json",
)
CLOCKED = frozenset({"datetime", "time", "duration"})
"""Types whose codes are microseconds."""
NESTED = frozenset({"struct", "list"})
"""Types whose values hold others."""
TEXTUAL = frozenset({"str", "uuid", "binary", "json", *NESTED})
FLOAT32_DIGITS = 6
"""Decimal digits that a float of 32 bits keeps."""

LENGTHS = "write 3d, 2w, 12h, 90min or 45s; months and years differ in length, so write them in days"
"""The fix for what is no length of time."""

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6}))?)?")
_SECONDS = re.compile(r"PT(-?)(\d{1,12})(?:\.(\d{1,6}))?S")
_RELATIVE = re.compile(r"([+-]?)\s*(\d+)\s*(y|mo|w|d|h|min|s|years?|months?|weeks?|days?|hours?|minutes?|seconds?)")
_UNITS = {"w": 7 * MICROS_PER_DAY, "d": MICROS_PER_DAY, "h": 3_600_000_000, "min": 60_000_000, "s": 1_000_000}


@dataclass(frozen=True, slots=True)
class ValueType:
    """A column's type with its scale."""

    name: str
    """int, float, decimal, str, bool, date, datetime, uuid, time, duration, binary, json, struct or list."""
    precision: int | None = None
    scale: int = 0
    """Digits after the point (decimal, float) or of the second's fraction (datetime, time, duration: 0, 3 or 6)."""
    storage: str = ""
    """How wide an int or float is stored, such as int16; 64 bits where empty."""
    zone: str = ""
    """Whose clock a datetime shows; UTC where empty."""

    @property
    def ordered(self) -> bool:
        """Whether codes compare as the values do."""
        return self.name in {"int", "float", "decimal", "date", "datetime", "bool", "time", "duration"}

    @property
    def numeric(self) -> bool:
        """Whether arithmetic makes sense."""
        return self.name in {"int", "float", "decimal"}

    @property
    def step(self) -> int:
        """Codes between neighbouring values."""
        return 10 ** (6 - self.scale) if self.name in CLOCKED else 1

    @property
    def textual(self) -> bool:
        """Whether values are texts, or bytes written as hex digits, and have no code of their own."""
        return self.name in TEXTUAL


def to_code(value: Any, kind: ValueType, as_of: datetime) -> int:
    """The code of a literal; ValueError says what is wrong with it."""
    if kind.name == "bool":
        if isinstance(value, bool):
            return int(value)
        raise ValueError(f"{value!r} is not true or false")
    if kind.numeric:
        return _number(value, kind.scale)
    if kind.name == "date":
        return moment(value, as_of) // MICROS_PER_DAY
    if kind.name == "datetime":
        code = moment(value, as_of)
        return code - code % kind.step
    if kind.name in {"time", "duration"}:
        code = clock(value) if kind.name == "time" else span(value)
        if code % kind.step:
            raise ValueError(f"{value!r} is finer than the column's {kind.scale} digits of a second")
        return code
    raise ValueError(f"{value!r} cannot be compared as {kind.name}")


def _number(value: Any, scale: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError(f"{value!r} is not a number")  # noqa: TRY004 -- callers refuse on ValueError
    try:
        with localcontext(prec=400):
            exact = Decimal(str(value)).scaleb(scale)
    except InvalidOperation:
        raise ValueError(f"{value!r} is not a number") from None
    if not exact.is_finite():
        raise ValueError(f"{value!r} is not a finite number")
    if exact != exact.to_integral_value():
        digits = "a whole number" if scale == 0 else f"a number with at most {scale} digits after the point"
        raise ValueError(f"{value!r} is not {digits}")
    if not INT64_MIN < exact <= INT64_MAX:
        raise ValueError(
            f"{value!r} does not fit in 64 bits" + (f" with {scale} digits after the point" if scale else "")
        )
    return int(exact)


def moment(value: Any, as_of: datetime) -> int:
    """Microseconds of an ISO date or date-time, of `as_of`, or of a distance from it such as `-2y`."""
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a date")  # noqa: TRY004
    text = value.strip()
    if text in {"as_of", "now", "today"}:
        return micros(as_of)
    match = _RELATIVE.fullmatch(text)
    if match:
        return micros(_shift(as_of, match))
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{value!r} is not a date") from None
    try:
        return micros(parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC))
    except OverflowError:
        raise ValueError(f"{value!r} leaves the years 1 to 9999") from None


def clock(value: Any) -> int:
    """Microseconds since midnight of a time of day such as `08:30` or `23:59:59.5`."""
    match = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{value!r} is not a time of day")
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[:3])
    return (hours * 3_600 + minutes * 60 + seconds) * 1_000_000 + int((match[4] or "").ljust(6, "0"))


def span(value: Any) -> int:
    """Microseconds of a length of time with its unit: `3d`, `90min`, or as it is written, `PT5400S`."""
    match = _SECONDS.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is not None:
        size = int(match[2]) * 1_000_000 + int((match[3] or "").ljust(6, "0"))
        return -size if match[1] else size
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a length of time")  # noqa: TRY004 -- callers refuse on ValueError
    return duration(value)


def duration(value: Any) -> int:
    """Microseconds of a length of time such as `3d`, `12h`, `90min`; a bare number counts days."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value * MICROS_PER_DAY
    match = _RELATIVE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{value!r} is not a length of time")
    if _unit(match[3]) in {"y", "mo"}:
        days = int(match[1] + match[2]) * (365 if _unit(match[3]) == "y" else 30)
        raise ValueError(f"{value!r} has no fixed length, as {days}d has")
    return int(match[1] + match[2]) * _UNITS[_unit(match[3])]


def _unit(word: str) -> str:
    if word.startswith("mo"):
        return "mo"
    return "min" if word.startswith("min") else word[0]


def _shift(as_of: datetime, match: re.Match[str]) -> datetime:
    count, unit = int(match[1] + match[2]), _unit(match[3])
    try:
        if unit not in {"y", "mo"}:
            return as_of + timedelta(microseconds=count * _UNITS[unit])
        months = as_of.year * 12 + as_of.month - 1 + count * (12 if unit == "y" else 1)
        first = as_of.replace(year=months // 12, month=months % 12 + 1, day=1)
        return min(first + timedelta(days=as_of.day - 1), _month_end(first))
    except (ValueError, OverflowError):
        raise ValueError(f"{match[0]!r} leaves the years 1 to 9999") from None


def _month_end(first: datetime) -> datetime:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def shown(code: int, kind: ValueType) -> str:
    """A code as people read the value, in faults; never in data."""
    if kind.numeric:
        return f"{Decimal(code).scaleb(-kind.scale):,f}"
    if kind.name == "date" and MIN_DAY <= code <= MAX_DAY:
        return (EPOCH.date() + timedelta(days=code)).isoformat()
    if kind.name == "datetime" and MIN_DAY <= code // MICROS_PER_DAY <= MAX_DAY:
        return (EPOCH + timedelta(microseconds=code)).replace(tzinfo=None).isoformat() + "Z"
    return f"{Decimal(code).scaleb(-6).normalize():f} s" if kind.name in CLOCKED else f"{code:,}"


def micros(instant: datetime) -> int:
    """Microseconds since 1970-01-01T00:00:00Z."""
    return (instant.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)
