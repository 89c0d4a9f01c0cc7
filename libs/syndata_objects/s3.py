"""Objects on an S3 server, through the minio SDK, which blocks and therefore works in threads.

What is asked of the server: put, get, ranges, head, list, delete, multipart. What a server may get wrong, and rclone
does: errors that the SDK cannot read, ranges answered with 200, ETags that change when it restarts.

An upload whose abort could not reach the server stays there, unseen and paid for; let the server expire incomplete
uploads (MinIO does so after a day, other servers by a lifecycle rule).
"""

from __future__ import annotations

import builtins
import io
import itertools
import os
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

import urllib3
from minio import Minio
from minio.deleteobjects import DeleteObject
from minio.error import MinioException, S3Error
from urllib3.exceptions import HTTPError

from syndata_contracts.errors import Defect, Fault, Refused, Unavailable
from syndata_objects.body import Body
from syndata_objects.errors import Missing, OutOfRange
from syndata_objects.port import Objects, Stat, checked_key, checked_prefix
from syndata_objects.streams import Stream
from syndata_objects.threads import Threads
from syndata_objects.transport import Transport

T = TypeVar("T")

PART_BYTES: Final = 16 * 1024 * 1024
"""Larger objects are uploaded in parts. An upload of unknown length holds about four in memory."""
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_MOST_PARTS: Final = 9_600
_STREAMS: Final = 4
_PINGS: Final = 2
_PING_SECONDS: Final = 5.0
_BATCH: Final = 1000

_FULL: Final = {"XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "QuotaExceeded", "InsufficientCapacity"}
_OURS: Final = {"KeyTooLongError", "EntityTooLarge", "EntityTooSmall", "InvalidArgument", "XMinioInvalidObjectName"}
_THERE: Final = {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}


async def connect(url: str, *, limit: timedelta = timedelta(seconds=30), threads: int = 16) -> Objects:
    """Objects in the bucket of `s3+http://ACCESS:SECRET@host:port/bucket?region=…`, made when it is missing.

    Args:
        url: `s3+https` for TLS; access key and secret with `%` where a URL needs it; the region is `us-east-1` unless
            it is stated.
        limit: How long one request, or one piece of an object that is read, is tried; a large body gets more.
        threads: How many requests may be under way at once.

    Raises:
        Refused: The URL is none of these.
        Unavailable: The server did not answer in time, or refuses the key.
    """
    seconds = limit.total_seconds()
    transport = Transport(seconds, threads)
    client, bucket = _client(url, transport)
    asking = Transport(min(seconds, _PING_SECONDS), _PINGS)
    objects = _Bucket(client, bucket, transport, seconds, threads)
    objects.ask_by(_client(url, asking)[0], asking)
    try:
        await objects.prepare()
    except BaseException:
        await objects.close()
        raise
    return objects


def _client(url: str, transport: Transport) -> tuple[Minio, str]:
    try:
        parts = urlsplit(url)
        address = parts.hostname or ""
        if ":" in address:
            address = f"[{address}]"
        address += f":{parts.port}" if parts.port else ""
    except ValueError:
        parts, address = urlsplit(""), ""
    bucket = parts.path.strip("/")
    if parts.scheme not in {"s3+http", "s3+https"} or not (address and parts.username and parts.password):
        # The URL itself is not shown: it holds the secret.
        fault = "the URL of the objects is not an S3 URL with an access key, a secret and a host"
        raise Refused(Fault("", fault, "write s3+http://ACCESS:SECRET@host:port/bucket"))
    if not _BUCKET.fullmatch(bucket):
        what = f"{bucket[:100]!r} is not a bucket's name"
        raise Refused(Fault("", what, "use 3 to 63 lower-case letters, digits, and dots or hyphens inside"))
    client = Minio(
        address,
        access_key=unquote(parts.username),
        secret_key=unquote(parts.password),
        secure=parts.scheme == "s3+https",
        # Without one the SDK would ask the server for it, with a request that not every server knows.
        region=parse_qs(parts.query).get("region", ["us-east-1"])[0],
        http_client=transport,
    )
    return client, bucket


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Say what the server or the network said in terms of the store."""
    try:
        yield
    except S3Error as error:
        raise _translated(error, what) from error
    except (MinioException, HTTPError, OSError) as error:
        raise Unavailable(f"the object store did not {what}: {error}") from error


def _translated(error: S3Error, what: str) -> Exception:
    if error.code == "NoSuchKey":
        return Missing(f"there is no such object, to {what}")
    if error.code in _FULL or error.response.status == 507:
        return Unavailable(f"the object store is full and did not {what} ({error.code})")
    if error.code in _OURS:
        return Defect(f"the object store refuses to {what} ({error.code}: {error.message})")
    return Unavailable(f"the object store did not {what} ({error.code}: {error.message})")


class _Bucket(Objects):
    """Objects in one bucket."""

    def __init__(self, client: Minio, bucket: str, transport: Transport, limit: float, threads: int) -> None:
        self._client = client
        self._bucket = bucket
        self._transport = transport
        self._limit = limit
        self._threads = Threads(threads)
        # Of their own: a stream holds its thread while its source may need one of the others.
        self._streams = Threads(_STREAMS)
        # Likewise: whoever asks whether the store is there must not wait behind those who wait for it.
        self._pings = Threads(_PINGS)
        self._asking, self._short = client, transport

    def ask_by(self, client: Minio, transport: Transport) -> None:
        """Ask whether the bucket is there by a client of its own, which gives up soon."""
        self._asking, self._short = client, transport

    async def _run(self, what: str, call: Callable[[], T], *, harmless: bool = False) -> T:
        def told() -> T:
            with _told(what):
                return call()

        return await self._threads.run(told, harmless=harmless)

    async def prepare(self) -> None:
        """Make the bucket when it is missing."""

        def make() -> None:
            if not self._client.bucket_exists(self._bucket):
                try:
                    self._client.make_bucket(self._bucket)
                except S3Error as error:
                    if error.code not in _THERE:  # another made it at the same time
                        raise

        await self._run(f"make the bucket {self._bucket}", make)

    async def put(self, key: str, body: bytes) -> None:
        checked_key(key)
        await self._run(f"keep {key}", lambda: self._upload(key, io.BytesIO(body), len(body)))

    async def put_file(self, key: str, path: Path) -> None:
        checked_key(key)

        def upload() -> None:
            try:
                file = path.open("rb")
            except FileNotFoundError as error:
                raise Defect(f"there is no file to put as {key}") from error
            with file:
                self._upload(key, file, os.fstat(file.fileno()).st_size)
            path.unlink()

        await self._run(f"keep {key}", upload)

    def _upload(self, key: str, source: BinaryIO, size: int) -> None:
        part = max(PART_BYTES, -(-size // _MOST_PARTS))
        self._client.put_object(self._bucket, key, source, size, part_size=part, num_parallel_uploads=1)
        if size > part:
            self._confirm(key, size)

    def _confirm(self, key: str, size: int) -> None:
        # S3 may answer 200 to the completion of an upload and say in the body that it failed; the SDK does not look.
        found = self._client.stat_object(self._bucket, key).size
        if found != size:
            raise Unavailable(f"the object store has {found} of {size} bytes of {key}")

    async def put_stream(self, key: str, pieces: AsyncIterator[bytes]) -> int:
        checked_key(key)
        stream = Stream(most=PART_BYTES * _MOST_PARTS)

        def upload() -> None:
            with _told(f"keep {key}"):
                self._client.put_object(self._bucket, key, stream, -1, part_size=PART_BYTES, num_parallel_uploads=1)
                if stream.size > PART_BYTES:
                    self._confirm(key, stream.size)

        await stream.carry(pieces, self._streams.run(upload))
        return stream.size

    async def get(self, key: str) -> bytes:
        return b"".join([piece async for piece in self.read(key)])

    async def read(self, key: str, start: int = 0, length: int | None = None) -> AsyncGenerator[bytes, None]:
        checked_key(key)
        if start < 0 or (length is not None and length < 0):
            raise Defect(f"not a range: {start}, {length}")
        if length == 0:
            await self._nothing_at(key, start)
            return
        body = Body(key, start, length, partial(self._request, key))
        try:
            while True:
                try:
                    piece = await self._run(f"read {key}", lambda: body.piece(self._limit))
                except OutOfRange:
                    # At the end of the object, which S3 calls out of range too, there is nothing to read.
                    await self._nothing_at(key, start)
                    return
                if not piece:
                    return
                yield piece
        finally:
            body.close()

    async def _nothing_at(self, key: str, start: int) -> None:
        found = await self.stat(key)
        if found is None:
            raise Missing(f"there is no object {key}")
        if start > found.size:
            raise OutOfRange(f"{key} has {found.size} bytes, and was to be read from {start}")

    def _request(self, key: str, start: int, length: int | None) -> urllib3.BaseHTTPResponse:
        try:
            return self._client.get_object(self._bucket, key, offset=start, length=length or 0)
        except S3Error as error:
            if error.code == "InvalidRange" or error.response.status == 416:
                raise OutOfRange(f"{key} does not reach to byte {start}") from error
            raise

    async def stat(self, key: str) -> Stat | None:
        checked_key(key)
        try:
            found = await self._run(
                f"tell of {key}", lambda: self._client.stat_object(self._bucket, key), harmless=True
            )
        except Missing:
            return None
        return Stat(key, found.size or 0, _moment(found.last_modified))

    async def list(self, prefix: str) -> AsyncGenerator[Stat, None]:
        found = self._client.list_objects(self._bucket, prefix=checked_prefix(prefix) or None, recursive=True)
        while batch := await self._run("list", lambda: builtins.list(itertools.islice(found, _BATCH))):
            for item in batch:
                if not item.object_name.endswith("/"):  # some servers list folders that a console made
                    yield Stat(item.object_name, item.size or 0, _moment(item.last_modified))

    async def remove(self, keys: Iterable[str]) -> None:
        gone = [DeleteObject(checked_key(key)) for key in keys]

        def remove() -> None:
            left = [error for error in self._client.remove_objects(self._bucket, gone) if error.code != "NoSuchKey"]
            if left:
                raise Unavailable(f"the object store kept {len(left)} of {len(gone)} objects ({left[0].code})")

        await self._run("remove", remove)

    async def ping(self) -> None:
        def there() -> bool:
            with _told("answer"):
                return self._asking.bucket_exists(self._bucket)

        if not await self._pings.run(there, harmless=True):
            raise Unavailable(f"the bucket {self._bucket} is gone")

    async def close(self) -> None:
        self._transport.clear()
        self._short.clear()


def _moment(told: datetime | None) -> datetime:
    if told is None:
        raise Unavailable("the object store does not say when an object was put")
    return told
