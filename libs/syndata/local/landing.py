"""Where files land: written under hidden names beside their final ones, and renamed when all of them are whole.

Whatever happens in between, an exception, a signal or a full disk, no half file stands under a final name. Only
`kill -9` leaves hidden files behind; the next run into the same directory takes them away.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from syndata_contracts.errors import Fault, Refused, Unavailable

MANIFEST: Final = "manifest.json"
PLAN: Final = "plan.json"

_LEFTOVER: Final = re.compile(r"\.(?P<name>.+)\.partial-(?P<pid>\d+)")
_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Landing:
    """A directory being written by one run; leave it without `keep` and nothing of the run remains."""

    def __init__(self, directory: Path, names: Sequence[str]) -> None:
        """`names` are the files the run will write, the manifest excepted."""
        self.directory = directory
        self._names = tuple(names)
        self._made: list[Path] = []
        self._lock: int | None = None

    def __enter__(self) -> Self:
        """Make the directory if need be, lock it, and clear what a killed run left.

        Refused when it cannot be such a directory; Unavailable when another run is writing into it.
        """
        try:
            with _said(self.directory):
                self._make_directory()
                self._take_lock()
                self._refuse_blocked_names()
                self._clear_leftovers()
        except BaseException:
            self._release()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Remove every hidden file that was not kept, and directories made for nothing."""
        with signals_held():
            self._release()

    def path(self, name: str) -> Path:
        """The hidden path under which `name` is written until all is whole."""
        return self.directory / f".{name}.partial-{os.getpid()}"

    def create(self, name: str) -> Path:
        """Make the hidden file, empty, and return its path."""
        path = self.path(name)
        with _said(path):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o666))
        return path

    def write(self, name: str, body: bytes, offset: int = 0) -> None:
        """Put bytes into a hidden file, made before by `create`."""
        path = self.path(name)
        with _said(path):
            descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
            try:
                write_at(descriptor, memoryview(body), offset)
            finally:
                os.close(descriptor)

    def keep(self, manifest: bytes) -> None:
        """Give every file its final name, the manifest last.

        An older manifest goes first, so that a mixture of two datasets is never taken for one.
        """
        self.create(MANIFEST)
        self.write(MANIFEST, manifest)
        with _said(self.directory):
            for name in (*self._names, MANIFEST):
                _sync(self.path(name))
            with signals_held():
                with suppress(FileNotFoundError):
                    (self.directory / MANIFEST).unlink()
                _sync(self.directory)
                for name in self._names:
                    self.path(name).replace(self.directory / name)
                _sync(self.directory)
                self.path(MANIFEST).replace(self.directory / MANIFEST)
                _sync(self.directory)
                self._made.clear()

    def _make_directory(self) -> None:
        missing = []
        path = self.directory
        while not path.exists() and path != path.parent:
            missing.append(path)
            path = path.parent
        for path in reversed(missing):
            with suppress(FileExistsError):
                path.mkdir()
                self._made.append(path)
        if not self.directory.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(self.directory))
        if not os.access(self.directory, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self.directory))

    def _take_lock(self) -> None:
        descriptor = os.open(self.directory, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            text = f"another run is writing into {self.directory}: wait for it, or name another directory"
            raise Unavailable(text) from None
        except OSError:
            # Some network file systems know no locks; the run then goes on without.
            os.close(descriptor)
        else:
            self._lock = descriptor

    def _refuse_blocked_names(self) -> None:
        faults = [
            Fault("output-dir", f"{self.directory / name} is a directory", "move it away, or name another directory")
            for name in (*self._names, MANIFEST)
            if (self.directory / name).is_dir()
        ]
        if faults:
            raise Refused(faults)

    def _clear_leftovers(self) -> None:
        for path in self.directory.iterdir():
            match = _LEFTOVER.fullmatch(path.name)
            if match and path.is_file() and not _alive(int(match["pid"])):
                path.unlink()

    def _release(self) -> None:
        for name in (*self._names, MANIFEST):
            with suppress(OSError):
                self.path(name).unlink()
        for path in reversed(self._made):
            with suppress(OSError):
                path.rmdir()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def write_at(descriptor: int, view: memoryview, offset: int) -> None:
    """Write all of `view` at `offset`; the system may take it in several bites."""
    done = 0
    while done < len(view):
        with view[done:] as rest:
            done += os.pwrite(descriptor, rest, offset + done)


def unwritable(error: OSError, path: Path | str) -> Refused | Unavailable:
    """Say what a failed write means for the asker."""
    reason = error.strerror or str(error)
    if error.errno in _FULL:
        text = f"no space left for {path} ({reason}): free some, ask for fewer rows, or name another --output-dir"
        return Unavailable(f"{text}; nothing was left behind")
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        fix = "name a directory that you may write into"
        return Refused(Fault("output-dir", f"{path} cannot be written: {reason}", fix))
    if error.errno in {errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL}:
        return Refused(Fault("output-dir", f"{path} cannot be an output directory: {reason}", "name a directory"))
    return Unavailable(f"{path} could not be written: {reason}")


@contextmanager
def signals_held() -> Iterator[None]:
    """Ctrl-C in here is heard afterwards: half a renaming, or half a cleaning, would be worse than a moment's wait."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _said(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise unwritable(error, error.filename or path) from error


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
