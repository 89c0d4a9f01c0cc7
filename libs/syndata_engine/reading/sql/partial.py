"""Unique indexes with WHERE: which can be kept as they are, and which hold for all rows instead."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from syndata_engine.reading.sql.catalogue import PartialKey, SqlTable
from syndata_engine.reading.sql.checks import Checked, Scalar, bare, conjuncts, is_moment, literal_of, null_test, parsed

if TYPE_CHECKING:
    from sqlglot import exp

Comparison = dict[str, Any]
"""Column, operator and value."""

_OPERATORS = {"EQ": "==", "NEQ": "!=", "GT": ">", "GTE": ">=", "LT": "<", "LTE": "<="}
_TURNED = {"==": "==", "!=": "!=", ">": "<", ">=": "<=", "<": ">", "<=": ">="}


@dataclass(frozen=True, slots=True)
class Kept:
    """A conditional key as our language has it."""

    columns: tuple[str, ...]
    where: tuple[Comparison, ...]
    """All of them hold."""
    told: str
    line: int | None
    alone: bool
    """True: it holds nothing but a reference."""

    def body(self) -> dict[str, Any]:
        """The entry of `unique`."""
        if len(self.where) == 1:
            return {"columns": list(self.columns), "where": dict(self.where[0])}
        return {"columns": list(self.columns), "where": " and ".join(map(_written, self.where))}

    @property
    def compared(self) -> set[str]:
        """The columns that the condition reads."""
        return {one["column"] for one in self.where}


def take_partial(table: SqlTable, checked: Checked, dialect: str) -> tuple[list[Kept], list[PartialKey]]:
    """The keys that hold where a condition does, and those that are unique in all rows for want of that."""
    kept: list[Kept] = []
    rest: list[PartialKey] = []
    for one in table.partial:
        found = _kept(table, checked, one, dialect)
        if found is None or any(_collide(table, found, other) for other in kept):
            table.uniques.append(one.columns)
            rest.append(one)
        else:
            kept.append(found)
    return kept, rest


def _collide(table: SqlTable, one: Kept, other: Kept) -> bool:
    """Whether two keys would each decide a column: the values of one, or that which both compare."""
    referring = {name for reference in table.references for name in reference.columns}
    mine, theirs = ({*key.columns} - referring or key.compared for key in (one, other))
    return bool(mine & theirs or one.compared & theirs or other.compared & mine)


def _kept(table: SqlTable, checked: Checked, one: PartialKey, dialect: str) -> Kept | None:
    tree = parsed(one.text, dialect)
    found = [] if tree is None else [_comparison(table, part) for part in conjuncts(tree)]
    where = tuple(part for part in found if part is not None)
    references = [reference for reference in table.references if set(reference.columns) & set(one.columns)]
    keyed = {name for key in (table.primary_key, *table.uniques) for name in key}
    referring = {name for reference in table.references for name in reference.columns}
    free = [name for name in one.columns if name not in referring]
    read = {part["column"] for part in where}
    if not where or len(where) < len(found) or read & {*one.columns, *keyed, *referring} or keyed & set(free):
        return None
    if len(references) > 1 or any(not set(other.columns) <= set(one.columns) for other in references):
        return None
    if any(table.column(name) is None for name in one.columns) or _is_own(table, [one.table for one in references]):
        return None
    if (not free and len(where) > 1) or not all(_answers(table, checked, part, alone=not free) for part in where):
        return None
    if len(where) > 1 and any("`" in name for name in read):
        return None
    return Kept(one.columns, where, one.text, one.line, not free)


def _is_own(table: SqlTable, parents: list[str]) -> bool:
    return any(parent.rpartition(".")[2].casefold() == table.name.casefold() for parent in parents)


def _answers(table: SqlTable, checked: Checked, where: Comparison, *, alone: bool) -> bool:
    """Whether rows will be drawn so that the condition can be asked, and has both answers."""
    column, value = table.column(where["column"]), where["value"]
    if column is None or column.computed is not None:
        return False
    if value is None:
        return column.nullable
    family, facts = column.type.family, checked.facts.get(column.name)
    listed = (facts.values if facts and facts.values is not None else column.type.values) or ()
    if family == "bool":
        return isinstance(value, bool) and where["operator"] in {"==", "!="}
    if family == "str":
        texts = {str(one) for one in listed}
        asked = value if isinstance(value, list) else [value]
        return (
            where["operator"] in {"==", "!=", "in", "not in"} and bool(texts) and {str(one) for one in asked} <= texts
        )
    if family in {"date", "datetime"}:
        return not alone and isinstance(value, str) and is_moment(value)
    return not alone and family in {"int", "decimal", "float"} and not listed and not isinstance(value, str | list)


def _written(one: Comparison) -> str:
    """A comparison inside an expression."""
    name, value = f"`{one['column']}`", one["value"]
    if value is None:
        return f"{name} is {'' if one['operator'] == '==' else 'not '}null"
    return f"{name} {one['operator']} {_literal(value)}"


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return format(value, "f") if isinstance(value, Decimal) else "'" + value.replace("'", "''") + "'"


def _comparison(table: SqlTable, node: exp.Expr) -> Comparison | None:
    """A comparison of one column; None where the condition is more than that."""
    from sqlglot import exp

    node, negated = bare(node), False
    while isinstance(node, exp.Not):
        node, negated = bare(node.this), not negated
    if isinstance(node, exp.Column):
        return _said(table, node, "==", value=not negated)
    null = null_test(node)
    if null is not None:
        return _said(table, node.this, "==" if null != negated else "!=", value=None)
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Boolean) and not negated:
        # NULL is not true, and not false either: only without NOT is this a comparison.
        return _said(table, node.this, "==", value=bool(node.expression.this))
    if isinstance(node, exp.In) and node.expressions:
        return _listed(table, node, "not in" if negated else "in")
    return None if negated else _compared(table, node)


def _listed(table: SqlTable, node: exp.In, operator: str) -> Comparison | None:
    values = [literal_of(item) for item in node.expressions]
    return None if None in values else _said(table, node.this, operator, value=values)


def _compared(table: SqlTable, node: exp.Expr) -> Comparison | None:
    from sqlglot import exp

    operator = _OPERATORS.get(type(node).__name__.upper())
    if operator is None or not isinstance(node, exp.Binary):
        return None
    left, right = node.this, bare(node.expression)
    if isinstance(right, exp.Any) and operator == "==":
        array = bare(right.this)
        return (
            _listed(table, exp.In(this=left, expressions=array.expressions), "in")
            if isinstance(array, exp.Array)
            else None
        )
    value: Scalar | None = literal_of(right)
    if value is None and literal_of(left) is not None:
        left, value, operator = right, literal_of(left), _TURNED[operator]
    return None if value is None else _said(table, left, operator, value=value)


def _said(table: SqlTable, node: exp.Expr, operator: str, *, value: object) -> Comparison | None:
    from sqlglot import exp

    node = bare(node)
    column = table.column(node.name) if isinstance(node, exp.Column | exp.Identifier) else None
    return None if column is None else {"column": column.name, "operator": operator, "value": value}
