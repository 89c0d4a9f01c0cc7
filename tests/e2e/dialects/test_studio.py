"""The dialect `studio`, by its documents: lists of fields, steps, a look at any time, control; without a key in development."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pyarrow.parquet as pq
import pytest

from tests.chaos.cluster import KEY, Cluster
from tests.e2e.dialects.asked import Place, with_key

EMPLOYEES: Final = {
    "fields": [
        {"name": "employee_id", "type": "uuid", "description": "tells employees apart"},
        {"name": "name", "type": "string", "description": "the whole name"},
        {"name": "email", "type": "email"},
        {"name": "age", "type": "integer", "constraints": {"min_value": 18, "max_value": 80}},
    ]
}
WANTED: Final = {"schema": EMPLOYEES, "total_rows": 1000, "chunk_size": 300, "output_format": "csv"}
LONG: Final = {**WANTED, "total_rows": 5_000_000, "chunk_size": 1000}
STATUS: Final = [
    "job_id", "status", "rows_generated", "total_rows", "chunks_completed", "total_chunks", "progress_percentage",
]  # fmt: skip


@pytest.fixture
def open_place(place: Place) -> Place:
    """As its clients come: without a key."""
    return with_key(place, None)


@pytest.fixture
def studio(up: Place) -> Place:
    """The embedded one, without a key."""
    return with_key(up, None)


@pytest.fixture
def long(open_place: Place) -> Iterator[str]:
    """A job that is at work for a while."""
    job = str(open_place.post("/jobs/create", LONG).good()["job_id"])
    yield job
    open_place.post(f"/jobs/{job}/control", {"action": "cancel"})


def test_story_of_a_thousand_employees(open_place: Place) -> None:
    """Created, followed step by step, looked at, listed, downloaded."""
    place = open_place
    created = place.post("/jobs/create", WANTED).good()
    job = created["job_id"]
    assert created == {
        "job_id": str(UUID(job)),
        "status": "pending",
        "message": "Job created successfully. Generating 1000 rows.",
    }
    early = place.get(f"/jobs/{job}/preview?rows=10").good()

    seen = place.until(f"/jobs/{job}/status", lambda status: status["status"] == "completed")

    assert list(seen) == STATUS
    assert (seen["rows_generated"], seen["total_rows"]) == (1000, 1000)
    assert (seen["chunks_completed"], seen["total_chunks"]) == (4, 4)
    assert b'"progress_percentage": 100.0' in place.get(f"/jobs/{job}/status").body

    file = place.get(f"/jobs/{job}/download")
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(file.body.decode())))
    assert list(rows[0]) == ["employee_id", "name", "email", "age"]
    assert len({row["employee_id"] for row in rows}) == len(rows) == 1000
    assert all(18 <= int(row["age"]) <= 80 for row in rows)

    assert list(early) == ["job_id", "total_rows", "preview_rows", "data"]
    assert (early["job_id"], early["total_rows"], early["preview_rows"]) == (job, 1000, 10)
    assert [{name: str(value) for name, value in row.items()} for row in early["data"]] == rows[:10]
    assert place.get("/jobs/?limit=50").good()["jobs"][0]["job_id"] == job


def test_story_of_a_job_under_control(open_place: Place, long: str) -> None:
    """It runs and is looked at, rests, goes on, and ends when it is told to."""
    place, path = open_place, f"/jobs/{long}"
    running = place.until(f"{path}/status", lambda status: status["rows_generated"] > 0)
    rows = place.get(f"{path}/preview?rows=3").good()
    assert running["status"] == "generating"
    assert 0 < running["progress_percentage"] < 100
    assert running["chunks_completed"] == running["rows_generated"] // 1000
    assert running["total_chunks"] == 5000
    assert (rows["preview_rows"], rows["total_rows"]) == (3, 5_000_000)

    paused = place.post(f"{path}/control", {"job_id": long, "action": "pause"}).good()
    assert paused == {"job_id": long, "status": "paused", "message": "Job paused."}
    assert place.post(f"{path}/control", {"job_id": long, "action": "pause"}).good() == paused
    time.sleep(1.5)  # what was at hand is finished
    resting = place.get(f"{path}/status").good()
    time.sleep(0.5)
    assert place.get(f"{path}/status").good() == resting
    assert "paused" in place.get(f"{path}/download").refusal(409)["detail"]

    assert place.post(f"{path}/control", {"job_id": long, "action": "resume"}).good()["status"] == "generating"
    place.until(f"{path}/status", lambda status: status["rows_generated"] > resting["rows_generated"])

    ended = place.post(f"{path}/control", {"job_id": long, "action": "cancel"}).good()
    assert ended == {"job_id": long, "status": "cancelled", "message": "Job cancelled."}
    assert place.get(f"{path}/status").good()["status"] == "cancelled"
    assert "cancelled" in place.post(f"{path}/control", {"job_id": long, "action": "resume"}).refusal(409)["detail"]
    place.get(f"{path}/download").refusal(409)
    assert place.get(f"{path}/preview?rows=3").good()["data"] == rows["data"], "rows are made for the answer"


@pytest.mark.parametrize("output_format", ["csv", "json", "parquet", "sql"])
def test_every_format_holds_the_same_rows(studio: Place, output_format: str) -> None:
    job = studio.post("/jobs/create", {**WANTED, "output_format": output_format}).good()["job_id"]
    studio.until(f"/jobs/{job}/status", lambda status: status["status"] == "completed")

    file = studio.get(f"/jobs/{job}/download")
    first = studio.get(f"/jobs/{job}/preview?rows=1").good()["data"][0]

    assert f'filename="records.{output_format}"' in file.headers["content-disposition"]
    if output_format == "json":
        assert file.document[0] == first
    elif output_format == "parquet":
        assert file.headers["content-type"] == "application/vnd.apache.parquet"
        table = pq.read_table(io.BytesIO(file.body))
        assert table.num_rows == 1000
        assert str(table.column("name")[0]) == first["name"]
    else:
        assert first["email"] in file.body.decode()


def test_the_unit_of_progress_changes_no_byte(studio: Place) -> None:
    files, totals = set(), []
    for size in (1, 999, 1000, 5000):
        job = studio.post("/jobs/create", {**WANTED, "chunk_size": size}).good()["job_id"]
        done = studio.until(f"/jobs/{job}/status", lambda status: status["status"] == "completed")
        totals.append((done["chunks_completed"], done["total_chunks"]))
        files.add(studio.get(f"/jobs/{job}/download").body)

    assert totals == [(1000, 1000), (2, 2), (1, 1), (1, 1)]
    assert len(files) == 1


def test_what_is_left_out_is_usual(studio: Place) -> None:
    job = studio.post("/jobs/create", {"schema": EMPLOYEES, "total_rows": 2500}).good()["job_id"]
    done = studio.until(f"/jobs/{job}/status", lambda status: status["status"] == "completed")

    assert done["total_chunks"] == 3
    assert studio.get(f"/jobs/{job}/preview").good()["preview_rows"] == 10
    assert studio.get(f"/jobs/{job}/preview?rows=10000").good()["preview_rows"] == 2500
    assert studio.get(f"/jobs/{job}/download").body.startswith(b"employee_id,")


def test_long_decimals_are_shown_to_their_last_digit(studio: Place) -> None:
    fields = [{"name": "amount", "type": "decimal(18,6)", "min_value": 100_000_000_000, "max_value": 999_999_999_999}]
    job = studio.post("/jobs/create", {"schema": {"fields": fields}, "total_rows": 3, "output_format": "json"}).good()
    studio.until(f"/jobs/{job['job_id']}/status", lambda status: status["status"] == "completed")

    shown = studio.get(f"/jobs/{job['job_id']}/preview?rows=3").body.decode()
    lines = studio.get(f"/jobs/{job['job_id']}/download").body.decode().split("{")[1:]

    assert len(lines) == 3
    assert all(line.split("}")[0] in shown for line in lines)


def test_a_job_survives_the_end_of_its_process(tmp_path: Path) -> None:
    """Killed in its midst; after the next start it goes on by itself, and still knows its steps."""
    cluster = Cluster(tmp_path, {})
    try:
        one = cluster.up(tmp_path / "data")
        job = (
            Place(one.port).post("/jobs/create", {**LONG, "total_rows": 1_500_000, "chunk_size": 700}).good()["job_id"]
        )
        Place(one.port).until(f"/jobs/{job}/status", lambda status: status["rows_generated"] > 0)
        one.kill9()
        place = Place(cluster.up(tmp_path / "data").port)
        done = place.until(f"/jobs/{job}/status", lambda status: status["status"] == "completed")

        assert (done["rows_generated"], done["total_chunks"]) == (1_500_000, 2143)
        assert place.get(f"/jobs/{job}/download").body.count(b"\n") == 1_500_001
    finally:
        cluster.end()


def test_one_list_of_jobs_serves_two_dialects_with_and_without_a_slash(studio: Place) -> None:
    job = studio.post("/jobs/create", LONG).good()["job_id"]
    try:
        studio.until(f"/jobs/{job}/status", lambda status: status["status"] == "generating")
        by_limit, by_page = (studio.get(path).good() for path in ("/jobs?limit=3", "/jobs?page=1&page_size=3"))
        words = {
            path: studio.get(path).good()["jobs"][0]["status"]
            for path in ("/jobs", "/jobs/", "/jobs/?limit=50", "/jobs?limit=1", "/jobs/?page=1", "/jobs?page_size=1")
        }
        both = [
            studio.get(f"/jobs?status_filter={word}").good()["jobs"] for word in ("running", "generating", "RUNNING")
        ]
    finally:
        studio.post(f"/jobs/{job}/control", {"action": "cancel"})

    assert [one["job_id"] for one in by_limit["jobs"]] == [one["job_id"] for one in by_page["jobs"]]
    assert (by_limit["page_size"], by_page["page_size"]) == (3, 3)
    assert words == {
        "/jobs": "running", "/jobs/": "generating", "/jobs/?limit=50": "generating", "/jobs?limit=1": "generating",
        "/jobs/?page=1": "running", "/jobs?page_size=1": "running",
    }  # fmt: skip
    assert [[one["job_id"] for one in found] for found in both] == [[job]] * 3
    assert set(STATUS) - {"progress_percentage"} <= by_limit["jobs"][0].keys()


WRONG: Final[list[tuple[Any, str]]] = [
    ({}, "required"),
    ({"schema": {}}, "required"),
    ({"schema": {"fields": []}}, "at least 1"),
    ({"schema": {"fields": {}}}, "list"),
    ({"schema": [], "total_rows": 5}, "dictionary"),
    ({"schema": {"fields": ["email"]}}, "dictionary"),
    ({"schema": {"fields": [{"name": "a"}]}}, "required"),
    ({"schema": {"fields": [{"type": "uuid"}]}}, "required"),
    ({"schema": {"fields": [{"name": "a", "type": "integr"}]}}, "did you mean"),
    ({"schema": {"fields": [{"name": "a", "type": "integer", "constraints": {"min_value": 9, "max_value": 1}}]}}, "9"),
    ({"schema": {"fields": [{"name": "a", "type": "integer", "constraints": {"minvalue": 9}}]}}, "min_value"),
    ({"schema": {"fields": [{"name": "a", "type": "integer", "constraints": 5}]}}, "dictionary"),
    ({"schema": {"fields": [{"name": "a", "type": "uuid"}] * 2}}, "twice"),
    ({"schema": {"name": "a/b", "fields": [{"name": "a", "type": "uuid"}]}}, "table name"),
    ({"total_rows": 0}, "greater"),
    ({"total_rows": -1}, "greater"),
    ({"total_rows": "1000"}, "integer"),
    ({"total_rows": 2**63}, "less than"),
    ({"total_rows": 10**15}, "bytes"),
    ({"chunk_size": 0}, "greater"),
    ({"chunk_size": "100"}, "integer"),
    ({"output_format": "xml"}, "csv"),
    ({"chunks": 5}, "not permitted"),
    ([], "dictionary"),
    (b"{", "not JSON"),
]


@pytest.mark.parametrize(("change", "word"), WRONG)
def test_a_table_that_cannot_be_made_is_400(studio: Place, change: Any, word: str) -> None:
    body = {**WANTED, **change} if isinstance(change, dict) and change else change

    told = studio.post("/jobs/create", body).refusal(400)

    assert word in json.dumps(told["errors"])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"action": "stop"}, 400),
        ({"action": "Pause"}, 400),
        ({"action": None}, 400),
        ({}, 400),
        ({"action": "pause", "job_id": "0199b7c2-7a10-7e11-8c55-1f2e3d4c5b6a"}, 400),
        ({"action": "pause", "job_id": "nonsense"}, 400),
        ({"action": "pause", "job_id": 7}, 400),
        ({"action": "pause", "force": True}, 400),
        ({"action": "cancel"}, 409),
        ({"action": "pause"}, 409),
        ({"action": "resume"}, 409),
    ],
)
def test_a_wish_that_means_nothing_is_400_and_one_that_comes_too_late_409(
    studio: Place, body: Any, status: int
) -> None:
    job = studio.post("/jobs/create", {**WANTED, "total_rows": 5}).good()["job_id"]
    studio.until(f"/jobs/{job}/status", lambda seen: seen["status"] == "completed")

    studio.post(f"/jobs/{job}/control", body).refusal(status)


@pytest.mark.parametrize("form", ["{}", "job_{}"])
def test_the_job_is_named_twice_in_any_form(studio: Place, form: str) -> None:
    job = studio.post("/jobs/create", LONG).good()["job_id"]

    body = {"job_id": form.format(job.upper()), "action": "cancel"}

    assert studio.post(f"/jobs/{job}/control", body).good()["status"] == "cancelled"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/jobs/nonsense/status", 404),
        ("/jobs/0199b7c2-7a10-7e11-8c55-1f2e3d4c5b6a/status", 404),
        ("/jobs/0199b7c2-7a10-7e11-8c55-1f2e3d4c5b6a/preview", 404),
        ("/jobs/0199b7c2-7a10-7e11-8c55-1f2e3d4c5b6a/download", 404),
        ("/jobs/{job}/preview?rows=0", 400),
        ("/jobs/{job}/preview?rows=10001", 400),
        ("/jobs/{job}/preview?rows=ten", 400),
        ("/jobs/{job}/preview?table=others", 404),
        ("/jobs/{job}/preview?limit=5", 400),
        ("/jobs/{job}/download?table=others", 404),
        ("/jobs/{job}/control", 405),
        ("/jobs?limit=0", 400),
        ("/jobs/?limit=1001", 400),
        ("/jobs?limit=5&page=1", 400),
        ("/jobs?limit=5&page_size=5", 400),
        ("/jobs?status_filter=processing", 400),
        ("/jobs?page=51&page_size=200", 400),
        ("/jobs?offset=5", 400),
    ],
)
def test_what_is_not_there_or_means_nothing_is_refused(studio: Place, path: str, status: int) -> None:
    job = studio.post("/jobs/create", {**WANTED, "total_rows": 5}).good()["job_id"]

    studio.get(path.format(job=job)).refusal(status)


def test_a_key_changes_nothing_where_none_is_needed(up: Place) -> None:
    assert with_key(up, KEY).get("/jobs?limit=1").status == 200
    assert with_key(up, "wrong").get("/jobs?limit=1").status == 200
