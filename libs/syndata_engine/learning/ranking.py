"""Columns as ranks, and how they rise and fall together.

Ranks are whole numbers, and so are all sums of their products here: below 2**53, where floats are exact in any order of addition.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from syndata_engine.learning.columns import Learnt
from syndata_engine.profiling.arrays import numbers_in

_HIGHEST: Final = 0.97


@dataclass(frozen=True, slots=True)
class Ranked:
    """A column's rows by rank."""

    name: str
    """The column; of a combination its first one."""
    ranks: Any
    """int64 of every row of the sample: twice the middle rank of its value less the mean; 0 where there is none."""
    present: Any
    """Of every row, whether it has a value."""
    evenness: float
    """The ranks' deviation, as a share of what it were without equal values."""
    order: tuple[int, ...] | None = None
    """Of categories: their numbers in the order by which they are ranked."""


def ranked_numbers(learnt: Learnt) -> Ranked | None:
    """A column of numbers or moments by their ranks; None without two different ones."""
    ordered = learnt.ordered
    if ordered is None or len(ordered.units) < 2:
        return None
    return _ranked(learnt.name, ordered.units, ordered.present)


def coded_categories(learnt: Learnt) -> tuple[Any, Any]:
    """Of categories the number of each row's value in `learnt.categories`, and which rows have one of these."""
    texts = learnt.observed.texts
    if learnt.observed.profile.type == "bool":
        texts = pc.utf8_lower(texts)
    known = pa.array([value for value, _ in learnt.categories], pa.string())
    codes = numbers_in(pc.cast(pc.fill_null(pc.index_in(texts, known), -1), pa.int64()))
    return codes, codes >= 0


def ranked_categories(name: str, codes: Any, size: int, by: list[Ranked], *, ordered: bool = False) -> Ranked | None:
    """Categories, numbered below `size` (negative: none), in the order of the numbers that tell them apart best.

    Where they are `ordered` their own numbers are their order.
    """
    present = codes >= 0
    order = list(range(size))
    if not ordered:
        best = max(by, key=lambda one: _told_apart(codes, present, one, size), default=None)
        if best is not None:
            sums, counts = _sums(codes, present, best, size)
            order.sort(key=lambda place: sums[place] / counts[place] if counts[place] else 0.0)
    places = np.empty(size, dtype=np.int64)
    places[order] = np.arange(size)
    found = _ranked(name, places[codes[present]], present)
    return None if found is None else replace(found, order=tuple(order))


def _sums(codes: Any, present: Any, one: Ranked, size: int) -> tuple[list[float], list[float]]:
    both = present & one.present
    sums = np.bincount(codes[both], weights=one.ranks[both], minlength=size).tolist()
    return sums, np.bincount(codes[both], minlength=size).tolist()


def _told_apart(codes: Any, present: Any, one: Ranked, size: int) -> float:
    """How much of the spread of ranks lies between categories."""
    sums, counts = _sums(codes, present, one, size)
    rows = sum(counts)
    if not rows:
        return 0.0
    mean = sum(sums) / rows
    between = sum(count * (total / count - mean) ** 2 for total, count in zip(sums, counts, strict=True) if count)
    return between / rows**3


def _ranked(name: str, values: Any, present: Any) -> Ranked | None:
    different, codes, counts = np.unique(values, return_inverse=True, return_counts=True)
    if len(different) < 2:
        return None
    above = np.cumsum(counts)
    twice = 2 * above - counts - len(values)  # twice the middle rank, less the mean of all
    ranks = np.zeros(len(present), dtype=np.int64)
    ranks[present] = twice[codes.reshape(-1)]
    size = float(len(values))
    evenness = sqrt(max(0.0, 1.0 - sum((count / size) ** 3 for count in counts.tolist())))
    return Ranked(name, ranks, present, evenness)


def rank_correlations(columns: list[Ranked]) -> Any:
    """The correlations of ranks, pair by pair of the rows that have both values: float64[n, n]."""
    ranks = np.stack([column.ranks for column in columns]).astype(np.float64)
    present = np.stack([column.present for column in columns]).astype(np.float64)
    products = ranks @ ranks.T
    squares = (ranks * ranks) @ present.T
    below = np.sqrt(squares * squares.T)
    return np.divide(products, below, out=np.zeros_like(products), where=below > 0)


def normal_correlation(rank: float, one: Ranked, other: Ranked) -> float:
    """The correlation of normal scores that shows itself as this correlation of ranks.

    Equal values hide a part of it: for straight dependence the share that their evenness says. Then it is Pearson's formula
    2 sin(pi r / 6), by its series, since no processor's own sine may decide.
    """
    even = one.evenness * other.evenness
    straight = max(-_HIGHEST, min(_HIGHEST, rank / even)) if even else 0.0
    x = straight * 0.5235987755982988
    series = x * (1 - x * x / 6 * (1 - x * x / 20 * (1 - x * x / 42)))
    return 2 * series
