"""Dates and times at a distance from another one: of the same row, or of a parent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from pydantic import Field

from syndata_contracts.schema import TableSchema
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.categories import inherit_null
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import LENGTHS, MAX_DAY, MICROS_PER_DAY, MIN_DAY, ValueType, duration
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Between, Constant, Mapped, Uniform
from syndata_engine.generation.words.bits import Codes


class OffsetOptions(Options):
    column: str = Field(description="a column of the row, or `table.column` of a parent")
    min: Any = 0
    max: Any = Field(default="30d", description="left out beside `before`, nothing but that ends the range")
    before: str | None = Field(
        default=None,
        description="a column of the row, or `table.column` of a parent, that is never exceeded; NULL ends nothing",
    )
    via: str | None = Field(default=None, description="id or child column of the reference to the parent")


@dataclass(frozen=True)
class _Named:
    """A date or time that an option names."""

    name: str
    column: Column
    """As the row sees it."""
    own: Column
    """As its own table has it."""
    table: TableSchema
    reference: str | None
    """Id of the reference to its table; None for the row's own."""


@dataclass(frozen=True)
class _Scale:
    """How codes of the source become those of the column: times `up`, divided by `down`; and the least step between two."""

    up: int
    down: int
    unit: int

    @classmethod
    def between(cls, source: ValueType, target: ValueType) -> _Scale:
        """The scale from one type to another."""
        up = MICROS_PER_DAY if (source.name, target.name) == ("date", "datetime") else 1
        down = MICROS_PER_DAY if (source.name, target.name) == ("datetime", "date") else 1
        return cls(up, down, 1 if target.name == "date" else target.step)

    def of(self, codes: Any) -> Any:
        """Codes of the source in codes of the target, rounded down."""
        return codes * self.up // self.down


class Offset(Kind):
    name = "offset"
    aliases = ("after", "date_after", "later_than")
    summary = "Another date or time, of the row or of its parent, plus min to max (3d, 12h, -2w), and never after a third; NULL where the first is."
    types = ("date", "datetime")
    options = OffsetOptions

    def build(self, ctx: ColumnContext, options: OffsetOptions) -> Column:
        source = _named(ctx, options.column, options.via, "column")
        value_type = ctx.type or source.column.type
        first, last = _distances(ctx, options, value_type)
        scale = _Scale.between(source.column.type, value_type)
        reached = source.reference
        high = None if source.column.high is None else scale.of(source.column.high) + last * scale.unit
        distance: Node = Uniform(ctx.word(), first, last - first + 1)
        if options.before is not None:
            before = _named(ctx, options.before, options.via, "before")
            distance, last, high = _ended(ctx, options, (source, before, scale), (first, last))
            reached = reached or before.reference
        if options.via is not None and reached is None:
            what = f"{options.column} is a column of the row, and nothing else is read through {options.via}"
            ctx.refuse(what, "drop via, or name a column of the parent as table.column", "via")
        shifted = _shifted(source.column, value_type, distance, (first, last))
        shifted = _bounded(ctx, replace(shifted, high=high))
        if source.reference is not None:
            return replace(inherit_null(shifted, source.column), cost=1 + source.column.cost)
        return replace(inherit_null(shifted, source.column), offset_from=options.column if shifted.apart else None)


def _named(ctx: ColumnContext, name: str, via: str | None, option: str) -> _Named:
    """The column that an option names; Refused when there is none, or it is no date."""
    here = {column.name for column in ctx.table.schema.columns}
    if name in here or ("." not in name and via is None):
        column = ctx.other(name, option)
        found = _Named(name, column, column, ctx.table.schema, None)
    else:
        refs = ctx.table.relations
        table, _, own = name.rpartition(".")
        column = refs.lookup(ctx, name, via, option)
        fk = refs.find(via, ctx.path, table or None)
        ctx.reads += column.reads
        parent = fk.parent_table or ""
        raw = refs.dataset.column(parent, own, f"{ctx.path}.{option}")
        found = _Named(own, column, raw, refs.dataset.context(parent).schema, fk.id)
    if found.column.code is None or found.column.type.name not in {"date", "datetime"}:
        ctx.refuse(f"{name} is neither a date nor a time", "name a date or datetime column", option)
    return found


def _distances(ctx: ColumnContext, options: OffsetOptions, value_type: ValueType) -> tuple[int, int]:
    """Least and most steps of the column's type."""
    low, high = (_length(ctx, getattr(options, name), name) for name in ("min", "max"))
    unit = MICROS_PER_DAY if value_type.name == "date" else value_type.step
    first, last = -(-low // unit), high // unit
    if options.before is not None and "max" not in options.model_fields_set:
        return first, max(first, last)
    if low > high:
        ctx.refuse(
            f"the distance is empty: min {options.min!r} is above max {options.max!r}", "swap min and max", "min"
        )
    if first > last:
        ctx.refuse(
            f"no whole day lies between {options.min!r} and {options.max!r}",
            "widen the distance, or use datetime",
            "min",
        )
    return first, last


def _ended(
    ctx: ColumnContext, options: OffsetOptions, ends: tuple[_Named, _Named, _Scale], reach: tuple[int, int]
) -> tuple[Node, int, int]:
    """The distance in steps, ended by a third column; the longest one, and the highest code that it leads to."""
    source, before, scale = ends
    first, last = reach
    start, end = source.column, before.column
    if start.low is None or start.high is None or end.high is None:
        ctx.refuse(f"{options.column} or {options.before} has no range, so nothing is known of the distance",
                   "give both of them a range", "before")  # fmt: skip
    end_scale = _Scale.between(end.type, ctx.type or start.type)
    _prove(ctx, options, ends, first * scale.unit)
    stated = "max" in options.model_fields_set
    longest = last if stated else max(first, (end_scale.of(end.high) - scale.of(start.low)) // scale.unit)
    high = alone = scale.of(start.high) + last * scale.unit
    high = min(high, end_scale.of(end.high)) if stated else end_scale.of(end.high)
    nodes = [start.code or Constant(0), end.code or Constant(0)]
    if end.null is not None:
        nodes.append(end.null)
        high, longest = max(high, alone), max(longest, last)

    def most(starts: Codes, ends: Codes, null: Codes | None = None) -> Codes:
        room = np.minimum((end_scale.of(ends) - scale.of(starts)) // scale.unit, longest)
        return room if null is None else np.where(null != 0, last, room)

    return Between(ctx.word(), Constant(first), Mapped(most, tuple(nodes))), longest, high


def _prove(ctx: ColumnContext, options: OffsetOptions, ends: tuple[_Named, _Named, _Scale], least: int) -> None:
    """Refuse unless the end lies at least `least` codes after the source in every row."""
    source, before, scale = ends
    target = ctx.type or source.column.type
    end_scale = _Scale.between(before.column.type, target)
    high, low = source.column.high, before.column.low
    if high is not None and low is not None and end_scale.of(low) - scale.of(high) >= least:
        return
    if source.reference == before.reference:
        gap = _gap(source, before, target)
        if gap is not None and gap >= least:
            return
    what = f"{options.before} can lie before {options.column} plus {options.min}, so that nothing is between them"
    fix = f"make {before.name} an offset of {source.name} of at least {options.min}, or let their ranges lie apart"
    if least <= 0:
        fix = f"write `{before.name} >= {source.name}` among the constraints of {before.table.name}, or {fix}"
    ctx.refuse(what, fix, "before")


def _gap(source: _Named, before: _Named, target: ValueType) -> int | None:
    """Codes of the target that the end is known to lie after the source, whatever the row."""
    own = before.own
    if own.offset_from == source.name and own.apart is not None:
        if own.type.name == target.name:
            return own.apart[0]
        return own.apart[0] * MICROS_PER_DAY if target.name == "datetime" else own.apart[0] // MICROS_PER_DAY
    ordered = any((one.later, one.earlier) == (before.name, source.name) for one in before.table.constraints)
    # A date that is not before a time may be earlier once the time is cut to its day; the other way round it is not.
    return 0 if ordered else None


def _shifted(source: Column, value_type: ValueType, distance: Node, reach: tuple[int, int]) -> Column:
    scale = _Scale.between(source.type, value_type)
    unit = scale.unit
    code = Mapped(lambda codes, far: scale.of(codes) + far * unit, (source.code or Constant(0), distance))
    low = None if source.low is None else scale.of(source.low) + reach[0] * unit
    apart = None if scale.down != 1 else (reach[0] * unit, reach[1] * unit)
    return Column(value_type, code, low=low, apart=apart)


def _bounded(ctx: ColumnContext, column: Column) -> Column:
    """Refuse days that no calendar has."""
    days = 1 if column.type.name == "date" else MICROS_PER_DAY
    low, high = column.low, column.high
    if (low is not None and low < MIN_DAY * days) or (high is not None and high > (MAX_DAY + 1) * days - 1):
        ctx.refuse("the date would leave the years 1 to 9999", "shorten the distance", "max")
    return column


def _length(ctx: ColumnContext, value: Any, option: str) -> int:
    try:
        return duration(value)
    except ValueError as error:
        ctx.refuse(str(error), LENGTHS, option)


KINDS = (Offset(),)
