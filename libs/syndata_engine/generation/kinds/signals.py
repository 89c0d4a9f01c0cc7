"""Values over time, and which of them are anomalies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

import numpy as np
from pydantic import AliasChoices, Field

from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.expressions.moments import Moment
from syndata_engine.generation.expressions.numbers import Term
from syndata_engine.generation.families.series import (
    MOST_MEMORY,
    Noise,
    OfPlace,
    Runs,
    Season,
    Steps,
    Wave,
    of_calendar,
    of_length,
    place_of,
)
from syndata_engine.generation.kinds.registry import Kind, Options, parse_rule
from syndata_engine.generation.kinds.timelines import VIA, RunOptions, read_length, runs_of
from syndata_engine.generation.nodes.codes import MAX_FLOAT_DIGITS, MICROS_PER_DAY, ValueType, duration
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Constant, Mapped, any_of
from syndata_engine.generation.texts.clocks import offsets
from syndata_engine.generation.words.bits import Codes

_LARGEST = 10**MAX_FLOAT_DIGITS


class SeasonOptions(Options):
    every: str = Field(description="day, week, month, year, or a length such as 6h")
    amplitude: Decimal | None = Field(default=None, description="of a wave: how far it goes up and down")
    peak: str | None = Field(
        default=None, description="when the wave is highest, from the beginning of the period; half of it"
    )
    values: list[Decimal] | None = Field(default=None, min_length=2, max_length=1_000,
                                         description="what is added in each of so many equal parts, instead of a wave")  # fmt: skip


class AnomalyOptions(RunOptions):
    size: Decimal = Field(description="what is added, or taken away")
    direction: Literal["up", "down", "both"] = "both"


class TrendOptions(Options):
    by: Decimal = Field(description="how much more")
    per: str = Field(default="1d", description="in each such time")
    origin: Any = Field(
        default=None, validation_alias=AliasChoices("origin", "from"), description="where it is 0: the earliest time"
    )


class SeriesOptions(Options):
    time: str = Field(description="the date or datetime of the row, such as a timeline")
    level: Any = Field(default=0, description="a number, or a numeric column of the row")
    trend: TrendOptions | None = None
    seasons: list[SeasonOptions] = Field(default_factory=list, max_length=10)
    noise: Decimal = Field(default=Decimal(0), ge=0, description="standard deviation")
    memory: Decimal = Field(
        default=Decimal(0), ge=0, le=MOST_MEMORY, description="correlation of the noise from one point to the next"
    )
    anomalies: AnomalyOptions | None = Field(
        default=None, description="points that lie apart; the kind anomaly names them"
    )
    gaps: RunOptions | None = Field(default=None, description="points without a value: NULL")
    min: Decimal | None = Field(default=None, description="lower values become this")
    max: Decimal | None = Field(default=None, description="higher values become this")
    via: str | None = Field(default=None, description=VIA)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What adds up to a value, in codes of the column."""

    slope: float
    """Per microsecond."""
    origin: int
    seasons: tuple[Season, ...]
    noise: Noise | None
    anomalies: Runs | None
    size: float
    direction: str


class Series(Kind):
    name = "series"
    aliases = ("time_series", "signal")
    summary = (
        "A value over time: level, trend, seasons, noise that remembers, gaps and anomalies, each point on its own; "
        "NULL where the time is."
    )
    types = ("float", "decimal", "int")
    options = SeriesOptions

    def build(self, ctx: ColumnContext, options: SeriesOptions) -> Column:
        place = place_of(ctx, options.via)
        kind = ctx.type or ValueType("float", scale=2)
        if kind.name == "float" and ctx.schema.scale is None:
            kind = replace(kind, scale=2)
        unit = 10**kind.scale
        time, level = self._time(ctx, options), self._level(ctx, options, unit)
        parts = self._parts(ctx, options, time, unit)
        low, high = self._bounds(parts, level, time)
        least, most = (None if bound is None else int(bound.scaleb(kind.scale)) for bound in (options.min, options.max))
        if least is not None and most is not None and least > most:
            ctx.refuse(f"the range is empty: min {options.min} is above max {options.max}", "swap min and max", "min")
        low, high = (_held(bound, least, most) for bound in (low, high))
        limit = min(_LARGEST, 10 ** (kind.precision or 18))
        if max(-low, high) >= limit:
            ctx.refuse(f"the series reaches {Decimal(max(-low, high)).scaleb(-kind.scale)}, beyond what {kind.name} holds",
                       "give it a smaller level, trend or noise, or min and max", "")  # fmt: skip

        def value(entity: Codes, position: Codes, at: Codes, base: Codes) -> Codes:
            total = base + (at - parts.origin) * parts.slope
            for season in parts.seasons:
                total += season.values(at)
            if parts.noise is not None:
                total += parts.noise.values(entity, position)
            if parts.anomalies is not None:
                total += _signed(parts, entity, position)
            return np.clip(np.rint(total).astype(np.int64), low, high)

        node = OfPlace(value, place, (time.node, level.node))
        nulls = [*time.nulls, *level.nulls, *([] if place.missing is None else [place.missing])]
        if options.gaps is not None:
            nulls.append(OfPlace(runs_of(ctx, options.gaps, "gaps").holds, place))
        null = any_of(*nulls) if nulls else None
        cost = 4 + len(parts.seasons) + (0 if parts.noise is None else 2 * len(parts.noise.weights))
        return Column(kind, node, null=null, low=low, high=high, cost=cost)

    def _time(self, ctx: ColumnContext, options: SeriesOptions) -> Moment:
        column = ctx.other(options.time, "time")
        if (
            column.code is None
            or column.type.name not in {"date", "datetime"}
            or column.low is None
            or column.high is None
        ):
            ctx.refuse(f"{options.time} is neither a date nor a datetime with a range", "name a timeline", "time")
        nulls = () if column.null is None else (column.null,)
        if column.type.name == "date":
            node = Mapped(lambda codes: codes * MICROS_PER_DAY, (column.code,))
            return Moment(column.type, node, column.low * MICROS_PER_DAY, column.high * MICROS_PER_DAY, nulls)
        if not column.type.zone:
            return Moment(column.type, column.code, column.low, column.high, nulls)
        ahead = offsets(column.type.zone)
        node = Mapped(lambda codes: codes + ahead(codes), (column.code,))
        return Moment(column.type, node, column.low, column.high, nulls)

    def _level(self, ctx: ColumnContext, options: SeriesOptions, unit: int) -> Term:
        if not isinstance(options.level, str):
            try:
                code = int((Decimal(str(options.level)) * unit).to_integral_value())
            except ArithmeticError:
                ctx.refuse(f"{options.level!r} is no level", "write a number, or the name of a numeric column", "level")
            return Term(Constant(code), 0, code, code)
        column = ctx.other(options.level, "level")
        if column.code is None or not column.type.numeric or column.low is None or column.high is None:
            ctx.refuse(
                f"{options.level} is not a number with a range", "name a numeric column, or write a number", "level"
            )
        nulls = () if column.null is None else (column.null,)
        own = 10**column.type.scale
        node = Mapped(lambda codes: np.rint(codes * (unit / own)).astype(np.int64), (column.code,))
        return Term(node, 0, column.low * unit // own, -(-column.high * unit // own), nulls)

    def _parts(self, ctx: ColumnContext, options: SeriesOptions, time: Moment, unit: int) -> _Parts:
        slope, origin = 0.0, 0
        if options.trend is not None:
            per = read_length(ctx, options.trend.per, "trend.per").micros
            if per is None:
                ctx.refuse(
                    "a trend in months or years is not always as steep",
                    "write it per day, such as per: 365d",
                    "trend.per",
                )
            slope = float(options.trend.by * unit) / per
            asked = options.trend.origin
            origin = time.low if asked is None else ctx.code(asked, ValueType("datetime"), "trend.origin")
        noise = None
        if options.noise:
            noise = Noise(float(options.noise * unit), float(options.memory), ctx.table_key("series noise"))
        elif options.memory:
            ctx.refuse("there is no noise that could remember", "give it noise, or drop memory", "memory")
        seasons = tuple(self._season(ctx, season, time, unit, number) for number, season in enumerate(options.seasons))
        anomalies = None if options.anomalies is None else runs_of(ctx, options.anomalies, "anomalies")
        size = 0.0 if options.anomalies is None else float(options.anomalies.size * unit)
        direction = "both" if options.anomalies is None else options.anomalies.direction
        return _Parts(slope, origin, seasons, noise, anomalies, size, direction)

    def _season(self, ctx: ColumnContext, season: SeasonOptions, time: Moment, unit: int, number: int) -> Season:
        path = f"seasons.{number}"
        word = season.every.strip().lower()
        named = {
            "day": MICROS_PER_DAY,
            "week": 7 * MICROS_PER_DAY,
            "month": 30 * MICROS_PER_DAY,
            "year": 365 * MICROS_PER_DAY,
        }
        length = named.get(word) or read_length(ctx, word, f"{path}.every").micros
        if length is None:
            ctx.refuse(f"{season.every!r} is not always as long", "write month or year alone", f"{path}.every")
        if time.type.name == "date" and length <= MICROS_PER_DAY:
            ctx.refuse(f"dates have no season of a {word}", "take a datetime, or a longer season", f"{path}.every")
        fraction = of_calendar({"month": "M", "year": "Y"}[word]) if word in {"month", "year"} else of_length(length)
        if (season.amplitude is None) == (season.values is None):
            ctx.refuse("a season has either an amplitude or values", "write amplitude: 10, or values: [0, 5, 2]", path)
        if season.values is not None:
            if season.peak is not None:
                ctx.refuse("the values of a season say themselves where they are highest", "drop peak", f"{path}.peak")
            return Steps(fraction, tuple(float(value * unit) for value in season.values))
        return Wave(fraction, float((season.amplitude or 0) * unit), self._peak(ctx, season, length, path))

    def _peak(self, ctx: ColumnContext, season: SeasonOptions, length: int, path: str) -> float:
        if season.peak is None:
            return 0.5
        try:
            peak = duration(season.peak)
        except ValueError as error:
            ctx.refuse(str(error), "write 14h, 3d or 90min", f"{path}.peak")
        if not 0 <= peak < length:
            ctx.refuse(
                f"the peak {season.peak} lies outside the period", f"write less than {season.every}", f"{path}.peak"
            )
        return peak / length

    def _bounds(self, parts: _Parts, level: Term, time: Moment) -> tuple[int, int]:
        # A clock may be up to 14 hours away from UTC.
        ends = time.low - MICROS_PER_DAY, time.high + MICROS_PER_DAY
        drift = sorted(parts.slope * (bound - parts.origin) for bound in ends)
        spread = abs(parts.size) + (0 if parts.noise is None else parts.noise.reach) + 1
        low = level.low + drift[0] + sum(season.bounds[0] for season in parts.seasons) - spread
        high = level.high + drift[1] + sum(season.bounds[1] for season in parts.seasons) + spread
        return int(low) - 1, int(high) + 1


def _held(bound: int, least: int | None, most: int | None) -> int:
    bound = bound if least is None else max(bound, least)
    return bound if most is None else min(bound, most)


def _signed(parts: _Parts, entity: Codes, position: Codes) -> Any:
    runs = parts.anomalies
    assert runs is not None  # noqa: S101 -- asked only where there are some
    sign = -1 if parts.direction == "down" else 1
    size: Any = sign * parts.size
    if parts.direction == "both":
        lowest = (runs.words(entity, position // runs.every) & np.uint64(1)).astype(np.int64)
        size = (2 * lowest - 1) * parts.size
    return runs.holds(entity, position) * size


class AnomalyColumnOptions(Options):
    column: str = Field(description="the series of the same row")


class Anomaly(Kind):
    name = "anomaly"
    aliases = ("is_anomaly", "anomaly_of")
    summary = "true where the series of the row has an anomaly, else false: what was put in on purpose, for tests of what finds it."
    types = ("bool", "int")
    options = AnomalyColumnOptions

    def build(self, ctx: ColumnContext, options: AnomalyColumnOptions) -> Column:
        column = ctx.other(options.column)
        schema = next(one for one in ctx.table.schema.columns if one.name == options.column)
        rule = schema.rule
        kind, theirs = (None, None) if rule is None else parse_rule(rule)
        named = isinstance(kind, Series) and isinstance(theirs, SeriesOptions) and not schema.conditional_rules
        if not named or rule is None or theirs is None or theirs.anomalies is None:
            ctx.refuse(
                f"{options.column} is no series with anomalies",
                "name a column with the rule series and anomalies",
                "column",
            )
        there = ColumnContext(ctx.table, schema, None, rule.path)
        node: Node = OfPlace(runs_of(there, theirs.anomalies, "anomalies").holds, place_of(there, theirs.via))
        if column.null is not None:
            node = Mapped(lambda codes, null: np.where(null != 0, 0, codes), (node, column.null))
        return Column(ValueType("int" if ctx.type and ctx.type.name == "int" else "bool"), node, low=0, high=1)


KINDS = (Series(), Anomaly())
