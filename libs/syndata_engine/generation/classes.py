"""Rows that a condition picks out, where their number is known: classes of a column in exact shares of its table."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from syndata_contracts.schema import Condition
from syndata_engine.generation.alternatives import Alternative
from syndata_engine.generation.bijection import Bijection
from syndata_engine.generation.bits import Codes
from syndata_engine.generation.exact import apportioned, table_key
from syndata_engine.generation.frame import Frame, Node
from syndata_engine.generation.kinds.categories import whole_weights
from syndata_engine.generation.nodes import Permuted, RowNumber
from syndata_engine.generation.registry import parse_rule

if TYPE_CHECKING:
    from syndata_engine.generation.tables import TableBuilder


@dataclass(frozen=True)
class Classes:
    """The values of a column in exact shares, as stretches of its shuffled table."""

    column: str
    labels: tuple[str | bool | None, ...]
    weights: tuple[int, ...]
    key: int
    """Scatters the shares over the table."""

    def where(self, condition: Condition) -> frozenset[int] | None:
        """The values for which a comparison holds, by their places; None where that is not told by equality."""
        if condition.expression is not None or condition.column != self.column:
            return None
        operator, wanted = condition.operator, condition.value
        if operator not in {"==", "!=", "in", "not in"}:
            return None
        asked = wanted if isinstance(wanted, list) else [wanted]
        same = {place for place, label in enumerate(self.labels) if label in asked}
        if operator in {"==", "in"}:
            return frozenset(same)
        # NULL satisfies no comparison but those with NULL.
        others = {place for place, label in enumerate(self.labels) if label is not None or wanted is None}
        return frozenset(others - same)

    def rows(self, chosen: frozenset[int], rows: int) -> int:
        """How many of a table's rows have one of these values."""
        counts = apportioned(rows, self.weights)
        return sum(counts[place] for place in chosen)

    def number(self, chosen: frozenset[int], rows: int) -> Node:
        """The number of each row among those that have one of these values; 0 for all others."""
        counts = apportioned(rows, self.weights)
        ends = np.cumsum(np.array(counts, np.int64))
        before, shifts = 0, []
        for place, count in enumerate(counts):
            shifts.append(int(ends[place]) - count - before)
            before += count if place in chosen else 0
        here = np.array([place in chosen for place in range(len(counts))], np.bool_)
        shuffled = Permuted(RowNumber(), Bijection(max(rows, 1), self.key))
        return _ClassNumber(shuffled, ends, np.array(shifts, np.int64), here)


@dataclass(frozen=True, eq=False, slots=True)
class _ClassNumber(Node):
    """Place in a shuffled table, less the places before it that do not count."""

    place: Node
    ends: Codes
    shifts: Codes
    here: np.ndarray[tuple[int], np.dtype[np.bool_]]

    def compute(self, frame: Frame, out: Codes) -> None:
        places = frame.get(self.place)
        found = np.minimum(np.searchsorted(self.ends, places, side="right"), len(self.ends) - 1)
        out[:] = np.where(self.here[found], places - self.shifts[found], 0)


def classes_of(builder: TableBuilder, name: str) -> Classes | None:
    """The classes of a column; None where the number of rows with one of its values is not known."""
    try:
        schema = builder.column_schema(name)
    except KeyError:
        return None
    kind, options = parse_rule(builder.rule_of(schema))
    elsewhere = schema.conditional_rules or schema.null_rate or schema.null_when
    if kind.name not in {"choice", "boolean"} or not options.exact or elsewhere:
        return None
    relations = builder.context.relations
    if relations.covering(name) or relations.typed_by(name) or Alternative.of(builder.context, name):
        return None
    ctx = builder.column_context(schema)
    if kind.name == "boolean":
        numerator, denominator = Decimal(options.probability).as_integer_ratio()
        return Classes(name, (True, False), (numerator, denominator - numerator), table_key(ctx))
    if not all(value is None or isinstance(value, str) for value in options.value):
        # Numbers are equal however they are written; texts are the usual thing.
        return None
    size = len(options.value)
    weights = (1,) * size if options.weights is None else whole_weights(ctx, size, options.weights)
    return Classes(name, tuple(options.value), weights, table_key(ctx))
