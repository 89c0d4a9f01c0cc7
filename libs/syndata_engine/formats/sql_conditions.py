"""Unique indexes over the rows where a condition holds, as PostgreSQL and SQLite both have them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from syndata_contracts.schema import Condition, TableSchema
from syndata_engine.formats.sql_names import listed, quoted, remark
from syndata_engine.formats.sql_rows import in_string
from syndata_engine.generation.binding import Dataset
from syndata_engine.generation.codes import to_code
from syndata_engine.generation.columns import Column
from syndata_engine.generation.conditional_keys import told

_OPERATORS: Final = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "in": "IN", "not in": "NOT IN"}
Written = Callable[[Any, Column], str]


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
        where = _where(key.condition, columns, (comparable, written))
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


def _where(
    condition: Condition,
    columns: Mapping[str, Column],
    how: tuple[Callable[[Column], bool], Written],
) -> str | None:
    """The condition in SQL; None where the database would not answer it as we do."""
    if condition.expression is not None:
        return None
    column, name, value = columns[condition.column], quoted(condition.column), condition.value
    if value is None:
        return f"{name} IS {'' if condition.operator == '==' else 'NOT '}NULL"
    comparable, written = how
    if column.type.textual and column.type.name != "str":
        return None
    if not column.type.textual and not comparable(column):
        return None
    try:
        asked = [written(one, column) for one in (value if isinstance(value, list) else [value])]
    except ValueError:
        # Numbers with more digits than the column has lie between its values.
        return None
    right = f"({', '.join(asked)})" if isinstance(value, list) else asked[0]
    return f"{name} {_OPERATORS[condition.operator]} {right}"
