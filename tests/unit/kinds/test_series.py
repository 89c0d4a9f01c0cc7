"""Time series: points per parent, values that follow from their time, noise that remembers, gaps, named anomalies."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from math import cos, pi
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from syndata_engine.generation.families.series import SLOTS, cosines
from tests.unit.kinds.making import batch_of, by, dataset_of, refusal_of, table_of

HOUR = timedelta(hours=1)
AT: dict[str, Any] = by("timeline", start="2025-01-06T00:00:00Z", step="1h")


def series(count: int = 2_000, at: Any = None, **options: Any) -> tuple[list[datetime], list[Any]]:
    """Times and values of a table that is one series."""
    columns = {"at": at or AT, "x": {"type": "float", "scale": 4, **by("series", time="at", **options)}}
    batch = batch_of(columns, count)
    return batch.column("at").to_pylist(), batch.column("x").to_pylist()


def sensors(readings: dict[str, Any], fan_out: Any = "0..40", *, owning: bool = True) -> list[dict[str, Any]]:
    """The readings of sensors that were installed at different days."""
    document = {
        "tables": {
            "sensors": {"rows": 60, "columns": {
                "id": {"type": "int", "primary_key": True},
                "installed": {"type": "date", "null_rate": 0.1, **by("range", min="2024-01-01", max="2024-12-31")},
                "usual": {"type": "decimal(5,1)", **by("range", min=10, max=90)},
            }},
            "readings": {"columns": {
                "sensor": {"references": {"table": "sensors", "column": "id", "fan_out": fan_out, "owning": owning}},
                "installed": by("lookup", column="installed", via="sensor"),
                "usual": by("lookup", column="usual", via="sensor"),
                "place": by("position", start=0),
                **readings,
            }},
        }
    }  # fmt: skip
    table = dataset_of(document).tables["readings"]
    found: list[dict[str, Any]] = table.batch(0, table.planned.rows).to_pylist()
    return found


@pytest.mark.parametrize("owning", [True, False])
def test_each_parent_has_points_a_step_apart_from_its_own_start(owning: bool) -> None:
    rows = sensors(
        {"at": {"type": "datetime", **by("timeline", start_column="installed", step="15min")}}, owning=owning
    )

    for row in rows:
        begun = row["installed"] and datetime.combine(row["installed"], datetime.min.time(), ZoneInfo("UTC"))
        assert row["at"] == (begun and begun + row["place"] * timedelta(minutes=15))
    assert any(row["place"] > 20 for row in rows)


@pytest.mark.parametrize(
    ("step", "third"), [("1d", date(2025, 2, 2)), ("2w", date(2025, 2, 28)), ("1mo", date(2025, 3, 31)), ("1y", date(2027, 1, 31))]
)  # fmt: skip
def test_dates_step_by_days_and_by_the_calendar(step: str, third: date) -> None:
    values = (
        batch_of({"x": {"type": "date", **by("timeline", start="2025-01-31", step=step)}}, 3).column("x").to_pylist()
    )

    assert (values[0], values[2]) == (date(2025, 1, 31), third)


def test_jitter_moves_points_and_keeps_their_order() -> None:
    at, _ = series(3_000, by("timeline", start="2025-01-06", step="1h", jitter="29min"))
    apart = [moment - datetime(2025, 1, 6, tzinfo=ZoneInfo("UTC")) - number * HOUR for number, moment in enumerate(at)]

    assert at == sorted(set(at))
    assert min(apart) < timedelta(minutes=-28)
    assert max(apart) > timedelta(minutes=28)
    assert max(map(abs, apart)) <= timedelta(minutes=29)


def test_gaps_leave_out_steps_once_in_each_block() -> None:
    at, _ = series(5_000, by("timeline", start="2025-01-06", step="1h", gaps={"every": 100, "length": 7}))
    ticks = [(moment - at[0]) // HOUR + 7 * (at[0] != datetime(2025, 1, 6, tzinfo=ZoneInfo("UTC"))) for moment in at]
    missing = sorted(set(range(5_300)) - set(ticks))

    assert at == sorted(set(at))
    for block in range(50):
        gone = [tick for tick in missing if block * 100 <= tick < block * 100 + 100]
        assert len(gone) == 7
        assert gone == list(range(gone[0], gone[0] + 7))
    assert len({gap % 100 for gap in missing}) > 80


def test_the_table_of_cosines_is_exact() -> None:
    assert len(cosines()) == SLOTS + 1
    assert np.abs(cosines() - [cos(2 * pi * number / SLOTS) for number in range(SLOTS + 1)]).max() < 1e-15
    assert (cosines()[: SLOTS // 2] == -cosines()[SLOTS // 2 : SLOTS]).all()


def test_trend_and_seasons_add_up() -> None:
    seasons = [
        {"every": "day", "amplitude": 10, "peak": "14h"},
        {"every": "week", "values": [0, 0, 0, 0, 5, 9, 7]},
        {"every": "6h", "amplitude": "2.5"},
        {"every": "year", "amplitude": 20, "peak": "180d"},
    ]
    at, values = series(3_000, level=100, trend={"by": 3, "per": "1w", "origin": "2025-01-13"}, seasons=seasons)

    for moment, value in zip(at, values, strict=True):
        hours = moment.hour + moment.minute / 60
        of_year = (moment - moment.replace(month=1, day=1, hour=0)) / timedelta(days=365)
        wanted = 100 + 3 * ((moment - datetime(2025, 1, 13, tzinfo=ZoneInfo("UTC"))) / timedelta(weeks=1))
        wanted += 10 * cos(2 * pi * (hours - 14) / 24) + [0, 0, 0, 0, 5, 9, 7][moment.weekday()]
        wanted += 2.5 * cos(2 * pi * (hours / 6 - 0.5)) + 20 * cos(2 * pi * (of_year - 180 / 365))
        assert value == pytest.approx(wanted, abs=0.001)


def test_seasons_follow_the_clock_of_the_zone() -> None:
    columns = {
        "at": {
            "type": "datetime",
            "zone": "America/New_York",
            **by("timeline", start="2025-01-06T00:00:00Z", step="1h"),
        },
        "x": {"type": "int", **by("series", time="at", seasons=[{"every": "day", "values": list(range(24))}])},
    }
    rows = batch_of(columns, 3_000).to_pylist()

    assert all(row["x"] == row["at"].hour for row in rows)


def test_months_are_as_long_as_they_are() -> None:
    columns = {
        "at": {"type": "date", **by("timeline", start="2024-01-01", step="1d")},
        "x": {"type": "int", **by("series", time="at", seasons=[{"every": "month", "values": [0, 1]}])},
    }
    for row in batch_of(columns, 366).to_pylist():
        days = ((row["at"].replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day
        assert row["x"] == (2 * (row["at"].day - 1) >= days)


@pytest.mark.parametrize("memory", ["0", "0.5", "0.9"])
def test_noise_has_its_deviation_and_remembers(memory: str) -> None:
    _, found = series(40_000, noise=4, memory=memory)
    values = np.array(found)

    assert values.mean() == pytest.approx(0, abs=0.4)
    assert values.std() == pytest.approx(4, abs=0.2)
    for lag in (1, 2, 5):
        alike = np.corrcoef(values[:-lag], values[lag:])[0, 1]
        assert alike == pytest.approx(float(memory) ** lag, abs=0.05)
    share = (np.abs(values) < 4).mean()
    assert share == pytest.approx(0.683, abs=0.02)


def test_series_of_different_parents_are_not_alike() -> None:
    rows = sensors(
        {
            "at": by("timeline", start="2025-01-01", step="1h"),
            "x": {"type": "float", "scale": 6, **by("series", time="at", noise=1)},
        },
        40,
    )
    by_sensor = np.array([row["x"] for row in rows]).reshape(60, 40)

    assert len(np.unique(by_sensor)) > 2_380
    assert np.abs(np.corrcoef(by_sensor) - np.eye(60)).mean() < 0.2


def test_anomalies_are_exactly_the_points_that_are_named() -> None:
    common = {"time": "at", "level": 50, "noise": 3, "memory": "0.8"}
    odd = {"every": 60, "length": 3, "size": 40}
    columns = {
        "at": AT,
        "x": {"type": "float", **by("series", **common, anomalies=odd)},
        "odd": by("anomaly", column="x"),
    }
    plain = {"at": AT, "x": {"type": "float", **by("series", **common)}}
    found, usual = batch_of(columns, 6_000).to_pylist(), batch_of(plain, 6_000).column("x").to_pylist()
    apart = [round(row["x"] - value, 2) for row, value in zip(found, usual, strict=True)]

    assert {abs(far) for row, far in zip(found, apart, strict=True) if row["odd"]} == {40}
    assert {far for row, far in zip(found, apart, strict=True) if not row["odd"]} == {0}
    assert {far for far in apart if far} == {40, -40}
    for block in range(100):
        marks = [row["odd"] for row in found[60 * block : 60 * block + 60]]
        assert sum(marks) == 3
        assert marks[marks.index(True) :][:3] == [True] * 3


@pytest.mark.parametrize(("direction", "sign"), [("up", 1), ("down", -1)])
def test_anomalies_have_a_direction(direction: str, sign: int) -> None:
    _, values = series(500, anomalies={"every": 10, "size": 5, "direction": direction})

    assert sorted(set(values)) == sorted({0, 5 * sign})


def test_gaps_of_values_are_null_and_no_anomaly() -> None:
    columns = {
        "at": AT,
        "x": {"type": "float", **by("series", time="at", anomalies={"every": 8, "size": 5}, gaps={"every": 20, "length": 4})},
        "odd": by("anomaly", column="x"),
    }  # fmt: skip
    rows = batch_of(columns, 2_000).to_pylist()

    assert sum(row["x"] is None for row in rows) == 400
    assert all(row["odd"] == (row["x"] is not None and row["x"] != 0) for row in rows)


def test_values_stay_inside_min_and_max() -> None:
    _, values = series(2_000, noise=10, min=-5, max=8)

    assert (min(values), max(values)) == (-5, 8)


def test_level_is_a_column_and_null_where_it_or_the_time_is() -> None:
    readings = {
        "at": by("timeline", start_column="installed", step="1d"),
        "x": {"type": "decimal(7,1)", **by("series", time="at", level="usual")},
    }
    for row in sensors(readings):
        assert row["x"] == (None if row["installed"] is None else row["usual"])


@pytest.mark.parametrize(
    ("x", "what", "place"),
    [
        (by("timeline"), "the series has no start", "start"),
        (by("timeline", start="2025-01-01", start_column="day"), "start and start_column are given", "start"),
        (by("timeline", start="soon"), "'soon' is not a date", "start"),
        (by("timeline", start_column="n"), "n is neither a date", "start_column"),
        (by("timeline", start="2025-01-01", step="often"), "'often' is not a step", "step"),
        (by("timeline", start="2025-01-01", step="0h"), "'0h' is not a step", "step"),
        (by("timeline", start="2025-01-01", step="900y"), "the years 1 to 9999", "step"),
        ({"type": "date", **by("timeline", start="2025-01-01", step="1h")}, "a date cannot move by a hour", "step"),
        (by("timeline", start="2025-01-01", jitter="30min"), "in order", "jitter"),
        (by("timeline", start="2025-01-01", jitter="a bit"), "not a length of time", "jitter"),
        (by("timeline", start="2025-01-01", gaps={"every": 5, "length": 5}), "does not fit in a block of 5", "gaps.length"),
        (by("timeline", start="2025-01-01", via="n"), "no reference 'n'", "via"),
        (by("series", time="n"), "n is neither a date", "time"),
        (by("series", time="at", level="day"), "day is not a number", "level"),
        (by("series", time="at", level="nn"), "has no column 'nn'", "level"),
        (by("series", time="at", noise=-1), "cannot take -1", "noise"),
        (by("series", time="at", memory="0.5"), "no noise that could remember", "memory"),
        (by("series", time="at", noise=1, memory="0.99"), "cannot take", "memory"),
        (by("series", time="at", seasons=[{"every": "day"}]), "either an amplitude or values", "seasons.0"),
        (by("series", time="at", seasons=[{"every": "day", "amplitude": 1, "values": [1, 2]}]), "either an amplitude or values", "seasons.0"),
        (by("series", time="at", seasons=[{"every": "now", "amplitude": 1}]), "'now' is not a step", "seasons.0.every"),
        (by("series", time="at", seasons=[{"every": "2mo", "amplitude": 1}]), "not always as long", "seasons.0.every"),
        (by("series", time="day", seasons=[{"every": "day", "amplitude": 1}]), "dates have no season of a day", "seasons.0.every"),
        (by("series", time="at", seasons=[{"every": "day", "amplitude": 1, "peak": "25h"}]), "outside the period", "seasons.0.peak"),
        (by("series", time="at", seasons=[{"every": "day", "values": [1, 2], "peak": "5h"}]), "say themselves", "seasons.0.peak"),
        (by("series", time="at", trend={"by": 1, "per": "1mo"}), "not always as steep", "trend.per"),
        (by("series", time="at", trend={"by": 1, "origin": "soon"}), "'soon' is not a date", "trend.origin"),
        (by("series", time="at", trend={"by": "1e14", "per": "1s"}), "beyond what float holds", ""),
        (by("series", time="at", min=2, max=1), "the range is empty", "min"),
        (by("anomaly", column="n"), "no series with anomalies", "column"),
        (by("anomaly", column="at"), "no series with anomalies", "column"),
    ],
)  # fmt: skip
def test_what_is_no_series_is_refused(x: dict[str, Any], what: str, place: str) -> None:
    columns = {"n": {"type": "int"}, "day": {"type": "date"}, "at": AT, "x": x}
    fault = refusal_of(columns)

    assert what in fault.what
    assert fault.path == ("tables.t.columns.x.rule." + place).removesuffix(".")


@pytest.mark.parametrize("start", [0, 1, 499, 1_999])
def test_any_row_alone_is_the_row_of_the_whole(start: int) -> None:
    columns = {
        "at": by("timeline", start="2025-01-06", step="1h", jitter="5min", gaps={"every": 9, "length": 2}),
        "x": {"type": "float", **by("series", time="at", noise=3, memory="0.9", trend={"by": 1}, seasons=[{"every": "day", "amplitude": 4}],
              anomalies={"every": 7, "size": 9}, gaps={"every": 5})},
        "odd": by("anomaly", column="x"),
    }  # fmt: skip
    table = table_of(columns, 2_000)

    assert table.batch(start, start + 1).to_pylist() == table.batch(0, 2_000).slice(start, 1).to_pylist()


def test_more_rows_change_none_that_were_there() -> None:
    short, long = (
        series(count, noise=3, memory="0.9", trend={"by": 1}, seasons=[{"every": "year", "amplitude": 4}])
        for count in (100, 300)
    )

    assert (long[0][:100], long[1][:100]) == short
