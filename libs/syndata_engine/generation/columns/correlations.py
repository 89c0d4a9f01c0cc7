"""Columns that go along with each other: a Gaussian copula over whatever distributions they have (Nelsen 2006, 2.3 and 4.5)."""

from __future__ import annotations

from decimal import Context, Decimal, localcontext
from functools import lru_cache
from typing import TYPE_CHECKING

from syndata_contracts.schema import ColumnSchema, Correlation, TableSchema
from syndata_engine.generation.nodes.frame import Node

if TYPE_CHECKING:
    from syndata_engine.generation.columns.context import TableContext

_CONTEXT = Context(prec=60)
"""Of our own: a caller's context must not change bytes."""

Rows = tuple[tuple[Decimal, ...], ...]


def correlation_of(table: TableSchema, column: str) -> Correlation | None:
    """The group of correlated columns that a column belongs to."""
    return next((group for group in table.correlations if column in group.columns), None)


@lru_cache(maxsize=64)
def factors_of(rows: Rows) -> tuple[tuple[float, ...], ...]:
    """Cholesky's factor of a positive definite matrix with ones on its diagonal, given below it; row i has i + 1 factors.

    In decimals, which are rounded correctly by definition; reading has proved by whole numbers that no root is of a
    negative number.
    """
    with localcontext(_CONTEXT):
        found: list[list[Decimal]] = []
        for row in rows:
            factors: list[Decimal] = []
            for column, coefficient in enumerate(row):
                known = sum((a * b for a, b in zip(factors, found[column], strict=False)), Decimal(0))
                factors.append((coefficient - known) / found[column][column])
            rest = 1 - sum((factor * factor for factor in factors), Decimal(0))
            found.append([*factors, max(rest, Decimal(0)).sqrt()])
    return tuple(tuple(map(float, row)) for row in found)


def correlated_word(table: TableContext, column: ColumnSchema) -> Node | None:
    """The column's word, such that it goes along with the columns named before it; None where it goes its own way.

    It is made from the words of those columns, never from their values: what they are drawn from may change.
    """
    group = correlation_of(table.schema, column.name)
    if group is None:
        return None
    place = group.columns.index(column.name)
    factors = factors_of(group.coefficients)[place]
    if not any(factors[:-1]):
        return None

    from syndata_engine.generation.quantiles.normal_words import Blended

    def make() -> Node:
        used = [(name, factor) for name, factor in zip(group.columns, factors, strict=False) if factor]
        return Blended(tuple(_score(table, name) for name, _ in used), tuple(factor for _, factor in used))

    return table.shared(("correlated", column.id), make)


def _score(table: TableContext, name: str) -> Node:
    from syndata_engine.generation.quantiles.normal_words import score

    column = next(one for one in table.schema.columns if one.name == name)
    return table.shared(("score", column.id), lambda: score(own_word(table, column)))


def own_word(table: TableContext, column: ColumnSchema) -> Node:
    """The word that a column is drawn from where it goes along with none; columns of a combination have one together."""
    rule = column.rule
    if rule is None or rule.kind != "combination":
        return table.word("column", column.id, "", sensitive=bool(column.sensitivity))
    group = rule.options["id"]
    rules = ((one.rule, one.sensitivity) for one in table.schema.columns)
    sensitive = any(said for one, said in rules if one and one.kind == rule.kind and one.options.get("id") == group)
    return table.word("combination", group, sensitive=sensitive)
