"""Event streams: times that follow one another along a family, with sessions, and which session a row belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, Literal

import numpy as np
from pydantic import Field

from syndata_contracts.schema import Rule
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.columns.exact import apportioned
from syndata_engine.generation.families.streams import HOURS, SPEED, WEEK, Draws, EventTime, Session
from syndata_engine.generation.kinds.registry import Kind, Options, parse_rule
from syndata_engine.generation.kinds.timelines import StartOptions, start_of
from syndata_engine.generation.nodes.codes import MAX_DAY, MICROS_PER_DAY, MIN_DAY, ValueType, duration
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Constant, any_of
from syndata_engine.generation.references import along
from syndata_engine.generation.texts.clocks import NO_ZONE, offsets
from syndata_engine.generation.words.bits import Codes

SIBLINGS: Final = "id or child column of the reference whose siblings are meant"
LENGTH: Final = (
    "a length of time such as 45s, or a rule that draws one, such as {type: exponential, mean: 40s, max: 1h}"
)
_LONGEST: Final = 36_525 * MICROS_PER_DAY
"""A hundred years: longer pauses would leave 64 bits where hours have weights."""
_WEIGHT_DIGITS: Final = 9


def drawn_of(ctx: ColumnContext, value: Any, option: str, kind: ValueType) -> Column:
    """What an option draws for each row: a constant, or the values of a rule; Refused where they are not of the type."""
    if not isinstance(value, Mapping):
        code = ctx.code(value, kind, option)
        return Column(kind, Constant(code), low=code, high=code, cost=0)
    entry: dict[str, Any] = dict(value)
    name = entry.pop("type", entry.pop("kind", None))
    if name is None and len(entry) == 1 and isinstance(next(iter(entry.values())), Mapping):
        name, inner = next(iter(entry.items()))
        entry = dict(inner)
    if not isinstance(name, str):
        ctx.refuse(f"{option} does not say its type", "add `type: range`, or another rule", option)
    maker, options = parse_rule(Rule(kind=name, options=entry, path=f"{ctx.path}.{option}"))
    if kind.name not in maker.types:
        ctx.refuse(f"the rule {maker.name} makes no {kind.name}", "use range, exponential or another that does", option)
    own = {"name": f"{ctx.schema.name} {option}", "id": f"{ctx.schema.id}\0{ctx.branch}\0{option}"}
    schema = ctx.schema.model_copy(update={**own, "conditional_rules": ()})
    there = ColumnContext(ctx.table, schema, kind, f"{ctx.path}.{option}")
    found = maker.build(there, options)
    ctx.reads += there.reads
    if found.code is None or found.null is not None or found.low is None or found.high is None:
        ctx.refuse(f"{option} can be NULL, or has no range", "use a rule whose values are bounded and never NULL", option)  # fmt: skip
    return found


def length_of(ctx: ColumnContext, value: Any, option: str, kind: ValueType) -> Column:
    """A length of time that an option draws for each row, never below 0, with as many digits as `kind`."""
    found = drawn_of(ctx, value, option, ValueType("duration", scale=kind.scale))
    if (found.low or 0) < 0:
        ctx.refuse(f"{option} can be negative", "let it be 0 or more", option)
    return found


class SessionOptions(Options):
    events: Any = Field(description="events of a session: a whole number, or a rule such as {type: geometric, p: 0.3, min: 1, max: 50}")  # fmt: skip
    pause: Any = Field(description=f"what passes before a session begins: {LENGTH}")


class RhythmOptions(Options):
    day: list[Decimal] | None = Field(
        default=None, min_length=24, max_length=24, description="a weight for each hour, from 0:00"
    )
    week: list[Decimal] | None = Field(
        default=None, min_length=7, max_length=7, description="a weight for each day, from Monday"
    )


class EventTimeOptions(StartOptions):
    gap: Any = Field(description=f"what passes between two events: {LENGTH}")
    sessions: SessionOptions | None = Field(
        default=None, description="events come in sessions: so many a `gap` apart, then a `pause`"
    )
    rhythm: RhythmOptions | None = Field(
        default=None, description="pauses (gaps, where there are no sessions) end more often in hours of more weight"
    )
    lasts: str | None = Field(default=None, description="a duration of the row, after which the next gap begins")
    via: str | None = Field(default=None, description=SIBLINGS)


@dataclass(frozen=True, slots=True)
class _Spans:
    """What event times are made of."""

    gap: Column
    pause: Column
    size: Column
    lasts: Column

    def reach(self, events: int, *, rhythm: bool) -> int:
        """Microseconds that so many events take at most."""
        gap, pause, size, lasts = (one.high or 0 for one in (self.gap, self.pause, self.size, self.lasts))
        pauses = events if size == 1 else -(-events // max(self.size.low or 1, 1))
        return pauses * (pause + WEEK * rhythm) + (events * gap if size > 1 else 0) + events * lasts

    @property
    def cost(self) -> int:
        """Cells computed for each row."""
        return sum(one.cost for one in (self.gap, self.pause, self.size, self.lasts))


class EventTimeKind(Kind):
    name = "event_time"
    aliases = ("event_times", "arrival_times", "point_process")
    summary = (
        "Moments that follow one another among the children of a parent: each a drawn gap after the one before, in sessions "
        "with pauses between them where asked; NULL where the start is, or there is no parent."
    )
    types = ("datetime",)
    options = EventTimeOptions

    def build(self, ctx: ColumnContext, options: EventTimeOptions) -> Column:
        refs = ctx.table.relations
        fk, families = along.family_of(refs, ctx, options.via)
        kind = ctx.type or ValueType("datetime")
        first, nulls = start_of(ctx, options, kind)
        spans = self._spans(ctx, options, kind)
        week, ahead = _week(ctx, options.rhythm), _ahead(kind.zone)
        most, rhythm = refs.largest_family(fk), options.rhythm is not None
        if rhythm and (spans.pause.high or 0) > _LONGEST:
            ctx.refuse("a pause can be longer than 100 years", "give it a max", "rhythm")
        reach = spans.reach(max(most, 1), rhythm=rhythm)
        last = first.high + reach
        if first.low < MIN_DAY * MICROS_PER_DAY or last >= (MAX_DAY + 1) * MICROS_PER_DAY:
            ctx.refuse(f"up to {most:,} events of a parent can leave the years 1 to 9999", "shorten the gaps or pauses, or lower the fan-out", "gap")  # fmt: skip
        nodes = [column.code or Constant(0) for column in (spans.gap, spans.pause, spans.size, spans.lasts)]
        draws = Draws(first.node, *nodes)
        node = EventTime(families, refs.context.key, draws, (spans.pause.low or 0, kind.step, ahead), week, first.low)
        orphan = along.without_parent(refs, fk)
        missing = [*nulls, *([] if orphan is None else [orphan])]
        cost = along.priced(refs, ctx, fk, 2 + spans.cost)
        column = Column(kind, node, null=any_of(*missing) if missing else None, low=first.low, high=last, cost=cost)
        return self._after_start(ctx, options, column, (spans.pause.low or 0, reach))

    def _after_start(
        self, ctx: ColumnContext, options: EventTimeOptions, column: Column, apart: tuple[int, int]
    ) -> Column:
        """The column, which is known to follow its start, unless that is finer and was cut."""
        start = options.start_column
        if start is None or ctx.table.build(start, f"{ctx.path}.start_column").type.scale > column.type.scale:
            return column
        return replace(column, offset_from=start, apart=apart)

    def _spans(self, ctx: ColumnContext, options: EventTimeOptions, kind: ValueType) -> _Spans:
        gap = length_of(ctx, options.gap, "gap", kind)
        pause, size = gap, Column(ValueType("int"), Constant(1), low=1, high=1, cost=0)
        if options.sessions is not None:
            pause = length_of(ctx, options.sessions.pause, "sessions.pause", kind)
            size = drawn_of(ctx, options.sessions.events, "sessions.events", ValueType("int"))
            if (size.low or 0) < 1:
                ctx.refuse("a session can have no events", "let it have 1 or more, by `min: 1`", "sessions.events")
            if (pause.low or 0) <= (gap.high or 0):
                what = "a pause can be as short as a gap inside a session, and sessions could not be told apart"
                ctx.refuse(what, "let the pause's min be above the gap's max", "sessions.pause")
        return _Spans(gap, pause, size, self._lasts(ctx, options, kind))

    def _lasts(self, ctx: ColumnContext, options: EventTimeOptions, kind: ValueType) -> Column:
        if options.lasts is None:
            return Column(ValueType("duration"), Constant(0), low=0, high=0, cost=0)
        column = ctx.other(options.lasts, "lasts")
        if column.type.name != "duration" or column.code is None or column.low is None or column.high is None:
            ctx.refuse(f"{options.lasts} is no length of time with a range", "name a duration", "lasts")
        if column.null is not None or column.low < 0:
            ctx.refuse(f"{options.lasts} can be {'negative' if column.null is None else 'NULL'}", "let it be 0 or more, and never NULL", "lasts")  # fmt: skip
        if column.type.scale > kind.scale:
            ctx.refuse(f"{options.lasts} is finer than {ctx.schema.name}", f"give {ctx.schema.name} scale: {column.type.scale}", "lasts")  # fmt: skip
        return replace(column, cost=along.cells_beside(ctx, options.via, (options.lasts, column)))


def _week(ctx: ColumnContext, rhythm: RhythmOptions | None) -> Codes:
    """Sums of the weights of a week's hours, int64[169], with SPEED for the mean hour; int64[0] without a rhythm."""
    if rhythm is None:
        return np.zeros(0, np.int64)
    if rhythm.day is None and rhythm.week is None:
        ctx.refuse("the rhythm says nothing", "give it day, week or both", "rhythm")
    day, week = rhythm.day or [Decimal(1)] * 24, rhythm.week or [Decimal(1)] * 7
    for option, weights in (("day", day), ("week", week)):
        if any(not one.is_finite() or one < 0 for one in weights) or not any(weights):
            ctx.refuse("weights must be 0 or more, and one of them above 0", "write numbers such as 1, 5, 9", f"rhythm.{option}")  # fmt: skip
        if any(one.adjusted() >= _WEIGHT_DIGITS or one != round(one, _WEIGHT_DIGITS) for one in weights):
            ctx.refuse("a weight has too many digits", "use weights between 0.000000001 and 999999999", f"rhythm.{option}")  # fmt: skip
    each = tuple(int(one.scaleb(_WEIGHT_DIGITS)) * int(hour.scaleb(_WEIGHT_DIGITS)) for one in week for hour in day)
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(np.array(apportioned(HOURS * SPEED, each), np.int64))])


def _ahead(zone: str) -> int:
    """What a zone's clocks are ahead of UTC in winter; a rhythm keeps to it all year."""
    if zone in {"", NO_ZONE}:
        return 0
    january_and_july = np.array([20_089, 20_270], np.int64) * MICROS_PER_DAY
    return int(offsets(zone)(january_and_july).min())


class SessionKindOptions(Options):
    time: str = Field(description="the date or datetime of the row, such as an event_time")
    timeout: Any = Field(default="30min", description="a session ends where nothing happens for so long")
    value: Literal["number", "position", "start"] = Field(
        default="number",
        description="`number` of the session, from 1 for each parent; `position` of the row in its session, from 1; `start`: its first time",
    )
    via: str | None = Field(default=None, description=SIBLINGS)


class SessionKind(Kind):
    name = "session"
    aliases = ("session_number", "sessionize", "session_window")
    summary = (
        "Which session of its parent a row belongs to: the next begins where a time lies a timeout or more after that of the "
        "sibling before, by position; NULL where the time is, or there is no parent."
    )
    types = ("int", "datetime", "date")
    options = SessionKindOptions

    def build(self, ctx: ColumnContext, options: SessionKindOptions) -> Column:
        refs = ctx.table.relations
        fk, families = along.family_of(refs, ctx, options.via)
        time = ctx.other(options.time, "time")
        if time.code is None or time.type.name not in {"date", "datetime"}:
            ctx.refuse(
                f"{options.time} is neither a date nor a datetime", "name a column such as an event_time", "time"
            )
        try:
            timeout = duration(options.timeout)
        except ValueError as error:
            ctx.refuse(str(error), "write 30min, 1h or 1d", "timeout")
        unit = MICROS_PER_DAY if time.type.name == "date" else 1
        if timeout <= 0:
            ctx.refuse(f"a timeout of {options.timeout} ends everything", "write a length of time above 0", "timeout")
        if timeout % unit:
            ctx.refuse(f"{options.time} is a date, and {options.timeout} are no whole days", "write 1d or more, or take a datetime", "timeout")  # fmt: skip
        shown = ("number", "position", "start").index(options.value)
        kind = time.type if options.value == "start" else ValueType("int")
        if ctx.type is not None and ctx.type.name != kind.name:
            ctx.refuse(f"the {options.value} of a session is {kind.name}", f"set type to {kind.name}")
        orphan = along.without_parent(refs, fk)
        nulls: list[Node] = [one for one in (orphan, time.null) if one is not None]
        low, high = (1, max(refs.largest_family(fk), 1)) if shown < 2 else (time.low, time.high)
        node = Session(families, refs.context.key, time.code, time.null, timeout // unit, shown, low or 0)
        cost = along.cost_along(refs, ctx, fk, (options.time, time))
        return Column(kind, node, null=any_of(*nulls) if nulls else None, low=low, high=high, cost=cost)


KINDS = (EventTimeKind(), SessionKind())
