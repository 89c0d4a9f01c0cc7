"""Whether references hold, and whether parents have as many children as in the real data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from syndata_engine.quality.bins import as_texts
from syndata_engine.quality.scoring import rounded


@dataclass(frozen=True, slots=True)
class Link:
    """A reference: columns of a child, and the columns of its parent that they name."""

    child: str
    columns: tuple[str, ...]
    parent: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkScore:
    """How a reference fares."""

    link: Link
    orphans: int
    """Children that name a parent who is not there."""
    children: int
    fan_out: float | None
    """How like the real number of children of a parent is, 1 less the Kolmogorov-Smirnov distance; None without real tables."""

    @property
    def score(self) -> float:
        """Integrity and fan-out, each for a half."""
        integrity = 1 - self.orphans / self.children if self.children else 1.0
        return integrity if self.fan_out is None else (integrity + self.fan_out) / 2

    def document(self) -> dict[str, Any]:
        """The reference's part of the report."""
        link = self.link
        return {
            "child": link.child,
            "columns": list(link.columns),
            "parent": link.parent,
            "orphans": self.orphans,
            "children": self.children,
            "fan_out": None if self.fan_out is None else rounded(self.fan_out),
            "score": rounded(self.score),
        }


def link_scores(links: list[Link], real: dict[str, pa.Table], synthetic: dict[str, pa.Table]) -> tuple[LinkScore, ...]:
    """A score for each reference whose tables are there."""
    return tuple(_link(link, real, synthetic) for link in links if link.child in synthetic and link.parent in synthetic)


def _link(link: Link, real: dict[str, pa.Table], synthetic: dict[str, pa.Table]) -> LinkScore:
    counts, orphans, children = _families(link, synthetic)
    fan_out = None
    if link.child in real and link.parent in real and _has(link, real):
        there, _, _ = _families(link, real)
        fan_out = 1 - _apart(there, counts)
    return LinkScore(link, orphans, children, fan_out)


def _has(link: Link, tables: dict[str, pa.Table]) -> bool:
    return set(link.columns) <= set(tables[link.child].column_names) and set(link.keys) <= set(
        tables[link.parent].column_names
    )


def _families(link: Link, tables: dict[str, pa.Table]) -> tuple[NDArray[np.int64], int, int]:
    """Children of each parent, orphans, and children that name a parent."""
    keys = _joined(tables[link.parent], link.keys)
    named = pc.drop_null(_joined(tables[link.child], link.columns))
    place = pc.index_in(named, value_set=pc.unique(pc.drop_null(keys))).to_numpy(zero_copy_only=False)
    lost = np.isnan(place) if place.dtype.kind == "f" else np.zeros(len(place), bool)
    parents = len(pc.unique(pc.drop_null(keys)))
    return np.bincount(place[~lost].astype(np.int64), minlength=parents), int(lost.sum()), len(named)


def _joined(table: pa.Table, names: tuple[str, ...]) -> pa.Array:
    """The columns of a key as one text; NULL where one of them is."""
    texts = [as_texts(table.column(name).combine_chunks()) for name in names]
    return texts[0] if len(texts) == 1 else pc.binary_join_element_wise(*texts, "\x1f", null_handling="emit_null")


def _apart(one: NDArray[np.int64], two: NDArray[np.int64]) -> float:
    if not len(one) or not len(two):
        return 0.0 if len(one) == len(two) else 1.0
    most = int(max(one.max(), two.max())) + 1
    left, right = np.bincount(one, minlength=most) / len(one), np.bincount(two, minlength=most) / len(two)
    return float(np.abs(np.cumsum(left) - np.cumsum(right)).max())
