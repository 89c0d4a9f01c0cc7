"""Alias tables are exact, and bijections go both ways."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndata_engine.generation.words import draws
from syndata_engine.generation.words.bijection import MAX_SIZE, Bijection
from syndata_engine.pools import ALIAS_BITS, Pool, alias_table

WHOLE = 2 ** (64 - ALIAS_BITS)
KEY = st.integers(0, 2**64 - 1)
WEIGHTS = st.lists(st.integers(0, 10**18), min_size=1, max_size=40).filter(any)


@given(WEIGHTS)
def test_an_alias_table_holds_exactly_its_weights(weights: list[int]) -> None:
    """Each share is right to the last bit of a threshold, and what has no weight has no share at all."""
    shares = [Fraction(0)] * len(weights)
    for own, entry in enumerate(alias_table(tuple(weights)).tolist()):
        other, limit = entry % 2**ALIAS_BITS, entry >> ALIAS_BITS
        # A column that is its own alias keeps all draws, whatever its threshold.
        shares[own] += Fraction(limit, WHOLE) / len(weights)
        shares[other] += Fraction(WHOLE - limit, WHOLE) / len(weights)

    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(weight, sum(weights))) <= Fraction(len(weights), WHOLE)
        assert (share == 0) == (weight == 0) or weight * WHOLE < sum(weights)


@given(WEIGHTS, st.lists(KEY, min_size=1, max_size=50))
def test_draws_follow_the_table(weights: list[int], words: list[int]) -> None:
    """One word gives the column (its high bits) and the coin (what is left)."""
    table = alias_table(tuple(weights))
    out = np.empty(len(words), np.int64)
    draws.weighted_codes(np.array(words, np.uint64), np.uint64(0), table, out)

    for word, drawn in zip(words, out.tolist(), strict=True):
        column, coin = divmod(word * len(weights), 2**64)
        entry = int(table[column])
        assert drawn == (column if coin >> ALIAS_BITS < entry >> ALIAS_BITS else entry % 2**ALIAS_BITS)
        assert weights[drawn] > 0


@pytest.mark.parametrize("weights", [(1,), (0, 1), (1, 2, 3, 4), (70, 20, 10), (1,) * 1000, (999_999_999, 1)])
def test_weighted_draws_are_within_5_sigma(weights: tuple[int, ...]) -> None:
    rows = 200_000
    words, out = np.empty(rows, np.uint64), np.empty(rows, np.int64)
    draws.inner_words(np.arange(rows), np.uint64(11), words)
    draws.weighted_codes(words, np.uint64(3), Pool(("",) * len(weights), weights).alias_table(), out)
    shares = np.array(weights) / sum(weights)
    counts = np.bincount(out, minlength=len(weights))

    assert (abs(counts - rows * shares) <= 5 * np.sqrt(rows * shares * (1 - shares))).all()


@pytest.mark.parametrize("weights", [(), (0,), (0, 0)])
def test_nothing_to_draw_is_an_error(weights: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="positive sum"):
        alias_table(weights)


@pytest.mark.parametrize("size", [*range(1, 40), 255, 256, 257, 1000, 4097])
def test_a_bijection_takes_every_number_once(size: int) -> None:
    numbers = np.arange(size)
    image = Bijection(size, 12345).forward(numbers)

    assert sorted(image.tolist()) == numbers.tolist()
    assert Bijection(size, 12345).inverse(image).tolist() == numbers.tolist()


@given(
    st.integers(1, MAX_SIZE) | st.sampled_from([2**31, 2**32, 2**32 + 1, 2**62, MAX_SIZE - 1, MAX_SIZE]), KEY, st.data()
)
def test_a_bijection_goes_both_ways_at_any_size(size: int, key: int, data: st.DataObject) -> None:
    some = st.integers(0, size - 1) | st.sampled_from([0, size - 1])
    numbers = data.draw(st.lists(some, min_size=1, max_size=20, unique=True))
    bijection = Bijection(size, key)
    image = bijection.forward(np.array(numbers))
    back = bijection.inverse(np.array(numbers))

    assert all(0 <= number < size for number in (*image.tolist(), *back.tolist()))
    assert len(set(image.tolist())) == len(numbers)
    assert bijection.inverse(image).tolist() == numbers
    assert bijection.forward(back).tolist() == numbers


def test_keys_give_different_orders() -> None:
    orders = {tuple(Bijection(50, key).forward(np.arange(50)).tolist()) for key in range(100)}

    assert len(orders) == 100


@pytest.mark.parametrize("size", [0, -1, MAX_SIZE + 1])
def test_sizes_that_cannot_be_are_an_error(size: int) -> None:
    with pytest.raises(ValueError, match="bijection"):
        Bijection(size, 0)
