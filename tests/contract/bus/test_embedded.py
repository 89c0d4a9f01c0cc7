"""The bus in one process keeps the promises of the bus."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from syndata_bus.embedded import EmbeddedBus, open_bus
from syndata_bus.port import Bus, Message, Queue
from syndata_bus.testing import BusContract
from syndata_contracts.errors import Refused, Unavailable
from tests.contract.bus.dying import QUEUE


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


def _life(path: Path, life: int, lines: int) -> list[list[str]]:
    """Let a process load the bus until it has said so many lines, kill it, and return all it said."""
    with subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("dying.py")), str(path), str(life)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = [line for line, _ in zip(process.stdout, range(lines), strict=False)]
        process.kill()
        said += list(process.stdout)
    assert process.returncode == -signal.SIGKILL, said[-20:]
    return [line.split() for line in said if line.endswith("\n")]


async def test_no_message_is_lost_or_comes_back_after_its_ack_however_often_the_process_is_killed(
    tmp_path: Path,
) -> None:
    """Five lives, killed at different moments under load; what was confirmed is there, what was acked before is not."""
    path, published, acked, maybe = tmp_path / "bus.db", set[str](), set[str](), set[str]()
    for life, lines in enumerate((50, 333, 1000, 2001, 3500)):
        said = await asyncio.to_thread(_life, path, life, lines)
        published |= {name for what, name in said if what == "published"}
        acking = [name for what, name in said if what == "acking"]
        # An ack is done when its consumer says the next thing; the last one may or may not be.
        acked |= set(acking[:-1])
        maybe |= set(acking[-1:])

    bus = await open_bus(path)
    dead = {letter.message.id for letter in await bus.dead_letters(QUEUE.name, most=100_000)}
    alive = await _all_that_comes(bus)
    await bus.close()

    assert len(published) > 1000
    assert published <= dead | alive | acked | maybe
    assert not acked & (dead | alive)
    assert not dead & alive


async def _all_that_comes(bus: Bus) -> set[str]:
    subscription = await bus.subscribe(QUEUE.name, 1000)
    came = set[str]()
    with contextlib.suppress(TimeoutError):
        while True:
            # Longer than the retries of a second that wait.
            async with asyncio.timeout(4):
                some = await subscription.take(1000)
            assert all(delivery.message.body == delivery.message.id.encode() for delivery in some)
            came.update(delivery.message.id for delivery in some)
            await asyncio.gather(*(delivery.ack() for delivery in some))
    return came


async def test_a_message_that_kills_its_process_is_tried_so_often_and_then_dead(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    bus = await open_bus(path)
    await bus.declare([Queue("poison", deliveries=3)])
    await bus.publish("poison", Message("a", b""))
    await bus.publish("poison", Message("neighbour", b""))
    await bus.close()
    script = (
        "import asyncio, os, pathlib, sys\n"
        "from syndata_bus.embedded import open_bus\n"
        "async def main():\n"
        "    bus = await open_bus(pathlib.Path(sys.argv[1]))\n"
        "    [delivery] = await (await bus.subscribe('poison', 1)).take()\n"
        "    print(delivery.message.id, delivery.attempt, flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
        "asyncio.run(main())\n"
    )
    said = [
        (
            await asyncio.to_thread(
                subprocess.run,
                [sys.executable, "-c", script, str(path)],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                capture_output=True,
                text=True,
                check=False,
            )
        ).stdout.strip()
        for _ in range(3)
    ]

    bus = await open_bus(path)
    assert said == ["a 1", "a 2", "a 3"]
    assert [(letter.message.id, letter.attempt) for letter in await bus.dead_letters("poison")] == [("a", 3)]
    [neighbour] = await (await bus.subscribe("poison", 1)).take()
    assert (neighbour.message.id, neighbour.attempt) == ("neighbour", 1)
    await bus.close()


async def test_a_file_that_is_open_cannot_be_opened_again_by_anyone(tmp_path: Path) -> None:
    """Neither here nor in another process; and at once when it was closed."""
    path = tmp_path / "bus.db"
    bus = await open_bus(path)
    with pytest.raises(Unavailable, match="in use"):
        await open_bus(path)
    code = f"import asyncio, pathlib, syndata_bus.embedded as e; asyncio.run(e.open_bus(pathlib.Path({str(path)!r})))"
    other = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "in use" in other.stderr

    await bus.close()
    await (await open_bus(path)).close()


async def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    await (await open_bus(path)).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(Refused, match="version 99"):
        await open_bus(path)


async def test_a_place_where_no_file_can_be_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(Unavailable, match="cannot be opened"):
        await open_bus(tmp_path / "file" / "bus.db")


async def test_when_the_disk_is_full_publishers_are_told_and_all_goes_on_once_there_is_room(tmp_path: Path) -> None:
    bus = await open_bus(tmp_path / "bus.db")
    await bus.declare([Queue("q")])
    await bus.publish("q", Message("before", b""))
    journal = bus._house.journal
    await journal.run(lambda connection: connection.execute("PRAGMA max_page_count = 1").fetchone())

    with pytest.raises(Unavailable, match="full"):
        for _ in range(100):
            await bus.publish("q", Message("full", b"x" * 60_000))

    await journal.run(lambda connection: connection.execute("PRAGMA max_page_count = 1000000").fetchone())
    await bus.publish("q", Message("after", b""))
    subscription = await bus.subscribe("q", 200)
    came: list[str] = []
    while "after" not in came:
        came += [delivery.message.id for delivery in await subscription.take(200)]
    assert (came[0], came[-1]) == ("before", "after")
    await bus.close()


async def test_what_waits_for_its_retry_keeps_its_time_when_the_process_ends(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    bus = await open_bus(path)
    await bus.declare([Queue("q")])
    await bus.publish("q", Message("a", b""))
    [delivery] = await (await bus.subscribe("q", 1)).take()
    loop = asyncio.get_running_loop()
    since = loop.time()
    await delivery.retry(1, "later")
    await bus.close()

    bus = await open_bus(path)
    [delivery] = await (await bus.subscribe("q", 1)).take()

    assert delivery.attempt == 2
    assert 0.9 <= loop.time() - since < 5
    await bus.close()


async def test_many_publishers_share_one_sync(tmp_path: Path) -> None:
    """Not a benchmark: with a sync each, even a fast disk would need a hundred times as many commits."""
    bus = await open_bus(tmp_path / "bus.db")
    await bus.declare([Queue("q")])
    commits = 0

    def count(_: str) -> None:
        nonlocal commits
        commits += 1

    await bus._house.journal.run(
        lambda connection: connection.set_trace_callback(lambda text: count(text) if text == "COMMIT" else None)
    )
    await asyncio.gather(*(bus.publish("q", Message(str(number), b"")) for number in range(2000)))

    assert commits < 200
    assert (await bus.depth("q")).ready == 2000
    await bus.close()
