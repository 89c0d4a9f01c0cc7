"""What we need of a message bus.

Promises every implementation keeps, and `testing.py` proves:

- A message is published once `publish` returns: it survives the death of the bus and of the publisher.
- A message is delivered until it is acked, retried or dead-lettered: at least once, so whoever takes it must be able
  to take it twice. Order is kept only roughly.
- A message whose consumers keep dying ends among the dead letters once it was delivered `Queue.deliveries` times in a
  row; a retry, a hand-back or a replay shows that somebody lived, and counts anew. A consumer that dies may take what it
  had not yet taken, up to its prefetch, one death nearer: use a prefetch of 1 for what may kill.
- Nothing is dropped in silence: what cannot be taken raises.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

MOST_BODY_BYTES: Final = 64 * 1024
"""Larger content goes among the objects, and its key into the message."""

RETRY_SECONDS: Final = (1, 5, 15, 60)
"""The delays that exist; a retry waits for the first one that is at least as long as asked, or the last."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A durable queue; its dead letters wait beside it."""

    name: str
    """Lower-case letters, digits and dots, e.g. `generator.tasks`."""
    deliveries: int = 5
    """How often a message may come back because its consumer died, before it is dead."""
    single_active: bool = False
    """Whether one consumer at a time gets the messages, while others stand by."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is carried."""

    id: str
    """Unique per message; stays the same through redelivery, retry and replay."""
    body: bytes = field(repr=False)
    """At most `MOST_BODY_BYTES`; TooLarge otherwise."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Small texts, e.g. the trace; names in lower case with hyphens. Names that begin with `x-` are the bus's own, and a
    Defect here. With the id at most 16 KiB."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that nobody could take."""

    message: Message
    queue: str
    """Where it was to be taken from."""
    reason: str
    attempt: int
    """How often it was tried."""


@dataclass(frozen=True, slots=True)
class Depth:
    """How much waits in a queue."""

    ready: int
    """To be delivered."""
    dead: int
    """Among its dead letters."""
    consumers: int


class Delivery(Protocol):
    """A message at its consumer, who must end it in exactly one of four ways; Lost when the connection is gone.

    Unavailable leaves it unended: try again. To end it twice is a Defect.
    """

    @property
    def message(self) -> Message: ...

    @property
    def attempt(self) -> int:
        """1 at first; one more after each retry and each death of a consumer that had it."""

    @property
    def answerable(self) -> bool:
        """Whether somebody waits for an answer."""

    async def ack(self) -> None:
        """It is done; it never comes back, unless the connection breaks in this moment."""

    async def retry(self, delay: float, reason: str) -> None:
        """Deliver it again to anyone, after at least `delay` seconds (one of RETRY_SECONDS), with `attempt` one higher."""

    async def dead_letter(self, reason: str) -> None:
        """Put it among the dead letters, with the reason; no secret and no data of users belongs into it."""

    async def hand_back(self) -> None:
        """Deliver it to any consumer at once, as if it had not come: for who must leave, after `stop`."""

    async def answer(self, body: bytes) -> None:
        """Answer whoever asked, if they still wait; not an end of the delivery. At most MOST_BODY_BYTES.

        A Defect where nobody asked.
        """


class Subscription(Protocol):
    """A consumer of one queue. It lives through lost connections; deliveries of a lost one are Lost."""

    async def take(self, most: int = 1) -> Sequence[Delivery]:
        """Wait for at least one delivery and return up to `most` that are there; empty once stopped.

        It waits through outages, and may be cancelled: what had come is there for the next take.
        """

    async def stop(self) -> None:
        """Take no more: what was delivered and not yet taken goes back at once; what was taken may still be ended."""


class Bus(Protocol):
    """A connection to the bus; every method is Unavailable when it cannot be reached in time."""

    async def declare(self, queues: Sequence[Queue]) -> None:
        """Make the queues, with their retries and dead letters, where they do not exist.

        Refused when one exists with other arguments, which are those of its first declaration.
        """

    async def publish(self, queue: str, message: Message) -> None:
        """Return once the message is safe.

        Unroutable without such a queue, TooLarge for the body. Unavailable when that could not be confirmed in time: it
        may still have been taken, so what is published must bear being published again.
        """

    async def request(self, queue: str, message: Message, seconds: float) -> bytes:
        """Ask whoever takes from the queue, and return the answer; NoAnswer after `seconds`.

        The question is not kept for longer than that, and dies with the bus.
        """

    async def subscribe(self, queue: str, prefetch: int) -> Subscription:
        """Consume; at most `prefetch` deliveries are unfinished at a time. Unroutable without such a queue."""

    async def depth(self, queue: str) -> Depth:
        """How much waits; messages that wait for a retry are not counted."""

    async def dead_letters(self, queue: str, most: int = 100) -> Sequence[DeadLetter]:
        """The oldest dead letters; they stay where they are. Whoever looks at the same moment may miss some."""

    async def replay(self, queue: str, ids: Sequence[str] | None = None) -> int:
        """Publish dead letters (these, or all) into their queue again, attempts counted anew; return how many.

        Where it is Unavailable in the middle, some may have been replayed, the others are still dead letters.
        """

    async def purge(self, queue: str, ids: Sequence[str] | None = None) -> int:
        """Drop dead letters (these, or all); return how many."""

    async def ping(self) -> None:
        """Return when the bus can be used now."""

    async def close(self) -> None:
        """End every subscription and the connection; what was not ended is delivered again elsewhere."""
