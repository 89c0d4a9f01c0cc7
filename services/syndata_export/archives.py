"""All files of a job in one, streamed: the same bytes for the same files, whenever they are packed."""

from __future__ import annotations

import asyncio
import gzip
import io
import tarfile
import zipfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

_LEVEL: Final = 1
"""Of compression: what is packed is large, and its reader waits."""
_MODE: Final = 0o644
_ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class PackedFile:
    """A file on its way into an archive."""

    name: str
    size: int
    read: Callable[[], AsyncIterator[bytes]]
    """Its content, from the beginning, in pieces."""


def pack(kind: Literal["zip", "tar.gz"], files: Sequence[PackedFile]) -> AsyncIterator[bytes]:
    """The archive's bytes; little of it is held in memory."""
    return _zip(files) if kind == "zip" else _tar(files)


class _Outlet(io.RawIOBase):
    """Takes what a packer writes and gives it on in pieces."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        piece = bytes(memoryview(data))  # type: ignore[arg-type] # packers write buffers
        self._pieces.append(piece)
        return len(piece)

    def take(self) -> bytes:
        """What was written since the last call."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


async def _zip(files: Sequence[PackedFile]) -> AsyncIterator[bytes]:
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for file in files:
            entry = zipfile.ZipInfo(file.name, _ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _MODE << 16
            entry.file_size = file.size
            with archive.open(entry, "w") as into:
                async for piece in file.read():
                    await asyncio.to_thread(into.write, piece)
                    if taken := outlet.take():
                        yield taken
    yield outlet.take()


async def _tar(files: Sequence[PackedFile]) -> AsyncIterator[bytes]:
    outlet = _Outlet()
    with gzip.GzipFile("", "wb", _LEVEL, outlet, mtime=0) as packed:
        for file in files:
            entry = tarfile.TarInfo(file.name)
            entry.size, entry.mode = file.size, _MODE
            packed.write(entry.tobuf(tarfile.PAX_FORMAT))
            async for piece in file.read():
                await asyncio.to_thread(packed.write, piece)
                if taken := outlet.take():
                    yield taken
            packed.write(bytes(-file.size % tarfile.BLOCKSIZE))
        packed.write(bytes(2 * tarfile.BLOCKSIZE))
    yield outlet.take()
