"""What must be true of every version of a job, and of every step from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from syndata_contracts.events import CancelAsked, Event, Expired, ExportDone, PauseAsked, ResumeAsked, WorkFailed
from syndata_contracts.jobs import Job, JobState
from syndata_contracts.lifecycle import RUNAHEAD, outstanding

PENDING, GENERATING, EXPORTING = JobState.PENDING, JobState.GENERATING, JobState.EXPORTING
PAUSED, COMPLETED, FAILED, CANCELLED = JobState.PAUSED, JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED

STEPS: Final = {
    PENDING: {PENDING, GENERATING, EXPORTING, PAUSED, FAILED, COMPLETED, CANCELLED},
    GENERATING: {GENERATING, EXPORTING, PAUSED, FAILED, COMPLETED, CANCELLED},
    EXPORTING: {EXPORTING, PAUSED, FAILED, COMPLETED, CANCELLED},
    PAUSED: {PAUSED, GENERATING, EXPORTING, FAILED, COMPLETED, CANCELLED},
    FAILED: {FAILED, GENERATING, EXPORTING, PAUSED, COMPLETED, CANCELLED},
    COMPLETED: {COMPLETED},
    CANCELLED: {CANCELLED},
}
"""Where a batch of events may lead; a batch may pass through several states. Nothing leads back to pending."""
_WANTS: Final = {GENERATING: {"generate"}, EXPORTING: {"export"}}


def wants(job: Job) -> set[str]:
    """What a version may ask for."""
    return {"sweep"} if job.given_up else _WANTS.get(job.state, set())


def rows_of(task: int) -> int:
    """Rows of a task: so many that a sum tells which tasks are in it, and how often."""
    return int(4**task)


def bytes_of(task: int) -> int:
    """Bytes of a task."""
    return 7 * rows_of(task)


def done_tasks(job: Job) -> set[int]:
    """The tasks that a job takes for done."""
    return {*range(job.low), *job.done}


def flying(job: Job) -> set[int]:
    """The tasks that a job takes for handed out and not done."""
    return set(range(job.low, job.next)) - done_tasks(job)


def check_version(job: Job) -> None:
    """A version makes sense by itself."""
    assert 0 <= job.low <= job.next <= job.tasks
    assert list(job.done) == sorted(set(job.done))
    assert all(job.low < task < job.tasks for task in job.done)
    assert job.next <= job.low + RUNAHEAD * job.window
    assert len(flying(job)) <= job.window
    assert job.rows_done == sum(map(rows_of, done_tasks(job))), "every done task counts once"
    assert job.bytes_done == sum(map(bytes_of, done_tasks(job)))
    _check_commands(job)
    assert job.expired_at is None or job.ended, "files of a job at work are not given up"
    assert job.given_up or not job.cleared
    if job.state is GENERATING:
        assert flying(job), "a job that generates waits for something"
    if job.state in {EXPORTING, COMPLETED}:
        assert job.low == job.tasks
    assert (job.finished_at is not None) == job.ended
    assert (job.reason is not None) == (job.state in {PAUSED, FAILED, CANCELLED})
    assert job.exported == (job.state is COMPLETED)


def _check_commands(job: Job) -> None:
    assert {command.kind for command in job.outbox} <= wants(job)
    asked = [command.task for command in job.outbox if command.kind == "generate"]
    assert len(asked) == len(set(asked)), "nothing is asked for twice in one version"
    assert set(asked) <= flying(job)
    again = outstanding(job)
    assert {command.kind for command in again} <= wants(job)
    assert set(job.outbox) <= set(again), "what was just asked for is outstanding"
    if job.state is GENERATING:
        assert {command.task for command in again} == flying(job)


def check_step(before: Job, after: Job, events: Sequence[Event]) -> None:
    """The next version follows from the one before and what happened."""
    assert after.version == before.version + 1
    assert after.state in STEPS[before.state]
    assert after.epoch >= before.epoch
    assert after.low >= before.low
    assert done_tasks(after) >= done_tasks(before), "what is done stays done"
    assert after.plan == before.plan
    kinds = {type(event) for event in events}
    if after.state is FAILED and before.state is not FAILED:
        assert any(isinstance(event, WorkFailed) and before.epoch <= event.epoch <= after.epoch for event in events)
    if after.state is COMPLETED is not before.state:
        assert ExportDone in kinds
    if after.state is CANCELLED is not before.state:
        assert CancelAsked in kinds
    if after.given_up and not before.given_up:
        assert {command.kind for command in after.outbox} == {"sweep"} or after.cleared
    if before.given_up:
        assert after.given_up, "what was given up does not come back"
        assert after.state in {before.state, CANCELLED}
        assert done_tasks(after) == done_tasks(before)
    if before.state is FAILED and after.state is not FAILED:
        assert {ResumeAsked, CancelAsked} & kinds
    resting = {PAUSED, FAILED, CANCELLED}
    if (before.state in resting) != (after.state in resting) and after.state not in {FAILED, COMPLETED}:
        assert after.epoch > before.epoch, "what was reported before counts no more"
    if after.state is PAUSED is before.state and after.reason != before.reason:
        assert after.epoch > before.epoch, "nobody ends one pause who means another"
    _check_renewal(before, after)


def check_wish(after: Job, wish: Event) -> None:
    """Whoever wished gets what he wished for, unless the job is over."""
    match wish:
        case PauseAsked():
            assert after.ended or (after.state, after.reason) == (PAUSED, "asked")
        case ResumeAsked():
            assert after.given_up or after.state not in {PAUSED, FAILED}
        case CancelAsked():
            assert after.state in {CANCELLED, COMPLETED}
        case Expired():
            assert after.given_up == after.ended


def _check_renewal(before: Job, after: Job) -> None:
    """In a new epoch everything that is under way is asked for anew; in the same one nothing twice."""
    if after.epoch != before.epoch:
        assert set(after.outbox) == set(outstanding(after))
    elif after.state is GENERATING is before.state:
        new = {command.task for command in after.outbox}
        assert not new & flying(before)
        assert flying(after) <= new | flying(before)
    elif after.state is EXPORTING is before.state:
        assert not after.outbox
