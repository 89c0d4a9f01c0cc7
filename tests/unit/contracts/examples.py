"""Jobs and events for these tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

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
from syndata_contracts.faults import FaultRecord
from syndata_contracts.jobs import Job, JobState
from syndata_contracts.tasks import TableWork

BEGUN: Final = datetime(2026, 1, 1, tzinfo=UTC)
NOW: Final = datetime(2026, 1, 1, 0, 5, tzinfo=UTC)
EPOCH: Final = 3
FAULTS: Final = (FaultRecord(path="tables[0]", what="it cannot be made"),)


def job(tasks: int = 4, window: int = 2, **fields: Any) -> Job:
    """A job of one table whose tasks are of one part each."""
    tables = (TableWork(name="orders", rows=100 * tasks, parts=tasks, parts_per_task=1),)
    known = {"id": "j", "workspace": "default", "plan": "p", "seed": 0, "tables": tables, "window": window}
    moments = {"created_at": BEGUN, "updated_at": BEGUN, "as_of": BEGUN}
    return Job.model_validate({**known, **moments, **fields})


def done(task: int, epoch: int = EPOCH, *, rows: int = 100, size: int = 1_000) -> TaskDone:
    """A task was done."""
    return TaskDone(epoch=epoch, task=task, rows=rows, bytes=size, seconds=0.5)


_WORKING: Final[dict[str, Any]] = {"version": 7, "epoch": EPOCH, "started_at": BEGUN}
_COUNTED: Final[dict[str, Any]] = {"rows_done": 400, "bytes_done": 4_000, "low": 4, "next": 4}
_ENDED: Final[dict[str, Any]] = {"finished_at": BEGUN}

SITUATIONS: Final[dict[str, Job]] = {
    "pending": job(state=JobState.PENDING, epoch=EPOCH),
    "generating": job(state=JobState.GENERATING, **_WORKING, next=2),
    "generating the last task": job(
        state=JobState.GENERATING, **_WORKING, low=3, next=4, rows_done=300, bytes_done=3_000
    ),
    "exporting": job(state=JobState.EXPORTING, **_WORKING, **_COUNTED),
    "paused": job(state=JobState.PAUSED, **_WORKING, next=2, reason="asked"),
    "paused before it began": job(state=JobState.PAUSED, epoch=EPOCH, reason="asked"),
    "paused amid the export": job(state=JobState.PAUSED, **_WORKING, **_COUNTED, reason="asked"),
    "blocked": job(state=JobState.PAUSED, **_WORKING, next=2, reason="blocked: storage is full"),
    "failed": job(state=JobState.FAILED, **_WORKING, **_ENDED, next=2, reason="it broke", faults=FAULTS),
    "failed amid the export": job(state=JobState.FAILED, **_WORKING, **_COUNTED, **_ENDED, reason="it broke"),
    "completed": job(state=JobState.COMPLETED, **_WORKING, **_COUNTED, **_ENDED, exported=True),
    "cancelled": job(state=JobState.CANCELLED, **_WORKING, **_ENDED, next=2, reason="asked"),
    "completed, expired": job(
        state=JobState.COMPLETED, **_WORKING, **_COUNTED, **_ENDED, exported=True, expired_at=BEGUN
    ),
    "completed, cleared": job(
        state=JobState.COMPLETED, **_WORKING, **_COUNTED, **_ENDED, exported=True, expired_at=BEGUN, cleared=True
    ),
    "failed, expired": job(
        state=JobState.FAILED, **_WORKING, **_ENDED, next=2, reason="it broke", faults=FAULTS, expired_at=BEGUN
    ),
    "cancelled, cleared": job(state=JobState.CANCELLED, **_WORKING, **_ENDED, next=2, reason="asked", cleared=True),
}
"""A job of four tasks in every state that makes a difference, all in the same epoch."""

EVENTS: Final[dict[str, Event]] = {
    "started": Started(),
    "first task done": done(0),
    "last task done": done(3),
    "first task done in an older epoch": done(0, EPOCH - 1),
    "last task done in an older epoch": done(3, EPOCH - 1),
    "a task done that there is not": done(4),
    "export progressed": ExportProgressed(epoch=EPOCH, bytes=500),
    "export done": ExportDone(epoch=EPOCH, bytes=5_000),
    "export done in an older epoch": ExportDone(epoch=EPOCH - 1, bytes=5_000),
    "failed": WorkFailed(epoch=EPOCH, what="it broke", faults=FAULTS),
    "failed in an older epoch": WorkFailed(epoch=EPOCH - 1, what="it broke"),
    "blocked": Blocked(epoch=EPOCH, what="storage is full"),
    "blocked in an older epoch": Blocked(epoch=EPOCH - 1, what="storage is full"),
    "nudged": Nudged(),
    "pause asked": PauseAsked(),
    "resume asked": ResumeAsked(),
    "resume asked of this pause": ResumeAsked(epoch=EPOCH),
    "resume asked of an older pause": ResumeAsked(epoch=EPOCH - 1),
    "cancel asked": CancelAsked(),
    "expired": Expired(),
    "cleared": Cleared(),
}
"""Every event, in each form that makes a difference."""
