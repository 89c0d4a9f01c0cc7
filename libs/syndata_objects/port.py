"""What we need of an object store: whole objects, put under keys and read in ranges.

All that is asked of a store is an idempotent put of a whole object: it is there as a whole or not at all, a reader never
sees half of it, and a put that returned is durable. No conditions, no tags, no server-side copies, no order of
listings while others write.

No key may be a folder of another: who puts `a` never puts `a/b`. S3 would bear it, stores of files cannot: the embedded
one says Defect, and a server that keeps files may lose the first for the second.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from syndata_contracts.errors import Defect

PIECE_BYTES: Final = 1024 * 1024
"""Readers get an object in pieces of at most this size."""

_KEY: Final = re.compile(r"[A-Za-z0-9_=+-][A-Za-z0-9._=+-]{0,199}(/[A-Za-z0-9_=+-][A-Za-z0-9._=+-]{0,199})*")
_LONGEST_KEY: Final = 900


@dataclass(frozen=True, slots=True)
class Stat:
    """What is known of an object without reading it."""

    key: str
    size: int
    """In bytes."""
    modified: datetime
    """When it was put, by the store's clock, to the second; of a file that was put as it is, when it was written."""


class Objects(Protocol):
    """A connection to one bucket; every method is Unavailable when it cannot be reached in time."""

    async def put(self, key: str, body: bytes) -> None:
        """Put an object, replacing one that is there.

        Unavailable leaves open whether it was put: as a whole, or not at all. True of every put below.
        """

    async def put_file(self, key: str, path: Path) -> None:
        """Put a file's content; the file is the store's afterwards, and gone when this returns."""

    async def put_stream(self, key: str, pieces: AsyncIterator[bytes]) -> int:
        """Put content of unknown length, holding little of it in memory; return its size in bytes.

        Nothing appears when `pieces` raises, and what it raised is raised here. Defect above 150 GiB: put those by file.
        """

    async def get(self, key: str) -> bytes:
        """The whole object, for small ones; Missing when there is none."""

    def read(self, key: str, start: int = 0, length: int | None = None) -> AsyncGenerator[bytes, None]:
        """The bytes from `start` on, `length` of them or to the end, in pieces; Missing, OutOfRange at the first piece.

        OutOfRange when `start` lies beyond the end; from the end itself there is nothing to read, and no error. A range
        that goes on beyond the end stops there. Every piece has its own time limit. One whole version is read, even
        while another is put in its place; where that cannot be kept, it is Unavailable. Give up early with `aclose`.
        """

    async def stat(self, key: str) -> Stat | None:
        """What is known of an object; None when there is none."""

    def list(self, prefix: str) -> AsyncGenerator[Stat, None]:
        """Every object whose key begins with `prefix` (whole segments: it ends with `/`, or is empty), by key."""

    async def remove(self, keys: Iterable[str]) -> None:
        """Remove objects; those that are not there are no error."""

    async def ping(self) -> None:
        """Return when the bucket can be used now."""

    async def close(self) -> None:
        """End the connection."""


def checked_key(key: str) -> str:
    """The key itself, when it is one: segments of letters, digits and `. _ = + -`, none beginning with a dot.

    At most 200 characters a segment, 900 in all. Keys that differ in case only are not two on every file system.

    Defect for any other: keys are made by our code, from names that were made fit before.
    """
    if len(key) > _LONGEST_KEY or not _KEY.fullmatch(key):
        raise Defect(f"not an object key: {key[:100]!r}")
    return key


def checked_prefix(prefix: str) -> str:
    """The prefix itself, when it is empty or whole segments that end with a slash; Defect for any other."""
    if prefix:
        if not prefix.endswith("/"):
            raise Defect(f"not a prefix of object keys: {prefix[:100]!r}")
        checked_key(prefix[:-1])
    return prefix
