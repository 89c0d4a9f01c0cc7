"""Values that are missing: at random, or more often where other columns, or the value itself, are so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ColumnSchema
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Chance, Constant, FirstTrue, Selected, any_of, probability_threshold

if TYPE_CHECKING:
    from syndata_engine.generation.tables.tables import TableBuilder


def with_missing(builder: TableBuilder, column: ColumnSchema, built: Column) -> Column:
    """The column, NULL in the shares that the user gave: the first condition that holds decides, else `null_rate`."""
    capped = builder.capping(column.name) is not None
    if capped:
        from syndata_engine.generation.keys.capped import capped_null, check_nulls

        check_nulls(builder, column, built)
    if not column.null_when and not column.null_rate:
        return built
    word = builder.context.word("null", column.id)
    usual: Node = Chance(word, probability_threshold(column.null_rate), 1)
    if capped:
        usual = capped_null(builder, column, usual)
    if not column.null_when:
        return _nullable(built, usual)
    from syndata_engine.generation.expressions.conditions import condition_node

    _check(builder, column)
    # Its own name means the value that is there before some go missing.
    own = replace(
        builder.context,
        build=lambda name, path: built if name == column.name else builder.context.build(name, path),
    )
    conditions, shares = [], []
    reads: list[str] = []
    for one in column.null_when:
        ctx = ColumnContext(own, column, None, one.path, reads=reads)
        conditions.append(condition_node(ctx, one.condition))
        shares.append(Chance(word, probability_threshold(one.rate), 1))
    usual = usual if column.null_rate else Constant(0)
    missing = Selected(FirstTrue(tuple(conditions)), (*shares, usual))
    others = tuple(name for name in dict.fromkeys(reads) if name != column.name)
    return replace(_nullable(built, missing), reads=tuple(dict.fromkeys((*built.reads, *others))))


def _nullable(column: Column, missing: Node) -> Column:
    return column.with_null(missing if column.null is None else any_of(column.null, missing))


def _check(builder: TableBuilder, column: ColumnSchema) -> None:
    """Refuse conditions where something else decides which rows have a value."""
    path = column.null_when[0].path
    relations = builder.context.relations
    if relations.covering(column.name) or relations.typed_by(column.name):
        what = f"{column.name} is part of a reference, whose own null_rate says how many rows have no parent"
        raise Refused(Fault(path, what, "write null_rate at the reference, or drop null_when"))
