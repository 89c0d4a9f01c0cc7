"""What is kept of a distribution: its shape, and no number of few rows."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndata_engine.learning.shapes import SHARES, Knot, Threshold, knots_of, pooled
from tests.properties.profiles import examples

NUMBERS = st.lists(st.integers(-(10**6), 10**6) | st.sampled_from([0, 7, 7, 100]), min_size=1, max_size=400)


def values(numbers: list[int]) -> Any:
    return np.array(numbers, dtype=np.int64)


def share_below(knots: list[Knot], value: float) -> float:
    """The share of values at or below one, by the knots; between them it is straight."""
    shares, units = [knot.share / SHARES for knot in knots], [float(knot.unit) for knot in knots]
    if value >= units[-1]:
        return 1.0
    place = int(np.searchsorted(units, value, side="right"))
    if not place:
        return 0.0
    low, high = units[place - 1], units[place]
    return shares[place - 1] + (shares[place] - shares[place - 1]) * (value - low) / (high - low)


@given(numbers=NUMBERS, least=st.integers(1, 30))
@examples(150)
def test_shares_and_values_ascend_from_nothing_to_all(numbers: list[int], least: int) -> None:
    knots = knots_of(values(numbers), least)
    if len(numbers) < least:
        assert knots is None
        return
    assert knots is not None
    shares = [knot.share for knot in knots]
    assert (shares[0], shares[-1]) == (0, SHARES)
    assert all(one < other for one, other in pairwise(shares))
    assert all(one.unit <= other.unit for one, other in pairwise(knots))


@given(seed=st.integers(0, 10**6), least=st.integers(2, 40), size=st.integers(40, 2_000))
@examples(60)
def test_no_value_of_the_data_is_told_where_all_are_different(seed: int, least: int, size: int) -> None:
    """Numbers stand for groups: of values that nobody shares, none is there, and so not the least nor the greatest."""
    # Values lie a million apart, so that a mean of several falls on one of them only by chance.
    data = np.random.default_rng(seed).permutation(np.arange(size, dtype=np.int64) ** 2 * 1_000_003 + 17)
    found = knots_of(data, least)

    assert found is not None
    ordered = np.sort(data)
    assert found[0].unit >= int(ordered[:least].sum()) // least
    assert found[-1].unit <= int(ordered[-least:].sum()) // least + 1
    told = {knot.unit for knot in found} & set(ordered.tolist())
    assert len(told) <= max(1, len(found) // 20)


@pytest.mark.parametrize("least", [1, 10, 50])
def test_frequent_values_keep_their_shares(least: int) -> None:
    chance = np.random.default_rng(5)
    data = values([0] * 900 + [50] * 100 + chance.integers(60, 5_000, 1_000).tolist())
    knots = knots_of(data, least)

    assert knots is not None
    assert share_below(knots, 0) == pytest.approx(0.45, abs=1e-5)
    assert share_below(knots, 50) == pytest.approx(0.5, abs=1e-5)


@pytest.mark.parametrize("draw", ["normal", "lognormal", "exponential", "uniform"])
def test_the_shape_is_kept(draw: str) -> None:
    """At every value the share below it is that of the data, to two in a hundred."""
    chance = np.random.default_rng(7)
    data = np.rint(getattr(chance, draw)(size=5_000) * 10_000).astype(np.int64)
    knots = knots_of(data, 10)

    assert knots is not None
    ordered = np.sort(data)
    seen = np.searchsorted(ordered, ordered, side="right") / len(ordered)
    assert max(abs(share_below(knots, value) - share) for value, share in zip(ordered, seen, strict=True)) < 0.02


def test_the_order_of_values_does_not_matter() -> None:
    data = values(list(range(500)) + [3] * 77)

    assert knots_of(data, 10) == knots_of(data[::-1], 10)


def test_the_threshold_grows_with_the_table() -> None:
    threshold = Threshold(rows=10)

    assert [threshold.of(rows) for rows in (5, 10_000, 10_001, 1_000_000)] == [10, 10, 11, 1_000]


@given(
    numbers=st.dictionaries(st.integers(0, 500), st.integers(1, 50), min_size=1, max_size=80),
    rows=st.integers(1, 40),
)
@examples(100)
def test_pooled_numbers_keep_their_total_and_stand_for_enough(numbers: dict[int, int], rows: int) -> None:
    threshold = Threshold(rows=rows)
    total = sum(numbers.values())
    found = pooled(sorted(numbers.items()), threshold)

    if total < threshold.of(total):
        assert found is None
        return
    assert found is not None
    assert sum(count for _, count in found) == total
    assert all(count >= threshold.of(total) for _, count in found)
    mean = sum(number * count for number, count in numbers.items()) / total
    assert sum(number * count for number, count in found) / total == pytest.approx(mean, abs=0.5)
