"""Strategies that make events: who does what, when, and when it is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from syndata_contracts.errors import Fault
from syndata_contracts.strategies.parameters import Parameter, Strategy, Values

_LAST_YEAR: Final = 2400
"""The latest year to begin in: sessions take some thousand years at most."""
_TAIL: Final = 15
"""How many times its mean a drawn length of time is at most."""
_NIGHT_AND_DAY: Final = (2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 9, 10, 9, 9, 9, 10, 11, 13, 15, 16, 14, 9, 4)
_WEEK: Final = (9, 9, 9, 9, 10, 13, 12)
_STEPS: Final = {
    "home": {"search": 45, "product": 35, "home": 15, "account": 5},
    "search": {"product": 60, "search": 30, "home": 10},
    "product": {"product": 35, "search": 30, "add_to_cart": 20, "home": 15},
    "add_to_cart": {"checkout": 45, "product": 35, "search": 20},
    "checkout": {"purchase": 60, "add_to_cart": 10, "product": 30},
    "purchase": {"home": 70, "account": 30},
    "account": {"home": 60, "search": 40},
}


def _conflicts(values: Values) -> Iterator[Fault]:
    wait, timeout = values["gap_seconds"], 60 * values["timeout_minutes"]
    if wait >= timeout:
        what = f"events {wait} seconds apart would end a session, which ends after {values['timeout_minutes']} minutes"
        fix = f"write less than {timeout}, or a longer timeout_minutes"
        yield Fault("parameters.gap_seconds", what, fix, related=("parameters.timeout_minutes",))
    if 60 * values["pause_hours"] <= values["timeout_minutes"]:
        what = f"a pause of {values['pause_hours']} hours is no longer than the timeout"
        fix = "write more hours, or a shorter timeout_minutes"
        yield Fault("parameters.pause_hours", what, fix, related=("parameters.timeout_minutes",))
    if date.fromisoformat(values["start"]).year > _LAST_YEAR:
        yield Fault("parameters.start", f"{values['start']} is too late", f"write a day before the year {_LAST_YEAR}")


def _event_stream(values: Values) -> dict[str, Any]:
    return {
        "tables": [
            {"table_name": "users", "rows": values["users"], "columns": _users(values)},
            {"table_name": "sessions", "columns": _sessions(values)},
            {"table_name": "events", "columns": _events(values)},
        ]
    }


def _users(values: Values) -> list[dict[str, Any]]:
    last = date.fromisoformat(values["start"]) + timedelta(days=values["days"])
    joined = {"type": "range", "min": f"{values['start']}T00:00:00Z", "max": f"{last}T00:00:00Z"}
    return [
        {"name": "user_id", "type": "int", "constraints": ["PK"], "rule": "sequence"},
        {"name": "joined_at", "type": "datetime", "rule": joined},
        {"name": "country_code", "type": "str", "rule": "country_code"},
        {"name": "sessions", "type": "int", "rule": {"type": "count", "table": "sessions"}},
    ]


def _sessions(values: Values) -> list[dict[str, Any]]:
    timeout, mean = values["timeout_minutes"], values["sessions"]
    pause = {
        "type": "exponential",
        "mean": f"{values['pause_hours']}h",
        "min": f"{timeout}min",
        "max": f"{_TAIL * values['pause_hours']}h",
    }
    begins: dict[str, Any] = {"type": "event_time", "start_column": "joined_at", "gap": pause, "lasts": "lasted"}
    if values["rhythm"]:
        begins["rhythm"] = {"day": list(_NIGHT_AND_DAY), "week": list(_WEEK)}
    counts = {"min": 0, "max": int(4 * mean) + 10, "distribution": "poisson", "mean": mean}
    devices = {"type": "choice", "value": {"phone": 58, "desktop": 36, "tablet": 6}}
    return [
        {"name": "session_id", "type": "int", "constraints": ["PK"], "rule": "sequence"},
        {"name": "user_id", "type": "int", "references": {"table": "users", "column": "user_id", "fan_out": counts}},
        {"name": "number", "type": "int", "rule": {"type": "position", "via": "user_id"}},
        {"name": "device", "type": "str", "rule": devices},
        {"name": "joined_at", "type": "datetime", "rule": {"type": "lookup", "column": "joined_at", "via": "user_id"}},
        {"name": "lasted", "type": "duration", "rule": {"type": "max", "table": "events", "column": "passed"}},
        {"name": "started_at", "type": "datetime", "rule": begins},
        {"name": "ended_at", "type": "datetime", "rule": {"type": "formula", "formula": "started_at + lasted"}},
        {"name": "events", "type": "int", "rule": {"type": "count", "table": "events"}},
        {
            "name": "purchases",
            "type": "int",
            "rule": {"type": "count", "table": "events", "where": "event == purchase"},
        },
    ]


def _events(values: Values) -> list[dict[str, Any]]:
    wait = {"type": "exponential", "mean": f"{values['gap_seconds']}s", "max": f"{60 * values['timeout_minutes'] - 1}s"}
    first = {"when": "number == 1", "rule": {"type": "constant", "value": "0s"}}
    start = {"home": 60, "search": 25, "product": 15}
    return [
        {"name": "event_id", "type": "int", "constraints": ["PK"], "rule": "sequence"},
        {"name": "session_id", "type": "int", "references": {"table": "sessions", "column": "session_id", "fan_out": _per_session(values)}},
        {"name": "user_id", "type": "int", "rule": {"type": "lookup", "column": "user_id", "via": "session_id"}},
        {"name": "number", "type": "int", "rule": {"type": "position", "via": "session_id"}},
        {"name": "waited", "type": "duration", "rule": wait, "conditional_rules": [first]},
        {"name": "passed", "type": "duration", "rule": {"type": "running_sum", "column": "waited", "via": "session_id"}},
        {"name": "session_started_at", "type": "datetime", "rule": {"type": "lookup", "column": "started_at", "via": "session_id"}},
        {"name": "happened_at", "type": "datetime", "rule": {"type": "formula", "formula": "session_started_at + passed"}},
        {"name": "event", "type": "str", "rule": {"type": "markov", "start": start, "transitions": _STEPS}},
        {"name": "arrived_at", "type": "datetime", "rule": _arrival(values)},
        {"name": "is_late", "type": "bool", "rule": {"type": "is_late", "column": "arrived_at"}},
    ]  # fmt: skip


def _per_session(values: Values) -> dict[str, Any]:
    """Geometric from 1, around the mean; the same for each where that is 1."""
    mean = values["events"]
    if mean == 1:
        return {"min": 1, "max": 1}
    rest = min(max(1 / mean, Decimal("0.001")), Decimal("0.999")).quantize(Decimal("0.000001"))
    return {"min": 1, "max": int(8 * mean) + 1, "distribution": "geometric", "p": rest}


def _arrival(values: Values) -> dict[str, Any]:
    most = _TAIL * values["delay_seconds"]
    found: dict[str, Any] = {"type": "arrival", "column": "happened_at", "delay": "0s"}
    if values["delay_seconds"]:
        found["delay"] = {"type": "exponential", "mean": f"{values['delay_seconds']}s", "max": f"{most}s"}
    if values["late_rate"]:
        late = {"type": "range", "min": f"{most + 1}s", "max": f"{3600 * values['late_hours'] + most + 1}s"}
        found |= {"late": values["late_rate"], "late_delay": late, "exact": True}
    return found


EVENT_STREAM: Final = Strategy(
    "event_stream",
    "time-series",
    "Users, their sessions, and what happens in each: steps of a shop, a few of which arrive late.",
    (
        Parameter("users", "integer", 1000, "How many there are.", 1, 10**9),
        Parameter("start", "date", "2025-01-01", "Day from which users join, at 00:00 UTC."),
        Parameter("days", "integer", 30, "Users join within so many days.", 1, 10_000),
        Parameter("sessions", "number", Decimal(4), "Mean sessions of a user, by a poisson law.", "0.1", "500"),
        Parameter("events", "number", Decimal(6), "Mean events of a session, by a geometric law.", "1", "200"),
        Parameter("gap_seconds", "integer", 40, "Mean time between events of a session.", 1, 3600),
        Parameter("pause_hours", "integer", 48, "Mean time between sessions of a user.", 1, 720),
        Parameter("timeout_minutes", "integer", 30, "Gaps are shorter, pauses at least as long.", 1, 1440),
        Parameter(
            "rhythm", "boolean", default=True, says="Sessions begin by the hours of a day and the days of a week."
        ),
        Parameter("delay_seconds", "integer", 2, "Mean time until an event arrives; 15 times it at most.", 0, 600),
        Parameter("late_rate", "number", Decimal("0.05"), "Share of events that arrive later, to the row.", "0", "1"),
        Parameter("late_hours", "integer", 24, "How much later, at most.", 1, 8760),
    ),
    _event_stream,
    _conflicts,
)
