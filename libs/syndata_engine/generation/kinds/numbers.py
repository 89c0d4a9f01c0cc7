"""Numbers, dates and times in ranges; sequences; constants; NULL."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from pydantic import ConfigDict, Field

from syndata_engine.generation.columns.columns import Bounds, Column, Enumeration
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.columns.exact import table_index
from syndata_engine.generation.columns.storage import INTEGERS, hex_text, json_value
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import (
    EVERY_TYPE,
    FLOAT32_DIGITS,
    INT64_MAX,
    MAX_FLOAT_DIGITS,
    MICROS_PER_DAY,
    ValueType,
    moment,
    to_code,
)
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import (
    Between,
    Chance,
    Constant,
    Mapped,
    Permuted,
    RowNumber,
    Uniform,
    probability_threshold,
)
from syndata_engine.generation.texts.text import Integer, Lit
from syndata_engine.generation.words.bijection import Bijection

COARSE_SPAN = 10
"""Float ranges at least this wide get 2 digits after the point, narrower ones 6, unless told."""


def drawn(value_type: ValueType, word: Node, bounds: Bounds) -> Column:
    """A column drawn uniformly from bounds; it can be redrawn inside tighter ones."""
    step = value_type.step
    low, high = -(-bounds.low // step) * step, bounds.high // step * step

    def narrow(tighter: Bounds) -> Column:
        return drawn(value_type, word, tighter)

    if bounds.floor is None and bounds.ceiling is None:
        code: Node = Uniform(word, low, (high - low) // step + 1, step)
    else:
        code = _between(word, low, high, bounds, step)
    return Column(value_type, code, low=low, high=high, narrow=narrow)


def _between(word: Node, low: int, high: int, bounds: Bounds, step: int) -> Node:
    floor_units: Node = Constant(low // step)
    ceiling_units: Node = Constant(high // step)
    if bounds.floor is not None:
        floor_units = Mapped(lambda codes: np.maximum(-(-codes // step), low // step), (bounds.floor,))
    if bounds.ceiling is not None:
        ceiling_units = Mapped(lambda codes: np.minimum(codes // step, high // step), (bounds.ceiling,))
    units = Between(word, floor_units, ceiling_units)
    return units if step == 1 else Mapped(lambda codes: codes * step, (units,))


def digits_after(*values: Any) -> int:
    """Most digits after the point among numbers."""
    exponents = [Decimal(str(value)).as_tuple().exponent for value in values if not isinstance(value, bool)]
    return max([0, *(-int(exponent) for exponent in exponents if isinstance(exponent, int))])


def number_type(ctx: ColumnContext, *literals: Any) -> ValueType:
    """The column's numeric type, its scale found from its literals where the user gave none."""
    declared = ctx.type
    if declared is None:
        return ValueType("float", scale=digits_after(*literals)) if digits_after(*literals) else ValueType("int")
    if declared.name == "float" and ctx.schema.scale is None:
        span = abs(Decimal(str(literals[-1])) - Decimal(str(literals[0])))
        usual = 2 if span >= COARSE_SPAN else 6
        if declared.storage == "float32":
            whole = max(len(str(abs(int(Decimal(str(literal)))))) for literal in literals)
            usual = max(0, min(usual, FLOAT32_DIGITS - whole))
        return ValueType("float", scale=max(usual, digits_after(*literals)), storage=declared.storage)
    return declared


_USUAL_SPANS = {"time": ("00:00", "23:59:59"), "duration": ("0s", "1h")}
"""Where a range of these types begins and ends that says nothing."""


class RangeOptions(Options):
    min: Any = None
    max: Any = None


class Range(Kind):
    name = "range"
    aliases = (
        "between",
        "uniform",
        "random_int",
        "random_number",
        "pyint",
        "pyfloat",
        "pydecimal",
        "date_between",
        "date_time_between",
    )
    summary = "A number, date or time between min and max, both included, each as likely."
    types = ("int", "float", "decimal", "date", "datetime", "time", "duration")
    options = RangeOptions

    def ascends(self, options: RangeOptions) -> bool:  # noqa: ARG002 -- all do
        return True

    def build(self, ctx: ColumnContext, options: RangeOptions) -> Column:
        value_type, low, high = self._bounds(ctx, options)
        return drawn(value_type, ctx.word(), Bounds(low, high))

    def enumerate(self, ctx: ColumnContext, options: RangeOptions) -> Enumeration:
        value_type, low, high = self._bounds(ctx, options)
        step = value_type.step
        low = -(-low // step) * step

        def column(index: Node) -> Column:
            code = Mapped(lambda numbers: numbers * step + low, (index,))
            return Column(value_type, code, low=low, high=high // step * step, unique=True)

        return Enumeration((high - low) // step + 1, column)

    def _bounds(self, ctx: ColumnContext, options: RangeOptions) -> tuple[ValueType, int, int]:
        if ctx.type is not None and ctx.type.name in _USUAL_SPANS:
            usual = _USUAL_SPANS[ctx.type.name]
            value_type = ctx.type
            low = ctx.code(usual[0] if options.min is None else options.min, value_type, "min")
            high = ctx.code(usual[1] if options.max is None else options.max, value_type, "max")
        elif (ctx.type is not None and ctx.type.name in {"date", "datetime"}) or (
            ctx.type is None and _is_moment(options, ctx)
        ):
            value_type, low, high = self._moments(ctx, options)
        else:
            value_type, low, high = self._numbers(ctx, options)
        if low > high:
            ctx.refuse(
                f"the range is empty: min {options.min!r} is above max {options.max!r}", "swap min and max", "min"
            )
        return value_type, low, high

    def _moments(self, ctx: ColumnContext, options: RangeOptions) -> tuple[ValueType, int, int]:
        value_type = ctx.type or ValueType("date" if _date_only(options) else "datetime")
        low = ctx.code("-2y" if options.min is None else options.min, value_type, "min")
        high = ctx.code("as_of" if options.max is None else options.max, value_type, "max")
        if value_type.name == "datetime" and _is_date(options.max):
            high += MICROS_PER_DAY - value_type.step
        return value_type, low, high

    def _numbers(self, ctx: ColumnContext, options: RangeOptions) -> tuple[ValueType, int, int]:
        low = 0 if options.min is None else options.min
        if options.max is None and options.min is not None:
            ctx.refuse("the range has a min but no max", "add max", "max")
        high = _usual_high(ctx.type) if options.max is None else options.max
        if options.max is None and ctx.schema.storage in INTEGERS:
            high = min(high, INTEGERS[ctx.schema.storage][1])
        for option, value in (("min", low), ("max", high)):
            if isinstance(value, bool) or not is_number(value):
                ctx.refuse(f"{value!r} is not a number", f"give {option} as a number", option)
        value_type = number_type(ctx, low, high)
        codes = ctx.code(low, value_type, "min"), ctx.code(high, value_type, "max")
        if value_type.name == "float" and max(map(abs, codes)) >= 10**MAX_FLOAT_DIGITS:
            ctx.refuse(f"a double cannot hold {value_type.scale} digits after the point up to {high}",
                       "lower decimals, or make the column a decimal", "max")  # fmt: skip
        _check_precision(ctx, value_type, codes)
        return value_type, *codes


def _usual_high(declared: ValueType | None) -> int:
    """Where a range ends that says nothing: 1 for floats, else 10,000 or what the decimal's precision holds."""
    if declared is None or declared.name not in {"float", "decimal"}:
        return 10_000
    return 1 if declared.name == "float" else min(10_000, 10 ** ((declared.precision or 18) - declared.scale) - 1)


def _is_date(value: Any) -> bool:
    """Whether a text is a date alone, whose whole day counts."""
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value.strip()))
    except ValueError:
        return False


def _check_precision(ctx: ColumnContext, value_type: ValueType, codes: tuple[int, int]) -> None:
    limit = 10 ** (value_type.precision or 18)
    if value_type.name == "decimal" and max(map(abs, codes)) >= limit:
        ctx.refuse(f"decimal({value_type.precision or 18},{value_type.scale}) cannot hold the range's end",
                   "raise precision, or narrow the range", "max")  # fmt: skip


def _is_moment(options: RangeOptions, ctx: ColumnContext) -> bool:
    for value in (options.min, options.max):
        if isinstance(value, str):
            try:
                to_code(value, ValueType("float", scale=6), ctx.as_of)
            except ValueError:
                try:
                    moment(value, ctx.as_of)
                except ValueError:
                    return False
                return True
    return False


def _date_only(options: RangeOptions) -> bool:
    return all(not isinstance(value, str) or "T" not in value for value in (options.min, options.max))


class SequenceOptions(Options):
    start: int = Field(default=1, ge=-(2**62), le=2**62)
    step: int = Field(default=1, ge=-(2**31), le=2**31)
    prefix: str = ""
    suffix: str = ""
    width: int = Field(default=0, ge=0, le=19)


class Sequence(Kind):
    name = "sequence"
    aliases = ("autoincrement", "auto_increment", "serial", "row_number", "increment", "id")
    summary = "start, start + step, ... in row order; with prefix, suffix or width a text such as ORD-000042."
    types = ("int", "str")
    options = SequenceOptions

    def build(self, ctx: ColumnContext, options: SequenceOptions) -> Column:
        if options.step == 0:
            ctx.refuse("a sequence with step 0 repeats one number", "give a step other than 0", "step")
        start, step = options.start, options.step
        return self._column(ctx, options, Mapped(lambda rows: rows * step + start, (RowNumber(),)))

    def _column(self, ctx: ColumnContext, options: SequenceOptions, code: Node) -> Column:
        as_text = options.prefix or options.suffix or options.width or (ctx.type and ctx.type.name == "str")
        if not as_text:
            return Column(ValueType("int"), code, unique=True)
        if ctx.type and ctx.type.name != "str":
            ctx.refuse("prefix, suffix and width make text", "set type: str, or drop them", "prefix")
        text = (Lit(options.prefix), Integer(code, options.width), Lit(options.suffix))
        return Column(ValueType("str"), text=text, unique=True)

    def unique(self, ctx: ColumnContext, options: SequenceOptions, key: int) -> Column:  # noqa: ARG002
        return self.build(ctx, options)


class ConstantOptions(Options):
    value: Any


class ConstantKind(Kind):
    name = "constant"
    aliases = ("fixed", "literal", "static")
    summary = "The same value in every row."
    types = (*EVERY_TYPE[:7], *EVERY_TYPE[8:])
    options = ConstantOptions

    def build(self, ctx: ColumnContext, options: ConstantOptions) -> Column:
        value = options.value
        if isinstance(value, list | dict):
            ctx.refuse(f"{value!r} is not a single value", "write a text, a number, true, false or null", "value")
        value_type = ctx.type or _literal_type(value)
        if value is None:
            return Column(value_type, Constant(0), text=(Lit(""),) if value_type.textual else None, null=Constant(1))
        if value_type.name == "str":
            return Column(value_type, text=(Lit(value if isinstance(value, str) else str(value)),))
        if value_type.name in {"binary", "json"}:
            text = hex_text(ctx, value, "value") if value_type.name == "binary" else json_value(ctx, value, "value")
            return Column(value_type, text=(Lit(text),))
        if value_type.name == "float" and ctx.schema.scale is None:
            value_type = ValueType("float", scale=max(1, digits_after(value)) if is_number(value) else 2)
        code = ctx.code(value, value_type, "value")
        return Column(value_type, Constant(code), low=code, high=code)


def is_number(value: Any) -> bool:
    """Whether a literal is written as a number, quoted or not."""
    try:
        Decimal(str(value))
    except ArithmeticError:
        return False
    return True


def _literal_type(value: Any) -> ValueType:
    if isinstance(value, bool):
        return ValueType("bool")
    return ValueType("int") if isinstance(value, int) else ValueType("str")


class NullKind(Kind):
    name = "null"
    aliases = ("none", "empty")
    summary = "NULL in every row; useful in conditional rules."
    types = EVERY_TYPE

    def build(self, ctx: ColumnContext, options: Options) -> Column:  # noqa: ARG002
        value_type = ctx.type or ValueType("str")
        text = (Lit(""),) if value_type.textual else None
        return Column(value_type, Constant(0), text=text, null=Constant(1))


class BooleanOptions(Options):
    probability: Decimal = Field(default=Decimal("0.5"), ge=0, le=1, alias="true")
    exact: bool = Field(
        default=False, description="true: exactly that share of the table's rows, rounded to whole rows"
    )

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Boolean(Kind):
    name = "boolean"
    aliases = ("pybool", "random_bool", "flag")
    summary = "true with the given probability, else false."
    types = ("bool",)
    options = BooleanOptions

    def ascends(self, options: BooleanOptions) -> bool:
        return not options.exact

    def build(self, ctx: ColumnContext, options: BooleanOptions) -> Column:
        if options.exact:
            numerator, denominator = options.probability.as_integer_ratio()
            # True stands first, and of two equal remainders the first wins: a half is rounded up.
            index = table_index(ctx, (numerator, denominator - numerator))
            return Column(ValueType("bool"), Mapped(lambda codes: 1 - codes, (index,)), low=0, high=1)
        if ctx.correlated:
            numerator, denominator = options.probability.as_integer_ratio()
            shares = np.array([float(denominator - numerator), float(numerator)])
            from syndata_engine.generation.quantiles.table import ranked

            return Column(ValueType("bool"), ranked(ctx.word(), shares), low=0, high=1)
        threshold = probability_threshold(options.probability)
        return Column(ValueType("bool"), Chance(ctx.word(), threshold, ctx.key("boolean")), low=0, high=1)


def shuffled_index(capacity: int, key: int) -> Node:
    """The row's number under a keyed bijection of 0..capacity-1."""
    return Permuted(RowNumber(), Bijection(min(capacity, INT64_MAX), key))


KINDS = (Range(), Sequence(), ConstantKind(), NullKind(), Boolean())
