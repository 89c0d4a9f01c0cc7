"""What columns of a table have together: combinations of categories, and correlations."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import sqrt
from typing import Any, Final

import numpy as np

from syndata_engine.learning.columns import Learnt, listed_rule
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
_BOUND: Final = 0.2
"""Columns whose joint distribution is so far from that of independent ones are drawn together (total variation)."""
_BOUND_OF_TWO: Final = 0.3
"""The same, where one of them has two values: a correlation tells most of that."""
_MOST_COMBINATIONS: Final = 300
_COVERED: Final = 0.95
"""Share of the rows that frequent combinations must have."""
_MOST_PAIRED: Final = 60


def learn_together(table: LearntTable, threshold: Threshold) -> None:
    """Find what the table's columns have together."""
    if table.observed.sampled < _LEAST_ROWS:
        return
    codes = {column.name: _coded(column) for column in table.columns if _drawn(column) and column.categories}
    table.combined = _combinations(table, codes, threshold)
    table.correlated = _correlations(table, codes)


def _drawn(column: Learnt) -> bool:
    kind = column.body.get("rule", {}).get("type")
    return column.role in {"numbers", "categories"} and kind in {"choice", "quantiles", "boolean"}


def _combinations(table: LearntTable, all_codes: dict[str, Any], threshold: Threshold) -> list[Combined]:
    """Groups of categories that depend on each other, the closest first; a column belongs to one at most."""
    codes = dict(list(all_codes.items())[:_MOST_PAIRED])
    sizes = {name: len(table.column(name).categories) + 1 for name in codes}
    pairs = []
    for one, other in combinations(codes, 2):
        distance = _distance(codes[one], codes[other], (sizes[one], sizes[other]))
        two = min(len(table.column(name).categories) for name in (one, other)) <= 2
        if distance >= (_BOUND_OF_TWO if two else _BOUND):
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


def _coded(column: Learnt) -> Any:
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
    different, which, counts = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    least = threshold.of(table.observed.sampled)
    kept = counts >= least
    if not 2 <= kept.sum() <= _MOST_COMBINATIONS or counts[kept].sum() < _COVERED * table.observed.sampled:
        return None
    values = [[table.column(name).missing, *_values(table.column(name))] for name in names]
    listed = [
        (tuple(values[place][code] for place, code in enumerate(row)), count)
        for row, count in zip(different[kept].tolist(), counts[kept].tolist(), strict=True)
    ]
    places = np.full(len(known), -1, dtype=np.int64)
    numbers = np.cumsum(kept) - 1
    places[known] = np.where(kept[which.reshape(-1)], numbers[which.reshape(-1)], -1)
    return Combined(tuple(names), listed, int((~kept).sum()), places)


def _values(column: Learnt) -> list[Any]:
    if column.ordered is not None:
        return list(column.body["rule"]["value"])
    if column.observed.profile.type == "bool":
        return [value == "true" for value, _ in column.categories]
    return [column.observed.lead + value for value, _ in column.categories]


def _correlations(table: LearntTable, codes: dict[str, Any]) -> list[Correlated]:
    """Pairs that rise and fall together, as a matrix that can hold: every pair of the columns that take part.

    A combination takes part by its first column.
    """
    taken = {name for one in table.combined for name in one.columns}
    alone = [column for column in table.columns if _drawn(column) and column.name not in taken]
    numbers = [found for column in alone if column.ordered and (found := ranked_numbers(column))]
    columns = {one.name: one for one in numbers}
    for column in alone:
        if column.ordered is None:
            told = column.observed.profile.type == "bool"
            places = _truths(column, codes) if told else codes[column.name] - 1
            found = ranked_categories(column.name, places, len(column.categories), numbers, ordered=told)
            columns |= {column.name: found} if found else {}
    for one in table.combined:
        name, rows = one.columns[0], one.codes
        found = ranked_categories(name, rows, len(one.rows), numbers)
        columns |= {name: found} if found else {}
    ranked = [columns[column.name] for column in table.columns if column.name in columns]
    if len(ranked) < 2:
        return []
    kept, ranks = _strongest(ranked, rank_correlations(ranked), table.observed.sampled)
    return _pairs(table, kept, ranks)


def _truths(column: Learnt, codes: dict[str, Any]) -> Any:
    """1 where true, 0 where false, negative where there is neither."""
    rising = np.array([-1, *(int(value == "true") for value, _ in column.categories)], dtype=np.int64)
    return rising[np.maximum(codes[column.name], 0)]


def _strongest(columns: list[Ranked], ranks: Any, rows: int) -> tuple[list[Ranked], Any]:
    """Without the columns that go along with none, and no more than can hang together."""
    least = max(_WEAK, _BY_CHANCE / sqrt(rows))
    strength = np.abs(ranks - np.eye(len(columns))).max(axis=1)
    order = np.argsort(-strength, kind="stable")[:_MOST_CORRELATED]
    kept = sorted(place for place in order.tolist() if strength[place] >= least)
    return [columns[place] for place in kept], ranks[np.ix_(kept, kept)]


def _pairs(table: LearntTable, columns: list[Ranked], ranks: Any) -> list[Correlated]:
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
        _reorder(table, column)
    return [
        Correlated(
            columns[j].name, columns[i].name, round(shrink * normal[i][j], 3) + 0.0, round(float(ranks[i][j]), 3) + 0.0
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


def _reorder(table: LearntTable, column: Ranked) -> None:
    """List a choice's values, or combinations, in the order by which they were ranked."""
    if column.order is None:
        return
    for place, one in enumerate(table.combined):
        if one.columns[0] == column.name:
            table.combined[place] = replace(one, rows=[one.rows[number] for number in column.order])
            return
    learnt = table.column(column.name)
    if learnt.body["rule"]["type"] == "choice":
        listed = [learnt.categories[number] for number in column.order]
        learnt.body["rule"] = listed_rule(learnt, listed)
        learnt.remarks.append("in the order of what they go along with")
