"""Numbers and dates far from where they were."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import isqrt
from typing import Final

import numpy as np

from syndata_engine.generation.columns.storage import INTEGERS
from syndata_engine.generation.dirt.hits import LEAST_BLOCK
from syndata_engine.generation.dirt.targets import KEY, Effect, Target
from syndata_engine.generation.nodes.codes import (
    FLOAT32_DIGITS,
    INT64_MAX,
    MAX_DAY,
    MAX_FLOAT_DIGITS,
    MICROS_PER_DAY,
    MIN_DAY,
    duration,
    shown,
)
from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.nodes.nodes import Mapped, Uniform
from syndata_engine.generation.words.bits import Codes

FACTOR: Final = Decimal(10)
"""Of numbers, where nothing is said."""
FAR: Final = "36525d"
"""Of dates, where nothing is said: a hundred years."""
_SIGNS: Final = np.array([-1, 1], np.int64)


def outlier(target: Target) -> Effect:
    """A number times a factor, a step away, or so many standard deviations from the mean; a date a step away."""
    target.need("int", "float", "decimal", "date", "datetime")
    options = target.rule.options
    if not target.column.type.numeric:
        for option in {"factor", "sigma"} & options.keys():
            target.refuse(f"a {target.column.type.name} has no {option}", "write by: 36525d", option)
        return _moved_date(target, options.get("by", FAR))
    if "sigma" in options:
        return _deviating(target, Decimal(options["sigma"]))
    if "by" in options:
        return _moved(target, target.context().code(options["by"], target.column.type, "by"), 0, "by")
    return _multiplied(target, Decimal(options.get("factor", FACTOR)))


def check_fits(target: Target, low: int, high: int, option: str) -> None:
    """Refuse codes that the column's type has no room for."""
    kind = target.column.type
    least, most = -INT64_MAX, INT64_MAX
    match kind.name:
        case "int":
            least, most = INTEGERS[kind.storage or None] if kind.storage else (least, most)
        case "float":
            most = 10 ** (FLOAT32_DIGITS if kind.storage == "float32" else MAX_FLOAT_DIGITS) - 1
            least = -most
        case "decimal":
            most = 10 ** (kind.precision or 18) - 1
            least = -most
        case "date":
            least, most = MIN_DAY, MAX_DAY
        case "datetime":
            least, most = (MIN_DAY + 1) * MICROS_PER_DAY, MAX_DAY * MICROS_PER_DAY - 1
    if low < least or high > most:
        reach = f"from {_told(target, low)} to {_told(target, high)}"
        what = (
            f"{target.name} would reach {reach}, and its type ends at {_told(target, least)} and {_told(target, most)}"
        )
        target.refuse(what, "damage it less, or declare a wider type", option)


def _told(target: Target, code: int) -> str:
    kind = target.column.type
    days = code // (1 if kind.name == "date" else MICROS_PER_DAY)
    if kind.name in {"date", "datetime"} and not MIN_DAY <= days <= MAX_DAY:
        return "before the year 1" if days < MIN_DAY else "after the year 9999"
    return shown(code, kind)


def _bounds(target: Target, option: str) -> tuple[int, int]:
    low, high = target.column.low, target.column.high
    if low is None or high is None:
        what = f"the values of {target.name} have no bounds, so an outlier might not fit"
        target.refuse(what, "give the column a min and max, or write sigma", option)
    return low, high


def _code(target: Target) -> Node:
    assert target.column.code is not None  # noqa: S101 -- what is no text has a code
    return target.column.code


def _multiplied(target: Target, factor: Decimal) -> Effect:
    low, high = _bounds(target, "factor")
    top, bottom = factor.as_integer_ratio()
    # What a factor leaves as it is, such as 0, is moved by the factor itself.
    step = max(1, int((abs(factor) * 10**target.column.type.scale).to_integral_value(ROUND_FLOOR)))
    ends = [bound * top // bottom for bound in (low, high)]
    ends = [min(*ends, low), max(*ends, high) + step]
    check_fits(target, ends[0], ends[1], "factor")
    if max(abs(low), abs(high)) * abs(top) > INT64_MAX:
        target.refuse(f"the factor {factor} has too many digits for {target.name}", "write a rounder one", "factor")

    def change(codes: Codes) -> Codes:
        found = codes * np.int64(top) // np.int64(bottom)
        return np.where(found == codes, codes + step, found)

    return Effect(code=Mapped(change, (_code(target),)), low=ends[0], high=ends[1])


def _moved(target: Target, by: int, spread: int, option: str, unit: int = 1) -> Effect:
    """So far before or after, and up to `spread` units further."""
    if by == 0:
        target.refuse("by 0 nothing changes", "write how far values move", option)
    low, high = _bounds(target, option)
    far = abs(by) + spread * unit
    check_fits(target, low - far, high + far, option)
    signs, more = _drawn(target, spread)

    def change(codes: Codes, sign: Codes, extra: Codes) -> Codes:
        return np.asarray(codes + _SIGNS[sign] * (by + extra * unit), np.int64)

    return Effect(code=Mapped(change, (_code(target), signs, more)), low=low - far, high=high + far)


def _drawn(target: Target, spread: int) -> tuple[Node, Node]:
    """Which way, and how much further."""
    return Uniform(target.word, 0, 2, key=KEY), Uniform(target.word, 0, spread + 1, key=KEY + 2)


def _moved_date(target: Target, said: object) -> Effect:
    try:
        by = abs(duration(said))
    except ValueError as error:
        target.refuse(str(error), "write a length of time such as 36525d", "by")
    if target.column.type.name == "date":
        if by % MICROS_PER_DAY:
            target.refuse(f"{said} is no whole number of days, as dates need", "write days, such as 36525d", "by")
        days = by // MICROS_PER_DAY
        return _moved(target, days, days // 4, "by")
    if by % target.column.type.step:
        target.refuse(f"{said} is finer than {target.name}", "write a longer time", "by")
    return _moved(target, by, by // MICROS_PER_DAY // 4, "by", MICROS_PER_DAY)


def _deviating(target: Target, sigma: Decimal) -> Effect:
    """Around the mean of the first rows, in whole numbers: every machine finds the same."""
    mean, deviation = _measured(target)
    by = max(1, int((sigma * deviation).to_integral_value(ROUND_CEILING)))
    spread = by // 4
    check_fits(target, mean - by - spread - 1, mean + by + spread + 1, "sigma")
    signs, more = _drawn(target, spread)

    def change(codes: Codes, sign: Codes, extra: Codes) -> Codes:
        found = mean + _SIGNS[sign] * (by + extra)
        return np.asarray(np.where(found == codes, found + _SIGNS[sign], found), np.int64)

    return Effect(
        code=Mapped(change, (_code(target), signs, more)), low=mean - by - spread - 1, high=mean + by + spread + 1
    )


def _measured(target: Target) -> tuple[int, int]:
    """Mean and standard deviation of the first rows' codes."""
    rows = min(target.table.relations.rows, LEAST_BLOCK)
    frame = Frame(target.table.key, np.arange(rows, dtype=np.int64))
    codes = frame.get(_code(target))
    if target.column.null is not None:
        codes = codes[frame.get(target.column.null) == 0]
    values = [int(code) for code in codes]
    if not values:
        return 0, 1
    mean = sum(values) // len(values)
    return mean, max(1, isqrt(sum((value - mean) ** 2 for value in values) // len(values)))
