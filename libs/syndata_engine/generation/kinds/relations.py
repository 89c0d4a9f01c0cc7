"""Columns that read another table: a parent's column, a sum over children, a place among siblings."""

from __future__ import annotations

from pydantic import AliasChoices, Field

from syndata_engine.generation.columns import Column
from syndata_engine.generation.context import ColumnContext
from syndata_engine.generation.registry import Kind, Options


class LookupOptions(Options):
    column: str = Field(description="the parent's column, as `column` or `table.column`")
    via: str | None = Field(default=None, description="id or child column of the reference to follow")


class Lookup(Kind):
    name = "lookup"
    aliases = ("parent", "from_parent")
    summary = "A column of the row's parent; NULL where there is no parent."
    types = ("str", "int", "float", "decimal", "bool", "date", "datetime", "uuid")
    options = LookupOptions

    def build(self, ctx: ColumnContext, options: LookupOptions) -> Column:
        return ctx.table.relations.lookup(ctx, options.column, options.via)


class SumOptions(Options):
    table: str
    column: str
    via: str | None = Field(default=None, description="id or child column of the children's reference")


class Sum(Kind):
    name = "sum"
    aliases = ("sum_of", "total_of")
    summary = "The exact sum of a column over the row's children; 0 where there are none."
    types = ("decimal", "int", "float")
    options = SumOptions

    def build(self, ctx: ColumnContext, options: SumOptions) -> Column:
        return ctx.table.relations.total(ctx, options.table, options.column, options.via)


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


KINDS = (Lookup(), Sum(), PositionKind())
