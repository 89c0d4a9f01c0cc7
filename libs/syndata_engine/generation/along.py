"""Columns along a family: what a child is by its siblings, of which it reads all, or those before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ForeignKeySchema
from syndata_engine.generation.aggregates import summed
from syndata_engine.generation.codes import INT64_MAX, ValueType
from syndata_engine.generation.columns import Column
from syndata_engine.generation.context import ColumnContext
from syndata_engine.generation.frame import Node
from syndata_engine.generation.kinds.formulas import Term
from syndata_engine.generation.links import FamilyMap, Link, Missing
from syndata_engine.generation.nodes import any_of
from syndata_engine.generation.siblings import LARGEST_WHOLE, PreviousRow, Rank, RunningSum, Share, Ties

if TYPE_CHECKING:
    from syndata_engine.generation.references import References


def running_sum(refs: References, ctx: ColumnContext, name: str, via: str | None) -> Column:
    """The sum of a column over the siblings up to this row."""
    fk, families = _family(refs, ctx, via)
    value = ctx.other(name)
    if value.code is None or not value.type.numeric or value.low is None or value.high is None:
        ctx.refuse(f"{name} is not a number with a range", "sum a numeric column", "column")
    most = refs.largest_family(fk)
    low, high = min(value.low * most, value.low, 0), max(value.high * most, value.high, 0)
    if max(high, -low) > INT64_MAX // 2:
        whole = f"the sum of {name} over up to {most:,} siblings can leave 64 bits"
        ctx.refuse(whole, "narrow its range or the fan-out", "column")
    node = RunningSum(families, refs.context.key, value.code, value.null)
    column = summed(ctx, Term(node, value.type.scale, low, high), value, _cost(refs, ctx, fk, (name, value)), ())
    return column.with_null(_without_parent(refs, fk))


def rank(
    refs: References,
    ctx: ColumnContext,
    name: str,
    via: str | None,
    how: tuple[Literal["ascending", "descending"], Ties],
) -> Column:
    """The place of the row's value among those of its siblings, from 1."""
    fk, families = _family(refs, ctx, via)
    value = ctx.other(name)
    if value.code is None or value.labels is not None or not value.type.ordered:
        ctx.refuse(f"{name} has no order", "rank a number, a date or a time", "column")
    _check_whole(refs, ctx, fk, "ranks")
    order, ties = how
    node = Rank(families, refs.context.key, value.code, value.null, order == "descending", ties)
    nulls = [one for one in (_without_parent(refs, fk), value.null) if one is not None]
    null = any_of(*nulls) if nulls else None
    high = max(refs.largest_family(fk), 1)
    # An orphan's cell is NULL over 0, and a column's bounds hold for NULL cells too.
    return Column(
        ValueType("int"), node, null=null, low=0 if nulls else 1, high=high, cost=_cost(refs, ctx, fk, (name, value))
    )


def previous(refs: References, ctx: ColumnContext, name: str, via: str | None) -> Column:
    """A column of the sibling before; NULL for the first."""
    _, families = _family(refs, ctx, via)
    value = ctx.other(name)
    return refs.read(Link(refs.context.key, PreviousRow(families), nullable=True), value)


def share(refs: References, ctx: ColumnContext, column: str, via: str | None) -> Column:
    """A part of a column of the parent; the parts of all siblings add up to it."""
    table, _, name = column.rpartition(".")
    fk = refs.find(via, f"{ctx.path}.via" if via else ctx.path, table or None)
    families = refs.families(fk, ctx.path)
    parent = refs.dataset.context(fk.parent_table or "").schema
    total = refs.dataset.column(parent.name, name, f"{ctx.path}.column")
    what = f"{parent.name}.{name}"
    if total.code is None or total.type.name not in {"int", "decimal"} or total.high is None or total.low is None:
        ctx.refuse(f"{what} is not a whole or decimal number with a range", "share an int or a decimal", "column")
    if total.low < 0:
        ctx.refuse(f"{what} can be negative, and no share is", "give it a range from 0 up", "column")
    declared = ctx.type or total.type
    if declared.name not in {total.type.name, "decimal"} or declared.scale != total.type.scale:
        digits = (
            f"{total.type.name} with {total.type.scale} digits after the point" if total.type.scale else total.type.name
        )
        ctx.refuse(f"{what} is {digits}, and its shares too", f"declare {ctx.schema.name} like {what}")
    _check_whole(refs, ctx, fk, "shares")
    if families.fan_out.low == 0:
        fix = f"give {fk.id} a fan_out with min: 1"
        refs.dataset.warn(
            ctx.path, f"rows of {parent.name} without {refs.table.name} have nobody to share {name} among", fix
        )
    link = refs.link(fk)
    node = Share(families, refs.context.key, link, total.code, ctx.word())
    null = refs.read(link, total).null
    cost = _priced(refs, ctx, fk, 2 + total.cost)
    return Column(total.type, node, null=null, low=0, high=total.high, cost=cost, reads=(what,))


def _family(refs: References, ctx: ColumnContext, via: str | None) -> tuple[ForeignKeySchema, FamilyMap]:
    fk = refs.find(via, f"{ctx.path}.via" if via else ctx.path)
    return fk, refs.families(fk, ctx.path)


def _without_parent(refs: References, fk: ForeignKeySchema) -> Node | None:
    link = refs.link(fk)
    return Missing(link.parent_row) if link.nullable else None


def _cost(refs: References, ctx: ColumnContext, fk: ForeignKeySchema, read: tuple[str, Column]) -> int:
    """Cells for each row of a column that reads a column of all siblings."""
    return _priced(refs, ctx, fk, refs.cost_in_families(fk, *read))


def _priced(refs: References, ctx: ColumnContext, fk: ForeignKeySchema, each: int) -> int:
    refs.whole_costs[fk.id, ctx.schema.name] = 1 + each
    return 1 + each * refs.family_cells(fk)


def _check_whole(refs: References, ctx: ColumnContext, fk: ForeignKeySchema, does: str) -> None:
    most = refs.largest_family(fk)
    if most > LARGEST_WHOLE:
        what = f"{refs.table.name}.{ctx.schema.name} {does} up to {most:,} siblings together, beyond {LARGEST_WHOLE:,}"
        raise Refused(Fault(ctx.path, what, f"lower the fan-out of {fk.id} to {LARGEST_WHOLE:,}", related=(fk.path,)))
