"""What we need of a document store: versions that are inserted once and never changed.

The unique insert of a version is the only coordination there is: of all who insert the same version, exactly one
succeeds, on every implementation, whatever dies when. A document is changed by inserting its next version.
A successful insert is durable: it survives the death of the store and of the machine's processes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Record:
    """One version of a document."""

    key: str
    version: int
    body: Mapping[str, Any]
    """JSON: text, whole numbers within 64 bits, floats, booleans, None, lists and objects of these; keys are texts
    without dots, dollar signs or NUL. Kept exactly, types included."""


class Store(Protocol):
    """A connection to the store; every method is Unavailable when it cannot be reached in time.

    `collection` is a lower-case word; `key` is a text of at most 200 characters without a colon or control characters.
    """

    async def insert(self, collection: str, key: str, version: int, body: Mapping[str, Any]) -> None:
        """Keep a version; Conflict when it exists.

        Unavailable when that could not be confirmed in time: it may have been kept, so who inserts must bear finding it.
        """

    async def newest(self, collection: str, key: str) -> Record | None:
        """The highest version, as of a moment after the call began; None when there is none."""

    async def version(self, collection: str, key: str, version: int) -> Record | None:
        """This very version."""

    async def prune(self, collection: str, key: str, below: int) -> int:
        """Drop the versions above 0 and below `below`; return how many. Version 0 stays: it is what `page` lists."""

    async def page(
        self, collection: str, *, where: Mapping[str, str], before: str | None = None, limit: int = 50
    ) -> Sequence[Record]:
        """Versions 0 whose top-level text fields equal `where`, by descending key, from the first key below `before`."""

    async def remove(self, collection: str, key: str) -> int:
        """Drop every version; return how many."""

    async def ping(self) -> None:
        """Return when the store can be used now."""

    async def close(self) -> None:
        """End the connection."""
