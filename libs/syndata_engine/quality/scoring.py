"""Counts of the real and the synthetic data -> scores from 0 to 1.

Shapes and pairs are what SDMetrics calls so (Column Shapes, Column Pair Trends), made from whole data: 1 less the Kolmogorov-Smirnov distance of
numbers, 1 less the total variation distance of categories; for a pair 1 less the total variation distance of its table of deciles and top categories.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syndata_engine.quality.bins import Bins
from syndata_engine.quality.counting import Counts


@dataclass(frozen=True, slots=True)
class ColumnScore:
    """How like the real one a column is."""

    name: str
    kind: str
    score: float
    missing_real: float
    missing_synthetic: float
    unseen: float
    """Share of the synthetic values that the real data has not (of categories)."""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class PairScore:
    """How like the real ones two columns go together."""

    left: str
    right: str
    score: float


@dataclass(frozen=True, slots=True)
class TableScore:
    """How like the real table a table is."""

    name: str
    rows_real: int
    rows_synthetic: int
    columns: tuple[ColumnScore, ...]
    pairs: tuple[PairScore, ...]
    ceiling: float
    """What one half of the real rows scores against the other: no synthetic data can be expected to be nearer."""
    copies: float
    """Share of synthetic rows that stand in the real data as they are."""
    copies_expected: float
    """The same for one half of the real rows against the other."""

    @property
    def shapes(self) -> float:
        """The mean of its columns."""
        return mean([column.score for column in self.columns])

    @property
    def trends(self) -> float:
        """The mean of its pairs; of its columns where it has none."""
        return mean([pair.score for pair in self.pairs]) if self.pairs else self.shapes

    @property
    def quality(self) -> float:
        """The mean of shapes and pairs."""
        return (self.shapes + self.trends) / 2

    def document(self) -> dict[str, Any]:
        """The table's part of the report."""
        return {
            "table": self.name,
            "rows": {"real": self.rows_real, "synthetic": self.rows_synthetic},
            "quality": rounded(self.quality),
            "shapes": rounded(self.shapes),
            "pairs": rounded(self.trends),
            "ceiling": rounded(self.ceiling),
            "copies": {"share": rounded(self.copies), "between_halves_of_the_real": rounded(self.copies_expected)},
            "columns": [
                {
                    "column": one.name,
                    "kind": one.kind,
                    "score": rounded(one.score),
                    "missing": {"real": rounded(one.missing_real), "synthetic": rounded(one.missing_synthetic)},
                    "unseen": rounded(one.unseen),
                    **({"remark": one.remark} if one.remark else {}),
                }
                for one in self.columns
            ],
            "worst_pairs": [
                {"columns": [one.left, one.right], "score": rounded(one.score)}
                for one in sorted(self.pairs, key=lambda pair: (pair.score, pair.left, pair.right))[:10]
            ],
        }


def mean(scores: Sequence[float]) -> float:
    """The mean of scores; 1 of none."""
    return sum(scores) / len(scores) if scores else 1.0


def rounded(share: float) -> float:
    """Four digits after the point."""
    return round(float(share), 4)


def column_scores(real: Counts, synthetic: Counts) -> tuple[ColumnScore, ...]:
    """A score for each column."""
    return tuple(
        _column(one, real.alone[number], synthetic.alone[number], synthetic.unreadable.get(one.name))
        for number, one in enumerate(real.bins)
    )


def pair_scores(real: Counts, synthetic: Counts) -> tuple[PairScore, ...]:
    """A score for each pair of columns that both have."""
    bins = real.bins
    return tuple(
        PairScore(bins[left].name, bins[right].name, _alike(counts, synthetic.pairs[left, right]))
        for (left, right), counts in real.pairs.items()
    )


def quality_of(real: Counts, synthetic: Counts) -> float:
    """The mean of shapes and pairs."""
    shapes = mean([one.score for one in column_scores(real, synthetic)])
    pairs = pair_scores(real, synthetic)
    return (shapes + (mean([one.score for one in pairs]) if pairs else shapes)) / 2


def _column(one: Bins, real: NDArray[np.int64], synthetic: NDArray[np.int64], why: str | None) -> ColumnScore:
    empty_real, empty_synthetic = _share(real, 0), _share(synthetic, 0)
    if why is not None or not synthetic.sum():
        return ColumnScore(one.name, one.kind, 0.0, empty_real, 0.0, 0.0, why or "there are no synthetic rows")
    if one.kind == "category":
        return ColumnScore(
            one.name, one.kind, _alike(real, synthetic), empty_real, empty_synthetic, _share(synthetic, -1)
        )
    # Missing values and the others are compared each for themselves, and weigh by what they are in the real data.
    present = _distance(real[1:], synthetic[1:])
    score = 1 - max(present * (1 - empty_real), abs(empty_real - empty_synthetic))
    remark = "compared by the length of its texts" if one.kind == "text" else ""
    return ColumnScore(one.name, one.kind, score, empty_real, empty_synthetic, 0.0, remark)


def _share(counts: NDArray[np.int64], place: int) -> float:
    total = int(counts.sum())
    return int(counts[place]) / total if total else 0.0


def _distance(real: NDArray[np.int64], synthetic: NDArray[np.int64]) -> float:
    """Kolmogorov-Smirnov: the widest gap between two shares of values up to any class."""
    one, two = int(real.sum()), int(synthetic.sum())
    if not one or not two:
        return 0.0 if one == two else 1.0
    return float(np.abs(np.cumsum(real) / one - np.cumsum(synthetic) / two).max())


def _alike(real: NDArray[np.int64], synthetic: NDArray[np.int64]) -> float:
    """1 less the total variation distance."""
    one, two = int(real.sum()), int(synthetic.sum())
    if not one or not two:
        return 1.0 if one == two else 0.0
    return 1 - float(np.abs(real / one - synthetic / two).sum()) / 2
