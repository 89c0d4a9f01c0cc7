"""Sends messages and waits until the broker has them; asks, and waits for answers."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any, Final

import aio_pika
from aio_pika.abc import AbstractConnection, AbstractExchange, AbstractIncomingMessage
from aio_pika.exceptions import ChannelInvalidStateError, DeliveryError, PublishError

from syndata_bus.errors import NoAnswer
from syndata_bus.port import Message
from syndata_bus.rabbit.links import Broken, Link, breaking, within
from syndata_bus.rabbit.topology import asked, missing
from syndata_bus.rabbit.wire import Question, asking

REPLIES: Final = "amq.rabbitmq.reply-to"
"""The broker's pseudo-queue: what is published to it goes to the channel that asked, and nowhere else."""

RESEND_PAUSE: Final = 0.05


class Outlet:
    """The channel over which one connection publishes, and to which answers come."""

    def __init__(self, connection: AbstractConnection, exchange: AbstractExchange) -> None:
        self.exchange = exchange
        self._connection = connection
        self.gone = asyncio.Event()
        self.waiting: dict[str, asyncio.Future[bytes]] = {}

    async def unblocked(self) -> None:
        """Wait until the broker takes messages: it says so when an alarm ends, as it said when it began."""
        if self._connection.transport is not None:
            await self._connection.transport.ready()

    async def answered(self, got: AbstractIncomingMessage) -> None:
        """Hand an answer to whoever waits; late ones are dropped."""
        future = self.waiting.get(got.correlation_id or "")
        if future is not None and not future.done():
            future.set_result(got.body)


async def open_outlet(connection: AbstractConnection) -> Outlet:
    """Set up publishing on a fresh connection."""
    channel = connection.channel(publisher_confirms=True, on_return_raises=True)
    await channel.initialize()
    outlet = Outlet(connection, channel.default_exchange)
    channel.close_callbacks.add(lambda *_: outlet.gone.set())
    replies = await channel.get_queue(REPLIES, ensure=False)
    await replies.consume(outlet.answered, no_ack=True)
    return outlet


class Publisher:
    """Publishes over a link of its own: an alarmed broker stops reading it, and acks must not wait behind that."""

    def __init__(self, link: Link[Outlet], seconds: float) -> None:
        self.link = link
        self._seconds = seconds

    async def publish(self, queue: str, message: aio_pika.Message, *, mandatory: bool = True) -> None:
        """Return once the broker has it, sending again when a connection breaks before it said so.

        Raises:
            Unroutable: there is no such queue.
            Unavailable: it was not confirmed within the time limit.
        """
        async with within(self._seconds, f"to publish to {queue}"):
            while True:
                outlet = await self.link.live()
                if await self._sent(outlet, queue, message, mandatory=mandatory):
                    return
                await asyncio.sleep(RESEND_PAUSE)

    async def ask(self, queue: str, message: Message, seconds: float, until: float) -> bytes:
        """Return the answer of whoever takes the question, asking again when a connection breaks.

        Raises:
            NoAnswer: nobody answered within `seconds`.
            Unavailable: the broker could not be reached within `seconds` or the time limit.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while True:
            async with within(min(max(deadline - loop.time(), 0), self._seconds), f"to ask {queue}"):
                outlet = await self.link.live()
            left = deadline - loop.time()
            question = Question(REPLIES, uuid.uuid4().hex, until)
            try:
                async with asyncio.timeout(left):
                    answer = await self._asked(outlet, queue, asking(message, question, left), question)
            except TimeoutError as error:
                raise NoAnswer(f"nobody answered from {queue} within {seconds:g} s") from error
            if answer is not None:
                return answer
            await asyncio.sleep(RESEND_PAUSE)

    async def _asked(self, outlet: Outlet, queue: str, out: aio_pika.Message, question: Question) -> bytes | None:
        """Ask once and return the answer, or None when the connection broke before it came."""
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        outlet.waiting[question.correlation] = future
        gone = asyncio.create_task(outlet.gone.wait())
        try:
            async with within(self._seconds, f"to ask {queue}"):
                if not await self._sent(outlet, asked(queue), out, mandatory=True):
                    return None
            both: set[asyncio.Future[Any]] = {future, gone}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            return future.result() if future.done() else None
        finally:
            gone.cancel()
            del outlet.waiting[question.correlation]

    async def _sent(self, outlet: Outlet, queue: str, message: aio_pika.Message, *, mandatory: bool) -> bool:
        """Return whether the broker confirmed; not when the connection broke or the broker could not take it."""
        try:
            with breaking():
                try:
                    await outlet.exchange.publish(message, queue, mandatory=mandatory)
                except PublishError as error:
                    raise missing(queue.removesuffix(".asked")) from error
                except ChannelInvalidStateError:
                    outlet.gone.set()
                    return False
                except DeliveryError:
                    return False
        except Broken:
            return False
        return True
