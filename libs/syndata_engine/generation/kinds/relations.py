"""Columns that read another table: a parent's column, aggregates of children, a place among siblings."""

from __future__ import annotations

from typing import Any

from pydantic import AliasChoices, Field

from syndata_contracts.schema import Condition
from syndata_engine.generation import aggregates
from syndata_engine.generation.columns import Column
from syndata_engine.generation.context import ColumnContext
from syndata_engine.generation.registry import Kind, Options

ANY_TYPE = ("str", "int", "float", "decimal", "bool", "date", "datetime", "uuid")
_VIA = "id or child column of the children's reference"
_WHERE = "only children that satisfy a condition on their own columns, such as `amount >= 10`"


class LookupOptions(Options):
    column: str = Field(description="the parent's column, as `column` or `table.column`")
    via: str | None = Field(default=None, description="id or child column of the reference to follow")


class Lookup(Kind):
    name = "lookup"
    aliases = ("parent", "from_parent")
    summary = "A column of the row's parent; NULL where there is no parent."
    types = ANY_TYPE
    options = LookupOptions

    def build(self, ctx: ColumnContext, options: LookupOptions) -> Column:
        return ctx.table.relations.lookup(ctx, options.column, options.via)


class CountOptions(Options):
    table: str
    column: str | None = Field(default=None, description="counts only children where this column is not NULL")
    via: str | None = Field(default=None, description=_VIA)
    where: Any = Field(default=None, description=_WHERE)


class AggregateOptions(Options):
    table: str
    column: str
    via: str | None = Field(default=None, description=_VIA)
    where: Any = Field(default=None, description=_WHERE)


class Count(Kind):
    name = "count"
    aliases = ("count_of", "number_of")
    summary = "How many children the row has; 0 where there are none."
    types = ("int", "decimal", "float")
    options = CountOptions

    def build(self, ctx: ColumnContext, options: CountOptions) -> Column:
        return aggregates.count(ctx.table.relations, ctx, _asked(options))


def _asked(options: CountOptions | AggregateOptions) -> aggregates.Asked:
    # Reading has checked it, and turned text into what it means.
    where = None if options.where is None else Condition.model_validate(options.where)
    return aggregates.Asked(options.table, options.column, options.via, where)


class Sum(Kind):
    name = "sum"
    aliases = ("sum_of", "total_of")
    summary = "The exact sum of a column over the row's children; 0 where there are none."
    types = ("decimal", "int", "float")
    options = AggregateOptions

    def build(self, ctx: ColumnContext, options: AggregateOptions) -> Column:
        return aggregates.total(ctx.table.relations, ctx, _asked(options))


class Least(Kind):
    name = "min"
    aliases = ("min_of", "least_of")
    summary = "The least value of a column over the row's children; NULL where there is none."
    types = ("decimal", "int", "float", "date", "datetime", "bool")
    options = AggregateOptions

    def build(self, ctx: ColumnContext, options: AggregateOptions) -> Column:
        return aggregates.extreme(ctx.table.relations, ctx, _asked(options), "min")


class Greatest(Kind):
    name = "max"
    aliases = ("max_of", "greatest_of")
    summary = "The greatest value of a column over the row's children; NULL where there is none."
    types = Least.types
    options = AggregateOptions

    def build(self, ctx: ColumnContext, options: AggregateOptions) -> Column:
        return aggregates.extreme(ctx.table.relations, ctx, _asked(options), "max")


class First(Kind):
    name = "first"
    aliases = ("first_of",)
    summary = (
        "A column of the first of the row's children that has a value there, by their position; NULL where none has."
    )
    types = ANY_TYPE
    options = AggregateOptions

    def build(self, ctx: ColumnContext, options: AggregateOptions) -> Column:
        return aggregates.at_end(ctx.table.relations, ctx, _asked(options), "first")


class Last(Kind):
    name = "last"
    aliases = ("last_of",)
    summary = (
        "A column of the last of the row's children that has a value there, by their position; NULL where none has."
    )
    types = ANY_TYPE
    options = AggregateOptions

    def build(self, ctx: ColumnContext, options: AggregateOptions) -> Column:
        return aggregates.at_end(ctx.table.relations, ctx, _asked(options), "last")


class PositionOptions(Options):
    via: str | None = Field(default=None, description="id or child column of the reference whose siblings count")
    start: int = Field(default=1, validation_alias=AliasChoices("start", "from"), ge=-(2**31), le=2**31)


class PositionKind(Kind):
    name = "position"
    aliases = ("line_number", "sequence_in_parent", "rank_in_parent")
    summary = "1, 2, 3, ... among the children of the same parent."
    types = ("int",)
    options = PositionOptions

    def build(self, ctx: ColumnContext, options: PositionOptions) -> Column:
        return ctx.table.relations.position(ctx, options.via, options.start)


KINDS = (Lookup(), Count(), Sum(), Least(), Greatest(), First(), Last(), PositionKind())
