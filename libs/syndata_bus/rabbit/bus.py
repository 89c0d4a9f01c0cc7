"""The bus on RabbitMQ."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from syndata_bus.limits import check_message, check_prefetch, check_queue
from syndata_bus.port import DeadLetter, Depth, Message, Queue, Subscription
from syndata_bus.rabbit import topology, wire
from syndata_bus.rabbit.links import Broken, Link, breaking, within
from syndata_bus.rabbit.publishing import Outlet, Publisher, open_outlet
from syndata_bus.rabbit.subscription import Intake, RabbitSubscription, open_intake
from syndata_contracts.errors import Unavailable

R = TypeVar("R")


async def connect(url: str, *, seconds: float = 10.0) -> RabbitBus:
    """Connect to RabbitMQ 3.10 or later, up to 4.x.

    Args:
        url: `amqp://user:password@host:port/vhost`, or `amqps://`.
        seconds: within which every call succeeds or is Unavailable.

    Raises:
        Unavailable: nobody answers there in time.
        Refused: the broker refuses the credentials.
    """
    bus = RabbitBus(Link(url, seconds, open_outlet), Link(url, seconds, open_intake), seconds)
    await bus.start()
    return bus


class RabbitBus:
    """Two connections to one broker, that come back when they break."""

    def __init__(self, outlets: Link[Outlet], intakes: Link[Intake], seconds: float) -> None:
        self._publisher = Publisher(outlets, seconds)
        self._intakes = intakes
        self._seconds = seconds
        self._subscriptions: list[RabbitSubscription] = []

    async def start(self) -> None:
        """Open both connections, or neither."""
        await self._publisher.link.start()
        try:
            await self._intakes.start()
        except BaseException:
            await self._publisher.link.close()
            raise

    async def declare(self, queues: Sequence[Queue]) -> None:
        """Make the queues; Refused when one exists with other arguments."""
        for queue in queues:
            check_queue(queue)
        for queue in queues:
            await self._on_channel(partial(topology.declare, queue=queue))

    async def publish(self, queue: str, message: Message) -> None:
        check_message(message)
        await self._publisher.publish(queue, wire.outgoing(message))

    async def request(self, queue: str, message: Message, seconds: float) -> bytes:
        check_message(message)
        return await self._publisher.ask(queue, message, seconds, time.time() + seconds)

    async def subscribe(self, queue: str, prefetch: int) -> Subscription:
        check_prefetch(prefetch)
        subscription = RabbitSubscription(queue, prefetch, self._intakes, self._publisher)
        await subscription.start(self._seconds)
        self._subscriptions.append(subscription)
        return subscription

    async def depth(self, queue: str) -> Depth:
        return await self._on_channel(lambda channel: topology.depth(channel, queue))

    async def dead_letters(self, queue: str, most: int = 100) -> Sequence[DeadLetter]:
        """The oldest dead letters. They are taken and given back: who looks at the same moment may miss some."""
        found: list[DeadLetter] = []

        async def note(got: AbstractIncomingMessage) -> bool:
            found.append(wire.dead_letter(got, queue))
            return False

        await self._walk(queue, most, note)
        return found

    async def replay(self, queue: str, ids: Sequence[str] | None = None) -> int:
        wanted = None if ids is None else frozenset(ids)

        async def again(got: AbstractIncomingMessage) -> bool:
            message = wire.incoming(got)
            if wanted is not None and message.id not in wanted:
                return False
            await self._publisher.publish(queue, wire.outgoing(message))
            return True

        return await self._walk(queue, None, again)

    async def purge(self, queue: str, ids: Sequence[str] | None = None) -> int:
        if ids is None:
            return await self._on_channel(partial(topology.purge, name=queue))
        wanted = frozenset(ids)

        async def drop(got: AbstractIncomingMessage) -> bool:
            return wire.incoming(got).id in wanted

        return await self._walk(queue, None, drop)

    async def ping(self) -> None:
        """Return when both connections can be used; not while an alarm makes the broker refuse our messages."""
        await self._on_channel(_nothing)
        async with within(self._seconds, "to publish"):
            await (await self._publisher.link.live()).unblocked()

    async def close(self) -> None:
        for subscription in self._subscriptions:
            await subscription.close()
        await self._intakes.close()
        await self._publisher.link.close()

    async def _on_channel(self, work: Callable[[AbstractChannel], Awaitable[R]]) -> R:
        """Do something that may be done twice on a channel of its own, again when the connection breaks."""
        async with within(self._seconds, "this"):
            while True:
                intake = await self._intakes.live()
                with contextlib.suppress(Broken), breaking():
                    async with intake.connection.channel(publisher_confirms=False) as channel:
                        return await work(channel)
                await asyncio.sleep(0.05)

    async def _walk(
        self, queue: str, most: int | None, settles: Callable[[AbstractIncomingMessage], Awaitable[bool]]
    ) -> int:
        """Show every dead letter once, oldest first; ack those that `settles` and return how many, leave the others.

        Those that become dead meanwhile are not shown, so that a replay ends.
        """
        settled = 0
        async with within(self._seconds, "to look at dead letters"):
            intake = await self._intakes.live()
        try:
            with breaking():
                async with intake.connection.channel(publisher_confirms=False) as channel:
                    letters = await topology.letters(channel, queue)
                    count = letters.declaration_result.message_count or 0
                    keep: AbstractIncomingMessage | None = None
                    for _ in range(count if most is None else min(count, most)):
                        got = await letters.get(fail=False, timeout=self._seconds)
                        if got is None:
                            break
                        if await settles(got):
                            await got.ack()
                            settled += 1
                        else:
                            keep = got
                    if keep is not None:
                        await keep.nack(multiple=True, requeue=True)
                        await topology.back(channel, queue, count - settled)
        except Broken as error:
            raise Unavailable("RabbitMQ: the connection broke while looking at dead letters") from error
        return settled


async def _nothing(channel: AbstractChannel) -> None:
    del channel
