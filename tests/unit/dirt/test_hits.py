"""Exactly so many rows are hit, each found from its number, and its number from its place among the hits."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndata_engine.generation.dirt.hits import LEAST_BLOCK, MOST_BLOCKS, Hits, block_rows, rounded_share
from syndata_engine.generation.nodes.nodes import Mapped, RowNumber

ROWS = st.one_of(st.integers(0, 50), st.sampled_from([LEAST_BLOCK - 1, LEAST_BLOCK, LEAST_BLOCK + 1, 50_000]))


def some(modulus: int) -> Mapped:
    """Every row whose number is no multiple, and none of the second block."""
    return Mapped(lambda rows: ((rows % modulus != 0) & (rows // LEAST_BLOCK != 1)).astype(np.int64), (RowNumber(),))


def hits_of(rows: int, shares: list[int], key: int, modulus: int | None) -> tuple[Hits, int]:
    """Hits of rules with so many hundredths of the eligible rows each, and how many rows are eligible."""
    hits = Hits(5, rows, key, None if modulus is None else some(modulus))
    eligible = rows
    if modulus is not None:
        hits.left, _ = hits.count()
        eligible = sum(hits.left)
    hits.hits = tuple(share * eligible // 100 for share in shares)
    return hits, eligible


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(
    ROWS, st.lists(st.integers(0, 33), min_size=1, max_size=3), st.integers(0, 2**64 - 1), st.sampled_from([None, 2, 7])
)
def test_hits_are_exact_disjoint_and_found_both_ways(
    rows: int, shares: list[int], key: int, modulus: int | None
) -> None:
    hits, _ = hits_of(rows, shares, key, modulus)
    every = np.arange(rows)
    found = hits.found(every)
    numbers = np.arange(hits.total)
    there = hits.rows_of(numbers)

    assert np.bincount(found, minlength=len(shares) + 1)[1:].tolist() == list(hits.hits)
    assert sorted(there.tolist()) == np.flatnonzero(found).tolist()
    np.testing.assert_array_equal(found[there], hits.rules_of(numbers) + 1)
    if modulus is not None:
        assert not (there % modulus == 0).any()
    shuffled = np.random.default_rng(3).permutation(every)
    fresh = Hits(5, rows, key, hits.eligible, hits.left, hits.hits)
    np.testing.assert_array_equal(fresh.found(shuffled), found[shuffled])


def test_every_block_gets_its_share() -> None:
    """So a part of a table is as dirty as the whole."""
    rows = 10 * LEAST_BLOCK
    hits, _ = hits_of(rows, [7], 99, None)
    each = np.bincount(hits.rows_of(np.arange(hits.total)) // LEAST_BLOCK)

    assert each.min() >= each.max() - 1


def test_a_table_of_any_size_has_at_most_so_many_blocks() -> None:
    for rows in (0, 1, LEAST_BLOCK * MOST_BLOCKS, LEAST_BLOCK * MOST_BLOCKS + 1, 10**12):
        assert -(-rows // block_rows(rows)) <= MOST_BLOCKS
        assert block_rows(rows) % LEAST_BLOCK == 0


def test_hits_of_a_huge_table_need_no_more_memory() -> None:
    rows = 3 * 10**15
    hits = Hits(5, rows, 17, None, (), (rows // 1_000, rows // 7))
    tracemalloc.start()
    numbers = np.array([0, 1, hits.total // 2, hits.total - 1])
    there = hits.rows_of(numbers)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 2**20
    np.testing.assert_array_equal(hits.found(there), hits.rules_of(numbers) + 1)
    around = hits.found(np.arange(rows // 2, rows // 2 + 100_000))
    assert np.count_nonzero(around) / 100_000 == pytest.approx(1 / 7 + 0.001, abs=0.005)


def test_shares_are_rounded_halves_up() -> None:
    assert [rounded_share((1, 10), cells) for cells in (0, 4, 5, 14, 15)] == [0, 0, 1, 1, 2]
    assert rounded_share((1, 1), 7) == 7
