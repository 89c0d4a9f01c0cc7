"""Formulas are exact: Python's Decimal, rounded half to even, says the same."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.kinds.making import batch_of, by, refusal_of

Row = dict[str, Decimal]
Formula = tuple[str, Callable[[Row], Decimal]]

COLUMNS: dict[str, Any] = {
    "a": {"type": "int", **by("range", min=-1000, max=1000)},
    "b": {"type": "decimal(8,2)", **by("range", min="-99.99", max="99.99")},
    "c": {"type": "decimal(8,3)", **by("range", min="0.001", max="9.999")},
    "d": {"type": "float", "scale": 1, "null_rate": 0.1, **by("range", min=-5, max=5)},
    "yes": by("boolean"),
}


def exact(value: Decimal, digits: int) -> Decimal:
    """Rounded half to even."""
    with localcontext(prec=60):
        return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)


def number(text: str) -> Formula:
    return text, lambda _: Decimal(text)


def column(name: str) -> Formula:
    return name, lambda row: row[name]


LEAVES = [*map(column, COLUMNS), *map(number, ["2", "0.5", "7.25"])]
JOINED: list[tuple[str, Callable[[Decimal, Decimal], Decimal]]] = [
    ("({} + {})", lambda one, other: one + other),
    ("({} - {})", lambda one, other: one - other),
    ("({} * {})", lambda one, other: one * other),
    ("min({}, {})", min),
    ("max({}, {})", max),
]
CHANGED: list[tuple[str, Callable[[Decimal], Decimal]]] = [
    ("abs({})", abs),
    ("-({})", lambda value: -value),
    ("round({})", lambda value: exact(value, 0)),
    ("round({}, 1)", lambda value: exact(value, 1)),
    ("round({}, 3)", lambda value: exact(value, 3)),
]


@st.composite
def formulas(draw: st.DrawFn, depth: int = 2) -> Formula:
    """Sums, products, extremes and roundings of columns and numbers, small enough to fit in 64 bits."""
    if depth == 0:
        return draw(st.sampled_from(LEAVES))
    (left, one), (right, other) = draw(formulas(depth=depth - 1)), draw(formulas(depth=depth - 1))
    shape, join = draw(st.sampled_from(JOINED))
    change = draw(st.none() | st.sampled_from(CHANGED))
    text = shape.format(left, right)
    if change is None:
        return text, lambda row: join(one(row), other(row))
    return change[0].format(text), lambda row: change[1](join(one(row), other(row)))


def compare(formula: Formula, scale: int) -> None:
    """The column of a formula against Python's decimals, NULL where a column it reads is."""
    text, by_hand = formula
    columns = {**COLUMNS, "x": {"type": f"decimal(18,{scale})", **by("formula", expression=text)}}
    for row in batch_of(columns, 20).to_pylist():
        reads_null = "d" in text.replace("round", "") and row["d"] is None
        cells = {name: Decimal(str(int(row[name]) if name == "yes" else row[name] or 0)) for name in COLUMNS}
        with localcontext(prec=60):
            wanted = None if reads_null else exact(by_hand(cells), scale)
        assert row["x"] == wanted, (text, row)


@given(formulas(), st.integers(0, 4))
@settings(max_examples=80)
def test_arithmetic_is_exact(formula: Formula, scale: int) -> None:
    compare(formula, scale)


@pytest.mark.parametrize("divisor", ["3", "7", "0.6", "-9", "c", "(a + 2000)", "-c"])
@pytest.mark.parametrize("dividend", ["a", "b", "(b * 2)"])
def test_quotients_have_six_digits_more_than_the_dividend(dividend: str, divisor: str) -> None:
    """Rounded half to even there, and again at the column's scale."""
    scale = 6 if dividend == "a" else 8

    def by_hand(row: Row) -> Decimal:
        above = {"a": row["a"], "b": row["b"], "(b * 2)": row["b"] * 2}[dividend]
        below = {"c": row["c"], "-c": -row["c"], "(a + 2000)": row["a"] + 2000}.get(divisor)
        return exact(above / (Decimal(divisor) if below is None else below), scale)

    for digits in (0, 2, scale):
        compare((f"{dividend} / {divisor}", by_hand), digits)


@pytest.mark.parametrize(
    ("value", "rounded"), [("0.5", 0), ("1.5", 2), ("2.5", 2), ("-0.5", 0), ("-1.5", -2), ("2.51", 3), ("-2.49", -2)]
)
def test_halves_go_to_the_even_neighbour(value: str, rounded: int) -> None:
    columns = {
        "b": {"type": "decimal(4,2)", **by("constant", value=value)},
        "x": {"type": "int", **by("formula", expression="b")},
    }

    assert batch_of(columns, 2).column("x").to_pylist() == [rounded, rounded]


def test_the_type_follows_from_the_formula_where_none_is_declared() -> None:
    columns = {
        "a": COLUMNS["a"],
        "b": COLUMNS["b"],
        "x": by("formula", expression="a * 2"),
        "y": by("formula", expression="a * b"),
    }
    schema = batch_of(columns, 1).schema

    assert [str(schema.field(name).type) for name in "xy"] == ["int64", "decimal128(18, 2)"]


@pytest.mark.parametrize(
    ("expression", "word"),
    [
        ("a +", "not an expression"),
        ("a ** 2", "only + - * /"),
        ("a // 2", "only + - * /"),
        ("a % d", "divisor can be 0"),
        ("a if a else b", "not an expression"),
        ("'x'", "not a number"),
        ("__import__('os')", "not known"),
        ("a.real", "means nothing"),
        ("sqrt(a)", "not known"),
        ("round(a, b)", "whole number of digits"),
        ("a / 0", "divisor can be 0"),
        ("a / a", "divisor can be 0"),
        ("a / b", "divisor can be 0"),
        ("q + 1", "no column"),
        ("name + 1", "not a number"),
        ("a * a * a * a * a * a * a", "64 bits"),
        ("1e400", "too many digits"),
        ("0.0000000000001", "too many digits"),
        ("(" * 60 + "a" + "+1)" * 60, "nested"),
        ("sure", "not a number"),
    ],
)
def test_what_cannot_be_computed_is_refused(expression: str, word: str) -> None:
    columns = {**COLUMNS, "name": {"rule": "full_name"}, "sure": by("choice", value=["yes"])}
    fault = refusal_of({**columns, "x": {"type": "decimal(18,2)", **by("formula", expression=expression)}})

    assert fault.path == "tables.t.columns.x.rule.expression"
    assert word in fault.what


def test_a_result_beyond_the_precision_is_refused() -> None:
    fault = refusal_of({**COLUMNS, "x": {"type": "decimal(4,2)", **by("formula", expression="a * b")}})

    assert "beyond what decimal" in fault.what
