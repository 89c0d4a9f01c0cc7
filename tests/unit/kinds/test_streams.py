"""Event streams: moments that follow one another, in sessions, by the rhythm of a week; and which session a row is of."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from typing import Any

import pytest

from tests.unit.kinds.making import by, dataset_of, faults_of
from tests.unit.kinds.streaming import GAP, PAUSE, SESSIONS, document, families, faults, gaps, stream

AT: dict[str, Any] = {"type": "datetime", **by("event_time", start_column="joined", gap=GAP, sessions=SESSIONS)}
MINUTES = timedelta(minutes=1)


@pytest.mark.parametrize("owning", [True, False])
def test_events_of_a_parent_follow_one_another_from_its_start(owning: bool) -> None:
    gap = {"type": "range", "min": "5s", "max": "2min"}
    table = stream({"at": {"type": "datetime", **by("event_time", start_column="joined", gap=gap)}}, owning=owning)
    for rows in families(table):
        if rows[0]["joined"] is None:
            assert all(row["at"] is None for row in rows)
            continue
        begun = datetime.combine(rows[0]["joined"], datetime.min.time(), UTC)
        assert all(timedelta(seconds=5) <= one <= 2 * MINUTES for one in [rows[0]["at"] - begun, *gaps(rows)])


def test_gaps_and_pauses_are_as_they_are_stated() -> None:
    """Gaps inside a session are exponential around 40 s, pauses lie between 30 minutes and 20 days."""
    between = [one for rows in families(stream({"at": AT}, "40..60", 300)) if rows[0]["at"] for one in gaps(rows)]
    inside = [one.total_seconds() for one in between if one <= 10 * MINUTES]
    pauses = [one for one in between if one > 10 * MINUTES]

    assert sum(inside) / len(inside) == pytest.approx(40, rel=0.03)
    assert sum(one > 40 for one in inside) / len(inside) == pytest.approx(0.368, abs=0.02)
    assert min(pauses) >= 30 * MINUTES
    assert max(pauses) <= timedelta(days=20)
    # An exponential cut below goes on as itself from there.
    assert sum(pauses, timedelta()) / len(pauses) / timedelta(days=1) == pytest.approx(1 + 30 / 1440, rel=0.05)


def test_sessions_have_as_many_events_as_drawn() -> None:
    """Those that the end of a family does not cut are geometric: each more is three quarters as frequent."""
    sizes: Counter[int] = Counter()
    for rows in families(stream({"at": AT}, "50..60", 400)):
        if rows[0]["at"] is not None:
            borders = [0, *(n + 1 for n, one in enumerate(gaps(rows)) if one >= 30 * MINUTES)]
            sizes.update(after - before for before, after in pairwise(borders))

    assert set(sizes) == set(range(1, 16))
    for size in range(1, 6):
        assert sizes[size + 1] / sizes[size] == pytest.approx(0.75, abs=0.08)


def test_a_session_of_fixed_events_and_fixed_times() -> None:
    at = by("event_time", start="2025-01-01", gap="10s", sessions={"events": 3, "pause": "1h"})
    rows = families(stream({"at": {"type": "datetime", **at}}, 7, 2))[0]
    steps = [3600, 10, 10, 3600, 10, 10, 3600]

    assert [row["at"] for row in rows] == [
        datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=passed) for passed in accumulate(steps)
    ]


@pytest.mark.parametrize("timeout", ["30min", "45s", "1d"])
def test_a_session_is_what_lies_closer_together_than_the_timeout(timeout: str) -> None:
    wait = {"30min": 30 * MINUTES, "45s": timedelta(seconds=45), "1d": timedelta(days=1)}[timeout]
    columns = {
        "at": AT,
        "number": by("session", time="at", timeout=timeout),
        "place": by("session", time="at", timeout=timeout, value="position"),
        "begun": by("session", time="at", timeout=timeout, value="start"),
    }
    for rows in families(stream(columns)):
        number, place, begun = 0, 0, None
        for before, row in zip([None, *rows], rows, strict=False):
            if row["at"] is None:
                assert (row["number"], row["place"], row["begun"]) == (None, None, None)
                continue
            if before is None or row["at"] - before["at"] >= wait:
                number, place, begun = number + 1, 0, row["at"]
            place += 1
            assert (row["number"], row["place"], row["begun"]) == (number, place, begun)


def test_rows_without_a_time_are_passed_over() -> None:
    columns = {"at": {**AT, "null_rate": 0.3}, "number": by("session", time="at")}
    for rows in families(stream(columns)):
        known = [row for row in rows if row["at"] is not None]
        assert all(row["number"] is None for row in rows if row["at"] is None)
        assert [row["number"] for row in known][:1] in ([], [1])
        borders = [one >= 30 * MINUTES for one in gaps(known)]
        assert [row["number"] for row in known[1:]] == [1 + sum(borders[: n + 1]) for n in range(len(borders))]


def test_days_have_sessions_too() -> None:
    day = {"type": "date", **by("timeline", start_column="joined", step="1d", gaps={"every": 10, "length": 3})}
    for rows in families(stream({"at": day, "number": {"type": "int", **by("session", time="at", timeout="2d")}})):
        if rows[0]["at"] is not None:
            steps = [one >= timedelta(days=2) for one in gaps(rows)]
            assert [row["number"] for row in rows] == list(accumulate([1, *steps]))


DAY = [0, 0, 0, 0, 0, 0, 1, 2, 4, 4, 4, 4, 4, 4, 4, 4, 4, 6, 8, 8, 8, 4, 2, 1]
WEEK = [1, 1, 1, 1, 2, 3, 0]


def begins(zone: str | None = None) -> list[datetime]:
    rhythm = {"day": DAY, "week": WEEK}
    sessions = {"events": {"type": "range", "min": 1, "max": 4}, "pause": PAUSE}
    column = {"type": "datetime", **({} if zone is None else {"zone": zone})}
    at = {**column, **by("event_time", start_column="joined", gap=GAP, sessions=sessions, rhythm=rhythm)}
    columns = {"at": at, "place": by("session", time="at", value="position")}
    rows = [row for rows in families(stream(columns, "30..60", 400)) for row in rows]
    return [row["at"] for row in rows if row["place"] == 1]


def test_sessions_begin_by_the_weights_of_hours_and_days() -> None:
    found = begins()
    hours, days = (Counter(part(moment) for moment in found) for part in (lambda m: m.hour, datetime.weekday))

    assert len(found) > 6_000
    for hour in range(24):
        assert hours[hour] / len(found) == pytest.approx(DAY[hour] / sum(DAY), abs=0.015)
    for day in range(7):
        assert days[day] / len(found) == pytest.approx(WEEK[day] / sum(WEEK), abs=0.02)


def test_a_rhythm_keeps_pauses_at_their_minimum_and_events_in_order() -> None:
    at = {
        "type": "datetime",
        **by("event_time", start_column="joined", gap=GAP, sessions=SESSIONS, rhythm={"day": DAY}),
    }
    for rows in families(stream({"at": at}, "30..60", 300)):
        if rows[0]["at"] is not None:
            assert all(one <= 10 * MINUTES or one >= 30 * MINUTES for one in gaps(rows))


def test_a_rhythm_follows_the_clock_of_the_zone_in_winter() -> None:
    quiet = Counter((moment.hour - bool(moment.dst())) % 24 for moment in begins("Europe/Vienna"))
    plain = Counter(moment.hour for moment in begins("+05:30"))

    assert not set(range(6)) & set(quiet)
    assert not set(range(6)) & set(plain)


def test_what_lasts_ends_before_the_next_begins() -> None:
    """Sessions of a user as rows: as long as their events take, never two at a time."""
    wait = {"type": "duration", **by("exponential", mean="1min", max="20min")}
    first = [{"when": "n == 1", "rule": {"type": "constant", "value": "0s"}}]
    made = dataset_of({
        "tables": {
            "users": {"rows": 40, "columns": {"id": {"type": "int", "primary_key": True}}},
            "sessions": {"columns": {
                "id": {"type": "int", "primary_key": True, "rule": "sequence"},
                "user": {"references": {"table": "users", "column": "id", "fan_out": "0..9"}},
                "takes": {"type": "duration", **by("max", table="events", column="passed")},
                "at": {"type": "datetime", **by("event_time", start="2025-01-01", gap=PAUSE, lasts="takes")},
                "ends": by("formula", formula="at + takes"),
            }},
            "events": {"columns": {
                "session": {"references": {"table": "sessions", "column": "id", "fan_out": "1..12"}},
                "n": by("position"),
                "waited": {**wait, "conditional_rules": first},
                "passed": {"type": "duration", **by("running_sum", column="waited")},
            }},
        }
    })  # fmt: skip
    sessions = made.tables["sessions"]
    rows = sessions.batch(0, sessions.planned.rows).to_pylist()

    assert any(row["takes"] > timedelta() for row in rows)
    for before, after in pairwise(rows):
        if before["user"] == after["user"]:
            assert 30 * MINUTES <= after["at"] - before["ends"] <= timedelta(days=20)


def test_a_table_of_shuffled_children_and_orphans() -> None:
    table = dataset_of({
        "tables": {
            "users": {"rows": 30, "columns": {"id": {"type": "int", "primary_key": True}}},
            "events": {"rows": 700, "columns": {
                "user": {"references": {"table": "users", "column": "id", "null_rate": 0.2}},
                "n": by("position"),
                "at": {"type": "datetime", **by("event_time", start="2025-01-01", gap=GAP)},
                "number": by("session", time="at", timeout="1min"),
            }},
        }
    }).tables["events"]  # fmt: skip
    rows = table.batch(0, 700).to_pylist()
    orphans = [row for row in rows if row["user"] is None]

    assert len(orphans) == 140
    assert all(row["at"] is None and row["number"] is None for row in orphans)
    assert table.batch(333, 340).to_pylist() == rows[333:340]


@pytest.mark.parametrize(
    ("rule", "place", "what"),
    [
        (by("event_time", gap="1s"), "start", "no start"),
        (by("event_time", start="2025-01-01", start_column="joined", gap="1s"), "start", "start and start_column"),
        (by("event_time", start="2025-01-01"), "gap", "needs the option 'gap'"),
        (by("event_time", start="2025-01-01", gap="soon"), "gap", "not a length of time"),
        (by("event_time", start="2025-01-01", gap="-1s"), "gap", "negative"),
        (by("event_time", start="2025-01-01", gap="100ms"), "gap", "not a length of time"),
        (by("event_time", start="2025-01-01", gap={"mean": "3s"}), "gap", "does not say its type"),
        (by("event_time", start="2025-01-01", gap={"type": "exponentail", "mean": "3s"}), "gap", "no rule"),
        (by("event_time", start="2025-01-01", gap={"type": "gamma", "shape": 2}), "gap", "makes no duration"),
        (by("event_time", start="2025-01-01", gap={"type": "exponential", "mean": 3, "oops": 1}), "gap.oops", "no option"),
        (by("event_time", start="2025-01-01", gap={"type": "choice", "value": ["1s", None]}), "gap", "can be NULL"),
        (by("event_time", start="2025-01-01", gap={"type": "normal", "mean": "1s", "stddev": "5s"}), "gap", "negative"),
        (by("event_time", start="9999-12-31T23:59:00Z", gap="30s"), "gap", "years 1 to 9999"),
        (by("event_time", start="2025-01-01", gap="1s", lasts="n"), "lasts", "no length of time"),
        (by("event_time", start="2025-01-01", gap="1s", lasts="nobody"), "lasts", "no column"),
        (by("event_time", start="2025-01-01", gap="1s", lasts="maybe"), "lasts", "NULL"),
        (by("event_time", start="2025-01-01", gap="1s", via="nobody"), "via", "no reference"),
        (by("event_time", start="2025-01-01", gap="1h", sessions={"events": 3, "pause": "1h"}), "sessions.pause", "told apart"),
        (by("event_time", start="2025-01-01", gap="1s", sessions={"pause": "1h"}), "sessions.events", "needs the option"),
        (by("event_time", start="2025-01-01", gap="1s", sessions={"events": 0, "pause": "1h"}), "sessions.events", "no events"),
        (by("event_time", start="2025-01-01", gap="1s", sessions={"events": {"type": "poisson", "mean": 3}, "pause": "1h"}), "sessions.events", "no events"),
        (by("event_time", start="2025-01-01", gap="1s", sessions={"events": "many", "pause": "1h"}), "sessions.events", "not a number"),
        (by("event_time", start="2025-01-01", gap="1s", rhythm={"day": [1] * 23}), "rhythm.day", "at least 24"),
        (by("event_time", start="2025-01-01", gap="1s", rhythm={"week": [0] * 7}), "rhythm.week", "one of them above 0"),
        (by("event_time", start="2025-01-01", gap="1s", rhythm={"week": [-1] * 7}), "rhythm.week", "0 or more"),
        (by("event_time", start="2025-01-01", gap="1s", rhythm={"week": ["1e-12"] * 7}), "rhythm.week", "too many digits"),
        (by("event_time", start="2025-01-01", gap={"range": {"min": "0s", "max": "40000d"}}, rhythm={"week": [1] * 7}), "rhythm", "100 years"),
        (by("event_time", start="2025-01-01", gap="1s", rhythm={}), "rhythm", "says nothing"),
        (by("session", time="n"), "time", "neither a date nor a datetime"),
        (by("session", time="joined", timeout="1h"), "timeout", "whole days"),
        (by("session", time="joined", timeout="0s"), "timeout", "ends everything"),
        (by("session", time="joined", timeout="soon"), "timeout", "not a length of time"),
        (by("session", time="joined", timeout="1d", value="length"), "value", "cannot take"),
    ],
)  # fmt: skip
def test_what_cannot_be_met_is_refused_at_its_place(rule: dict[str, Any], place: str, what: str) -> None:
    maybe = {"type": "duration", "null_rate": 0.5, **by("range", min="1s", max="2s")}
    (fault,) = faults(rule["rule"], maybe=maybe)

    assert fault.path.startswith(f"tables.events.columns.x.rule.{place}")
    assert what in fault.what
    assert fault.fix


def test_a_type_that_the_value_of_a_session_has_not_is_refused() -> None:
    (fault,) = faults(by("session", time="joined", timeout="1d", value="start")["rule"], {"type": "int"})

    assert "is date" in fault.what


def test_a_table_without_a_reference_has_no_siblings() -> None:
    made = document({})
    made["tables"]["users"]["columns"]["x"] = by("event_time", start="2025-01-01", gap="1s")
    (fault,) = faults_of(made)

    assert "no reference" in fault.what


def test_orderings_with_the_start_and_the_arrival_are_known_to_hold() -> None:
    """So a database may check them; with a start that is finer than the events they are not known."""
    made = document({"at": AT, "arrived": by("arrival", column="at", delay="1s")})
    made["tables"]["events"]["constraints"] = ["at > joined", "arrived > at"]
    assert dataset_of(made).tables["events"].planned.rows > 0

    made["tables"]["users"]["columns"]["joined"].update(type="datetime", scale=6)
    assert "joined" in faults_of(made)[0].what
