"""A column of every kind, beside the columns it reads."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from syndata_engine.generation.kinds import load
from tests.unit.kinds.making import Columns, by

BESIDE: Columns = {
    "size": by("choice", value=["S", "M", "L"]),
    "amount": {"type": "int", **by("range", min=-50, max=50)},
    "price": {"type": "decimal(8,2)", **by("range", min="0.01", max="999.99")},
    "day": {"type": "date", **by("range", min="2024-01-01", max="2024-12-31")},
    "signal": {"type": "float", **by("series", time="day", noise=1, anomalies={"every": 20, "size": 9})},
    "arrived": by("arrival", column="day", late=Decimal("0.2"), late_delay={"type": "range", "min": "1h", "max": "2d"}),
}
"""What columns may read."""

SPECIAL: dict[str, dict[str, Any]] = {
    "anomaly": {"column": "signal"},
    "arrival": {
        "column": "day",
        "delay": {"type": "exponential", "mean": "2s", "max": "1min"},
        "late": Decimal("0.05"),
        "late_delay": {"type": "range", "min": "1h", "max": "2d"},
    },
    "is_late": {"column": "arrived"},
    "list": {"of": ["red", "green"], "min": 1, "max": 3},
    "struct": {"fields": {"name": "full_name", "age": {"type": "int", "null_rate": "0.2"}}},
    "series": {"time": "day", "level": 20, "seasons": [{"every": "week", "amplitude": 3}], "noise": 2, "memory": "0.8"},
    "timeline": {"start": "2025-01-01", "step": "15min"},
    "beta": {"alpha": 2, "beta": 5},
    "binomial": {"trials": 20, "probability": Decimal("0.3")},
    "bucket": {"column": "amount", "edges": [-10, 0, 10], "values": ["a", "b", "c", "d"]},
    "choice": {"value": ["red", "green", "blue"], "weights": [1, 2, 0]},
    "combination": {"id": "fruit", "value": ["apple", "pear"], "weights": [2, 1]},
    "constant": {"value": "same"},
    "exponential": {"mean": 5},
    "formula": {"expression": "price * amount / 3"},
    "gamma": {"shape": 3, "scale": 2},
    "geometric": {"probability": Decimal("0.4")},
    "histogram": {"edges": [0, 10, 20, 50], "weights": [5, 3, 1]},
    "lognormal": {"median": 30000, "sigma": Decimal("0.6")},
    "map": {"column": "size", "values": {"S": 1, "M": [2, 3]}, "default": 4},
    "mixture": {
        "components": [
            {"type": "normal", "mean": 20, "stddev": 3, "weight": 3},
            {"type": "normal", "mean": 40, "stddev": 5, "weight": 1},
        ]
    },
    "normal": {"mean": 170, "stddev": 9, "min": 140, "max": 210},
    "offset": {"column": "day", "min": "1d", "max": "2w"},
    "pareto": {"shape": 2, "min": 100, "max": 100_000},
    "pattern": {"pattern": "AB-##%?^"},
    "template": {"template": "{size|lower}: {price} on {day}"},
    "poisson": {"mean": 4},
    "quantiles": {"points": [[0, 10], [Decimal("0.5"), 25], [1, 90]]},
    "regex": {"regex": r"[A-C]{2}\d{3}(x|yz)?"},
    "zipf": {"exponent": Decimal("1.2"), "max": 1000},
}
"""Options of kinds that need some."""
OF_RELATIONS = frozenset(kind.name for family in ("relations", "streams", "chains") for kind in load(family))
"""Kinds that need another table."""
OF_OTHERS = frozenset({"custom", "faker"})
"""Kinds that need another package."""


def example(kind: str, alias: str | None = None) -> dict[str, Any]:
    """A column of a kind, under one of its names."""
    return by(alias or kind, **SPECIAL.get(kind, {}))
