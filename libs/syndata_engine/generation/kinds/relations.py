"""Columns that read another table: a parent's column, aggregates of children, a place among siblings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import AliasChoices, Field

from syndata_contracts.schema import Condition
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import EVERY_TYPE
from syndata_engine.generation.references import aggregates, along

ANY_TYPE = EVERY_TYPE
_VIA = "id or child column of the children's reference"
_SIBLINGS = "id or child column of the reference whose siblings are meant"
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
    types = ("decimal", "int", "float", "date", "datetime", "bool", "time", "duration")
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


class AlongOptions(Options):
    column: str = Field(description="a column of the same table")
    via: str | None = Field(default=None, description=_SIBLINGS)


class RunningSum(Kind):
    name = "running_sum"
    aliases = ("running_total", "cumulative_sum")
    summary = "The exact sum of a column over the row's siblings up to the row itself, by position; NULL where there is no parent."
    types = ("decimal", "int", "float", "duration")
    options = AlongOptions

    def build(self, ctx: ColumnContext, options: AlongOptions) -> Column:
        return along.running_sum(ctx.table.relations, ctx, options.column, options.via)


class RankOptions(AlongOptions):
    order: Literal["ascending", "descending"] = Field(
        default="ascending", description="`ascending`: 1 for the least; `descending`: 1 for the greatest"
    )
    ties: Literal["position", "min", "dense"] = Field(
        default="position",
        description="among equals, `position`: the earlier first; `min`: 1, 1, 3; `dense`: 1, 1, 2",
    )


class RankKind(Kind):
    name = "rank"
    aliases = ("rank_among_siblings",)
    summary = "The place of the row's value in a column among those of its siblings, from 1; NULL where that is NULL, or there is no parent."
    types = ("int",)
    options = RankOptions

    def build(self, ctx: ColumnContext, options: RankOptions) -> Column:
        return along.rank(ctx.table.relations, ctx, options.column, options.via, (options.order, options.ties))


class ShareKind(Kind):
    name = "share"
    aliases = ("share_of", "part_of_total")
    summary = (
        "A part of a column of the parent, by a drawn weight; the parts of all siblings add up to it exactly, and none is "
        "negative; NULL where that is NULL, or there is no parent."
    )
    types = ("decimal", "int")
    options = LookupOptions

    def build(self, ctx: ColumnContext, options: LookupOptions) -> Column:
        return along.share(ctx.table.relations, ctx, options.column, options.via)


class BalancedShareKind(Kind):
    name = "balanced_share"
    aliases = ("posting", "double_entry", "debit_credit")
    summary = (
        "A part of a column of the parent, positive for some of the siblings and negative for the others: positive parts add up "
        "to it, negative ones to minus it, so all add up to 0, and none is 0; NULL where that is NULL, or there is no parent."
    )
    types = ("decimal", "int")
    options = LookupOptions

    def build(self, ctx: ColumnContext, options: LookupOptions) -> Column:
        return along.balanced_share(ctx.table.relations, ctx, options.column, options.via)


class Previous(Kind):
    name = "previous"
    aliases = ("lag", "of_previous")
    summary = "A column of the sibling before the row, by position; NULL for the first, and where there is no parent."
    types = ANY_TYPE
    options = AlongOptions

    def build(self, ctx: ColumnContext, options: AlongOptions) -> Column:
        return along.previous(ctx.table.relations, ctx, options.column, options.via)


class OneOptions(Options):
    via: str | None = Field(default=None, description=_SIBLINGS)
    share: Decimal = Field(
        default=Decimal(1),
        ge=0,
        le=1,
        description="share of all parents that have such a child, to the row; 1: each that has children",
    )
    which: Literal["any", "first", "last"] = Field(
        default="any", description="`any`: each sibling as likely; `first`, `last`: by position"
    )


class OnePerParent(Kind):
    name = "one_per_parent"
    aliases = ("one_of_siblings", "primary_child")
    summary = "true for exactly one of the children of each parent that has children, false for its siblings and where there is no parent."
    types = ("bool",)
    options = OneOptions

    def build(self, ctx: ColumnContext, options: OneOptions) -> Column:
        return along.one_per_parent(ctx.table.relations, ctx, options.via, options.share, options.which)


KINDS = (
    Lookup(),
    Count(),
    Sum(),
    Least(),
    Greatest(),
    First(),
    Last(),
    PositionKind(),
    RunningSum(),
    RankKind(),
    ShareKind(),
    BalancedShareKind(),
    Previous(),
    OnePerParent(),
)
