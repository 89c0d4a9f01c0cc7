"""`platform`: its documented paths, in the order in which somebody would use them, and what is wrong with a request."""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.chaos.cluster import JSON, KEY
from tests.e2e.swept.world import World, embedded, running, until

pytestmark = pytest.mark.slow

CONFIG: Final[dict[str, Any]] = {
    "rows": 40,
    "output_format": "json",
    "tables": [
        {
            "table_name": "departments",
            "columns": [
                {"name": "id", "type": "int", "constraints": ["PK"], "rule": {"type": "range", "min": 1, "max": 99}},
                {"name": "name", "type": "str", "rule": {"type": "choice", "value": ["HR", "IT"]}},
            ],
        },
        {
            "table_name": "employees",
            "rows": 90,
            "columns": [
                {"name": "id", "type": "int", "constraints": ["PK"], "rule": {"type": "range", "min": 1, "max": 9999}},
                {"name": "first_name", "type": "str", "rule": "first_name", "sensitivity": "PII"},
                {"name": "department_id", "type": "int", "constraints": ["FK"]},
            ],
            "foreign_keys": [{"parent_table": "departments", "parent_column": "id", "child_column": "department_id"}],
        },
    ],
}
LONG: Final = {
    "job_type": "generate",
    "config": "rows: 100000000\ntables: [{table_name: t, columns: [{name: a, rule: first_name}]}]\n",
}
BOUNDARY: Final = "a-boundary-that-stands-in-no-file"


@dataclass(frozen=True)
class Answer:
    """What the gateway said."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def document(self) -> Any:
        return json.loads(self.text)


async def ask(world: World, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
    """Ask as a client of the platform does: below the root, with a key."""

    def once() -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", world.door, timeout=60)
        try:
            text = body if isinstance(body, (bytes, str)) or body is None else json.dumps(body)
            connection.request(method, path, text, headers or JSON)
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, told, answer.read().decode())
        finally:
            connection.close()

    return await asyncio.to_thread(once)


async def submitted(world: World, body: dict[str, Any]) -> str:
    answer = await ask(world, "POST", "/jobs", body)
    assert answer.status == 202, answer.text
    return str(answer.document["job_id"])


async def ended(world: World, job: str) -> dict[str, Any]:
    found: dict[str, Any] = {}

    async def there() -> bool:
        found.update((await ask(world, "GET", f"/jobs/{job}")).document)
        return found["status"] in {"completed", "failed", "cancelled"}

    await until(there, "the job has ended")
    return found


async def upload(world: World, content: bytes, filename: str = "Company Data.yaml", **fields: str) -> Answer:
    """Send a file as a form."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n\r\n'.encode()
    body = b"".join([*parts, head, content, f"\r\n--{BOUNDARY}--\r\n".encode()])
    return await ask(
        world, "POST", "/config/upload", body,
        {"X-API-Key": KEY, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
    )  # fmt: skip


async def test_the_story_of_a_configuration(world: World) -> None:
    """Checked, uploaded, listed, read, made twice, followed, logged, counted: on files and on real servers alike."""
    checked = await ask(world, "POST", "/config/validate", CONFIG)
    assert (checked.status, checked.document["valid"], checked.document["errors"]) == (200, True, [])
    assert [(one["name"], one["rows"]) for one in checked.document["tables"]] == [
        ("departments", 40),
        ("employees", 90),
    ]

    kept = await upload(world, json.dumps(CONFIG).encode())
    assert (kept.status, kept.document["name"], kept.document["version"]) == (201, "company-data", 0)
    assert (await upload(world, json.dumps(CONFIG).encode())).document["version"] == 1
    listed = (await ask(world, "GET", "/schemas")).document
    assert listed["schemas"] == ["company-data"]
    assert "ecommerce" in listed["templates"]
    assert json.loads((await ask(world, "GET", "/schemas/company-data")).document["config"]) == CONFIG

    job = await submitted(world, {"job_type": "generate", "config": CONFIG, "priority": "high"})
    again = await submitted(world, {"schema": "company-data"})
    done = await ended(world, job)
    assert (done["status"], done["progress"], done["rows_generated"]) == ("completed", 100.0, 130)
    assert (done["output_format"], done["priority"], done["error_message"]) == ("json", "high", None)
    rows = json.loads((await ask(world, "GET", f"{done['files']}/employees.json")).text)
    departments = json.loads((await ask(world, "GET", f"{done['files']}/departments.json")).text)
    assert len(rows) == 90
    assert {row["department_id"] for row in rows} <= {row["id"] for row in departments}

    logs = (await ask(world, "GET", f"/jobs/{job}/logs?lines=3")).document
    assert logs["lines"] == len(logs["logs"]) == 3
    assert (
        logs["logs"][-1]["message"]
        == f"completed: 130 rows, {(await world.call('GET', f'/jobs/{job}'))['bytes_done']:,} bytes"
    )
    assert (await ended(world, again))["status"] == "completed"
    stats = (await ask(world, "GET", "/stats")).document
    assert stats["jobs"] == {
        "total": 2, "by_status": {"completed": 2}, "by_priority": {"high": 1, "normal": 1}, "complete": True,
    }  # fmt: skip
    assert stats["rows_generated"] == 260
    page = (await ask(world, "GET", "/jobs?page=1&page_size=1&status_filter=completed")).document
    assert ([one["job_id"] for one in page["jobs"]], page["total"]) == ([again], 2)


@pytest.fixture
async def small(tmp_path: Path) -> AsyncIterator[World]:
    """The services over files: what is refused is refused before any server matters."""
    async with running(embedded(tmp_path / "data")) as found:
        yield found


async def test_a_job_is_found_by_its_id_in_either_form_and_cancelled_by_delete(small: World) -> None:
    job = await submitted(small, LONG)
    bare = job.replace("-", "")

    for written in (job, f"job_{job}", f"job_{bare}", bare, job.upper()):
        assert (await ask(small, "GET", f"/jobs/{written}")).document["job_id"] == job
    first = await ask(small, "DELETE", f"/jobs/job_{bare}")
    second = await ask(small, "DELETE", f"/jobs/{job}")

    assert [(one.status, one.document["status"]) for one in (first, second)] == [(200, "cancelled")] * 2
    assert (await ask(small, "GET", f"/jobs/{job}/logs")).document["logs"][-1]["message"] == "cancelled: asked"


async def test_a_job_that_is_completed_cannot_be_cancelled(small: World) -> None:
    job = await submitted(small, {"template": "user", "priority": "low"})
    await ended(small, job)

    answer = await ask(small, "DELETE", f"/jobs/{job}")

    assert (answer.status, answer.document["code"]) == (409, "wrong_state")


async def test_the_log_of_a_job_outlives_the_process_that_made_it(tmp_path: Path) -> None:
    settings = embedded(tmp_path / "data")
    async with running(settings) as before:
        job = await submitted(before, {"config": CONFIG})
        await ended(before, job)
        told = (await ask(before, "GET", f"/jobs/{job}/logs")).document

    async with running(settings) as after:
        assert (await ask(after, "GET", f"/jobs/{job}/logs")).document == told
    assert told["logs"][0]["message"].startswith("accepted: ")
    assert not any("employees" in one["message"] for one in told["logs"]), "names are what users wrote"


async def test_a_high_priority_widens_the_window_and_a_low_one_narrows_it(tmp_path: Path) -> None:
    settings = embedded(tmp_path / "data").model_copy(update={"window": 8})
    async with running(settings) as world:
        for priority, window in (("low", 2), ("normal", 8), ("high", 32)):
            job = await submitted(world, {"config": CONFIG, "priority": priority})
            record = await world.ports.store.newest("jobs", job)
            assert record is not None
            assert (record.body["priority"], record.body["window"]) == (priority, window)


async def test_the_same_request_under_one_key_makes_one_job(small: World) -> None:
    headers = {**JSON, "Idempotency-Key": "monday"}
    body = {"config": CONFIG, "priority": "high"}

    first, again = [await ask(small, "POST", "/jobs", body, headers) for _ in range(2)]
    other = await ask(small, "POST", "/jobs", {**body, "priority": "low"}, headers)

    assert first.document["job_id"] == again.document["job_id"]
    assert (other.status, other.document["code"]) == (400, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"config": {"tables": []}}, "tables"),
        ({"config": {**CONFIG, "rows": -1}}, "rows"),
        ({"config": {**CONFIG, "output_format": "xls"}}, "output_format"),
        ({"config": "tables: ["}, ""),
        ({"config": CONFIG, "job_type": "profile"}, "job_type"),
        ({"config": CONFIG, "priority": "urgent"}, "priority"),
        ({"config": CONFIG, "template": "user"}, "config"),
        ({"job_type": "generate"}, "config"),
        ({"template": "nonsense"}, "template"),
        ({"schema": "No Such Name"}, "schema"),
        ({"schema": "nobody-kept-it"}, "schema"),
        ({"config": CONFIG, "prio": "high"}, "prio"),
        ({"config": 7}, "config.dict[str,any]"),
    ],
    ids=str,
)
async def test_an_invalid_job_is_400_and_says_where(small: World, body: dict[str, Any], path: str) -> None:
    answer = await ask(small, "POST", "/jobs", body)

    assert (answer.status, answer.headers["content-type"]) == (400, "application/json")
    assert path in [fault["path"] for fault in answer.document["errors"]]
    assert all(fault["fix"] for fault in answer.document["errors"])
    assert (await ask(small, "GET", "/jobs?page=1")).document["total"] == 0


@pytest.mark.parametrize(
    "job", ["job_12345", "12345", "job_" + "0" * 32, "00000000-0000-0000-0000-000000000000", "%00"]
)
async def test_a_job_that_is_not_there_is_404(small: World, job: str) -> None:
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/logs")):
        answer = await ask(small, method, f"/jobs/{job}{path}")
        assert (answer.status, answer.document["code"]) == (404, "not_found"), (method, path)


@pytest.mark.parametrize("lines", ["0", "-1", "1001", "many", "5&lines=6"])
async def test_a_number_of_lines_that_is_none_is_400(small: World, lines: str) -> None:
    job = await submitted(small, {"config": CONFIG})

    assert (await ask(small, "GET", f"/jobs/{job}/logs?lines={lines}")).status == 400


async def test_an_invalid_configuration_is_told_with_every_fault(small: World) -> None:
    wrong = json.loads(json.dumps(CONFIG))
    wrong["tables"][0]["columns"][1]["rule"] = "frist_name"
    wrong["tables"][1]["foreign_keys"][0]["parent_table"] = "department"

    for body in (wrong, {"config": wrong}, {"config": json.dumps(wrong)}):
        answer = await ask(small, "POST", "/config/validate", body)
        assert (answer.status, answer.document["valid"]) == (400, False)
        assert {fault["path"] for fault in answer.document["errors"]} == {
            "tables[0].columns[1].rule", "tables[1].foreign_keys[0].parent_table",
        }  # fmt: skip
    for no_object in ("[]", '"text"', "7", "null"):
        assert (await ask(small, "POST", "/config/validate", no_object)).status == 400


async def test_what_is_wrong_with_an_upload_is_told_and_nothing_is_kept(small: World) -> None:
    refused = [
        await upload(small, b"tables: ["),
        await upload(small, b"\xff\xfe"),
        await upload(small, b""),
        await upload(small, json.dumps(CONFIG).encode(), filename="???.yaml"),
        await upload(small, json.dumps(CONFIG).encode(), name="No Name"),
        await ask(small, "POST", "/config/upload", b"no form", {"X-API-Key": KEY, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}),
        await ask(small, "POST", "/config/upload", b"no form", {"X-API-Key": KEY, "Content-Type": "multipart/form-data"}),
    ]  # fmt: skip
    as_json = await ask(small, "POST", "/config/upload", CONFIG)

    assert [one.status for one in refused] == [400] * len(refused)
    assert as_json.status == 415
    assert (await ask(small, "GET", "/schemas")).document["schemas"] == []


async def test_an_upload_with_a_name_is_kept_under_it_and_a_path_is_none(small: World) -> None:
    text = json.dumps(CONFIG).encode()

    assert (await upload(small, text, name="chosen")).document["name"] == "chosen"
    assert (await upload(small, text, filename="../../etc/Pass Wd.yaml")).document["name"] == "pass-wd"
    assert (await upload(small, b"\xef\xbb\xbf" + text, filename="c:\\data\\bom.json")).document["name"] == "bom"


async def test_a_schema_that_nobody_kept_is_a_template_or_404(small: World) -> None:
    assert (await ask(small, "GET", "/schemas/company")).document["version"] is None
    await upload(small, json.dumps(CONFIG).encode(), name="company")
    assert (await ask(small, "GET", "/schemas/company")).document["version"] == 0
    for name in ("nobody-kept-it", "No%20Name", "a%2Fb"):
        assert (await ask(small, "GET", f"/schemas/{name}")).status == 404


async def test_who_has_no_key_is_told_so_in_the_platforms_shape(small: World) -> None:
    for method, path in (("POST", "/jobs"), ("GET", "/stats"), ("GET", "/schemas"), ("POST", "/config/validate")):
        answer = await ask(small, method, path, CONFIG, {"Content-Type": "application/json"})
        assert (answer.status, answer.document["code"]) == (401, "unauthorized"), path


async def test_health_and_metrics_stand_open_at_the_door(small: World) -> None:
    job = await submitted(small, {"config": CONFIG})
    await ended(small, job)

    health = await ask(small, "GET", "/health", headers={"Accept": "*/*"})
    metrics = await ask(small, "GET", "/metrics", headers={"Accept": "*/*"})

    assert (health.status, health.document["status"]) == (200, "healthy")
    assert metrics.headers["content-type"].startswith("text/plain")
    for name in ("syndata_jobs_total{", "syndata_rows_generated_total ", "syndata_generation_duration_seconds_bucket"):
        assert name in metrics.text


async def test_who_asks_too_often_is_told_429_and_when_to_come_back(tmp_path: Path) -> None:
    settings = embedded(tmp_path / "data").model_copy(update={"requests_per_minute": 3})
    async with running(settings) as world:
        answers = [await ask(world, "GET", "/schemas") for _ in range(4)]

    assert [one.status for one in answers] == [200, 200, 200, 429]
    assert answers[-1].document["code"] == "too_many_requests"
    assert int(answers[-1].headers["retry-after"]) > 0
