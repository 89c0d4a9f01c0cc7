"""One column of a database -> its type and rule in our language."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from syndata_engine.reading import guesses
from syndata_engine.reading.sql.catalogue import SqlColumn, SqlTable, SqlType
from syndata_engine.reading.sql.checks import Bound, Facts

LEAST_INT, GREATEST_INT = -(2**62), 2**62
MOST_DIGITS = 18
"""Digits of our decimals."""
FIRST_YEAR = 1901
"""Where MySQL's type YEAR begins."""
_STAND_INS: dict[str, str] = {
    "json": "{}", "array": "{}", "interval": "1 day", "cidr": "10.0.0.0/8", "xml": "<a/>", "bytes": "x", "other": "x",
}  # fmt: skip
"""Texts that a database takes for a type that we do not have."""


@dataclass(frozen=True, slots=True)
class Decision:
    """How a column is written."""

    type: str | None
    rule: dict[str, Any] | None
    """`type` and its options; None leaves it to us."""
    capacity: int | None = None
    """How many values the rule has, where they must differ; None: as many as rows."""
    remark: str = ""
    """What a reader should know."""
    precision: tuple[int, int] | None = None
    """Digits of a decimal: in all, and after the point."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What a column's place in its table asks of its rule."""

    table: SqlTable
    key: bool = False
    """True: it belongs to a key, so its values must be numbered."""
    alone: bool = False
    """True: it is unique by itself."""
    ordered: bool = False
    """True: another column lies before or after it."""
    facts: Facts = field(default_factory=Facts)


def decide(column: SqlColumn, demand: Demand) -> Decision:  # noqa: PLR0911 -- one return for each family
    """The type and rule of a column that refers to nothing."""
    from syndata_engine.reading.sql.texts import decide_text

    facts, family = demand.facts, column.type.family
    listed = facts.values if facts.values is not None else column.type.values or None
    if listed and family in {"str", "int", "decimal", "float", "other"}:
        return _listed(column.type, listed, facts)
    match family:
        case "int":
            return _whole(column, demand)
        case "decimal" | "float":
            return _fraction(column, demand)
        case "bool":
            return _truth(column, demand)
        case "date" | "datetime":
            return _moment(column, demand)
        case "uuid":
            return Decision("uuid", {"type": "uuid"})
        case "str":
            return decide_text(column, demand)
    return _stand_in(column, demand)


def _listed(kind: SqlType, values: tuple[Any, ...], facts: Facts) -> Decision:
    kept = [value for value in values if value not in facts.excluded] or list(values)
    numeric = kind.family in {"int", "decimal", "float"}
    if numeric:
        kept = [int(value) if kind.family == "int" else Decimal(str(value)) for value in kept]
    elif kind.length is not None:
        kept = [value for value in kept if len(str(value)) <= kind.length] or kept
    decided = kind.family if numeric else "str"
    texts = kept if numeric else [str(value) for value in kept]
    precision = _digits(kind) if decided == "decimal" else None
    return Decision(decided, {"type": "choice", "value": texts}, len(texts), precision=precision)


# -- numbers ---------------------------------------------------------------------------------------------------


def _whole(column: SqlColumn, demand: Demand) -> Decision:
    kind, facts = column.type, demand.facts
    least = max(kind.low if kind.low is not None else -(2**31), LEAST_INT)
    greatest = min(kind.high if kind.high is not None else 2**31 - 1, GREATEST_INT)
    if (column.counts or demand.key) and not demand.ordered:
        start = 1 if facts.low is None else max(1, _inside(facts.low, 1, up=True))
        end = greatest if facts.high is None else min(greatest, _inside(facts.high, 1, up=False))
        if start <= end and not any(start <= value <= end for value in facts.excluded if isinstance(value, Decimal)):
            return Decision("int", _without({"type": "sequence", "start": start}, start=1), max(0, end - start + 1))
    if guesses.is_flag(column.name) and facts.low is None and facts.high is None and not demand.ordered:
        return Decision("int", {"type": "choice", "value": [0, 1]}, 2, "guessed from its name")
    guessed = guesses.number_guess(column.name)
    usual = guessed or _checked(facts) or (Decimal(1 if demand.key else 0), Decimal(1000))
    if kind.low == FIRST_YEAR:
        usual = (Decimal(1990), Decimal(2026))
    low, high = _range(usual, (Decimal(least), Decimal(greatest)), facts, Decimal(1))
    low, high = low.to_integral_value(ROUND_CEILING), high.to_integral_value(ROUND_FLOOR)
    remark = "guessed from its name" if guessed else ""
    rule = {"type": "range", "min": int(low), "max": int(max(low, high))}
    return Decision("int", rule, int(high - low) + 1, remark)


def _fraction(column: SqlColumn, demand: Demand) -> Decision:
    kind, facts = column.type, demand.facts
    digits = _digits(kind)
    scale = digits[1] if kind.family == "decimal" else 2
    step = Decimal(1).scaleb(-scale)
    most = Decimal(10) ** (digits[0] - digits[1]) - step
    guessed = guesses.number_guess(column.name)
    usual = guessed or _checked(facts) or (Decimal(0), Decimal(1000))
    low, high = _range(usual, (-most, most), facts, step)
    low, high = low.quantize(step, ROUND_CEILING), high.quantize(step, ROUND_FLOOR)
    high = max(low, high)
    rule = {"type": "range", "min": _plain(low), "max": _plain(high)}
    remark = "guessed from its name" if guessed else ""
    if kind.family == "float":
        return Decision("float", rule, int((high - low) / step) + 1, remark)
    if (kind.precision or 0) > MOST_DIGITS:
        remark = f"{remark}; {kind.precision} digits are more than our {MOST_DIGITS}".removeprefix("; ")
    return Decision("decimal", rule, int((high - low) / step) + 1, remark, digits)


def _digits(kind: SqlType) -> tuple[int, int]:
    """Digits of a decimal, in all and after the point."""
    if kind.family != "decimal" or kind.precision is None:
        return (12, 2)
    scale = min(kind.scale or 0, MOST_DIGITS)
    whole = max(kind.precision - (kind.scale or 0), 0)
    return (max(1, min(MOST_DIGITS, whole + scale), scale), scale)


def _checked(facts: Facts) -> tuple[Decimal, Decimal] | None:
    """The range that a check states from end to end."""
    low, high = (bound.value if bound else None for bound in (facts.low, facts.high))
    return (low, high) if isinstance(low, Decimal) and isinstance(high, Decimal) else None


def _range(
    usual: tuple[Decimal, Decimal], possible: tuple[Decimal, Decimal], facts: Facts, step: Decimal
) -> tuple[Decimal, Decimal]:
    """The usual range inside what the type and the checks allow; another of its width where that leaves nothing."""
    floor, ceiling = possible
    if facts.low is not None and isinstance(facts.low.value, Decimal):
        floor = max(floor, facts.low.value + (step if facts.low.strict else 0))
    if facts.high is not None and isinstance(facts.high.value, Decimal):
        ceiling = min(ceiling, facts.high.value - (step if facts.high.strict else 0))
    low, high = max(usual[0], floor), min(usual[1], ceiling)
    if low > high:
        width = usual[1] - usual[0]
        low, high = (floor, min(ceiling, floor + width)) if usual[1] < floor else (max(floor, ceiling - width), ceiling)
    for value in facts.excluded:
        if isinstance(value, Decimal) and low <= value <= high:
            # The larger part is kept.
            low, high = (low, value - step) if value - low > high - value else (value + step, high)
    return low, high


def _inside(bound: Bound, step: int, *, up: bool) -> int:
    value = Decimal(bound.value) if isinstance(bound.value, Decimal) else Decimal(1)
    rounded = int(value.to_integral_value(ROUND_CEILING if up else ROUND_FLOOR))
    return rounded + (step if up else -step) if bound.strict and rounded == value else rounded


def _plain(value: Decimal) -> int | Decimal:
    return int(value) if value == value.to_integral_value() else value.normalize()


def _without(rule: dict[str, Any], **usual: Any) -> dict[str, Any]:
    """The rule without options that say what is usual."""
    return {key: value for key, value in rule.items() if key not in usual or usual[key] != value}


# -- flags and moments -----------------------------------------------------------------------------------------


def _truth(column: SqlColumn, demand: Demand) -> Decision:
    values = demand.facts.values
    if demand.key or (values and len(values) == 1):
        shown = [bool(value) for value in values] if values else [True, False]
        return Decision("bool", {"type": "choice", "value": shown}, len(shown))
    often = Decimal(guesses.truth_guess(column.name))
    return Decision("bool", _without({"type": "boolean", "probability": often}, probability=Decimal("0.5")))


def _moment(column: SqlColumn, demand: Demand) -> Decision:
    kind, facts = column.type.family, demand.facts
    bounded = facts.low is not None or facts.high is not None
    if kind == "date" and guesses.is_birth(column.name) and not (bounded or demand.key or demand.ordered):
        return Decision("date", {"type": "date_of_birth"}, remark="guessed from its name")
    low, high = guesses.moment_guess(column.name)
    remark = "guessed from its name" if (low, high) != ("-2y", "as_of") else ""
    if demand.key and not bounded:
        low = "-10y"
    days = {"-2y": 730, "-10y": 3650, "-80y": 22_000}.get(low, 180)
    if bounded:
        first, last = _moments(facts, kind)
        low, high = first or low, last or high
        if first and not last and not (low < "2025-12-31"):
            high = _shifted(first, 365)
        if last and not first:
            low = _shifted(last, -730)
        days = 1
    rule = {"type": "range", "min": low, "max": high}
    return Decision(kind, rule, days * (1 if kind == "date" else 86_400), remark)


def _moments(facts: Facts, kind: str) -> tuple[str | None, str | None]:
    ends: list[str | None] = []
    for bound, days in ((facts.low, 1), (facts.high, -1)):
        text = bound.value if bound is not None and isinstance(bound.value, str) else None
        if text is None or bound is None:
            ends.append(None)
        elif kind == "date":
            ends.append(_shifted(text, days if bound.strict else 0))
        else:
            seconds = (days if bound.strict else 0) + (1 if days > 0 and "." in text else 0)
            moment = datetime.fromisoformat(text) + timedelta(seconds=seconds)
            ends.append(moment.replace(microsecond=0).isoformat())
    return ends[0], ends[1]


def _shifted(text: str, days: int) -> str:
    return (date.fromisoformat(text[:10]) + timedelta(days=days)).isoformat()


# -- what we have no type for ----------------------------------------------------------------------------------


def _stand_in(column: SqlColumn, demand: Demand) -> Decision:  # noqa: PLR0911 -- one return for each family
    family, text = column.type.family, column.type.text
    told = f"{text} has no counterpart here"
    match family:
        case "inet":
            rule: dict[str, Any] = {"type": "ipv4"}
            if demand.key:
                rule = {"type": "regex", "regex": r"10\.(1?[1-9]|2[0-4])\.(1?[1-9]|2[0-4])\.[1-9]\d"}
            return Decision("str", rule, 90 * 24**2 if demand.key else None)
        case "time":
            rule = {"type": "regex", "regex": "[01][0-9]:[0-5][0-9]:[0-5][0-9]"}
            return Decision("str", rule, 72_000, f"{told}: a text such as 09:30:00")
        case "mac":
            rule = {"type": "regex", "regex": "02(:[0-9a-f]{2}){5}"}
            return Decision("str", rule, 2**40, f"{told}: a text")
        case "bits":
            length = min(column.type.length or 1, 64)
            return Decision(
                "str", {"type": "regex", "regex": f"[01]{{{length}}}"}, 2**length, f"{told}: a text of 0 and 1"
            )
    if column.nullable and not demand.key and family in {"bytes", "other"}:
        return Decision("str", {"type": "null"}, remark=f"{told}: NULL in every row")
    if demand.key:
        return Decision("str", {"type": "pattern", "pattern": "^^^^####"}, 26**4 * 10**4, f"{told}: a text")
    return Decision("str", {"type": "constant", "value": _STAND_INS[family]}, 1, f"{told}: the same text in every row")
