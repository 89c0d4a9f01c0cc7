"""Ways to read a column's texts as values. A way ends with the first text that it cannot read.

A column is read in every way that is still open; at the end the first of `TYPES` that is open names its type. So types
are found in one pass, and do not depend on which rows came first.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import pairwise
from typing import Any, Final, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from syndata_engine.profiling.arrays import numbers_in
from syndata_engine.profiling.moments import FLOAT_UNIT, Moments
from syndata_engine.profiling.result import Range, Spread

_NUMBER: Final = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"
_FLOAT: Final = r"^-?(((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|(?i:nan|inf|infinity))$"
_DATE: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_ZONE: Final = r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)$"
_DATETIME: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?"
_UUID: Final = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_BOOL: Final = r"^(?i:true|false)$"

_MOST_DIGITS: Final = 38
_FAST_DIGITS: Final = 18
_DECIMAL_SCALES: Final = range(2, 13)


class Reading(ABC):
    """One way to read a column's texts."""

    @abstractmethod
    def add(self, texts: pa.StringArray, counts: Any) -> bool:
        """Read different texts, each so many times (int64[:]), at most 2**20 in all; False when one cannot be read."""

    @abstractmethod
    def merge(self, other: Self) -> bool:
        """Take over what the other has read, in rows behind these; False when both cannot be one column."""

    def range(self) -> Range | None:
        """The least and greatest value, where there is an order to speak of."""
        return None

    def spread(self) -> Spread | None:
        """Where the numbers lie, if they are numbers."""
        return None


class Pattern(Reading):
    """Texts of one form."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    def add(self, texts: pa.StringArray, counts: Any) -> bool:
        del counts
        return _all_match(texts, self._pattern)

    def merge(self, other: Self) -> bool:
        return self._pattern == other._pattern


class _Ordered(Reading):
    """Values with a least and a greatest one."""

    least: Any = None
    greatest: Any = None

    def _widen(self, least: Any, greatest: Any) -> None:
        if least is not None:
            self.least = least if self.least is None else min(self.least, least)
            self.greatest = greatest if self.greatest is None else max(self.greatest, greatest)

    def range(self) -> Range | None:
        if self.least is None:
            return None
        return Range(minimum=self._text(self.least), maximum=self._text(self.greatest))

    def _text(self, value: Any) -> str:
        return str(value)


class Numbers(_Ordered):
    """Numbers that all have the same number of digits behind the point; kept in units of the last digit.

    No leading zeros and no plus sign: what has them is a code, such as a post code or a telephone number.
    """

    def __init__(self) -> None:
        self.moments = Moments()
        self.scale: int | None = None
        self.increasing = True
        """Whether every number is greater than the one in the row above."""
        self._first: int | None = None
        self._last: int | None = None

    @property
    def precision(self) -> int:
        """Digits in all, of the longest."""
        longest = max(abs(self.least or 0), abs(self.greatest or 0))
        return max(len(str(longest)), self.scale or 0)

    @property
    def name(self) -> str | None:
        """`int`, `decimal`, or None when these are floats that happen to be written with as many digits."""
        if self.scale == 0:
            return "int" if self.least >= -(2**63) and self.greatest < 2**63 else "decimal"
        return "decimal" if self.scale in _DECIMAL_SCALES else None

    def add(self, texts: pa.StringArray, counts: Any) -> bool:
        if not _all_match(texts, _NUMBER):
            return False
        points = numbers_in(pc.find_substring(texts, "."))
        scales = np.where(points < 0, 0, numbers_in(pc.binary_length(texts)) - points - 1)
        if scales.min() != scales.max() or not self._same_scale(int(scales[0])):
            return False
        digits = pc.replace_substring(texts, ".", "")
        longest = pc.max(pc.binary_length(digits)).as_py()
        if longest > _MOST_DIGITS + 1:
            return False
        if longest <= _FAST_DIGITS:
            self._add_fast(numbers_in(pc.cast(digits, pa.int64())), counts)
            return True
        values = [int(text) for text in digits.to_pylist()]
        if max(map(abs, values)) >= 10**_MOST_DIGITS:
            return False
        for value, count in zip(values, counts.tolist(), strict=True):
            self.moments.add_integer(value, count)
        rising = all(below < above for below, above in pairwise(values))
        self._follow(values[0], values[-1], rising=rising and bool(counts.max() == 1))
        self._widen(min(values), max(values))
        return True

    def _same_scale(self, scale: int) -> bool:
        if self.scale is None:
            self.scale = scale
        return self.scale == scale

    def _add_fast(self, values: Any, counts: Any) -> None:
        self.moments.add_integers(values, counts)
        # Different values stand in the order in which they came first, so unrepeated ones in the order of rows.
        rising = self.increasing and bool(counts.max() == 1) and bool((values[1:] > values[:-1]).all())
        self._follow(int(values[0]), int(values[-1]), rising=rising)
        self._widen(int(values.min()), int(values.max()))

    def _follow(self, first: int, last: int, *, rising: bool) -> None:
        self.increasing = self.increasing and rising and (self._last is None or self._last < first)
        self._first = first if self._first is None else self._first
        self._last = last

    def merge(self, other: Self) -> bool:
        if other.scale is None or other._first is None or other._last is None:
            return True
        if not self._same_scale(other.scale):
            return False
        self.moments.merge(other.moments)
        self._follow(other._first, other._last, rising=other.increasing)
        self._widen(other.least, other.greatest)
        return True

    def _text(self, value: Any) -> str:
        if not self.scale:
            return str(value)
        digits = str(abs(value)).rjust(self.scale + 1, "0")
        return f"{'-' if value < 0 else ''}{digits[: -self.scale]}.{digits[-self.scale :]}"

    def spread(self) -> Spread:
        unit: int = 10 ** (self.scale or 0)
        return Spread(mean=self.moments.mean(unit), standard_deviation=self.moments.deviation(unit), not_finite=0)


class Floats(_Ordered):
    """Numbers that floats are near enough to; NaN and infinities are counted apart."""

    def __init__(self) -> None:
        self.moments = Moments()
        self._not_finite = 0

    @property
    def seen(self) -> bool:
        """Whether there was a finite number; a column of texts `nan` alone is not one of floats."""
        return self.moments.count > 0

    def add(self, texts: pa.StringArray, counts: Any) -> bool:
        if not _all_match(texts, _FLOAT) or pc.any(pc.match_substring_regex(texts, r"^-?[0-9]{39}")).as_py():
            return False
        values = numbers_in(pc.cast(texts, pa.float64()))
        finite = np.isfinite(values)
        named = numbers_in(pc.cast(pc.match_substring_regex(texts, "[nN]"), pa.uint8())) == 1
        if not (finite | named).all():
            return False  # a number that is greater than every float
        self._not_finite += int(counts[~finite].sum())
        if finite.any():
            # Minus zero and zero are equal, and min() of both would depend on their order.
            values = values[finite] + 0.0
            self.moments.add_floats(values, counts[finite])
            self._widen(float(values.min()), float(values.max()))
        return True

    def merge(self, other: Self) -> bool:
        self.moments.merge(other.moments)
        self._not_finite += other._not_finite
        self._widen(other.least, other.greatest)
        return True

    def spread(self) -> Spread:
        return Spread(
            mean=self.moments.mean(FLOAT_UNIT),
            standard_deviation=self.moments.deviation(FLOAT_UNIT),
            not_finite=self._not_finite,
        )


class Dates(_Ordered):
    """Days, `2024-01-31`."""

    def add(self, texts: pa.StringArray, counts: Any) -> bool:
        del counts
        if not _all_match(texts, _DATE):
            return False
        found = _cast(texts, pa.date32())
        if found is None:
            return False
        ends = pc.min_max(found)
        self._widen(ends["min"].value, ends["max"].value)
        return True

    def merge(self, other: Self) -> bool:
        self._widen(other.least, other.greatest)
        return True

    def _text(self, value: Any) -> str:
        return str(np.datetime64(value, "D"))


class DateTimes(_Ordered):
    """Moments as ISO 8601 has them, to the microsecond; all with an offset from UTC, or all without."""

    def __init__(self) -> None:
        self.zoned: bool | None = None

    def add(self, texts: pa.StringArray, counts: Any) -> bool:
        del counts
        zoned = self.zoned if self.zoned is not None else _all_match(texts.slice(0, 1), _ZONE)
        if not _all_match(texts, _DATETIME + (_ZONE if zoned else "$")):
            return False
        texts = pc.replace_substring_regex(texts, r"(\.[0-9]{6})[0-9]+", r"\1")
        found = _cast(texts, pa.timestamp("us", "UTC" if zoned else None))
        if found is None:
            return False
        self.zoned = zoned
        ends = pc.min_max(found)
        self._widen(ends["min"].value, ends["max"].value)
        return True

    def merge(self, other: Self) -> bool:
        if None not in {self.zoned, other.zoned} and self.zoned != other.zoned:
            return False
        self.zoned = other.zoned if self.zoned is None else self.zoned
        self._widen(other.least, other.greatest)
        return True

    def _text(self, value: Any) -> str:
        return str(np.datetime64(value, "us")).removesuffix(".000000") + ("Z" if self.zoned else "")


def all_readings() -> dict[str, Reading]:
    """Every way to read a column, by name."""
    return {
        "bool": Pattern(_BOOL),
        "numbers": Numbers(),
        "floats": Floats(),
        "date": Dates(),
        "datetime": DateTimes(),
        "uuid": Pattern(_UUID),
    }


def _all_match(texts: pa.StringArray, pattern: str) -> bool:
    # The first text decides most often, and costs next to nothing.
    if not pc.match_substring_regex(texts.slice(0, 1), pattern)[0].as_py():
        return False
    return bool(pc.all(pc.match_substring_regex(texts, pattern)).as_py())


def _cast(texts: pa.StringArray, to: pa.DataType) -> Any:
    try:
        return pc.cast(texts, to)
    except pa.ArrowInvalid:  # the 30th of February
        return None
