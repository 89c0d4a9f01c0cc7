"""A condition that holds for one row of each family at most, such as the one active address of a customer.

Which row of a family it may be follows from the parent. That row has a value for which the condition holds as often as
the whole family would have one by the column's weights; its siblings have the other values, by weight. So the shares
of the column are kept in the mean as far as one row per family allows it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ColumnSchema, ConditionalKey, ForeignKeySchema
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.expressions.conditions import condition_node
from syndata_engine.generation.families.links import FamilyMap
from syndata_engine.generation.keys.conditional_keys import told
from syndata_engine.generation.kinds.categories import values_column, whole_weights
from syndata_engine.generation.kinds.registry import parse_rule
from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.nodes.nodes import Constant, RowNumber, Selected, Weighted
from syndata_engine.generation.references.alternatives import Alternative
from syndata_engine.generation.words.bits import Codes, derive_key
from syndata_engine.generation.words.draws import column_words, inner_words
from syndata_engine.pools import alias_table

if TYPE_CHECKING:
    from syndata_engine.generation.tables.tables import TableBuilder

_HOLDS, _NOT, _FREE = 0, 1, 2


@dataclass(frozen=True, eq=False, slots=True)
class OneAtMost(Node):
    """0 for a row in which the condition holds, 1 for one in which it does not, 2 where there is no parent."""

    families: FamilyMap
    key: int
    share: Fraction
    """How often the condition holds in a row drawn alone; above 0."""

    def compute(self, frame: Frame, out: Codes) -> None:
        parent, position = self.families.locate(frame.rows)
        known = np.maximum(parent, 0)
        first, last = self.families.fan_out.children_of(known)
        sizes = np.maximum(last - first, 1)
        words, chances = np.empty(len(out), np.uint64), np.empty(len(out), np.uint64)
        inner_words(known, np.uint64(self.key), words)
        column_words(words, np.uint64(self.key), chances)
        # A modulus is unbiased to count / 2**64.
        place = (words % sizes.view(np.uint64)).view(np.int64)
        numerator, denominator = self.share.numerator, self.share.denominator
        enough = -(-denominator // numerator)
        # Below `enough` siblings, sizes * unit stays under 2**64.
        unit = np.uint64(min((numerator << 64) // denominator, 2**64 - 1))
        drawn = chances < np.minimum(sizes, max(enough - 1, 1)).view(np.uint64) * unit
        holds = (position == place) & (drawn | (sizes >= enough))
        out[:] = np.where(parent < 0, _FREE, np.where(holds, _HOLDS, _NOT))


def capped_column(builder: TableBuilder, column: ColumnSchema) -> Column | None:
    """The column, whose values meet the condition of a key in one row of a family at most; None where no key asks."""
    found = builder.capping(column.name)
    if found is None or _asks_null(found[0]):
        return None
    key, fk = found
    if _follows(builder, column, key, fk):
        return None
    ctx = builder.column_context(column)
    values, weights = _weighed(ctx, builder, column, key)
    holds = _holding(ctx, key, values)
    met, others = (tuple(w if h == want else 0 for w, h in zip(weights, holds, strict=True)) for want in (True, False))
    if not any(met):
        return None
    if not any(others) and _largest(builder, fk) > 1:
        _too_many(builder, key, fk, f"{column.name} has no value but such")
    word = ctx.word()
    state = _state(builder, key, fk, Fraction(sum(met), sum(weights)))
    drawn = tuple(Weighted(word, alias_table(one if any(one) else weights)) for one in (met, others, weights))
    made = values_column(ctx, values, Selected(state, drawn), "value")
    return replace(made, cost=3, version=parse_rule(builder.rule_of(column))[0].version)


def capped_null(builder: TableBuilder, column: ColumnSchema, usual: Node) -> Node:
    """Which rows are NULL, where a key asks that one row of a family at most is (or is not) so."""
    found = builder.capping(column.name)
    if found is None or not _asks_null(found[0]):
        return usual
    key, fk = found
    wanted = key.condition.operator == "=="
    rate = Fraction(column.null_rate)
    share = rate if wanted else 1 - rate
    if share == 0:
        return usual
    state = _state(builder, key, fk, share)
    return Selected(state, (Constant(int(wanted)), Constant(int(not wanted)), usual))


def check_nulls(builder: TableBuilder, column: ColumnSchema, built: Column) -> None:
    """Refuse a column whose NULLs come from elsewhere, or that has none and must be NULL in all rows of a family but one."""
    found = builder.capping(column.name)
    if found is None or not _asks_null(found[0]):
        return
    key, fk = found
    if built.null is not None:
        _refuse(key, column, f"the rule of {column.name} gives NULL by itself")
    if key.condition.operator == "!=" and not column.null_rate and not column.null_when and _largest(builder, fk) > 1:
        _too_many(builder, key, fk, f"{column.name} is never NULL")


def _asks_null(key: ConditionalKey) -> bool:
    return key.condition.value is None and key.condition.expression is None


def _largest(builder: TableBuilder, fk: ForeignKeySchema) -> int:
    return builder.context.relations.largest_family(fk)


def _too_many(builder: TableBuilder, key: ConditionalKey, fk: ForeignKeySchema, why: str) -> NoReturn:
    table, most = builder.schema.name, _largest(builder, fk)
    what = f"one of {fk.parent_table} has up to {most:,} {table}, and {told(key.condition)} in all of them, since {why}, but in 1 at most it may be"
    raise Refused(Fault(key.path, what, f"let {key.condition.column} take other values as well, or give {fk.id} a fan_out of 1", related=(fk.path,)))  # fmt: skip


def _state(builder: TableBuilder, key: ConditionalKey, fk: ForeignKeySchema, share: Fraction) -> OneAtMost:
    families = builder.context.relations.families(fk, key.path)
    own = derive_key(builder.context.seed, "one at most", builder.schema.id, fk.id, key.condition.column)
    return OneAtMost(families, own | 1, share)


def check_capped(builder: TableBuilder, key: ConditionalKey) -> None:
    """Refuse a condition whose columns something else decides."""
    for name in key.condition.columns:
        _check(builder, builder.column_schema(name), key)


def _check(builder: TableBuilder, column: ColumnSchema, key: ConditionalKey) -> None:
    relations = builder.context.relations
    why = ""
    if key.condition.expression is not None:
        why = "the condition is more than one comparison"
    elif column.conditional_rules or (column.null_when and _asks_null(key)):
        why = f"conditions of its own decide {column.name}"
    elif builder.keys.holds(column.name) or relations.covering(column.name) or relations.typed_by(column.name):
        why = f"{column.name} belongs to a key or a reference"
    elif Alternative.of(builder.context, column.name):
        why = f"{column.name} stands in a list of alternatives"
    if why:
        _refuse(key, column, why)


def _refuse(key: ConditionalKey, column: ColumnSchema, why: str) -> NoReturn:
    what = f"{', '.join(key.columns)} cannot be unique where {told(key.condition)}: {why}"
    fix = f"compare one column with the rule choice or boolean, one that is NULL by null_rate, or a one_per_parent over {', '.join(key.columns)}"
    raise Refused(Fault(key.path, what, fix, related=(column.path,)))


def _follows(builder: TableBuilder, column: ColumnSchema, key: ConditionalKey, fk: ForeignKeySchema) -> bool:
    """Whether the column says by itself that the condition holds once: a `one_per_parent` over the same parent."""
    rule = builder.rule_of(column)
    kind, options = parse_rule(rule)
    if kind.name != "one_per_parent":
        return False
    if builder.context.relations.find(options.via, rule.path) is not fk:
        _refuse(key, column, f"{column.name} is true for one row of another parent")
    wanted = key.condition.value if isinstance(key.condition.value, list) else [key.condition.value]
    true = (True in wanted) == (key.condition.operator in {"==", "in"})
    if not true:
        _refuse(key, column, f"{column.name} is false for all rows of a parent but one")
    return True


def _weighed(
    ctx: ColumnContext, builder: TableBuilder, column: ColumnSchema, key: ConditionalKey
) -> tuple[list[Any], tuple[int, ...]]:
    """The values that a column is drawn from, and their weights."""
    kind, options = parse_rule(builder.rule_of(column))
    if kind.name not in {"choice", "boolean"}:
        _refuse(key, column, f"the rule {kind.name} of {column.name} is no list of values with weights")
    if options.exact:
        _refuse(key, column, f"{column.name} meets exact shares of the table, whatever stands in a family")
    if ctx.correlated:
        _refuse(key, column, f"{column.name} is correlated with other columns")
    if kind.name == "boolean":
        numerator, denominator = Decimal(options.probability).as_integer_ratio()
        return [True, False], (numerator, denominator - numerator)
    size = len(options.value)
    return options.value, (1,) * size if options.weights is None else whole_weights(ctx, size, options.weights)


def _holding(ctx: ColumnContext, key: ConditionalKey, values: list[Any]) -> list[bool]:
    """For each value whether the condition holds, as rows are asked."""
    listed = values_column(ctx, values, RowNumber(), "value")
    there = replace(ctx.table, build=lambda _name, _path: listed)
    node = condition_node(ColumnContext(there, ctx.schema, None, key.condition.path), key.condition)
    return [bool(code) for code in Frame(0, np.arange(len(values), dtype=np.int64)).get(node)]
