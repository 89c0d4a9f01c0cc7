"""Takes messages and ends them: the only place that decides on retry or dead letter.

| what the handler does        | what becomes of the message                                                   |
|------------------------------|-------------------------------------------------------------------------------|
| returns                      | its events are published, its answer is sent, then ack                        |
| raises Refused               | the job hears of it (or the asker), ack: asking again would change nothing    |
| raises Unavailable           | delayed retries; after `patience` of them the job is paused as blocked, ack   |
| raises Defect, anything else | two delayed retries, then the job fails and the message is a dead letter      |
| is cancelled, while draining | handed back to other consumers                                                |
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

import structlog

from syndata_bus.errors import Lost
from syndata_bus.port import RETRY_SECONDS, Delivery, Queue, Subscription
from syndata_contracts.errors import Defect, Refused, SyndataError, Unavailable
from syndata_contracts.events import Blocked, Event, WorkFailed
from syndata_contracts.messages import (
    ExportJob,
    Failure,
    GenerateTask,
    Message,
    Refusal,
    decode_message,
    encode_message,
    named,
)
from syndata_runtime import metrics
from syndata_runtime.connections import Ports
from syndata_runtime.failpoints import failpoint
from syndata_runtime.refusals import carried_faults, cut
from syndata_runtime.sending import report
from syndata_runtime.tracing import continued, mark_failed

_DEFECT_TRIES: Final = 3
_END_WAITS: Final = (0.1, 0.5, 1.0, 2.0)

_log = structlog.get_logger()


@dataclass(frozen=True)
class Outcome:
    """What a handler leaves to say."""

    events: tuple[Event, ...] = ()
    """For the conductor, about the message's job."""
    answer: Message | None = None
    """For whoever asked."""


Handler = Callable[[Message], Awaitable[Outcome]]


@dataclass(frozen=True)
class Work:
    """A queue, and what is done with each message it brings."""

    queue: Queue
    takes: tuple[type[Message], ...]
    handler: Handler
    slots: int = 1
    """Messages handled at a time."""


@dataclass(eq=False)
class Consumer:
    """Does one kind of work until it is told to stop."""

    ports: Ports
    work: Work
    patience: int
    _subscription: Subscription | None = None
    _stopping: bool = False
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Take and handle messages; returns after `stop`."""
        metrics.announce_queue(self.work.queue.name)
        self._subscription = await _insist(
            lambda: self.ports.bus.subscribe(self.work.queue.name, self.work.slots), self._may_go_on
        )
        if self._stopping and self._subscription is not None:
            await self._subscription.stop()  # `stop` came while it was being opened, and could not do this
        while self._subscription is not None and (taken := await self._subscription.take()):
            for delivery in taken:
                task = asyncio.create_task(self._one(delivery))
                self._running.add(task)
                task.add_done_callback(self._running.discard)

    async def stop(self, seconds: float) -> None:
        """Take no more, give work at hand so long, then hand it back."""
        self._stopping = True
        if self._subscription is not None:
            await self._subscription.stop()
        if not self._running:
            return
        _, late = await asyncio.wait(set(self._running), timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=10)

    def _may_go_on(self) -> bool:
        return not self._stopping

    async def _one(self, delivery: Delivery) -> None:
        name = self.work.queue.name
        begun = time.monotonic()
        with metrics.IN_FLIGHT.labels(name).track_inprogress():
            try:
                outcome = await self._handle(delivery)
            except Lost:
                outcome = "lost"  # the broker gives it to somebody again
            except asyncio.CancelledError:
                outcome = "handed_back"
                await _quietly(delivery.hand_back)
            except Exception:  # noqa: BLE001 -- an unended message would hold its slot until this process ends
                _log.exception("a message could not be ended", queue=name)
                outcome = "dead"
                metrics.DEAD_LETTERS.labels(name).inc()
                await _quietly(lambda: delivery.dead_letter("it could not be ended in any other way"))
        metrics.MESSAGES.labels(name, outcome).inc()
        metrics.HANDLING_SECONDS.labels(name).observe(time.monotonic() - begun)

    async def _handle(self, delivery: Delivery) -> str:
        try:
            message = _read(delivery, self.work.takes)
        except Defect as error:
            _log.error("a message cannot be read", queue=self.work.queue.name, why=str(error))
            return await self._bury(delivery, str(error))
        bound = {name: getattr(message, name) for name in ("workspace", "job", "task") if hasattr(message, name)}
        attributes = {
            "messaging.system": "syndata",
            "messaging.destination.name": self.work.queue.name,
            "messaging.message.id": delivery.message.id,
            **{f"syndata.{name}": value for name, value in bound.items()},
        }
        with (
            structlog.contextvars.bound_contextvars(**bound),
            continued(message.type, delivery.message.headers, delivery.attempt, **attributes) as current,
        ):
            try:
                await failpoint("consumer.taken")
                outcome = await self.work.handler(message)
                await failpoint("consumer.handled")
                await self._report(message, outcome.events)
                if outcome.answer is not None and delivery.answerable:
                    await delivery.answer(encode_message(outcome.answer))
                await failpoint("consumer.reported")
            except (Lost, asyncio.CancelledError):
                raise
            except Exception as error:  # noqa: BLE001 -- the edge: whatever it is, the message must be ended
                mark_failed(current, error)
                return await self._failed(delivery, message, error)
            await _end(delivery.ack)
            return "done"

    async def _report(self, message: Message, events: tuple[Event, ...]) -> None:
        for event in events:
            if not isinstance(message, GenerateTask | ExportJob):
                raise Defect(f"{message.type} has no job to report of")
            await report(self.ports.bus, message.workspace, message.job, event)

    async def _failed(self, delivery: Delivery, message: Message, error: Exception) -> str:
        told = {"attempt": delivery.attempt, "why": describe(error)}
        if delivery.answerable:
            await _answer_failure(delivery, error)
        elif isinstance(error, Refused):
            _log.warning("work was refused", **told)
            await self._tell(message, WorkFailed(epoch=_epoch(message), what="the plan cannot be used here",
                                                 faults=carried_faults(error.faults)))  # fmt: skip
        elif isinstance(error, Unavailable):
            if delivery.attempt < self.patience or not isinstance(message, GenerateTask | ExportJob):
                return await self._retry(delivery, told)
            _log.error("work is blocked", **told)
            await self._tell(message, Blocked(epoch=_epoch(message), what=cut(str(error))))
        else:
            _log.error("work failed", **told, exc_info=error)
            if delivery.attempt < _DEFECT_TRIES:
                return await self._retry(delivery, told)
            where = f"its message is among the dead letters of {self.work.queue.name}"
            what = f"{named(message)} failed {delivery.attempt} times ({cut(describe(error))}); {where}"
            await self._tell(message, WorkFailed(epoch=_epoch(message), what=what))
            return await self._bury(delivery, describe(error))
        if not isinstance(error, Refused | Unavailable):
            _log.error("a request failed", **told, exc_info=error)
        await _end(delivery.ack)
        return "refused" if isinstance(error, Refused) else "given_up"

    async def _tell(self, message: Message, event: Event) -> None:
        if isinstance(message, GenerateTask | ExportJob):
            await _end(lambda: report(self.ports.bus, message.workspace, message.job, event))

    async def _retry(self, delivery: Delivery, told: dict[str, object]) -> str:
        delay = RETRY_SECONDS[min(delivery.attempt, len(RETRY_SECONDS)) - 1]
        _log.warning("work is tried again", seconds=delay, **told)
        metrics.RETRIES.labels(self.work.queue.name).inc()
        await _end(lambda: delivery.retry(delay, str(told["why"])))
        return "retried"

    async def _bury(self, delivery: Delivery, reason: str) -> str:
        metrics.DEAD_LETTERS.labels(self.work.queue.name).inc()
        await _end(lambda: delivery.dead_letter(reason))
        return "dead"


def _read(delivery: Delivery, takes: tuple[type[Message], ...]) -> Message:
    message = decode_message(delivery.message.body)
    if not isinstance(message, takes):
        raise Defect(f"{message.type} does not belong here")
    return message


def describe(error: Exception) -> str:
    """What went wrong, for a header or a log line: our own words, or only the type of a stranger's error.

    A refusal quotes what a user wrote: whoever asked is told, and nobody else.
    """
    if isinstance(error, Refused):
        return f"refused, with {len(error.faults)} faults"
    return str(error) if isinstance(error, SyndataError) else type(error).__name__


def _epoch(message: Message) -> int:
    return message.epoch if isinstance(message, GenerateTask | ExportJob) else 0


async def _answer_failure(delivery: Delivery, error: Exception) -> None:
    answer: Message
    if isinstance(error, Refused):
        answer = Refusal(faults=carried_faults(error.faults))
    else:
        answer = Failure(later=isinstance(error, Unavailable), what=cut(describe(error)))
    await _quietly(lambda: delivery.answer(encode_message(answer)))


async def _end(ending: Callable[[], Awaitable[None]]) -> None:
    """Insist: until the broker takes it, or the connection is lost and the broker gives the message to somebody again."""
    waits = iter(_END_WAITS)
    while True:
        try:
            return await ending()
        except Unavailable:
            await asyncio.sleep(next(waits, _END_WAITS[-1]))


async def _insist(opening: Callable[[], Awaitable[Subscription]], may_go_on: Callable[[], bool]) -> Subscription | None:
    while may_go_on():
        try:
            return await opening()
        except Unavailable:
            await asyncio.sleep(_END_WAITS[2])
    return None


async def _quietly(ending: Callable[[], Awaitable[None]]) -> None:
    try:
        await ending()
    except SyndataError as error:
        _log.debug("not said", why=str(error))
