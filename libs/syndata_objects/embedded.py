"""Objects as files below a directory, for one machine and any number of its processes.

A file is written under a name of its own in `.writing`, synced, and renamed to its key, whose folder is synced then:
what a put confirmed survives `kill -9` and the loss of power, and no reader sees half of it. Every process has a folder
in `.writing` and holds a lock on it while it lives; opening removes the folders whose lock nobody holds.

On a file system that does not tell `A` from `a` (macOS, by default), keys that differ in case only are one object.
"""

from __future__ import annotations

import builtins
import errno
import fcntl
import itertools
import os
import shutil
import stat as modes
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, TypeVar
from uuid import uuid4

from syndata_contracts.errors import Defect, Unavailable
from syndata_objects.errors import Missing, OutOfRange
from syndata_objects.folders import entered, made, moment_of, pruned, walked
from syndata_objects.port import PIECE_BYTES, Objects, Stat, checked_key, checked_prefix
from syndata_objects.threads import Threads

T = TypeVar("T")

_WRITING: Final = ".writing"
_LOCK: Final = "lock"
_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_BATCH: Final = 1000
_ATTEMPTS: Final = 100


async def open_objects(directory: Path, *, threads: int = 8) -> Objects:
    """Objects below `directory`, which is made when it is missing; what killed writers left is removed.

    Unavailable when it cannot be written to.
    """
    own = Threads(threads)
    return await own.run(partial(_opened, directory, own))


def _opened(directory: Path, threads: Threads) -> Objects:
    with _told(directory):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        root = directory.resolve()
        writing = root / _WRITING
        writing.mkdir(exist_ok=True)
        # One opens at a time, so that none takes a folder for abandoned between its making and its locking.
        with (writing / _LOCK).open("wb") as door:
            fcntl.flock(door, fcntl.LOCK_EX)
            _sweep(writing)
            own = writing / uuid4().hex
            own.mkdir()
            lock = (own / _LOCK).open("wb")
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return _Files(root, own, lock, threads)


def _sweep(writing: Path) -> None:
    for folder in writing.iterdir():
        if not folder.is_dir():
            continue
        with suppress(OSError), (folder / _LOCK).open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder)


@contextmanager
def _told(directory: Path) -> Iterator[None]:
    """Say what the operating system said, in terms of the store."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise Unavailable(f"no space is left for objects in {directory} ({error.strerror})") from error
        raise Unavailable(f"objects in {directory} cannot be used: {error}") from error


class _Files(Objects):
    """Objects in one directory."""

    def __init__(self, root: Path, own: Path, lock: BinaryIO, threads: Threads) -> None:
        self._root = root
        self._own = own
        self._lock = lock
        self._threads = threads
        self._names = itertools.count()

    async def _run(self, call: Callable[[], T]) -> T:
        def told() -> T:
            with _told(self._root):
                return call()

        return await self._threads.run(told)

    async def put(self, key: str, body: bytes) -> None:
        checked_key(key)

        def write() -> None:
            with self._draft() as draft:
                with draft.open("xb") as file:
                    file.write(body)
                    _sync(file)
                self._publish(draft, key)

        await self._run(write)

    async def put_file(self, key: str, path: Path) -> None:
        checked_key(key)
        await self._run(partial(self._take, key, path))

    def _take(self, key: str, path: Path) -> None:
        try:
            found = path.lstat()
        except FileNotFoundError as error:
            raise Defect(f"there is no file to put as {key}") from error
        # A second name of the file would let others write into the object; a link is not the file.
        if modes.S_ISREG(found.st_mode) and found.st_nlink == 1:
            with path.open("rb") as file:
                os.fsync(file.fileno())
            try:
                self._publish(path, key)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
            else:
                return
        with self._draft() as draft:
            with path.open("rb") as source, draft.open("xb") as file:
                shutil.copyfileobj(source, file, PIECE_BYTES)
                _sync(file)
            self._publish(draft, key)
        path.unlink()

    async def put_stream(self, key: str, pieces: AsyncIterator[bytes]) -> int:
        checked_key(key)
        draft = self._own / str(next(self._names))
        size = 0

        def write(piece: bytes) -> None:
            with draft.open("ab") as file:
                file.write(piece)

        def finish() -> None:
            with draft.open("ab") as file:
                _sync(file)
            self._publish(draft, key)

        try:
            async for piece in pieces:
                await self._run(partial(write, piece))
                size += len(piece)
            await self._run(finish)
        finally:
            await self._run(partial(draft.unlink, missing_ok=True))
        return size

    async def get(self, key: str) -> bytes:
        checked_key(key)

        def whole() -> bytes:
            with self._opened(key) as file:
                return file.read()

        return await self._run(whole)

    async def read(self, key: str, start: int = 0, length: int | None = None) -> AsyncGenerator[bytes, None]:
        checked_key(key)
        if start < 0 or (length is not None and length < 0):
            raise Defect(f"not a range: {start}, {length}")
        with ExitStack() as held:
            # Entered in the thread: a file would be lost to a caller who is cancelled while it is opened.
            file = await self._run(lambda: held.enter_context(self._opened(key)))
            size = os.fstat(file.fileno()).st_size
            if start > size:
                raise OutOfRange(f"{key} has {size} bytes, and was to be read from {start}")
            end = size if length is None else min(size, start + length)
            while start < end:
                piece = await self._run(partial(os.pread, file.fileno(), min(PIECE_BYTES, end - start), start))
                if not piece:
                    raise Unavailable(f"{key} lost bytes while it was read")
                start += len(piece)
                yield piece

    async def stat(self, key: str) -> Stat | None:
        checked_key(key)

        def size() -> Stat | None:
            try:
                with self._opened(key) as file:
                    found = os.fstat(file.fileno())
                    return Stat(key, found.st_size, moment_of(found))
            except Missing:
                return None

        return await self._run(size)

    async def list(self, prefix: str) -> AsyncGenerator[Stat, None]:
        found = walked(self._root, checked_prefix(prefix))
        while batch := await self._run(lambda: builtins.list(itertools.islice(found, _BATCH))):
            for key, known in batch:
                yield Stat(key, known.st_size, moment_of(known))

    async def remove(self, keys: Iterable[str]) -> None:
        gone = [checked_key(key) for key in keys]
        await self._run(partial(self._unlink, gone))

    def _unlink(self, keys: Iterable[str]) -> None:
        for key in keys:
            *folders, name = key.split("/")
            with suppress(FileNotFoundError, NotADirectoryError):
                with entered(self._root, folders) as folder:
                    if not modes.S_ISREG(os.lstat(name, dir_fd=folder).st_mode):
                        continue
                    os.unlink(name, dir_fd=folder)
                    os.fsync(folder)
                pruned(self._root, folders)

    async def ping(self) -> None:
        await self._run(partial(os.utime, self._own / _LOCK))

    async def close(self) -> None:
        def leave() -> None:
            shutil.rmtree(self._own, ignore_errors=True)
            self._lock.close()

        await self._threads.run(leave)

    @contextmanager
    def _draft(self) -> Iterator[Path]:
        """A name to write under; nothing has it afterwards."""
        draft = self._own / str(next(self._names))
        try:
            yield draft
        finally:
            draft.unlink(missing_ok=True)

    def _publish(self, draft: Path, key: str) -> None:
        """Give a synced file its key, and make that last."""
        *folders, name = key.split("/")
        for attempt in itertools.count(1):
            try:
                with made(self._root, folders) as folder:
                    os.replace(draft, name, dst_dir_fd=folder)
                    os.fsync(folder)
            except FileNotFoundError:
                # Another removed the last object of the folder, and with it the folder, since it was entered.
                if attempt == _ATTEMPTS or not draft.exists():
                    raise
            except (NotADirectoryError, IsADirectoryError) as error:
                raise Defect(f"{key} and a key above or below it cannot both be objects") from error
            else:
                return

    def _opened(self, key: str) -> BinaryIO:
        *folders, name = key.split("/")
        try:
            with entered(self._root, folders) as folder:
                # Not blocking: somebody's named pipe would keep the thread for ever.
                number = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
        except (FileNotFoundError, NotADirectoryError):
            raise Missing(f"there is no object {key}") from None
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise Missing(f"there is no object {key}, but a link") from None
            raise
        if not modes.S_ISREG(os.fstat(number).st_mode):
            os.close(number)
            raise Missing(f"there is no object {key}")
        return os.fdopen(number, "rb")


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
