"""Birth dates and ages, and moments at a distance."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.kinds.making import batch_of, by, faults_of, refusal_of


def years_old(born: date, today: date) -> int:
    """Whole years; who was born on 29 February has the birthday on 1 March in other years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


@given(st.dates(date(200, 1, 1), date(9999, 12, 31)), st.integers(0, 100), st.integers(0, 30))
@example(date(2024, 2, 29), 18, 3)
@example(date(2023, 2, 28), 0, 3)
@example(date(2024, 3, 1), 0, 0)
@example(date(2100, 2, 28), 99, 30)
@settings(max_examples=60)
def test_age_agrees_with_date_of_birth_on_any_day(today: date, low: int, more: int) -> None:
    options = {"min": low, "max": low + more}
    columns = {"dob": by("date_of_birth", **options), "age": by("age", **options)}
    rows = batch_of(columns, 300, as_of=today.isoformat()).to_pylist()

    for row in rows:
        assert low <= row["age"] <= low + more
        assert row["age"] == years_old(row["dob"], today)


@pytest.mark.parametrize("today", ["2024-02-29", "2023-02-28", "2023-03-01", "2024-02-28", "2026-01-01"])
def test_every_birth_date_that_is_possible_comes(today: str) -> None:
    """Also the first and the last, for one year of age."""
    rows = batch_of({"dob": by("date_of_birth", min=23, max=23)}, 12_000, as_of=today).column(0).to_pylist()
    day = date.fromisoformat(today)
    possible = {
        born
        for n in range(366 * 25)
        if years_old(born := day - timedelta(days=n), day) == 23
    }  # fmt: skip

    assert set(rows) == possible


def test_ages_of_two_people_differ_and_may_have_their_own_ranges() -> None:
    columns = {
        "father_age": by("age", min=60, max=80, entity="father"),
        "father_dob": by("date_of_birth", min=60, max=80, entity="father"),
        "age": by("age", min=18, max=30),
        "dob": by("date_of_birth", min=18, max=30),
    }
    rows = batch_of(columns, 300).to_pylist()

    assert all(row["father_age"] == years_old(row["father_dob"], date(2026, 1, 1)) for row in rows)
    assert all(row["age"] == years_old(row["dob"], date(2026, 1, 1)) for row in rows)


@pytest.mark.parametrize(
    ("columns", "word"),
    [
        ({"x": by("age", min=5, max=4)}, "empty"),
        ({"x": by("age", min=-1, max=4)}, "greater than"),
        ({"x": by("age", min=0, max=131)}, "less than"),
        ({"x": {"type": "datetime", **by("offset", column="n", min=1, max=2)}, "n": {"type": "int"}}, "neither a date"),
        ({"x": by("offset", column="d", min="3d", max="1d"), "d": {"type": "date"}}, "empty"),
        ({"x": by("offset", column="d", min="1h", max="5h"), "d": {"type": "date"}}, "no whole day"),
        ({"x": by("offset", column="d", min="1mo", max="2mo"), "d": {"type": "date"}}, "fixed length"),
        ({"x": by("offset", column="d", min=0, max=4_000_000), "d": {"type": "date"}}, "years 1 to 9999"),
        ({"x": by("offset", column="x")}, "defined by each other"),
    ],
)
def test_what_cannot_be_is_refused(columns: dict[str, Any], word: str) -> None:
    fault = refusal_of(columns)

    assert fault.path.startswith("tables.t.columns.x")
    assert word in fault.what


def test_a_length_of_years_is_told_to_be_in_days() -> None:
    assert "in days" in refusal_of({"x": by("offset", column="d", max="20y"), "d": {"type": "date"}}).fix


def test_one_person_cannot_have_two_ranges_of_ages() -> None:
    columns = {"dob": {"rule": "date_of_birth"}, "birthday": by("dob", min=1, max=9)}
    faults = faults_of({"tables": {"t": {"rows": 5, "columns": columns}}})

    assert all("same person" in fault.what for fault in faults)


@pytest.mark.parametrize(
    ("source", "target", "low", "high"),
    [
        ("date", "date", "-3d", "2w"),
        ("datetime", "datetime", "90min", "2d"),
        ("date", "datetime", "12h", "36h"),
        ("datetime", "date", "1d", "3d"),
        ("datetime", "datetime", "-45s", "-1s"),
    ],
)
def test_offsets_lie_at_their_distance(source: str, target: str, low: str, high: str) -> None:
    columns = {
        "d": {"type": source, "null_rate": 0.1, **by("range", min="2024-01-01", max="2024-03-31")},
        "x": {"type": target, **by("offset", column="d", min=low, max=high)},
    }
    rows = batch_of(columns, 1_000).to_pylist()
    gaps = [instant(row["x"]) - instant(row["d"], whole=target == "date") for row in rows if row["d"] is not None]

    assert all((row["x"] is None) == (row["d"] is None) for row in rows)
    assert min(gaps) >= span(low)
    assert max(gaps) <= span(high)


def instant(value: date | datetime, *, whole: bool = False) -> datetime:
    """A date as its midnight; `whole`: a time as that of its day."""
    if isinstance(value, datetime) and not whole:
        return value
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


def span(text: str) -> timedelta:
    units = {"d": "days", "w": "weeks", "h": "hours", "s": "seconds", "min": "minutes"}
    number = text.rstrip("dwhsmin")
    return timedelta(**{units[text.removeprefix(number)]: int(number)})


def test_an_offset_reaches_both_ends() -> None:
    columns = {
        "d": {"type": "date", **by("constant", value="2024-02-28")},
        "x": by("offset", column="d", min="0d", max="2d"),
    }

    assert set(batch_of(columns, 100).column("x").to_pylist()) == {
        date(2024, 2, 28),
        date(2024, 2, 29),
        date(2024, 3, 1),
    }
