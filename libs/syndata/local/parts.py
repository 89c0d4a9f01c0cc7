"""One part, made: its bytes go to a file at the right place, or nowhere, and what is known of them comes back."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Protocol, Self

import numpy as np

from syndata.local.landing import unwritable, write_at
from syndata_contracts.digests import Algorithm, Hasher, hasher

if TYPE_CHECKING:
    from syndata_contracts.plan import Plan
    from syndata_contracts.schema import OutputFormat
    from syndata_engine.generation import Dataset

_BITE: Final = 8 * 1024 * 1024


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


class Gate(Protocol):
    """Lets one worker at a time write into a file.

    The kernel lets writes to one file in one by one, and whoever comes second burns its core until then. A worker that
    finds the gate closed makes its next rows instead.
    """

    def acquire(self, block: bool, /) -> bool: ...  # noqa: FBT001 - the shape of a lock

    def release(self) -> None: ...


class Shelf:
    """Bytes that wait for their place, or for the gate.

    Rows are rendered onto it, so that waiting costs no copy. One buffer serves a worker's every part: fresh memory for
    each would cost more in page faults than all else here.
    """

    def __init__(self) -> None:
        self._room = np.empty(0, np.uint8)
        self._taken = 0
        self._used = 0

    def __len__(self) -> int:
        """How many bytes wait."""
        return self._used - self._taken

    def room(self, size: int) -> memoryview:
        """A buffer for the next bytes, at least `size` of them, valid until the next call of anything here."""
        if self._used + size > len(self._room):
            # NumPy asks for huge pages, which make what lies here long a twentieth cheaper to write and to read again.
            grown = np.empty(max(self._used + size, 2 * len(self._room)), np.uint8)
            grown[: self._used] = self._room[: self._used]
            self._room = grown
        return self._room.data[self._used :]

    def put(self, view: memoryview) -> None:
        """Take the next bytes; those at the beginning of what `room` gave stay where they are."""
        under: object = view.obj
        if under is not self._room:
            self.room(len(view))[: len(view)] = view.cast("B")
        self._used += len(view)

    def waiting(self, most: int) -> memoryview:
        """The first `most` bytes that wait, or all."""
        return self._room.data[self._taken : min(self._used, self._taken + most)]

    def take(self, count: int) -> None:
        """The first `count` bytes wait no longer; an empty shelf is used from its beginning again, which is in cache."""
        self._taken += count
        if self._taken == self._used:
            self._taken = self._used = 0

    def clear(self) -> None:
        """Forget what waits."""
        self._taken = self._used = 0


class Sink:
    """Takes a part's bytes in order, hashes them, and lays them down as soon as their place is known.

    A part's place is known once every part before it has its size. Until then its bytes wait in memory, so at
    most one part is ever held.
    """

    def __init__(self, descriptor: int | None, hashed: Hasher, place: Place, shelf: Shelf, gate: Gate | None) -> None:
        """Without a descriptor the bytes are only hashed and counted; without a gate nobody else writes."""
        self.size = 0
        self._descriptor = descriptor
        self._hash = hashed
        self._place = place
        self._offset: int | None = None
        self._shelf = shelf
        self._gate = gate
        shelf.clear()

    def room(self, size: int) -> memoryview:
        """A buffer of at least `size` bytes for the next `write`, which takes bytes from its beginning without a copy."""
        return self._shelf.room(size)

    def write(self, view: memoryview) -> None:
        """Take the next bytes; `view` may be reused by the caller afterwards."""
        self._hash.update(view)
        self.size += len(view)
        if self._descriptor is None:
            return
        self._settle(wait=False)
        if not self._shelf and self._offset is not None and self._enter(wait=False):
            self._lay(self._descriptor, view)
            return
        self._shelf.put(view)
        if self._offset is not None and self._enter(wait=False):
            self._clear_some(self._descriptor)

    def close(self) -> str:
        """Lay down what still waits, and return the digest."""
        if self._descriptor is not None:
            self._settle(wait=True)
            while self._shelf and self._enter(wait=True):
                self._clear_some(self._descriptor)
        return self._hash.hexdigest()

    def _settle(self, *, wait: bool) -> None:
        if self._offset is None:
            self._offset = self._place(wait)

    def _enter(self, *, wait: bool) -> bool:
        return self._gate is None or self._gate.acquire(wait)

    def _clear_some(self, descriptor: int) -> None:
        """Lay down so little of what waits that nobody stands before the gate for long."""
        with self._shelf.waiting(_BITE) as bite:
            self._lay(descriptor, bite)
            self._shelf.take(len(bite))

    def _lay(self, descriptor: int, view: memoryview) -> None:
        """Write inside the gate, and leave it."""
        try:
            write_at(descriptor, view, self._offset or 0)
        finally:
            if self._gate is not None:
                self._gate.release()
        self._offset = (self._offset or 0) + len(view)


class PartMaker:
    """Makes parts of one dataset, keeping the file of the table at hand open."""

    def __init__(self, dataset: Dataset, order: Order, gate: Gate | None = None) -> None:
        self._dataset = dataset
        self._gate = gate
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
            sink = Sink(self._descriptor, hasher(self._order.algorithm), place, self._shelf, self._gate)

            def write(view: memoryview) -> None:
                sink.write(view)
                told(len(view))

            tail = encode_part(table, job.part, self._order.output_format, write, sink.room)
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
