"""Dates after the parent's, and before another one's, in every row and by construction."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.kinds.making import by, dataset_of, faults_of, plan_of

Rows = list[dict[str, Any]]
DAY = timedelta(days=1)


def work(task: dict[str, Any], *, end: dict[str, Any] | None = None, ordered: bool = True, **fk: Any) -> dict[str, Any]:
    """Projects with a begin and an end, and their tasks with a date of their own."""
    return {
        "tables": {
            "projects": {
                "rows": 40,
                "constraints": ["until >= since"] if ordered else [],
                "columns": {
                    "id": {"primary_key": True, "rule": "sequence"},
                    "since": {"type": "date", **by("range", min="2024-01-01", max="2024-12-31")},
                    "until": {"type": "date", **(end or by("range", min="2024-06-01", max="2025-12-31"))},
                },
            },
            "tasks": {
                "rows": 600,
                "columns": {
                    "project": {"references": {"table": "projects", "column": "id", **fk}},
                    "since": {"type": "date", **by("lookup", column="since")},
                    "until": {"type": "date", **by("lookup", column="until")},
                    "x": task,
                },
            },
        }
    }


def tasks(document: dict[str, Any]) -> Rows:
    """All tasks."""
    return dataset_of(document).tables["tasks"].batch(0, 600).to_pylist()  # type: ignore[no-any-return] # pyarrow is untyped


def moment(value: date) -> datetime:
    """A date's midnight; a time as it is."""
    return value if isinstance(value, datetime) else datetime.combine(value, time(), UTC)


def test_a_date_follows_the_parents_at_its_distance() -> None:
    found = {
        (row["x"] - row["since"]).days for row in tasks(work(by("offset", column="projects.since", min="2d", max="5d")))
    }

    assert found == {2, 3, 4, 5}


def test_it_is_the_same_as_through_a_column_of_ones_own() -> None:
    """The parent's column is read directly, and `via` makes the table's name superfluous."""
    options = {"min": "-3d", "max": "3w"}
    own = tasks(work(by("offset", column="since", **options)))

    assert tasks(work(by("offset", column="projects.since", **options))) == own
    document = work(by("offset", column="began", via="project", **options))
    document["tables"]["projects"]["columns"]["began"] = by("offset", column="since", min=0, max=0)
    assert tasks(document) == own


@pytest.mark.parametrize("limit", [{}, {"max": "10d"}, {"max": "900d"}])
def test_a_date_lies_between_two_of_the_parents(limit: dict[str, Any]) -> None:
    found = tasks(work(by("offset", column="projects.since", before="projects.until", **limit)))

    for row in found:
        assert row["since"] <= row["x"] <= row["until"]
        assert not limit or (row["x"] - row["since"]).days <= int(limit["max"][:-1])
    wide = [row for row in found if (row["until"] - row["since"]).days > 100]
    assert any((row["x"] - row["since"]).days > 30 for row in wide) == (limit != {"max": "10d"})


def test_every_day_between_is_as_likely() -> None:
    end = by("offset", column="since", min="4d", max="4d")
    document = work(by("offset", column="projects.since", before="projects.until"), end=end, ordered=False)
    document["tables"]["tasks"]["rows"] = 10_000
    table = dataset_of(document).tables["tasks"].batch(0, 10_000).to_pylist()
    days = [(row["x"] - row["since"]).days for row in table]

    assert set(days) == {0, 1, 2, 3, 4}
    assert all(abs(days.count(day) - 2_000) < 5 * 40 for day in range(5))


@pytest.mark.parametrize("kind", ["date", "datetime"])
@pytest.mark.parametrize("since", ["date", "datetime"])
@pytest.mark.parametrize("until", ["date", "datetime"])
@pytest.mark.parametrize("way", ["ordered", "offset", "ranges"])
def test_dates_and_times_are_compared_as_what_they_are(kind: str, since: str, until: str, way: str) -> None:
    """A date is its midnight; a time that becomes a date loses its hours."""
    end = {
        "ordered": by("range", min="2024-06-01", max="2025-12-31"),
        "offset": by("offset", column="since", min="1d", max="9d"),
        "ranges": by("range", min="2025-01-02", max="2025-02-01"),
    }[way]
    low = "1d" if way == "offset" and until == since else 0
    document = work({"type": kind, **by("offset", column="projects.since", before="projects.until", min=low)}, end=end)
    projects = document["tables"]["projects"]
    projects["columns"]["since"]["type"], projects["columns"]["until"]["type"] = since, until
    if way == "offset" and (since, until) == ("datetime", "date"):
        # The day of a time lies at no known distance from it.
        assert any(
            fault.path == "tables.tasks.columns.x.rule.before"
            for fault in faults_of(_with_types(document, since, until))
        )
        return
    for row in tasks(_with_types(document, since, until)):
        start = moment(row["since"]) if kind == "datetime" else moment(row["since"]).replace(hour=0, minute=0, second=0)
        assert start + (DAY if low else timedelta()) <= moment(row["x"]) <= moment(row["until"])


def _with_types(document: dict[str, Any], since: str, until: str) -> dict[str, Any]:
    columns = document["tables"]["tasks"]["columns"]
    columns["since"]["type"], columns["until"]["type"] = since, until
    projects = document["tables"]["projects"]
    if projects["columns"]["until"]["rule"]["type"] == "offset":
        projects["constraints"] = []
    return document


def test_an_end_that_is_null_ends_nothing() -> None:
    document = work(by("offset", column="projects.since", before="projects.until"))
    document["tables"]["projects"]["columns"]["until"]["null_rate"] = 0.5
    found = tasks(document)
    open_ended = [(row["x"] - row["since"]).days for row in found if row["until"] is None]

    assert set(open_ended) >= {0, 30}
    assert max(open_ended) == 30
    assert all(row["x"] <= row["until"] for row in found if row["until"] is not None)


def test_a_child_without_a_parent_has_no_date() -> None:
    for row in tasks(work(by("offset", column="projects.since", before="projects.until"), null_rate=0.3)):
        assert (row["x"] is None) == (row["project"] is None)


def test_both_ends_may_be_columns_of_the_row() -> None:
    document = work(by("offset", column="opened", before="closed", min="1h"))
    document["tables"]["tasks"]["columns"] |= {
        "opened": {"type": "datetime", **by("range", min="2024-01-01", max="2024-03-01")},
        "closed": by("offset", column="opened", min="2h", max="3d"),
    }
    for row in tasks(document):
        assert row["opened"] + timedelta(hours=1) <= row["x"] <= row["closed"]


@given(st.integers(1, 60), st.data())
@settings(max_examples=20)
def test_any_slice_is_the_same_rows_of_the_whole(rows: int, data: st.DataObject) -> None:
    document = work({"type": "datetime", **by("offset", column="projects.since", before="projects.until")})
    document["tables"]["tasks"]["rows"] = rows
    table = dataset_of(document).tables["tasks"]
    whole = table.batch(0, rows).to_pylist()
    start = data.draw(st.integers(0, rows))
    stop = data.draw(st.integers(start, rows))

    assert table.batch(start, stop).to_pylist() == whole[start:stop]


def test_the_plan_says_what_is_read() -> None:
    plan = plan_of(work(by("offset", column="projects.since", before="projects.until")))
    (column,) = [column for column in plan.table("tasks").columns if column.name == "x"]

    assert set(column.reads) == {"projects.since", "projects.until"}


@pytest.mark.parametrize(
    ("task", "place", "word"),
    [
        (by("offset", column="projects.sicne"), "column", "no column 'sicne'"),
        (by("offset", column="firms.since"), "column", "no reference to firms"),
        (by("offset", column="since", via="project"), "via", "nothing else is read through project"),
        (by("offset", column="began", via="nobody"), "via", "no reference 'nobody'"),
        (by("offset", column="projects.id"), "column", "neither a date nor a time"),
        (by("offset", column="projects.since", before="projects.id"), "before", "neither a date nor a time"),
        (by("offset", column="projects.since", before="projects.utnil"), "before", "no column 'utnil'"),
        (by("offset", column="projects.since", before="x"), "before", "defined by each other"),
        (by("offset", column="projects.since", before="projects.until", min="1d"), "before", "can lie before projects.since plus 1d"),
        (by("offset", column="projects.until", before="projects.since"), "before", "can lie before projects.until"),
        (by("offset", column="projects.since", before="projects.until", min="3d", max="1d"), "min", "empty"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_where_it_stands(task: dict[str, Any], place: str, word: str) -> None:
    faults = faults_of(work(task))

    assert any(fault.path == f"tables.tasks.columns.x.rule.{place}" and word in fault.what for fault in faults), faults


def test_a_refusal_shows_the_ordering_that_would_do() -> None:
    (fault,) = faults_of(work(by("offset", column="projects.since", before="projects.until"), ordered=False))

    assert "write `until >= since` among the constraints of projects" in fault.fix
