"""Choices, maps and buckets."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.kinds.making import batch_of, by, column_of, refusal_of


@pytest.mark.parametrize("weights", [[70, 20, 10], [1, 0, 1], ["0.000000001", 1, 999999999], [1, 1, 1]])
def test_weights_are_kept_within_5_sigma(weights: list[Any]) -> None:
    rows = 200_000
    counts = Counter(column_of(by("choice", value=["a", "b", "c"], weights=weights), rows))
    whole = sum(float(weight) for weight in weights)
    for value, weight in zip("abc", weights, strict=True):
        share = float(weight) / whole
        assert abs(counts[value] - rows * share) <= 5 * (rows * share * (1 - share)) ** 0.5


@pytest.mark.parametrize(
    ("column", "values"),
    [
        (by("choice", value=[1, 2]), {1, 2}),
        (by("choice", value=[True, False]), {True, False}),
        (by("choice", value=["1", 2]), {"1", "2"}),
        (by("choice", value=["a", None]), {"a", None}),
        ({"type": "decimal(5,2)", **by("choice", value=[1.5, 2])}, {Decimal("1.50"), Decimal("2.00")}),
        ({"type": "float", **by("choice", value=[1.25, 2, None])}, {1.25, 2.0, None}),
        ({"type": "date", **by("choice", value=["2024-02-29", "2025-01-01"])}, {date(2024, 2, 29), date(2025, 1, 1)}),
        ({"type": "str", **by("choice", value=[True, 1, None, ""])}, {"true", "1", "", None}),
    ],
)
def test_values_of_every_type(column: dict[str, Any], values: set[Any]) -> None:
    assert set(column_of(column, 200)) == values


@given(st.lists(st.integers(-9, 9) | st.none(), min_size=1, max_size=12))
@settings(max_examples=40)
def test_a_unique_choice_takes_every_value_once(values: list[int | None]) -> None:
    """NULL and repeated values do not count; one row more is refused."""
    distinct = {value for value in values if value is not None}
    column = {"type": "int", "unique": True, **by("choice", value=values)}
    if not distinct:
        assert "nothing to choose" in refusal_of({"x": column}).what
        return

    assert set(column_of(column, len(distinct))) == distinct
    assert f"{len(distinct):,} rows, but" in refusal_of({"x": column}, len(distinct) + 1).what


@pytest.mark.parametrize(
    ("column", "path"),
    [
        (by("choice", value=[]), "value"),
        (by("choice", value=[[1]]), "value"),
        ({"type": "str", **by("choice", value=[{"a": 1}])}, "value"),
        (by("choice", value=["a"], weights=[1, 2]), "weights"),
        (by("choice", value=["a", "b"], weights=[0, 0]), "weights"),
        (by("choice", value=["a", "b"], weights=[-1, 2]), "weights"),
        (by("choice", value=["a", "b"], weights=["0.0000000001", 1]), "weights"),
        ({"unique": True, **by("choice", value=list("abcdefghijkl"), weights=[1] * 12)}, "weights"),
        (by("map", column="size", values={"XXL": 1}), "values.XXL"),
        (by("map", column="amount", values={"1": 1}), "column"),
        (by("map", column="sise", values={}), "column"),
        (by("bucket", column="amount", edges=[1, 1], values=[1, 2, 3]), "edges"),
        (by("bucket", column="amount", edges=[2, 1], values=[1, 2, 3]), "edges"),
        (by("bucket", column="amount", edges=[1], values=[1, 2, 3]), "values"),
        (by("bucket", column="size", edges=[1], values=[1, 2]), "column"),
        (by("bucket", column="amount", edges=[1.5], values=[1, 2]), "edges.0"),
    ],
)
def test_what_cannot_be_is_refused_at_its_option(column: dict[str, Any], path: str) -> None:
    beside = {"size": by("choice", value=["S", "M"]), "amount": {"type": "int", **by("range", min=0, max=9)}}
    fault = refusal_of({**beside, "x": column})

    assert fault.path.startswith(f"tables.t.columns.x.rule.{path}")


def test_a_map_follows_its_column() -> None:
    """A single value, one of several, the default, and NULL where the source is."""
    columns = {
        "size": {"null_rate": 0.2, **by("choice", value=["S", "M", "L", "XL"])},
        "x": by("map", column="size", values={"S": "small", "M": ["middle", "medium"], "XL": None}, default="other"),
    }
    found = {(row["size"], row["x"]) for row in batch_of(columns, 2_000).to_pylist()}

    assert found == {
        ("S", "small"), ("M", "middle"), ("M", "medium"), ("L", "other"), ("XL", None), (None, None),
    }  # fmt: skip


def test_a_map_without_a_default_is_null_elsewhere() -> None:
    columns = {
        "size": by("choice", value=["S", "M"]),
        "x": {"type": "int", **by("map", column="size", values={"S": 3})},
    }

    assert {(row["size"], row["x"]) for row in batch_of(columns, 200).to_pylist()} == {("S", 3), ("M", None)}


def test_a_map_of_several_values_takes_each_as_likely() -> None:
    columns = {"size": by("choice", value=["S"]), "x": by("map", column="size", values={"S": ["a", "b", "c"]})}
    counts = Counter(batch_of(columns, 30_000).column("x").to_pylist())

    assert all(abs(count - 10_000) < 5 * 82 for count in counts.values())


@given(st.lists(st.integers(-60, 60), min_size=1, max_size=6, unique=True).map(sorted))
@settings(max_examples=30)
def test_buckets_are_what_lies_at_or_above_an_edge(edges: list[int]) -> None:
    values = [f"b{n}" for n in range(len(edges) + 1)]
    columns = {
        "amount": {"type": "int", "null_rate": 0.1, **by("range", min=-50, max=50)},
        "x": by("bucket", column="amount", edges=edges, values=values),
    }
    for row in batch_of(columns, 300).to_pylist():
        above = None if row["amount"] is None else values[sum(row["amount"] >= edge for edge in edges)]
        assert row["x"] == above


def test_dates_have_buckets_too() -> None:
    columns = {
        "day": {"type": "date", **by("range", min="2023-06-01", max="2024-06-01")},
        "x": {"type": "int", **by("bucket", column="day", edges=["2024-01-01"], values=[2023, 2024])},
    }

    assert all(row["x"] == row["day"].year for row in batch_of(columns, 300).to_pylist())
