"""Polymorphic references: a type column names the parent table, the child columns hold a key of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ForeignKeySchema
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.families.links import Link
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import (
    Chance,
    Constant,
    Selected,
    Uniform,
    Weighted,
    any_of,
    probability_threshold,
)
from syndata_engine.generation.references.sharing import Shared, shared_row
from syndata_engine.generation.texts.text import Case
from syndata_engine.pools import Pool, alias_table

if TYPE_CHECKING:
    from syndata_engine.generation.references.references import References


def _option_index(refs: References, fk: ForeignKeySchema) -> Node:
    return Weighted(refs.word(fk, "type"), alias_table(tuple(parent.weight for parent in fk.parents)))


def type_column(refs: References, fk: ForeignKeySchema) -> Column:
    """Which parent table a polymorphic reference points to."""
    labels = Pool(tuple(parent.label for parent in fk.parents))
    null = _null(refs, fk)
    return Column(ValueType("str"), _option_index(refs, fk), null=null, low=0, high=len(fk.parents) - 1, labels=labels)


def _null(refs: References, fk: ForeignKeySchema) -> Node | None:
    return Chance(refs.word(fk, "null"), probability_threshold(fk.null_rate), 1) if fk.null_rate else None


def child_column(refs: References, fk: ForeignKeySchema, name: str) -> Column:
    """A child column: the key of whichever parent the type column names."""
    columns = []
    for number, parent in enumerate(fk.parents):
        rows = refs.dataset.rows(parent.table)
        if rows == 0:
            raise Refused(
                Fault(
                    fk.path,
                    f"{parent.table} has no rows to refer to",
                    f"give {parent.table} rows, or drop it from parents",
                )
            )
        link = _option_link(refs, fk, number, rows)
        source = refs.dataset.column(parent.table, parent.columns[fk.child_columns.index(name)], fk.path)
        columns.append(refs.read(link, source))
    index, null = _option_index(refs, fk), _null(refs, fk)
    types = {column.type for column in columns}
    if len(types) == 1 and all(column.text is None and column.labels is None for column in columns):
        codes = tuple(column.code for column in columns if column.code is not None)
        return Column(types.pop(), Selected(index, codes), null=_either(null, index, columns))
    return Column(
        ValueType("str"),
        text=(Case(index, tuple(column.written() for column in columns)),),
        null=_either(null, index, columns),
    )


def _option_link(refs: References, fk: ForeignKeySchema, number: int, rows: int) -> Link:
    """The way to one of the parents: any row, or one that agrees on the columns that another reference decides."""
    parent, word = fk.parents[number], refs.word(fk, str(number))
    key, base = refs.dataset.context(parent.table).key, refs.within(fk)
    if base is None:
        return Link(key, Uniform(word, 0, rows))
    alone = fk.model_copy(update={"parents": (), "parent_table": parent.table, "parent_columns": parent.columns})
    row, may_miss = shared_row(refs, Shared(alone, base, word))
    if may_miss:
        # The type column would name a parent that is not there.
        what = f"{fk.id} can find no {parent.table} that agrees with {base.id}"
        fix = f"give every parent of {base.id} at least one {parent.table} (fan_out with min 1), and drop its null rate"
        raise Refused(Fault(fk.path, what, fix, related=(base.path,)))
    return Link(key, row)


def _either(null: Node | None, index: Node, columns: list[Column]) -> Node | None:
    """NULL where the reference is, or where the key of the chosen parent is."""
    if all(column.null is None for column in columns):
        return null
    theirs = Selected(index, tuple(column.null or Constant(0) for column in columns))
    return theirs if null is None else any_of(null, theirs)
