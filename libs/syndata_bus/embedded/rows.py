"""What the file holds, and every statement that reads or writes it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from syndata_bus.limits import short
from syndata_bus.port import DeadLetter, Message, Queue
from syndata_contracts.errors import Fault, Refused

VERSION: Final = 1

_SCHEMA: Final = """
CREATE TABLE queues (name TEXT PRIMARY KEY, deliveries INTEGER NOT NULL, single INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE messages (
    seq INTEGER PRIMARY KEY, queue TEXT NOT NULL, state INTEGER NOT NULL, id TEXT NOT NULL, headers TEXT NOT NULL,
    body BLOB NOT NULL, attempt INTEGER NOT NULL, deaths INTEGER NOT NULL, due REAL, reason TEXT
);
CREATE INDEX messages_by_state ON messages (queue, state, seq);
"""


class State(IntEnum):
    """Where a message is."""

    READY = 0
    HELD = 1
    """With a consumer. Whoever opens the file finds these only after their consumer died."""
    WAITING = 2
    """For its retry."""
    DEAD = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A message that was handed out."""

    seq: int
    message: Message
    attempt: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a file held when it was opened."""

    queues: Sequence[Queue]
    ready: dict[str, int]
    waiting: Sequence[tuple[int, str, float]]
    """Number, queue and the second of the epoch when it is to be ready."""


def open_file(connection: sqlite3.Connection) -> Found:
    """Make or read the file; messages whose consumers died with the process are ready again, or dead."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        for statement in _SCHEMA.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    elif version != VERSION:
        fault = Fault(
            "bus", f"its file has version {version}", f"use a release that writes version {VERSION}, or a new file"
        )
        raise Refused(fault)
    held = connection.execute("SELECT seq FROM messages WHERE state = ?", (State.HELD,))
    bury(connection, [seq for (seq,) in held])
    known = connection.execute("SELECT name, deliveries, single FROM queues")
    queues = [Queue(name, deliveries, single_active=bool(single)) for name, deliveries, single in known]
    ready = connection.execute("SELECT queue, count(*) FROM messages WHERE state = ? GROUP BY queue", (State.READY,))
    waiting = connection.execute("SELECT seq, queue, due FROM messages WHERE state = ?", (State.WAITING,))
    return Found(queues, dict(ready.fetchall()), waiting.fetchall())


def declare(connection: sqlite3.Connection, queue: Queue) -> None:
    """Keep a queue; Refused when it exists and differs."""
    row = connection.execute("SELECT deliveries, single FROM queues WHERE name = ?", (queue.name,)).fetchone()
    if row is None:
        connection.execute("INSERT INTO queues VALUES (?, ?, ?)", (queue.name, queue.deliveries, queue.single_active))
    elif row != (queue.deliveries, queue.single_active):
        what = f"it exists with {row[0]} deliveries and single_active={bool(row[1])}, not as this version wants"
        raise Refused(Fault(f"queue {queue.name}", what, "declare it as it is, or let it run empty and use a new file"))


def insert(
    connection: sqlite3.Connection, queue: str, message: Message, *, dead: str | None = None, attempt: int = 1
) -> None:
    """Keep a message, ready or, with a reason, dead."""
    connection.execute(
        "INSERT INTO messages (queue, state, id, headers, body, attempt, deaths, reason) VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
        (
            queue,
            State.READY if dead is None else State.DEAD,
            message.id,
            json.dumps(dict(message.headers)),
            message.body,
            attempt,
            None if dead is None else short(dead),
        ),
    )


def claim(connection: sqlite3.Connection, queue: str, most: int) -> list[Row]:
    """Hand out the oldest that are ready; they are held from now on, whatever happens."""
    rows = connection.execute(
        "SELECT seq, id, headers, body, attempt FROM messages WHERE queue = ? AND state = ? ORDER BY seq LIMIT ?",
        (queue, State.READY, most),
    ).fetchall()
    _move(connection, [row[0] for row in rows], State.READY, State.HELD)
    return [Row(seq, Message(name, body, json.loads(headers)), attempt) for seq, name, headers, body, attempt in rows]


def ack(connection: sqlite3.Connection, seq: int) -> None:
    """Forget a message that is done."""
    connection.execute("DELETE FROM messages WHERE seq = ? AND state = ?", (seq, State.HELD))


def hand_back(connection: sqlite3.Connection, seqs: Sequence[int]) -> None:
    """Make held messages ready as if they had not been taken."""
    _move(connection, seqs, State.HELD, State.READY)


def wait(connection: sqlite3.Connection, seq: int, due: float, reason: str) -> None:
    """Let a message wait for its next attempt. Its consumer lives, so deaths are counted anew."""
    connection.execute(
        "UPDATE messages SET state = ?, due = ?, reason = ?, attempt = attempt + 1, deaths = 0 WHERE seq = ? AND state = ?",
        (State.WAITING, due, short(reason), seq, State.HELD),
    )


def ripen(connection: sqlite3.Connection, seq: int) -> None:
    """Make a message ready that waited long enough."""
    _move(connection, [seq], State.WAITING, State.READY)


def kill(connection: sqlite3.Connection, seq: int, reason: str) -> None:
    """Put a held message among the dead letters."""
    connection.execute(
        "UPDATE messages SET state = ?, reason = ? WHERE seq = ? AND state = ?",
        (State.DEAD, short(reason), seq, State.HELD),
    )


def bury(connection: sqlite3.Connection, seqs: Sequence[int]) -> int:
    """Count a death for held messages whose consumer died; return how many are ready again, and not dead themselves."""
    ready = 0
    for seq in seqs:
        row = connection.execute(
            "SELECT deaths, deliveries FROM messages JOIN queues ON name = queue WHERE seq = ? AND state = ?",
            (seq, State.HELD),
        ).fetchone()
        if row is None:  # it was ended while its consumer closed
            continue
        deaths, deliveries = row
        if deaths + 1 >= deliveries:
            kill(connection, seq, died(deliveries))
            continue
        ready += 1
        connection.execute(
            "UPDATE messages SET state = ?, attempt = attempt + 1, deaths = deaths + 1 WHERE seq = ?",
            (State.READY, seq),
        )
    return ready


def died(deliveries: int) -> str:
    """Return the reason of dead letters whose consumers died."""
    return f"its consumer died each of {deliveries} times it was delivered"


def count_dead(connection: sqlite3.Connection, queue: str) -> int:
    """Return how many dead letters a queue has."""
    row = connection.execute("SELECT count(*) FROM messages WHERE queue = ? AND state = ?", (queue, State.DEAD))
    return int(row.fetchone()[0])


def dead_letters(connection: sqlite3.Connection, queue: str, most: int) -> list[DeadLetter]:
    """Return the oldest dead letters."""
    rows = connection.execute(
        "SELECT id, headers, body, reason, attempt FROM messages WHERE queue = ? AND state = ? ORDER BY seq LIMIT ?",
        (queue, State.DEAD, most),
    )
    return [
        DeadLetter(Message(name, body, json.loads(headers)), queue, reason, attempt)
        for name, headers, body, reason, attempt in rows
    ]


def replay(connection: sqlite3.Connection, queue: str, ids: Iterable[str] | None) -> int:
    """Make dead letters ready as if they were new; return how many."""
    return _on_dead(connection, "UPDATE messages SET state = 0, attempt = 1, deaths = 0, reason = NULL", queue, ids)


def purge(connection: sqlite3.Connection, queue: str, ids: Iterable[str] | None) -> int:
    """Forget dead letters; return how many."""
    return _on_dead(connection, "DELETE FROM messages", queue, ids)


def _on_dead(connection: sqlite3.Connection, act: str, queue: str, ids: Iterable[str] | None) -> int:
    dead = f"{act} WHERE queue = ? AND state = {State.DEAD:d}"
    if ids is None:
        return connection.execute(dead, (queue,)).rowcount
    return sum(connection.execute(f"{dead} AND id = ?", (queue, name)).rowcount for name in set(ids))


def _move(connection: sqlite3.Connection, seqs: Sequence[int], old: State, new: State) -> None:
    connection.executemany(
        "UPDATE messages SET state = ? WHERE seq = ? AND state = ?", [(new, seq, old) for seq in seqs]
    )
