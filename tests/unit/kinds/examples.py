"""A column of every kind, beside the columns it reads."""

from __future__ import annotations

from typing import Any

from tests.unit.kinds.making import Columns, by

BESIDE: Columns = {
    "size": by("choice", value=["S", "M", "L"]),
    "amount": {"type": "int", **by("range", min=-50, max=50)},
    "price": {"type": "decimal(8,2)", **by("range", min="0.01", max="999.99")},
    "day": {"type": "date", **by("range", min="2024-01-01", max="2024-12-31")},
}
"""What columns may read."""

SPECIAL: dict[str, dict[str, Any]] = {
    "bucket": {"column": "amount", "edges": [-10, 0, 10], "values": ["a", "b", "c", "d"]},
    "choice": {"value": ["red", "green", "blue"], "weights": [1, 2, 0]},
    "constant": {"value": "same"},
    "formula": {"expression": "price * amount / 3"},
    "map": {"column": "size", "values": {"S": 1, "M": [2, 3]}, "default": 4},
    "offset": {"column": "day", "min": "1d", "max": "2w"},
    "pattern": {"pattern": "AB-##%?^"},
    "template": {"template": "{size|lower}: {price} on {day}"},
    "regex": {"regex": r"[A-C]{2}\d{3}(x|yz)?"},
}
"""Options of kinds that need some."""
OF_RELATIONS = frozenset(
    {"lookup", "count", "sum", "min", "max", "first", "last", "position", "running_sum", "rank", "share", "previous"}
)
"""Kinds that need another table."""
OF_OTHERS = frozenset({"custom"})
"""Kinds that need another package."""


def example(kind: str, alias: str | None = None) -> dict[str, Any]:
    """A column of a kind, under one of its names."""
    return by(alias or kind, **SPECIAL.get(kind, {}))
