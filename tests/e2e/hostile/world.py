"""The services where messages can be laid straight onto their bus: in this process, or each alone over real servers."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from syndata_bus.port import Bus
from syndata_objects.port import Objects
from syndata_runtime.connections import open_bus, open_objects, opened
from syndata_runtime.health import Health
from syndata_runtime.service import Engagement, served
from syndata_runtime.settings import read_settings
from syndata_standalone.standalone import SERVICES, prepare_processes
from tests.chaos.cluster import KEY, call, over_servers, request
from tests.servers.plugin import PrivateServers

_LETTERS: Final = re.compile(r'^syndata_dead_letters_total\{queue="([a-z.]+)"\} ([0-9.]+)$', re.MULTILINE)


@dataclass
class World:
    """Running services, seen from their bus and objects, and from their door."""

    bus: Bus
    objects: Objects
    door: int
    ports: list[int]
    """Where metrics are told."""

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the gateway; AssertionError for a refusal."""
        return await asyncio.to_thread(call, self.door, method, path, body)

    async def counted(self) -> dict[str, int]:
        """`syndata_dead_letters_total` by queue, over all services."""
        found: dict[str, int] = {}
        for port in self.ports:
            text = (await asyncio.to_thread(request, port, "GET", "/metrics"))[1].decode()
            for queue, count in _LETTERS.findall(text):
                found[queue] = found.get(queue, 0) + int(float(count))
        return found

    async def state(self, job: str) -> dict[str, Any]:
        """A job as it stands."""
        found: dict[str, Any] = await self.call("GET", f"/jobs/{job}")
        return found

    async def ended(self, job: str, seconds: float = 60) -> dict[str, Any]:
        """A job that ended by itself; AssertionError when it does not."""

        async def over() -> bool:
            return (await self.state(job))["state"] in {"completed", "failed"}

        await until(over, seconds, "the job's end")
        return await self.state(job)


async def until(condition: Callable[[], Awaitable[bool]], seconds: float, what: str | Callable[[], str]) -> None:
    """Wait for a condition; AssertionError when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < deadline, f"in {seconds} s not seen: {what if isinstance(what, str) else what()}"
        await asyncio.sleep(0.05)


@asynccontextmanager
async def in_one_process(directory: Path, **over: Any) -> AsyncIterator[World]:
    """The five services in this process, over the embedded bus, store and objects."""
    scratch = directory / "scratch"
    scratch.mkdir()
    settings = read_settings(
        bus_url=f"file://{directory}/bus.sqlite",
        store_url=f"file://{directory}/store.sqlite",
        objects_url=f"file://{directory}/objects",
        scratch=str(scratch),
        api_key=KEY,
        drain_seconds=5,
        **over,
    )
    prepare_processes()
    async with AsyncExitStack() as stack:
        ports = await stack.enter_async_context(opened(settings, ("bus", "store", "objects")))
        health = Health("hostile", ports)
        running = [await stack.enter_async_context(one.open(ports, settings, health)) for one in SERVICES]
        app = next(one.app for one in running if one.app is not None)
        door = await stack.enter_async_context(served(app, "127.0.0.1", 0))
        engagement = Engagement(ports, settings)
        for one in running:
            engagement.engage(one)
        try:
            yield World(ports.bus, ports.objects, door, [door])
        finally:
            await engagement.drain()


@asynccontextmanager
async def over_real_servers(private_servers: PrivateServers, directory: Path) -> AsyncIterator[World]:
    """One process of each service, over servers of their own."""
    broker, store, bucket = (private_servers(name) for name in ("rabbitmq", "mongodb", "s3"))
    cluster = over_servers(broker.url, store.url, bucket.url, directory / "logs")
    cluster.environment["SYNDATA_WINDOW"] = "1"  # what is tried again need not wait behind many tasks
    try:
        started = [cluster.start(name, wait=False) for name in ("gateway", "schema", "generator", "export", "profiler")]
        for one in started:
            await asyncio.to_thread(one.wait_ready)
        settings = read_settings(bus_url=broker.url, objects_url=cluster.environment["SYNDATA_OBJECTS_URL"])
        bus = await open_bus(settings)
        objects = await open_objects(settings)
        try:
            yield World(bus, objects, started[0].port, [one.port for one in started])
        finally:
            await bus.close()
            await objects.close()
    except BaseException:
        print(cluster.logs())
        raise
    finally:
        cluster.end()
