"""Conditional rules: several ways to make one column, chosen row by row by conditions on its neighbours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ColumnSchema, Condition, Rule
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Constant, FirstTrue, Mapped, Selected
from syndata_engine.generation.texts.text import Case, Lit

if TYPE_CHECKING:
    from syndata_engine.generation.tables.tables import TableBuilder


def conditional(
    builder: TableBuilder, column: ColumnSchema, make: Callable[[Rule, str], Column] | None = None
) -> Column:
    """The column whose rows take the first rule whose condition holds, else the column's own rule, else NULL.

    `make` builds the column of a rule and a branch's name, where that is not what the rule alone says.
    """
    from syndata_engine.generation.expressions.conditions import condition_node

    if make is None:

        def make(rule: Rule, branch: str) -> Column:
            return builder.from_rule(column, rule, branch)

    conditions: list[Node] = []
    options: list[Column] = []
    reads: list[str] = []
    for number, branch in enumerate(column.conditional_rules):
        ctx = ColumnContext(builder.context, column, None, branch.path)
        conditions.append(condition_node(ctx, branch.condition))
        reads += ctx.reads
        options.append(make(branch.rule, f"conditional.{number}"))
    if column.rule is not None:
        options.append(make(column.rule, ""))
    elif not _covered(builder, column):
        what = f"{column.name} has no rule of its own, so rows that no condition covers are NULL"
        builder.dataset.warn(column.path, what, "add a rule to the column for all other rows")
        options.append(_nulls(options[0]))
    reads += [name for option in options for name in option.reads]
    # Rises whenever the version of any of its kinds does.
    version = 1 + sum(option.version - 1 for option in options)
    merged = merged_columns(column, FirstTrue(tuple(conditions)), options)
    return replace(merged, reads=tuple(dict.fromkeys(reads)), version=version)


def _nulls(like: Column) -> Column:
    text = (Lit(""),) if like.type.textual else None
    return Column(like.type, Constant(0), text=text, null=Constant(1))


def _covered(builder: TableBuilder, column: ColumnSchema) -> bool:
    """Whether conditions on one column hold for every text that it can have."""
    conditions = [branch.condition for branch in column.conditional_rules]
    if len({condition.column for condition in conditions}) != 1 or any(
        condition.expression for condition in conditions
    ):
        return False
    source = builder.build(conditions[0].column, conditions[0].path)
    if source.labels is None or source.null is not None:
        return False
    return all(any(_holds(condition, label) for condition in conditions) for label in source.labels.values)


def _holds(condition: Condition, label: str) -> bool:
    wanted = condition.value if isinstance(condition.value, list) else [condition.value]
    return (label in wanted) == (condition.operator in {"==", "in"})


def merged_columns(column: ColumnSchema, index: Node, options: list[Column]) -> Column:
    """options[index] row by row, as one column; Refused where they have no type in common."""
    if any(option.parts for option in options):
        what = f"{column.name} has rules that make structs or lists, which conditions cannot choose between"
        raise Refused(Fault(column.path, what, "declare the column json, or put the condition on a field"))
    options = _same_scale(column, options)
    value_type = next((option.type for option in options if not isinstance(option.null, Constant)), options[0].type)
    null: Node | None = None
    if any(option.null is not None for option in options):
        null = Selected(index, tuple(option.null or Constant(0) for option in options))
    cost = 1 + sum(option.cost for option in options)
    if value_type.textual:
        return Column(
            value_type, text=(Case(index, tuple(option.written() for option in options)),), null=null, cost=cost
        )
    solid = [option for option in options if not isinstance(option.null, Constant)] or options
    lows, highs = [option.low for option in solid], [option.high for option in solid]
    return Column(
        value_type,
        Selected(index, tuple(option.code or Constant(0) for option in options)),
        null=null,
        low=None if None in lows else min(low for low in lows if low is not None),
        high=None if None in highs else max(high for high in highs if high is not None),
        cost=cost,
    )


def _same_scale(column: ColumnSchema, options: list[Column]) -> list[Column]:
    """The options with one type; numbers take the largest scale among them."""
    real = [option for option in options if not isinstance(option.null, Constant)]
    names = {option.type.name for option in real}
    if names <= {"int", "decimal", "float"} and len({option.type for option in real}) > 1:
        name = "float" if "float" in names else "decimal" if "decimal" in names else "int"
        target = ValueType(name, 18 if name == "decimal" else None, max(option.type.scale for option in real))
        if any(option.low is None and option.type.scale < target.scale for option in real):
            what = f"a rule of {column.name} makes whole numbers without bounds, which may not fit with {target.scale} digits after the point"
            raise Refused(Fault(column.path, what, "use a range there, or whole numbers in every rule"))
        return [_rescaled(option, target) for option in options]
    if len(names) > 1:
        raise Refused(
            Fault(
                column.path,
                f"the rules of {column.name} make different types: {', '.join(sorted(names))}",
                "declare one type, and rules that make it",
            )
        )
    return options


def _rescaled(option: Column, target: ValueType) -> Column:
    factor = 10 ** max(target.scale - option.type.scale, 0)
    if option.code is None or factor == 1:
        return replace(option, type=target, narrow=None)
    low, high = (None if bound is None else bound * factor for bound in (option.low, option.high))
    return replace(
        option, type=target, code=Mapped(lambda codes: codes * factor, (option.code,)), low=low, high=high, narrow=None
    )
