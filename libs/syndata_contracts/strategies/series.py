"""Strategies that make readings over time."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from syndata_contracts.strategies.parameters import Parameter, Strategy, Values


def _time_series(values: Values) -> dict[str, Any]:
    spread, level = values["spread"], values["level"]
    number = "decimal(14,3)"
    entities = [
        {"name": "entity_id", "type": "int", "constraints": ["PK"], "rule": "sequence"},
        {
            "name": "level",
            "type": number,
            "rule": {
                "type": "normal",
                "mean": level,
                "stddev": spread,
                "min": level - 4 * spread,
                "max": level + 4 * spread,
            },
        },
        {"name": "points", "type": "int", "rule": {"type": "count", "table": "readings"}},
        {"name": "least", "type": number, "rule": {"type": "min", "table": "readings", "column": "value"}},
        {"name": "greatest", "type": number, "rule": {"type": "max", "table": "readings", "column": "value"}},
    ]
    points = values["points"]
    sense = (
        f"level + ({values['trend']}) * (number - 1) + ({values['daily']}) * (1 - abs(hour(read_at) - 12) / 6)"
        f" + ({values['noise']}) * deviation"
    )
    readings = [
        {
            "name": "entity_id",
            "type": "int",
            "references": {"table": "entities", "column": "entity_id", "fan_out": {"min": points, "max": points}},
        },
        {"name": "number", "type": "int", "rule": {"type": "position", "via": "entity_id"}},
        {
            "name": "starts_at",
            "type": "datetime",
            "scale": 0,
            "rule": {"type": "constant", "value": f"{values['start']}T00:00:00Z"},
        },
        {
            "name": "read_at",
            "type": "datetime",
            "scale": 0,
            "rule": {
                "type": "formula",
                "formula": f"add_minutes(starts_at, {values['interval_minutes']} * (number - 1))",
            },
        },
        {"name": "level", "type": number, "rule": {"type": "lookup", "column": "level", "via": "entity_id"}},
        {
            "name": "deviation",
            "type": "decimal(5,3)",
            "rule": {"type": "normal", "mean": 0, "stddev": 1, "min": -5, "max": 5},
        },
        {
            "name": "value",
            "type": number,
            "rule": {"type": "formula", "formula": sense},
            "null_rate": values["missing_rate"],
        },
    ]
    return {
        "tables": [
            {"table_name": "entities", "rows": values["entities"], "columns": entities},
            {"table_name": "readings", "primary_key": ["entity_id", "number"], "columns": readings},
        ]
    }


TIME_SERIES: Final = Strategy(
    "time_series",
    "time-series",
    "Entities that are read at regular times, each around a level of its own, with trend, daily course and noise.",
    (
        Parameter("entities", "integer", 10, "How many are read.", 1, 10**9),
        Parameter("points", "integer", 96, "Readings of each.", 1, 100_000),
        Parameter("start", "date", "2025-01-01", "Day of the first reading, at 00:00 UTC."),
        Parameter("interval_minutes", "integer", 15, "From one reading to the next.", 1, 10_080),
        Parameter("level", "number", Decimal(100), "Mean of the entities' levels.", "-1000000", "1000000"),
        Parameter("spread", "number", Decimal(10), "Standard deviation of the entities' levels.", "0.001", "1000000"),
        Parameter("trend", "number", Decimal(0), "What a level gains from one reading to the next.", "-1000", "1000"),
        Parameter("daily", "number", Decimal(0), "Added at noon, and taken away at midnight.", "-1000000", "1000000"),
        Parameter("noise", "number", Decimal(1), "Standard deviation of a value around all this.", "0", "1000000"),
        Parameter("missing_rate", "number", Decimal(0), "Share of values that are NULL.", "0", "1"),
    ),
    _time_series,
)
