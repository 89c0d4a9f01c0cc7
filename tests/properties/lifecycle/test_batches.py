"""Any events at all, in any batches: what comes of them does not depend on how they were cut into batches."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from syndata_contracts.events import (
    Blocked,
    CancelAsked,
    Cleared,
    Event,
    Expired,
    ExportDone,
    ExportProgressed,
    Nudged,
    PauseAsked,
    ResumeAsked,
    Started,
    TaskDone,
    WorkFailed,
)
from syndata_contracts.jobs import Command, Job
from syndata_contracts.lifecycle import advance, outstanding
from syndata_contracts.tasks import TableWork
from tests.properties.lifecycle.laws import bytes_of, check_step, check_version, rows_of
from tests.properties.profiles import examples

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EPOCHS = st.integers(0, 4)
TASKS = 8


def _done(epoch: int, task: int) -> TaskDone:
    return TaskDone(epoch=epoch, task=task, rows=rows_of(abs(task)), bytes=bytes_of(abs(task)), seconds=0.25)


EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(_done, EPOCHS, st.integers(-1, TASKS)),
    st.builds(_done, EPOCHS, st.integers(0, TASKS - 1)),
    st.sampled_from([Started(), Nudged(), PauseAsked(), ResumeAsked(), Started(), ResumeAsked()]),
    st.builds(ResumeAsked, epoch=EPOCHS),
    st.builds(WorkFailed, epoch=EPOCHS, what=st.just("it cannot be done")),
    st.builds(Blocked, epoch=EPOCHS, what=st.just("storage is full")),
    st.builds(ExportProgressed, epoch=EPOCHS, bytes=st.integers(1, 9)),
    st.builds(ExportDone, epoch=EPOCHS, bytes=st.just(10)),
)
"""Those of cancelling are rare, as nothing comes after them."""
HISTORIES = st.lists(st.lists(EVENTS | st.just(Started()), max_size=6), max_size=8).flatmap(
    lambda batches: st.sampled_from(
        [
            batches,
            batches,
            [*batches[:3], [CancelAsked()], *batches[3:]],
            [*batches[:5], [Expired()], *batches[5:], [Expired(), Cleared(), ResumeAsked()]],
        ]
    )
)


def _job(window: int) -> Job:
    tables = (TableWork(name="t", rows=TASKS, parts=TASKS, parts_per_task=1),)
    return Job(
        id="j", workspace="default", created_at=NOW, updated_at=NOW, plan="p", seed=0, as_of=NOW, tables=tables,
        window=window,
    )  # fmt: skip


def _without_history(job: Job) -> Job:
    return job.model_copy(update={"version": 0, "outbox": ()})


@examples(400)
@given(st.integers(1, 3), HISTORIES)
def test_batches_do_not_matter(window: int, batches: list[list[Event]]) -> None:
    """One event at a time leads where batches of them lead."""
    batched = single = _job(window)
    for batch in batches:
        batched, _ = advance(batched, batch, NOW)
        for event in batch:
            single, _ = advance(single, [event], NOW)

        assert _without_history(batched) == _without_history(single)


@examples(400)
@given(st.integers(1, 3), HISTORIES)
def test_any_history_keeps_the_laws(window: int, batches: list[list[Event]]) -> None:
    """Even one that no world would make, such as an export of nothing."""
    job = _job(window)
    for batch in batches:
        after, commands = advance(job, batch, NOW)

        if after is job:
            assert commands == ()
        else:
            assert commands == after.outbox
            check_step(job, after, batch)
            check_version(after)
        job = after


@examples(200)
@given(st.integers(1, 3), HISTORIES)
def test_what_is_under_way_was_asked_for_in_this_epoch(window: int, batches: list[list[Event]]) -> None:
    """Whoever hears every command, and forgets those of older epochs, knows of all work that is outstanding."""
    job = _job(window)
    heard: set[Command] = set()
    for batch in batches:
        after, commands = advance(job, batch, NOW)
        heard = set(commands) | (heard if after.epoch == job.epoch else set())
        job = after

        assert set(outstanding(job)) <= heard


@examples(200)
@given(st.integers(1, 3), HISTORIES)
def test_old_versions_are_not_touched(window: int, batches: list[list[Event]]) -> None:
    """`advance` changes nothing that it was given: others may be reading it."""
    job = _job(window)
    for batch in batches:
        text = job.model_dump_json()
        after, _ = advance(job, batch, NOW)

        assert job.model_dump_json() == text
        job = after
