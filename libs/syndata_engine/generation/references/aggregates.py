"""Columns that read the children of a row: counts, sums, extremes, the first and the last of them."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import Condition, ForeignKeySchema
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.expressions.conditions import condition_node
from syndata_engine.generation.expressions.numbers import Term, rescaled
from syndata_engine.generation.families.links import FamilyMap, Link
from syndata_engine.generation.families.whole import EndChild, FamilyFold, FamilySize
from syndata_engine.generation.nodes.codes import INT64_MAX, INT64_MIN, ValueType, shown
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Mapped
from syndata_engine.generation.references.blame import lines_behind

if TYPE_CHECKING:
    from syndata_engine.generation.references.references import References


@dataclass(frozen=True)
class Asked:
    """What an aggregate's options say."""

    table: str
    column: str | None = None
    via: str | None = None
    where: Condition | None = None


@dataclass(frozen=True, eq=False)
class _Children:
    """The children that an aggregate reads."""

    theirs: References
    fk: ForeignKeySchema
    families: FamilyMap
    name: str | None
    """The column that is read."""
    value: Column | None
    keep: Node | None
    """1 for children that count: those that satisfy the condition, and are not NULL."""
    condition_cost: int
    reads: tuple[str, ...]

    @property
    def key(self) -> int:
        """Key of the children's table."""
        return self.theirs.context.key

    @property
    def always(self) -> bool:
        """Whether every row has a child that counts."""
        return self.keep is None and self.families.fan_out.low > 0

    @property
    def most(self) -> int:
        """Most children of one row."""
        return self.theirs.largest_family(self.fk)

    def cost(self, each: int) -> int:
        """Cells for each row, when `each` are computed for a child."""
        return 1 + (each + self.condition_cost) * self.theirs.family_cells(self.fk)

    @property
    def value_cost(self) -> int:
        """Cells for the value of one child."""
        return 0 if self.value is None else self.theirs.cost_in_families(self.fk, self.name or "", self.value)

    def fold(self, how: Literal["sum", "min", "max"], value: Node | None) -> FamilyFold:
        """The children's values folded into one."""
        return FamilyFold(self.families, self.key, how, value, self.keep)


def _children(refs: References, ctx: ColumnContext, asked: Asked) -> _Children:
    names = refs.dataset.names
    if asked.table not in names:
        near = difflib.get_close_matches(asked.table, names, 1)
        fix = f"did you mean {near[0]}?" if near else f"tables: {', '.join(names)}"
        ctx.refuse(f"there is no table {asked.table!r}", fix, "table")
    theirs = refs.dataset.references(asked.table)
    fk = theirs.find(asked.via, f"{ctx.path}.via" if asked.via else f"{ctx.path}.table", refs.table.name)
    value = None if asked.column is None else refs.dataset.column(asked.table, asked.column, f"{ctx.path}.column")
    keep, cost, reads = None, 0, [] if asked.column is None else [f"{asked.table}.{asked.column}"]
    if asked.where is not None:
        there = ColumnContext(theirs.context, ctx.schema, None, f"{ctx.path}.where")
        keep = condition_node(there, asked.where.model_copy(update={"path": there.path}))
        for name in asked.where.columns:
            compared = refs.dataset.column(asked.table, name, there.path)
            cost += theirs.cost_in_families(fk, name, compared)
            reads.append(f"{asked.table}.{name}")
    if value is not None and value.null is not None:
        there_is = Mapped(lambda null: (null == 0).astype(np.int64), (value.null,))
        keep = there_is if keep is None else Mapped(np.multiply, (there_is, keep))
    return _Children(
        theirs, fk, theirs.families(fk, ctx.path), asked.column, value, keep, cost, tuple(dict.fromkeys(reads))
    )


def count(refs: References, ctx: ColumnContext, asked: Asked) -> Column:
    """How many children the row has; with a column, how many of them have one there."""
    children = _children(refs, ctx, asked)
    node: Node = FamilySize(children.families)
    cost = 1
    if children.keep is not None:
        node = replace(children.fold("sum", children.keep), keep=None)
        cost = children.cost(children.value_cost)
    return Column(ValueType("int"), node, low=0, high=children.most, cost=cost, reads=children.reads)


def total(refs: References, ctx: ColumnContext, asked: Asked) -> Column:
    """The sum of a column over the children of each row."""
    children = _children(refs, ctx, asked)
    value, what = _number(children.value), f"{asked.table}.{asked.column}"
    if value is None or value.low is None or value.high is None:
        ctx.refuse(f"{what} is not a number with a range", "sum a numeric column", "column")
    low, high = min(value.low * children.most, 0), max(value.high * children.most, 0)
    if max(high, -low) > INT64_MAX // 2:
        each, held = max(-value.low, value.high), INT64_MAX // 2
        whole = f"the sum of {what} over up to {children.most:,} children can leave 64 bits: {children.most:,} x "
        whole += f"{shown(each, value.type)} > {shown(held, value.type)}"
        fix = f"keep {what} within {shown(held // children.most, value.type)}, or give one row at most {held // each:,} children"
        lines = lines_behind(refs.dataset, refs.table.name, ctx.schema, children.reads)
        raise Refused(Fault(f"{ctx.path}.column", whole, fix, related=lines))
    term = Term(children.fold("sum", value.code), value.type.scale, low, high)
    return summed(ctx, term, value, children.cost(children.value_cost), children.reads)


def summed(ctx: ColumnContext, term: Term, value: Column, cost: int, reads: tuple[str, ...]) -> Column:
    """A sum of values as the column that was declared, with its digits."""
    declared = ctx.type or value.type
    undecided = declared.name == "float" and ctx.schema.scale is None
    term = rescaled(term, value.type.scale if undecided else declared.scale)
    value_type = ValueType(declared.name, declared.precision, term.scale)
    return Column(value_type, term.node, low=term.low, high=term.high, cost=cost, reads=reads)


def _number(value: Column | None) -> Column | None:
    return value if value is not None and value.code is not None and value.type.numeric else None


def extreme(refs: References, ctx: ColumnContext, asked: Asked, which: Literal["min", "max"]) -> Column:
    """The least or greatest value of a column over the children of each row; NULL where none counts."""
    children = _children(refs, ctx, asked)
    value = children.value
    if value is None or value.code is None or value.labels is not None or not value.type.ordered:
        what = f"{asked.table}.{asked.column} has no order"
        ctx.refuse(what, f"take the {which} of a number, a date or a time", "column")
    nothing = INT64_MAX if which == "min" else INT64_MIN
    if nothing in {value.low, value.high}:
        ctx.refuse(f"{asked.table}.{asked.column} reaches the end of 64 bits", "narrow its range", "column")
    node: Node = children.fold(which, value.code)
    null = None
    if not children.always:
        _may_be_null(ctx, children, asked)
        found, rest = node, value.low or 0
        null = Mapped(lambda codes: (codes == nothing).astype(np.int64), (found,))
        node = Mapped(lambda codes: np.where(codes == nothing, rest, codes), (found,))
    cost = children.cost(children.value_cost)
    return Column(value.type, node, null=null, low=value.low, high=value.high, cost=cost, reads=children.reads)


def at_end(refs: References, ctx: ColumnContext, asked: Asked, end: Literal["first", "last"]) -> Column:
    """A column of the first or last child that counts, by its place in the family; NULL where there is none."""
    children = _children(refs, ctx, asked)
    if children.value is None:
        raise TypeError("the column is a required option")
    how: Literal["min", "max"] = "min" if end == "first" else "max"
    number = None if children.keep is None else children.fold(how, None)
    link = Link(children.key, EndChild(children.families, end, number), nullable=not children.always)
    if link.nullable:
        _may_be_null(ctx, children, asked)
    # Where the child counts it is not NULL.
    found = refs.read(link, replace(children.value, null=None))
    cost = found.cost if number is None else found.cost + children.cost(children.value_cost)
    return replace(found, cost=cost, reads=children.reads)


def _may_be_null(ctx: ColumnContext, children: _Children, asked: Asked) -> None:
    """Refuse a column that must not be NULL and reads children that a row may not have."""
    if ctx.schema.nullable:
        return
    name = children.theirs.table.name
    if children.keep is None:
        what = f"a row without {name} has no value for {ctx.schema.name}, which is NOT NULL"
        fix = f"give {children.fk.id} of {name} a fan_out with min: 1, or allow NULL"
    else:
        why = "that satisfy the condition" if asked.where else f"with a {asked.column}"
        what, fix = f"a row may have no {name} {why}, and {ctx.schema.name} is NOT NULL", "allow NULL"
    raise Refused(Fault(ctx.schema.path, what, fix, related=(children.fk.path,)))
