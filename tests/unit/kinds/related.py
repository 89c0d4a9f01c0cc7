"""An example of every kind that reads parents, children or siblings: orders and their lines."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from syndata_engine.generation import BoundTable
from tests.unit.kinds.making import Columns, by, dataset_of

OF_ORDERS: Final[dict[str, dict[str, Any]]] = {
    "count": {"table": "lines"},
    "first": {"table": "lines", "column": "status"},
    "last": {"table": "lines", "column": "status"},
    "max": {"table": "lines", "column": "price"},
    "min": {"table": "lines", "column": "price"},
    "sum": {"table": "lines", "column": "price"},
}
"""Options of kinds that read the children of a row."""
OF_LINES: Final[dict[str, dict[str, Any]]] = {
    "balanced_share": {"column": "orders.total"},
    "event_time": {
        "start": "2024-01-01T08:00:00Z",
        "gap": {"type": "exponential", "mean": "5min", "max": "1h"},
        "rhythm": {"day": [1] * 8 + [4] * 10 + [2] * 6},
    },
    "lookup": {"column": "orders.placed"},
    "markov": {
        "start": {"view": 1},
        "transitions": {"view": {"view": 5, "cart": 3}, "cart": {"view": 1, "paid": 2}, "paid": {"view": 1}},
    },
    "one_per_parent": {},
    "position": {},
    "previous": {"column": "price"},
    "rank": {"column": "price"},
    "running_sum": {"column": "price"},
    "session": {"time": "at", "timeout": "10min"},
    "share": {"column": "orders.total"},
}
"""Options of kinds that read the parent or the siblings of a row."""
ORDERS: Final[Columns] = {
    "id": {"type": "int", "primary_key": True, **by("sequence")},
    "placed": {"type": "date", **by("range", min="2024-01-01", max="2024-12-31")},
    "total": {"type": "decimal(8,2)", **by("range", min=10, max=500)},
}
LINES: Final[Columns] = {
    "order": {"references": {"table": "orders", "column": "id", "fan_out": "2..6"}},
    "at": {
        "type": "datetime",
        **by("event_time", start="2024-01-01", gap={"type": "exponential", "mean": "8min", "max": "1h"}),
    },
    "price": {"type": "decimal(6,2)", **by("range", min=1, max=99)},
    "status": by("choice", value=["new", "paid", "sent"]),
}
ROWS: Final = 2_000
"""Orders."""


def is_related(kind: str) -> bool:
    """Whether a kind's example stands here."""
    return kind in OF_ORDERS or kind in OF_LINES


@cache
def related(kind: str) -> BoundTable:
    """The table with a column `x` of the kind."""
    rule = by(kind, **{**OF_ORDERS, **OF_LINES}[kind])
    whose = "orders" if kind in OF_ORDERS else "lines"
    orders = {**ORDERS, **({"x": rule} if whose == "orders" else {})}
    lines = {**LINES, **({"x": rule} if whose == "lines" else {})}
    tables = {"orders": {"rows": ROWS, "columns": orders}, "lines": {"columns": lines}}
    return dataset_of({"tables": tables}).tables[whose]
