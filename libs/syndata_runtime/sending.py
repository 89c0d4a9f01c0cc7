"""Messages on their way out, with the trace they belong to."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any, Final

from syndata_bus.errors import NoAnswer
from syndata_bus.port import Bus, Queue
from syndata_bus.port import Message as Carried
from syndata_contracts.errors import Defect, Refused, Unavailable
from syndata_contracts.events import Event
from syndata_contracts.jobs import Command, Job
from syndata_contracts.messages import (
    ExportJob,
    Failure,
    GenerateTask,
    JobEvent,
    Message,
    Refusal,
    SweepJob,
    decode_message,
    encode_message,
)
from syndata_contracts.tasks import task_of
from syndata_runtime.clock import new_id
from syndata_runtime.topology import CONDUCTOR_EVENTS, EXPORT_JOBS, GENERATOR_TASKS
from syndata_runtime.tracing import carried

ALONE_SECONDS: Final = 5.0
"""For how long nobody may take questions before it is said that nobody will: a replaced service is back by then."""
_LOOK_SECONDS: Final = 1.0


async def report(bus: Bus, workspace: str, job: str, event: Event) -> None:
    """Tell the conductor what happened to a job."""
    message = JobEvent(workspace=workspace, job=job, event=event)
    await bus.publish(CONDUCTOR_EVENTS.name, Carried(new_id(), encode_message(message), carried()))


async def relay(bus: Bus, job: Job, commands: tuple[Command, ...]) -> None:
    """Send what a version of a job asks for. Sent twice it does no harm: ids and effects are the same.

    What is done for a job is traced below the request that created it, not below the fold that happened to hand it out:
    a fold whose process dies is never told of, and would leave all that it handed out without a parent.
    """

    async def send(command: Command) -> None:
        queue, message = _message_of(job, command)
        name = f"{job.id}:{job.epoch}:{command.kind}:{command.task if command.task is not None else ''}"
        await bus.publish(queue.name, Carried(name, encode_message(message), dict(job.trace)))

    await asyncio.gather(*(send(command) for command in commands))


def _message_of(job: Job, command: Command) -> tuple[Queue, Message]:
    if command.kind == "sweep":
        return EXPORT_JOBS, SweepJob(workspace=job.workspace, job=job.id)
    if command.kind == "export":
        return EXPORT_JOBS, ExportJob(
            workspace=job.workspace,
            job=job.id,
            epoch=job.epoch,
            plan=job.plan,
            output_format=job.output_format,
            digest_algorithm=job.digest_algorithm,
            archive=job.archive,
            tables=job.tables,
        )
    if command.task is None:
        raise Defect("a command to generate names its task")
    task = task_of(job.tables, command.task)
    return GENERATOR_TASKS, GenerateTask(
        workspace=job.workspace,
        job=job.id,
        epoch=job.epoch,
        task=task.number,
        table=task.table,
        first=task.first,
        parts=task.parts,
        plan=job.plan,
        output_format=job.output_format,
        digest_algorithm=job.digest_algorithm,
    )


async def ask(bus: Bus, queue: Queue, message: Message, seconds: float) -> Message:
    """Ask a service and return its answer.

    Refused when it refuses, Unavailable when nobody answers in time, none of it has been running for ALONE_SECONDS or it
    says so, Defect when it failed.
    """
    service = queue.name.partition(".")[0]
    asked = asyncio.ensure_future(
        bus.request(queue.name, Carried(new_id(), encode_message(message), carried()), seconds)
    )
    try:
        if await _is_alone(bus, queue, asked):
            raise Unavailable(
                f"the {service} service is not running: nobody took from {queue.name} for {ALONE_SECONDS:g} s"
            )
        body = await asked
    except NoAnswer:
        raise Unavailable(f"the {service} service did not answer within {seconds:g} s") from None
    finally:
        asked.cancel()
    answer = decode_message(body)
    if isinstance(answer, Refusal):
        raise Refused(fault.to_fault() for fault in answer.faults)
    if isinstance(answer, Failure):
        raise (Unavailable if answer.later else Defect)(answer.what)
    return answer


async def _is_alone(bus: Bus, queue: Queue, asked: asyncio.Future[Any]) -> bool:
    """Wait for the answer to a question; True at once when the queue had no consumer for ALONE_SECONDS."""
    seen = time.monotonic()
    while not (await asyncio.wait({asked}, timeout=_LOOK_SECONDS))[0]:
        consumers = 1
        # Whether the bus is there is another's question.
        with suppress(Unavailable, TimeoutError):
            async with asyncio.timeout(_LOOK_SECONDS):
                consumers = (await bus.depth(queue.name)).consumers
        if consumers:
            seen = time.monotonic()
        elif time.monotonic() - seen >= ALONE_SECONDS:
            return not asked.done()
    return False
