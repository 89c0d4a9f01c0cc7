"""The whole workflow of a job, as one pure function.

    pending → generating → exporting → completed
                 ↕ paused (asked, blocked)      failed, cancelled

`advance` folds what happened into the next version. It is indifferent to repetition and order of facts: what generators
and exporters make is a function of the plan, so a fact that comes twice, late, or from before a pause is as true as ever.
Reports of failure are not: they count in their own epoch only.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from syndata_contracts.events import (
    Blocked,
    CancelAsked,
    Cleared,
    Event,
    Expired,
    ExportDone,
    ExportProgressed,
    PauseAsked,
    ResumeAsked,
    Started,
    TaskDone,
    WorkFailed,
)
from syndata_contracts.jobs import Command, Job, JobState

BLOCKED: Final = "blocked"
"""How the reason of a pause begins that ends by itself once what was away is back."""
RUNAHEAD: Final = 4
"""How many windows the newest task handed out may be ahead of the oldest unfinished one; bounds `Job.done`."""

_AT_WORK: Final = frozenset({JobState.GENERATING, JobState.EXPORTING})
_PAUSABLE: Final = frozenset({JobState.PENDING, *_AT_WORK})
_RESUMABLE: Final = frozenset({JobState.PAUSED, JobState.FAILED})
_FINAL: Final = frozenset({JobState.COMPLETED, JobState.CANCELLED})
_ASKS: Final = {"generate": JobState.GENERATING, "export": JobState.EXPORTING}


def advance(job: Job, events: Iterable[Event], now: datetime) -> tuple[Job, tuple[Command, ...]]:
    """Return the next version and the commands it asks for; the job itself when nothing changes."""
    after = job.model_copy(update={"outbox": ()})
    commands: list[Command] = []
    for event in events:
        before = after
        after = _take(before, event, now)
        if after.epoch != before.epoch:
            commands.clear()  # what was asked for in an older epoch is asked for anew, or not at all
            after = after.model_copy(update={"next": after.low}) if after.state is JobState.GENERATING else after
        after, asked = _dispatch(after)
        commands += asked
        commands += _once(before, after)
    if _same(after, job):
        return job, ()
    commands = [command for command in commands if _is_wanted(after, command)]
    version = job.version + 1
    after = after.model_copy(update={"version": version, "updated_at": now, "outbox": tuple(commands)})
    return after, tuple(commands)


def outstanding(job: Job) -> tuple[Command, ...]:
    """Everything that the job's state says is being worked on: what a reconciler asks for again."""
    if job.state is JobState.GENERATING:
        done = set(job.done)
        return tuple(Command(kind="generate", task=task) for task in range(job.low, job.next) if task not in done)
    if job.state is JobState.EXPORTING:
        return (Command(kind="export"),)
    if job.given_up and not job.cleared:
        return (Command(kind="sweep"),)
    return ()


def _take(job: Job, event: Event, now: datetime) -> Job:  # noqa: PLR0911 -- one line per event
    match event:
        case TaskDone():
            return _task_done(job, event)
        case ExportProgressed() if job.state is JobState.EXPORTING and event.bytes > job.exported_bytes:
            return _to(job, JobState.EXPORTING, exported_bytes=event.bytes)
        case ExportDone():
            return _export_done(job, event, now)
        case WorkFailed() | Blocked():
            return _stopped(job, event, now)
        case Started() if job.state is JobState.PENDING:
            return _to(job, _work(job), started_at=now)
        case PauseAsked() if job.state in _PAUSABLE or _is_blocked(job):
            return _to(job, JobState.PAUSED, epoch=job.epoch + 1, reason="asked")
        case ResumeAsked() if job.state in _RESUMABLE and event.epoch in {None, job.epoch} and not job.given_up:
            return _resumed(job, now)
        case Expired() | Cleared():
            return _swept(job, event, now)
        case CancelAsked() if job.state not in _FINAL:
            changes = {"epoch": job.epoch + 1, "finished_at": now, "reason": "asked", "faults": (), "cleared": False}
            return _to(job, JobState.CANCELLED, **changes)
    return job


def _export_done(job: Job, event: ExportDone, now: datetime) -> Job:
    if job.state is JobState.EXPORTING or (job.state is JobState.PAUSED and job.low == job.tasks):
        return _to(job, JobState.COMPLETED, finished_at=now, exported=True, exported_bytes=event.bytes, reason=None)
    return job


def _stopped(job: Job, event: WorkFailed | Blocked, now: datetime) -> Job:
    if job.state not in _AT_WORK or event.epoch != job.epoch:
        return job
    if isinstance(event, Blocked):
        return _to(job, JobState.PAUSED, epoch=job.epoch + 1, reason=f"{BLOCKED}: {event.what}")
    return _to(job, JobState.FAILED, finished_at=now, reason=event.what, faults=event.faults)


def _resumed(job: Job, now: datetime) -> Job:
    started = job.started_at or now
    return _to(job, _work(job), started_at=started, epoch=job.epoch + 1, reason=None, faults=(), finished_at=None)


def _swept(job: Job, event: Expired | Cleared, now: datetime) -> Job:
    """Give the files of an ended job up, or remember that they are gone."""
    if isinstance(event, Expired):
        return _to(job, job.state, expired_at=now) if job.ended and not job.given_up else job
    return _to(job, job.state, cleared=True) if job.given_up and not job.cleared else job


def _work(job: Job) -> JobState:
    """What is to be done next; a job without tasks has only its export."""
    return JobState.EXPORTING if job.low == job.tasks else JobState.GENERATING


def _is_blocked(job: Job) -> bool:
    """Whether it would go on by itself, which whoever asks for a pause does not want."""
    return job.state is JobState.PAUSED and (job.reason or "").startswith(BLOCKED)


def _to(job: Job, state: JobState, **changes: object) -> Job:
    return job.model_copy(update={"state": state, **changes})


def _task_done(job: Job, event: TaskDone) -> Job:
    """Count a task once, whichever epoch it was made in."""
    if job.state in {JobState.COMPLETED, JobState.PENDING} or job.given_up:
        return job
    if not 0 <= event.task < job.tasks or _is_done(job, event.task):
        return job
    done = {*job.done, event.task}
    low = job.low
    while low in done:
        done.remove(low)
        low += 1
    after = job.model_copy(
        update={
            "low": low,
            "next": max(job.next, low),
            "done": tuple(sorted(done)),
            "rows_done": job.rows_done + event.rows,
            "bytes_done": job.bytes_done + event.bytes,
            "busy_seconds": job.busy_seconds + event.seconds,
        }
    )
    if after.low == after.tasks and after.state is JobState.GENERATING:
        return _to(after, JobState.EXPORTING)
    return after


def _dispatch(job: Job) -> tuple[Job, list[Command]]:
    """Hand out tasks as far as the window reaches."""
    if job.state is not JobState.GENERATING:
        return job, []
    commands = []
    done = set(job.done)
    task = job.next
    flying = sum(1 for number in range(job.low, job.next) if number not in done)
    while task < min(job.tasks, job.low + RUNAHEAD * job.window) and flying < job.window:
        if task not in done:
            commands.append(Command(kind="generate", task=task))
            flying += 1
        task += 1
    return (job.model_copy(update={"next": task}) if task != job.next else job), commands


def _once(before: Job, after: Job) -> list[Command]:
    """Commands that a change of state or epoch asks for, or the loss of hope."""
    if after.given_up and (not before.given_up or after.state is not before.state):
        return [Command(kind="sweep")]
    if after.state is JobState.EXPORTING and (before.state, before.epoch) != (after.state, after.epoch):
        return [Command(kind="export")]
    return []


def _is_wanted(job: Job, command: Command) -> bool:
    """Whether what a batch asked for in its midst is still worth a message at its end."""
    if command.task is not None and _is_done(job, command.task):
        return False
    return job.given_up and not job.cleared if command.kind == "sweep" else job.state is _ASKS[command.kind]


def _is_done(job: Job, task: int) -> bool:
    return task < job.low or task in job.done


def _same(after: Job, before: Job) -> bool:
    return after == before.model_copy(update={"outbox": ()})
