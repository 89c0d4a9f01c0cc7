"""Conditions: comparisons of a column with a literal, and whole expressions, as nodes that are 1 where they hold; NULL never satisfies one."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from math import ceil, floor
from typing import Any, NoReturn

import numpy as np

from syndata_contracts.schema import Condition
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.expressions.computing import Computer
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Constant, Mapped
from syndata_engine.generation.words.bits import Codes

Test = Callable[[Codes], Codes]

_CODE_TESTS: dict[str, Callable[[Codes, int], Any]] = {
    "==": lambda codes, code: codes == code,
    "!=": lambda codes, code: codes != code,
    "<": lambda codes, code: codes < code,
    "<=": lambda codes, code: codes <= code,
    ">": lambda codes, code: codes > code,
    ">=": lambda codes, code: codes >= code,
}


def condition_node(ctx: ColumnContext, condition: Condition) -> Node:
    """The condition as a node; Refused when the column's values cannot be compared with the literal."""
    if condition.expression is not None:
        here = ColumnContext(ctx.table, ctx.schema, None, condition.path, reads=ctx.reads)
        return Computer(here, condition.expression, "").condition()
    ctx.reads.append(condition.column)
    column = ctx.table.build(condition.column, f"{condition.path}.column")
    if condition.value is None:
        return _null_test(ctx, condition, column)
    code = column.code
    if code is None or (column.type.textual and column.labels is None):
        refuse_free_text(ctx, condition)
    test = _label_test(ctx, condition, column) if column.labels is not None else _code_test(ctx, condition, column)
    if column.null is None:
        return Mapped(test, (code,))
    return Mapped(lambda codes, null: np.where(null != 0, 0, test(codes)), (code, column.null))


def _null_test(ctx: ColumnContext, condition: Condition, column: Column) -> Node:
    """`== null` and `!= null`: the only comparisons that NULL answers."""
    if condition.operator not in {"==", "!="}:
        here = ColumnContext(ctx.table, ctx.schema, ctx.type, condition.path)
        here.refuse(f"{condition.operator} does not compare with NULL", "use == or !=", "operator")
    wanted = condition.operator == "=="
    if column.null is None:
        return Constant(int(not wanted))
    return Mapped(lambda null: ((null != 0) == wanted).astype(np.int64), (column.null,))


def refuse_free_text(ctx: ColumnContext, condition: Condition) -> NoReturn:
    """Refuse a condition on text that is composed, not chosen from a list."""
    here = ColumnContext(ctx.table, ctx.schema, ctx.type, condition.path)
    here.refuse(
        f"the condition compares {condition.column!r}, whose text is composed and not chosen from a list",
        "compare a number, a date, a bool or a column with the rule choice",
        "column",
    )


def _label_test(ctx: ColumnContext, condition: Condition, column: Column) -> Test:
    assert column.labels is not None  # noqa: S101 -- narrows the type for the checker
    labels = column.labels.values
    wanted = condition.value if isinstance(condition.value, list) else [condition.value]
    operator = condition.operator
    here = ColumnContext(ctx.table, ctx.schema, ctx.type, condition.path)
    if operator not in {"==", "!=", "in", "not in"}:
        here.refuse(f"{operator} does not order texts", "use ==, !=, in or not in", "operator")
    for value in wanted:
        if value not in labels:
            shown = ", ".join(map(repr, labels[:12])) + (", ..." if len(labels) > 12 else "")
            here.refuse(f"{condition.column} never is {value!r}", f"it is one of: {shown}", "value")
    holds = np.array([label in wanted for label in labels], np.int64)
    if operator in {"!=", "not in"}:
        holds = 1 - holds
    return lambda codes: holds[codes]


def _code_test(ctx: ColumnContext, condition: Condition, column: Column) -> Test:
    operator, value = condition.operator, condition.value
    here = ColumnContext(ctx.table, ctx.schema, ctx.type, condition.path)
    if operator in {"in", "not in"}:
        if not isinstance(value, list):
            here.refuse(f"{operator} needs a list, not {value!r}", "write value: [1, 2, 3]", "value")
        codes = np.array([here.code(item, column.type, "value") for item in value], np.int64)
        return lambda found: (np.isin(found, codes) == (operator == "in")).astype(np.int64)
    code = here.code(value, column.type, "value") if not _finer(value, column) else _between(value, column, operator)
    test = _CODE_TESTS[operator]
    return lambda found: test(found, code).astype(np.int64)


def _exact(value: Any, column: Column) -> Decimal | None:
    if not column.type.numeric or isinstance(value, bool):
        return None
    try:
        return Decimal(str(value)).scaleb(column.type.scale)
    except InvalidOperation:
        return None


def _finer(value: Any, column: Column) -> bool:
    """Whether a number has more digits than the column, so that it lies between two codes."""
    exact = _exact(value, column)
    return exact is not None and exact.is_finite() and exact != exact.to_integral_value()


def _between(value: Any, column: Column, operator: str) -> int:
    exact = _exact(value, column)
    assert exact is not None  # noqa: S101 -- _finer has said so
    if operator in {"==", "!="}:
        return -(2**63)
    return ceil(exact) if operator in {"<", ">="} else floor(exact)
