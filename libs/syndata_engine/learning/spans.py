"""Dates that follow other dates of their row: told as how long after."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from syndata_engine.learning.columns import Learnt
from syndata_engine.learning.result import LearntTable
from syndata_engine.learning.shapes import Threshold, mean_of

_LEAST_ROWS: Final = 50
_KEPT: Final = 0.995
"""Share of the rows in which the one must not come before the other."""
_NARROW: Final = 0.35
"""How long after varies by less than this share of what the earlier date varies by, or else it says little."""
_SECOND: Final = 1_000_000


def learn_spans(table: LearntTable, threshold: Threshold) -> None:
    """Give dates that follow another one of their row the rule `offset`, from the closest one before them."""
    moments = [column for column in table.columns if _is_moment(column)]
    derived: set[str] = set()
    bases: set[str] = set()
    for later in moments:
        if later.name in bases:
            continue  # others follow it already
        found = [
            (*span, place)
            for place, earlier in enumerate(moments)
            if earlier is not later and earlier.name not in derived and (span := _span(earlier, later, threshold))
        ]
        if not found:
            continue
        _, low, high, place = min(found, key=lambda one: (one[0], one[3]))
        earlier = moments[place]
        derived.add(later.name)
        bases.add(earlier.name)
        later.body["rule"] = {"type": "offset", "column": earlier.name, "min": low, "max": high}
        later.remarks = [f"as long after {earlier.name} as nine in ten rows say"]


def _is_moment(column: Learnt) -> bool:
    ordered = column.ordered
    return (
        ordered is not None
        and column.role == "numbers"
        and ordered.type in {"date", "datetime"}
        and column.body["rule"]["type"] == "quantiles"
    )


def _span(earlier: Learnt, later: Learnt, threshold: Threshold) -> tuple[float, str, str] | None:
    """How long after, at least and at most for most rows, with its share of what the earlier one varies by."""
    one, other = earlier.ordered, later.ordered
    if one is None or other is None or one.type != other.type or one.zoned != other.zoned:
        return None
    both = one.present & other.present
    if int(both.sum()) < max(_LEAST_ROWS, 2 * threshold.of(len(both))):
        return None
    before, after = _filled(one, both), _filled(other, both)
    spans = np.sort(after - before, kind="stable")
    if int((spans >= 0).sum()) < _KEPT * len(spans):
        return None
    least = threshold.of(len(spans))
    low, high = _near(spans, len(spans) // 20, least), _near(spans, len(spans) - 1 - len(spans) // 20, least)
    ordered = np.sort(before)
    width = float(ordered[len(ordered) * 19 // 20] - ordered[len(ordered) // 20])
    if not width or high - low > _NARROW * width or high > width:
        return None
    return (high - low) / width, _length(max(0, low), one.type), _length(max(0, low, high), one.type)


def _filled(ordered: Any, both: Any) -> Any:
    units = np.zeros(len(both), dtype=np.int64)
    units[ordered.present] = ordered.units
    return units[both]


def _near(values: Any, place: int, least: int) -> int:
    start = min(max(0, place - least // 2), len(values) - least)
    return int(mean_of(values[start : start + least]))


def _length(units: int, kind: str) -> str:
    if kind == "date":
        return f"{units}d"
    seconds = units // _SECOND
    return f"{seconds // 86_400}d" if seconds and seconds % 86_400 == 0 else f"{seconds}s"
