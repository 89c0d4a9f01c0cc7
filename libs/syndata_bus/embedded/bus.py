"""The bus in one process."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from syndata_bus.embedded import rows
from syndata_bus.embedded.lines import House, Question
from syndata_bus.embedded.subscription import EmbeddedSubscription
from syndata_bus.errors import NoAnswer
from syndata_bus.limits import check_message, check_prefetch, check_queue
from syndata_bus.port import DeadLetter, Depth, Message, Queue, Subscription
from syndata_contracts.errors import Unavailable


async def open_bus(path: Path, *, seconds: float = 10.0) -> EmbeddedBus:
    """Open the bus that lives in a file, making it where it does not exist.

    Args:
        path: the file; SQLite keeps one beside it, named `-wal`.
        seconds: within which every call succeeds or is Unavailable.

    Raises:
        Unavailable: another process has the file open, or it cannot be opened.
        Refused: another version of this program wrote it.
    """
    house = House(path, seconds)
    await house.open()
    return EmbeddedBus(house)


class EmbeddedBus:
    """A connection to the bus of this process; made in, and used from, one event loop."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._subscriptions: list[EmbeddedSubscription] = []
        self._closed = False
        house.enter()

    def another(self) -> EmbeddedBus:
        """Return a second connection to the same file, which outlives this one."""
        self._check_open()
        return EmbeddedBus(self._house)

    async def declare(self, queues: Sequence[Queue]) -> None:
        """Make the queues; Refused when one exists with other arguments."""
        self._check_open()
        for queue in queues:
            check_queue(queue)
        for queue in queues:
            await self._house.declare(queue)

    async def publish(self, queue: str, message: Message) -> None:
        self._check_open()
        check_message(message)
        line = self._house.line(queue)
        await self._house.journal.run(partial(rows.insert, queue=queue, message=message), lambda _: line.add(1))

    async def request(self, queue: str, message: Message, seconds: float) -> bytes:
        self._check_open()
        check_message(message)
        line = self._house.line(queue)
        question = Question(message)
        line.questions.append(question)
        line.wake()
        try:
            async with asyncio.timeout(seconds):
                return await question.answer
        except TimeoutError:
            raise NoAnswer(f"nobody answered from {queue} within {seconds:g} s") from None
        finally:
            question.answer.cancel()

    async def subscribe(self, queue: str, prefetch: int) -> Subscription:
        self._check_open()
        check_prefetch(prefetch)
        subscription = EmbeddedSubscription(self._house, self._house.line(queue), prefetch)
        self._subscriptions.append(subscription)
        return subscription

    async def depth(self, queue: str) -> Depth:
        self._check_open()
        line = self._house.line(queue)
        dead = await self._house.journal.run(partial(rows.count_dead, queue=queue))
        asked = sum(not question.over for question in line.questions)
        return Depth(ready=line.ready + asked, dead=dead, consumers=len(line.consumers))

    async def dead_letters(self, queue: str, most: int = 100) -> Sequence[DeadLetter]:
        self._check_open()
        self._house.line(queue)
        return await self._house.journal.run(partial(rows.dead_letters, queue=queue, most=most))

    async def replay(self, queue: str, ids: Sequence[str] | None = None) -> int:
        self._check_open()
        line = self._house.line(queue)
        return await self._house.journal.run(partial(rows.replay, queue=queue, ids=ids), line.add)

    async def purge(self, queue: str, ids: Sequence[str] | None = None) -> int:
        self._check_open()
        self._house.line(queue)
        return await self._house.journal.run(partial(rows.purge, queue=queue, ids=ids))

    async def ping(self) -> None:
        """Return when the file answers."""
        self._check_open()
        await self._house.journal.run(lambda connection: connection.execute("SELECT 1").fetchone())

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        for subscription in self._subscriptions:
            await subscription.close()
        await self._house.leave()

    def _check_open(self) -> None:
        if self._closed or self._house.journal.closed:
            raise Unavailable("this connection to the bus was closed")
