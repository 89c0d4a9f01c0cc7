"""What columns of a table have together: combinations of categories, and correlations."""

from __future__ import annotations

from itertools import combinations
from math import sqrt
from typing import Any, Final

import numpy as np

from syndata_engine.learning.columns import Learnt
from syndata_engine.learning.ranking import (
    Ranked,
    coded_categories,
    normal_correlation,
    rank_correlations,
    ranked_categories,
    ranked_numbers,
)
from syndata_engine.learning.result import Combined, Correlated, LearntTable
from syndata_engine.learning.shapes import Threshold

_LEAST_ROWS: Final = 50
_MOST_CORRELATED: Final = 40
_WEAK: Final = 0.05
"""Weaker correlations are not told, nor those that chance explains."""
_BY_CHANCE: Final = 3.0
_BOUND: Final = 0.35
"""Columns whose joint distribution is so far from that of independent ones are drawn together (total variation)."""
_MOST_COMBINATIONS: Final = 300
_COVERED: Final = 0.9
"""Share of the rows that frequent combinations must have."""
_MOST_PAIRED: Final = 60


def learn_together(table: LearntTable, threshold: Threshold) -> None:
    """Find what the table's columns have together."""
    if table.observed.sampled < _LEAST_ROWS:
        return
    table.combined = _combinations(table, threshold)
    taken = {name for one in table.combined for name in one.columns}
    table.correlated = _correlations(table, taken)


def _drawn(column: Learnt) -> bool:
    kind = column.body.get("rule", {}).get("type")
    return column.role in {"numbers", "categories"} and kind in {"choice", "quantiles", "boolean"}


def _combinations(table: LearntTable, threshold: Threshold) -> list[Combined]:
    """Groups of categories that depend on each other, the closest first; a column belongs to one at most."""
    columns = [column for column in table.columns if _drawn(column) and column.categories][:_MOST_PAIRED]
    codes = {column.name: _with_nulls(column) for column in columns}
    sizes = {column.name: len(column.categories) + 1 for column in columns}
    pairs = []
    for one, other in combinations(codes, 2):
        distance = _distance(codes[one], codes[other], (sizes[one], sizes[other]))
        if distance >= _BOUND:
            pairs.append((-distance, one, other))
    groups: list[list[str]] = []
    for _, one, other in sorted(pairs):
        first = next((group for group in groups if one in group), [one])
        second = next((group for group in groups if other in group), [other])
        if first is second:
            continue
        joined = [name for name in codes if name in {*first, *second}]
        if _combined(joined, codes, table, threshold) is not None:
            groups = [group for group in groups if group is not first and group is not second] + [joined]
    found = (_combined(group, codes, table, threshold) for group in groups)
    return [one for one in found if one is not None]


def _with_nulls(column: Learnt) -> Any:
    """The number of each row's value, one more than in `categories`; 0 where there is none, -1 for a rare value."""
    codes, known = coded_categories(column) if column.ordered is None else _coded_numbers(column)
    missing = ~known & _missing(column)
    return np.where(known, codes + 1, np.where(missing, 0, -1))


def _missing(column: Learnt) -> Any:
    texts = column.observed.texts
    return np.array(texts.is_null().to_pylist(), dtype=bool) if texts.null_count else np.zeros(len(texts), dtype=bool)


def _coded_numbers(column: Learnt) -> tuple[Any, Any]:
    ordered = column.ordered
    codes = np.full(len(column.observed.texts), -1, dtype=np.int64)
    if ordered is not None:
        listed = np.array([int(value) for value, _ in column.categories], dtype=np.int64)
        places = np.minimum(np.searchsorted(listed, ordered.units), len(listed) - 1)
        codes[ordered.present] = np.where(listed[places] == ordered.units, places, -1)
    return codes, codes >= 0


def _distance(one: Any, other: Any, sizes: tuple[int, int]) -> float:
    """Total variation between how two columns are distributed together, and how they were if they were independent."""
    known = (one >= 0) & (other >= 0)
    rows = int(known.sum())
    if not rows:
        return 0.0
    joint = np.bincount(one[known] * sizes[1] + other[known], minlength=sizes[0] * sizes[1]).reshape(sizes)
    alone = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    return float(np.abs(joint * rows - alone).sum()) / (2 * rows * rows)


def _combined(names: list[str], codes: dict[str, Any], table: LearntTable, threshold: Threshold) -> Combined | None:
    """The frequent combinations of these columns; None where they are too many, or too rare."""
    known = np.logical_and.reduce([codes[name] >= 0 for name in names])
    rows = np.stack([codes[name][known] for name in names], axis=1)
    different, counts = np.unique(rows, axis=0, return_counts=True)
    least = threshold.of(table.observed.sampled)
    kept = counts >= least
    if not 2 <= kept.sum() <= _MOST_COMBINATIONS or counts[kept].sum() < _COVERED * table.observed.sampled:
        return None
    values = [[None, *_values(table.column(name))] for name in names]
    listed = [
        (tuple(values[place][code] for place, code in enumerate(row)), count)
        for row, count in zip(different[kept].tolist(), counts[kept].tolist(), strict=True)
    ]
    listed.sort(key=lambda one: -one[1])
    return Combined(tuple(names), listed, int((~kept).sum()))


def _values(column: Learnt) -> list[Any]:
    if column.ordered is not None:
        return list(column.body["rule"]["value"])
    if column.observed.profile.type == "bool":
        return [value == "true" for value, _ in column.categories]
    return [value for value, _ in column.categories]


def _correlations(table: LearntTable, taken: set[str]) -> list[Correlated]:
    """Pairs that rise and fall together, as a matrix that can hold: every pair of the columns that take part."""
    drawn = [column for column in table.columns if _drawn(column) and column.name not in taken]
    numbers = {column.name: found for column in drawn if column.ordered and (found := ranked_numbers(column))}
    ranked = dict(numbers)
    for column in drawn:
        if column.ordered is None and (found := ranked_categories(column, list(numbers.values()))):
            ranked[column.name] = found
    columns = [ranked[column.name] for column in drawn if column.name in ranked]
    if len(columns) < 2:
        return []
    ranks = rank_correlations(columns)
    columns, ranks = _strongest(columns, ranks, table.observed.sampled)
    return _pairs(columns, ranks)


def _strongest(columns: list[Ranked], ranks: Any, rows: int) -> tuple[list[Ranked], Any]:
    """Without the columns that go along with none, and no more than can hang together."""
    least = max(_WEAK, _BY_CHANCE / sqrt(rows))
    strength = np.abs(ranks - np.eye(len(columns))).max(axis=1)
    order = np.argsort(-strength, kind="stable")[:_MOST_CORRELATED]
    kept = sorted(place for place in order.tolist() if strength[place] >= least)
    return [columns[place] for place in kept], ranks[np.ix_(kept, kept)]


def _pairs(columns: list[Ranked], ranks: Any) -> list[Correlated]:
    size = len(columns)
    if size < 2:
        return []
    normal = [
        [1.0 if i == j else normal_correlation(float(ranks[i][j]), columns[i], columns[j]) for j in range(size)]
        for i in range(size)
    ]
    shrink = 1.0
    while not _holds([[shrink * normal[i][j] if i != j else 1.0 for j in range(size)] for i in range(size)]):
        shrink *= 0.97
    for column in columns:
        _reorder(column)
    return [
        Correlated(
            columns[j].learnt.name, columns[i].learnt.name, round(shrink * normal[i][j], 3), round(float(ranks[i][j]), 3)
        )
        for i in range(size)
        for j in range(i)
    ]


def _holds(matrix: list[list[float]]) -> bool:
    """Whether a matrix is positive definite, with room for the rounding of its numbers."""
    size = len(matrix)
    room = 0.0006 * size
    rows: list[list[float]] = []
    for i in range(size):
        row: list[float] = []
        for j in range(i):
            row.append((matrix[i][j] - sum(a * b for a, b in zip(row, rows[j], strict=False))) / rows[j][j])
        rest = matrix[i][i] - room - sum(a * a for a in row)
        if rest <= 0:
            return False
        rows.append([*row, sqrt(rest)])
    return True


def _reorder(column: Ranked) -> None:
    """List a choice's values in the order by which it was ranked."""
    learnt = column.learnt
    if column.order is None or learnt.body["rule"]["type"] != "choice":
        return
    weights = dict(learnt.categories)
    learnt.body["rule"] = {**learnt.body["rule"], "value": list(column.order), "weights": [min(weights[value], 999_999_999) for value in column.order]}  # fmt: skip
    learnt.remarks.append("in the order of what they go along with")
