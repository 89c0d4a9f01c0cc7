"""Which columns can be correlated: those whose values rise with a word of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ColumnSchema, Correlation, Rule
from syndata_engine.generation.columns.correlations import correlation_of
from syndata_engine.generation.kinds.registry import kind_named, parse_rule

if TYPE_CHECKING:
    from syndata_engine.generation.tables.tables import TableBuilder


def check_correlated(builder: TableBuilder, column: ColumnSchema) -> None:
    """Refuse a correlated column that is not drawn by one rule whose values rise with its word."""
    group = correlation_of(builder.schema, column.name)
    if group is None:
        return
    relations = builder.context.relations
    rule = builder.rule_of(column)
    if relations.covering(column.name) or relations.typed_by(column.name):
        _refuse(group, column, "it refers to another table", "drop it from correlate")
    numbered = builder.conditional is not None and builder.conditional.deciding(column.name) is not None
    if builder.keys.holds(column.name) or numbered:
        _refuse(group, column, "it is unique, so its values are numbered and not drawn", "drop it from correlate")
    if column.conditional_rules:
        _refuse(group, column, "it has conditional rules", "give it one rule, or drop it from correlate")
    if not _ascends(rule):
        what = f"the rule {rule.kind} draws nothing that could rise and fall with another column"
        _refuse(group, column, what, "use a distribution, a range, a choice or a boolean that is not exact", rule)
    if _is_unordered(rule):
        fix = "list them from least to greatest, with weights: `value: [low, high], weights: [3, 1]`"
        _refuse(group, column, "its values stand in a mapping, which has no order", fix, rule)


def _is_unordered(rule: Rule) -> bool:
    """Whether a choice names its values in a mapping, whose order no plan keeps."""
    kind = kind_named(rule.kind)
    return (
        kind is not None and kind.name == "choice" and not any(isinstance(one, list) for one in rule.options.values())
    )


def _ascends(rule: Rule) -> bool:
    kind = kind_named(rule.kind)
    return kind is not None and kind.ascends(parse_rule(rule)[1])


def _refuse(group: Correlation, column: ColumnSchema, what: str, fix: str, rule: Rule | None = None) -> None:
    related = (rule.path if rule and rule.path else column.path,)
    raise Refused(Fault(group.path, f"{column.name} cannot be correlated: {what}", fix, related=related))
