"""Where a file on disk differs from what its manifest says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from syndata_contracts.digests import Algorithm, hasher
from syndata_contracts.errors import Unavailable

if TYPE_CHECKING:
    from syndata_contracts.manifest import TableRecord
    from syndata_contracts.schema import OutputFormat
    from syndata_engine.generation import BoundTable

_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference between a directory and what its plan gives."""

    file: str
    what: str
    part: int | None = None
    """The part it lies in; None for the closing bytes or the file as a whole."""
    start: int | None = None
    """First byte of the file that differs."""
    stop: int | None = None
    """One past the last byte that differs."""

    def __str__(self) -> str:
        place = self.file
        if self.part is not None:
            place += f", part {self.part}"
        if self.start is not None and self.stop is not None:
            last = self.stop - 1
            place += f", byte {self.start}" if last == self.start else f", bytes {self.start} to {last}"
        return f"{place}: {self.what}"


@dataclass(frozen=True, slots=True)
class Stretch:
    """The bytes of one part, or the closing bytes, within a table's file."""

    part: int | None
    """None for the closing bytes."""
    start: int
    stop: int
    digest: str


def stretches(record: TableRecord) -> Iterator[Stretch]:
    """Every stretch of a table's file, in order, the closing last."""
    start = 0
    for part, kept in enumerate(record.parts):
        yield Stretch(part, start, start + kept.bytes, kept.digest)
        start += kept.bytes
    yield Stretch(None, start, start + record.closing.bytes, record.closing.digest)


def inspect(directory: Path, record: TableRecord, algorithm: Algorithm) -> tuple[list[Finding], list[Stretch]]:
    """Check a file's size and every byte by digest; return what is wrong, and the stretches that are.

    Stretches that reach beyond the end of the file are told by its size, not returned. Unavailable when the file
    cannot be read.
    """
    path = directory / record.file
    try:
        with path.open("rb", buffering=0) as stream:
            size = os.fstat(stream.fileno()).st_size
            whole = [stretch for stretch in stretches(record) if stretch.stop <= size]
            wrong = [one for one in whole if _digest(stream.fileno(), one, algorithm) != one.digest]
    except FileNotFoundError:
        return [Finding(record.file, "is missing")], []
    except OSError as error:
        raise Unavailable(f"{path} could not be read: {error.strerror}") from error
    return ([_wrong_size(record, size)] if size != record.bytes else []), wrong


def locate(path: Path, stretch: Stretch, table: BoundTable, output_format: OutputFormat) -> tuple[int, int] | None:
    """Make the part again and return the first byte that differs and one past the last; None when all are equal.

    Where the plan gives another number of bytes, the difference reaches to the end of the stretch.
    """
    from syndata_engine.formats import encode_part

    if stretch.part is None:
        return stretch.start, stretch.stop
    at = stretch.start
    first: int | None = None
    last = stretch.start

    with path.open("rb", buffering=0) as stream:

        def compare(view: memoryview) -> None:
            nonlocal at, first, last
            found = os.pread(stream.fileno(), max(0, min(len(view), stretch.stop - at)), at)
            made = bytes(view[: len(found)])
            if found != made:
                different = [index for index in range(len(found)) if found[index] != made[index]]
                first = at + different[0] if first is None else first
                last = at + different[-1] + 1
            at += len(view)

        encode_part(table, stretch.part, output_format, compare)
    if at != stretch.stop:
        return (min(at, stretch.stop - 1) if first is None else first), stretch.stop
    return None if first is None else (first, last)


def _wrong_size(record: TableRecord, size: int) -> Finding:
    what = f"has {size} bytes, and should have {record.bytes}"
    if size > record.bytes:
        return Finding(record.file, what, None, record.bytes, size)
    cut = next(one for one in stretches(record) if one.stop > size)
    return Finding(record.file, what, cut.part, size, record.bytes)


def _digest(descriptor: int, stretch: Stretch, algorithm: Algorithm) -> str:
    hashed = hasher(algorithm)
    for at in range(stretch.start, stretch.stop, _BLOCK):
        hashed.update(os.pread(descriptor, min(_BLOCK, stretch.stop - at), at))
    return hashed.hexdigest()
