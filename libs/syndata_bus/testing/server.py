"""What the suite needs of an implementation, and what its tests share."""
# ruff: noqa: S101 - assert is how a test speaks

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Protocol

import pytest

from syndata_bus.port import Bus, Delivery, Message, Queue, Subscription

PATIENCE_SECONDS = 30.0
"""How long a test waits for what must happen; far more than it takes."""
SILENCE_SECONDS = 0.4
"""How long nothing may happen before a test believes that nothing will."""


class BusServer(Protocol):
    """Where buses come from, in one of its lives or the next."""

    connections_end_because: str
    """Why connections do not live on when the server is killed and started again; empty where they do."""

    async def open_bus(self, seconds: float = 10.0) -> Bus:
        """Open another connection, whose calls take at most so long."""

    async def kill(self) -> None:
        """End the server as SIGKILL does: nothing that was not safe by then is kept."""

    async def start(self) -> None:
        """Start it again on what it kept."""


OpenBus = Callable[[], Awaitable[Bus]]


class Contract:
    """Fixtures of all parts of the suite."""

    @pytest.fixture
    async def server(self) -> BusServer:
        """Give the server under test; tests use queues of their own."""
        raise NotImplementedError

    @pytest.fixture
    async def mortal(self) -> BusServer:
        """Give a server that the test may kill."""
        raise NotImplementedError

    @pytest.fixture
    async def open_bus(self, server: BusServer) -> AsyncIterator[OpenBus]:
        """Open connections that the test need not close."""
        async with contextlib.AsyncExitStack() as stack:

            async def opened() -> Bus:
                bus = await server.open_bus()
                stack.push_async_callback(bus.close)
                return bus

            yield opened

    @pytest.fixture
    async def bus(self, open_bus: OpenBus) -> Bus:
        """Open the connection that most tests need."""
        return await open_bus()

    @pytest.fixture
    async def queue(self, bus: Bus) -> str:
        """Make a fresh queue with the usual limits."""
        return await made(bus)


async def made(bus: Bus, *, deliveries: int = 5, single_active: bool = False) -> str:
    """Make a fresh queue and return its name."""
    queue = Queue(f"contract.{uuid.uuid4().hex}", deliveries=deliveries, single_active=single_active)
    await bus.declare([queue])
    return queue.name


def message(name: str = "a", body: bytes = b"body") -> Message:
    """Return a message of which only the name matters."""
    return Message(name, body)


async def took(subscription: Subscription) -> Delivery:
    """Return the next delivery, which must come."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        [delivery] = await subscription.take()
    return delivery


async def took_all(subscription: Subscription, count: int) -> list[Delivery]:
    """Return the next so many deliveries, unfinished."""
    found: list[Delivery] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(found) < count:
            found += await subscription.take(count - len(found))
    return found


async def stays_empty(subscription: Subscription) -> None:
    """Fail when anything is delivered."""
    some: Sequence[Delivery] = []
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SILENCE_SECONDS):
            some = await subscription.take()
    assert [delivery.message.id for delivery in some] == []


async def comes_true(claim: Callable[[], Awaitable[bool]], seconds: float = PATIENCE_SECONDS) -> None:
    """Return once the claim holds; fail when it does not in so many seconds."""
    async with asyncio.timeout(seconds):
        while not await claim():  # noqa: ASYNC110 - what a server knows sets no event here
            await asyncio.sleep(0.02)


def names(deliveries: Sequence[Delivery]) -> list[str]:
    """Return the ids of what was delivered."""
    return [delivery.message.id for delivery in deliveries]
