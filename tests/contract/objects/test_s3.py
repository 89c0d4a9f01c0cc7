"""The store on S3 keeps the contract: on the server that this machine has, and on rclone, which differs from it."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.local.s3 import Rclone
from deploy.local.server import NotInstalled
from syndata_contracts.errors import Refused, Unavailable
from syndata_objects.port import Objects
from syndata_objects.s3 import connect as connect_s3
from syndata_objects.testing import MIB, ObjectsContract, Open, noise, whole
from syndata_objects.testing_served import ServedObjectsContract
from tests.servers.plugin import PrivateServers
from tests.servers.sources import RealServer, started


def fresh_bucket(url: str) -> str:
    """The address of a bucket that nobody used."""
    return f"{url.rpartition('/')[0]}/test-{uuid4().hex}"


@pytest.fixture(scope="module")
def rclone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    yield from started_rclone(tmp_path_factory.mktemp("rclone"))


@pytest.fixture
def own_rclone(tmp_path: Path) -> Iterator[RealServer]:
    yield from started_rclone(tmp_path / "rclone")


def started_rclone(directory: Path) -> Iterator[RealServer]:
    try:
        server = started(Rclone(directory, dies_with_parent=True))
    except NotInstalled as reason:
        pytest.skip(str(reason))
    yield server
    server.end()


async def connecting(url: str, limit: timedelta) -> AsyncIterator[Open]:
    async with AsyncExitStack() as stack:

        async def opened() -> Objects:
            objects = await connect_s3(url, limit=limit)
            stack.push_async_callback(objects.close)
            return objects

        yield opened


class OnServer(ObjectsContract):
    """A subclass gives `server`."""

    @pytest.fixture
    async def connect(self, server: RealServer) -> AsyncIterator[Open]:
        async for opened in connecting(fresh_bucket(server.url), timedelta(seconds=20)):
            yield opened

    async def test_a_bucket_is_made_once_by_many(self, server: RealServer) -> None:
        url = fresh_bucket(server.url)
        opened = await asyncio.gather(*(connect_s3(url) for _ in range(6)))
        await opened[0].put("a", b"x")

        assert await opened[5].get("a") == b"x"
        for objects in opened:
            await objects.close()

    async def test_a_wrong_secret_is_unavailable_and_not_told(self, server: RealServer) -> None:
        """Someone must mend it; what waits may wait."""
        account, _, place = fresh_bucket(server.url).rpartition("@")
        with pytest.raises(Unavailable) as told:
            await connect_s3(f"{account}wrong@{place}", limit=timedelta(seconds=2))

        assert "secretwrong" not in str(told.value)

    async def test_readers_that_stop_early_leave_no_connections(self, objects: Objects) -> None:
        await objects.put("a", noise(8 * MIB))
        before = open_files()
        for _ in range(40):
            reading = objects.read("a")
            await anext(reading)
            await reading.aclose()

        assert open_files() <= before + 1


def open_files() -> int:
    """Descriptors of this process, connections among them."""
    return len(list(Path("/dev/fd").iterdir()))


class TestS3(OnServer):
    """The first server that works here."""

    @pytest.fixture
    def server(self, s3: RealServer) -> RealServer:
        return s3


class TestRclone(OnServer):
    """A folder that rclone serves."""

    replaces_whole = False

    @pytest.fixture
    def server(self, rclone: RealServer) -> RealServer:
        return rclone


@contextmanager
def hanging(server: RealServer) -> Iterator[None]:
    """Within the block the server does nothing, and does not close anything either."""
    assert server.local
    pid = server.local.pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    try:
        # The signal has reached the process before all of its threads have noticed.
        while any(task.joinpath("stat").read_text().rpartition(")")[2].split()[0] != "T" for task in tasks(pid)):
            os.sched_yield()
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def tasks(pid: int) -> list[Path]:
    """What the kernel tells of the threads of a process."""
    return list(Path(f"/proc/{pid}/task").iterdir())


class OnMortalServer(ServedObjectsContract):
    """A subclass gives `server`."""

    @pytest.fixture
    async def connect(self, server: RealServer) -> AsyncIterator[Open]:
        async for opened in connecting(server.url, self.limit):
            yield opened

    @pytest.mark.slow
    async def test_a_server_that_hangs_is_unavailable_in_time(self, objects: Objects, server: RealServer) -> None:
        """Its connections stay open, and nothing comes. When it goes on, so do we."""
        await objects.put("a", noise(30 * MIB))
        with hanging(server):
            begun = time.monotonic()
            for call in (objects.get("a"), objects.put("b", b"x"), objects.ping()):
                with pytest.raises(Unavailable):
                    await call
            taken = time.monotonic() - begun

        assert taken < 3 * 2 * self.limit.total_seconds()
        assert await whole(objects, "a", 5, 7) == noise(30 * MIB)[5:12]

    async def test_who_gives_up_asking_need_not_wait(self, objects: Objects, server: RealServer) -> None:
        """A question whether it answers ends when the asker's patience does, and not the connection's."""
        with hanging(server):
            begun = time.monotonic()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await objects.ping()
            taken = time.monotonic() - begun

        assert taken < self.limit.total_seconds() / 2


class TestMortalS3(OnMortalServer):
    """The first program of this machine that is an S3 server."""

    @pytest.fixture
    def server(self, private_servers: PrivateServers) -> RealServer:
        return private_servers("s3")


class TestMortalRclone(OnMortalServer):
    """A folder that rclone serves."""

    puts_whole = False

    @pytest.fixture
    def server(self, own_rclone: RealServer) -> RealServer:
        return own_rclone


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://key:hidden@host/bucket",
        "s3+http://host/bucket",
        "s3+http://key@host/bucket",
        "s3+http://key:hidden@/bucket",
        "s3+http://key:hidden@host:port/bucket",
        "s3+http://key:hidden@host",
        "s3+http://key:hidden@host/ab",
        "s3+http://key:hidden@host/bucket/more",
    ],
)
async def test_another_url_is_refused_without_showing_the_secret(url: str) -> None:
    with pytest.raises(Refused) as told:
        await connect_s3(url)

    assert "hidden" not in str(told.value)
    assert told.value.faults[0].fix
