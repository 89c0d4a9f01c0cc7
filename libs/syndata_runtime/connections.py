"""Where adapters are made: the scheme of a URL says which."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeVar
from urllib.parse import unquote, urlsplit

import structlog

from syndata_bus.port import Bus
from syndata_contracts.errors import Defect, Fault, Refused, Unavailable
from syndata_objects.port import Objects
from syndata_runtime.addresses import place_of
from syndata_runtime.metrics import READY
from syndata_runtime.settings import Settings
from syndata_runtime.topology import QUEUES
from syndata_store.port import Store

Need = Literal["bus", "store", "objects"]
_Port = TypeVar("_Port", Bus, Store, Objects)
_FIRST_WAIT: Final = 0.2
_LONGEST_WAIT: Final = 3.0
_PING_SECONDS: Final = 2.0
"""Whoever asks whether a service is ready does not wait long for the answer."""


@dataclass(frozen=True)
class Ports:
    """What a service reaches the world through; Defect when it asks for one that it said it does not need."""

    _bus: Bus | None = None
    _store: Store | None = None
    _objects: Objects | None = None

    @property
    def bus(self) -> Bus:
        """The bus."""
        return _present(self._bus)

    @property
    def store(self) -> Store:
        """The document store."""
        return _present(self._store)

    @property
    def objects(self) -> Objects:
        """The object store."""
        return _present(self._objects)

    async def check(self) -> dict[str, str]:
        """Which servers answer now: `ok`, or what stands in the way."""
        ports = {"bus": self._bus, "store": self._store, "objects": self._objects}
        needed = {name: port for name, port in ports.items() if port is not None}
        found = dict(zip(needed, await asyncio.gather(*map(_state_of, needed.values())), strict=True))
        for name, state in found.items():
            READY.labels(name).set(state == "ok")
        return found


def _present(port: _Port | None) -> _Port:
    if port is None:
        raise Defect("this service does not declare that it needs this port")
    return port


async def _state_of(port: Bus | Store | Objects) -> str:
    try:
        async with asyncio.timeout(_PING_SECONDS):
            await port.ping()
    except (Unavailable, TimeoutError) as error:
        return str(error) or "does not answer in time"
    return "ok"


@asynccontextmanager
async def opened(settings: Settings, needs: Collection[Need]) -> AsyncIterator[Ports]:
    """Connect, waiting as long as the settings say for servers that are not up yet, and make the queues."""
    async with AsyncExitStack() as stack:
        deadline = time.monotonic() + settings.connect_seconds

        async def connect(need: Need, connector: Callable[[Settings], Awaitable[_Port]]) -> _Port | None:
            if need not in needs:
                return None
            port = await _patiently(need, lambda: connector(settings), settings, deadline)
            stack.push_async_callback(port.close)
            return port

        objects = await connect("objects", open_objects)
        store = await connect("store", open_store)
        bus = await connect("bus", open_bus)
        if bus is not None:
            await _patiently("bus", lambda: _declared(bus), settings, deadline)
        yield Ports(bus, store, objects)


async def _declared(bus: Bus) -> Bus:
    await bus.declare(QUEUES)
    return bus


async def _patiently(need: Need, attempt: Callable[[], Awaitable[_Port]], settings: Settings, deadline: float) -> _Port:
    wait = _FIRST_WAIT
    while True:
        try:
            # An attempt has time limits of its own, which may be longer than what is left.
            async with asyncio.timeout(max(_PING_SECONDS, deadline - time.monotonic())):
                return await attempt()
        except (Unavailable, TimeoutError) as error:
            why = str(error) or "does not answer in time"
            if time.monotonic() + wait > deadline:
                place = place_of(getattr(settings, f"{need}_url"))
                raise Unavailable(f"{need} at {place} cannot be reached: {why}") from None
            structlog.get_logger().info("waiting for a server", dependency=need, why=why)
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)


async def open_bus(settings: Settings) -> Bus:
    """The bus of SYNDATA_BUS_URL."""
    url = settings.bus_url.get_secret_value()
    match urlsplit(url).scheme:
        case "amqp" | "amqps":
            from syndata_bus import rabbit  # noqa: PLC0415 -- only the driver in use is loaded

            return await rabbit.connect(url)
        case "file":
            from syndata_bus import embedded  # noqa: PLC0415

            return await embedded.open_bus(_path(url))
        case other:
            raise _unknown("SYNDATA_BUS_URL", other, "amqp, amqps or file")


async def open_store(settings: Settings) -> Store:
    """The document store of SYNDATA_STORE_URL."""
    url = settings.store_url.get_secret_value()
    match urlsplit(url).scheme:
        case "mongodb" | "mongodb+srv":
            from syndata_store import mongo  # noqa: PLC0415

            return await mongo.connect(url, driver=settings.mongo_driver)
        case "file":
            from syndata_store import embedded  # noqa: PLC0415

            return await embedded.open_store(_path(url))
        case other:
            raise _unknown("SYNDATA_STORE_URL", other, "mongodb, mongodb+srv or file")


async def open_objects(settings: Settings) -> Objects:
    """The object store of SYNDATA_OBJECTS_URL."""
    url = settings.objects_url.get_secret_value()
    match urlsplit(url).scheme:
        case "s3+http" | "s3+https":
            from syndata_objects import s3  # noqa: PLC0415

            return await s3.connect(url)
        case "file":
            from syndata_objects import embedded  # noqa: PLC0415

            return await embedded.open_objects(_path(url))
        case other:
            raise _unknown("SYNDATA_OBJECTS_URL", other, "s3+http, s3+https or file")


def _path(url: str) -> Path:
    return Path(unquote(urlsplit(url).path))


def _unknown(variable: str, scheme: str, known: str) -> Refused:
    return Refused(Fault(variable, f"there is nothing for {scheme or 'no scheme'}://", f"use {known}://"))
