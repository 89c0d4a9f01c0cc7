"""Folders below a root, entered segment by segment, so that no link leads out of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@contextmanager
def entered(root: Path, folders: Sequence[str]) -> Iterator[int]:
    """A descriptor of the folder; FileNotFoundError, or NotADirectoryError where a link or a file is in the way."""
    with _opened(root, folders, make=False) as folder:
        yield folder


@contextmanager
def made(root: Path, folders: Sequence[str]) -> Iterator[int]:
    """A descriptor of the folder, made when missing, in a way that survives the loss of power; errors as `entered`."""
    with _opened(root, folders, make=True) as folder:
        yield folder


@contextmanager
def _opened(root: Path, folders: Sequence[str], *, make: bool) -> Iterator[int]:
    # The root itself was resolved when it was opened: links that lead to it are the operator's wish.
    folder = os.open(root, _FOLDER)
    try:
        for name in folders:
            if make:
                _make(folder, name)
            # A link is ENOTDIR with these flags, on Linux and on macOS.
            inner = os.open(name, _FOLDER, dir_fd=folder)
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)


def _make(folder: int, name: str) -> None:
    # Whoever finds the folder there does not wait for its maker's sync. Journaling file systems write a folder's own
    # entry no later than what is synced inside of it.
    with suppress(FileExistsError):
        os.mkdir(name, dir_fd=folder)
        os.fsync(folder)


def pruned(root: Path, folders: Sequence[str]) -> None:
    """Remove the folder and those above it, as far as they are empty."""
    for depth in range(len(folders), 0, -1):
        try:
            with entered(root, folders[: depth - 1]) as above:
                os.rmdir(folders[depth - 1], dir_fd=above)
        except OSError:
            return  # not empty, or another was quicker


def moment_of(found: os.stat_result) -> datetime:
    """When a file was written."""
    return datetime.fromtimestamp(found.st_mtime, UTC)


def walked(root: Path, prefix: str) -> Iterator[tuple[str, os.stat_result]]:
    """Key and what is known of every file below the prefix, by key; folders are read when their turn comes."""
    waiting = [prefix]
    while waiting:
        here = waiting.pop()
        if here and not here.endswith("/"):
            with suppress(OSError):  # removed since its folder was read
                yield here, _known(root, here)
            continue
        with suppress(FileNotFoundError, NotADirectoryError):
            waiting += sorted((here + name for name in _names(root, here)), reverse=True)


def _names(root: Path, prefix: str) -> list[str]:
    """What lies in a folder; folders with the slash that they have in keys, which decides their place in the order."""
    with entered(root, prefix.split("/")[:-1]) as folder, os.scandir(folder) as entries:
        return [
            f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name
            for entry in entries
            if not entry.name.startswith(".")
            and (entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False))
        ]


def _known(root: Path, key: str) -> os.stat_result:
    *folders, name = key.split("/")
    with entered(root, folders) as folder:
        return os.lstat(name, dir_fd=folder)
