"""A sample of rows depends on the rows alone, and never holds more than it may."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pytest

from syndata_engine.learning.samples import LONGEST_TEXT, RowSample


def sampled(batches: Iterable[list[str | None]], most: int = 100) -> list[str | None]:
    """What a sample of one column keeps of these batches."""
    sample = RowSample(1, most)
    for batch in batches:
        sample.add([pa.array(batch, pa.string())])
    kept: list[str | None] = sample.columns()[0].to_pylist()
    return kept


@pytest.mark.parametrize("size", [1, 7, 64, 5_000])
def test_it_does_not_depend_on_batches(size: int) -> None:
    rows: list[str | None] = [str(number) for number in range(5_000)]
    batches = [rows[start : start + size] for start in range(0, len(rows), size)]

    assert sampled(batches) == sampled([rows])
    assert len(sampled(batches)) == 100


def test_a_small_table_is_kept_whole_and_in_order() -> None:
    rows: list[str | None] = ["b", None, "a"]

    assert sampled([rows]) == rows


def test_every_stretch_of_rows_is_in_it() -> None:
    """Of ten stretches of the rows, none has less than half nor more than twice its share."""
    kept = [int(text or 0) for text in sampled([[str(number) for number in range(100_000)]], most=1_000)]
    counts = [sum(start <= number < start + 10_000 for number in kept) for start in range(0, 100_000, 10_000)]

    assert all(50 <= count <= 200 for count in counts)
    assert kept == sorted(kept)


def test_long_texts_are_cut() -> None:
    assert sampled([["x" * 10_000]]) == ["x" * LONGEST_TEXT]
