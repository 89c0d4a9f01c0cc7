"""Takes messages from a line."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from syndata_bus.embedded import rows
from syndata_bus.embedded.lines import House, Line, Question
from syndata_bus.errors import Lost
from syndata_bus.limits import check_body, retry_seconds
from syndata_bus.port import Delivery, Message
from syndata_contracts.errors import Defect, Unavailable

AGAIN_SECONDS = 0.5
"""Between tries to take what the disk does not let us."""


class EmbeddedDelivery:
    """What every delivery has; how it ends depends on whether it is kept in the file."""

    def __init__(self, subscription: EmbeddedSubscription, message: Message, attempt: int) -> None:
        self.message = message
        self.attempt = attempt
        self._subscription = subscription
        self._ended = False

    @property
    def answerable(self) -> bool:
        return False

    async def answer(self, body: bytes) -> None:
        check_body(body)
        self._still_ours()
        raise Defect(f"nobody asked: message {self.message.id} takes no answer")

    @contextlib.contextmanager
    def _ending(self) -> Iterator[None]:
        self._still_ours()
        if self._ended:
            raise Defect(f"message {self.message.id} was ended already")
        self._ended = True
        try:
            yield
        except (Unavailable, asyncio.CancelledError):
            self._ended = False
            raise

    def _still_ours(self) -> None:
        if self._subscription.closed:
            raise Lost(f"message {self.message.id}: the connection it came over was closed")


class KeptDelivery(EmbeddedDelivery):
    """A message of the file, held by us."""

    def __init__(self, subscription: EmbeddedSubscription, row: rows.Row) -> None:
        super().__init__(subscription, row.message, row.attempt)
        self.seq = row.seq

    async def ack(self) -> None:
        await self._end(partial(rows.ack, seq=self.seq))

    async def retry(self, delay: float, reason: str) -> None:
        seconds = retry_seconds(delay)
        later = partial(self._subscription.house.ripen_after, seconds, self.seq, self._subscription.line)
        await self._end(partial(rows.wait, seq=self.seq, due=time.time() + seconds, reason=reason), later)

    async def dead_letter(self, reason: str) -> None:
        await self._end(partial(rows.kill, seq=self.seq, reason=reason))

    async def hand_back(self) -> None:
        await self._end(partial(rows.hand_back, seqs=[self.seq]), partial(self._subscription.line.add, 1))

    async def _end(self, step: Callable[[Any], None], then: Callable[[], None] | None = None) -> None:
        def kept(_: None) -> None:
            self._subscription.ended(self)
            if then is not None:
                then()

        with self._ending():
            await self._subscription.house.journal.run(step, kept)


class AskedDelivery(EmbeddedDelivery):
    """A question, which no file holds."""

    def __init__(self, subscription: EmbeddedSubscription, question: Question) -> None:
        super().__init__(subscription, question.message, question.attempt)
        self.question = question

    @property
    def answerable(self) -> bool:
        return True

    async def answer(self, body: bytes) -> None:
        check_body(body)
        self._still_ours()
        if not self.question.over:
            self.question.answer.set_result(body)

    async def ack(self) -> None:
        with self._ending():
            self._subscription.ended(self)

    async def retry(self, delay: float, reason: str) -> None:
        del reason  # it is kept nowhere
        with self._ending():
            self.question.attempt += 1
            asyncio.get_running_loop().call_later(retry_seconds(delay), self._again)
            self._subscription.ended(self)

    async def dead_letter(self, reason: str) -> None:
        with self._ending():
            await self._bury(reason)
            self._subscription.ended(self)

    async def hand_back(self) -> None:
        with self._ending():
            self._again()
            self._subscription.ended(self)

    async def die(self) -> None:
        """Count a death of its consumer."""
        deliveries = self._subscription.line.queue.deliveries
        self.question.deaths += 1
        if self.question.deaths >= deliveries:
            await self._bury(rows.died(deliveries))
        else:
            self.question.attempt += 1
            self._again()

    def _again(self) -> None:
        self._subscription.line.questions.appendleft(self.question)
        self._subscription.line.wake()

    async def _bury(self, reason: str) -> None:
        name = self._subscription.line.queue.name
        step = partial(rows.insert, queue=name, message=self.message, dead=reason, attempt=self.attempt)
        await self._subscription.house.journal.run(step)


AnyDelivery = KeptDelivery | AskedDelivery


class EmbeddedSubscription:
    """Claims from a line only what somebody waits for."""

    def __init__(self, house: House, line: Line, prefetch: int) -> None:
        self.house = house
        self.line = line
        self.closed = False
        self._prefetch = prefetch
        self._claiming = 0
        self._there: deque[KeptDelivery] = deque()
        """Claimed for a taker who was cancelled meanwhile."""
        self._taken: set[AnyDelivery] = set()
        self._stopped = False
        self._changed = asyncio.Event()
        line.consumers.append(self)

    async def take(self, most: int = 1) -> Sequence[Delivery]:
        while not self._stopped:
            room = min(most, self._prefetch - len(self._taken))
            found: list[AnyDelivery] = self._questions(room) if self.line.may_take(self) else []
            while self._there and len(found) < room:
                found.append(self._there.popleft())
            if found:
                self._taken.update(found)
                return found
            free = self._prefetch - len(self._taken) - len(self._there) - self._claiming
            count = min(most, free, self.line.ready)
            if count > 0 and self.line.may_take(self):
                try:
                    await self._claim(count)
                except Unavailable:
                    await asyncio.sleep(AGAIN_SECONDS)
            else:
                self._changed.clear()
                await self._changed.wait()
        return []

    async def stop(self) -> None:
        self._stopped = True
        self.line.wake()
        while self._claiming:
            self._changed.clear()
            await self._changed.wait()
        back = [delivery.seq for delivery in self._there]
        self._there.clear()
        if back:
            await self.house.journal.run(partial(rows.hand_back, seqs=back), lambda _: self.line.add(len(back)))
        self._leave()

    async def close(self) -> None:
        """Stop; what was taken and not ended lost its consumer. What cannot be written now is found when reopened."""
        if self.closed:
            return
        with contextlib.suppress(Unavailable):
            await self.stop()
        self.closed = True
        taken, self._taken = self._taken, set()
        self._leave()
        with contextlib.suppress(Unavailable):
            await self._bury(taken)

    async def _bury(self, taken: Iterable[AnyDelivery]) -> None:
        held = [delivery.seq for delivery in taken if isinstance(delivery, KeptDelivery)]
        if held:
            await self.house.journal.run(partial(rows.bury, seqs=held), self.line.add)
        for delivery in taken:
            if isinstance(delivery, AskedDelivery):
                await delivery.die()

    def wake(self) -> None:
        self._changed.set()

    def ended(self, delivery: AnyDelivery) -> None:
        """Make room for another."""
        self._taken.discard(delivery)
        self._leave()
        self.wake()

    async def _claim(self, count: int) -> None:
        """Move messages from the line to us. They are ours even when the taker is cancelled before it is written."""
        self.line.ready -= count
        self._claiming += count

        def claimed(some: list[rows.Row]) -> None:
            self._there.extend(KeptDelivery(self, row) for row in some)

        def settled(future: asyncio.Future[list[rows.Row]]) -> None:
            self._claiming -= count
            if future.cancelled() or future.exception() is not None:
                self.line.add(count)
            self.wake()

        future = self.house.journal.submit(partial(rows.claim, queue=self.line.queue.name, most=count), claimed)
        future.add_done_callback(settled)
        await asyncio.wait({future})
        future.result()

    def _questions(self, room: int) -> list[AnyDelivery]:
        found: list[AnyDelivery] = []
        while len(found) < room and (question := self.line.next_question()) is not None:
            found.append(AskedDelivery(self, question))
        return found

    def _leave(self) -> None:
        """Stand in line no more once stopped with nothing in hand: only then may another be the active one."""
        if self._stopped and not self._taken and self in self.line.consumers:
            self.line.consumers.remove(self)
            self.line.wake()
