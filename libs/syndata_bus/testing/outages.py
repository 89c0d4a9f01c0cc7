"""What happens when the server dies: nothing confirmed is lost, and nobody hangs."""
# ruff: noqa: S101 - assert is how a test speaks

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable

import pytest

from syndata_bus.errors import Lost
from syndata_bus.port import Bus
from syndata_bus.testing.server import BusServer, Contract, comes_true, made, message, names, took, took_all
from syndata_contracts.errors import Unavailable

LIMIT_SECONDS = 3.0


class Outages(Contract):
    """A server that dies."""

    async def test_all_that_was_confirmed_outlives_the_server(self, mortal: BusServer) -> None:
        """Waiting, held, to be retried or dead: each is where it was, and what was held counts a death."""
        bus = await mortal.open_bus()
        queue = await made(bus)
        subscription = await bus.subscribe(queue, 1)
        for name in ("retried", "dead", "acked", "held", "waiting"):
            await bus.publish(queue, message(name))
        await (await took(subscription)).retry(5, "later")
        await (await took(subscription)).dead_letter("buried")
        await (await took(subscription)).ack()
        await took(subscription)

        await mortal.kill()
        await bus.close()
        await mortal.start()

        bus = await mortal.open_bus()
        deliveries = await took_all(await bus.subscribe(queue, 10), 3)
        # A server that dies with its consumer may or may not have known that these were two deaths or one.
        attempts = {delivery.message.id: delivery.attempt for delivery in deliveries}
        assert attempts == {"held": 2, "waiting": 1, "retried": 2}
        assert [(letter.message.id, letter.reason) for letter in await bus.dead_letters(queue)] == [("dead", "buried")]
        await bus.close()

    async def test_while_the_server_is_away_every_call_is_unavailable_within_its_time(self, mortal: BusServer) -> None:
        bus = await mortal.open_bus(LIMIT_SECONDS)
        queue = await made(bus)
        await mortal.kill()

        calls: list[Awaitable[object]] = [
            bus.publish(queue, message()),
            bus.request(queue, message(), 60),
            bus.subscribe(queue, 1),
            bus.depth(queue),
            bus.dead_letters(queue),
            bus.ping(),
        ]
        async with asyncio.timeout(LIMIT_SECONDS + 3):
            outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [Unavailable] * len(calls)

        async with asyncio.timeout(LIMIT_SECONDS + 3):
            await bus.close()
        await mortal.start()

    async def test_a_connection_to_nobody_is_unavailable(self, mortal: BusServer) -> None:
        await mortal.kill()
        if mortal.connections_end_because:
            await mortal.start()
            bus = await mortal.open_bus()
            await bus.close()
            with pytest.raises(Unavailable):
                await bus.ping()
            return

        with pytest.raises(Unavailable):
            await mortal.open_bus(LIMIT_SECONDS)
        await mortal.start()

    async def test_connections_and_subscriptions_live_on_when_the_server_is_back(self, mortal: BusServer) -> None:
        """Where they cannot, because the server is part of their own process, they say so at once."""
        bus = await mortal.open_bus(LIMIT_SECONDS)
        queue = await made(bus)
        subscription = await bus.subscribe(queue, 1)
        await bus.publish(queue, message("held"))
        held = await took(subscription)
        waiting = asyncio.create_task(subscription.take())

        await mortal.kill()
        await mortal.start()

        if mortal.connections_end_because:
            with pytest.raises(Unavailable):
                await bus.ping()
            with pytest.raises((Lost, Unavailable)):
                await held.ack()
            waiting.cancel()
            await bus.close()
            return
        async with asyncio.timeout(60):
            [again] = await waiting
        assert (again.message.id, again.attempt) == ("held", 2)
        with pytest.raises(Lost):
            await held.ack()
        await again.ack()
        await bus.publish(queue, message("after"))
        assert (await took(subscription)).message.id == "after"
        await bus.ping()
        await bus.close()

    async def test_nothing_confirmed_is_lost_when_the_server_dies_under_load(self, mortal: BusServer) -> None:
        bus = await mortal.open_bus(LIMIT_SECONDS)
        queue = await made(bus, deliveries=20)
        load = _Load(bus, queue)
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(load.publish(number)) for number in range(10)]
            running += [tasks.create_task(load.consume()) for _ in range(3)]
            await comes_true(load.more)
            await mortal.kill()
            await mortal.start()
            if not mortal.connections_end_because:
                await comes_true(load.more)
            load.done = True
            for task in running[10:]:
                task.cancel()
        with contextlib.suppress(Unavailable):
            await bus.close()

        after = _Load(await mortal.open_bus(), queue)
        after.arrived |= load.arrived
        draining = asyncio.create_task(after.consume())

        async def everything() -> bool:
            return load.confirmed <= after.arrived

        # Thousands may have waited when the server died, and a busy machine hands them out slowly.
        await comes_true(everything, 180)
        draining.cancel()
        await asyncio.gather(draining, return_exceptions=True)
        assert await after.bus.dead_letters(queue) == []
        await after.bus.close()


class _Load:
    """Publishers and consumers that go on through whatever happens, and what they know."""

    def __init__(self, bus: Bus, queue: str) -> None:
        self.bus = bus
        self.queue = queue
        self.confirmed: set[str] = set()
        self.arrived: set[str] = set()
        self.done = False
        self._marks = 0

    async def more(self) -> bool:
        """Whether a good deal was confirmed since this was last true."""
        if len(self.confirmed) < self._marks + 300:
            return False
        self._marks = len(self.confirmed)
        return True

    async def publish(self, publisher: int) -> None:
        """Publish one after the other; what is not confirmed is not counted."""
        number = 0
        while not self.done:
            name = f"{publisher}-{number}"
            number += 1
            try:
                await self.bus.publish(self.queue, message(name))
            except Unavailable:
                await asyncio.sleep(0.05)
            else:
                self.confirmed.add(name)

    async def consume(self) -> None:
        """Take and ack; what was acked arrived, also when the ack was lost."""
        subscription = await self.bus.subscribe(self.queue, 5)
        while some := await subscription.take(5):
            for delivery in some:
                self.arrived.update(names([delivery]))
                with contextlib.suppress(Lost, Unavailable):
                    await delivery.ack()
