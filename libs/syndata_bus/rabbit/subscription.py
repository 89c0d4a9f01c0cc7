"""Takes messages from a queue, over however many connections it needs."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

import aio_pika
from aio_pika.abc import AbstractConnection, AbstractIncomingMessage
from aio_pika.exceptions import ChannelNotFoundEntity

from syndata_bus.errors import Lost
from syndata_bus.limits import check_body, retry_seconds
from syndata_bus.port import Delivery, Message
from syndata_bus.rabbit import topology, wire
from syndata_bus.rabbit.links import Broken, Link, breaking, within
from syndata_bus.rabbit.publishing import Publisher
from syndata_contracts.errors import Defect, Unavailable

REOPEN_PAUSE = 0.2


class Intake:
    """A connection over which messages come; publishing uses another."""

    def __init__(self, connection: AbstractConnection) -> None:
        self.connection = connection
        self.gone = asyncio.Event()


async def open_intake(connection: AbstractConnection) -> Intake:
    """Set up nothing: every subscription opens its own channel."""
    return Intake(connection)


class RabbitDelivery:
    """A message that the broker holds for us until we end it."""

    def __init__(self, got: AbstractIncomingMessage, subscription: RabbitSubscription, channel: Opened) -> None:
        self.message: Message = wire.incoming(got)
        self.attempt: int = wire.attempt_of(got)
        self.question = wire.question_of(got)
        self._got = got
        self._subscription = subscription
        self._channel = channel
        self._ended = False

    @property
    def answerable(self) -> bool:
        return self.question is not None

    @property
    def late(self) -> bool:
        """Whether nobody waits for the answer any more; where questions first come, the broker itself drops them."""
        kept = self._got.routing_key == self._subscription.queue
        return kept and self.question is not None and self.question.until < time.time()

    async def ack(self) -> None:
        with self._ending():
            await self._settle(self._got.ack)

    async def retry(self, delay: float, reason: str) -> None:
        queue = topology.retry(self._subscription.queue, retry_seconds(delay))
        out = wire.outgoing(self.message, attempt=self.attempt + 1, reason=reason, question=self.question)
        with self._ending():
            await self._move(queue, out)

    async def dead_letter(self, reason: str) -> None:
        out = wire.outgoing(self.message, attempt=self.attempt, reason=reason)
        with self._ending():
            await self._move(topology.dead(self._subscription.queue), out)

    async def hand_back(self) -> None:
        # Not nack: brokers before 4.3 count it as a death, and this must not count.
        out = wire.outgoing(self.message, attempt=self.attempt, question=self.question)
        with self._ending():
            if self.question is not None and self.question.until < time.time():
                await self._settle(self._got.ack)
            else:
                await self._move(self._subscription.queue, out)

    async def answer(self, body: bytes) -> None:
        check_body(body)
        if self.question is None:
            raise Defect(f"nobody asked: message {self.message.id} of {self._subscription.queue} takes no answer")
        await self._subscription.answer(self.question, body)

    async def give_up(self) -> None:
        """Hand back, and where that cannot be confirmed let the broker count a death instead."""
        with contextlib.suppress(Lost):
            try:
                await self.hand_back()
            except Unavailable:
                with self._ending():
                    await self._settle(self._got.nack)

    @contextlib.contextmanager
    def _ending(self) -> Iterator[None]:
        if self._ended:
            raise Defect(f"message {self.message.id} of {self._subscription.queue} was ended already")
        if self._channel.gone.is_set():
            raise self._lost()
        self._ended = True
        try:
            yield
        except (Unavailable, asyncio.CancelledError):
            self._ended = False
            raise
        self._subscription.ended(self)

    async def _move(self, queue: str, out: aio_pika.Message) -> None:
        """Publish, wait until the broker has it, and only then ack: it may come twice, but is never in neither place."""
        await self._subscription.publisher.publish(queue, out)
        await self._settle(self._got.ack)

    async def _settle(self, act: Callable[[], Awaitable[None]]) -> None:
        try:
            with breaking():
                await act()
        except Broken as error:
            raise self._lost() from error

    def _lost(self) -> Lost:
        return Lost(f"message {self.message.id} of {self._subscription.queue}: the connection it came over is gone")


class Opened:
    """One channel of a subscription: when it is gone, so is all that came over it."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()
        self.cancel: Callable[[], Awaitable[None]] | None = None


class RabbitSubscription:
    """Consumes a queue and its questions, on a new channel whenever the old one is gone."""

    def __init__(self, queue: str, prefetch: int, link: Link[Intake], publisher: Publisher) -> None:
        self.queue = queue
        self.publisher = publisher
        self._prefetch = prefetch
        self._link = link
        self._there: deque[RabbitDelivery] = deque()
        self._taken: set[RabbitDelivery] = set()
        self._changed = asyncio.Event()
        self._opened: Opened | None = None
        self._stopped = False
        self._runner: asyncio.Task[None] | None = None

    async def start(self, seconds: float) -> None:
        """Begin to consume; Unroutable without the queue."""
        first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._runner = asyncio.create_task(self._run(first))
        try:
            async with within(seconds, f"to subscribe to {self.queue}"):
                await asyncio.shield(first)
        except BaseException:
            await self.close()
            raise

    async def take(self, most: int = 1) -> Sequence[Delivery]:
        while not self._stopped:
            # Two queues are consumed, each within the prefetch; together they are bounded here.
            room = min(most, self._prefetch - len(self._taken))
            if room > 0 and self._there:
                some = [self._there.popleft() for _ in range(min(room, len(self._there)))]
                self._taken.update(some)
                return some
            self._changed.clear()
            await self._changed.wait()
        return []

    async def stop(self) -> None:
        if self._stopped:
            return
        self._stopped = True
        self._wake()
        opened = self._opened
        if opened is not None and opened.cancel is not None:
            with contextlib.suppress(Broken, TimeoutError):
                await opened.cancel()
        back = list(self._there)
        self._there.clear()
        await asyncio.gather(*(delivery.give_up() for delivery in back))

    async def close(self) -> None:
        """Stop and give up the channel: what was taken and not ended is delivered again."""
        if self._runner is not None:
            await self.stop()
            self._runner.cancel()
            await asyncio.gather(self._runner, return_exceptions=True)

    def ended(self, delivery: RabbitDelivery) -> None:
        """Make room for another."""
        self._taken.discard(delivery)
        self._wake()

    async def answer(self, question: wire.Question, body: bytes) -> None:
        """Send an answer; nobody minds when the asker is gone."""
        out = wire.outgoing(Message(question.correlation, body))
        out.correlation_id = question.correlation
        await self.publisher.publish(question.reply_to, out, mandatory=False)

    def _wake(self) -> None:
        self._changed.set()

    async def _run(self, first: asyncio.Future[None]) -> None:
        while not self._stopped:
            intake = await self._link.live()
            try:
                with breaking():
                    async with self._channel(intake) as opened:
                        if not first.done():
                            first.set_result(None)
                        await opened.gone.wait()
            except Broken as error:
                if isinstance(error.__cause__, ChannelNotFoundEntity) and not first.done():
                    first.set_exception(topology.missing(self.queue))
            await asyncio.sleep(REOPEN_PAUSE)

    @contextlib.asynccontextmanager
    async def _channel(self, intake: Intake) -> AsyncIterator[Opened]:
        opened = Opened()
        channel = intake.connection.channel(publisher_confirms=False)
        await channel.initialize()
        channel.close_callbacks.add(lambda *_: self._lose(opened))

        async def arrived(got: AbstractIncomingMessage) -> None:
            await self._arrived(got, opened)

        try:
            underlay = await channel.get_underlay_channel()
            # A broker that cancels a consumer (its queue was deleted or moved) leaves the channel open.
            underlay.on_consumer_cancel_callbacks.add(lambda _: self._lose(opened))
            await channel.set_qos(self._prefetch)
            consumed = []
            for name in (self.queue, topology.asked(self.queue)):
                queue = await channel.get_queue(name, ensure=False)
                consumed.append((queue, await queue.consume(arrived)))

            async def cancel() -> None:
                with breaking():
                    for queue, tag in consumed:
                        await queue.cancel(tag, timeout=5)

            opened.cancel = cancel
            self._opened = opened
            if self._stopped:
                await cancel()
            yield opened
        finally:
            self._lose(opened)
            with contextlib.suppress(Broken, TimeoutError), breaking():
                async with asyncio.timeout(5):
                    await channel.close()

    async def _arrived(self, got: AbstractIncomingMessage, opened: Opened) -> None:
        delivery = RabbitDelivery(got, self, opened)
        if self._stopped:
            await delivery.give_up()
        elif delivery.late:
            await got.ack()
        else:
            self._there.append(delivery)
            self._wake()

    def _lose(self, opened: Opened) -> None:
        opened.gone.set()
        if self._opened is opened:
            self._opened = None
            self._there.clear()
            self._taken.clear()
            self._wake()
