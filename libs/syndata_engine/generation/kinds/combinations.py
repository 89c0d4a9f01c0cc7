"""Columns that are drawn together from a list of rows, which a table's `combinations` says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
from pydantic import Field

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ColumnSchema
from syndata_engine.generation.columns.columns import Column, Enumeration
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.columns.correlations import correlated_word, correlation_of, own_word
from syndata_engine.generation.columns.exact import exact_index
from syndata_engine.generation.kinds.categories import distinct_values, values_column, whole_weights
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import EVERY_TYPE
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Permuted, RowNumber, Uniform, Weighted
from syndata_engine.generation.quantiles.table import ranked
from syndata_engine.generation.references.key_sets import key_sets
from syndata_engine.generation.words.bijection import Bijection
from syndata_engine.generation.words.bits import derive_key
from syndata_engine.pools import alias_table


class CombinationOptions(Options):
    id: str = Field(description="the same for all columns that are drawn together")
    value: list[Any] = Field(min_length=1, description="this column's value in each of the rows that are listed")
    weights: list[Decimal] | None = Field(default=None, description="one for each row of the list")
    exact: bool = Field(default=False, description="true: of the whole table each gets its share to the row")


class Combination(Kind):
    name = "combination"
    summary = (
        "One column of several that are drawn together from a list of rows; a table's `combinations` say it shorter."
    )
    types = EVERY_TYPE
    options = CombinationOptions

    def ascends(self, options: CombinationOptions) -> bool:
        return not options.exact

    def build(self, ctx: ColumnContext, options: CombinationOptions) -> Column:
        return values_column(ctx, options.value, _index(ctx, options), "value")

    def enumerate(self, ctx: ColumnContext, options: CombinationOptions) -> Enumeration | None:
        if not _is_key(ctx, ctx.schema.name):
            return None
        if options.weights is not None or options.exact:
            what = f"{ctx.schema.name} is unique, so each row of the list is taken once"
            ctx.refuse(what, "drop weights and exact", "weights" if options.weights is not None else "exact")
        if len(distinct_values(ctx, options.value)) < len(options.value):
            what = f"{ctx.schema.name} is unique, and a value stands twice in the list, or is NULL"
            ctx.refuse(what, "list each value once", "value")
        # Its neighbours follow the same rows, so they are numbered here and not by the key.
        return Enumeration(len(options.value), lambda _: self.build(ctx, options))


def _members(ctx: ColumnContext, group: str) -> list[ColumnSchema]:
    return [
        column
        for column in ctx.table.schema.columns
        if column.rule is not None and column.rule.kind == Combination.name and column.rule.options.get("id") == group
    ]


def _is_key(ctx: ColumnContext, name: str) -> bool:
    return any(key.columns == (name,) for key in key_sets(ctx.table.schema))


def _index(ctx: ColumnContext, options: CombinationOptions) -> Node:
    """Which of the listed rows each row of the table holds: one node for all columns of the combination."""
    alike, index = ctx.table.shared(("combination", options.id), lambda: (_said(options), _drawn(ctx, options)))
    if alike != _said(options):
        what = f"the columns of the combination {options.id!r} do not list the same number of rows and the same weights"
        ctx.refuse(what, "write them once, as combinations of the table")
    return index


def _said(options: CombinationOptions) -> tuple[object, ...]:
    return len(options.value), tuple(options.weights or ()), options.exact


def combination_key(ctx: ColumnContext, group: str) -> int:
    """What scatters the rows of a combination over its table; secret where one of its columns is."""
    table, sensitive = ctx.table, any(column.sensitivity for column in _members(ctx, group))
    secret = table.secret if sensitive else b""
    return derive_key(table.seed, "combination", table.schema.id, group, secret=secret)


def _drawn(ctx: ColumnContext, options: CombinationOptions) -> Node:
    members, size, table = _members(ctx, options.id), len(options.value), ctx.table
    sensitive, key = any(column.sensitivity for column in members), combination_key(ctx, options.id)
    if any(_is_key(ctx, column.name) for column in members):
        return Permuted(RowNumber(), Bijection(size, key))
    weights = (1,) * size if options.weights is None else whole_weights(ctx, size, options.weights)
    if options.exact:
        return exact_index(table.relations.rows, weights, key)
    rising = _rising(ctx, members)
    if rising is not None:
        word = correlated_word(table, rising) or own_word(table, rising)
        return ranked(word, np.array(weights, np.float64))
    word = table.word("combination", options.id, sensitive=sensitive)
    return Uniform(word, 0, size) if options.weights is None else Weighted(word, alias_table(weights))


def _rising(ctx: ColumnContext, members: list[ColumnSchema]) -> ColumnSchema | None:
    """The one column by which the combination goes along with columns outside of it."""
    named = [column for column in members if correlation_of(ctx.table.schema, column.name) is not None]
    if len(named) > 1:
        group = correlation_of(ctx.table.schema, named[1].name)
        what = f"{named[0].name} and {named[1].name} are drawn together, so they rise and fall as one"
        raise Refused(Fault(group.path if group else "", what, f"name one of them in correlate: drop {named[1].name}"))
    return named[0] if named else None


KINDS = (Combination(),)
