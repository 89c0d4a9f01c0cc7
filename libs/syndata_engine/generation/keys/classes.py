"""Rows that a condition picks out, where their number is known: classes of a column in exact shares of its table."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from syndata_contracts.schema import ColumnSchema, Condition
from syndata_engine.generation.columns.exact import apportioned, table_key
from syndata_engine.generation.kinds.categories import whole_weights
from syndata_engine.generation.kinds.combinations import combination_key
from syndata_engine.generation.kinds.registry import parse_rule
from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.nodes.nodes import Permuted, RowNumber
from syndata_engine.generation.references.alternatives import Alternative
from syndata_engine.generation.words.bijection import Bijection
from syndata_engine.generation.words.bits import Codes

if TYPE_CHECKING:
    from syndata_engine.generation.tables.tables import TableBuilder


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


@dataclass(frozen=True)
class Listed:
    """The values of a column that meets shares of its table to the row, in the order of their stretches."""

    values: tuple[Any, ...]
    """A value may stand several times, where it belongs to several combinations."""
    weights: tuple[int, ...]
    key: int
    """Scatters the shares over the table."""
    kind: str
    """Of the rule that lists them."""


def listed_values(builder: TableBuilder, name: str) -> Listed | str:
    """The values of a column in exact shares; else why nobody knows how many rows have each of its values."""
    schema = builder.column_schema(name)
    elsewhere = _decided_elsewhere(builder, schema)
    if elsewhere:
        return elsewhere
    kind, options = parse_rule(builder.rule_of(schema))
    if kind.name not in {"choice", "boolean", "combination"}:
        return f"the rule {kind.name} lists no values"
    if not options.exact:
        return "its values are drawn by chance"
    ctx = builder.column_context(schema)
    if kind.name == "boolean":
        numerator, denominator = Decimal(options.probability).as_integer_ratio()
        return Listed((True, False), (numerator, denominator - numerator), table_key(ctx), kind.name)
    size = len(options.value)
    weights = (1,) * size if options.weights is None else whole_weights(ctx, size, options.weights)
    key = table_key(ctx) if kind.name == "choice" else combination_key(ctx, options.id)
    return Listed(tuple(options.value), weights, key, kind.name)


def _decided_elsewhere(builder: TableBuilder, schema: ColumnSchema) -> str:
    """What else than its rule decides the values of a column; empty where nothing does."""
    relations, name = builder.context.relations, schema.name
    reasons = (
        (relations.covering(name) or relations.typed_by(name), "it refers to another table"),
        (Alternative.of(builder.context, name), "in some rows another column of its list has the value"),
        (schema.conditional_rules, "conditional rules choose between its rules"),
        (schema.null_rate or schema.null_when, "some of its values are missing by chance"),
        (builder.keys.holds(name), "it belongs to a key"),
        (builder.conditional is not None and builder.conditional.deciding(name), "it belongs to a key"),
    )
    return next((why for there, why in reasons if there), "")


def classes_of(builder: TableBuilder, name: str) -> Classes | None:
    """The classes of a column; None where the number of rows with one of its values is not known."""
    if name not in {column.name for column in builder.schema.columns}:
        return None
    found = listed_values(builder, name)
    if isinstance(found, str) or not all(value is None or isinstance(value, str | bool) for value in found.values):
        # Numbers are equal however they are written; texts are the usual thing.
        return None
    return Classes(name, found.values, found.weights, found.key)
