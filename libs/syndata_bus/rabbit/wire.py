"""How our messages look on the broker."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import aio_pika
from aio_pika.abc import AbstractIncomingMessage, DeliveryMode
from pamqp.common import FieldTable

from syndata_bus.limits import short
from syndata_bus.port import DeadLetter, Message
from syndata_bus.rabbit.topology import DEAD_EXCHANGE, deliveries_of

ID: Final = "x-id"
"""Not the property `message_id`: the driver tells returned messages apart by that, so it must differ per publish."""
ATTEMPT: Final = "x-attempt"
"""Attempts up to this publish, itself included; the broker counts on from there."""
REASON: Final = "x-reason"
UNTIL: Final = "x-until"
"""When a question that waits for its retry is of no use any more, in seconds of the epoch; as text, for the driver
sends floats in 32 bits, which tell minutes apart at best."""


@dataclass(frozen=True, slots=True)
class Question:
    """Who waits for an answer, and for how long."""

    reply_to: str
    correlation: str
    until: float
    """Seconds of the epoch, by the asker's clock."""


def outgoing(
    message: Message, *, attempt: int = 1, reason: str | None = None, question: Question | None = None
) -> aio_pika.Message:
    """Return what goes to the broker, kept on its disk."""
    headers: FieldTable = {**message.headers, ID: message.id, ATTEMPT: attempt}
    if reason is not None:
        headers[REASON] = short(reason)
    if question is not None:
        headers[UNTIL] = repr(question.until)
    return aio_pika.Message(
        message.body,
        headers=headers,
        delivery_mode=DeliveryMode.PERSISTENT,
        message_id=uuid.uuid4().hex,
        reply_to=question.reply_to if question else None,
        correlation_id=question.correlation if question else None,
    )


def asking(message: Message, question: Question, seconds: float) -> aio_pika.Message:
    """Return a question as it goes to the broker: not kept, and gone after `seconds`."""
    out = outgoing(message, question=question)
    out.delivery_mode = DeliveryMode.NOT_PERSISTENT
    out.expiration = max(seconds, 0.001)
    return out


def incoming(got: AbstractIncomingMessage) -> Message:
    """Return our message without what the bus and the broker added."""
    headers = {name: str(value) for name, value in got.headers.items() if not name.startswith("x-")}
    return Message(id=str(got.headers.get(ID, got.message_id or "")), body=got.body, headers=headers)


def question_of(got: AbstractIncomingMessage) -> Question | None:
    """Return who waits for an answer, if anyone does."""
    if not got.reply_to or not got.correlation_id:
        return None
    return Question(got.reply_to, got.correlation_id, float(str(got.headers.get(UNTIL, "inf"))))


def attempt_of(got: AbstractIncomingMessage) -> int:
    """Return the how-manieth attempt this delivery is.

    Classic queues count nothing and only say that a message was delivered before.
    """
    before = _number(got.headers, ATTEMPT, 1)
    comebacks = _number(got.headers, "x-delivery-count", int(got.redelivered or False))
    return before + comebacks


def dead_letter(got: AbstractIncomingMessage, queue: str) -> DeadLetter:
    """Return a dead letter as it lies in its queue.

    The broker says little of those it sends itself: the binding by which they came says how often they were delivered.
    """
    attempt = _number(got.headers, ATTEMPT, 1)
    reason = got.headers.get(REASON)
    if got.exchange == DEAD_EXCHANGE:
        deliveries = deliveries_of(got.routing_key or "")
        attempt += deliveries - 1
        reason = f"its consumer died each of {deliveries} times it was delivered"
    return DeadLetter(incoming(got), queue, str(reason or "unknown"), attempt)


def _number(headers: Mapping[str, object], name: str, otherwise: int) -> int:
    value = headers.get(name)
    return value if isinstance(value, int) else otherwise
