"""What a job asks for, what it remembers, and what it forgets."""

from __future__ import annotations

import pytest

from syndata_contracts.events import (
    Blocked,
    CancelAsked,
    ExportDone,
    ExportProgressed,
    PauseAsked,
    ResumeAsked,
    Started,
    WorkFailed,
)
from syndata_contracts.jobs import Command, Job, JobState
from syndata_contracts.lifecycle import BLOCKED, RUNAHEAD, advance, outstanding
from syndata_contracts.messages import JobEvent
from tests.unit.contracts.examples import BEGUN, EPOCH, FAULTS, NOW, SITUATIONS, done, job

EXPORT = Command(kind="export")
SWEEP = Command(kind="sweep")


def generate(*tasks: int) -> tuple[Command, ...]:
    """Commands to make these tasks."""
    return tuple(Command(kind="generate", task=task) for task in tasks)


def begun(tasks: int, window: int) -> Job:
    """A job that has just begun."""
    return advance(job(tasks, window), [Started()], NOW)[0]


def test_a_job_begins_with_as_many_tasks_as_its_window_holds() -> None:
    after, commands = advance(job(tasks=9, window=3), [Started()], NOW)

    assert commands == generate(0, 1, 2)
    assert (after.state, after.started_at) == (JobState.GENERATING, NOW)


def test_each_done_task_makes_room_for_the_next() -> None:
    _, commands = advance(begun(9, 3), [done(1, 0)], NOW)

    assert commands == generate(3)


def test_a_batch_of_done_tasks_makes_room_for_as_many() -> None:
    """And in one version, as one insert is what a batch costs."""
    after, commands = advance(begun(9, 3), [done(2, 0), done(0, 0), done(1, 0)], NOW)

    assert commands == generate(3, 4, 5)
    assert (after.version, after.low, after.done) == (2, 3, ())


def test_done_tasks_are_remembered_until_all_below_them_are_done() -> None:
    after, _ = advance(begun(9, 3), [done(2, 0), done(1, 0)], NOW)
    assert (after.low, after.done) == (0, (1, 2))

    after, _ = advance(after, [done(0, 0)], NOW)
    assert (after.low, after.done) == (3, ())


def test_one_slow_task_does_not_let_the_others_run_away() -> None:
    """What a job remembers is bounded, whatever becomes of its first task."""
    window = 2
    after = begun(100, window)
    for _ in range(100):
        for command in outstanding(after):
            if command.task:
                after, _ = advance(after, [done(command.task, 0)], NOW)

    assert after.next == RUNAHEAD * window
    assert outstanding(after) == generate(0)
    assert after.done == tuple(range(1, RUNAHEAD * window))


def test_a_task_that_was_done_before_it_was_asked_for_needs_no_message() -> None:
    """Reported in the same batch as what made room for it, by a generator of an older epoch."""
    _, commands = advance(begun(9, 2), [done(0, 0), done(2, 0)], NOW)

    assert commands == generate(3)


def test_rows_bytes_and_seconds_are_summed_over_tasks() -> None:
    facts = [done(0, rows=10, size=100), done(1, rows=20, size=300), done(0, rows=10, size=100)]
    after, _ = advance(begun(9, 2), facts, NOW)

    assert (after.rows_done, after.bytes_done, after.busy_seconds, after.tasks_done) == (30, 400, 1.0, 2)


def test_the_last_task_starts_the_export_and_the_export_ends_the_job() -> None:
    after, commands = advance(begun(2, 2), [done(1)], NOW)
    assert (after.state, commands) == (JobState.GENERATING, ())

    after, commands = advance(after, [done(0)], NOW)
    assert (after.state, commands) == (JobState.EXPORTING, (EXPORT,))

    after, commands = advance(after, [ExportDone(epoch=0, bytes=70)], NOW)
    assert (after.state, commands, after.exported) == (JobState.COMPLETED, (), True)
    assert (after.exported_bytes, after.finished_at, after.ended) == (70, NOW, True)


def test_a_job_without_tasks_has_only_its_export() -> None:
    """It must not wait for a task that never comes."""
    after, commands = advance(job().model_copy(update={"tables": ()}), [Started()], NOW)

    assert (after.state, commands) == (JobState.EXPORTING, (EXPORT,))


@pytest.mark.parametrize(
    "end", [WorkFailed(epoch=0, what="it broke"), Blocked(epoch=0, what="storage is full"), PauseAsked()]
)
def test_work_that_a_batch_asked_for_and_then_stopped_is_not_asked_for(
    end: WorkFailed | Blocked | PauseAsked,
) -> None:
    after, commands = advance(begun(9, 2), [done(0), end], NOW)
    assert (commands, after.outbox) == ((), ())

    after, commands = advance(begun(2, 2), [done(0), done(1), end], NOW)
    assert (commands, after.outbox) == ((), ())


def test_an_export_that_was_done_in_the_same_batch_is_not_asked_for() -> None:
    """An exporter of an older epoch may report right behind the last generator."""
    after, commands = advance(begun(1, 1), [done(0), ExportDone(epoch=0, bytes=70)], NOW)

    assert (after.state, commands) == (JobState.COMPLETED, ())


def test_a_pause_and_its_end_in_one_batch_ask_once_for_everything() -> None:
    after, commands = advance(begun(9, 2), [done(0), PauseAsked(), ResumeAsked(), done(1)], NOW)

    assert commands == generate(2, 3)
    assert after.epoch == 2


@pytest.mark.parametrize("situation", ["generating", "generating the last task", "exporting", "cancelled"])
def test_what_is_outstanding_can_be_asked_for_again(situation: str) -> None:
    expected = {
        "generating": generate(0, 1),
        "generating the last task": generate(3),
        "exporting": (EXPORT,),
        "cancelled": (SWEEP,),
    }

    assert outstanding(SITUATIONS[situation]) == expected[situation]


@pytest.mark.parametrize("situation", ["pending", "paused", "blocked", "failed", "completed"])
def test_a_job_that_rests_has_nothing_outstanding(situation: str) -> None:
    assert outstanding(SITUATIONS[situation]) == ()


def test_tasks_done_while_it_rested_are_not_asked_for_again() -> None:
    after, commands = advance(SITUATIONS["paused"], [done(0), done(2), ResumeAsked()], NOW)

    assert commands == generate(1, 3)
    assert (after.rows_done, after.bytes_done) == (200, 2_000)


def test_all_tasks_done_while_it_rested_leave_the_export() -> None:
    rested, commands = advance(SITUATIONS["paused"], [done(task) for task in range(4)], NOW)
    assert (rested.state, commands) == (JobState.PAUSED, ())

    after, commands = advance(rested, [ResumeAsked()], NOW)
    assert (after.state, commands) == (JobState.EXPORTING, (EXPORT,))


def test_an_export_that_ends_amid_a_pause_completes_the_job() -> None:
    """There is nothing left to rest from."""
    after, _ = advance(SITUATIONS["paused amid the export"], [ExportDone(epoch=EPOCH, bytes=70)], NOW)

    assert (after.state, after.reason) == (JobState.COMPLETED, None)


def test_no_export_completes_a_job_that_lacks_tasks() -> None:
    for situation in ("pending", "generating", "paused", "failed", "cancelled"):
        before = SITUATIONS[situation]

        assert advance(before, [ExportDone(epoch=EPOCH, bytes=70)], NOW)[0] is before


def test_who_pauses_a_blocked_job_keeps_it_from_going_on_by_itself() -> None:
    """Even when word that the blockade is over is under way already."""
    blocked = SITUATIONS["blocked"]
    assert (blocked.reason or "").startswith(BLOCKED)
    paused, _ = advance(blocked, [PauseAsked()], NOW)

    after, _ = advance(paused, [ResumeAsked(epoch=blocked.epoch)], NOW)

    assert after is paused
    assert after.reason == "asked"


def test_whoever_resumes_without_naming_a_pause_ends_any() -> None:
    after, _ = advance(SITUATIONS["paused"], [ResumeAsked()], NOW)

    assert after.state is JobState.GENERATING


def test_a_failure_tells_why_and_what_can_be_mended_until_the_job_is_resumed() -> None:
    failed, _ = advance(SITUATIONS["generating"], [WorkFailed(epoch=EPOCH, what="it broke", faults=FAULTS)], NOW)
    assert (failed.reason, failed.faults, failed.finished_at, failed.ended) == ("it broke", FAULTS, NOW, True)

    resumed, commands = advance(failed, [ResumeAsked()], NOW)
    assert (resumed.reason, resumed.faults, resumed.finished_at, resumed.ended) == (None, (), None, False)
    assert commands == generate(0, 1)


def test_failures_reported_before_a_job_was_resumed_do_not_fail_it_again() -> None:
    resumed, _ = advance(SITUATIONS["failed"], [ResumeAsked()], NOW)

    assert advance(resumed, [WorkFailed(epoch=EPOCH, what="it broke")], NOW)[0] is resumed
    assert advance(resumed, [Blocked(epoch=EPOCH, what="storage is full")], NOW)[0] is resumed


def test_a_cancelled_job_asks_for_its_objects_to_be_swept_and_for_nothing_else() -> None:
    after, commands = advance(SITUATIONS["generating"], [done(0), CancelAsked(), done(1), ResumeAsked()], NOW)

    assert (after.state, commands, after.finished_at) == (JobState.CANCELLED, (SWEEP,), NOW)


def test_progress_of_an_export_only_grows() -> None:
    """Reports come in any order, and a second exporter begins anew."""
    reports = [ExportProgressed(epoch=EPOCH, bytes=size) for size in (50, 20, 70)]
    after, commands = advance(SITUATIONS["exporting"], reports, NOW)

    assert (after.exported_bytes, commands) == (70, ())


def test_a_job_that_was_paused_before_it_began_begins_when_resumed() -> None:
    after, commands = advance(SITUATIONS["paused before it began"], [ResumeAsked()], NOW)

    assert (after.started_at, commands) == (NOW, generate(0, 1))


def test_a_resumed_job_remembers_when_it_began() -> None:
    assert advance(SITUATIONS["paused"], [ResumeAsked()], NOW)[0].started_at == BEGUN


def test_every_version_survives_being_written_and_read() -> None:
    for situation in SITUATIONS.values():
        for event in (done(0), CancelAsked(), PauseAsked(), ResumeAsked()):
            after, _ = advance(situation, [event], NOW)

            assert Job.model_validate(after.model_dump(mode="json")) == after


@pytest.mark.parametrize("field", ["rows", "bytes", "seconds"])
@pytest.mark.parametrize("value", [-1, float("nan"), float("inf")])
def test_no_fact_tells_of_amounts_that_cannot_be(field: str, value: float) -> None:
    """A store keeps no NaN: one such event, folded, would stop its job for good."""
    event = {**done(0).model_dump(), field: value}

    with pytest.raises(ValueError, match=field):
        JobEvent.model_validate({"workspace": "default", "job": "j", "event": event})
