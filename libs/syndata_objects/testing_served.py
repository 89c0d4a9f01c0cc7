"""What an object store with a server must do when the server dies, as tests: subclass `ServedObjectsContract`."""
# ruff: noqa: S101 - these are tests

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Protocol

import pytest

from syndata_contracts.errors import Unavailable
from syndata_objects.port import Objects
from syndata_objects.testing import MIB, Open, listed, noise, pieces, whole


class Server(Protocol):
    """A server of the test's own; both return when it is done."""

    def kill(self) -> None:
        """End it with SIGKILL."""

    def start(self) -> None:
        """Start it again, on the same data and address."""


class ServedObjectsContract:
    """A subclass gives `server` and `connect`: connections to it, with `limit` as the time limit of a request."""

    limit: ClassVar[timedelta] = timedelta(seconds=3)
    puts_whole: ClassVar[bool] = True
    """Whether an unconfirmed put that the server's death interrupted is there as a whole or not at all. rclone writes
    in place, and may leave half of it."""

    @pytest.fixture
    def server(self) -> Server:
        raise NotImplementedError

    @pytest.fixture
    async def connect(self, server: Server) -> Open:
        raise NotImplementedError

    @pytest.fixture
    async def objects(self, connect: Open) -> Objects:
        return await connect()

    @pytest.mark.slow
    async def test_a_dead_server_is_unavailable_in_time(
        self, objects: Objects, connect: Open, server: Server, tmp_path: Path
    ) -> None:
        """Whatever is asked, also to connect; the file that could not be put is still there."""
        file = tmp_path / "file"
        file.write_bytes(b"x")
        await objects.put("a", b"x")
        await asyncio.to_thread(server.kill)

        calls = {
            "put": lambda: objects.put("a", b"y"),
            "put_file": lambda: objects.put_file("a", file),
            "put_stream": lambda: objects.put_stream("a", pieces(b"y")),
            "get": lambda: objects.get("a"),
            "read": lambda: whole(objects, "a"),
            "stat": lambda: objects.stat("a"),
            "list": lambda: listed(objects, ""),
            "remove": lambda: objects.remove(["a"]),
            "ping": objects.ping,
            "connect": connect,
        }

        async def seconds(name: str) -> float:
            begun = time.monotonic()
            with pytest.raises(Unavailable):
                await calls[name]()
            return time.monotonic() - begun

        # All at once: that they take as long as one shows that none keeps another waiting.
        taken = dict(zip(calls, await asyncio.gather(*map(seconds, calls)), strict=True))

        assert max(taken.values()) < 2 * self.limit.total_seconds(), taken
        assert file.exists()

    async def test_a_connection_outlives_its_server(self, objects: Objects, server: Server) -> None:
        await objects.put("a", b"x")
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)

        assert await objects.get("a") == b"x"

    @pytest.mark.slow
    async def test_what_was_confirmed_is_whole_after_kills(self, objects: Objects, server: Server) -> None:
        """Eight writers; the server dies three times amid their puts. What was not confirmed is whole, or not there."""
        confirmed: set[str] = set()
        stop = asyncio.Event()
        more = asyncio.Condition()

        async def write(writer: int) -> None:
            number = 0
            while not stop.is_set():
                number += 1
                key = f"w/{writer}/{number:06}"
                try:
                    await objects.put(key, noise(200_000 + number, key.encode()))
                except Unavailable:
                    continue
                async with more:
                    confirmed.add(key)
                    more.notify_all()

        async def kill() -> None:
            for _ in range(3):
                goal = len(confirmed) + 30
                async with more:
                    await more.wait_for(lambda goal=goal: len(confirmed) >= goal)  # type: ignore[misc]
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(server.start)
            stop.set()

        await asyncio.gather(kill(), *(write(writer) for writer in range(8)))
        there = await listed(objects, "w/")
        torn = {key for key in there if await objects.get(key) != noise(200_000 + int(key[-6:]), key.encode())}

        assert confirmed <= set(there)
        assert not torn & confirmed
        assert not self.puts_whole or not torn

    @pytest.mark.slow
    async def test_reading_goes_on_where_the_server_died(self, objects: Objects, server: Server) -> None:
        body = noise(48 * MIB)
        await objects.put("a", body)
        reading = objects.read("a")
        got = [await anext(reading)]
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
        got += [piece async for piece in reading]

        assert b"".join(got) == body

    @pytest.mark.slow
    async def test_a_stream_cut_by_the_death_of_the_server_is_unavailable(
        self, objects: Objects, server: Server
    ) -> None:
        """And leaves the object that was there."""
        await objects.put("a", b"as it was")

        async def source() -> AsyncIterator[bytes]:
            for number in range(60):
                if number == 40:
                    await asyncio.to_thread(server.kill)
                yield noise(MIB)

        with pytest.raises(Unavailable):
            await objects.put_stream("a", source())
        await asyncio.to_thread(server.start)

        assert await objects.get("a") == b"as it was"
        assert await listed(objects, "") == ["a"]
