"""What every implementation refuses before it carries anything, so that all refuse the same."""

from __future__ import annotations

import re
from typing import Final

from syndata_bus.errors import TooLarge
from syndata_bus.port import MOST_BODY_BYTES, RETRY_SECONDS, Message, Queue
from syndata_contracts.errors import Defect

MOST_HEADER_BYTES: Final = 16 * 1024
"""Of the id and all headers together; a broker takes them in one frame."""

MOST_REASON_CHARACTERS: Final = 1000

_NAME = re.compile(r"[a-z0-9]+(\.[a-z0-9]+)*")
_OURS = re.compile(r".*\.(dead|asked|retry\.[0-9]+)")


def check_queue(queue: Queue) -> None:
    """Raise Defect for a queue that cannot be made: queues are named in code, not by users."""
    if not _NAME.fullmatch(queue.name) or len(queue.name) > 200:
        raise Defect(f"queue name {queue.name!r}: use at most 200 lower-case letters and digits, with dots between")
    if _OURS.fullmatch(queue.name):
        raise Defect(f"queue name {queue.name!r}: endings .dead, .asked and .retry.<n> belong to the bus")
    if queue.deliveries < 1:
        raise Defect(f"queue {queue.name}: {queue.deliveries} deliveries; a message needs at least one")


def check_message(message: Message) -> None:
    """Raise TooLarge for what is too large to be carried, Defect for headers that are the bus's own."""
    check_body(message.body)
    total = len(message.id.encode())
    for name, value in message.headers.items():
        if name.startswith("x-"):
            raise Defect(f"header {name!r}: names that begin with x- are the bus's own")
        if len(name.encode()) > 200:
            raise TooLarge(f"a header's name has at most 200 bytes, {name[:20]!r}... has {len(name.encode())}")
        total += len(name.encode()) + len(value.encode())
    if total > MOST_HEADER_BYTES:
        raise TooLarge(f"id and headers have {total} bytes, at most {MOST_HEADER_BYTES} are carried")


def check_body(body: bytes) -> None:
    """Raise TooLarge for a body or an answer above `MOST_BODY_BYTES`."""
    if len(body) > MOST_BODY_BYTES:
        raise TooLarge(
            f"the body has {len(body)} bytes, at most {MOST_BODY_BYTES} are carried: put it among the objects, send its key"
        )


def check_prefetch(prefetch: int) -> None:
    """Raise Defect for a bound that a broker would take for `no bound` or refuse."""
    if not 1 <= prefetch <= 65_535:
        raise Defect(f"prefetch {prefetch}: use 1 to 65535")


def retry_seconds(delay: float) -> int:
    """Return the first delay that exists and is at least as long as asked, or the last."""
    return next((seconds for seconds in RETRY_SECONDS if seconds >= delay), RETRY_SECONDS[-1])


def short(reason: str) -> str:
    """Return the reason, cut to what a header holds."""
    return reason[:MOST_REASON_CHARACTERS]
