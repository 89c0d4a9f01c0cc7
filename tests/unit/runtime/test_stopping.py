"""A service that is told to end while it still begins ends too, and takes no message with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest

from syndata_bus.embedded import open_bus
from syndata_bus.port import Bus, Message, Queue, Subscription
from syndata_contracts.messages import SweepJob, encode_message
from syndata_runtime.batches import Arrived, BatchConsumer
from syndata_runtime.connections import Ports
from syndata_runtime.consumer import Consumer, Outcome, Work
from syndata_runtime.service import Engagement, Running
from syndata_runtime.settings import read_settings

QUEUE = Queue("late.work")
SWEEP = encode_message(SweepJob(workspace="default", job="a-job"))


class SlowBus:
    """A bus that opens a subscription only when it is let."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.asked = asyncio.Event()
        self.let = asyncio.Event()

    async def subscribe(self, queue: str, most: int) -> Subscription:
        self.asked.set()
        await self.let.wait()
        return await self._bus.subscribe(queue, most)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bus, name)


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[SlowBus]:
    real = await open_bus(tmp_path / "bus.sqlite")
    try:
        await real.declare([QUEUE])
        yield SlowBus(real)
    finally:
        await real.close()


async def nothing(_given: object) -> Outcome:
    return Outcome()


async def folded(_events: Sequence[Arrived]) -> None:
    return


@pytest.mark.parametrize("kind", ["single", "batches"])
async def test_who_is_stopped_while_subscribing_stops_once_subscribed(bus: SlowBus, kind: str) -> None:
    ports = Ports(_bus=cast("Bus", bus))
    single = Consumer(ports, Work(QUEUE, (SweepJob,), nothing), patience=1)
    batches = BatchConsumer(ports, QUEUE, folded)
    running = asyncio.create_task(single.run() if kind == "single" else batches.run())
    await bus.asked.wait()
    await (single.stop(1) if kind == "single" else batches.stop())
    bus.let.set()

    await asyncio.wait_for(running, 5)
    await bus.publish(QUEUE.name, Message("m", SWEEP))
    assert (await bus.depth(QUEUE.name)).ready == 1, "somebody still takes"


async def test_a_loop_that_loses_a_cancellation_to_a_driver_ends_all_the_same() -> None:
    """Drivers cancel what waits on a channel that dies; who minds that may take ours for one of those."""
    lost = asyncio.Event()

    async def loop() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        lost.set()
        await asyncio.Event().wait()

    engagement = Engagement(Ports(), read_settings())
    engagement.engage(Running(loops=(loop,)))
    await asyncio.sleep(0)

    await asyncio.wait_for(engagement.drain(), 5)

    assert lost.is_set()
