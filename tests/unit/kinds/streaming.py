"""Event streams for tests: users and what happens to them, and what a patient reader makes of the rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from syndata_contracts.errors import Fault
from syndata_engine.generation import BoundTable
from tests.unit.kinds.making import by, dataset_of, faults_of

Row = dict[str, Any]
GAP = {"type": "exponential", "mean": "40s", "max": "10min"}
PAUSE = {"type": "exponential", "mean": "1d", "min": "30min", "max": "20d"}
SESSIONS = {"events": {"type": "geometric", "p": "0.25", "min": 1, "max": 15}, "pause": PAUSE}


def document(events: dict[str, Any], fan_out: Any = "0..60", users: int = 80, **reference: Any) -> dict[str, Any]:
    """Users who joined in 2024, and a table of events."""
    joined = {"type": "date", "null_rate": 0.1, **by("range", min="2024-01-01", max="2024-12-31")}
    return {
        "tables": {
            "users": {"rows": users, "columns": {"id": {"type": "int", "primary_key": True}, "joined": joined}},
            "events": {"columns": {
                "user": {"references": {"table": "users", "column": "id", "fan_out": fan_out, **reference}},
                "joined": by("lookup", column="joined"),
                "n": by("position"),
                **events,
            }},
        }
    }  # fmt: skip


def stream(events: dict[str, Any], fan_out: Any = "0..60", users: int = 80, **reference: Any) -> BoundTable:
    """The table of events."""
    return dataset_of(document(events, fan_out, users, **reference)).tables["events"]


def families(table: BoundTable) -> list[list[Row]]:
    """Each user's events in their order."""
    found: dict[Any, list[Row]] = {}
    for row in table.batch(0, table.planned.rows).to_pylist():
        found.setdefault(row["user"], []).append(row)
    return [sorted(rows, key=lambda row: row["n"]) for rows in found.values()]


def gaps(rows: list[Row], name: str = "at") -> list[timedelta]:
    """What passes from one to the next."""
    moments: list[datetime] = [row[name] for row in rows]
    return [after - before for before, after in pairwise(moments)]


def faults(rule: dict[str, Any], column: dict[str, Any] | None = None, **others: Any) -> tuple[Fault, ...]:
    """What is wrong with a column `x` of events."""
    return faults_of(document({**others, "x": {**(column or {}), "rule": rule}}))
