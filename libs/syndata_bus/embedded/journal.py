"""One file and the one thread that writes it: whatever waits is committed together, so that many share one sync."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from syndata_contracts.errors import SyndataError, Unavailable

MOST_STEPS: Final = 1000
"""In one commit: whoever came first waits for no more than these."""

R = TypeVar("R")
Step = Callable[[sqlite3.Connection], R]


class _Entry(Generic[R]):
    """A step, who waits for it, and what happens in the loop once it is kept, whether or not they still wait."""

    __slots__ = ("future", "step", "then")

    def __init__(self, step: Step[R], then: Callable[[R], None] | None, future: asyncio.Future[R]) -> None:
        self.step = step
        self.then = then
        self.future = future


class Journal:
    """A SQLite file that this process alone has open. Every method is called from one event loop."""

    def __init__(self, path: Path, seconds: float) -> None:
        self._path = path
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._entries: queue.SimpleQueue[_Entry[Any] | None] = queue.SimpleQueue()
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self.closed = False
        # A daemon: a process that ends without closing loses nothing, and must not wait for this.
        self._thread = threading.Thread(target=self._write, name="syndata-bus", daemon=True)

    async def open(self) -> None:
        """Open the file, making it where it does not exist; Unavailable when another process has it."""
        self._thread.start()
        try:
            await asyncio.shield(self._opened)
        except BaseException:
            self.closed = True
            raise

    def submit(self, step: Step[R], then: Callable[[R], None] | None = None) -> asyncio.Future[R]:
        """Do `step` in the next commit. The future is done, and `then` called, once it is on the disk.

        Unavailable where it could not be written; nothing of it is kept then. A step that raises one of our errors must
        have written nothing before.
        """
        future: asyncio.Future[R] = self._loop.create_future()
        if self.closed:
            future.set_exception(Unavailable(f"{self._path} was closed"))
        else:
            self._entries.put(_Entry(step, then, future))
        return future

    async def run(self, step: Step[R], then: Callable[[R], None] | None = None) -> R:
        """Do `step` and wait until it is on the disk; Unavailable after the time limit, though it may still be kept."""
        future = self.submit(step, then)
        done, _ = await asyncio.wait({future}, timeout=self._seconds)
        if not done:
            raise Unavailable(f"{self._path}: the disk took more than {self._seconds:g} s")
        return future.result()

    async def close(self) -> None:
        """Write what was submitted, and let go of the file."""
        if not self.closed:
            self.closed = True
            self._entries.put(None)
        await asyncio.shield(self._ended)

    def _write(self) -> None:
        try:
            connection = self._connected()
        except (OSError, sqlite3.Error) as error:
            text = f"{self._path} cannot be opened: {error}"
            if "locked" in str(error):
                text = f"{self._path} is in use: end the other process that has it open, or give this one another file"
            self._tell(self._opened.set_exception, Unavailable(text))
            return
        self._tell(self._opened.set_result, None)
        with contextlib.closing(connection):
            going = True
            while going:
                batch, going = self._next()
                self._commit(connection, batch)
        self._tell(self._ended.set_result, None)

    def _connected(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=0, isolation_level=None)
        # Exclusive before WAL: the lock is the kernel's, taken by the first read and gone with the process however it
        # ends, and not inherited by children, as a lock on a descriptor would be.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
        return connection

    def _next(self) -> tuple[list[_Entry[Any]], bool]:
        """Wait for a step; return it with all that wait by then, and whether more may come."""
        batch: list[_Entry[Any]] = []
        entry = self._entries.get()
        with contextlib.suppress(queue.Empty):
            while entry is not None:
                batch.append(entry)
                if len(batch) == MOST_STEPS:
                    break
                entry = self._entries.get_nowait()
        return batch, entry is not None

    def _commit(self, connection: sqlite3.Connection, batch: list[_Entry[Any]]) -> None:
        outcomes: list[tuple[_Entry[Any], Any, Exception | None]] = []
        try:
            connection.execute("BEGIN IMMEDIATE")
            for entry in batch:
                try:
                    outcomes.append((entry, entry.step(connection), None))
                except SyndataError as refusal:
                    outcomes.append((entry, None, refusal))
            connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - if this thread died, everyone would wait for ever
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            failure = Unavailable(f"{self._path}: {error}") if isinstance(error, sqlite3.Error) else error
            outcomes = [(entry, None, failure) for entry in batch]
        self._tell(_settle, outcomes)

    def _tell(self, callback: Callable[[Any], None], value: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is there to be told
            self._loop.call_soon_threadsafe(callback, value)


def _settle(outcomes: list[tuple[_Entry[Any], Any, Exception | None]]) -> None:
    for entry, result, error in outcomes:
        if error is None and entry.then is not None:
            entry.then(result)
        if entry.future.done():
            continue
        if error is None:
            entry.future.set_result(result)
        else:
            entry.future.set_exception(error)
            entry.future.exception()  # whoever does not wait any more need not hear of it
