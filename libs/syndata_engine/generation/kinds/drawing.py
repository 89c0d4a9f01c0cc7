"""What all distributions share: their parameters in units of the column, the bounds they are cut to, what a type can hold."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from syndata_engine.generation.columns.columns import Bounds, Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.numbers import COARSE_SPAN, digits_after, is_number
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import (
    INT64_MAX,
    LENGTHS,
    MAX_DAY,
    MAX_FLOAT_DIGITS,
    MICROS_PER_DAY,
    MIN_DAY,
    ValueType,
    duration,
)
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Constant, Mapped
from syndata_engine.generation.quantiles.inside import QuantileInside
from syndata_engine.generation.quantiles.pieces import Pieces
from syndata_engine.generation.quantiles.table import MOST_CODE, Quantile, QuantileTable, table_of

CONTEXT = Context(prec=70)
"""Of our own: a caller's context must not change bytes."""
MOMENTS = frozenset({"date", "datetime"})
TIMED = MOMENTS | {"duration"}
"""Types whose distances are lengths of time."""
NUMBERS = ("float", "decimal", "int")


class CutOptions(Options):
    """Every distribution can be cut to min..max: draws outside are not made, and those inside keep their proportions."""

    min: Any = Field(default=None, description="the least value that is drawn")
    max: Any = Field(default=None, description="the greatest value that is drawn")


@dataclass(frozen=True, eq=False, slots=True)
class Scale:
    """A column's type, and where its distribution is cut, in units of its last digit (days, seconds, cents)."""

    ctx: ColumnContext
    type: ValueType
    low: int | None
    high: int | None

    @property
    def least(self) -> float | None:
        """Where the cell of the least value begins: value v is drawn for v <= y < v + 1."""
        return None if self.low is None else float(self.low)

    @property
    def most(self) -> float | None:
        """Where the cell of the greatest value ends."""
        return None if self.high is None else float(self.high + 1)

    def unit_code(self, value: Any, option: str) -> int:
        """A literal of the column's type as a whole number of units."""
        return self.ctx.code(value, self.type, option) // self.type.step

    def place(self, value: Any, option: str) -> float:
        """A number or moment in units; numbers may have more digits than the column."""
        if self.type.name == "duration" and value == 0:
            return 0.0
        if self.type.name in TIMED:
            return float(self.unit_code(value, option))
        return float(CONTEXT.scaleb(self._number(value, option), self.type.scale))

    def extent(self, value: Any, option: str) -> float:
        """A distance above 0 in units: of a moment or a duration, a length of time such as 3d."""
        if self.type.name in TIMED:
            try:
                length = duration(value)
            except ValueError as error:
                self.ctx.refuse(str(error), LENGTHS, option)
            found = length / (MICROS_PER_DAY if self.type.name == "date" else self.type.step)
        else:
            found = float(CONTEXT.scaleb(self._number(value, option), self.type.scale))
        if found <= 0:
            self.ctx.refuse(f"{option} is {value}, and must be above 0", f"write {option} as a number above 0", option)
        return found

    def _number(self, value: Any, option: str) -> Decimal:
        number = Decimal(str(value)) if not isinstance(value, bool) and is_number(value) else None
        if number is None or not number.is_finite() or not -300 < number.adjusted() < 300:
            hint = (
                ", or declare the column a date or datetime" if isinstance(value, str) and value[:4].isdigit() else ""
            )
            self.ctx.refuse(f"{value!r} is not a number", f"write {option} as a number{hint}", option)
        return number


def scale_of(ctx: ColumnContext, options: CutOptions, usual: str, spread: Any) -> Scale:
    """The column's scale; `usual` is its type where none is declared, `spread` how far its values lie apart."""
    value_type = ctx.type or ValueType(usual)
    if value_type.name == "float" and ctx.schema.scale is None:
        wide = is_number(spread) and abs(Decimal(str(spread))) >= COARSE_SPAN
        told = [value for value in (options.min, options.max) if is_number(value)]
        value_type = ValueType("float", scale=max(2 if wide else 6, digits_after(*told)))
    scale = Scale(ctx, value_type, None, None)
    low, high = (
        None if value is None else scale.unit_code(value, option)
        for option, value in (("min", options.min), ("max", options.max))
    )
    if low is not None and high is not None and low > high:
        ctx.refuse(f"nothing lies between min {options.min} and max {options.max}", "swap min and max", "min")
    return Scale(ctx, value_type, low, high)


class Distribution(Kind):
    """A kind whose values are the quantile function of a word."""

    usual: ClassVar[str] = "float"
    types: ClassVar[tuple[str, ...]] = NUMBERS

    @abstractmethod
    def pieces(self, scale: Scale, options: Any) -> Pieces:
        """The quantile function in units, cut to the scale's bounds; Refused where it has nothing there."""

    def spread(self, options: Any) -> Any:  # noqa: ARG002 -- for overriding
        """How far values lie apart, roughly; decides the digits of a float that states none."""
        return 0

    def scale(self, ctx: ColumnContext, options: Any) -> Scale:
        """The column's type and bounds."""
        return scale_of(ctx, options, self.usual, self.spread(options))

    def ascends(self, options: Any) -> bool:  # noqa: ARG002 -- all do
        return True

    def build(self, ctx: ColumnContext, options: Any) -> Column:
        scale = self.scale(ctx, options)
        return drawn_from(scale, self.pieces(scale, options))


def drawn_from(scale: Scale, pieces: Pieces) -> Column:
    """The column that a quantile function makes; Refused where the type cannot hold what it reaches."""
    check_reach(scale, float(np.min(pieces.start)), float(np.max(pieces.stop)) - 1)
    table = table_of(pieces)
    return _column(scale, table, movable=pieces.gapless)


def _column(scale: Scale, table: QuantileTable, bounds: Bounds | None = None, *, movable: bool = True) -> Column:
    """A column of a table's codes, inside bounds or not; where it is movable, it can be redrawn inside tighter ones."""
    step, word = scale.type.step, scale.ctx.word()
    low, high = table.low, table.high
    code: Node = Quantile(word, table)
    if bounds is not None:
        low, high = max(low, -(-bounds.low // step)), min(high, bounds.high // step)
        code = QuantileInside(word, table, *_ends(bounds, (low, high), step))
    if step != 1:
        units = code
        code = Mapped(lambda found: found * step, (units,))
    narrow = (lambda tighter: _column(scale, table, tighter)) if movable else None
    return Column(scale.type, code, low=low * step, high=high * step, narrow=narrow)


def _ends(bounds: Bounds, reach: tuple[int, int], step: int) -> tuple[Node, Node]:
    """The least and greatest units of each row."""
    low, high = reach
    floor: Node = Constant(low)
    ceiling: Node = Constant(high)
    if bounds.floor is not None:
        floor = Mapped(lambda codes: np.clip(-(-codes // step), low, high), (bounds.floor,))
    if bounds.ceiling is not None:
        ceiling = Mapped(lambda codes: np.clip(codes // step, low, high), (bounds.ceiling,))
    return floor, ceiling


def check_reach(scale: Scale, least: float, most: float) -> None:
    """Refuse a distribution that would leave what the column's type can hold."""
    kind = scale.type
    low, high = -MOST_CODE, MOST_CODE
    if kind.name == "date":
        low, high = MIN_DAY, MAX_DAY
    elif kind.name == "datetime":
        low, high = (day * MICROS_PER_DAY // kind.step for day in (MIN_DAY, MAX_DAY + 1))
    elif kind.name == "duration":
        low, high = -INT64_MAX // 4 // kind.step, INT64_MAX // 4 // kind.step
    elif kind.name == "float":
        low, high = 1 - 10**MAX_FLOAT_DIGITS, 10**MAX_FLOAT_DIGITS - 1
    elif kind.name == "decimal":
        high = 10 ** (kind.precision or 18) - 1
        low = -high
    for value, beyond, option in ((least, least < low, "min"), (most, most > high, "max")):
        if not beyond:
            continue
        if kind.name in MOMENTS:
            scale.ctx.refuse(
                "its rarest values leave the years 1 to 9999", f"add {option}, or lower the spread", option
            )
        if kind.name == "duration":
            scale.ctx.refuse("its rarest values are lengths of more than 70,000 years", f"add {option}, or lower the mean", option)  # fmt: skip
        shown = f"{value / 10.0**kind.scale:.3g}" if math.isfinite(value) else "1e300 and more"
        holds = f"{kind.name}({kind.precision or 18},{kind.scale})" if kind.name == "decimal" else kind.name
        digits = f" with {kind.scale} digits after the point" if kind.name == "float" else ""
        fewer = ", or state fewer decimals" if kind.scale else ""
        fix = f"add {option}, beyond which nothing is drawn{fewer}"
        scale.ctx.refuse(f"its rarest values reach {shown}, which {holds}{digits} does not hold", fix, option)
