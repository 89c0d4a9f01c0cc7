"""A real server, and a line to it that can break."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from tests.running import REPOSITORY, environment

UP_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """`syndata up`, running."""

    url: str
    data: Path

    @property
    def key_file(self) -> Path:
        return self.data / "api-key"

    @property
    def key(self) -> str:
        return self.key_file.read_text().strip()

    def part(self, job: str, number: int = 0) -> Path:
        """Where the server keeps a part of a job's first table."""
        return self.data / f"objects/workspaces/default/jobs/{job}/tables/0000/part-{number:08d}"


@contextmanager
def up(data: Path, **more: str) -> Iterator[Server]:
    """Start a server on a free port, with `more` in its environment; it is gone when this is left."""
    clean = {name: value for name, value in environment().items() if not name.startswith("SYNDATA_")}
    path = os.pathsep.join([str(REPOSITORY / "services"), clean["PYTHONPATH"]])
    command = [sys.executable, "-m", "syndata", "up", "--data-dir", str(data), "--port", "0", "--workers", "2"]
    with subprocess.Popen(
        command, env={**clean, "PYTHONPATH": path, **more}, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        lines = []
        for line in process.stderr:
            lines.append(line)
            if found := re.match(r"syndata is up: (\S+)", line):
                break
        else:
            raise AssertionError("the server did not come up:\n" + "".join(lines))
        try:
            yield Server(found[1], data)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.communicate(timeout=UP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


class Line:
    """Carries bytes to a server, until it is cut."""

    def __init__(self, server: Server, cut_after: int | None) -> None:
        """With `cut_after`, the connection that brings this many bytes from the server is cut, once."""
        parts = urlsplit(server.url)
        self._target = (parts.hostname, parts.port)
        self._cut_after = cut_after
        self._writers: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None]] = set()
        self.cuts = 0
        self.connections = 0
        self.carried = 0
        """Bytes that came from the server, of all connections."""
        self.url = ""

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        there, back = await asyncio.open_connection(*self._target)
        self._writers |= {writer, back}
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pump(reader, back, None))
            group.create_task(self._pump(there, writer, self._cut_after))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limit: int | None) -> None:
        carried = 0
        with suppress(ConnectionError):
            while piece := await reader.read(65536):
                if limit is not None and carried + len(piece) > limit and not self.cuts:
                    self.carried += limit - carried
                    writer.write(piece[: limit - carried])
                    await writer.drain()
                    self.cut()
                    return
                carried += len(piece)
                self.carried += len(piece) if limit is not None else 0
                writer.write(piece)
                await writer.drain()
        with suppress(ConnectionError, RuntimeError):
            writer.close()

    def cut(self) -> None:
        """Break every connection, without a word."""
        self.cuts += 1
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def __aenter__(self) -> Self:
        self._listening = await asyncio.start_server(self.carry, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._listening.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listening.close()
        for writer in self._writers:
            writer.transport.abort()
        await self._listening.wait_closed()


@asynccontextmanager
async def line_to(server: Server, cut_after: int | None = None) -> AsyncIterator[Line]:
    """A line that a client can be pointed at."""
    async with Line(server, cut_after) as line:
        yield line
