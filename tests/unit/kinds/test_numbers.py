"""Ranges, sequences, constants, NULL and booleans."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.kinds.making import batch_of, by, column_of, refusal_of, table_of

MOST = 2**63 - 1


@given(st.integers(-MOST, MOST), st.integers(-MOST, MOST))
@settings(max_examples=50)
def test_integers_lie_in_their_range(one: int, other: int) -> None:
    low, high = sorted((one, other))
    values = column_of({"type": "int", **by("range", min=low, max=high)}, 50)

    assert all(low <= value <= high for value in values)


@given(st.decimals(-(10**6), 10**6, places=3), st.decimals(-(10**6), 10**6, places=3))
@settings(max_examples=50)
def test_decimals_lie_in_their_range(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    values = column_of({"type": "decimal(12,3)", **by("range", min=str(low), max=str(high))}, 50)

    assert all(low <= value <= high for value in values)


@pytest.mark.parametrize("column", [{"type": "int"}, {"type": "decimal(9,1)"}, {"type": "float", "scale": 1}])
def test_both_ends_are_included_and_every_value_is_as_likely(column: dict[str, Any]) -> None:
    step = 1 if column["type"] == "int" else Decimal("0.1")
    values = column_of({**column, **by("range", min=-2 * step, max=2 * step)}, 20_000)
    counts = [values.count(value) for value in sorted(set(values))]

    assert sorted({str(value) for value in values}) == sorted(
        str(step * n) if n or step == 1 else "0.0" for n in range(-2, 3)
    )
    assert all(abs(count - 4_000) < 5 * 57 for count in counts)


def test_dates_and_times_run_to_the_end_of_the_last_day() -> None:
    dates = column_of({"type": "date", **by("range", min="2024-02-28", max="2024-03-01")}, 300)
    times = column_of({"type": "datetime", **by("range", min="2024-02-29", max="2024-02-29")}, 30_000)

    assert set(dates) == {date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)}
    assert {time.date() for time in times} == {date(2024, 2, 29)}
    assert max(times) > datetime(2024, 2, 29, 23, 59, tzinfo=UTC)


def test_relative_ends_count_from_as_of() -> None:
    document = {"as_of": "2024-02-29T12:00:00Z"}
    times = column_of({"type": "datetime", **by("range", min="-1mo", max="as_of")}, 2_000, **document)
    year = column_of({"type": "date", **by("range", min="-1y", max="-1y")}, 5, **document)

    assert datetime(2024, 1, 29, 12, tzinfo=UTC) <= min(times)
    assert max(times) <= datetime(2024, 2, 29, 12, tzinfo=UTC)
    assert set(year) == {date(2023, 2, 28)}


@pytest.mark.parametrize(
    ("column", "path", "word"),
    [
        (by("range", min=5, max=4), "rule.min", "empty"),
        (by("range", min=5), "rule.max", "no max"),
        ({"type": "int", **by("range", min=1, max=1.5)}, "rule.max", "whole"),
        (by("range", min="x", max=3), "rule.min", "number"),
        ({"type": "date", **by("range", min="2024-02-30", max="2024-03-01")}, "rule.min", "not a date"),
        ({"type": "decimal(4,2)", **by("range", min=1, max=100)}, "rule.max", "cannot hold"),
        ({"type": "int", **by("range", min=0, max=2**63)}, "rule.max", "64 bits"),
        ({"type": "date", **by("range", min="-9999y", max="as_of")}, "rule.min", "years 1 to 9999"),
        (by("sequence", step=0), "rule.step", "step 0"),
        ({"type": "int", **by("sequence", prefix="A")}, "rule.prefix", "make text"),
        ({"type": "int", **by("constant", value="x")}, "rule.value", "not a number"),
        ({"type": "bool", **by("constant", value=1)}, "rule.value", "not true or false"),
        (by("boolean", true=1.5), "rule.true", "less than or equal"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_option(column: dict[str, Any], path: str, word: str) -> None:
    fault = refusal_of({"x": column})

    assert fault.path == f"tables.t.columns.x.{path}"
    assert word in fault.what


def test_a_unique_range_takes_every_value_once_and_one_row_more_is_refused() -> None:
    column = {"type": "int", "unique": True, **by("range", min=-3, max=96)}

    assert sorted(column_of(column, 100)) == list(range(-3, 97))
    assert "100 rows, but t has 101" in refusal_of({"x": column}, 101).what


@pytest.mark.parametrize(
    ("column", "capacity"),
    [
        ({"type": "decimal(6,2)", **by("range", min="0.01", max="0.99")}, 99),
        ({"type": "float", "scale": 1, **by("range", min=0, max=1)}, 11),
        ({"type": "date", **by("range", min="2024-01-01", max="2024-12-31")}, 366),
        ({"type": "datetime", **by("range", min="2024-01-01T00:00:00Z", max="2024-01-01T00:01:00Z")}, 61),
    ],
)
def test_capacity_is_exact_for_every_type(column: dict[str, Any], capacity: int) -> None:
    values = column_of({**column, "unique": True}, capacity)

    assert len(set(values)) == capacity
    assert refusal_of({"x": {**column, "unique": True}}, capacity + 1).path.endswith("rows")


def test_sequences_count() -> None:
    assert column_of(by("sequence"), 4) == [1, 2, 3, 4]
    assert column_of(by("sequence", start=10, step=-5), 4) == [10, 5, 0, -5]
    assert column_of(by("sequence", prefix="ORD-", suffix="/x", width=6), 2) == ["ORD-000001/x", "ORD-000002/x"]
    assert column_of({"type": "str", **by("sequence", start=9)}, 2) == ["9", "10"]


def test_a_sequence_goes_on_however_far() -> None:
    table = table_of({"x": by("sequence", start=2, step=3)}, 2**61)

    assert table.batch(2**61 - 1, 2**61).column(0).to_pylist() == [(2**61 - 1) * 3 + 2]


def test_constants() -> None:
    columns = {
        "text": by("constant", value="a"), "number": by("constant", value=7), "yes": by("constant", value=True),
        "price": {"type": "decimal(5,2)", **by("constant", value=1.5)}, "none": by("constant", value=None),
        "day": {"type": "date", **by("constant", value="2024-02-29")},
    }  # fmt: skip
    first = batch_of(columns, 3).to_pylist()

    assert (
        first
        == [{"text": "a", "number": 7, "yes": True, "price": Decimal("1.50"), "none": None, "day": date(2024, 2, 29)}]
        * 3
    )


@pytest.mark.parametrize("name", ["int", "float", "decimal(5,2)", "str", "bool", "date", "datetime", "uuid"])
def test_null_of_every_type(name: str) -> None:
    assert column_of({"type": name, **by("null")}, 3) == [None] * 3


def test_booleans_keep_their_probability() -> None:
    """Within 5 sigma; never and always are exact."""
    for probability in (0, 0.001, 0.3, 0.5, 1):
        values = column_of(by("boolean", true=probability), 50_000)
        sigma = (50_000 * probability * (1 - probability)) ** 0.5

        assert abs(sum(values) - 50_000 * probability) <= 5 * sigma


@pytest.mark.parametrize("rate", ["0%", "0.1%", "25%", "100%"])
def test_nulls_keep_their_rate(rate: str) -> None:
    batch = batch_of({"x": {"type": "int", "null_rate": rate}}, 50_000)
    share = float(rate.rstrip("%")) / 100

    assert abs(batch.column(0).null_count - 50_000 * share) <= 5 * (50_000 * share * (1 - share)) ** 0.5


@pytest.mark.parametrize(
    ("name", "most"), [("int", 10_000), ("decimal(4,2)", 99), ("decimal(9,2)", 10_000), ("float", 1)]
)
def test_a_range_that_says_nothing_ends_where_its_type_does(name: str, most: int) -> None:
    values = column_of({"type": name}, 5_000)

    assert min(values) >= 0
    assert most * Decimal("0.9") < max(values) <= most
