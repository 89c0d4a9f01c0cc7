"""When the points of a series are."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from pydantic import Field

from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.expressions.moments import SHORT, Moment, Step, moved, shifted
from syndata_engine.generation.expressions.numbers import Term
from syndata_engine.generation.expressions.parsing import Wrong
from syndata_engine.generation.families.series import (
    OfPlace,
    Place,
    Runs,
    place_of,
)
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import LENGTHS, MICROS_PER_DAY, ValueType, duration
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Constant, Mapped, Uniform, any_of

VIA = "id or child column of the reference: each parent has a series of its own"
_LENGTH = re.compile(r"([1-9]\d{0,8})\s*(y|mo|w|d|h|min|s)")


class RunOptions(Options):
    every: int = Field(ge=2, le=2**31, description="points of a block")
    length: int = Field(default=1, ge=1, le=2**31, description="points of the run in each block")


class StartOptions(Options):
    start: Any = Field(default=None, description="when the first point is: a date, a time, or a distance from as_of")
    start_column: str | None = Field(
        default=None, description="a date or datetime of the row instead, such as a lookup"
    )


class TimelineOptions(StartOptions):
    step: str = Field(default="1h", description="from one point to the next, such as 15min, 1d or 1mo")
    jitter: str | None = Field(default=None, description="how far a point may lie from its place, at most half a step")
    gaps: RunOptions | None = Field(default=None, description="in each block of so many steps, as many have no point")
    via: str | None = Field(default=None, description=VIA)


class Timeline(Kind):
    name = "timeline"
    aliases = ("time_points", "regular_times")
    summary = (
        "Points of time, one after another: a step apart for each parent, or for the whole table; with jitter and gaps."
    )
    types = ("datetime", "date")
    options = TimelineOptions

    def build(self, ctx: ColumnContext, options: TimelineOptions) -> Column:
        place = place_of(ctx, options.via)
        kind = ctx.type or ValueType("datetime")
        first, nulls = start_of(ctx, options, kind)
        step = read_length(ctx, options.step, "step")
        ticks, most = self._ticks(ctx, options, place)
        try:
            moment = shifted(first, step, Term(ticks, 0, 0, most), 0)
            if options.jitter is not None:
                moment = self._jittered(ctx, options.jitter, step, moment)
        except Wrong as wrong:
            ctx.refuse(f"{wrong.what} in up to {most:,} steps", "take fewer or other steps", "step")
        missing = [node for node in (place.missing, *nulls) if node is not None]
        null = any_of(*missing) if missing else None
        return Column(kind, moment.node, null=null, low=moment.low, high=moment.high)

    def _ticks(self, ctx: ColumnContext, options: TimelineOptions, place: Place) -> tuple[Node, int]:
        """Steps from the start to each point, and the most there are."""
        if options.gaps is None:
            return OfPlace(lambda _, position: position, place), place.most - 1
        runs = runs_of(ctx, options.gaps, "gaps")
        most = place.most - 1 + (place.most // (runs.every - runs.length) + 1) * runs.length
        return OfPlace(lambda entity, position: position + runs.skipped(entity, position), place), most

    def _jittered(self, ctx: ColumnContext, jitter: str, step: Step, moment: Moment) -> Moment:
        try:
            far = duration(jitter)
        except ValueError as error:
            ctx.refuse(str(error), LENGTHS, "jitter")
        unit = MICROS_PER_DAY if moment.type.name == "date" else moment.type.step
        # Months are at least 28 days long.
        shortest = step.micros or 28 * MICROS_PER_DAY
        if far < 0 or 2 * far >= shortest or far % unit:
            ctx.refuse(f"a jitter of {jitter} does not keep points {step.count} {step.unit} apart in order",
                       "let it be less than half a step, in whole days for dates and whole seconds for times", "jitter")  # fmt: skip
        drawn = Uniform(ctx.word("jitter"), -far, 2 * (far // unit) + 1, unit)
        if moment.type.name == "date":
            node = Mapped(lambda codes, apart: codes + apart // MICROS_PER_DAY, (moment.node, drawn))
            days = far // MICROS_PER_DAY
            return replace(moment, node=node, low=moment.low - days, high=moment.high + days)
        return moved(moment, Moment(ValueType("duration"), drawn, -far, far), 1, 0)


def start_of(ctx: ColumnContext, options: StartOptions, kind: ValueType) -> tuple[Moment, list[Node]]:
    """When each series begins, as a type, and where it has no beginning; Refused where none or two are given."""
    if (options.start is None) == (options.start_column is None):
        what = "the series has no start" if options.start is None else "start and start_column are given"
        ctx.refuse(what, "write one of them, such as start: 2025-01-01", "start")
    if options.start_column is None:
        code = ctx.code(options.start, kind, "start")
        return Moment(kind, Constant(code), code, code), []
    column = ctx.other(options.start_column, "start_column")
    if column.code is None or column.type.name not in {"date", "datetime"} or column.low is None or column.high is None:
        ctx.refuse(f"{options.start_column} is neither a date nor a datetime with a range", "name one", "start_column")
    nulls = [] if column.null is None else [column.null]
    if kind.name == column.type.name:
        step = kind.step
        node = Mapped(lambda codes: codes // step * step, (column.code,))
        return Moment(kind, node, column.low // step * step, column.high, ()), nulls
    if kind.name == "date":
        node = Mapped(lambda codes: codes // MICROS_PER_DAY, (column.code,))
        return Moment(kind, node, column.low // MICROS_PER_DAY, column.high // MICROS_PER_DAY), nulls
    node = Mapped(lambda codes: codes * MICROS_PER_DAY, (column.code,))
    return Moment(kind, node, column.low * MICROS_PER_DAY, column.high * MICROS_PER_DAY), nulls


def read_length(ctx: ColumnContext, text: str, option: str) -> Step:
    """A length of time such as 15min or 1mo; Refused where it is none."""
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        ctx.refuse(f"{text!r} is not a step", "write 15min, 1h, 1d, 1w, 1mo or 1y", option)
    return Step(int(match[1]), SHORT[match[2]])


def runs_of(ctx: ColumnContext, options: RunOptions, use: str) -> Runs:
    """Runs of points, the same for the same column and use; Refused where they do not fit in their blocks."""
    if options.length >= options.every:
        ctx.refuse(f"a run of {options.length} points does not fit in a block of {options.every}",
                   "let `length` be less than `every`", f"{use}.length")  # fmt: skip
    return Runs(options.every, options.length, ctx.table_key(f"series {use}"))


KINDS = (Timeline(),)
