"""Rules of numbers and dates: the values themselves where they are few and frequent, else quantiles."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import numpy as np

from syndata_engine.learning.shapes import Knot, knots_of
from syndata_engine.learning.values import Ordered

FEW: Final = 20
"""So many different numbers are listed."""
_MICROS_PER_DAY: Final = 86_400_000_000


def type_of(ordered: Ordered) -> dict[str, Any]:
    """The type of such values."""
    match ordered.type:
        case "decimal":
            return {"type": f"decimal({ordered.precision},{ordered.scale})"}
        case "float":
            return {"type": "float", "decimals": ordered.scale}
        case "datetime":
            return {"type": "datetime", "scale": ordered.scale, **({} if ordered.zoned else {"zone": "none"})}
    return {"type": ordered.type}


def rule_of(ordered: Ordered, least: int) -> tuple[dict[str, Any], str]:
    """The rule of values, and what it tells; no number in it is that of fewer than `least` rows."""
    units = ordered.units
    different, counts = np.unique(units, return_counts=True)
    if ordered.type == "int" and len(different) <= FEW and len(units) >= least:
        kept = counts >= least
        if counts[kept].sum() * 100 >= 99 * len(units):
            return _listed(ordered, different[kept].tolist(), counts[kept].tolist(), rare=int((~kept).sum()))
    knots = knots_of(units, least)
    if knots is None:
        return _coarse(ordered), f"fewer than {least} values: only their magnitude is told"
    if len(knots) == 2 and knots[0].unit == knots[1].unit:
        if ordered.type in {"date", "datetime"}:
            return {
                "type": "range",
                "min": ordered.scalar(knots[0].unit),
                "max": ordered.scalar(knots[1].unit),
            }, "one value"
        return {"type": "constant", "value": ordered.scalar(knots[0].unit)}, "the same in nearly every row"
    told = f"quantiles; every number stands for at least {least} rows"
    return {"type": "quantiles", "points": [_point(ordered, knot) for knot in knots]}, told


def _listed(ordered: Ordered, values: list[int], counts: list[int], *, rare: int) -> tuple[dict[str, Any], str]:
    told = f"{rare} rarer values are not told" if rare else "each value of enough rows"
    if len(values) == 1:
        return {"type": "constant", "value": ordered.scalar(values[0])}, told if rare else "the same in every row"
    scalars = [ordered.scalar(value) for value in values]
    return {"type": "choice", "value": scalars, "weights": [min(count, 999_999_999) for count in counts]}, told


def _point(ordered: Ordered, knot: Knot) -> list[Any]:
    return [Decimal(knot.share).scaleb(-6).normalize(), ordered.scalar(knot.unit)]


def round_below(number: int) -> int:
    """A round number at or below one that is not negative: its two leading digits, or of a short one the first."""
    unit = 10 ** max(0, len(str(number)) - 2)
    return number // unit * unit if unit > 1 else number // 10 * 10 if number > 9 else number


def numbered(low: int, high: int, rows: tuple[int, int]) -> dict[str, Any]:
    """A range for numbers that name rows elsewhere, between these; `rows` are how many there are, and different ones.

    As many different ones where they repeat, else from one round number to another.
    """
    values, different = rows
    if low < 0 or (2 * different < values and high - low >= 2 * different):
        return {"type": "range", "min": 1, "max": different}
    start = max(1, round_below(low))
    if high - low < 2 * different:
        return {"type": "range", "min": start, "max": start + different - 1}
    unit = 10 ** max(0, len(str(high)) - 2)
    return {"type": "range", "min": start, "max": -(-high // unit) * unit}


def digits(units: Any) -> dict[str, Any]:
    """A range of whole numbers that have as many digits as the middle one of these."""
    size = len(str(abs(int(np.sort(units)[len(units) // 2]))))
    return {"type": "range", "min": 10 ** (size - 1), "max": 10**size - 1}


def _coarse(ordered: Ordered) -> dict[str, Any]:
    """A range from one round bound to another."""
    low, high = int(ordered.units.min()), int(ordered.units.max())
    if ordered.type in {"date", "datetime"}:
        years = [int(str(ordered.scalar(value))[:4]) for value in (low, high)]
        ends = [f"{years[0]:04}-01-01", f"{years[1]:04}-12-31"]
        if ordered.type == "datetime":
            ends = [f"{end}T00:00:00{'Z' if ordered.zoned else ''}" for end in ends]
        return {"type": "range", "min": ends[0], "max": ends[1]}
    size = max(len(str(abs(low))), len(str(abs(high))))
    most = 10**15 - 1 if ordered.type == "float" else 10**18 - 1
    bound = Decimal(min(10**size, most)).scaleb(-ordered.scale)
    if ordered.type == "decimal":
        bound = min(bound, Decimal(10 ** (ordered.precision - ordered.scale)) - 1)
    number: Any = int(bound) if bound == bound.to_integral_value() else bound
    return {"type": "range", "min": -number if low < 0 else 0, "max": number}
