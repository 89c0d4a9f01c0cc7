"""Carries pieces from the event loop to a call in a thread, which reads them as a file."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable
from queue import SimpleQueue
from typing import Final

from syndata_contracts.errors import Defect
from syndata_objects.threads import settled

_CARRIED_BYTES: Final = 1024 * 1024
"""Small pieces are joined to this before they change threads."""


class BrokenError(Exception):
    """What the reading thread gets when the source failed: what it read is not the whole."""


class Stream(io.BytesIO):
    """What a source gives, as a file of which a thread reads the next bytes; at most `most` bytes."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.size = 0
        """Bytes that were taken from the source: all of them, once the reader has seen the end."""
        self._most = most
        self._blocks: SimpleQueue[bytes | None] = SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._taken = asyncio.Event()
        self._taken.set()
        self._rest = bytearray()
        self._ended = False
        self._broken = False

    async def carry(self, pieces: AsyncIterator[bytes], reader: Awaitable[None]) -> None:
        """Feed the reader; raise what the source raised, or what the reader did.

        The source runs in the caller's own task, where its time limits and its context belong. When this returns or
        raises, the reader has ended.
        """
        reading = asyncio.ensure_future(reader)
        reading.add_done_callback(lambda _: self._taken.set())
        try:
            await self._feed(pieces, reading)
        except BaseException:
            self._broken = True
            self._blocks.put(None)
            await settled(reading)
            raise
        self._blocks.put(None)
        await reading

    async def _feed(self, pieces: AsyncIterator[bytes], reading: asyncio.Future[None]) -> None:
        waiting: list[bytes] = []
        held = 0
        async for piece in pieces:
            waiting.append(piece)
            held += len(piece)
            self.size += len(piece)
            if self.size > self._most:
                raise Defect(f"a stream of more than {self._most} bytes must be put as a file")
            if held >= _CARRIED_BYTES:
                await self._hand_over(b"".join(waiting))
                waiting, held = [], 0
            if reading.done():
                return  # it failed, and says why to who waits for it
        await self._hand_over(b"".join(waiting))

    async def _hand_over(self, block: bytes) -> None:
        # One block waits at most: the thread decides the speed.
        await self._taken.wait()
        self._taken.clear()
        self._blocks.put(block)

    def read(self, size: int | None = -1, /) -> bytes:
        """The next `size` bytes, or as many as are left; waits for them. For the thread."""
        wanted = self._most if size is None or size < 0 else size
        while len(self._rest) < wanted and not self._ended:
            block = self._blocks.get()
            if block is None:
                self._ended = True
                break
            self._rest += block
            self._loop.call_soon_threadsafe(self._taken.set)
        if self._broken:
            raise BrokenError
        found = bytes(memoryview(self._rest)[:wanted])
        del self._rest[:wanted]
        return found
