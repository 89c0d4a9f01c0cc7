"""Columns of which exactly one, at most one or at least one has a value in each row.

Which one it is follows from the row's place in a shuffled table, so that each gets its share to the row. References
among them keep their families: the rows that refer by one of them are a stretch of that shuffled table, and the
children of its parents are counted in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import Alternatives, ColumnSchema, ForeignKeySchema, TableSchema
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.exact import apportioned, exact_index
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Chance, Mapped, Weighted, probability_threshold
from syndata_engine.generation.references.key_sets import key_sets
from syndata_engine.generation.words.bijection import Bijection
from syndata_engine.generation.words.bits import Codes, derive_key
from syndata_engine.pools import alias_table

if TYPE_CHECKING:
    from syndata_engine.generation.columns.context import TableContext


@dataclass(frozen=True, slots=True)
class Turned:
    """A bijection whose images are counted from another place on, around the end."""

    bijection: Bijection
    start: int

    def forward(self, numbers: Codes) -> Codes:
        """Image of each number, counted from `start`."""
        return (self.bijection.forward(numbers) - self.start) % self.bijection.size

    def inverse(self, numbers: Codes) -> Codes:
        """The number whose image each is; numbers below `size`."""
        return self.bijection.inverse((numbers + self.start) % self.bijection.size)


@dataclass(frozen=True, slots=True)
class Alternative:
    """One column's part in a set of alternatives."""

    said: Alternatives
    names: tuple[str, ...]
    """The columns, by id: their order in the document moves no value."""
    weights: tuple[int, ...]
    """Of the columns; at the end that of rows which have none of them."""
    place: int
    key: int

    @classmethod
    def of(cls, context: TableContext, name: str) -> Alternative | None:
        """The part that a column takes; None where it takes none."""
        said = next((one for one in context.schema.alternatives if name in one.columns), None)
        if said is None:
            return None
        ids = {column.name: column.id for column in context.schema.columns}
        names = tuple(sorted(said.columns, key=lambda other: ids[other]))
        by_name = dict(zip(said.columns, said.weights or (Decimal(1),) * len(names), strict=True))
        key = derive_key(context.seed, "alternatives", context.schema.id, *(ids[other] for other in names))
        return cls(said, names, _whole(said, [Fraction(by_name[other]) for other in names]), names.index(name), key)

    @property
    def share(self) -> Fraction:
        """Share of the rows that have this column."""
        return Fraction(self.weights[self.place], sum(self.weights))

    def counts(self, rows: int) -> tuple[int, ...]:
        """Rows of each column."""
        return apportioned(rows, self.weights)

    def shuffle(self, rows: int) -> Turned:
        """The rows in the order in which those that have this column come first."""
        return Turned(Bijection(max(rows, 1), self.key), sum(self.counts(rows)[: self.place]))


def _whole(said: Alternatives, weights: list[Fraction]) -> tuple[int, ...]:
    """Whole numbers of the same proportions, that of rows without any value at the end."""
    none = Fraction(0)
    if said.how == "at_most_one":
        share = Fraction(1, len(weights) + 1) if said.none is None else Fraction(said.none)
        none = sum(weights) * share / (1 - share)
    unit = lcm(*(weight.denominator for weight in (*weights, none)))
    return tuple(int(weight * unit) for weight in (*weights, none))


def reference_alternative(context: TableContext, fk: ForeignKeySchema) -> Alternative | None:
    """The part that a reference takes in a set of alternatives."""
    if fk.parents:
        return None
    return next((part for name in fk.child_columns if (part := Alternative.of(context, name))), None)


def check_reference(table: TableSchema, fk: ForeignKeySchema, part: Alternative, *, tied: bool) -> None:
    """Refuse a reference whose rows do not follow from the set alone."""
    why = ""
    if part.said.how == "at_least_one":
        why = "can be NULL by a null rate only, which would leave its children uncounted"
    elif fk.null_rate:
        why = "has a null rate of its own"
    elif len(fk.child_columns) > 1 or tied:
        why = "has several columns, or another reference decides what it may choose"
    elif fk.parent_table == table.name:
        why = "refers to its own table"
    elif fk.choice == "independent":
        why = "picks each parent independently"
    elif fk.owning:
        why = "says owning, and rows without a parent lie between its own"
    elif any(len(key.columns) > 1 and set(fk.child_columns) & set(key.columns) for key in key_sets(table)):
        why = "is part of a key of several columns, which cannot be NULL"
    if why:
        what = f"the reference {fk.id} {why}, so it cannot be one of {', '.join(part.said.columns)}"
        fix = (
            "use a plain reference of one column with choice: exact"
            if part.said.how != "at_least_one"
            else "write exactly_one"
        )
        raise Refused(Fault(fk.path, what, fix, related=(part.said.path,)))


def with_alternatives(context: TableContext, column: ColumnSchema, made: tuple[Column, Column]) -> Column:
    """The column, NULL in the rows that another one of its set has to itself.

    It comes twice: as its rule makes it, and with what the column says of NULL.
    """
    ruled, built = made
    part = Alternative.of(context, column.name)
    if part is None or any(column.name in fk.child_columns and not fk.parents for fk in context.schema.foreign_keys):
        return built
    if ruled.null is not None or column.null_when:
        _refuse(part, column, f"the values of {column.name} can be NULL where it is the one that must have a value")
    if part.said.how == "at_least_one":
        return built.with_null(_unless_all(context, part))
    index = context.shared(
        ("alternatives", *part.names), lambda: exact_index(context.relations.rows, part.weights, part.key)
    )
    place = part.place
    return built.with_null(Mapped(lambda codes: (codes != place).astype(np.int64), (index,)))


def _unless_all(context: TableContext, part: Alternative) -> Node:
    """NULL by the column's own rate, but for rows where all would be, of which each column keeps its share."""
    schemas = {column.name: column for column in context.schema.columns}
    chances = tuple(
        Chance(context.word("null", schemas[name].id), probability_threshold(schemas[name].null_rate), 1)
        for name in part.names
    )
    kept = Weighted(context.word("alternatives", *part.names), alias_table(part.weights[:-1]))
    place = part.place

    def null(index: Codes, *nulls: Codes) -> Codes:
        alone = np.logical_and.reduce([one != 0 for one in nulls]) & (index == place)
        return np.where(alone, 0, nulls[place])

    return Mapped(null, (kept, *chances))


def _refuse(part: Alternative, column: ColumnSchema, what: str) -> NoReturn:
    fix = "use a rule that gives a value in every row"
    raise Refused(Fault(column.path, what, fix, related=(part.said.path,)))
