"""The strategy event_stream: sessions apart, steps in proportion, late events to the row, whatever its parameters."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

import pytest

import syndata
from tests.unit.local.test_strategies import Rows, made, refused


def sessions_of(events: Rows) -> list[Rows]:
    """The events of each session."""
    return [list(rows) for _, rows in groupby(events, key=lambda row: row["session_id"])]


@pytest.mark.parametrize(
    "parameters",
    [
        {"users": 200},
        {"users": 300, "sessions": 1.5, "events": 1, "rhythm": False},
        {"users": 60, "sessions": 9, "gap_seconds": 300, "timeout_minutes": 10, "pause_hours": 1},
    ],
)
def test_sessions_of_a_user_stand_apart_and_their_events_together(parameters: dict[str, Any]) -> None:
    tables = made("event_stream", **parameters)
    timeout = timedelta(minutes=parameters.get("timeout_minutes", 30))
    sessions = {row["session_id"]: row for row in tables["sessions"]}
    joined = {row["user_id"]: row["joined_at"] for row in tables["users"]}
    for before, after in pairwise(sessions.values()):
        if before["user_id"] == after["user_id"]:
            assert after["started_at"] - before["ended_at"] >= timeout
        else:
            assert after["number"] == 1
    assert sum(row["sessions"] for row in tables["users"]) == len(sessions)
    for events in sessions_of(tables["events"]):
        session = sessions[events[0]["session_id"]]
        assert session["started_at"] >= joined[session["user_id"]]
        assert (events[0]["happened_at"], events[-1]["happened_at"]) == (session["started_at"], session["ended_at"])
        assert all(b["happened_at"] - a["happened_at"] < timeout for a, b in pairwise(events))
        assert len(events) == session["events"]
        assert sum(row["event"] == "purchase" for row in events) == session["purchases"]
        assert all(row["user_id"] == session["user_id"] for row in events)


def test_counts_and_times_are_as_stated() -> None:
    tables = made("event_stream", users=2_000, sessions=3, events=5, gap_seconds=60, pause_hours=10, days=7)
    waits = [row["waited"].total_seconds() for row in tables["events"] if row["number"] > 1]
    sizes = Counter(row["events"] for row in tables["sessions"])
    joined = [row["joined_at"] for row in tables["users"]]

    assert len(tables["sessions"]) / 2_000 == pytest.approx(3, rel=0.02)
    assert len(tables["events"]) / len(tables["sessions"]) == pytest.approx(5, rel=0.02)
    assert sizes[2] / sizes[1] == pytest.approx(0.8, abs=0.03)
    assert sum(waits) / len(waits) == pytest.approx(60, rel=0.02)
    assert datetime(2025, 1, 1, tzinfo=UTC) <= min(joined) < max(joined) <= datetime(2025, 1, 8, tzinfo=UTC)


def test_steps_follow_one_another_as_in_a_shop() -> None:
    tables = made("event_stream", users=2_000)
    steps = Counter(
        (before["event"], after["event"]) for rows in sessions_of(tables["events"]) for before, after in pairwise(rows)
    )
    of_product = sum(count for (before, _), count in steps.items() if before == "product")

    assert steps["product", "add_to_cart"] / of_product == pytest.approx(0.2, abs=0.02)
    assert {before for before, after in steps if after == "purchase"} == {"checkout"}


@pytest.mark.parametrize(("rate", "late"), [(0.05, 0.05), (0, 0), (1, 1), (0.333333, 0.333333)])
def test_late_events_are_as_many_as_stated_and_a_watermark_drops_no_other(rate: float, late: float) -> None:
    events = made("event_stream", users=300, late_rate=rate, delay_seconds=3, late_hours=2)["events"]
    delays = [(row["arrived_at"] - row["happened_at"], row["is_late"]) for row in events]

    assert sum(row["is_late"] for row in events) == round(len(events) * late)
    assert all(delay > timedelta(seconds=45) for delay, is_late in delays if is_late)
    assert all(delay <= timedelta(seconds=45) for delay, is_late in delays if not is_late)
    assert max(delay for delay, _ in delays) <= timedelta(hours=2, seconds=46)


def test_a_rhythm_leaves_the_nights_to_few() -> None:
    starts = Counter(row["started_at"].hour for row in made("event_stream", users=2_000)["sessions"])
    even = Counter(row["started_at"].hour for row in made("event_stream", users=2_000, rhythm=False)["sessions"])

    assert 9 * sum(starts[hour] for hour in range(1, 5)) < sum(starts[hour] for hour in range(18, 22))
    assert max(even.values()) < 1.3 * min(even.values())


@pytest.mark.parametrize(
    ("parameters", "path", "fix"),
    [
        ({"gap_seconds": 600, "timeout_minutes": 10}, "parameters.gap_seconds", "less than 600"),
        ({"pause_hours": 1, "timeout_minutes": 60}, "parameters.pause_hours", "more hours"),
        ({"start": "2600-01-01"}, "parameters.start", "before the year 2400"),
        ({"sessions": 0}, "parameters.sessions", "at least 0.1"),
        ({"late_rate": 2}, "parameters.late_rate", "at most 1"),
        ({"rhythm": 1}, "parameters.rhythm", "true or false"),
        ({"user": 3}, "parameters.user", "users"),
    ],
)
def test_what_cannot_be_made_is_refused(parameters: dict[str, Any], path: str, fix: str) -> None:
    assert fix in refused("event_stream", **parameters)[path]


@pytest.mark.parametrize(
    "parameters",
    [
        {"users": 10**9},
        {"users": 50, "sessions": 500, "events": 200, "gap_seconds": 3599, "timeout_minutes": 60, "pause_hours": 720, "start": "2400-12-31", "days": 10_000},
        {"users": 50, "sessions": 0.1, "events": 1.001, "delay_seconds": 600, "late_hours": 8760, "timeout_minutes": 1, "gap_seconds": 1},
    ],
)  # fmt: skip
def test_extremes_can_be_planned_and_looked_at(parameters: dict[str, Any]) -> None:
    configuration = syndata.strategy("event_stream", parameters)

    assert syndata.plan(configuration, strict=True).tables
    assert syndata.rows(configuration, "events", 0, 1)["arrived_at"].null_count == 0
