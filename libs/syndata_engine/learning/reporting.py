"""The report: what was found, as plain values that JSON has."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any, Final

import numpy as np

from syndata_engine.learning.columns import Learnt
from syndata_engine.learning.findings import find_all
from syndata_engine.learning.result import LearntTable, LearntTables, Reference
from syndata_engine.learning.values import Ordered

REPORT_FORMAT: Final = 1
_QUANTILES: Final = (1, 5, 25, 50, 75, 95, 99)
_MOST_FREQUENT: Final = 20
_BARS: Final = 30


def report(learnt: LearntTables) -> dict[str, Any]:
    """The whole report. Values that look personal are not in it, nor those of fewer rows than the threshold."""
    return {
        "format": REPORT_FORMAT,
        "threshold": {"rows": learnt.threshold.rows, "per_mille": learnt.threshold.per_mille},
        "tables": [_table(table) for table in learnt.tables],
        "references": [_reference(one) for one in learnt.references],
        "findings": [asdict(finding) for finding in find_all(learnt)],
    }


def _table(table: LearntTable) -> dict[str, Any]:
    observed = table.observed
    return {
        "name": table.name,
        "rows": observed.rows,
        "sampled_rows": observed.sampled,
        "sampled": not observed.whole,
        "primary_key": list(table.primary_key),
        "unique_columns": list(table.keys),
        "columns": [_column(column, table) for column in table.columns],
        "correlations": [
            {"columns": [one.one, one.other], "rank": one.rank, "normal": one.normal} for one in table.correlated
        ],
        "combinations": [
            {"columns": list(one.columns), "combinations": len(one.rows), "rare_combinations": one.rare}
            for one in table.combined
        ],
    }


def _column(column: Learnt, table: LearntTable) -> dict[str, Any]:
    observed, profile = column.observed, column.observed.profile
    rows = profile.nulls + observed.values
    found: dict[str, Any] = {
        "name": column.name,
        "type": column.body["type"],
        "role": column.role,
        "rows": rows,
        "nulls": profile.nulls,
        "null_share": profile.nulls / rows,
        "distinct": profile.distinct,
        "distinct_exact": profile.distinct_exact,
        "unique": column.name in table.keys,
    }
    if column.meaning is not None:
        meaning = column.meaning
        found["meaning"] = {
            "kind": meaning.kind,
            "share": round(meaning.share, 4),
            "by": meaning.by,
            "personal": meaning.personal,
        }
    personal = column.meaning is not None and column.meaning.personal
    if profile.lengths is not None and profile.type == "str":
        found["lengths"] = profile.lengths.model_dump()
    if column.ordered is not None and column.role == "numbers":
        found |= _numbers(column, column.ordered)
    if column.categories and not personal:
        found["frequent"] = _frequent(column)
        found["rare_values"] = column.pooled
    if column.shape and not personal:
        found["shape"] = column.shape
    if observed.missing_words:
        found["missing_words"] = observed.missing_words
    if observed.trimmed:
        found["trimmed"] = observed.trimmed
    return found


def _frequent(column: Learnt) -> list[dict[str, Any]]:
    values = len(column.observed.texts) - column.observed.texts.null_count
    most = sorted(column.categories, key=lambda one: -one[1])[:_MOST_FREQUENT]
    return [{"value": value, "rows": count, "share": round(count / values, 6)} for value, count in most]


def _numbers(column: Learnt, ordered: Ordered) -> dict[str, Any]:
    """Least, greatest, mean and deviation of all rows; quantiles and bars of the sample."""
    profile, values = column.observed.profile, np.sort(ordered.units, kind="stable")
    found: dict[str, Any] = {
        "min": _plain(ordered.scalar(int(values[0]))),
        "max": _plain(ordered.scalar(int(values[-1]))),
    }
    if profile.range is not None:
        found |= {"min": profile.range.minimum, "max": profile.range.maximum}
    if profile.spread is not None:
        found |= {"mean": profile.spread.mean, "standard_deviation": profile.spread.standard_deviation}
    last = len(values) - 1
    found["quantiles"] = {f"{at / 100:.2f}": _plain(ordered.scalar(int(values[last * at // 100]))) for at in _QUANTILES}
    found["bars"] = _bars(ordered, values)
    if ordered.written:
        found["written"] = ordered.written
    return found


def _bars(ordered: Ordered, values: Any) -> dict[str, Any]:
    """How many values lie in each of so many equal stretches between the quantiles of 1 % and 99 %."""
    low, high = int(values[len(values) // 100]), int(values[len(values) - 1 - len(values) // 100])
    if low == high:
        return {"from": _plain(ordered.scalar(low)), "to": _plain(ordered.scalar(high)), "rows": [len(values)]}
    inside = values[(values >= low) & (values <= high)].astype(np.float64)
    places = ((inside - float(low)) * _BARS / (float(high) - float(low))).astype(np.int64)
    rows = np.bincount(np.minimum(places, _BARS - 1), minlength=_BARS)
    return {"from": _plain(ordered.scalar(low)), "to": _plain(ordered.scalar(high)), "rows": rows.tolist()}


def _plain(value: Decimal | int | str) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _reference(one: Reference) -> dict[str, Any]:
    parents = sum(count for _, count in one.children)
    children = sum(number * count for number, count in one.children)
    return {
        "table": one.table,
        "column": one.column,
        "parent_table": one.parent,
        "parent_column": one.key,
        "contained_share": round(one.contained, 6),
        "orphan_values": one.orphan_values,
        "orphan_rows": one.orphan_rows,
        "exact": one.exact,
        "children_per_parent": {
            "mean": round(children / parents, 4) if parents else None,
            "min": one.children[0][0] if one.children else None,
            "max": one.children[-1][0] if one.children else None,
            "parents_without": dict(one.children).get(0, 0),
            "parents_seen": parents,
        },
        "depth": one.depth,
        "roots": one.roots,
    }
