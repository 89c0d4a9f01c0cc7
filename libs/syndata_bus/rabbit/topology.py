"""What exists on the broker for one of our queues; only what RabbitMQ 3.10 to 4.x do alike.

For a queue `q` that allows n deliveries:

- `q`, a quorum queue whose delivery limit is n - 1 (the broker counts what comes back, not what goes out);
- `q.dead`, bound to the exchange of dead letters by `q:n`, so that a dead letter says how often it was delivered;
- `q.retry.S` for every delay, a quorum queue without consumers, whose messages expire into `q`;
- `q.asked`, a classic queue for questions, which are neither kept nor dead-lettered when they expire.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

from aio_pika.abc import AbstractChannel, AbstractQueue, ExchangeType
from aio_pika.exceptions import ChannelNotFoundEntity, ChannelPreconditionFailed
from pamqp.common import FieldTable

from syndata_bus.errors import Unroutable
from syndata_bus.port import RETRY_SECONDS, Depth, Queue
from syndata_contracts.errors import Fault, Refused

DEAD_EXCHANGE: Final = "syndata.dead"

BACK_SECONDS: Final = 1.0

_NO_LIMIT: Final = 2**31 - 1
"""Listing dead letters gives them back, which counts; 4.x would drop them after 20 times if nothing were said."""


def dead(name: str) -> str:
    """Return the queue of a queue's dead letters."""
    return f"{name}.dead"


def asked(name: str) -> str:
    """Return the queue of a queue's questions."""
    return f"{name}.asked"


def retry(name: str, seconds: int) -> str:
    """Return the queue in which messages of a queue wait for that long."""
    return f"{name}.retry.{seconds}"


def deliveries_of(dead_route: str) -> int:
    """Return how many deliveries the queue allowed from which the broker itself sent this dead letter, else 1."""
    _, _, count = dead_route.rpartition(":")
    return int(count) if count.isdecimal() else 1


async def declare(channel: AbstractChannel, queue: Queue) -> None:
    """Make everything that belongs to a queue; Refused when it exists and differs."""
    route = f"{queue.name}:{queue.deliveries}"
    exchange = await channel.declare_exchange(DEAD_EXCHANGE, ExchangeType.DIRECT, durable=True)
    single: FieldTable = {"x-single-active-consumer": True} if queue.single_active else {}
    lettered = await _make(channel, dead(queue.name), {"x-queue-type": "quorum", "x-delivery-limit": _NO_LIMIT})
    await lettered.bind(exchange, route)
    limit: FieldTable = {"x-delivery-limit": queue.deliveries - 1}
    await _make(channel, queue.name, {**_forwarding(DEAD_EXCHANGE, route), **limit, **single})
    for seconds in RETRY_SECONDS:
        waits: FieldTable = {"x-message-ttl": seconds * 1000, "x-delivery-limit": _NO_LIMIT}
        await _make(channel, retry(queue.name, seconds), {**_forwarding("", queue.name), **waits})
    await _make(channel, asked(queue.name), {"x-queue-type": "classic", **single})


async def depth(channel: AbstractChannel, name: str) -> Depth:
    """Return how much waits in a queue; Unroutable without it."""
    try:
        main = (await channel.declare_queue(name, passive=True)).declaration_result
        questions = (await channel.declare_queue(asked(name), passive=True)).declaration_result
        fallen = (await channel.declare_queue(dead(name), passive=True)).declaration_result
    except ChannelNotFoundEntity as error:
        raise missing(name) from error
    ready = (main.message_count or 0) + (questions.message_count or 0)
    return Depth(ready=ready, dead=fallen.message_count or 0, consumers=main.consumer_count or 0)


async def letters(channel: AbstractChannel, name: str) -> AbstractQueue:
    """Return the queue of a queue's dead letters; Unroutable without it."""
    try:
        return await channel.declare_queue(dead(name), passive=True)
    except ChannelNotFoundEntity as error:
        raise missing(name) from error


async def back(channel: AbstractChannel, name: str, count: int) -> None:
    """Wait until so many dead letters are there again: giving back is not confirmed, and who looks next must see them.

    Not for long: others may have taken some away.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(BACK_SECONDS):
            while ((await letters(channel, name)).declaration_result.message_count or 0) < count:  # noqa: ASYNC110 - the broker knows
                await asyncio.sleep(BACK_SECONDS / 100)


async def purge(channel: AbstractChannel, name: str) -> int:
    """Drop all dead letters and return how many."""
    return (await (await letters(channel, name)).purge()).message_count or 0


def missing(name: str) -> Unroutable:
    """Return the error for a queue that nobody declared."""
    return Unroutable(f"there is no queue {name}: declare it before anything is published to it or taken from it")


def _forwarding(exchange: str, route: str) -> FieldTable:
    # At-least-once keeps a message in its queue until the next one confirmed it, and needs reject-publish.
    return {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": exchange,
        "x-dead-letter-routing-key": route,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


async def _make(channel: AbstractChannel, name: str, arguments: FieldTable) -> AbstractQueue:
    try:
        return await channel.declare_queue(name, durable=True, arguments=arguments)
    except ChannelPreconditionFailed as error:
        fault = Fault(
            f"queue {name}",
            f"it exists with other arguments than this version wants ({error})",
            "let it run empty, delete it on the broker and start again; or declare it as it is",
        )
        raise Refused(fault) from error
