"""Birth dates and ages that agree."""

from __future__ import annotations

from calendar import isleap
from datetime import UTC, date, datetime

import numpy as np
from pydantic import Field

from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.persons import PERSON_WORDS, person
from syndata_engine.generation.kinds.registry import Kind, Options, parse_rule
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Mapped, Uniform
from syndata_engine.generation.words.bits import Codes

EPOCH_DAY = date(1970, 1, 1).toordinal()


class AgeOptions(Options):
    min: int = Field(default=18, ge=0, le=130)
    max: int = Field(default=80, ge=0, le=130)
    entity: str | None = None


def _birth(ctx: ColumnContext, options: AgeOptions) -> Node:
    """Days of birth of the person, such that the age at `as_of` is min..max."""
    if options.min > options.max:
        ctx.refuse(f"the range is empty: min {options.min} is above max {options.max}", "swap min and max", "min")
    _same_ages(ctx, options)
    first, last = _birth_days(ctx.as_of, options)
    word = person(ctx, options.entity).word
    path = ("birth", ctx.entity_name(PERSON_WORDS, options.entity), str(first), str(last))
    return ctx.table.shared(path, lambda: Uniform(word, first, last - first + 1, key=ctx.key("birth")))


def _check_calendar(ctx: ColumnContext, options: AgeOptions) -> None:
    if ctx.as_of.year <= options.max + 1:
        ctx.refuse(f"at {ctx.as_of:%Y-%m-%d} nobody was {options.max} years old yet", "lower max, or move as_of", "max")


def _birth_days(as_of: datetime, options: AgeOptions) -> tuple[int, int]:
    today = as_of.astimezone(UTC).date()
    return _years_before(today, options.max + 1) + 1, _years_before(today, options.min)


def _years_before(day: date, years: int) -> int:
    """The day some years earlier as days since 1970; 29 February becomes 28 February where there is none."""
    year = day.year - years
    if day.month == 2 and day.day == 29 and not isleap(year):
        day = day.replace(day=28)
    return day.replace(year=year).toordinal() - EPOCH_DAY


def _same_ages(ctx: ColumnContext, options: AgeOptions) -> None:
    """Refuse another age or birth column of the same person that states another range."""
    own = ctx.entity_name(PERSON_WORDS, options.entity)
    for column in ctx.table.schema.columns:
        if column.rule is None or column.name == ctx.schema.name or column.rule.kind not in _AGE_NAMES:
            continue
        theirs = parse_rule(column.rule)[1]
        there = ColumnContext(ctx.table, column, None, column.rule.path)
        if there.entity_name(PERSON_WORDS, theirs.entity) == own and (theirs.min, theirs.max) != (
            options.min,
            options.max,
        ):
            ctx.refuse(f"{column.name} describes the same person with ages {theirs.min} to {theirs.max}, here {options.min} to {options.max}",
                       f"state the same min and max in {column.name} and {ctx.schema.name}, or give one of them another entity", "min")  # fmt: skip


class DateOfBirth(Kind):
    name = "date_of_birth"
    aliases = ("dob", "birth_date", "birthdate", "birthday")
    summary = "A birth date that makes the person min to max years old at as_of; agrees with age."
    types = ("date",)
    options = AgeOptions

    def build(self, ctx: ColumnContext, options: AgeOptions) -> Column:
        _check_calendar(ctx, options)
        low, high = _birth_days(ctx.as_of, options)
        return Column(ValueType("date"), _birth(ctx, options), low=low, high=high)


class Age(Kind):
    name = "age"
    summary = "The person's whole years at as_of; agrees with date_of_birth."
    types = ("int",)
    options = AgeOptions

    def build(self, ctx: ColumnContext, options: AgeOptions) -> Column:
        today = ctx.as_of.astimezone(UTC).date()
        _check_calendar(ctx, options)
        first, last = _birth_days(ctx.as_of, options)
        # The last birthday of each age splits the days of birth; one look-up per day tells the age.
        turns = [_years_before(today, years) for years in range(options.max, options.min, -1)]
        ages = options.max - np.searchsorted(turns, np.arange(first, last + 1), side="left")

        def age(days: Codes) -> Codes:
            return np.take(ages, days - first)

        return Column(ValueType("int"), Mapped(age, (_birth(ctx, options),)), low=options.min, high=options.max)


_AGE_NAMES = {DateOfBirth.name, *DateOfBirth.aliases, Age.name}


KINDS = (DateOfBirth(), Age())
