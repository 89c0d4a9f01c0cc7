"""A TCP proxy in front of a MongoDB server that loses the answer to an insert: the server did it, nobody was told."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

Loss = Literal["cut", "silence"]


class LossyProxy:
    """Forwards whole messages; armed, it swallows the answers to the next inserts.

    `cut` closes the connection instead, `silence` leaves it open with nothing coming.
    """

    def __init__(self, port: int) -> None:
        self._server_port = port
        self._handlers: set[asyncio.Task[None]] = set()
        self._armed: list[Loss] = []
        self.lost = 0
        """How many answers were swallowed."""
        self.port = 0

    @property
    def url(self) -> str:
        """Where a store finds the server behind this proxy."""
        return f"mongodb://127.0.0.1:{self.port}/?directConnection=true"

    def lose(self, *losses: Loss, times: int = 1) -> None:
        """Swallow the answers to that many inserts from now on."""
        self._armed += losses * times

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._handlers.add(task)
        try:
            await self._forward(reader, writer)
        except (OSError, EOFError):
            pass
        finally:
            self._handlers.discard(task)
            writer.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Question and answer in turn, as every connection does that is no monitor waiting for news."""
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self._server_port)
        try:
            while True:
                question = await _message(reader)
                to_server.write(question)
                answer = await _message(from_server)
                if self._armed and b"\x02insert\x00" in question[:64]:
                    self.lost += 1
                    if self._armed.pop(0) == "cut":
                        return
                    await reader.read()
                    return
                writer.write(answer)
                # A streaming `hello` answers one question many times.
                while _more_to_come(answer):
                    answer = await _message(from_server)
                    writer.write(answer)
        finally:
            to_server.close()

    async def end(self) -> None:
        """End what still runs."""
        for task in list(self._handlers):
            task.cancel()
        await asyncio.gather(*self._handlers, return_exceptions=True)


@asynccontextmanager
async def lossy_proxy(port: int) -> AsyncIterator[LossyProxy]:
    """One in front of a server on that port of this machine."""
    proxy = LossyProxy(port)
    server = await asyncio.start_server(proxy._serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.end()


async def _message(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(4)
    (length,) = struct.unpack("<i", head)
    return head + await reader.readexactly(length - 4)


def _more_to_come(message: bytes) -> bool:
    _, _, _, operation, flags = struct.unpack("<iiiiI", message[:20])
    return bool(operation == 2013 and flags & 2)
