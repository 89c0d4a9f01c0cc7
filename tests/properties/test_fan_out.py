"""Law 3: the map between parents and children is closed form both ways, at any size."""

from __future__ import annotations

import time
from itertools import pairwise

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from syndata_engine.generation.families.fan_out import FanOutMap
from syndata_engine.generation.families.links import level_starts
from syndata_engine.generation.words.bijection import Bijection
from tests.properties.profiles import examples

Rows = NDArray[np.int64]
keys = st.integers(0, 2**64 - 1)
sizes = st.one_of(st.integers(0, 60), st.integers(1000, 1100), st.sampled_from([1024, 2048, 5000]))
HUGE = 10**12


def drawn_map(data: st.DataObject, parents: int) -> FanOutMap:
    """A map with even counts, or with a total of its own inside what is possible."""
    low = data.draw(st.integers(0, 5))
    high = low + data.draw(st.integers(0, 9))
    wanted = data.draw(st.none() | st.integers(parents * low, parents * high))
    return FanOutMap(parents, low, high, data.draw(keys), wanted)


@examples(150)
@given(st.data(), sizes)
def test_both_directions_agree_for_every_row(data: st.DataObject, parents: int) -> None:
    """Families lie end to end, have low..high members, and every child finds its own parent and place."""
    fan_out = drawn_map(data, parents)
    first, last = fan_out.children_of(np.arange(parents))

    assert fan_out.wanted in {None, fan_out.children}
    np.testing.assert_array_equal(first[1:], last[:-1])
    assert ((last - first >= fan_out.low) & (last - first <= fan_out.high)).all()
    if parents:
        assert (first[0], last[-1]) == (0, fan_out.children)
    parent, position = fan_out.parents_of(np.arange(fan_out.children))
    np.testing.assert_array_equal(parent, np.repeat(np.arange(parents), last - first))
    np.testing.assert_array_equal(position, np.arange(fan_out.children) - first[parent])


@examples(40)
@given(st.data(), st.integers(HUGE, 2 * HUGE))
def test_a_huge_map_answers_anywhere_at_once(data: st.DataObject, parents: int) -> None:
    fan_out = drawn_map(data, parents)
    assume(fan_out.children > 0)
    places = st.lists(st.integers(0, fan_out.children - 1), min_size=1, max_size=20)
    children = np.array([0, fan_out.children - 1, *data.draw(places)], np.int64)
    started = time.process_time()

    parent, position = fan_out.parents_of(children)
    first, last = fan_out.children_of(parent)

    assert time.process_time() - started < 1
    np.testing.assert_array_equal(first + position, children)
    assert ((children < last) & (last - first <= fan_out.high)).all()
    following = parent[parent < parents - 1]
    np.testing.assert_array_equal(fan_out.children_of(following + 1)[0], fan_out.children_of(following)[1])


@examples(60)
@given(st.one_of(st.integers(1, 3000), st.integers(2**40, 2**63 - 1)), keys, st.data())
def test_bijections_are_one_to_one_and_invertible(size: int, key: int, data: st.DataObject) -> None:
    bijection = Bijection(size, key)
    some = data.draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=50))
    numbers = np.arange(size) if size <= 3000 else np.array([0, size - 1, *some], np.int64)
    images = bijection.forward(numbers)

    assert ((images >= 0) & (images < size)).all()
    np.testing.assert_array_equal(bijection.inverse(images), numbers)
    if size <= 3000:
        np.testing.assert_array_equal(np.sort(images), numbers)


@examples(100)
@given(st.integers(1, 64), st.integers(1, 10**6), st.one_of(st.integers(0, 200), st.integers(0, 2**62)))
def test_levels_of_a_forest_hold_all_rows_and_are_found_at_once(depth: int, roots: int, more: int) -> None:
    """However many rows: the declared roots, the declared depth, no empty level."""
    rows = roots if depth == 1 else roots + depth - 1 + more
    started = time.process_time()
    starts = level_starts(rows, depth, roots)

    assert time.process_time() - started < 1
    assert (starts[0], starts[1], starts[-1]) == (0, roots, rows)
    assert len(starts) == depth + 1
    assert all(one < other for one, other in pairwise(starts))
