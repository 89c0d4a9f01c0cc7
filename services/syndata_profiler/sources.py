"""A source becomes a profile beside it."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from syndata_contracts.errors import Defect, Fault, Refused
from syndata_contracts.keys import profile_key, source_key
from syndata_contracts.messages import Message, ProfileSource, Stored
from syndata_engine.profiling import CsvProfiler, Profile
from syndata_objects.errors import Missing
from syndata_objects.port import Objects
from syndata_runtime.consumer import Outcome


class Profiler:
    """Profiles sources. A source never changes, so neither does its profile: one that is there is the answer."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    async def profile(self, message: Message) -> Outcome:
        """Answer where the source's profile lies; it is made when it is not there. Refused without such a source."""
        if not isinstance(message, ProfileSource):
            raise Defect(f"{message.type} names no source")
        key = profile_key(message.workspace, message.source)
        if await self._objects.stat(key) is None:
            found = await self._found(source_key(message.workspace, message.source))
            await self._objects.put(key, found.to_bytes())
        return Outcome(answer=Stored(key=key))

    async def _found(self, source: str) -> Profile:
        """Profile the bytes as they are read; each piece in a thread, so that the loop goes on."""
        profiler = CsvProfiler()
        try:
            # A refusal leaves bytes unread, and with them a connection or a file.
            async with aclosing(self._objects.read(source)) as pieces:
                async for piece in pieces:
                    await asyncio.to_thread(profiler.add, piece)
        except Missing:
            raise Refused(Fault("source", "there is no such source", "upload it first, or correct its id")) from None
        return await asyncio.to_thread(profiler.finish)
