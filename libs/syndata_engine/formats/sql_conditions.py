"""Unique indexes over the rows where a condition holds, as PostgreSQL and SQLite both have them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, cast

from syndata_contracts.schema import Condition, Operator, TableSchema
from syndata_engine.formats.sql_names import listed, quoted, remark
from syndata_engine.formats.sql_rows import in_string
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.expressions.parsing import Binary, Name, Number, Text, Tree, Within, Word, parse
from syndata_engine.generation.keys.conditional_keys import told
from syndata_engine.generation.nodes.codes import to_code
from syndata_engine.generation.tables.binding import Dataset

_OPERATORS: Final = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "in": "IN", "not in": "NOT IN"}


@dataclass(frozen=True, slots=True)
class _How:
    """How a table's columns are compared in SQL."""

    columns: Mapping[str, Column]
    comparable: Callable[[Column], bool]
    """Whether the database orders a column's values as we do."""
    written: Callable[[Any, Column], str]
    """A literal in SQL."""


def unique_indexes(
    dataset: Dataset, schema: TableSchema, comparable: Callable[[Column], bool], literal: Callable[[int, Column], str]
) -> Iterator[str]:
    """A statement, or a line of comment, for each conditional key of a table.

    `comparable` says whether the database orders a column's values as we do, `literal` writes a code.
    """
    columns, as_of = dataset.tables[schema.name].columns, dataset.plan.as_of

    def written(value: Any, column: Column) -> str:
        if column.type.textual:
            return f"'{in_string(str(value))}'"
        return literal(to_code(value, column.type, as_of), column)

    for number, key in enumerate(schema.conditional_keys, 1):
        where = _where(key.condition, _How(columns, comparable, written))
        if where is None:
            yield remark(f"({listed(key.columns)}) is unique where {told(key.condition)}: no index says so.")
        else:
            name = _free_name(dataset, schema.name, number)
            yield f"CREATE UNIQUE INDEX {quoted(name)} ON {quoted(schema.name)} ({listed(key.columns)}) WHERE {where};"


def _free_name(dataset: Dataset, table: str, number: int) -> str:
    """A short name for an index: indexes and tables share their names, of which PostgreSQL keeps 63 bytes."""
    tables = [one.name for one in dataset.plan.schema_.tables]
    name = f"unique_{tables.index(table) + 1}_{number}"
    while name in {one.lower() for one in tables}:
        name += "_"
    return name


def _where(condition: Condition, how: _How) -> str | None:
    """The condition in SQL; None where the database would not answer it as we do."""
    if condition.expression is not None:
        return _joined(parse(condition.expression), how)
    return _compared(condition, how)


def _joined(tree: Tree, how: _How) -> str | None:
    """Comparisons that `and` and `or` join. NULL satisfies none, here and there; only `not` would tell the difference."""
    if isinstance(tree, Binary) and tree.operator in {"and", "or"}:
        parts = [_joined(part, how) for part in (tree.left, tree.right)]
        return None if None in parts else f"({parts[0]} {tree.operator.upper()} {parts[1]})"
    if isinstance(tree, Name):
        return _compared(Condition(column=tree.name, value=True), how)
    if isinstance(tree, Within) and isinstance(tree.item, Name):
        values = [_value(item) for item in tree.among]
        operator: Operator = "not in" if tree.negated else "in"
        known = values and not any(value is None for value in values)
        return _compared(Condition(column=tree.item.name, operator=operator, value=values), how) if known else None
    if isinstance(tree, Binary) and tree.operator in _OPERATORS and isinstance(tree.left, Name):
        null = isinstance(tree.right, Word) and tree.right.value is None
        value = _value(tree.right)
        if value is not None or null:
            return _compared(Condition(column=tree.left.name, operator=cast("Operator", tree.operator), value=value), how)  # fmt: skip
    return None


def _value(tree: Tree) -> Any:
    """A literal's value; None for anything else."""
    match tree:
        case Number():
            return Decimal(tree.digits)
        case Text():
            return tree.value
        case Word():
            return tree.value
    return None


def _compared(condition: Condition, how: _How) -> str | None:
    column, name, value = how.columns[condition.column], quoted(condition.column), condition.value
    if value is None:
        return f"{name} IS {'' if condition.operator == '==' else 'NOT '}NULL"
    if column.type.name != "str" if column.type.textual else not how.comparable(column):
        return None
    try:
        asked = [how.written(one, column) for one in (value if isinstance(value, list) else [value])]
    except ValueError:
        # Numbers with more digits than the column has lie between its values.
        return None
    right = f"({', '.join(asked)})" if isinstance(value, list) else asked[0]
    return f"{name} {_OPERATORS[condition.operator]} {right}"
