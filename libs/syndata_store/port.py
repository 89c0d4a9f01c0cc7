"""What we need of a document store: versions that are inserted once and never changed.

The unique insert of a version is the only coordination there is: of all who insert the same version, exactly one
succeeds, on every implementation, whatever dies when. A document is changed by inserting its next version.
A successful insert is durable: it survives the death of the store and of the machine's processes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from syndata_contracts.errors import Defect

KEPT_VERSIONS: Final = 8
"""So many of a document's newest versions are never pruned.

Without them a writer that slept could insert a version that was taken and then pruned, and believe that it won. Who
inserts a version looks whether one stands so far above it; if none does, nobody can have pruned that version before.
"""

LONGEST_KEY: Final = 200
LARGEST_BODY: Final = 15 * 1024 * 1024
"""Bytes of a body as JSON; MongoDB takes 16 MiB for a document with all that belongs to it."""
LONGEST_PAGE: Final = 1000

_COLLECTION: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LARGEST_VERSION: Final = 2**53


@dataclass(frozen=True, slots=True)
class Record:
    """One version of a document."""

    key: str
    version: int
    body: Mapping[str, Any]
    """JSON: text, whole numbers within 64 bits (signed or not), finite floats, booleans, None, lists and dicts of these;
    names are texts without dots, dollar signs or NUL. At most 100 levels and LARGEST_BODY. Kept exactly, types
    included; whatever cannot be (a tuple, an enumeration, NaN) is a Defect at the insert."""


class Store(Protocol):
    """A connection to the store; every method is Unavailable when it cannot be reached in time, or was closed.

    `collection` is a lower-case word; `key` is a text of 1 to 200 characters without a colon or control characters;
    anything else is a Defect, as is a version below zero: they are made by our code, or checked before.
    """

    async def insert(self, collection: str, key: str, version: int, body: Mapping[str, Any]) -> None:
        """Keep a version; Conflict when it exists.

        Unavailable when that could not be confirmed in time: it may have been kept, so who inserts must bear finding it.
        A version that lies KEPT_VERSIONS or more below the newest is one that existed: Conflict, or Unavailable where
        the store cannot tell; never a success.
        """

    async def newest(self, collection: str, key: str) -> Record | None:
        """The highest version, as of a moment after the call began; None when there is none."""

    async def version(self, collection: str, key: str, version: int) -> Record | None:
        """This very version."""

    async def prune(self, collection: str, key: str, below: int) -> int:
        """Drop the versions above 0 and below `below`, except the newest KEPT_VERSIONS; return how many went.

        Version 0 stays: it is what `page` lists. The number may be too low when the connection broke meanwhile.
        """

    async def page(
        self, collection: str, *, where: Mapping[str, str], before: str | None = None, limit: int = 50
    ) -> Sequence[Record]:
        """Versions 0 whose top-level text fields equal `where`, by descending key, from the first key below `before`.

        Keys are compared by code points. `limit` is 1 to LONGEST_PAGE.
        """

    async def remove(self, collection: str, key: str) -> int:
        """Drop every version; return how many.

        The key is free again afterwards: who removes sees to it that nobody still writes to the document.
        """

    async def ping(self) -> None:
        """Return when the store can be used now."""

    async def close(self) -> None:
        """End the connection. Closing twice is no error."""


def checked_collection(collection: str) -> str:
    """The collection itself, when it is a lower-case word of at most 40 characters; Defect for any other."""
    if not _COLLECTION.fullmatch(collection):
        raise Defect(f"not a collection: {collection[:100]!r}")
    return collection


def checked_key(key: str) -> str:
    """The key itself, when it is one; Defect for any other.

    A colon would make two documents' versions one `key:version`, and stores differ in how they order what is no text.
    """
    unfit = not 0 < len(key) <= LONGEST_KEY or any(
        sign == ":" or unicodedata.category(sign) in {"Cc", "Cs"} for sign in key
    )
    if unfit:
        raise Defect(f"not a key of a document: {key[:100]!r}")
    return key


def checked_version(version: int) -> int:
    """The version itself, when it is a whole number from zero on; Defect for any other."""
    if type(version) is not int or not 0 <= version < _LARGEST_VERSION:
        raise Defect(f"not a version of a document: {version!r}")
    return version


def checked_limit(limit: int) -> int:
    """The limit itself, when it is 1 to LONGEST_PAGE; Defect for any other."""
    if type(limit) is not int or not 1 <= limit <= LONGEST_PAGE:
        raise Defect(f"not a size of a page: {limit!r}")
    return limit
