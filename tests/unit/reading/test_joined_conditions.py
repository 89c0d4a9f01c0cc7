"""Conditions as mappings: operators by their words, and conditions joined by and, or and not."""

from __future__ import annotations

from typing import Any

import pytest

from syndata_contracts.schema import ColumnSchema
from syndata_engine.reading import read_document


def read_column(column: dict[str, Any]) -> ColumnSchema:
    """The column, beside another one."""
    reading = read_document({"tables": [{"name": "t", "columns": [{"name": "a", **column}, {"name": "other"}]}]})
    assert reading.schema is not None
    assert not reading.faults
    return reading.schema.tables[0].columns[0]


@pytest.mark.parametrize(
    ("word", "value", "expected"),
    [
        ("eq", 1, ("==", 1)),
        ("Not_Equals", 1, ("!=", 1)),
        ("lte", 1, ("<=", 1)),
        ("greater than", 1, (">", 1)),
        ("nin", [1, 2], ("not in", [1, 2])),
        ("is null", None, ("==", None)),
        ("IS_NOT_NULL", None, ("!=", None)),
    ],
)
def test_operators_may_be_words(word: str, value: Any, expected: tuple[str, Any]) -> None:
    """Promise 1.10, as other languages spell it."""
    said = {"column": "other", "operator": word, **({} if value is None else {"value": value})}
    conditional = read_column({"conditional_rules": [{"condition": said, "rule": "uuid"}]}).conditional_rules[0]

    assert (conditional.condition.operator, conditional.condition.value) == expected
    assert conditional.condition.expression is None


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"column": "other", "operator": "between", "value": [1, 2.5]}, "(`other` >= 1 and `other` <= 2.5)"),
        ({"column": "other", "operator": "not between", "value": [1, 2]}, "not (`other` >= 1 and `other` <= 2)"),
        ({"column": "other", "operator": "startswith", "value": "it's"}, "starts_with(`other`, 'it''s')"),
        ({"column": "other", "operator": "not_contains", "value": "x"}, "not contains(`other`, 'x')"),
        ({"and": ["other == 1"]}, "(`other` == 1)"),
        ({"all": ["other == 1", {"column": "other", "value": None}]}, "(`other` == 1 and `other` is null)"),
        ({"or": [{"column": "other", "operator": "!=", "value": None}, "other > 1 or other < 0"]}, "(`other` is not null or (other > 1 or other < 0))"),
        ({"any": ["other in (a, b)", {"not": "other == false"}]}, "(`other` in ['a', 'b'] or (not (`other` == false)))"),
    ],
)  # fmt: skip
def test_conditions_may_be_joined(said: dict[str, Any], expected: str) -> None:
    """What no single comparison says is read as the expression that says it."""
    conditional = read_column({"conditional_rules": [{"condition": said, "rule": "uuid"}]}).conditional_rules[0]

    assert (conditional.condition.expression, conditional.condition.reads) == (expected, ("other",))


@pytest.mark.parametrize(
    ("said", "path", "what"),
    [
        ({"and": []}, "condition.and", "the list is empty"),
        ({"and": "a == 1 and"}, "condition.and", "expected a list of conditions"),
        ({"and": ["other =="]}, "condition.and[0]", "is not a condition"),
        ({"and": ["1 == 1"]}, "condition.and[0]", "is not a condition"),
        ({"or": ["other == 1", {"column": "other", "operator": "similar", "value": 1}]}, "condition.or[1].operator", "the operator 'similar' is not known"),
        ({"or": ["other == 1"], "and": ["other == 2"]}, "condition", "a condition is one of and, or and not"),
        ({"not": {"column": "other", "operator": "in", "value": 3}}, "condition.not.value", "expected a list of values"),
        ({"not": None}, "condition", "a condition is one of and, or and not"),
        ({"column": "other", "operator": "between", "value": 3}, "condition.value", "the least and the greatest value"),
        ({"column": "other", "operator": "contains", "value": 3}, "condition.value", "expected a text"),
        ({"column": "other", "operator": "is null", "value": 3}, "condition.value", "takes no value"),
        ({"column": "other", "and": ["other == 1"]}, "condition.and", "the key 'and' is not known here"),
        ({"and": ["none == 1"]}, "condition", "none"),
    ],
)  # fmt: skip
def test_what_is_wrong_inside_joined_conditions_is_told_at_its_place(said: Any, path: str, what: str) -> None:
    column = {"name": "a", "conditional_rules": [{"condition": said, "rule": "uuid"}]}
    found = read_document({"tables": [{"name": "t", "columns": [column, {"name": "other"}]}]}).faults

    assert any(fault.path.endswith(path) and what in fault.what for fault in found), found


def test_conditions_may_not_stand_too_deep() -> None:
    said: Any = "other == 1"
    for _ in range(40):
        said = {"not": said}
    column = {"name": "a", "conditional_rules": [{"condition": said, "rule": "uuid"}]}
    (fault,) = read_document({"tables": {"t": {"columns": [column, {"name": "other"}]}}}).faults

    assert "deep" in fault.what
