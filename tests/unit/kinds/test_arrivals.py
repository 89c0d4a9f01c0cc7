"""Late arrival: as many as stated, as late as stated, named exactly, and never dropped by a watermark when on time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.kinds.making import batch_of, by, refusal_of

AT = {"type": "datetime", **by("range", min="2025-01-01", max="2025-01-08")}
DELAY = {"type": "exponential", "mean": "3s", "max": "1min"}
LATE = {"type": "range", "min": "1h", "max": "2d"}


def arrivals(rows: int, at: Any = AT, **options: Any) -> list[dict[str, Any]]:
    arrived = by("arrival", column="at", delay=DELAY, **options)
    found: list[dict[str, Any]] = batch_of(
        {"at": at, "arrived": arrived, "late": by("is_late", column="arrived")}, rows
    ).to_pylist()
    return found


@pytest.mark.parametrize(
    ("rows", "share", "late"), [(1_000, "0.05", 50), (1_001, "0.5", 500), (777, "1", 777), (10, "0.01", 0)]
)
def test_exactly_as_many_are_late_as_stated(rows: int, share: str, late: int) -> None:
    assert sum(row["late"] for row in arrivals(rows, late=share, late_delay=LATE, exact=True)) == late


def test_as_many_are_late_as_drawn() -> None:
    rows = arrivals(20_000, late="0.05", late_delay=LATE)

    assert sum(row["late"] for row in rows) / len(rows) == pytest.approx(0.05, abs=0.005)


@pytest.mark.parametrize("exact", [True, False])
def test_late_rows_are_late_and_the_others_are_not(exact: bool) -> None:
    for row in arrivals(5_000, late="0.2", late_delay=LATE, exact=exact):
        delay = row["arrived"] - row["at"]
        if row["late"]:
            assert timedelta(hours=1) <= delay <= timedelta(days=2)
        else:
            assert timedelta() <= delay <= timedelta(minutes=1)


def test_delays_are_distributed_as_stated() -> None:
    rows = arrivals(20_000, late="0.2", late_delay=LATE)
    usual = [(row["arrived"] - row["at"]).total_seconds() for row in rows if not row["late"]]
    late = [(row["arrived"] - row["at"]).total_seconds() / 3600 for row in rows if row["late"]]

    assert sum(usual) / len(usual) == pytest.approx(3, rel=0.04)
    assert sum(late) / len(late) == pytest.approx(24.5, rel=0.02)


def test_a_watermark_of_the_longest_usual_delay_drops_late_rows_only() -> None:
    """In the order of arrival, an event is dropped where it lies before the newest event so far less the delay."""
    newest, dropped = None, []
    for row in sorted(arrivals(5_000, late="0.1", late_delay=LATE), key=lambda row: row["arrived"]):
        newest = row["at"] if newest is None else max(newest, row["at"])
        if row["at"] < newest - timedelta(minutes=1):
            dropped.append(row)

    assert len(dropped) > 400
    assert all(row["late"] for row in dropped)


def test_a_time_that_is_missing_arrives_never_and_is_not_late() -> None:
    rows = arrivals(2_000, {**AT, "null_rate": 0.3}, late=1, late_delay=LATE)

    assert all((row["arrived"] is None) == (row["at"] is None) == (not row["late"]) for row in rows)
    assert any(row["at"] is None for row in rows)


def test_days_arrive_after_their_midnight() -> None:
    for row in arrivals(500, {"type": "date", **by("range", min="2025-01-01", max="2025-03-01")}):
        assert row["arrived"].date() == row["at"]
        assert (row["arrived"].hour, row["arrived"].minute) in {(0, 0), (0, 1)}


def test_without_a_share_nothing_is_late() -> None:
    assert not any(row["late"] for row in arrivals(500))


@pytest.mark.parametrize(
    ("options", "place", "what"),
    [
        ({"column": "n"}, "column", "neither a date nor a datetime"),
        ({"column": "nobody"}, "column", "no column"),
        ({"column": "at", "late": "0.1"}, "late_delay", "how late"),
        ({"column": "at", "late_delay": "1h"}, "late", "no row is late"),
        ({"column": "at", "late": "1.1", "late_delay": "1h"}, "late", "less than or equal to 1"),
        ({"column": "at", "delay": "1h", "late": "0.1", "late_delay": "1h"}, "late_delay", "as soon"),
        ({"column": "at", "delay": "-1h"}, "delay", "negative"),
        ({"column": "at", "delay": {"type": "word"}}, "delay", "makes no duration"),
        ({"column": "at", "delay": "3000000d"}, "delay", "years 1 to 9999"),
    ],
)
def test_what_cannot_be_met_is_refused_at_its_place(options: dict[str, Any], place: str, what: str) -> None:
    fault = refusal_of({"at": AT, "n": "sequence", "x": by("arrival", **options)})

    assert fault.path.startswith(f"tables.t.columns.x.rule.{place}")
    assert what in fault.what


def test_exact_shares_of_conditional_rules_are_refused() -> None:
    column = {
        **by("arrival", column="at", late="0.1", late_delay="1h", exact=True),
        "conditional_rules": [{"when": "n == 1", "rule": by("arrival", column="at")["rule"]}],
    }
    assert "conditional rules" in refusal_of({"at": AT, "n": "sequence", "x": column}).what


def test_only_an_arrival_has_late_rows() -> None:
    assert "no arrival" in refusal_of({"at": AT, "x": by("is_late", column="at")}).what


def test_lateness_of_a_sensitive_column_is_still_named() -> None:
    columns = {
        "at": AT,
        "arrived": {"sensitivity": "PII", **by("arrival", column="at", late="0.3", late_delay="1d")},
        "late": by("is_late", column="arrived"),
    }
    rows = batch_of(columns, 1_000).to_pylist()

    assert all(row["late"] == (row["arrived"] > row["at"]) for row in rows)
