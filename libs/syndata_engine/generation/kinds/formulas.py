"""Computed columns: exact decimal arithmetic over columns of the row, with overflow ruled out at planning."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from pydantic import AliasChoices, Field

from syndata_engine.generation.bits import Codes
from syndata_engine.generation.codes import INT64_MAX, MAX_FLOAT_DIGITS, ValueType
from syndata_engine.generation.columns import Column
from syndata_engine.generation.context import ColumnContext
from syndata_engine.generation.frame import Node
from syndata_engine.generation.nodes import Constant, Mapped, any_of
from syndata_engine.generation.registry import Kind, Options

MAX_DEPTH = 40


@dataclass(frozen=True, eq=False, slots=True)
class Term:
    """A value inside a formula: a scaled integer in low..high."""

    node: Node
    scale: int
    low: int
    high: int
    nulls: tuple[Node, ...] = ()
    guard: int = 0
    """Last digits that only tell on which side of a half a quotient lies."""


class FormulaOptions(Options):
    expression: str = Field(
        validation_alias=AliasChoices("expression", "formula", "value"), min_length=1, max_length=2_000
    )


class Formula(Kind):
    name = "formula"
    aliases = ("expression", "computed", "calculated")
    summary = (
        "Arithmetic over numeric columns of the row: + - * /, min, max, abs, round(x, digits); exact, rounded half to "
        "even at the column's scale; NULL where a column it reads is."
    )
    types = ("decimal", "int", "float")
    options = FormulaOptions

    def build(self, ctx: ColumnContext, options: FormulaOptions) -> Column:
        term = _Reader(ctx, options.expression).read()
        if ctx.type is None or ctx.type.scale > term.scale - term.guard or ctx.type.name == "float":
            term = settled(term)
        value_type = ctx.type or ValueType("decimal" if term.scale else "int", scale=term.scale)
        if value_type.name == "float" and ctx.schema.scale is None:
            value_type = ValueType("float", scale=max(1, min(term.scale, 6)))
        term = rescaled(term, value_type.scale)
        limit = 10**MAX_FLOAT_DIGITS if value_type.name == "float" else 10 ** (value_type.precision or 18)
        if value_type.name != "int" and max(abs(term.low), abs(term.high)) >= limit:
            ctx.refuse(f"the formula reaches {_shown(term)}, beyond what {value_type.name} with {value_type.scale} digits holds",
                       "raise precision, or narrow the columns it reads", "expression")  # fmt: skip
        null = any_of(*term.nulls) if term.nulls else None
        return Column(value_type, term.node, null=null, low=term.low, high=term.high)


def _shown(term: Term) -> str:
    return str(Decimal(max(term.high, -term.low)).scaleb(-term.scale))


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
    up = (double > divisor) | ((double == divisor) & (whole % 2 != 0))
    return np.asarray(whole + up, np.int64)


class _Reader:
    """Turns an expression into a term; everything that is not arithmetic is refused."""

    def __init__(self, ctx: ColumnContext, text: str) -> None:
        self.ctx, self.text = ctx, text

    def read(self) -> Term:
        try:
            tree = ast.parse(self.text.strip(), mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            self._refuse(f"{self.text!r} is not an expression", "write for example: quantity * unit_price")
        return self._term(tree.body, 0)

    def _refuse(self, what: str, fix: str) -> Any:
        self.ctx.refuse(what, fix, "expression")

    def _checked(self, term: Term) -> Term:
        if max(abs(term.low), abs(term.high)) > INT64_MAX // 4:
            self._refuse(f"{self.text!r} can leave 64 bits: it reaches {_shown(term)} with {term.scale} digits after the point",
                         "narrow the ranges it reads, or round(x, 2) inside")  # fmt: skip
        return term

    def _term(self, tree: ast.AST, depth: int) -> Term:
        if depth > MAX_DEPTH:
            self._refuse("the formula is nested too deeply", "split it over several columns")
        match tree:
            case ast.Constant(value=bool()) | ast.Constant(value=str()):
                pass
            case ast.Constant(value=int() | float()):
                whole = isinstance(tree.value, int)
                return self._number(str(tree.value) if whole else ast.get_source_segment(self.text.strip(), tree) or "")
            case ast.Name(id=name):
                return self._column(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                term = settled(self._term(operand, depth + 1))
                return Term(Mapped(np.negative, (term.node,)), term.scale, -term.high, -term.low, term.nulls)
            case ast.BinOp(op=operator, left=left, right=right):
                return self._checked(
                    self._binary(operator, settled(self._term(left, depth + 1)), settled(self._term(right, depth + 1)))
                )
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._checked(self._call(name, arguments, depth))
        self._refuse(
            f"{ast.unparse(tree)!r} is not arithmetic", "use columns, numbers, + - * /, min, max, abs and round"
        )
        raise AssertionError

    def _number(self, text: str) -> Term:
        value = Decimal(text.replace("_", ""))
        exponent = value.as_tuple().exponent
        if value and not -12 <= value.adjusted() <= 15:
            self._refuse(f"{text} has too many digits", "use at most 12 digits after the point and 15 in all")
        scale = max(0, -exponent) if isinstance(exponent, int) else 0
        code = int(value.scaleb(scale))
        if scale > 12 or abs(code) > 10**15:
            self._refuse(f"{text} has too many digits", "use at most 12 digits after the point and 15 in all")
        return Term(Constant(code), scale, code, code)

    def _column(self, name: str) -> Term:
        column = self.ctx.other(name, "expression")
        if column.code is None or not (column.type.numeric or column.type.name == "bool") or column.labels is not None:
            self._refuse(f"{name} is not a number", "compute with int, decimal, float or bool columns")
        if column.low is None or column.high is None or column.code is None:
            self._refuse(
                f"the values of {name} have no bounds, so overflow cannot be ruled out", "give that column a range"
            )
        assert column.low is not None  # noqa: S101 -- refused above
        assert column.high is not None  # noqa: S101
        assert column.code is not None  # noqa: S101
        nulls = () if column.null is None else (column.null,)
        return Term(column.code, column.type.scale, column.low, column.high, nulls)

    def _binary(self, operator: ast.operator, left: Term, right: Term) -> Term:
        nulls = left.nulls + right.nulls
        if isinstance(operator, ast.Add | ast.Sub):
            left, right = self._aligned(left, right)
            if isinstance(operator, ast.Add):
                return Term(
                    Mapped(np.add, (left.node, right.node)),
                    left.scale,
                    left.low + right.low,
                    left.high + right.high,
                    nulls,
                )
            return Term(
                Mapped(np.subtract, (left.node, right.node)),
                left.scale,
                left.low - right.high,
                left.high - right.low,
                nulls,
            )
        if isinstance(operator, ast.Mult):
            corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
            node = Mapped(np.multiply, (left.node, right.node))
            return Term(node, left.scale + right.scale, min(corners), max(corners), nulls)
        if isinstance(operator, ast.Div):
            return self._quotient(left, right, nulls)
        self._refuse("only + - * / are arithmetic here", "rewrite the formula")
        raise AssertionError

    def _quotient(self, left: Term, right: Term, nulls: tuple[Node, ...]) -> Term:
        """A quotient with six digits more than the dividend, and one that guards its rounding."""
        if right.low <= 0 <= right.high:
            self._refuse("the divisor can be 0", "divide by a column or number whose range leaves 0 out")
        scale = left.scale + 7
        factor = 10 ** (7 + right.scale)
        self._checked(Term(left.node, scale, left.low * factor, left.high * factor))

        def divide(above: Codes, below: Codes) -> Codes:
            sign = np.where(below < 0, -1, 1)
            # A NULL divisor holds code 0, which its range leaves out; its row is NULL whatever comes of it.
            divisor = np.where(below == 0, 1, below * sign)
            scaled = above * factor * sign
            whole = scaled // divisor
            # A quotient that only looks like a half must not be rounded as one later: one unit more keeps its side.
            return np.asarray(whole + ((whole * divisor != scaled) & (whole % 5 == 0)), np.int64)

        smallest = min(abs(right.low), abs(right.high))
        most = max(abs(left.low), abs(left.high)) * factor // smallest + 1
        return Term(
            Mapped(divide, (left.node, right.node)),
            scale,
            -most if left.low < 0 or right.low < 0 else 0,
            most,
            nulls,
            guard=1,
        )

    def _aligned(self, left: Term, right: Term) -> tuple[Term, Term]:
        scale = max(left.scale, right.scale)
        return self._checked(rescaled(left, scale)), self._checked(rescaled(right, scale))

    def _call(self, name: str, arguments: list[ast.expr], depth: int) -> Term:
        if name == "round" and len(arguments) in {1, 2}:
            second = arguments[1] if len(arguments) > 1 else ast.Constant(0)
            digits = second.value if isinstance(second, ast.Constant) and isinstance(second.value, int) else -1
            if not 0 <= digits <= 12:
                self._refuse("round needs a whole number of digits from 0 to 12", "write round(x, 2)")
            return rescaled(self._term(arguments[0], depth + 1), digits)
        if name == "abs" and len(arguments) == 1:
            term = settled(self._term(arguments[0], depth + 1))
            low = 0 if term.low <= 0 <= term.high else min(abs(term.low), abs(term.high))
            return Term(Mapped(np.abs, (term.node,)), term.scale, low, max(abs(term.low), abs(term.high)), term.nulls)
        if name in {"min", "max"} and len(arguments) >= 2:
            terms = [settled(self._term(argument, depth + 1)) for argument in arguments]
            result = terms[0]
            for term in terms[1:]:
                result = self._extreme(name, *self._aligned(result, term))
            return result
        self._refuse(f"{name}() with {len(arguments)} arguments is not known", "use min, max, abs or round(x, digits)")
        raise AssertionError

    def _extreme(self, name: str, left: Term, right: Term) -> Term:
        function: Callable[..., Codes] = np.minimum if name == "min" else np.maximum
        pick = min if name == "min" else max
        node = Mapped(function, (left.node, right.node))
        return Term(node, left.scale, pick(left.low, right.low), pick(left.high, right.high), left.nulls + right.nulls)


KINDS = (Formula(),)
