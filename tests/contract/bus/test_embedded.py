"""The bus in one process keeps the promises of the bus."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from syndata_bus.embedded import EmbeddedBus, open_bus
from syndata_bus.port import Bus
from syndata_bus.testing import BusContract


class EmbeddedServer:
    """A file, with as many connections as the suite wants."""

    connections_end_because = "the bus is part of their process, and dies with it"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lives = 0
        self._open: EmbeddedBus | None = None

    async def open_bus(self, seconds: float = 10.0) -> Bus:
        if self._open is None:
            self._open = await open_bus(self._path, seconds=seconds)
        return self._open.another()

    async def kill(self) -> None:
        """Go on with the files as a SIGKILL at this moment would leave them, and let nothing more be confirmed."""
        assert self._open is not None
        self._lives += 1
        journal, old, new = self._open._house.journal, self._path, self._path.with_suffix(f".{self._lives}")

        def copy(_: sqlite3.Connection) -> None:
            for ending in ("", "-wal"):
                shutil.copyfile(f"{old}{ending}", f"{new}{ending}")
            raise sqlite3.OperationalError("killed")  # what was to be committed with it is not

        killed = journal.submit(copy)
        await journal.close()
        await asyncio.wait({killed})
        self._path, self._open = new, None

    async def start(self) -> None:
        self._open = await open_bus(self._path)

    async def end(self) -> None:
        if self._open is not None:
            await self._open.close()


class TestEmbedded(BusContract):
    """The whole suite."""

    @pytest.fixture
    async def server(self, tmp_path: Path) -> AsyncIterator[EmbeddedServer]:
        server = EmbeddedServer(tmp_path / "bus.db")
        yield server
        await server.end()

    @pytest.fixture
    async def mortal(self, server: EmbeddedServer) -> EmbeddedServer:
        await server.start()
        return server
