"""How like the real data synthetic data is, and how much of it was copied: exact, of whole data, the same for any order of its batches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from syndata_engine.quality.bins import bins_of
from syndata_engine.quality.counting import Counts, row_hashes
from syndata_engine.quality.relations import Link, LinkScore, link_scores
from syndata_engine.quality.scoring import TableScore, column_scores, mean, pair_scores, quality_of, rounded

__all__ = ["Link", "LinkScore", "Report", "TableScore", "compare", "link_scores"]

_HALVES: Final = np.uint64(0xD1B54A32D192ED03)


@dataclass(frozen=True, slots=True)
class Report:
    """How like a real dataset a synthetic one is."""

    tables: tuple[TableScore, ...]
    links: tuple[LinkScore, ...] = ()
    missing: tuple[str, ...] = ()
    """Real tables of which there is no synthetic one."""
    extra: tuple[str, ...] = ()
    """Synthetic tables that were not compared, as no real one is given."""

    @property
    def quality(self) -> float:
        """The mean of its tables, of which those that are missing score 0; references count as one more."""
        scores = [table.quality for table in self.tables] + [0.0] * len(self.missing)
        if self.links:
            scores.append(mean([link.score for link in self.links]))
        return mean(scores)

    def document(self) -> dict[str, Any]:
        """The whole report."""
        return {
            "quality": rounded(self.quality),
            "tables": [table.document() for table in self.tables],
            "references": [link.document() for link in self.links],
            "missing": list(self.missing),
            "extra": list(self.extra),
        }


def compare(name: str, real: pa.Table, synthetic: Iterable[pa.Table | pa.RecordBatch]) -> TableScore:
    """Score a synthetic table against a real one.

    Args:
        name: the table's.
        real: whole; what it is compared by follows from it.
        synthetic: its batches in any order and of any size; only counts of them are kept.
    """
    bins = [bins_of(column, real.column(column)) for column in real.column_names]
    first, second, found = Counts(bins), Counts(bins), Counts(bins)
    words = row_hashes(real, bins)
    assert words is not None  # noqa: S101 - the bins are of these columns
    half = _halves(real.num_rows)
    first.add(real.filter(pa.array(half)))
    second.add(real.filter(pa.array(~half)))
    whole = Counts(bins)
    whole.merge(first)
    whole.merge(second)
    known, copied = np.unique(words), 0
    for batch in synthetic:
        found.add(batch)
        if (hashes := row_hashes(batch, bins)) is not None:
            copied += int(np.isin(hashes, known).sum())
    expected = np.isin(words[half], words[~half]).mean() if half.any() else 0.0
    return TableScore(
        name,
        real.num_rows,
        found.rows,
        column_scores(whole, found),
        pair_scores(whole, found),
        quality_of(first, second) if real.num_rows > 1 else 1.0,
        copied / found.rows if found.rows else 0.0,
        float(expected),
    )


def _halves(rows: int) -> Any:
    """One half of the rows, chosen by their numbers alone and not by their order."""
    words = np.arange(rows, dtype=np.uint64) * _HALVES
    words ^= words >> np.uint64(31)
    return (words * _HALVES >> np.uint64(63)).astype(bool)
