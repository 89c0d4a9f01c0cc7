"""Columns by distribution: what is drawn is what the textbook says, inside bounds, and refused where a type cannot have it."""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from syndata_engine.generation import BoundTable
from syndata_engine.generation.quantiles.table import WHOLE, Quantile, QuantileTable
from tests.unit.kinds import theory
from tests.unit.kinds.making import by, column_of, dataset_of, faults_of, refusal_of, table_of

FLOAT = {"type": "float", "scale": 6}
NUMBERS: list[tuple[dict[str, Any], theory.Cdf]] = [
    ({**FLOAT, **by("normal", mean=3, stddev="0.5")}, theory.normal(3, 0.5)),
    ({**FLOAT, **by("normal", mean=3, stddev=2, min=2, max=4)}, theory.cut(theory.normal(3, 2), 2, 4)),
    ({**FLOAT, **by("normal", mean=0, stddev=1, min=3)}, theory.cut(theory.normal(0, 1), 3, 9)),
    ({**FLOAT, **by("lognormal", median=2, sigma="0.7")}, theory.lognormal(2, 0.7)),
    ({**FLOAT, **by("lognormal", mu=1, sigma="0.7", start=-5, max=20)}, theory.cut(theory.lognormal(math.e, 0.7, -5), -5, 20)),
    ({**FLOAT, **by("exponential", mean=5)}, theory.exponential(5)),
    ({**FLOAT, **by("exponential", rate="0.25", start=10, min=12, max=30)}, theory.cut(theory.exponential(4, 10), 12, 30)),
    ({**FLOAT, **by("gamma", shape=3, scale=2)}, theory.gamma(3, 2)),
    ({**FLOAT, **by("gamma", shape="0.4", mean=2)}, theory.gamma(0.4, 5)),
    ({**FLOAT, **by("gamma", shape="0.05", mean=20)}, theory.gamma(0.05, 400)),
    ({**FLOAT, **by("gamma", shape=500, scale="0.01", start=1, min=6)}, theory.cut(theory.gamma(500, 0.01, 1), 6, 20)),
    ({**FLOAT, **by("beta", alpha=2, beta=5)}, theory.beta(2, 5)),
    ({**FLOAT, **by("beta", alpha="0.3", beta="0.2", low=-10, high=30)}, theory.beta(0.3, 0.2, -10, 30)),
    ({**FLOAT, **by("beta", alpha=3, beta="0.5", min="0.25", max="0.75")}, theory.cut(theory.beta(3, 0.5), 0.25, 0.75)),
    ({**FLOAT, **by("pareto", shape=3)}, theory.pareto(3, 1)),
    ({**FLOAT, **by("pareto", shape="0.8", min=2, max=1_000)}, theory.cut(theory.pareto(0.8, 2), 2, 1_000)),
    ({**FLOAT, **by("quantiles", points=[[0, 1], ["0.2", 2], ["0.9", 3], [1, 30]])}, theory.tabled([(1, 0), (2, 0.2), (3, 0.9), (30, 1)])),
    ({**FLOAT, **by("histogram", edges=[0, 1, 3, 4], weights=[2, 1, 1])}, theory.tabled([(0, 0), (1, 0.5), (3, 0.75), (4, 1)])),
]  # fmt: skip
"""Columns fine enough to be compared as if they were continuous."""
MIXED = by(
    "mixture", components=[{"type": "normal", "mean": 10, "stddev": 1, "weight": 3}, {"exponential": {"mean": 4}}]
)
COUNTS: list[tuple[dict[str, Any], theory.Cdf]] = [
    (by("poisson", mean="4.5"), theory.poisson(4.5)),
    (by("poisson", mean="0.01"), theory.poisson(0.01)),
    (by("poisson", mean=800), theory.poisson(800)),
    (by("poisson", mean=3, min=8, max=20), theory.poisson(3, 8, 20)),
    (by("binomial", trials=40, probability="0.3"), theory.binomial(40, 0.3)),
    (by("binomial", n=1000, p="0.999", min=990), theory.binomial(1000, 0.999, 990)),
    (by("geometric", p="0.25"), theory.geometric(0.25)),
    (by("geometric", p="0.01", min=100, max=400), theory.geometric(0.01, 100, 400)),
    (by("zipf", max=1000), theory.zipf(1, 1, 1000)),
    (by("zipf", exponent="1.3", min=3, max=200_000), theory.zipf(1.3, 3, 200_000)),
    (by("zipf", exponent="0.5", max=50_000), theory.zipf(0.5, 1, 50_000)),
    ({"type": "int", **by("normal", mean=4, stddev=3, min=0, max=10)}, lambda x: theory.cut(theory.normal(4, 3), -0.5, 10.5)(math.floor(x) + 0.5)),
    ({"type": "int", **by("exponential", mean=3)}, lambda x: theory.exponential(3)(math.floor(x) + 0.5)),
]  # fmt: skip
"""Whole numbers: a value takes what lies within a half of it."""


def table_at(bound: BoundTable) -> QuantileTable:
    node = bound.columns["x"].code
    assert isinstance(node, Quantile)
    return node.table


def words(low: int, high: int, count: int) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """Words that lie evenly between two of them."""
    return np.array([low + (high - low) * i // count for i in range(count)], np.uint64)


@pytest.mark.parametrize(("column", "cdf"), NUMBERS)
def test_every_quantile_is_right_to_a_hundred_millionth(column: dict[str, Any], cdf: theory.Cdf) -> None:
    """As a share of all draws: the cell of the value that a word gives holds the word's own share, to 1e-8."""
    asked = words(0, WHOLE, 4_001)
    for word, code in zip(asked.tolist(), table_at(table_of({"x": column})).codes(asked).tolist(), strict=True):
        left, right = cdf((code - 0.5) / 1e6), cdf((code + 0.5) / 1e6)
        # Bins and bounds begin at a value, not half a step before it: one step more.
        step = max(right - left, cdf((code + 1.5) / 1e6) - right)
        assert left - step - 1e-8 <= word / WHOLE <= right + step + 1e-8


@pytest.mark.parametrize(("column", "cdf"), COUNTS)
def test_every_whole_number_has_its_share(column: dict[str, Any], cdf: theory.Cdf) -> None:
    """Found by bisection: the first word of a number stands where the shares of all smaller ones end, to 1e-7."""
    table = table_at(table_of({"x": column}))
    codes = np.unique(table.codes(words(0, WHOLE, 500)))
    low, high = np.zeros(len(codes), np.uint64), np.full(len(codes), WHOLE - 1, np.uint64)
    while (low < high).any():
        middle = low + (high - low) // np.uint64(2)
        reached = table.codes(middle) >= codes
        low, high = np.where(reached, low, middle + np.uint64(1)), np.where(reached, middle, high)

    for code, first in zip(codes.tolist(), low.tolist(), strict=True):
        assert abs(first / WHOLE - cdf(code - 1)) <= 1e-7


@pytest.mark.parametrize(
    ("column", "cdf"),
    [*NUMBERS, ({**FLOAT, **MIXED}, theory.mixed((0.75, theory.normal(10, 1)), (0.25, theory.exponential(4))))],
)
def test_rows_follow_the_distribution(column: dict[str, Any], cdf: theory.Cdf) -> None:
    """Kolmogorov and Smirnov's distance of 20,000 rows stays below what one sample in 10,000 exceeds."""
    rows = 20_000
    values = np.sort(np.array(column_of(column, rows, seed=5)))
    different = np.unique(values)
    found = np.searchsorted(values, different, side="right") / rows
    # Values are rounded, so a value stands for what lies within a half of the last digit.
    distance = np.max(np.abs(found - [cdf(value + 0.5e-6) for value in different]))

    assert distance < 2.2 / math.sqrt(rows)


@pytest.mark.parametrize(("column", "cdf"), COUNTS)
def test_whole_numbers_occur_as_often_as_they_should(column: dict[str, Any], cdf: theory.Cdf) -> None:
    """Pearson's chi-square over numbers expected 20 times or more, below what one sample in 10,000 exceeds (nearly)."""
    rows = 20_000
    found = Counter(column_of(column, rows, seed=5))
    expected = {n: rows * (cdf(n) - cdf(n - 1)) for n in range(min(found), min(max(found), 5_000) + 1)}
    often = [n for n, count in expected.items() if count >= 20]
    rest = rows - sum(expected[n] for n in often)
    terms = [(found[n] - expected[n]) ** 2 / expected[n] for n in often]
    if rest >= 20:
        terms.append((rows - sum(found[n] for n in often) - rest) ** 2 / rest)
    freedom = max(len(terms) - 1, 1)

    assert often
    assert sum(terms) < freedom + 4 * math.sqrt(2 * freedom) + 12


@pytest.mark.parametrize(
    ("column", "cdf"), [pair for pair in NUMBERS if "normal" in str(pair[0]) or "exponential" in str(pair[0])]
)
def test_tails_are_as_rare_as_they_should_be(column: dict[str, Any], cdf: theory.Cdf) -> None:
    """The lower tail down to one draw in 10^15, to a thousandth of its own rarity."""
    table = table_at(table_of({"x": column}))
    for share in (1e-3, 1e-6, 1e-9, 1e-12):
        (code,) = table.codes(np.array([int(share * WHOLE)], np.uint64)).tolist()
        left, right = cdf((code - 1) / 1e6), cdf((code + 1) / 1e6)
        # Where one step of the last digit is more than the share itself, nothing finer can be said.
        assert left * 0.999 - 1e-15 <= share <= right * 1.001 + 1e-15


def test_the_upper_tail_is_the_mirror_of_the_lower_one() -> None:
    """To the last of 64 bits, which a double near 1 could not tell."""
    table = table_at(table_of({"x": {**FLOAT, **by("normal", mean=0, stddev=1)}}))
    near = np.array([2**n for n in range(4, 64)], np.uint64)
    low, high = table.codes(near), table.codes(np.uint64(WHOLE - 1) - near)

    assert (np.abs(low + high) <= 1 + np.abs(low) // 1_000).all()
    assert -9_200_000 < low[0] < -8_000_000


@pytest.mark.parametrize(
    "rule",
    [
        by("normal", mean=0, stddev=1, min=8, max=9),
        by("normal", mean=0, stddev=1, min=-12, max=-11),
        by("exponential", mean=1, min=500, max=501),
        by("gamma", shape=2, scale=1, min=100, max=101),
        by("pareto", shape=10, min=1, max=10**6),
    ],
)
def test_rare_bounds_cost_nothing_and_nothing_piles_up_at_them(rule: dict[str, Any]) -> None:
    """No draw is thrown away, however rare it is: every row of a millionth of a millionth has a value of its own."""
    table = table_of({"x": {**FLOAT, **rule}}, 5_000)
    values = table.batch(0, 5_000).column(0).to_pylist()
    low, high = float(rule["rule"]["min"]), float(rule["rule"]["max"])

    assert all(low <= value <= high for value in values)
    assert max(Counter(values).values()) < 5
    assert len(table_at(table).starts) < 5_000


def test_equal_quantiles_make_a_value_frequent() -> None:
    values = column_of({"type": "int", **by("quantiles", points=[[0, 0], ["0.4", 0], [1, 600]])}, 10_000)

    assert abs(values.count(0) - 4_000) < 5 * math.sqrt(10_000 * 0.4 * 0.6) + 20


def test_bins_hold_their_left_edge_and_the_last_one_both() -> None:
    values = Counter(column_of({"type": "int", **by("histogram", edges=[0, 2, 3], weights=[4, 2])}, 12_000))

    assert set(values) == {0, 1, 2, 3}
    assert all(abs(values[n] - expected) < 250 for n, expected in ((0, 4_000), (1, 4_000), (2, 2_000), (3, 2_000)))


def test_dates_and_times_are_drawn_around_moments() -> None:
    days = column_of(
        {"type": "date", **by("normal", mean="2024-06-01", stddev="10d", min="2024-05-01", max="2024-06-30")}, 3_000
    )
    times = column_of({"type": "datetime", **by("exponential", start="2024-06-01T12:00:00Z", mean="6h")}, 3_000)
    spread = column_of({"type": "date", **by("beta", alpha=2, beta=2, low="2024-01-01", high="2024-12-31")}, 3_000)
    binned = column_of({"type": "date", **by("histogram", edges=["2024-01-01", "2024-02-01"], weights=[1])}, 3_000)
    waits = [(time - datetime(2024, 6, 1, 12, tzinfo=UTC)) / timedelta(hours=1) for time in times]

    assert date(2024, 5, 1) <= min(days) < date(2024, 5, 10)
    assert date(2024, 6, 20) < max(days) <= date(2024, 6, 30)
    assert min(waits) >= 0
    assert abs(sum(waits) / 3_000 - 6) < 5 * 6 / math.sqrt(3_000)
    assert date(2024, 1, 1) <= min(spread) < date(2024, 2, 10)
    assert (min(binned), max(binned)) == (date(2024, 1, 1), date(2024, 2, 1))


def test_parameters_may_have_more_digits_than_the_column() -> None:
    values = column_of({"type": "int", **by("normal", mean="2.75", stddev="0.01")}, 500)

    assert set(values) == {3}


def test_a_distribution_does_not_depend_on_the_callers_decimal_context() -> None:
    import decimal

    column = {"type": "decimal(9,2)", **by("lognormal", mu="2.718281828459", sigma="0.3")}
    usual = column_of(column, 50)
    with decimal.localcontext(prec=3, rounding=decimal.ROUND_UP):
        assert column_of(column, 50) == usual


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    (by("normal", mean=1), ".stddev", "needs the option 'stddev'"),
    (by("normal", mean=1, stddev=0), ".stddev", "must be above 0"),
    (by("normal", mean=1, stddev=-1), ".stddev", "must be above 0"),
    (by("normal", mean="x", stddev=1), ".mean", "not a number"),
    (by("normal", mean="2024-01-01", stddev="3d"), ".mean", "not a number"),
    ({"type": "date", **by("normal", mean="2024-01-01", stddev=-3)}, ".stddev", "must be above 0"),
    ({"type": "date", **by("normal", mean="2024-01-01", stddev="many")}, ".stddev", "not a length of time"),
    ({"type": "date", **by("normal", mean="2024-01-01", stddev="365000d")}, ".min", "years 1 to 9999"),
    ({"type": "date", **by("exponential", rate=2, start="2024-01-01")}, ".rate", "no unit of time"),
    ({"type": "date", **by("exponential", mean="2d")}, ".start", "not a date"),
    ({"type": "date", **by("gamma", shape=2)}, "", "cannot make x, which is date"),
    ({"type": "bool", **by("normal", mean=1, stddev=1)}, "", "cannot make x, which is bool"),
    ({"type": "date", **by("poisson", mean=1)}, "", "cannot make x, which is date"),
    (by("normal", mean=1, stddev=1, min=3, max=2), ".min", "nothing lies between"),
    ({"type": "int", **by("normal", mean=1, stddev=1, min="0.5")}, ".min", "whole"),
    (by("normal", mean=0, stddev=1, min=10_000), ".min", "no values between min and max"),
    (by("normal", mean=0, stddev="1e12"), ".min", "float with 2 digits after the point does not hold"),
    ({"type": "decimal(5,2)", **by("normal", mean=500, stddev=100)}, ".max", "decimal(5,2) does not hold"),
    ({"type": "int", **by("pareto", shape="0.5")}, ".max", "int does not hold"),
    (by("pareto", shape=1, min=0), ".min", "must be above 0"),
    (by("pareto", shape=1, min=5, max=4), ".min", "nothing lies between"),
    (by("lognormal", sigma=1), "", "one of median and mu"),
    (by("lognormal", sigma=1, mu=1, median=2), "", "one of median and mu"),
    (by("lognormal", sigma=0, mu=1), ".sigma", "cannot take"),
    (by("exponential"), "", "one of mean and rate"),
    (by("exponential", mean=1, max=-1), ".max", "no values between min and max"),
    (by("gamma", shape=2, scale=1, mean=2), "", "scale and mean say the same"),
    (by("gamma", shape=0), ".shape", "cannot take"),
    (by("gamma", shape="1e7"), ".shape", "cannot take"),
    (by("gamma", shape=2, start=3, max=2), ".max", "no values between min and max"),
    (by("beta", alpha=1), ".beta", "needs the option 'beta'"),
    (by("beta", alpha=1, beta=1, low=3, high=3), ".low", "not below high"),
    (by("beta", alpha=1, beta=1, min=2), ".min", "no values between min and max"),
    (by("poisson", mean=0), ".mean", "cannot take"),
    (by("poisson", mean=5, max=-1), ".max", "none between min and max"),
    (by("poisson", mean=5, min=1000), ".min", "40 standard deviations"),
    (by("binomial", trials=10, probability="1.5"), ".probability", "cannot take"),
    (by("binomial", trials=10, p="0.5", min=11), ".min", "none between min and max"),
    (by("binomial", trials=10**9, p="0.5"), ".trials", "more than 10,000,000"),
    (by("geometric", p=0), ".p", "cannot take"),
    (by("zipf"), ".max", "leave 64 bits"),
    (by("zipf", exponent="1.1"), ".max", "leave 64 bits"),
    (by("zipf", min=0, max=9), ".min", "ranks begin at 1"),
    (by("histogram", edges=[0, 1], weights=[1, 2]), ".weights", "make 1 bins"),
    (by("histogram", edges=[0, 0], weights=[1]), ".edges.1", "not above"),
    (by("histogram", edges=[0, 1], weights=[0]), ".weights", "all weights are 0"),
    (by("histogram", edges=[0, 1, 2], weights=[1, -1]), ".weights.1", "not between 0"),
    (by("histogram", edges=[0, 5], weights=[1], min=6), ".min", "no values between min and max"),
    (by("quantiles", points=[[0, 1], ["0.5", 2]]), ".points.1.0", "ends at 0.5"),
    (by("quantiles", points=[["0.1", 1], [1, 2]]), ".points.0.0", "begins at 0.1"),
    (by("quantiles", points=[[0, 3], [1, 2]]), ".points.1.1", "below that of a smaller share"),
    (by("quantiles", points=[[0, 3], [0, 4], [1, 5]]), ".points.1.0", "not above"),
    (by("quantiles", points=[[0, "x"], [1, 2]]), ".points.0.1", "not a number"),
    (by("mixture", components=[]), ".components", "at least 1 item"),
    (by("mixture", components=[{"mean": 3}]), ".components.0", "does not say its type"),
    (by("mixture", components=[{"type": "range"}]), ".components.0.type", "not a distribution"),
    (by("mixture", components=[{"type": "normal", "mean": 1, "stdev": 1}]), ".components.0.stdev", "no option 'stdev'"),
    (by("mixture", components=[{"type": "poisson", "mean": 1, "weight": "x"}]), ".components.0.weight", "not a weight"),
    ({"type": "float", **by("mixture", components=[{"type": "poisson", "mean": 1}, {"type": "normal", "mean": 1, "stddev": 1}])}, ".components.0.type", "cannot make float"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "place", "word"), REFUSED)
def test_what_cannot_be_is_refused_where_it_stands(column: dict[str, Any], place: str, word: str) -> None:
    faults = faults_of({"tables": {"t": {"rows": 10, "columns": {"x": column}}}})

    assert any(fault.path == f"tables.t.columns.x.rule{place}" and word in fault.what for fault in faults), faults


def test_a_unique_column_has_no_distribution() -> None:
    fault = refusal_of({"x": {**by("poisson", mean=3), "unique": True}})

    assert "unique" in fault.what


@pytest.mark.parametrize("kind", ["decimal(12,2)", "int", "float"])
def test_a_cell_is_the_same_alone(kind: str) -> None:
    columns = {"x": {"type": kind, **by("lognormal", median=1000, sigma="0.5")}, "y": MIXED, "z": by("zipf", max=99)}
    table = dataset_of({"tables": {"t": {"rows": 20_000, "columns": columns}}}).tables["t"]
    whole = table.batch(0, 20_000)

    assert all(table.batch(row, row + 1).equals(whole.slice(row, 1)) for row in (0, 4_095, 4_096, 19_999))
    assert Decimal(str(max(whole.column("x").to_pylist()))) > 2000
