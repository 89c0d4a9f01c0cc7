"""A column's texts as numbers that have an order: whole units, such as cents, days or seconds, wherever that is possible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from syndata_engine.learning.observing import Observed
from syndata_engine.profiling.arrays import numbers_in

OrderedType = Literal["int", "decimal", "float", "date", "datetime"]

_MOST_DECIMALS: Final = 9
_EXACT: Final = 10**15
"""Floats of ours have at most fifteen digits."""
_MOST_DIGITS: Final = 18
_GREATEST: Final = 9e14
_SIGNIFICANT: Final = 6
_WILD: Final = 1e6
"""One number in a thousand that is so many times as great as the others is a mistake, and says nothing of them."""
_LEAST_TAMED: Final = 20
_DAY: Final = 86_400_000_000

DATE_FORMATS: Final = {
    "%m/%d/%Y": r"^(0?[1-9]|1[0-2])/(0?[1-9]|[12][0-9]|3[01])/[0-9]{4}$",
    "%d/%m/%Y": r"^(0?[1-9]|[12][0-9]|3[01])/(0?[1-9]|1[0-2])/[0-9]{4}$",
    "%d.%m.%Y": r"^(0?[1-9]|[12][0-9]|3[01])\.(0?[1-9]|1[0-2])\.[0-9]{4}$",
    "%d-%m-%Y": r"^(0?[1-9]|[12][0-9]|3[01])-(0?[1-9]|1[0-2])-[0-9]{4}$",
    "%Y/%m/%d": r"^[0-9]{4}/(0?[1-9]|1[0-2])/(0?[1-9]|[12][0-9]|3[01])$",
    "%d-%b-%Y": r"^[0-9]{1,2}-[A-Za-z]{3}-[0-9]{4}$",
    "%b %d, %Y": r"^[A-Za-z]{3} [0-9]{1,2}, [0-9]{4}$",
    "%m/%d/%Y %H:%M": r"^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4} [0-9]{1,2}:[0-9]{2}$",
    "%d/%m/%Y %H:%M": r"^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4} [0-9]{1,2}:[0-9]{2}$",
    "%m/%d/%Y %H:%M:%S": r"^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4} [0-9]{1,2}:[0-9]{2}:[0-9]{2}$",
    "%Y-%m-%d %H:%M:%S UTC": r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} UTC$",
    "%a, %d %b %Y %H:%M:%S GMT": r"^[A-Z][a-z]{2}, [0-9]{1,2} [A-Za-z]{3} [0-9]{4} [0-9:]{8} GMT$",
}  # fmt: skip
"""How dates are written that are not ISO 8601, with what they look like; the first that reads every value wins."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """Values with an order, of the rows of a sample that have one."""

    type: OrderedType
    units: Any
    """int64: in the last digit, days or microseconds; in the order of rows."""
    present: Any
    """Of every row of the sample, whether it has a value."""
    scale: int = 0
    """Digits behind the point."""
    precision: int = 18
    """Digits in all, of a decimal."""
    zoned: bool = False
    """Of a datetime: whether it tells its offset from UTC."""
    written: str = ""
    """How the source writes it, where that is not how we do."""
    wild: int = 0
    """Numbers that were cut off, since they are beyond all others' magnitude."""

    def scalar(self, unit: int) -> Decimal | int | str:
        """A unit as a configuration writes it."""
        if self.type == "date":
            return str(np.datetime64(unit, "D"))
        if self.type == "datetime":
            grain = 10 ** (6 - self.scale)
            moment = str(np.datetime64(unit // grain * grain, "us"))
            return moment.removesuffix(".000000") + ("Z" if self.zoned else "")
        number = Decimal(unit).scaleb(-self.scale)
        return int(number) if not self.scale else number


def ordered_of(column: Observed) -> Ordered | None:
    """A column's values with their order; None where it has none, or no value."""
    texts = column.texts
    if texts.null_count == len(texts):
        return None
    present = numbers_in(pc.cast(pc.is_valid(texts), pa.uint8())) == 1
    values = pc.drop_null(texts)
    kind = column.profile.type
    reader = _READERS.get(kind)
    return None if reader is None else reader(column, values, present)


def _integers(_: Observed, values: pa.StringArray, present: Any) -> Ordered | None:
    numbers = numbers_in(pc.cast(values, pa.int64()))
    small = bool((np.abs(numbers) < 10**_MOST_DIGITS).all() and numbers.min() > -(2**63))
    return Ordered("int", numbers, present) if small else None


def _decimals(column: Observed, values: pa.StringArray, present: Any) -> Ordered | None:
    precision, scale = column.profile.precision or 0, column.profile.scale or 0
    if precision > _MOST_DIGITS:
        return None
    units = numbers_in(pc.cast(pc.replace_substring(values, ".", ""), pa.int64()))
    return Ordered("decimal", units, present, scale, min(_MOST_DIGITS, max(precision, scale + 1)))


def _floats(_: Observed, values: pa.StringArray, present: Any) -> Ordered:
    numbers = numbers_in(pc.cast(values, pa.float64())) + 0.0
    tame, wild = _tamed(numbers)
    if wild.any():
        # How few wild numbers are written says nothing of the others' digits.
        values = pc.if_else(pa.array(wild), pa.scalar("0"), values)
        ordered = _as_floats(values, tame, present)
        return replace(ordered, wild=int(wild.sum()))
    return _as_floats(values, numbers, present)


def _tamed(numbers: Any) -> tuple[Any, Any]:
    """The numbers, with a few that are beyond all others' magnitude cut to the ends of those; and which these are."""
    sizes = np.where(np.isfinite(numbers), np.abs(numbers), 0.0)
    least = len(sizes) // 1000 + 1
    wild = np.zeros(len(sizes), dtype=bool)
    if len(sizes) >= _LEAST_TAMED:
        usual = float(np.sort(sizes)[len(sizes) - 1 - least])
        wild = sizes > usual * _WILD if usual else wild
    if not wild.any():
        return numbers, wild
    tame = numbers[~wild & np.isfinite(numbers)]
    return np.where(wild, np.clip(numbers, tame.min(), tame.max()), numbers), wild


def _as_floats(values: pa.StringArray, numbers: Any, present: Any) -> Ordered:
    if not np.isfinite(numbers).all():
        finite = np.isfinite(numbers)
        places = np.flatnonzero(present)
        present = present.copy()
        present[places[~finite]] = False
        numbers = numbers[finite]
    if pc.any(pc.match_substring_regex(values, "[eE]")).as_py() or not len(numbers):
        return _significant(numbers, present)
    points = numbers_in(pc.find_substring(values, "."))
    digits = np.where(points < 0, 0, numbers_in(pc.binary_length(values)) - points - 1)
    if (numbers == np.floor(numbers)).all() and np.abs(numbers).max() < _EXACT:
        return Ordered("int", numbers.astype(np.int64), present, written="12.0")
    scale = min(int(digits.max()), _MOST_DECIMALS)
    units = np.rint(numbers * float(10**scale))
    if np.abs(units).max() >= _EXACT:
        return _significant(numbers, present)
    return Ordered("float", units.astype(np.int64), present, scale)


def _significant(numbers: Any, present: Any) -> Ordered:
    """Numbers with as many digits behind the point as leave seven of the greatest one."""
    cut = np.clip(numbers, -_GREATEST, _GREATEST)
    exponent = int(f"{float(np.abs(cut).max()) if len(cut) else 0.0:.0e}".partition("e")[2])
    scale = max(0, min(_MOST_DIGITS, _SIGNIFICANT - exponent))
    written = "" if (cut == numbers).all() else f"with numbers beyond {_GREATEST:.0e}, which are cut off,"
    return Ordered("float", np.rint(cut * float(10**scale)).astype(np.int64), present, scale, written=written)


def _dates(_: Observed, values: pa.StringArray, present: Any) -> Ordered:
    days = numbers_in(pc.cast(pc.cast(values, pa.date32()), pa.int32()))
    return Ordered("date", days.astype(np.int64), present)


def _datetimes(column: Observed, values: pa.StringArray, present: Any) -> Ordered:
    zoned = bool(column.profile.zoned)
    cut = pc.replace_substring_regex(values, r"(\.[0-9]{6})[0-9]+", r"\1")
    moments = pc.cast(cut, pa.timestamp("us", "UTC" if zoned else None))
    return _moments(numbers_in(pc.cast(moments, pa.int64())), present, zoned=zoned)


def _moments(micros: Any, present: Any, *, zoned: bool, written: str = "") -> Ordered:
    if not zoned and (micros % _DAY == 0).all():
        return Ordered("date", micros // _DAY, present, written=written or "2024-01-31 00:00:00")
    scale = 0 if (micros % 1_000_000 == 0).all() else 3 if (micros % 1_000 == 0).all() else 6
    return Ordered("datetime", micros, present, scale, zoned=zoned, written=written)


def _written_dates(_: Observed, values: pa.StringArray, present: Any) -> Ordered | None:
    first = values.slice(0, 1)
    for form, looks in DATE_FORMATS.items():
        if not pc.match_substring_regex(first, looks)[0].as_py():
            continue
        if not pc.all(pc.match_substring_regex(values, looks)).as_py():
            continue
        try:
            micros = pc.cast(pc.cast(pc.strptime(values, form, "s"), pa.timestamp("us")), pa.int64())
        except pa.ArrowInvalid:
            continue
        zoned = form.endswith(("UTC", "GMT"))
        return _moments(numbers_in(micros), present, zoned=zoned, written=form)
    return None


_READERS: Final[dict[str, Callable[[Observed, pa.StringArray, Any], Ordered | None]]] = {
    "int": _integers,
    "decimal": _decimals,
    "float": _floats,
    "date": _dates,
    "datetime": _datetimes,
    "str": _written_dates,
}
"""By the type of the column's texts."""
