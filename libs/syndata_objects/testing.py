"""What every object store must do, as tests: subclass `ObjectsContract`, and `ServedObjectsContract` where there is a server.

What no test here asks, because no store promises it: an order of two writers of one key, conditions, keys of which one
is a folder of the other, and how quickly a server forgets an upload whose end it never saw.
"""
# ruff: noqa: S101 - these are tests

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import blake2b, shake_256
from pathlib import Path
from typing import ClassVar, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syndata_contracts.errors import Defect, Unavailable
from syndata_objects.errors import Missing, OutOfRange
from syndata_objects.port import PIECE_BYTES, Objects

MIB: Final = 1024 * 1024
LARGE: Final = 120 * MIB
LITTLE: Final = 80 * MIB
"""What a stream may hold in memory: far more than it needs, and far less than `LARGE`."""
UNFIT_KEYS: Final = ("", "/a", "a/", "a//b", "../a", "a/../b", ".a", "a/.b", "ä", "a b", "a\n", "a\\b", "x" * 201)

Open = Callable[[], Awaitable[Objects]]
"""Opens one more connection, to the same store each time; whoever gives it closes what it opened."""


def noise(size: int, seed: bytes = b"") -> bytes:
    """Bytes that do not repeat, always the same."""
    return shake_256(seed).digest(size)


async def pieces(*these: bytes) -> AsyncIterator[bytes]:
    """A source of just these."""
    for piece in these:
        yield piece


async def large() -> AsyncIterator[bytes]:
    """A source of `LARGE` bytes that holds little; pieces of uneven size, as sources have them."""
    block = noise(MIB + 4096)
    for number in range(LARGE // MIB):
        shift = number * 31 % 4096
        yield block[shift : shift + MIB]


async def whole(objects: Objects, key: str, start: int = 0, length: int | None = None) -> bytes:
    """What a range holds."""
    return b"".join([piece async for piece in objects.read(key, start, length)])


async def listed(objects: Objects, prefix: str) -> list[str]:
    """The keys of a listing, in its order."""
    return [found.key async for found in objects.list(prefix)]


async def digest(source: AsyncIterator[bytes]) -> bytes:
    """Of everything that comes."""
    told = blake2b()
    async for piece in source:
        told.update(piece)
    return told.digest()


@contextmanager
def little_memory() -> Iterator[None]:
    """The block must not hold more than `LITTLE` bytes beyond what was held before it."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < LITTLE
    finally:
        tracemalloc.stop()


class ObjectsContract:
    """A subclass gives the fixture `connect`: connections to one store that begins empty."""

    replaces_whole: ClassVar[bool] = True
    """Whether readers never see a replacement half done. Not so for rclone, which writes in place: there, only what
    nobody reads may be replaced."""

    @pytest.fixture
    async def connect(self) -> Open:
        raise NotImplementedError

    @pytest.fixture
    async def objects(self, connect: Open) -> Objects:
        return await connect()

    @pytest.mark.parametrize("size", [0, 1, PIECE_BYTES, PIECE_BYTES + 1])
    async def test_an_object_is_got_as_it_was_put(self, objects: Objects, size: int) -> None:
        await objects.put("a/b+c=d_e-f.csv", noise(size))

        assert await objects.get("a/b+c=d_e-f.csv") == noise(size)
        assert await whole(objects, "a/b+c=d_e-f.csv") == noise(size)
        found = await objects.stat("a/b+c=d_e-f.csv")
        assert found is not None
        assert (found.key, found.size) == ("a/b+c=d_e-f.csv", size)

    async def test_it_is_told_when_an_object_was_put(self, objects: Objects) -> None:
        """By who asks for one and who lists all, to the second; putting it again makes it new."""
        begun = datetime.now(UTC)
        await objects.put("a/b", b"first")
        first = await objects.stat("a/b")
        assert first is not None
        assert abs(first.modified - begun) < timedelta(seconds=30), "the clocks of store and test differ"
        assert [abs(one.modified - first.modified) < timedelta(seconds=1) async for one in objects.list("a/")] == [True]
        await asyncio.sleep(2.1)
        await objects.put("a/b", b"first")
        again = await objects.stat("a/b")

        assert again is not None
        assert again.modified - first.modified > timedelta(seconds=1)

    async def test_a_put_replaces(self, objects: Objects) -> None:
        await objects.put("a", b"the first, which is longer")
        await objects.put("a", b"the second")

        assert await objects.get("a") == b"the second"
        assert await listed(objects, "") == ["a"]

    async def test_another_connection_sees_what_was_put(self, connect: Open) -> None:
        one, other = await connect(), await connect()
        await one.put("a/b", b"seen")

        assert await other.get("a/b") == b"seen"

    async def test_what_is_not_there_is_missing(self, objects: Objects) -> None:
        await objects.put("a/b", b"")

        for key in ("a", "a/c", "b", "a/b/c"):
            assert await objects.stat(key) is None
            with pytest.raises(Missing):
                await objects.get(key)
            with pytest.raises(Missing):
                await whole(objects, key)
            with pytest.raises(Missing):
                await whole(objects, key, 0, 0)
        assert await listed(objects, "c/") == []

    async def test_removing_twice_is_removing_once(self, objects: Objects) -> None:
        for key in ("a/b", "a/c", "d"):
            await objects.put(key, b"x")
        await objects.remove(["a/b", "never/there", "d"])
        await objects.remove(iter(["a/b", "d"]))
        await objects.remove([])

        assert await listed(objects, "") == ["a/c"]
        with pytest.raises(Missing):
            await objects.get("a/b")

    async def test_a_key_can_be_put_again_after_its_removal(self, objects: Objects) -> None:
        await objects.put("a/b/c", b"first")
        await objects.remove(["a/b/c"])
        await objects.put("a/b/c", b"second")

        assert await objects.get("a/b/c") == b"second"

    @pytest.mark.parametrize("key", UNFIT_KEYS)
    async def test_what_is_no_key_is_a_defect(self, objects: Objects, tmp_path: Path, key: str) -> None:
        file = tmp_path / "kept"
        file.write_bytes(b"x")

        for call in (
            lambda: objects.put(key, b""),
            lambda: objects.put_file(key, file),
            lambda: objects.put_stream(key, pieces(b"")),
            lambda: objects.get(key),
            lambda: whole(objects, key),
            lambda: objects.stat(key),
            lambda: objects.remove([key]),
        ):
            with pytest.raises(Defect):
                await call()
        assert file.exists()

    @pytest.mark.parametrize("prefix", ["a", "/", "../", "a//", "ä/"])
    async def test_what_is_no_prefix_is_a_defect(self, objects: Objects, prefix: str) -> None:
        with pytest.raises(Defect):
            await listed(objects, prefix)

    async def test_any_range_equals_a_slice(self, objects: Objects) -> None:
        """Over every border: of the object, of a piece, and beyond the end."""
        body = noise(2 * PIECE_BYTES + 1000)
        await objects.put("a", body)
        near = st.sampled_from([0, 1000, PIECE_BYTES, 2 * PIECE_BYTES, len(body)])
        places = st.builds(lambda place, by: max(0, place + by), near, st.integers(-3, 3))

        @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
        @given(start=places, length=st.none() | places)
        async def equal(start: int, length: int | None) -> None:
            if start > len(body):
                with pytest.raises(OutOfRange):
                    await whole(objects, "a", start, length)
            else:
                end = None if length is None else start + length
                assert await whole(objects, "a", start, length) == body[start:end]

        await in_turn(equal)

    async def test_ranges_of_an_empty_object(self, objects: Objects) -> None:
        await objects.put("a", b"")

        assert await whole(objects, "a") == b""
        assert await whole(objects, "a", 0, 5) == b""
        with pytest.raises(OutOfRange):
            await whole(objects, "a", 1)

    async def test_a_negative_range_is_a_defect(self, objects: Objects) -> None:
        await objects.put("a", b"abc")

        for start, length in ((-1, None), (0, -1)):
            with pytest.raises(Defect):
                await whole(objects, "a", start, length)

    async def test_pieces_are_small(self, objects: Objects) -> None:
        await objects.put("a", noise(3 * PIECE_BYTES))

        assert all([0 < len(piece) <= PIECE_BYTES async for piece in objects.read("a")])

    async def test_listings_are_complete_and_by_key(self, objects: Objects) -> None:
        """In the order of their characters, in which `a-b` comes before `a/b` and `a0` after it."""
        keys = [f"p/{folder}/{number:03}" for folder in ("a", "a-b", "a.b", "a0", "A") for number in range(120)]
        keys += ["p/a.csv", "p/a-", "p/aa", "q/p/a", "pp/a"]
        await asyncio.gather(*(objects.put(key, key.encode()) for key in keys))

        assert await listed(objects, "") == sorted(keys)
        assert await listed(objects, "p/") == sorted(key for key in keys if key.startswith("p/"))
        assert await listed(objects, "p/a/") == [f"p/a/{number:03}" for number in range(120)]
        assert all([found.size == len(found.key) async for found in objects.list("p/")])

    async def test_a_listing_may_be_left_early(self, objects: Objects) -> None:
        for key in ("a", "b", "c"):
            await objects.put(key, b"")
        async with aclosing(objects.list("")) as found:
            assert (await anext(found)).key == "a"

        assert await listed(objects, "") == ["a", "b", "c"]

    async def test_many_at_once(self, objects: Objects) -> None:
        bodies = {f"k/{number}": noise(50_000 + number, b"%d" % number) for number in range(32)}
        await asyncio.gather(*(objects.put(key, body) for key, body in bodies.items()))

        assert await asyncio.gather(*(objects.get(key) for key in bodies)) == list(bodies.values())

    async def test_a_file_becomes_an_object_and_is_gone(self, objects: Objects, tmp_path: Path) -> None:
        for size in (0, 1000):
            file = tmp_path / "file"
            file.write_bytes(noise(size))
            await objects.put_file("a/file", file)

            assert await objects.get("a/file") == noise(size)
            assert not file.exists()

    async def test_a_file_that_is_not_there_is_a_defect(self, objects: Objects, tmp_path: Path) -> None:
        with pytest.raises(Defect):
            await objects.put_file("a", tmp_path / "none")
        assert await objects.stat("a") is None

    async def test_a_stream_becomes_an_object(self, objects: Objects) -> None:
        assert await objects.put_stream("none", pieces()) == 0
        assert await objects.put_stream("some", pieces(b"ab", b"", b"c")) == 3

        assert await objects.get("none") == b""
        assert await objects.get("some") == b"abc"

    async def test_large_content_takes_little_memory(self, objects: Objects, tmp_path: Path) -> None:
        """By stream, by file, and when it is read."""
        expected = await digest(large())
        file = tmp_path / "large"
        with file.open("wb") as out:
            async for piece in large():
                out.write(piece)
        with little_memory():
            assert await objects.put_stream("stream", large()) == LARGE
            await objects.put_file("file", file)
            assert await digest(objects.read("stream")) == expected
            assert await digest(objects.read("file")) == expected
        assert await whole(objects, "stream", LARGE - 10) == await whole(objects, "file", LARGE - 10, 20)

    @pytest.mark.parametrize("before", [0, 40])
    async def test_a_source_that_fails_leaves_nothing(self, objects: Objects, before: int) -> None:
        """Neither a new object, nor a change to the one that was there; `before` it fails come so many MiB."""

        async def failing() -> AsyncIterator[bytes]:
            for _ in range(before):
                yield noise(MIB)
            raise LookupError

        await objects.put("there", b"as it was")
        for key in ("new", "there"):
            with pytest.raises(LookupError):
                await objects.put_stream(key, failing())

        assert await listed(objects, "") == ["there"]
        assert await objects.get("there") == b"as it was"

    async def test_a_cancelled_stream_leaves_nothing(self, objects: Objects) -> None:
        begun = asyncio.Event()

        async def endless() -> AsyncIterator[bytes]:
            yield noise(20 * MIB)
            begun.set()
            await asyncio.Event().wait()

        putting = asyncio.ensure_future(objects.put_stream("a", endless()))
        await begun.wait()
        putting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await putting

        assert await listed(objects, "") == []
        await objects.put("a", b"usable")

    async def test_a_stream_may_come_from_the_same_store(self, objects: Objects) -> None:
        """Many at once, so that none waits for what the others hold."""
        await objects.put("from", noise(3 * MIB))
        await asyncio.gather(*(objects.put_stream(f"to/{number}", objects.read("from")) for number in range(12)))

        assert {found.size async for found in objects.list("to/")} == {3 * MIB}

    async def test_readers_see_one_whole_version(self, objects: Objects) -> None:
        """While others replace it: of each body all bytes are the same, and its size tells which."""
        versions = {size: bytes([size]) * (size * MIB // 2) for size in range(3, 9)}
        await objects.put("a", versions[3])
        done = asyncio.Event()
        seen: list[bytes] = []

        async def replace() -> None:
            for _ in range(3):
                for version in versions.values():
                    await objects.put("a", version)
            done.set()

        async def look() -> None:
            while not done.is_set():
                try:
                    seen.append(await objects.get("a"))
                except Unavailable:
                    continue  # allowed, as long as nothing torn is handed out

        await asyncio.gather(replace(), look(), look())

        assert seen
        assert await objects.get("a") == versions[8]
        assert not self.replaces_whole or all(body == versions[body[0]] for body in seen)

    async def test_a_slow_reader_gets_no_mixture(self, objects: Objects) -> None:
        """The version that it began with to its end, or Unavailable."""
        old, new = b"o" * (24 * MIB), b"n" * (24 * MIB)
        await objects.put("a", old)
        reading = objects.read("a")
        got = await anext(reading)
        putting = asyncio.ensure_future(objects.put("a", new))
        await asyncio.wait([putting], timeout=1)  # MinIO lets a put wait for those who read
        try:
            got += b"".join([piece async for piece in reading])
        except Unavailable:
            assert set(got) == set(old)
        else:
            assert got == old
        await putting
        assert await objects.get("a") == new

    async def test_a_reader_may_stop_early(self, objects: Objects) -> None:
        """As often as it likes, and all the others go on."""
        await objects.put("a", noise(4 * MIB))
        for _ in range(50):
            async with aclosing(objects.read("a")) as found:
                assert await anext(found)

        assert await objects.get("a") == noise(4 * MIB)

    async def test_it_answers(self, objects: Objects) -> None:
        await objects.ping()


async def in_turn(test: Callable[[], object]) -> None:
    """Run a hypothesis test of a coroutine from inside the loop whose connections it uses."""
    loop = asyncio.get_running_loop()
    inner = test.hypothesis.inner_test  # type: ignore[attr-defined] # what its plugins use, too

    def in_loop(**drawn: object) -> None:
        asyncio.run_coroutine_threadsafe(inner(**drawn), loop).result()

    test.hypothesis.inner_test = in_loop  # type: ignore[attr-defined]
    await asyncio.to_thread(test)
