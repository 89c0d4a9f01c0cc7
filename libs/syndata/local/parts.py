"""One part, made: its bytes go to a file at the right place, or nowhere, and what is known of them comes back."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from syndata.local.landing import unwritable, write_at
from syndata_contracts.digests import Algorithm, Hasher, hasher

if TYPE_CHECKING:
    from syndata_contracts.plan import Plan
    from syndata_contracts.schema import OutputFormat
    from syndata_engine.generation import Dataset


@dataclass(frozen=True, slots=True)
class PartJob:
    """A part to be made."""

    table: str
    part: int
    path: Path | None
    """The file that takes the bytes; None when only their digest is wanted."""


@dataclass(frozen=True, slots=True)
class PartMade:
    """What is known of a part once it is made."""

    job: PartJob
    rows: int
    size: int
    """In bytes."""
    digest: str
    seconds: float
    """From its beginning until its bytes lay where they belong."""
    tail: bytes = field(repr=False)
    """What the table's closing bytes need to know of this part."""


@dataclass(frozen=True, slots=True)
class Order:
    """What all parts of a run have in common."""

    plan: Plan
    output_format: OutputFormat
    algorithm: Algorithm


Place = Callable[[bool], int | None]
"""Asked where a part's bytes go; None while that is unknown, unless told to wait (True)."""


class Shelf:
    """Bytes that wait for their place.

    One buffer serves a worker's every part: fresh memory for each would cost more in page faults than the copying does.
    """

    def __init__(self) -> None:
        self._room = bytearray()
        self._used = 0

    def put(self, view: memoryview) -> None:
        """Take a copy of the bytes behind those that wait."""
        end = self._used + len(view)
        if end > len(self._room):
            self._room.extend(bytes(max(end - len(self._room), len(self._room) // 4)))
        self._room[self._used : end] = view
        self._used = end

    def take(self) -> memoryview:
        """All that waits; the shelf is empty afterwards, and its next `put` overwrites what this shows."""
        waiting = memoryview(self._room)[: self._used]
        self._used = 0
        return waiting


class Sink:
    """Takes a part's bytes in order, hashes them, and lays them down as soon as their place is known.

    A part's place is known once every part before it has its size. Until then its bytes wait in memory, so at
    most one part is ever held.
    """

    def __init__(self, descriptor: int | None, hashed: Hasher, place: Place, shelf: Shelf) -> None:
        """Without a descriptor the bytes are only hashed and counted."""
        self.size = 0
        self._descriptor = descriptor
        self._hash = hashed
        self._place = place
        self._offset: int | None = None
        self._shelf = shelf

    def write(self, view: memoryview) -> None:
        """Take the next bytes; `view` may be reused by the caller afterwards."""
        self._hash.update(view)
        if self._descriptor is not None:
            if self._offset is None:
                self._settle(wait=False)
            if self._offset is None:
                self._shelf.put(view)
            else:
                write_at(self._descriptor, view, self._offset + self.size)
        self.size += len(view)

    def close(self) -> str:
        """Lay down what still waits, and return the digest."""
        if self._descriptor is not None and self._offset is None:
            self._settle(wait=True)
        return self._hash.hexdigest()

    def _settle(self, *, wait: bool) -> None:
        self._offset = self._place(wait)
        if self._offset is None or self._descriptor is None:
            return
        with self._shelf.take() as waiting:
            write_at(self._descriptor, waiting, self._offset)


class PartMaker:
    """Makes parts of one dataset, keeping the file of the table at hand open."""

    def __init__(self, dataset: Dataset, order: Order) -> None:
        self._dataset = dataset
        self._order = order
        self._path: Path | None = None
        self._descriptor: int | None = None
        self._shelf = Shelf()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open(None)

    def make(self, job: PartJob, place: Place, told: Callable[[int], None], sized: Callable[[int], None]) -> PartMade:
        """Make a part; `told` hears of bytes as they come, `sized` of the part's size before its bytes must lie.

        Refused or Unavailable when the file does not take the bytes.
        """
        from syndata_engine.formats import encode_part

        table = self._dataset.tables[job.table]
        begun = time.monotonic()
        try:
            self._open(job.path)
            sink = Sink(self._descriptor, hasher(self._order.algorithm), place, self._shelf)

            def write(view: memoryview) -> None:
                sink.write(view)
                told(len(view))

            tail = encode_part(table, job.part, self._order.output_format, write)
            sized(sink.size)
            digest = sink.close()
            return PartMade(job, tail.rows, sink.size, digest, time.monotonic() - begun, tail.tail)
        except OSError as error:
            raise unwritable(error, job.path or "a part") from error

    def _open(self, path: Path | None) -> None:
        if path == self._path:
            return
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        self._path = None
        if path is not None:
            self._descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
            self._path = path
