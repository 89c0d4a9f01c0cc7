"""The store in one file: SQLite, one thread that writes, several that read beside it.

Whatever waits to be written when the writer is free goes into one transaction, so one sync to the disk serves many.
Exactness does not rest on there being one writer: several connections, of one process or of many, may share a file.
"""

from __future__ import annotations

import asyncio
import os
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from syndata_contracts.errors import Defect, Unavailable
from syndata_store.bodies import decoded, encoded, label, labels
from syndata_store.errors import Conflict
from syndata_store.port import (
    KEPT_VERSIONS,
    Record,
    Store,
    checked_collection,
    checked_key,
    checked_limit,
    checked_version,
)

_LAYOUT: Final = 1
_LARGEST_BATCH: Final = 256
_READERS: Final = 4
_TABLES: Final = """
CREATE TABLE documents (
    collection TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL,
    UNIQUE (collection, key, version)
);
CREATE INDEX listed ON documents (collection, key) WHERE version = 0;
CREATE TABLE labels (
    collection TEXT NOT NULL, label TEXT NOT NULL, key TEXT NOT NULL,
    PRIMARY KEY (collection, label, key)
) WITHOUT ROWID;
CREATE INDEX labelled ON labels (collection, key);
"""

_Write = Callable[[sqlite3.Connection], int]


async def open_store(path: Path, *, limit: timedelta = timedelta(seconds=10)) -> Store:
    """Open the file, making it and its folder when they are not there.

    Args:
        path: The database; SQLite keeps two more files beside it while it is open.
        limit: How long any one call may take before it is Unavailable.

    Raises:
        Unavailable: the file cannot be opened now.
        Defect: it is no store of ours, or one of another layout.
    """
    try:
        await asyncio.to_thread(_prepare, path, limit.total_seconds())
    except (sqlite3.Error, OSError) as error:
        raise _told(error) from error
    return _EmbeddedStore(path, limit.total_seconds())


class _EmbeddedStore:
    def __init__(self, path: Path, seconds: float) -> None:
        self._path = path
        self._seconds = seconds
        self._writer = _Writer(path, seconds)
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="syndata-store-read")
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._closed = False

    async def insert(self, collection: str, key: str, version: int, body: Mapping[str, Any]) -> None:
        place = (checked_collection(collection), checked_key(key), checked_version(version))
        text = encoded(body)
        listed = labels(body) if version == 0 else []

        def write(connection: sqlite3.Connection) -> int:
            kept = connection.execute(
                "INSERT INTO documents SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM documents"
                " WHERE collection = ?1 AND key = ?2 AND (version = ?3 OR (?3 > 0 AND version >= ?5)))",
                (*place, text, version + KEPT_VERSIONS),
            ).rowcount
            if kept:
                connection.executemany(
                    "INSERT OR IGNORE INTO labels VALUES (?, ?, ?)", [(collection, each, key) for each in listed]
                )
            return kept

        if not await self._write(write):
            raise Conflict(f"version {version} of {key} is there already")

    async def newest(self, collection: str, key: str) -> Record | None:
        found = await self._read(
            "SELECT key, version, body FROM documents WHERE collection = ? AND key = ? ORDER BY version DESC LIMIT 1",
            (checked_collection(collection), checked_key(key)),
        )
        return found[0] if found else None

    async def version(self, collection: str, key: str, version: int) -> Record | None:
        found = await self._read(
            "SELECT key, version, body FROM documents WHERE collection = ? AND key = ? AND version = ?",
            (checked_collection(collection), checked_key(key), checked_version(version)),
        )
        return found[0] if found else None

    async def prune(self, collection: str, key: str, below: int) -> int:
        place = (checked_collection(collection), checked_key(key), checked_version(below), KEPT_VERSIONS)
        return await self._write(
            lambda connection: (
                connection.execute(
                    "DELETE FROM documents WHERE collection = ?1 AND key = ?2 AND version > 0 AND version < ?3 AND"
                    " version <= (SELECT max(version) FROM documents WHERE collection = ?1 AND key = ?2) - ?4",
                    place,
                ).rowcount
            )
        )

    async def page(
        self, collection: str, *, where: Mapping[str, str], before: str | None = None, limit: int = 50
    ) -> Sequence[Record]:
        sought = [label(name, value) for name, value in where.items()]
        values: list[str | int] = [checked_collection(collection), *sought]
        if before is not None:
            values.append(checked_key(before))
        values.append(checked_limit(limit))
        return await self._read(_page_query(len(sought), from_the_top=before is None), values)

    async def remove(self, collection: str, key: str) -> int:
        place = (checked_collection(collection), checked_key(key))

        def write(connection: sqlite3.Connection) -> int:
            connection.execute("DELETE FROM labels WHERE collection = ? AND key = ?", place)
            return connection.execute("DELETE FROM documents WHERE collection = ? AND key = ?", place).rowcount

        return await self._write(write)

    async def ping(self) -> None:
        # A transaction that changes nothing: it needs the right to write, which a mere read would not.
        await self._write(lambda _: 0)

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            await asyncio.to_thread(self._end)

    def _end(self) -> None:
        self._writer.end()
        self._readers.shutdown()
        for connection in self._connections:
            connection.close()

    async def _write(self, work: _Write) -> int:
        if self._closed:
            raise Unavailable("the store is closed")
        try:
            async with asyncio.timeout(self._seconds):
                return await asyncio.wrap_future(self._writer.submit(work))
        except TimeoutError:
            raise Unavailable(f"the store did not write within {self._seconds:g} s") from None

    async def _read(self, query: str, values: Sequence[str | int]) -> list[Record]:
        if self._closed:
            raise Unavailable("the store is closed")
        try:
            async with asyncio.timeout(self._seconds):
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._readers, self._fetch, query, values)
        except TimeoutError:
            raise Unavailable(f"the store did not answer within {self._seconds:g} s") from None
        except sqlite3.Error as error:
            raise _told(error) from error

    def _fetch(self, query: str, values: Sequence[str | int]) -> list[Record]:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = _connected(self._path, self._seconds)
            self._local.connection = connection
            self._connections.append(connection)
        rows = connection.execute(query, values).fetchall()
        return [Record(key, version, decoded(body)) for key, version, body in rows]


class _Writer:
    """The one thread of a connection that writes."""

    def __init__(self, path: Path, seconds: float) -> None:
        self._waiting: queue.SimpleQueue[tuple[_Write, Future[int]] | None] = queue.SimpleQueue()
        self._path = path
        self._seconds = seconds
        # A daemon: a process that forgot to close its store must still be able to end. What was not committed then
        # was not confirmed to anyone.
        self._thread = threading.Thread(target=self._run, name="syndata-store-write", daemon=True)
        self._thread.start()

    def submit(self, work: _Write) -> Future[int]:
        """Have `work` done inside a transaction; the future is done once that is on the disk."""
        future: Future[int] = Future()
        self._waiting.put((work, future))
        return future

    def end(self) -> None:
        """Do what waits, then stop."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        with closing(_connected(self._path, self._seconds)) as connection:
            ended = False
            while not ended:
                batch, ended = self._next_batch()
                # Whoever gave up waiting is not served: its write would surprise more than help.
                batch = [(work, future) for work, future in batch if future.set_running_or_notify_cancel()]
                if batch:
                    _commit(connection, batch)

    def _next_batch(self) -> tuple[list[tuple[_Write, Future[int]]], bool]:
        batch: list[tuple[_Write, Future[int]]] = []
        first = self._waiting.get()
        while first is not None:
            batch.append(first)
            if len(batch) == _LARGEST_BATCH or self._waiting.empty():
                return batch, False
            first = self._waiting.get()
        return batch, True


def _commit(connection: sqlite3.Connection, batch: list[tuple[_Write, Future[int]]]) -> None:
    try:
        connection.execute("BEGIN IMMEDIATE")
        outcomes = [work(connection) for work, _ in batch]
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        for _, future in batch:
            future.set_exception(_told(error))
    else:
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            future.set_result(outcome)


def _page_query(labels: int, *, from_the_top: bool) -> str:
    """Search one page; its values are the collection, each label, the key to begin below, and the limit."""
    # The first label leads, in the order of its index: a rare one must not cost a walk over all that is listed.
    first = "labels AS l0" if labels else "documents AS d"
    table = first.rpartition(" ")[2]
    query = f"SELECT d.key, d.version, d.body FROM {first}"  # noqa: S608 - constants, every one
    if labels:
        query += " CROSS JOIN documents AS d ON d.collection = l0.collection AND d.key = l0.key"
    query += f" WHERE {table}.collection = ? AND d.version = 0"
    for each in range(labels):
        query += (
            " AND l0.label = ?"
            if each == 0
            else " AND EXISTS (SELECT 1 FROM labels AS l"
            " WHERE l.collection = l0.collection AND l.label = ? AND l.key = l0.key)"
        )
    if not from_the_top:
        query += f" AND {table}.key < ?"
    return f"{query} ORDER BY {table}.key DESC LIMIT ?"


def _connected(path: Path, seconds: float) -> sqlite3.Connection:
    # Each connection is used by one thread at a time, but closed by another than made it.
    connection = sqlite3.connect(path, timeout=seconds, isolation_level=None, check_same_thread=False)
    # FULL is what makes a commit durable; NORMAL would only keep the file sound.
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _prepare(path: Path, seconds: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(_connected(path, seconds)) as connection:
        _use_write_ahead(connection, time.monotonic() + seconds)
        connection.execute("BEGIN IMMEDIATE")
        layout = connection.execute("PRAGMA user_version").fetchone()[0]
        empty = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
        if layout == 0 and empty:
            for statement in _TABLES.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {_LAYOUT}")
        elif layout != _LAYOUT:
            raise Defect(f"{path.name} is no store of layout {_LAYOUT}: it says {layout}")
        connection.execute("COMMIT")
    # The names of new files are durable only when their folder is.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _use_write_ahead(connection: sqlite3.Connection, deadline: float) -> None:
    # SQLite answers at once, without the usual patience, when another connection makes the same change.
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _told(error: sqlite3.Error | OSError) -> Unavailable | Defect:
    if isinstance(error, sqlite3.OperationalError | OSError):
        return Unavailable(f"the store cannot be used now: {error}")
    return Defect(f"the store is broken: {error}")
