"""What nobody needs any more goes when it is old enough; what somebody needs stays, whatever its age."""

from __future__ import annotations

import asyncio
import http.client
import json
from datetime import timedelta
from pathlib import Path

import pytest

from syndata_bus.port import Message
from syndata_contracts.keys import job_prefix, plan_key
from syndata_contracts.messages import GenerateTask, encode_message
from syndata_gateway.sweeping.policy import Policy
from syndata_gateway.sweeping.unneeded import needed_keys
from syndata_runtime.topology import GENERATOR_TASKS
from tests.chaos.cluster import JSON
from tests.e2e.swept.world import AT_ONCE, LONG, SMALL, World, embedded, running, until

pytestmark = pytest.mark.slow

UPLOAD = b"a,b\n1,2\n"
EVERYTHING = dict.fromkeys(("files", "jobs", "previews", "plans", "sources", "keys"), AT_ONCE)


async def test_files_of_a_job_go_and_its_description_stays(world: World) -> None:
    """Who asks for a file is told that it is gone, and since when; rows can still be looked at, and the plan be had."""
    job = await world.made(archive="zip")
    assert (await world.sweep(files=LONG))["expired jobs"] == 0
    assert (await world.sweep(files=AT_ONCE))["expired jobs"] == 1
    await world.cleared(job["id"])

    now = await world.call("GET", f"/jobs/{job['id']}")
    assert (now["state"], now["rows_done"]) == ("completed", job["rows_done"])
    assert now["expired_at"] > now["finished_at"]
    assert "files" not in now["links"]
    for path in ("files", "files/user.csv", "files/manifest.json", "files/archive.zip"):
        status, document = await world.refusal("GET", f"/jobs/{job['id']}/{path}")
        assert (status, document["code"]) == (410, "expired")
        assert now["expired_at"][:19] in document["detail"]
    assert len((await world.call("GET", f"/jobs/{job['id']}/rows"))["rows"]) == 20
    assert job["id"] in [one["id"] for one in (await world.call("GET", "/jobs"))["jobs"]]
    assert (await world.sweep(files=AT_ONCE))["expired jobs"] == 0


async def test_a_job_is_forgotten_with_all_that_was_its(world: World) -> None:
    """Its record, its files, its mark, and the key under which it was asked for: which makes another job then."""
    job = await world.made(key="once")
    again = await world.call("POST", "/jobs", SMALL, "once")
    assert again["id"] == job["id"]

    went = await world.sweep(jobs=AT_ONCE)  # the files first: the job is not forgotten before they are gone
    assert (went["expired jobs"], went["forgotten jobs"], went["idempotency keys"]) == (1, 0, 1)
    await world.cleared(job["id"])
    assert (await world.sweep(jobs=AT_ONCE))["forgotten jobs"] == 0, "first it is seen that nothing is left"
    assert (await world.sweep(jobs=AT_ONCE))["forgotten jobs"] == 1

    assert (await world.refusal("GET", f"/jobs/{job['id']}"))[0] == 404
    assert await world.keys(job_prefix("default", job["id"])) == []
    other = await world.made(key="once")
    assert other["id"] != job["id"]
    assert plan_key("default", other["plan"]) in await needed_keys(world.ports.store, "default")


async def test_work_that_comes_late_leaves_nothing_behind(world: World) -> None:
    """A message of a job whose files went may come again: whoever takes it puts nothing, or takes it away."""
    job = await world.made()
    await world.sweep(files=AT_ONCE)
    await world.cleared(job["id"])
    late = GenerateTask(
        workspace="default", job=job["id"], epoch=0, task=0, table=0, first=0, parts=1, plan=job["plan"],
        output_format="csv", digest_algorithm="blake3",
    )  # fmt: skip

    before = (await world.ports.bus.depth(GENERATOR_TASKS.name)).ready
    await world.ports.bus.publish(GENERATOR_TASKS.name, Message("late", encode_message(late)))
    await world.made()  # the one generator takes one after the other
    assert (await world.ports.bus.depth(GENERATOR_TASKS.name)).ready == before == 0
    await world.cleared(job["id"])


async def test_a_job_that_is_not_ended_keeps_everything(world: World) -> None:
    """However old; and goes on, to the very end."""
    job = await world.call("POST", "/jobs", {"preset": "user", "rows": 300_000}, "slow")
    await world.call("POST", f"/jobs/{job['id']}/pause")
    await world.in_state(job["id"], "paused")
    for _ in range(3):
        await world.sweep(**EVERYTHING)

    assert (await world.call("POST", "/jobs", {"preset": "user", "rows": 300_000}, "slow"))["id"] == job["id"]
    await world.call("POST", f"/jobs/{job['id']}/resume")
    for _ in range(5):
        await world.sweep(files=LONG, jobs=LONG, previews=AT_ONCE, plans=AT_ONCE, sources=AT_ONCE, keys=AT_ONCE)
    done = await world.in_state(job["id"], "completed", "failed")
    assert (done["state"], done["rows_done"]) == ("completed", 300_000)
    assert len((await world.call("GET", f"/jobs/{job['id']}/files"))["files"]) == 3


async def test_a_failed_job_whose_files_went_is_not_taken_up_again(world: World) -> None:
    """What it had made is gone: to go on would be to end in a hole."""
    job = await world.call("POST", "/jobs", {"preset": "user", "rows": 300_000})
    forged = plan_key("default", job["plan"])
    await world.ports.objects.put(forged, b"{}")  # a defect, for whoever takes a task
    failed = await world.in_state(job["id"], "failed", "completed")
    if failed["state"] == "completed":
        pytest.skip("the generator was quicker than the test")

    assert (await world.sweep(files=AT_ONCE))["expired jobs"] == 1
    status, document = await world.refusal("POST", f"/jobs/{job['id']}/resume")
    assert (status, document["code"]) == (409, "wrong_state")
    now = await world.call("GET", f"/jobs/{job['id']}")
    assert (now["state"], now["reason"]) == ("failed", failed["reason"]), "why it failed is still known"
    assert (await world.call("POST", f"/jobs/{job['id']}/cancel"))["state"] == "cancelled"


async def test_previews_go_when_they_are_old_and_are_made_again(world: World) -> None:
    """Whoever reads one that goes in that moment gets it all the same."""
    body = {**SMALL, "table": "customers"}
    await world.call("POST", "/previews", body)
    assert (await world.sweep(previews=LONG))["previews"] == 0
    looks = [asyncio.create_task(world.call("POST", "/previews", body)) for _ in range(20)]
    for _ in range(10):
        await world.sweep(
            previews=timedelta(seconds=3)
        )  # those that are made anew live longer than it takes to read them
        await asyncio.sleep(0.3)
    assert all(len(one["rows"]) == 20 for one in await asyncio.gather(*looks))

    assert (await world.sweep(previews=AT_ONCE))["previews"] <= 1
    assert await world.keys("workspaces/default/previews/") == []


async def test_uploads_go_when_they_are_old(world: World) -> None:
    """And with them what was found in them; bytes of users are left nowhere."""
    source = await asyncio.to_thread(uploaded, world.door)
    await world.call("GET", f"/sources/{source}/profile")
    assert (await world.sweep(**{**EVERYTHING, "sources": LONG}))["uploads"] == 0
    assert (await world.sweep(sources=AT_ONCE))["uploads"] == 2
    assert (await world.refusal("GET", f"/sources/{source}/profile"))[0] == 404
    assert await world.keys("workspaces/default/sources/") == []


def uploaded(door: int) -> str:
    """An upload's id."""
    connection = http.client.HTTPConnection("127.0.0.1", door, timeout=60)
    try:
        connection.request("POST", "/api/v1/sources", UPLOAD, {**JSON, "Content-Type": "text/csv"})
        return str(json.loads(connection.getresponse().read())["data"]["id"])
    finally:
        connection.close()


async def test_plans_that_nobody_needs_are_set_aside_and_then_go(world: World) -> None:
    """Those of jobs and of kept schemas stay, and so do the texts of kept schemas, of every version."""
    job = await world.made()
    texts = [f"tables: [{{table_name: t{n}, rows: 1, columns: [{{name: a, type: int}}]}}]\n" for n in range(3)]
    for text in texts[:2]:
        await world.call("PUT", "/schemas/mine", {"config": text})
    looked = {"config": texts[2], "table": "t2"}
    await world.call("POST", "/previews", looked)
    assert (await world.sweep(plans=LONG))["plans"] == 0
    assert await world.keys("workspaces/default/aside/") == []

    await world.sweep(plans=AT_ONCE)
    aside = await world.keys("workspaces/default/aside/")
    assert len(aside) == 2, "the plan and the text of what was only looked at"
    assert len(await world.keys("workspaces/default/documents/")) == 2
    assert (await world.sweep(plans=AT_ONCE))["plans"] == 0, "not before a day is over"
    assert (await world.sweep(AT_ONCE))["plans"] == 2
    assert await world.keys("workspaces/default/aside/") == []

    for version, text in enumerate(texts[:2]):
        assert (await world.call("GET", f"/schemas/mine?version={version}"))["config"] == text
    assert len((await world.call("GET", f"/jobs/{job['id']}/rows"))["rows"]) == 20
    assert len((await world.call("POST", "/previews", looked))["rows"]) == 1, "whoever asks again has it made again"


async def test_two_who_sweep_at_once_do_what_one_does(world: World) -> None:
    job = await world.made(key="both")
    await world.call("POST", "/previews", {**SMALL, "rows": 3, "table": "customers"})
    both = [world.sweeper(Policy(**EVERYTHING)) for _ in range(2)]

    async def settled() -> bool:
        await asyncio.gather(*(one.sweep() for one in both))
        return not [key for key in await world.keys("workspaces/") if "/aside/" not in key]

    await until(settled, "everything went, or lies aside")
    assert (await world.refusal("GET", f"/jobs/{job['id']}"))[0] == 404


async def test_one_of_several_gateways_sweeps_at_a_time(world: World) -> None:
    """Whoever takes the turn takes it from all; the next is due when the time is over."""
    gateways = [world.sweeper(Policy()) for _ in range(5)]
    assert sum(await asyncio.gather(*(one._take_turn() for one in gateways))) == 1
    assert not any([await one._take_turn() for one in gateways])
    quick = [world.sweeper(Policy()) for _ in range(5)]
    for one in quick:
        one._every = timedelta(seconds=0.2)
    await asyncio.sleep(0.3)
    assert sum(await asyncio.gather(*(one._take_turn() for one in quick))) == 1


async def test_without_an_interval_nobody_sweeps(tmp_path: Path) -> None:
    """And nothing ends because of it."""
    async with running(embedded(tmp_path / "data")) as world:
        await world.call("POST", "/previews", {**SMALL, "table": "customers"})
        sweeper = world.sweeper(Policy(previews=AT_ONCE))
        sweeper._every = timedelta(0)
        task = asyncio.create_task(sweeper.run())
        await asyncio.sleep(0.5)
        assert not task.done()
        task.cancel()
        assert len(await world.keys("workspaces/default/previews/")) == 1
