"""Conditional rules: every operator on every type, with NULL never satisfying one."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.kinds.making import batch_of, by, refusal_of

TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "in": lambda value, wanted: value in wanted, "not in": lambda value, wanted: value not in wanted,
}  # fmt: skip
COLUMNS: dict[str, Any] = {
    "int": {"type": "int", "null_rate": 0.2, **by("range", min=-3, max=3)},
    "decimal": {"type": "decimal(4,1)", "null_rate": 0.2, **by("range", min=-1, max=1)},
    "float": {"type": "float", "scale": 1, "null_rate": 0.2, **by("range", min=-1, max=1)},
    "bool": {"null_rate": 0.2, **by("boolean")},
    "date": {"type": "date", "null_rate": 0.2, **by("range", min="2024-02-27", max="2024-03-02")},
    "text": {"null_rate": 0.2, **by("choice", value=["a", "b", "c", None])},
}
LITERALS: dict[str, list[Any]] = {"int": [0, 2], "decimal": [0.5, -1], "float": [0, 0.5], "bool": [True, False], "date": ["2024-02-29", "2024-03-02"], "text": ["a", "c"]}  # fmt: skip


def meant(name: str, literal: Any) -> Any:
    """The literal as the column's values are."""
    readers: dict[str, Callable[[Any], Any]] = {"decimal": lambda x: Decimal(str(x)), "date": date.fromisoformat}
    return readers.get(name, lambda x: x)(literal)


@pytest.mark.parametrize("sign", TESTS)
@pytest.mark.parametrize("name", COLUMNS)
def test_operators_and_null(name: str, sign: str) -> None:
    if name == "text" and sign in {"<", "<=", ">", ">="}:
        pytest.skip("texts have no order here")
    literal = LITERALS[name] if sign.endswith("in") else LITERALS[name][0]
    wanted = [meant(name, item) for item in literal] if isinstance(literal, list) else meant(name, literal)
    x = {"rule": {"type": "constant", "value": "no"}, "conditional_rules": [
        {"condition": {"column": name, "operator": sign, "value": literal}, **by("constant", value="yes")}
    ]}  # fmt: skip
    rows = batch_of({**COLUMNS, "x": {"type": "str", **x}}, 400).to_pylist()

    for row in rows:
        holds = row[name] is not None and TESTS[sign](row[name], wanted)
        assert row["x"] == ("yes" if holds else "no"), row
    # No truth value is above true, and none is neither.
    assert len({row["x"] for row in rows}) == (1 if (name, sign) in {("bool", ">"), ("bool", "not in")} else 2)


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">=", "==", "!="])
def test_literals_between_two_values(sign: str) -> None:
    """A literal finer than the column is compared as it is, not rounded."""
    x = {"rule": {"type": "constant", "value": 0}, "conditional_rules": [
        {"condition": {"column": "int", "operator": sign, "value": 0.5}, **by("constant", value=1)}
    ]}  # fmt: skip
    for row in batch_of({**COLUMNS, "x": {"type": "int", **x}}, 200).to_pylist():
        assert row["x"] == (row["int"] is not None and TESTS[sign](row["int"], Decimal("0.5")))


@pytest.mark.parametrize("sign", ["==", "!="])
def test_null_can_be_asked_for(sign: str) -> None:
    """`== null` and `!= null` are the comparisons that NULL answers."""
    x = {
        "rule": {"type": "constant", "value": 0},
        "conditional_rules": [
            {"condition": {"column": "int", "operator": sign, "value": None}, **by("constant", value=1)}
        ],
    }
    rows = batch_of({**COLUMNS, "x": {"type": "int", **x}}, 500).to_pylist()

    assert {row["int"] is None for row in rows} == {True, False}
    assert all(bool(row["x"]) == ((row["int"] is None) == (sign == "==")) for row in rows)


def test_null_has_no_order() -> None:
    x = {
        "conditional_rules": [
            {"condition": {"column": "int", "operator": "<", "value": None}, **by("constant", value=1)}
        ]
    }
    fault = refusal_of({**COLUMNS, "x": {"type": "int", **x}})

    assert "conditional_rules[0].condition" in fault.path


def test_the_first_condition_that_holds_wins_and_the_rest_is_null() -> None:
    x = {"conditional_rules": [
        {"when": "int < 0", **by("constant", value="below")},
        {"when": "int < 2", **by("constant", value="near")},
        {"when": "text in [a, b]", **by("constant", value="text")},
    ]}  # fmt: skip
    for row in batch_of({**COLUMNS, "x": {"type": "str", **x}}, 500).to_pylist():
        number = row["int"]
        wanted: str | None
        if number is not None and number < 2:
            wanted = "below" if number < 0 else "near"
        else:
            wanted = "text" if row["text"] in {"a", "b"} else None
        assert row["x"] == wanted


def test_every_rule_has_draws_of_its_own() -> None:
    """Two branches with the same rule do not repeat each other, and the column's own rule is the one without conditions."""
    rule = by("range", min=0, max=10**9)
    branched = {**rule, "conditional_rules": [{"when": "int > 0", **rule}]}
    rows = batch_of({**COLUMNS, "x": {"type": "int", **branched}}, 300).to_pylist()
    plain = batch_of({**COLUMNS, "x": {"type": "int", **rule}}, 300).to_pylist()

    for one, other in zip(rows, plain, strict=True):
        assert (one["x"] == other["x"]) == (one["int"] is None or one["int"] <= 0)


@pytest.mark.parametrize(
    ("condition", "word"),
    [
        ({"column": "name", "value": "x"}, "composed"),
        ({"column": "text", "operator": "<", "value": "a"}, "order"),
        ({"column": "text", "value": "z"}, "never is 'z'"),
        ({"column": "int", "value": "x"}, "number"),
        ({"column": "bool", "value": 1}, "true or false"),
        ({"column": "nothing", "value": 1}, "no column"),
        ({"column": "x", "value": 1}, "depends on itself"),
    ],
)
def test_what_cannot_be_compared_is_refused(condition: dict[str, Any], word: str) -> None:
    x = {"type": "int", **by("sequence"), "conditional_rules": [{"condition": condition, **by("constant", value=1)}]}
    fault = refusal_of({**COLUMNS, "name": {"rule": "full_name"}, "x": x})

    assert fault.path.startswith("tables.t.columns.x")
    assert word in fault.what


def test_rules_of_several_scales_become_one_type_that_holds_them_all() -> None:
    x = {**by("range", min=1, max=3), "conditional_rules": [{"when": "int > 0", **by("range", min="0.25", max="0.5")}]}
    rows = batch_of({**COLUMNS, "x": x}, 300).to_pylist()

    for row in rows:
        assert (row["x"] < 1) == (row["int"] is not None and row["int"] > 0)


def test_numbers_without_bounds_are_not_scaled() -> None:
    """They could leave 64 bits without anybody noticing."""
    x = {**by("sequence", start=2**60), "conditional_rules": [{"when": "int > 0", **by("range", min="0.5", max="1.5")}]}

    assert "without bounds" in refusal_of({**COLUMNS, "x": x}).what


@pytest.mark.parametrize(
    ("when", "by_hand"),
    [
        ("int > 0 and decimal < 0", lambda row: (row["int"] or 0) > 0 and (row["decimal"] or 0) < 0),
        ("int == 1 or text == 'a'", lambda row: row["int"] == 1 or row["text"] == "a"),
        ("not (int == 1 or text in ['a', 'b'])", lambda row: not (row["int"] == 1 or row["text"] in {"a", "b"})),
        ("not bool", lambda row: not row["bool"]),
        ("int is null or date is not null", lambda row: row["int"] is None or row["date"] is not None),
        ("int * 2 > decimal + 1", lambda row: None not in {row["int"], row["decimal"]} and row["int"] * 2 > row["decimal"] + 1),
    ],
)  # fmt: skip
def test_a_condition_may_be_an_expression(when: str, by_hand: Callable[[Any], Any]) -> None:
    x = {**by("constant", value="no"), "conditional_rules": [{"when": when, **by("constant", value="yes")}]}
    rows = batch_of({**COLUMNS, "x": {"type": "str", **x}}, 400).to_pylist()

    assert {row["x"] for row in rows} == {"yes", "no"}
    for row in rows:
        assert row["x"] == ("yes" if by_hand(row) else "no"), row


def test_what_is_wrong_with_an_expression_is_told_at_its_condition() -> None:
    for when, what in (
        ("int > 0 and text == 'z'", "never is 'z'"),
        ("int > 0 and other", "has no column 'other'"),
        ("int + 1 and bool", "'int + 1' is a number, not a condition"),
        ("x > 0 or bool", "depends on itself"),
    ):
        x = {**by("constant", value=0), "conditional_rules": [{"when": when, **by("constant", value=1)}]}
        fault = refusal_of({**COLUMNS, "x": {"type": "int", **x}})
        assert what in fault.what
        assert fault.path.startswith("tables.t.columns.x.conditional_rules[0]")
