"""Digests of parts and tables, by the algorithm the manifest names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Literal, Protocol

from blake3 import blake3

Algorithm = Literal["blake3", "sha256"]


class Hasher(Protocol):
    """What both algorithms offer."""

    def update(self, data: memoryview | bytes, /) -> object: ...

    def hexdigest(self) -> str: ...


def hasher(algorithm: Algorithm) -> Hasher:
    """Return a fresh hasher."""
    return blake3() if algorithm == "blake3" else hashlib.sha256()


def digest(body: bytes, algorithm: Algorithm) -> str:
    """Return the hex digest of these bytes."""
    made = hasher(algorithm)
    made.update(body)
    return made.hexdigest()


def digest_of_digests(digests: Iterable[str], algorithm: Algorithm) -> str:
    """Return a table's digest: over the raw digests of its parts and its closing, in order."""
    return digest(b"".join(bytes.fromhex(one) for one in digests), algorithm)
