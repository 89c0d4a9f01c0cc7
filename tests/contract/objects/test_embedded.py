"""The store in files keeps the contract, and what only it can suffer."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from syndata_contracts.errors import Defect, Unavailable
from syndata_objects.embedded import open_objects
from syndata_objects.errors import Missing
from syndata_objects.port import Objects
from syndata_objects.testing import MIB, ObjectsContract, Open, listed, noise

LIBRARIES = Path(__file__).resolve().parents[3] / "libs"
WRITES = """
import asyncio, sys
from hashlib import shake_256
from pathlib import Path
from syndata_objects.embedded import open_objects

async def source(body):
    for place in range(0, len(body), 10_000):
        yield body[place : place + 10_000]

async def write(objects, writer):
    for number in range(1_000_000):
        key = f"{writer}/{number:06}"
        body = shake_256(key.encode()).digest(100_000)
        if writer % 2:
            await objects.put(key, body)
        else:
            await objects.put_stream(key, source(body))
        print(key, flush=True)

async def main():
    objects = await open_objects(Path(sys.argv[1]))
    await asyncio.gather(*(write(objects, writer) for writer in range(8)))

asyncio.run(main())
"""
FILLS = """
import asyncio, resource, sys
from pathlib import Path
from syndata_contracts.errors import Unavailable
from syndata_objects.embedded import open_objects

async def main():
    objects = await open_objects(Path(sys.argv[1]))
    await objects.put("a", b"as it was")
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    async def source():
        yield b"x" * 150_000
    outside = Path(sys.argv[2])
    for put in (lambda: objects.put("a", b"x" * 150_000), lambda: objects.put_stream("a", source()),
                lambda: objects.put_file("a", outside)):
        try:
            await put()
        except Unavailable as error:
            print(error)
    assert await objects.get("a") == b"as it was"
    await objects.put("b", b"there is room again")

asyncio.run(main())
"""


def program(text: str, *arguments: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", text, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(LIBRARIES), "PATH": os.environ["PATH"]},
    )


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "objects"


@pytest.fixture
async def connect(directory: Path) -> AsyncIterator[Open]:
    async with AsyncExitStack() as stack:

        async def opened() -> Objects:
            objects = await open_objects(directory)
            stack.push_async_callback(objects.close)
            return objects

        yield opened


@pytest.fixture
async def objects(connect: Open) -> Objects:
    return await connect()


class TestEmbedded(ObjectsContract):
    """Files in a directory of this test's own."""

    @pytest.fixture
    async def connect(self, connect: Open) -> Open:
        return connect


def files(directory: Path) -> set[str]:
    """Everything below, hidden or not, but locks."""
    return {str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file() and path.name != "lock"}


async def test_what_was_confirmed_survives_kill_9(directory: Path, connect: Open) -> None:
    """Every confirmed object is whole, what is there is whole, and opening again leaves nothing of the dead writer."""
    for _ in range(3):
        with program(WRITES, directory) as writer:
            assert writer.stdout
            confirmed = [writer.stdout.readline().strip() for _ in range(100)]
            writer.send_signal(signal.SIGKILL)
            confirmed += [line.strip() for line in writer.stdout if line.endswith("\n")]
        objects = await connect()
        there = await listed(objects, "")

        assert set(confirmed) <= set(there)
        for key in there:
            assert await objects.get(key) == noise(100_000, key.encode())
        assert files(directory) == set(there)


async def test_opening_spares_what_the_living_write(objects: Objects, directory: Path, connect: Open) -> None:
    async def source() -> AsyncIterator[bytes]:
        yield b"before, "
        await connect()
        yield b"after"

    await objects.put_stream("a", source())

    assert await objects.get("a") == b"before, after"


async def test_closing_leaves_only_objects(directory: Path) -> None:
    objects = await open_objects(directory)
    await objects.put("a/b", b"x")
    await objects.close()

    assert files(directory) == {"a/b"}


async def test_removing_the_last_object_removes_its_folders(objects: Objects, directory: Path) -> None:
    await objects.put("a/b/c", b"x")
    await objects.put("a/d", b"x")
    await objects.remove(["a/b/c"])

    assert not (directory / "a/b").exists()
    assert await listed(objects, "") == ["a/d"]


async def test_puts_and_removals_of_one_folder_do_not_disturb_each_other(connect: Open) -> None:
    """A folder that goes with its last object comes again with the next."""
    one, other = await connect(), await connect()
    for number in range(200):
        await one.put(f"a/b/{number}", b"x")
        await asyncio.gather(other.remove([f"a/b/{number}"]), one.put(f"a/b/{number + 1}", b"x"))

        assert await one.get(f"a/b/{number + 1}") == b"x"


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Path]:
    """A file, on another file system than the store's where this machine has one."""
    memory = Path("/dev/shm")  # noqa: S108 - that it is another file system is the point
    file = (memory if memory.is_dir() else tmp_path) / f"syndata-{os.getpid()}"
    file.write_bytes(noise(150_000))
    yield file
    file.unlink(missing_ok=True)


def test_a_full_disk_is_told_and_leaves_nothing(directory: Path, outside: Path) -> None:
    """What was there is still there; the next put that has room succeeds."""
    with program(FILLS, directory, outside) as filler:
        assert filler.stdout
        told = filler.stdout.read().splitlines()

    assert filler.returncode == 0
    # A file of the same file system is moved, which takes no room.
    assert len(told) == 2 + outside.exists()
    assert outside.exists() == (outside.parent.stat().st_dev != directory.stat().st_dev)
    assert all("no space is left" in line for line in told)
    assert files(directory) == {"a", "b"}


async def test_a_file_of_another_file_system_is_copied(objects: Objects, outside: Path) -> None:
    await objects.put_file("a", outside)

    assert await objects.get("a") == noise(150_000)
    assert outside not in set(outside.parent.iterdir())


async def test_a_file_of_the_same_file_system_is_moved(objects: Objects, directory: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * MIB)
    with file.open("rb") as same:
        await objects.put_file("a", file)

        with (directory / "a").open("rb") as kept:
            assert os.fstat(same.fileno()).st_ino == os.fstat(kept.fileno()).st_ino


async def test_a_file_with_a_second_name_is_copied(objects: Objects, tmp_path: Path) -> None:
    """Who writes to the other name does not write into the object."""
    file, other = tmp_path / "file", tmp_path / "other"
    file.write_bytes(b"as put")
    other.hardlink_to(file)
    await objects.put_file("a", file)
    other.write_bytes(b"changed")

    assert await objects.get("a") == b"as put"
    assert not file.exists()


async def test_a_link_in_place_of_a_file_is_followed_once(objects: Objects, directory: Path, tmp_path: Path) -> None:
    """The object holds the content, not the link."""
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_bytes(b"content")
    link.symlink_to(file)
    await objects.put_file("a", link)

    assert not (directory / "a").is_symlink()
    assert await objects.get("a") == b"content"
    assert file.exists()


async def test_links_do_not_lead_out_of_the_directory(objects: Objects, directory: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    secret = outside / "secret"
    secret.write_bytes(b"secret")
    (directory / "folder").symlink_to(outside)
    (directory / "file").symlink_to(secret)

    for key in ("folder/secret", "file"):
        assert await objects.stat(key) is None
        with pytest.raises(Missing):
            await objects.get(key)
    assert await listed(objects, "") == []
    assert await listed(objects, "folder/") == []
    with pytest.raises(Defect):
        await objects.put("folder/new", b"x")
    await objects.remove(["folder/secret"])
    await objects.put("file", b"an object now")

    assert not (outside / "new").exists()
    assert secret.read_bytes() == b"secret"


async def test_a_key_below_another_is_a_defect(objects: Objects) -> None:
    """Files cannot live so; nothing that was there is harmed."""
    await objects.put("a", b"x")
    await objects.put("b/c", b"y")
    for key in ("a/b", "b"):
        with pytest.raises(Defect):
            await objects.put(key, b"z")

    assert await objects.get("a") == b"x"
    assert await objects.get("b/c") == b"y"
    assert await listed(objects, "") == ["a", "b/c"]


async def test_a_directory_that_cannot_be_used_is_unavailable(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"")

    with pytest.raises(Unavailable):
        await open_objects(file)


async def test_a_directory_that_went_away_is_unavailable(objects: Objects, directory: Path) -> None:
    os.rename(directory, directory.with_name("elsewhere"))  # noqa: PTH104 - its other way is refused in coroutines

    with pytest.raises(Unavailable):
        await objects.ping()
    with pytest.raises(Unavailable):
        await objects.put("a", b"x")


async def test_readers_leave_no_open_files(objects: Objects) -> None:
    await objects.put("a", noise(3 * MIB))
    before = open_files()
    for _ in range(50):
        reading = objects.read("a")
        await anext(reading)
        await reading.aclose()

    assert open_files() <= before


def open_files() -> int:
    """Descriptors of this process."""
    return len(list(Path("/dev/fd").iterdir()))
