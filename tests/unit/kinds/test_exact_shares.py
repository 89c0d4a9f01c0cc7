"""Exact shares: of a whole table, each value gets its share to the row."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndata_engine.generation.columns.exact import apportioned
from tests.unit.kinds.making import batch_of, by, column_of, dataset_of, plan_of, refusal_of, table_of


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**18), min_size=1, max_size=12).filter(any))
@settings(max_examples=200)
def test_every_row_is_given_out_and_no_share_is_off_by_a_row(rows: int, weights: list[int]) -> None:
    counts = apportioned(rows, tuple(weights))

    assert sum(counts) == rows
    for count, weight in zip(counts, weights, strict=True):
        assert abs(count - Fraction(rows * weight, sum(weights))) < 1
        assert weight or not count


@given(st.integers(0, 400), st.integers(0, 1000))
@settings(max_examples=30)
def test_true_stands_in_its_share_of_the_rows_and_a_half_is_rounded_up(rows: int, thousandths: int) -> None:
    found = column_of(by("boolean", true=str(Decimal(thousandths) / 1000), exact=True), rows)

    assert Counter(found)[True] == (2 * rows * thousandths + 1000) // 2000


@pytest.mark.parametrize(
    ("options", "counts"),
    [
        ({"value": {"done": 97, "cancelled": 3}}, {"done": 970, "cancelled": 30}),
        ({"value": ["a", "b", None]}, {"a": 334, "b": 333, None: 333}),
        ({"value": ["a", None], "weights": ["0.125", "0.875"]}, {"a": 125, None: 875}),
        ({"value": ["a", "b", "c"], "weights": [0, 1, 0]}, {"b": 1000}),
    ],
)
def test_listed_values_get_their_shares(options: dict[str, Any], counts: dict[Any, int]) -> None:
    assert Counter(column_of(by("choice", **options, exact=True))) == counts


def test_the_shares_are_scattered() -> None:
    """Of 100,000 rows, every stretch of 1,000 has about its share: a permutation, not blocks."""
    found = column_of(by("boolean", true="0.3", exact=True), 100_000)
    for start in range(0, 100_000, 1_000):
        assert abs(sum(found[start : start + 1_000]) - 300) < 5 * 14.5


def test_two_columns_are_scattered_apart() -> None:
    rule = by("boolean", true="0.5", exact=True)
    found = batch_of({"a": rule, "b": rule}, 10_000)
    both = sum(a and b for a, b in zip(*found.to_pydict().values(), strict=True))

    assert abs(both - 2_500) < 5 * 25


def test_another_seed_scatters_otherwise_and_a_secret_too() -> None:
    rule = by("boolean", true="0.5", exact=True)
    plain = column_of(rule, 200)
    assert column_of(rule, 200, seed=1) != plain
    assert Counter(column_of(rule, 200, seed=1)) == Counter(plain)


def test_rows_that_a_fan_out_gives_are_shared_out_as_well() -> None:
    """The shares follow the rows that planning decides, and parents count their children by them."""
    dataset = dataset_of({
        "tables": {
            "orders": {
                "rows": 100,
                "columns": {
                    "id": {"primary_key": True, "rule": "sequence"},
                    "late": by("count", table="lines", where="state == late"),
                },
            },
            "lines": {
                "columns": {
                    "order": {"references": {"table": "orders", "column": "id", "fan_out": "0..9"}},
                    "state": by("choice", value={"late": 1, "right": 3}, exact=True),
                }
            },
        }
    })  # fmt: skip
    lines, orders = dataset.tables["lines"], dataset.tables["orders"]
    rows = lines.planned.rows
    late = lines.batch(0, rows).column("state").to_pylist().count("late")

    assert rows not in {0, 900}
    assert late == (rows + 2) // 4
    assert sum(orders.batch(0, 100).column("late").to_pylist()) == late


@given(st.integers(1, 300), st.data())
@settings(max_examples=25)
def test_any_slice_is_the_same_rows_of_the_whole(rows: int, data: st.DataObject) -> None:
    table = table_of({"x": by("choice", value={"a": 5, "b": 2, "c": 1}, exact=True)}, rows)
    whole = table.batch(0, rows).column("x").to_pylist()
    start = data.draw(st.integers(0, rows))
    stop = data.draw(st.integers(start, rows))

    assert table.batch(start, stop).column("x").to_pylist() == whole[start:stop]


def test_a_plan_that_says_nothing_of_exactness_is_written_as_before() -> None:
    """Options stand in a plan as the user wrote them."""
    plan = plan_of({"tables": {"t": {"columns": {"x": by("boolean", true="0.3")}}}})

    assert b"exact" not in plan.to_bytes()


@pytest.mark.parametrize(
    ("column", "path", "word"),
    [
        ({"unique": True, **by("choice", value=["a", "b"], exact=True)}, "rule.exact", "takes every value once"),
        (by("choice", value=["a"], exact="yes!"), "rule.exact", "cannot take 'yes!'"),
        (by("choice", value=["a", "b"], weights=[0, 0], exact=True), "rule.weights", "above 0"),
        (by("boolean", true="1.5", exact=True), "rule", "cannot take"),
        (
            {"conditional_rules": [{"when": "n == 1", "rule": {"type": "boolean", "exact": True}}], "rule": "boolean"},
            "conditional_rules[0].rule.exact",
            "whole table",
        ),
        (
            {"conditional_rules": [{"when": "n == 1", "rule": "boolean"}], "rule": {"type": "boolean", "exact": True}},
            "rule.exact",
            "whole table",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_exact_is_refused(column: dict[str, Any], path: str, word: str) -> None:
    fault = refusal_of({"n": {"type": "int", **by("range", min=1, max=3)}, "x": column}, 2)

    assert fault.path.startswith(f"tables.t.columns.x.{path}")
    assert word in fault.what
