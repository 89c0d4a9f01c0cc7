"""Takes messages many at a time, for the one consumer whose work is cheaper so: the conductor."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from syndata_bus.errors import Lost
from syndata_bus.port import Delivery, Queue, Subscription
from syndata_contracts.errors import Defect, Unavailable
from syndata_contracts.messages import JobEvent, decode_message
from syndata_runtime import metrics
from syndata_runtime.connections import Ports
from syndata_runtime.consumer import describe
from syndata_runtime.failpoints import failpoint

_MOST: Final = 256
_WAITS: Final = (0.2, 0.5, 1.0, 2.0)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Arrived:
    """An event, and the trace of whoever told it."""

    message: JobEvent
    trace: Mapping[str, str]


@dataclass(eq=False)
class BatchConsumer:
    """Hands batches of events to `handler`, one batch at a time, and acks them when it returns.

    Unavailable makes it try the same batch again, as long as it takes: the events stay with the bus meanwhile. After
    anything else the events are tried one by one, and one that fails alone becomes a dead letter.
    """

    ports: Ports
    queue: Queue
    handler: Callable[[Sequence[Arrived]], Awaitable[None]]
    _subscription: Subscription | None = None
    _stopping: bool = False

    async def run(self) -> None:
        """Take and handle batches; returns after `stop`."""
        metrics.announce_queue(self.queue.name)
        while not self._stopping and self._subscription is None:
            try:
                self._subscription = await self.ports.bus.subscribe(self.queue.name, _MOST)
            except Unavailable:
                await asyncio.sleep(_WAITS[2])
        if self._stopping and self._subscription is not None:
            await self._subscription.stop()  # `stop` came while it was being opened, and could not do this
        while self._subscription is not None and (taken := await self._subscription.take(_MOST)):
            await failpoint("conductor.taken")
            await self._batch(taken)

    async def stop(self) -> None:
        """Take no more; the batch at hand is finished."""
        self._stopping = True
        if self._subscription is not None:
            await self._subscription.stop()

    async def _batch(self, taken: Sequence[Delivery]) -> None:
        begun = time.monotonic()
        readable: list[tuple[Delivery, Arrived]] = []
        for delivery in taken:
            try:
                message = decode_message(delivery.message.body)
                if isinstance(message, JobEvent):
                    readable.append((delivery, Arrived(message, delivery.message.headers)))
                    continue
                reason = f"{message.type} does not belong here"
            except Defect as error:
                reason = str(error)
            await self._bury(delivery, reason)
        with metrics.IN_FLIGHT.labels(self.queue.name).track_inprogress():
            if await self._handled([event for _, event in readable]):
                await self._one_by_one(readable)
            else:
                await asyncio.gather(*(self._ack(delivery) for delivery, _ in readable))
        for _ in readable:
            metrics.HANDLING_SECONDS.labels(self.queue.name).observe(time.monotonic() - begun)

    async def _one_by_one(self, readable: Sequence[tuple[Delivery, Arrived]]) -> None:
        for delivery, event in readable:
            if why := await self._handled([event]):
                await self._bury(delivery, why)
            else:
                await self._ack(delivery)

    async def _handled(self, events: Sequence[Arrived]) -> str:
        """Nothing when they are folded, else why they cannot be."""
        waits = iter(_WAITS)
        while True:
            try:
                await self.handler(events)
            except Unavailable as error:
                _log.warning("events wait for a server", count=len(events), why=str(error))
                await asyncio.sleep(next(waits, _WAITS[-1]))
            except Exception as error:  # noqa: BLE001 -- the edge: what cannot be folded must not stop what can
                _log.exception("events cannot be folded", count=len(events))
                return f"it cannot be folded: {describe(error)}"
            else:
                return ""

    async def _ack(self, delivery: Delivery) -> None:
        await self._ended(delivery.ack, "done")

    async def _bury(self, delivery: Delivery, reason: str) -> None:
        _log.error("an event cannot be used", queue=self.queue.name, why=reason)
        metrics.DEAD_LETTERS.labels(self.queue.name).inc()
        await self._ended(lambda: delivery.dead_letter(reason), "dead")

    async def _ended(self, ending: Callable[[], Awaitable[None]], outcome: str) -> None:
        try:
            await ending()
        except (Lost, Unavailable):
            outcome = "lost"  # it comes again, and folding it again changes nothing
        metrics.MESSAGES.labels(self.queue.name, outcome).inc()
