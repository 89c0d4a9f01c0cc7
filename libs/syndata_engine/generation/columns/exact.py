"""Shares of a whole table that are met to the row: a row's class follows from its place in a shuffled table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.nodes.nodes import Permuted, RowNumber
from syndata_engine.generation.words.bijection import Bijection
from syndata_engine.generation.words.bits import Codes

if TYPE_CHECKING:
    from syndata_engine.generation.columns.context import ColumnContext


def apportioned(rows: int, weights: tuple[int, ...]) -> tuple[int, ...]:
    """Rows for each weight: the exact share rounded down, then one more for the largest remainders until all are used.

    Hamilton's method (largest remainder), in whole numbers; of equal remainders the one listed first wins.
    """
    total = sum(weights)
    counts = [rows * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: -(rows * weights[place] % total))
    for place in by_remainder[: rows - sum(counts)]:
        counts[place] += 1
    return tuple(counts)


@dataclass(frozen=True, eq=False, slots=True)
class Stretched(Node):
    """Which of several stretches, laid end to end, a number stands in."""

    number: Node
    ends: Codes
    """One past the last number of each stretch; int64[k], ascending."""

    def compute(self, frame: Frame, out: Codes) -> None:
        out[:] = np.searchsorted(self.ends, frame.get(self.number), side="right")


def exact_index(rows: int, weights: tuple[int, ...], key: int) -> Node:
    """An index 0..k-1 that each stands in exactly its share of the rows, scattered over the table."""
    ends = np.cumsum(np.array(apportioned(rows, weights), np.int64))
    return Stretched(Permuted(RowNumber(), Bijection(max(rows, 1), key)), ends)


def table_index(ctx: ColumnContext, weights: tuple[int, ...]) -> Node:
    """`exact_index` over the column's table; Refused where the rule covers only some of its rows."""
    if ctx.schema.conditional_rules:
        what = f"exact shares are of the whole table, and conditional rules of {ctx.schema.name} cover parts of it"
        ctx.refuse(what, "drop exact, or the conditional rules", "exact")
    return exact_index(ctx.table.relations.rows, weights, table_key(ctx))


def table_key(ctx: ColumnContext) -> int:
    """What scatters a column's exact shares over its table."""
    return ctx.table_key("exact")
