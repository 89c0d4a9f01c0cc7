"""Workspaces: made once, and what lies in one is seen in no other."""

from __future__ import annotations

import asyncio
import http.client
import json
from typing import Any

import pytest

from syndata_contracts.workspaces import workspace_id
from syndata_gateway.conductor.keeper import JOBS
from tests.chaos.cluster import JSON
from tests.e2e.swept.world import AT_ONCE, SMALL, World, until

pytestmark = pytest.mark.slow

NAME = "Customer Analytics"
ID = workspace_id(NAME)


@pytest.fixture
async def inside(world: World) -> str:
    """The query of a workspace that was just made."""
    await world.call("POST", "/workspaces", {"name": NAME, "description": "who buys what"})
    return f"workspace={ID}"


async def made_in(world: World, query: str, **more: Any) -> dict[str, Any]:
    """A small job of a workspace, completed."""
    job = await world.call("POST", f"/jobs?{query}", {**SMALL, **more})
    found: dict[str, Any] = {}

    async def completed() -> bool:
        found.update(await world.call("GET", f"/jobs/{job['id']}?{query}"))
        return bool(found["state"] == "completed")

    await until(completed, "the job is completed")
    return found


async def test_a_workspace_is_made_once_and_found_by_id_and_by_name(world: World) -> None:
    made = await world.call("POST", "/workspaces", {"name": NAME, "description": "who buys what"})

    assert (made["id"], made["name"], made["description"]) == (ID, NAME, "who buys what")
    for named in (ID, "Customer%20Analytics"):
        assert await world.call("GET", f"/workspaces/{named}") == made
    status, document = await world.refusal("POST", "/workspaces", {"name": NAME})
    assert (status, document["code"]) == (409, "exists")
    assert NAME in document["detail"]


async def test_of_all_who_make_one_name_at_once_one_succeeds(world: World) -> None:
    async def ask() -> int:
        return (await world.refusal("POST", "/workspaces", {"name": "race"}))[0]

    assert sorted(await asyncio.gather(*(ask() for _ in range(8)))) == [201] + [409] * 7


async def test_default_is_always_there_and_cannot_be_made(world: World) -> None:
    assert (await world.refusal("POST", "/workspaces", {"name": "default"}))[0] == 409
    assert [one["id"] for one in (await world.call("GET", "/workspaces"))["workspaces"]] == ["default"]
    assert (await world.call("GET", "/workspaces/default"))["name"] == "default"


async def test_workspaces_are_listed_page_by_page(world: World) -> None:
    names = {f"team-{number}" for number in range(5)}
    for name in names:
        await world.call("POST", "/workspaces", {"name": name})

    seen: list[str] = []
    path = "/workspaces?limit=2"
    while path:
        page = await world.call("GET", path)
        assert len(page["workspaces"]) <= 2
        seen += [one["name"] for one in page["workspaces"]]
        path = f"/workspaces?limit=2&cursor={page['next']}" if page["next"] else ""

    assert seen == sorted(names | {"default"}, reverse=True)


async def test_no_list_and_no_path_of_another_workspace_leads_to_a_job(world: World, inside: str) -> None:
    """And every link that it carries leads back into its own."""
    job = await made_in(world, inside)
    other = await world.made()

    assert job["workspace"] == ID
    assert [one["id"] for one in (await world.call("GET", f"/jobs?{inside}"))["jobs"]] == [job["id"]]
    assert [one["id"] for one in (await world.call("GET", "/jobs"))["jobs"]] == [other["id"]]
    for link in job["links"].values():
        path = link.removeprefix("/api/v1")
        assert (await _status(world, path)) == 200, link
        assert (await _status(world, path.partition("?")[0])) == 404, "as if it were in default"
    for wish in ("pause", "resume", "cancel"):
        assert (await world.refusal("POST", f"/jobs/{job['id']}/{wish}"))[0] == 404
        assert (await world.refusal("POST", f"/jobs/{other['id']}/{wish}?{inside}"))[0] == 404


async def _status(world: World, path: str) -> int:
    def ask() -> int:
        connection = http.client.HTTPConnection("127.0.0.1", world.door, timeout=60)
        try:
            connection.request("GET", f"/api/v1{path}", headers=JSON)
            return connection.getresponse().status
        finally:
            connection.close()

    return await asyncio.to_thread(ask)


async def test_objects_and_documents_lie_under_the_workspace(world: World, inside: str) -> None:
    """Everything that comes of a job, an upload, a preview and a kept schema; nothing of it lies in `default`."""
    job = await made_in(world, inside, archive="zip")
    config = json.dumps({"tables": [{"table_name": "t", "rows": 3, "columns": [{"name": "n", "rule": "first_name"}]}]})
    await world.call("PUT", f"/schemas/kept?{inside}", {"config": config})
    await world.call("POST", f"/previews?{inside}", {"config": config, "table": "t"})

    keys = await world.keys("workspaces/")
    assert {key.split("/")[1] for key in keys} == {ID}
    assert {key.split("/")[2] for key in keys} == {"documents", "plans", "previews", "jobs"}
    record = await world.ports.store.newest(JOBS, job["id"])
    assert record is not None
    assert record.body["workspace"] == ID


async def test_an_upload_is_found_in_its_own_workspace_only(world: World, inside: str) -> None:
    def upload() -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", world.door, timeout=60)
        try:
            connection.request("POST", f"/api/v1/sources?{inside}", b"a,b\n1,2\n", {**JSON, "Content-Type": "text/csv"})
            found: dict[str, Any] = json.loads(connection.getresponse().read())["data"]
            return found
        finally:
            connection.close()

    link = (await asyncio.to_thread(upload))["links"]["profile"].removeprefix("/api/v1")

    assert (await world.call("GET", link))["rows"] == 1
    assert (await world.refusal("GET", link.partition("?")[0]))[0] == 404
    assert {key.split("/")[1] for key in await world.keys("workspaces/")} == {ID}


async def test_schemas_of_one_name_are_two_in_two_workspaces(world: World, inside: str) -> None:
    await world.call("PUT", "/schemas/people", {"preset": "user"})
    await world.call("PUT", f"/schemas/people?{inside}", {"preset": "company"})
    await world.call("PUT", f"/schemas/more?{inside}", {"preset": "user"})

    assert (await world.call("GET", "/schemas"))["schemas"] == ["people"]
    first = await world.call("GET", f"/schemas?limit=1&{inside}")
    assert (first["schemas"], first["next"]) == (["people"], "people")
    assert (await world.call("GET", f"/schemas?before=people&{inside}"))["schemas"] == ["more"]
    theirs = await world.call("GET", f"/schemas/people?{inside}")
    assert (theirs["version"], theirs["workspace"], theirs["tables"][0]["name"]) == (0, ID, "companies")


async def test_one_idempotency_key_makes_a_job_in_each_workspace(world: World, inside: str) -> None:
    here = await world.call("POST", "/jobs", SMALL, "once")
    there = await world.call("POST", f"/jobs?{inside}", SMALL, "once")

    assert here["id"] != there["id"]
    assert (await world.call("POST", f"/jobs?{inside}", SMALL, "once"))["id"] == there["id"]


async def test_the_same_request_makes_the_same_bytes_in_every_workspace(world: World, inside: str) -> None:
    here, there = await world.made(), await made_in(world, inside)

    assert here["plan"] == there["plan"]
    files = [await world.call("GET", one["links"]["files"].removeprefix("/api/v1")) for one in (here, there)]
    digests = [{file["name"]: file["digest"] for file in one["files"] if "table" in file} for one in files]
    assert digests[0] == digests[1]


async def test_the_sweeper_looks_into_every_workspace(world: World, inside: str) -> None:
    job, other = await made_in(world, inside), await world.made()

    went = await world.sweep(files=AT_ONCE, plans=AT_ONCE)

    assert went["expired jobs"] == 2
    for one, query in ((job, f"?{inside}"), (other, "")):
        assert (await world.call("GET", f"/jobs/{one['id']}{query}"))["expired_at"] is not None

    async def cleared() -> bool:
        keys = [key for key in await world.keys(f"workspaces/{ID}/jobs/") if not key.endswith("cancelled")]
        return not keys

    await until(cleared, "the job's objects are gone")
    assert len((await world.call("GET", f"/jobs/{job['id']}/rows?{inside}"))["rows"]) == 20, "its plan is needed"


@pytest.mark.parametrize("path", ["/jobs?workspace=nowhere", "/schemas?workspace=nowhere", "/workspaces/nowhere"])
async def test_a_workspace_that_is_not_there_is_told(world: World, path: str) -> None:
    status, document = await world.refusal("GET", path)

    assert (status, document["code"]) == (404, "not_found")
    assert "'nowhere'" in document["detail"]
    assert (await world.refusal("POST", "/jobs?workspace=nowhere", SMALL))[0] == 404


@pytest.mark.parametrize(
    "body",
    [{}, {"name": ""}, {"name": " padded"}, {"name": "two\nlines"}, {"name": "x" * 101}, {"name": 7}, {"nam": "a"}],
    ids=str,
)
async def test_a_name_that_is_none_is_refused_and_nothing_made(world: World, body: dict[str, Any]) -> None:
    assert (await world.refusal("POST", "/workspaces", body))[0] == 422
    assert len((await world.call("GET", "/workspaces"))["workspaces"]) == 1
