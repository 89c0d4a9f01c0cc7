"""The services in this process, over servers of whichever kind, and somebody who sweeps when a test says so."""

from __future__ import annotations

import asyncio
import http.client
import json
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from syndata_contracts.keys import job_prefix
from syndata_gateway.conductor.keeper import Keeper
from syndata_gateway.sweeping.policy import Policy
from syndata_gateway.sweeping.sweeper import Sweeper
from syndata_runtime.connections import Ports, opened
from syndata_runtime.health import Health
from syndata_runtime.service import Engagement, served
from syndata_runtime.settings import Settings, read_settings
from syndata_standalone.standalone import SERVICES, prepare_processes
from tests.chaos.cluster import JSON, KEY, call, over_servers
from tests.servers.sources import RealServer

AT_ONCE: Final = timedelta(0)
LONG: Final = timedelta(days=300)
SMALL: Final = {"preset": "user", "rows": 20}


@dataclass
class World:
    """Running services, and their ports."""

    ports: Ports
    door: int

    def sweeper(self, policy: Policy, *, ports: Ports | None = None, grace: timedelta = LONG) -> Sweeper:
        """Somebody who sweeps by a policy, with a memory of his own."""
        used = ports or self.ports
        return Sweeper(used, Keeper(used, 120.0), policy, every=timedelta(hours=1), grace=grace)

    async def sweep(self, grace: timedelta = LONG, **policy: timedelta) -> dict[str, int]:
        """Sweep once; what is not named stays for ever."""
        return await self.sweeper(Policy(**policy), grace=grace).sweep()

    async def call(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        """Ask the gateway; AssertionError for a refusal."""
        headers = {**JSON, **({"Idempotency-Key": key} if key else {})}
        return await asyncio.to_thread(call, self.door, method, path, body, headers)

    async def refusal(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        """Status and document of an answer that is no success."""

        def ask() -> tuple[int, dict[str, Any]]:
            connection = http.client.HTTPConnection("127.0.0.1", self.door, timeout=60)
            try:
                text = None if body is None else json.dumps(body)
                connection.request(method, f"/api/v1{path}", text, JSON)
                answer = connection.getresponse()
                return answer.status, json.loads(answer.read())
            finally:
                connection.close()

        return await asyncio.to_thread(ask)

    async def made(self, key: str = "", **more: Any) -> dict[str, Any]:
        """A small job that is completed."""
        job = await self.call("POST", "/jobs", {**SMALL, **more}, key)
        return await self.in_state(job["id"], "completed")

    async def in_state(self, job: str, *states: str) -> dict[str, Any]:
        """A job, once it is in one of these states."""
        found: dict[str, Any] = {}

        async def there() -> bool:
            found.update(await self.call("GET", f"/jobs/{job}"))
            return found["state"] in states

        await until(there, f"the job is {' or '.join(states)}")
        return found

    async def keys(self, prefix: str) -> list[str]:
        """Keys of the objects below a prefix."""
        return [stat.key async for stat in self.ports.objects.list(prefix)]

    async def cleared(self, job: str) -> None:
        """Wait until nothing but its mark is left of a job."""
        prefix = job_prefix("default", job)

        async def gone() -> bool:
            return await self.keys(prefix) == [f"{prefix}cancelled"]

        await until(gone, "the job's objects are gone")


async def until(condition: Callable[[], Awaitable[bool]], what: str, seconds: float = 60) -> None:
    """Wait for a condition; AssertionError when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < deadline, f"in {seconds} s not seen: {what}"
        await asyncio.sleep(0.05)


def embedded(directory: Path) -> Settings:
    """On files below a directory."""
    return _settings(
        directory,
        bus_url=f"file://{directory}/bus.sqlite",
        store_url=f"file://{directory}/store.sqlite",
        objects_url=f"file://{directory}/objects",
    )


def real(broker: RealServer, store: RealServer, bucket: RealServer, directory: Path) -> Settings:
    """On RabbitMQ, MongoDB's wire and S3."""
    told = over_servers(broker.url, store.url, bucket.url, directory / uuid.uuid4().hex).environment
    names = ("bus_url", "store_url", "objects_url")
    return _settings(directory, **{name: told[f"SYNDATA_{name.upper()}"] for name in names})


def _settings(directory: Path, **urls: str) -> Settings:
    scratch = directory / "scratch"
    scratch.mkdir(parents=True)
    return read_settings(api_key=KEY, scratch=str(scratch), drain_seconds=5, workers=1, window=1, sweep_hours=0, **urls)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[World]:
    """The five services at work; nobody sweeps by himself."""
    prepare_processes()
    async with AsyncExitStack() as stack:
        ports = await stack.enter_async_context(opened(settings, ("bus", "store", "objects")))
        health = Health("swept", ports)
        begun = [await stack.enter_async_context(one.open(ports, settings, health)) for one in SERVICES]
        app = next(one.app for one in begun if one.app is not None)
        door = await stack.enter_async_context(served(app, "127.0.0.1", 0))
        engagement = Engagement(ports, settings)
        for one in begun:
            engagement.engage(one)
        try:
            yield World(ports, door)
        finally:
            await engagement.drain()
