"""Exact decimal arithmetic on scaled integers, with overflow ruled out at planning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np

from syndata_engine.generation.expressions.parsing import Wrong
from syndata_engine.generation.nodes.codes import INT64_MAX
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Constant, Mapped
from syndata_engine.generation.words.bits import Codes


@dataclass(frozen=True, eq=False, slots=True)
class Term:
    """A number inside an expression: a scaled integer in low..high."""

    node: Node
    scale: int
    low: int
    high: int
    nulls: tuple[Node, ...] = ()
    guard: int = 0
    """Last digits that only tell on which side of a half a quotient lies."""


def shown(term: Term) -> str:
    """The farthest that a term reaches, as a number."""
    return str(Decimal(max(term.high, -term.low)).scaleb(-term.scale))


def literal(digits: str, at: int) -> Term:
    """A number as it is written."""
    value = Decimal(digits)
    exponent = value.as_tuple().exponent
    if value and not -12 <= value.adjusted() <= 15:
        raise _too_long(digits, at)
    scale = max(0, -exponent) if isinstance(exponent, int) else 0
    code = int(value.scaleb(scale))
    if scale > 12 or abs(code) > 10**15:
        raise _too_long(digits, at)
    return Term(Constant(code), scale, code, code)


def _too_long(digits: str, at: int) -> Wrong:
    return Wrong(f"{digits} has too many digits", "use at most 12 digits after the point and 15 in all", at)


def checked(term: Term, at: int) -> Term:
    """The term itself; Wrong where it could leave 64 bits."""
    if max(abs(term.low), abs(term.high)) > INT64_MAX // 4:
        raise Wrong(f"the value can leave 64 bits: it reaches {shown(term)} with {term.scale} digits after the point",
                    "narrow the ranges of the columns it reads (a sequence has none), or round(x, 2) inside", at)  # fmt: skip
    return term


def rescaled(term: Term, scale: int) -> Term:
    """The same value with another number of digits, rounded half to even."""
    if scale == term.scale:
        return term
    if scale > term.scale:
        factor = 10 ** (scale - term.scale)
        return Term(
            Mapped(lambda codes: codes * factor, (term.node,)), scale, term.low * factor, term.high * factor, term.nulls
        )
    divisor = 10 ** (term.scale - scale)
    node = Mapped(lambda codes: halves_to_even(codes, divisor), (term.node,))
    low, high = (int(halves_to_even(np.array([bound]), divisor)[0]) for bound in (term.low, term.high))
    return Term(node, scale, low, high, term.nulls)


def settled(term: Term) -> Term:
    """The term without its guard digits."""
    return rescaled(term, term.scale - term.guard) if term.guard else term


def halves_to_even(codes: Codes, divisor: Any) -> Codes:
    """Codes / divisor rounded to the nearest integer, halves to even; divisor > 0, int64[n] or a number."""
    whole = codes // divisor
    double = (codes - whole * divisor) * 2
    up = (double > divisor) | ((double == divisor) & (whole & 1 != 0))
    return np.asarray(whole + up, np.int64)


def aligned(left: Term, right: Term, at: int) -> tuple[Term, Term]:
    """Both with the larger scale of the two."""
    scale = max(left.scale, right.scale)
    if left.scale == right.scale:
        return left, right
    return checked(rescaled(left, scale), at), checked(rescaled(right, scale), at)


def negative(term: Term) -> Term:
    """-x."""
    term = settled(term)
    return Term(Mapped(np.negative, (term.node,)), term.scale, -term.high, -term.low, term.nulls)


def arithmetic(operator: str, left: Term, right: Term, at: int) -> Term:
    """Left operator right, one of + - * / %."""
    left, right = settled(left), settled(right)
    nulls = left.nulls + right.nulls
    match operator:
        case "+":
            left, right = aligned(left, right, at)
            node: Node = Mapped(np.add, (left.node, right.node))
            return checked(Term(node, left.scale, left.low + right.low, left.high + right.high, nulls), at)
        case "-":
            left, right = aligned(left, right, at)
            node = Mapped(np.subtract, (left.node, right.node))
            return checked(Term(node, left.scale, left.low - right.high, left.high - right.low, nulls), at)
        case "*":
            corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
            node = Mapped(np.multiply, (left.node, right.node))
            return checked(Term(node, left.scale + right.scale, min(corners), max(corners), nulls), at)
        case "%":
            return _remainder(*aligned(left, right, at), nulls, at)
    return _quotient(left, right, nulls, at)


def _remainder(left: Term, right: Term, nulls: tuple[Node, ...], at: int) -> Term:
    _check_divisor(right, at)
    # A NULL divisor holds code 0, which its range leaves out; its row is NULL whatever comes of it.
    node = Mapped(lambda above, below: above % np.where(below == 0, 1, below), (left.node, right.node))
    return Term(node, left.scale, min(right.low + 1, 0), max(right.high - 1, 0), nulls)


def _check_divisor(term: Term, at: int) -> None:
    if term.low <= 0 <= term.high:
        raise Wrong("the divisor can be 0", "divide by a column or number whose range leaves 0 out", at)


def _quotient(left: Term, right: Term, nulls: tuple[Node, ...], at: int) -> Term:
    """A quotient with six digits more than the dividend, and one that guards its rounding."""
    _check_divisor(right, at)
    scale = left.scale + 7
    factor = 10 ** (7 + right.scale)
    checked(Term(left.node, scale, left.low * factor, left.high * factor), at)

    def divide(above: Codes, below: Codes) -> Codes:
        sign = np.where(below < 0, -1, 1)
        # As in a remainder.
        divisor = np.where(below == 0, 1, below * sign)
        scaled = above * factor * sign
        whole = scaled // divisor
        # A quotient that only looks like a half must not be rounded as one later: one unit more keeps its side.
        return np.asarray(whole + ((whole * divisor != scaled) & (whole % 5 == 0)), np.int64)

    smallest = min(abs(right.low), abs(right.high))
    most = max(abs(left.low), abs(left.high)) * factor // smallest + 1
    low = -most if left.low < 0 or right.low < 0 else 0
    return checked(Term(Mapped(divide, (left.node, right.node)), scale, low, most, nulls, guard=1), at)


def absolute(term: Term) -> Term:
    """|x|."""
    term = settled(term)
    low = 0 if term.low <= 0 <= term.high else min(abs(term.low), abs(term.high))
    return Term(Mapped(np.abs, (term.node,)), term.scale, low, max(abs(term.low), abs(term.high)), term.nulls)


def cut(term: Term, *, up: bool) -> Term:
    """The next whole number below, or above."""
    term = settled(term)
    divisor = 10**term.scale
    way: Callable[[Any], Any] = (lambda codes: -(-codes // divisor)) if up else (lambda codes: codes // divisor)
    return Term(Mapped(way, (term.node,)), 0, way(term.low), way(term.high), term.nulls)


def extreme(name: str, terms: list[Term], at: int) -> Term:
    """The least (`min`) or greatest (`max`) of several."""
    function: Callable[..., Codes] = np.minimum if name == "min" else np.maximum
    pick = min if name == "min" else max
    result = settled(terms[0])
    for term in terms[1:]:
        left, right = aligned(result, settled(term), at)
        node = Mapped(function, (left.node, right.node))
        low, high = pick(left.low, right.low), pick(left.high, right.high)
        result = checked(Term(node, left.scale, low, high, left.nulls + right.nulls), at)
    return result


def without_nulls(term: Term) -> Term:
    """The same values, told NULL by nobody."""
    return replace(term, nulls=())
