"""When an event arrives, some of them late, and which those are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
from pydantic import Field

from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.columns.exact import table_index
from syndata_engine.generation.kinds.registry import Kind, Options, parse_rule
from syndata_engine.generation.kinds.streams import LENGTH, length_of
from syndata_engine.generation.nodes.codes import MAX_DAY, MICROS_PER_DAY, ValueType
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Chance, Constant, Mapped, probability_threshold


class ArrivalOptions(Options):
    column: str = Field(description="the date or datetime of the row at which it happened")
    delay: Any = Field(default="0s", description=f"until a row arrives: {LENGTH}")
    late: Decimal = Field(default=Decimal(0), ge=0, le=1, description="share of rows that arrive late")
    late_delay: Any = Field(default=None, description="until a late row arrives, longer than any other delay")
    exact: bool = Field(default=False, description="true: of the whole table the share is late to the row")


class Arrival(Kind):
    name = "arrival"
    aliases = ("arrived_at", "ingested_at", "late_arrival")
    summary = (
        "When a row arrives: a drawn delay after another time of the row, and for a share of the rows a longer one; NULL "
        "where that time is. The kind is_late names the late ones."
    )
    types = ("datetime",)
    options = ArrivalOptions

    def build(self, ctx: ColumnContext, options: ArrivalOptions) -> Column:
        time = ctx.other(options.column)
        if time.code is None or time.type.name not in {"date", "datetime"} or time.low is None or time.high is None:
            ctx.refuse(f"{options.column} is neither a date nor a datetime with a range", "name one", "column")
        kind = ctx.type or ValueType("datetime", scale=time.type.scale, zone=time.type.zone)
        if time.type.scale > kind.scale:
            ctx.refuse(f"{options.column} is finer than {ctx.schema.name}", f"give it scale: {time.type.scale}", "column")  # fmt: skip
        usual = length_of(ctx, options.delay, "delay", kind)
        delays, most = [usual.code or Constant(0)], usual.high or 0
        if options.late:
            late = self._late(ctx, options, kind, usual)
            delays.append(late.code or Constant(0))
            most = max(most, late.high or 0)
        elif options.late_delay is not None:
            ctx.refuse("no row is late", "write the share of late rows, such as late: 0.05", "late")
        scale = MICROS_PER_DAY if time.type.name == "date" else 1
        high = time.high * scale + most
        if high >= (MAX_DAY + 1) * MICROS_PER_DAY:
            ctx.refuse("the arrival would leave the years 1 to 9999", "shorten the delay", "delay")
        which = lateness(ctx, options)
        node = Mapped(lambda at, late, *far: at * scale + np.choose(late, far), (time.code, which, *delays))
        least = usual.low or 0
        return Column(
            kind, node, null=time.null, low=time.low * scale + least, high=high, cost=3,
            offset_from=options.column, apart=(least, most),
        )  # fmt: skip

    def _late(self, ctx: ColumnContext, options: ArrivalOptions, kind: ValueType, usual: Column) -> Column:
        if options.late_delay is None:
            ctx.refuse("nothing is said of how late late rows are", "add late_delay: {type: range, min: 1h, max: 1d}", "late_delay")  # fmt: skip
        late = length_of(ctx, options.late_delay, "late_delay", kind)
        if (late.low or 0) <= (usual.high or 0):
            what = "a late row could arrive as soon as one that is not late"
            ctx.refuse(what, "let the min of late_delay be above the max of delay", "late_delay")
        return late


def lateness(ctx: ColumnContext, options: ArrivalOptions) -> Node:
    """1 where the row is late, else 0; the same for the column itself and for what names its late rows."""
    if not options.late:
        return Constant(0)
    numerator, denominator = options.late.as_integer_ratio()
    if options.exact:
        return table_index(ctx, (denominator - numerator, numerator))
    return Chance(ctx.word("late"), probability_threshold(options.late), 1)


class LateOptions(Options):
    column: str = Field(description="the arrival of the same row")


class IsLate(Kind):
    name = "is_late"
    aliases = ("late", "late_of")
    summary = "true where the arrival of the row is late, else false, also where that is NULL: what was put in on purpose, for tests of what finds it."
    types = ("bool", "int")
    options = LateOptions

    def build(self, ctx: ColumnContext, options: LateOptions) -> Column:
        column = ctx.other(options.column)
        schema = next(one for one in ctx.table.schema.columns if one.name == options.column)
        rule = schema.rule
        kind, theirs = (None, None) if rule is None else parse_rule(rule)
        if not isinstance(kind, Arrival) or rule is None or theirs is None or schema.conditional_rules:
            ctx.refuse(f"{options.column} is no arrival", "name a column with the rule arrival", "column")
        node = lateness(ColumnContext(ctx.table, schema, None, rule.path), theirs)
        if column.null is not None:
            node = Mapped(lambda late, null: np.where(null != 0, 0, late), (node, column.null))
        return Column(ValueType("int" if ctx.type and ctx.type.name == "int" else "bool"), node, low=0, high=1)


KINDS = (Arrival(), IsLate())
