"""Answers that no server of this machine gives on demand, from a server that gives just these."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from syndata_contracts.errors import Unavailable
from syndata_objects.port import Objects
from syndata_objects.s3 import connect
from syndata_objects.testing import noise, whole

Answer = Callable[[str, str], bytes]
"""What is sent for a request line and its Range; the connection is closed then."""

BODY = noise(3_000_000)
FULL = b"<Error><Code>XMinioStorageFull</Code><Message>no room</Message></Error>"


@asynccontextmanager
async def served(answer: Answer) -> AsyncIterator[Objects]:
    """Objects on a server that answers so; questions after the bucket find it."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = re.search(r"(?i)content-length: (\d+)", head)
        await reader.readexactly(int(length[1]) if length else 0)
        line, asked = head.partition("\r\n")[0], re.search(r"(?i)range: bytes=(\d*)-", head)
        about_the_bucket = line.startswith("HEAD /bucket ")
        writer.write(told(200, b"") if about_the_bucket else answer(line, asked[1] if asked else ""))
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    objects = await connect(f"s3+http://key:secret@127.0.0.1:{port}/bucket", limit=timedelta(seconds=2))
    try:
        yield objects
    finally:
        await objects.close()
        server.close()


def told(status: int, body: bytes, *headers: str, size: int | None = None) -> bytes:
    """An answer; `size` is what it claims to have."""
    lines = [f"HTTP/1.1 {status} told", f"Content-Length: {len(body) if size is None else size}", *headers]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


def part(start: int, sent: int, *headers: str) -> bytes:
    """The rest of the body from `start`, cut off after so many bytes."""
    place = f"Content-Range: bytes {start}-{len(BODY) - 1}/{len(BODY)}"
    return told(206, BODY[start : start + sent], place, *headers, size=len(BODY) - start)


async def test_a_full_store_is_unavailable_at_once_and_says_so() -> None:
    asked = []

    def full(line: str, _: str) -> bytes:
        asked.append(line)
        return told(507, FULL, "Content-Type: application/xml")

    async with served(full) as objects:
        with pytest.raises(Unavailable, match="is full"):
            await objects.put("a", b"x")

    assert len(asked) == 1


async def test_a_body_that_breaks_off_is_continued_where_it_broke() -> None:
    starts = []

    def broken(_: str, asked: str) -> bytes:
        starts.append(int(asked or 0))
        return part(starts[-1], 1_200_000)

    async with served(broken) as objects:
        assert await whole(objects, "a") == BODY

    assert starts == [0, 1_200_000, 2_400_000]


async def test_a_body_that_stays_short_is_unavailable() -> None:
    def short(_: str, asked: str) -> bytes:
        return part(int(asked or 0), 0 if asked else 1000)

    async with served(short) as objects:
        with pytest.raises(Unavailable, match="byte 1000"):
            await objects.get("a")


async def test_a_body_is_not_continued_with_another_version() -> None:
    """What was put meanwhile has another second."""
    seconds = iter(range(100))

    def replaced(_: str, asked: str) -> bytes:
        return part(int(asked or 0), 1_200_000, f"Last-Modified: {next(seconds)}")

    async with served(replaced) as objects:
        with pytest.raises(Unavailable, match="replaced"):
            await objects.get("a")


async def test_a_server_without_ranges_is_unavailable_and_gives_no_wrong_bytes() -> None:
    async with served(lambda _line, _asked: told(200, BODY)) as objects:
        with pytest.raises(Unavailable, match="ranges"):
            await whole(objects, "a", 5, 10)


async def test_a_busy_server_is_asked_again() -> None:
    busy = iter([503, 500, 429])

    def answer(_: str, __: str) -> bytes:
        status = next(busy, 200)
        return told(status, BODY if status == 200 else b"<Error/>", "Content-Type: application/xml")

    async with served(answer) as objects:
        assert await objects.get("a") == BODY
