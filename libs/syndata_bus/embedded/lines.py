"""Who waits for what, while the process lives; what must outlive it is in the journal."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from syndata_bus.embedded import rows
from syndata_bus.embedded.journal import Journal
from syndata_bus.errors import Unroutable
from syndata_bus.port import RETRY_SECONDS, Message, Queue

RIPEN_AGAIN_SECONDS: Final = 1.0
"""Between tries to end a wait that could not be written, e.g. on a full disk."""


class Consumer(Protocol):
    """Whoever takes from a line."""

    def wake(self) -> None:
        """Look again whether there is something to take."""


class Question:
    """Asked and not kept: it lives as long as somebody waits for its answer."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.attempt = 1
        self.deaths = 0
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    @property
    def over(self) -> bool:
        return self.answer.done()


class Line:
    """A queue at run time."""

    def __init__(self, queue: Queue, ready: int = 0) -> None:
        self.queue = queue
        self.ready = ready
        """Messages in the file that nobody has claimed yet."""
        self.questions: deque[Question] = deque()
        self.consumers: list[Consumer] = []
        """In order of arrival: the first is the active one where there is only one."""

    def add(self, count: int) -> None:
        """Make known that so many more are ready."""
        self.ready += count
        self.wake()

    def wake(self) -> None:
        """Let all consumers look."""
        for consumer in self.consumers:
            consumer.wake()

    def may_take(self, consumer: Consumer) -> bool:
        """Whether it is this consumer's turn."""
        return not self.queue.single_active or self.consumers[0] is consumer

    def next_question(self) -> Question | None:
        """Take the oldest question to which somebody still awaits the answer."""
        while self.questions:
            question = self.questions.popleft()
            if not question.over:
                return question
        return None


class House:
    """An open file with its lines; several connections share it, and the last one out closes it."""

    def __init__(self, path: Path, seconds: float) -> None:
        self.journal = Journal(path, seconds)
        self.lines: dict[str, Line] = {}
        self._connections = 0
        self._waits: set[asyncio.TimerHandle] = set()

    async def open(self) -> None:
        """Open the file and take up what it holds."""
        await self.journal.open()
        try:
            found = await self.journal.run(rows.open_file)
        except BaseException:
            await self.journal.close()
            raise
        self.lines = {queue.name: Line(queue, found.ready.get(queue.name, 0)) for queue in found.queues}
        now = time.time()
        for seq, queue, due in found.waiting:
            # The clock may have been set meanwhile: no retry waits for longer than the longest delay.
            self.ripen_after(min(max(due - now, 0), RETRY_SECONDS[-1]), seq, self.lines[queue])

    def line(self, name: str) -> Line:
        """Return a queue; Unroutable without it."""
        try:
            return self.lines[name]
        except KeyError:
            raise Unroutable(
                f"there is no queue {name}: declare it before anything is published to it or taken from it"
            ) from None

    async def declare(self, queue: Queue) -> None:
        """Make a queue where it does not exist."""

        def made(_: None) -> None:
            self.lines.setdefault(queue.name, Line(queue))

        await self.journal.run(partial(rows.declare, queue=queue), made)

    def ripen_after(self, seconds: float, seq: int, line: Line) -> None:
        """Make a waiting message ready, after so long by this process's own clock."""
        loop = asyncio.get_running_loop()

        def due() -> None:
            self._waits.discard(handle)
            future = self.journal.submit(partial(rows.ripen, seq=seq), lambda _: line.add(1))
            future.add_done_callback(written)

        def written(future: asyncio.Future[None]) -> None:
            if future.exception() is not None and not self.journal.closed:
                self.ripen_after(RIPEN_AGAIN_SECONDS, seq, line)

        handle = loop.call_later(seconds, due)
        self._waits.add(handle)

    def enter(self) -> None:
        """Count a connection."""
        self._connections += 1

    async def leave(self) -> None:
        """Close the file when this was the last connection."""
        self._connections -= 1
        if self._connections == 0:
            for handle in self._waits:
                handle.cancel()
            await self.journal.close()
