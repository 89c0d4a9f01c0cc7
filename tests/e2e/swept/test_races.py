"""A plan that is asked for in the very moment in which it is swept is there for whoever asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import pytest

from syndata_contracts.keys import aside_key, plan_key
from syndata_gateway.sweeping.policy import Policy
from syndata_objects.port import Objects
from syndata_runtime.connections import Ports
from tests.e2e.swept.world import AT_ONCE, SMALL, World

pytestmark = pytest.mark.slow


class Between:
    """Objects where something happens just before, or just after, a put or a removal that the test names."""

    def __init__(self, objects: Objects, what: str, key: str, then: Callable[[], Awaitable[None]]) -> None:
        self._objects = objects
        self._what = what
        self._key = key
        self._then: Callable[[], Awaitable[None]] | None = then

    def __getattr__(self, name: str) -> Any:
        return getattr(self._objects, name)

    async def _at(self, moment: str, keys: Iterable[str]) -> None:
        if moment == self._what and self._key in keys and self._then is not None:
            then, self._then = self._then, None
            await then()

    async def put(self, key: str, body: bytes) -> None:
        await self._at("before the put", [key])
        await self._objects.put(key, body)
        await self._at("after the put", [key])

    async def get(self, key: str) -> bytes:
        await self._at("before the get", [key])
        return await self._objects.get(key)

    async def remove(self, keys: Iterable[str]) -> None:
        gone = list(keys)
        await self._at("before the removal", gone)
        await self._objects.remove(gone)
        await self._at("after the removal", gone)


@pytest.mark.parametrize(
    "moment", ["before the get", "before the put", "after the put", "before the removal", "after the removal"]
)
async def test_a_job_that_is_asked_for_while_its_plan_is_set_aside(world: World, moment: str) -> None:
    """Wherever the plan lies then, the job is completed; and the next who sweeps puts it back, to stay."""
    looked = await world.call("POST", "/schemas/validate", SMALL)
    await world.call("POST", "/previews", {**SMALL, "table": "customers"})
    plan = plan_key("default", looked["plan"])
    assert plan in await world.keys("workspaces/default/plans/")
    jobs: list[str] = []

    async def ask() -> None:
        jobs.append((await world.call("POST", "/jobs", SMALL))["id"])

    place = aside_key(plan) if moment.endswith("the put") else plan
    objects = Between(world.ports.objects, moment, place, ask)
    ports = Ports(world.ports.bus, world.ports.store, objects)
    await world.sweeper(Policy(plans=AT_ONCE), ports=ports).sweep()

    assert jobs, "the moment came"
    job = await world.in_state(jobs[0], "completed", "failed")
    assert job["state"] == "completed", job["errors"]
    await world.sweep(plans=AT_ONCE)
    await world.sweep(AT_ONCE, plans=AT_ONCE)
    assert await world.keys("workspaces/default/plans/") == [plan]
    assert await world.keys("workspaces/default/aside/") == []
    assert len((await world.call("GET", f"/jobs/{jobs[0]}/rows?start=5"))["rows"]) == 15


async def test_a_job_whose_plan_lies_aside_finds_it_there(world: World) -> None:
    """Its rows, its parts, its archive and its plan.json; nobody has put it back yet."""
    job = await world.call("POST", "/jobs", {"preset": "user", "rows": 300_000, "archive": "zip"})
    await world.call("POST", f"/jobs/{job['id']}/pause")
    await world.in_state(job["id"], "paused")
    plan = plan_key("default", job["plan"])
    objects = world.ports.objects
    await objects.put(aside_key(plan), await objects.get(plan))
    await objects.remove([plan])

    await world.call("POST", f"/jobs/{job['id']}/resume")
    done = await world.in_state(job["id"], "completed", "failed")
    assert done["state"] == "completed", done["errors"]
    files = await world.call("GET", f"/jobs/{job['id']}/files")
    assert [one["digest"] for one in files["files"] if one["name"] == "plan.json"] == [job["plan"]]
    await world.sweep()
    assert await world.keys("workspaces/default/plans/") == [plan]


async def test_a_configuration_that_is_sent_while_it_is_set_aside_is_read(world: World) -> None:
    """The text is put, set aside, and only then read by who makes the plan."""
    text = "tables: [{table_name: t, rows: 1, columns: [{name: a, type: int}]}]\n"
    for _ in range(8):
        sweeping = world.sweep(plans=AT_ONCE)
        asked = world.call("POST", "/jobs", {"config": text})
        _, job = await asyncio.gather(sweeping, asked)
        assert (await world.in_state(job["id"], "completed", "failed"))["state"] == "completed"
