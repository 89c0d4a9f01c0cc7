"""Columns along a family: what a child is by its siblings, of which it reads all, or those before it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ForeignKeySchema
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.columns.exact import apportioned
from syndata_engine.generation.expressions.numbers import Term
from syndata_engine.generation.families.links import FamilyMap, Link, Missing, OneOfFamily
from syndata_engine.generation.families.shares import LARGEST_SPLIT, PIECE, BalancedShare, Share
from syndata_engine.generation.families.siblings import LARGEST_WHOLE, PreviousRow, Rank, RunningSum, Ties
from syndata_engine.generation.nodes.codes import INT64_MAX, ValueType
from syndata_engine.generation.nodes.frame import TILE, Node
from syndata_engine.generation.nodes.nodes import any_of
from syndata_engine.generation.references.aggregates import summed

if TYPE_CHECKING:
    from syndata_engine.generation.references.references import References


def running_sum(refs: References, ctx: ColumnContext, name: str, via: str | None) -> Column:
    """The sum of a column over the siblings up to this row."""
    fk, families = family_of(refs, ctx, via)
    value = ctx.other(name)
    timed = value.type.name == "duration"
    if value.code is None or not (value.type.numeric or timed) or value.low is None or value.high is None:
        ctx.refuse(f"{name} is not a number or duration with a range", "sum a numeric column, or a duration", "column")
    if ctx.type is not None and timed != (ctx.type.name == "duration"):
        ctx.refuse(f"the sum of {name} is {'a' if timed else 'no'} duration", f"declare {ctx.schema.name} like {name}")
    most = refs.largest_family(fk)
    low, high = min(value.low * most, value.low, 0), max(value.high * most, value.high, 0)
    if max(high, -low) > INT64_MAX // 2:
        whole = f"the sum of {name} over up to {most:,} siblings can leave 64 bits"
        ctx.refuse(whole, "narrow its range or the fan-out", "column")
    node = RunningSum(families, refs.context.key, value.code, value.null)
    cost = cost_along(refs, ctx, fk, (name, value))
    if timed:
        # Codes of a duration are microseconds, however many digits it shows.
        kind = ctx.type or value.type
        if value.type.scale > kind.scale:
            ctx.refuse(f"{name} is finer than its sum", f"give {ctx.schema.name} scale: {value.type.scale}")
        return Column(kind, node, null=without_parent(refs, fk), low=low, high=high, cost=cost)
    column = summed(ctx, Term(node, value.type.scale, low, high), value, cost, ())
    return column.with_null(without_parent(refs, fk))


def rank(
    refs: References,
    ctx: ColumnContext,
    name: str,
    via: str | None,
    how: tuple[Literal["ascending", "descending"], Ties],
) -> Column:
    """The place of the row's value among those of its siblings, from 1."""
    fk, families = family_of(refs, ctx, via)
    value = ctx.other(name)
    if value.code is None or value.labels is not None or not value.type.ordered:
        ctx.refuse(f"{name} has no order", "rank a number, a date or a time", "column")
    _check_whole(refs, ctx, fk, ("ranks", LARGEST_WHOLE))
    order, ties = how
    node = Rank(families, refs.context.key, value.code, value.null, order == "descending", ties)
    nulls = [one for one in (without_parent(refs, fk), value.null) if one is not None]
    null = any_of(*nulls) if nulls else None
    high = max(refs.largest_family(fk), 1)
    # An orphan's cell is NULL over 0, and a column's bounds hold for NULL cells too.
    return Column(
        ValueType("int"),
        node,
        null=null,
        low=0 if nulls else 1,
        high=high,
        cost=cost_along(refs, ctx, fk, (name, value)),
    )


def previous(refs: References, ctx: ColumnContext, name: str, via: str | None) -> Column:
    """A column of the sibling before; NULL for the first."""
    _, families = family_of(refs, ctx, via)
    value = ctx.other(name)
    return refs.read(Link(refs.context.key, PreviousRow(families), nullable=True), value)


@dataclass(frozen=True)
class _Whole:
    """The number that siblings share."""

    fk: ForeignKeySchema
    families: FamilyMap
    link: Link
    total: Column
    what: str
    low: int
    high: int


def share(refs: References, ctx: ColumnContext, column: str, via: str | None) -> Column:
    """A part of a column of the parent; the parts of all siblings add up to it."""
    whole = _whole(refs, ctx, column, via)
    if whole.low < 0:
        ctx.refuse(f"{whole.what} can be negative, and no share is", "give it a range from 0 up", "column")
    if whole.families.fan_out.low == 0:
        fix = f"give {whole.fk.id} a fan_out with min: 1"
        what = f"rows of {whole.fk.parent_table} without {refs.table.name} have nobody to share {column.rpartition('.')[2]} among"
        refs.dataset.warn(ctx.path, what, fix)
    node = Share(whole.families, refs.context.key, whole.link, _code(whole), ctx.word())
    return _part(refs, ctx, whole, Column(whole.total.type, node, low=0, high=whole.high))


def balanced_share(refs: References, ctx: ColumnContext, column: str, via: str | None) -> Column:
    """A part of a column of the parent, or minus one; the parts of all siblings add up to 0."""
    whole = _whole(refs, ctx, column, via)
    fan_out, most = whole.families.fan_out, refs.largest_family(whole.fk)
    if fan_out.low < 2:
        what = f"a row of {whole.fk.parent_table} can have fewer than two {refs.table.name}, which cannot balance"
        fix = f"give {whole.fk.id} a fan_out with min: 2"
        raise Refused(Fault(ctx.path, what, fix, related=(whole.fk.path,)))
    if whole.low < most - 1:
        low, least = (f"{Decimal(code).scaleb(-whole.total.type.scale):f}" for code in (whole.low, most - 1))
        what = (
            f"{whole.what} can be {low}, too little for up to {most - 1:,} {refs.table.name} to have a part of it each"
        )
        raise Refused(Fault(ctx.path, what, f"let it be at least {least}, or lower the fan-out", related=(whole.fk.path,)))  # fmt: skip
    node = BalancedShare(whole.families, refs.context.key, whole.link, _code(whole), ctx.word())
    return _part(refs, ctx, whole, Column(whole.total.type, node, low=-whole.high, high=whole.high))


def _whole(refs: References, ctx: ColumnContext, column: str, via: str | None) -> _Whole:
    table, _, name = column.rpartition(".")
    fk = refs.find(via, f"{ctx.path}.via" if via else ctx.path, table or None)
    families = refs.families(fk, ctx.path)
    parent = refs.dataset.context(fk.parent_table or "").schema
    total = refs.dataset.column(parent.name, name, f"{ctx.path}.column")
    what = f"{parent.name}.{name}"
    if total.code is None or total.type.name not in {"int", "decimal"} or total.high is None or total.low is None:
        ctx.refuse(f"{what} is not a whole or decimal number with a range", "share an int or a decimal", "column")
    declared = ctx.type or total.type
    if declared.name not in {total.type.name, "decimal"} or declared.scale != total.type.scale:
        digits = (
            f"{total.type.name} with {total.type.scale} digits after the point" if total.type.scale else total.type.name
        )
        ctx.refuse(f"{what} is {digits}, and its shares too", f"declare {ctx.schema.name} like {what}")
    _check_whole(refs, ctx, fk, ("shares", LARGEST_SPLIT))
    return _Whole(fk, families, refs.link(fk), total, what, total.low, total.high)


def _code(whole: _Whole) -> Node:
    assert whole.total.code is not None  # noqa: S101 -- `_whole` has refused columns without codes
    return whole.total.code


def _part(refs: References, ctx: ColumnContext, whole: _Whole, column: Column) -> Column:
    cost = priced(refs, ctx, whole.fk, 2 + whole.total.cost, _shared_cells(refs, whole.fk))
    return replace(column, null=refs.read(whole.link, whole.total).null, cost=cost, reads=(whole.what,))


def one_per_parent(
    refs: References, ctx: ColumnContext, via: str | None, share: Decimal, which: Literal["any", "first", "last"]
) -> Column:
    """True for one of the siblings, of so many parents; false for the others, and where there is no parent."""
    families = family_of(refs, ctx, via)[1]
    numerator, denominator = share.as_integer_ratio()
    parents = families.fan_out.parents
    chosen, _ = apportioned(parents, (numerator, denominator - numerator))
    node = OneOfFamily(families, ctx.table_key("one"), which, chosen)
    return Column(ValueType("bool"), node, low=0, high=1, cost=2)


def family_of(refs: References, ctx: ColumnContext, via: str | None) -> tuple[ForeignKeySchema, FamilyMap]:
    """The reference whose siblings are meant, and how they are numbered."""
    fk = refs.find(via, f"{ctx.path}.via" if via else ctx.path)
    return fk, refs.families(fk, ctx.path)


def without_parent(refs: References, fk: ForeignKeySchema) -> Node | None:
    """1 where a row has no parent; None where each has one."""
    link = refs.link(fk)
    return Missing(link.parent_row) if link.nullable else None


def cost_along(refs: References, ctx: ColumnContext, fk: ForeignKeySchema, read: tuple[str, Column]) -> int:
    """Cells for each row of a column that reads a column of all siblings."""
    return priced(refs, ctx, fk, refs.cost_in_families(fk, *read))


def _shared_cells(refs: References, fk: ForeignKeySchema) -> int:
    """Children computed for each row that has a share: its family, or where families are split, a piece."""
    cells = refs.family_cells(fk)
    if refs.largest_family(fk) <= LARGEST_WHOLE:
        return cells
    # Consecutive children that are computed together share all pieces but the first and the last.
    return min(cells, 1 + 2 * PIECE // TILE if refs.owns(fk) else PIECE)


def cells_beside(ctx: ColumnContext, via: str | None, read: tuple[str, Column]) -> int:
    """Cells for each sibling of a column that is read where families are computed as a whole."""
    refs = ctx.table.relations
    return refs.cost_in_families(family_of(refs, ctx, via)[0], *read)


def priced(refs: References, ctx: ColumnContext, fk: ForeignKeySchema, each: int, cells: int | None = None) -> int:
    """Cells for each row of a column that computes so many of each sibling."""
    refs.whole_costs[fk.id, ctx.schema.name] = 1 + each
    return 1 + each * (refs.family_cells(fk) if cells is None else cells)


def _check_whole(refs: References, ctx: ColumnContext, fk: ForeignKeySchema, does: tuple[str, int]) -> None:
    most, (word, limit) = refs.largest_family(fk), does
    if most > limit:
        what = f"{refs.table.name}.{ctx.schema.name} {word} up to {most:,} siblings together, beyond {limit:,}"
        raise Refused(Fault(ctx.path, what, f"lower the fan-out of {fk.id} to {limit:,}", related=(fk.path,)))
