"""A job: a dataset being made by the services. One version of it says all there is to know."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from pydantic import Field

from syndata_contracts.faults import FaultRecord
from syndata_contracts.plan import Tolerant
from syndata_contracts.schema import OutputFormat
from syndata_contracts.tasks import TableWork, count_tasks
from syndata_contracts.workspaces import WorkspaceName

DEFAULT_WINDOW: Final = 16
"""Tasks of one job that are handed out at a time."""

Archive = Literal["none", "zip", "tar.gz"]
Priority = Literal["low", "normal", "high"]
MOST_WINDOW: Final = 256
_WEIGHTS: Final[dict[Priority, float]] = {"low": 0.25, "normal": 1.0, "high": 4.0}
"""How much of the generators a job gets beside one of normal priority, while there is not enough for all."""
_TRACEPARENT_FIELDS: Final = 4


def window_of(priority: Priority, window: int) -> int:
    """How many tasks of a job are handed out at a time, where a normal one has `window` of them.

    This is all that a priority does, and enough: generators take tasks in the order in which they were asked for, so a
    job that is worked on beside others gets as much of them as it has tasks waiting there. A higher one gets more, and
    none gets nothing.
    """
    return max(1, min(MOST_WINDOW, round(window * _WEIGHTS[priority])))


class JobState(StrEnum):
    """Where a job stands."""

    PENDING = "pending"
    GENERATING = "generating"
    EXPORTING = "exporting"
    COMPLETED = "completed"
    PAUSED = "paused"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED: Final = frozenset({JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED})
"""States that a job leaves no more by itself; a failed one can be resumed."""


class Command(Tolerant):
    """Work that a version of a job asks for; the message that asks for it follows from it and the job alone."""

    kind: Literal["generate", "export", "sweep"]
    task: int | None = None
    """Of `generate`."""


class Job(Tolerant):
    """One version of a job. Versions are only ever added."""

    format: Literal[1] = 1
    id: str
    workspace: WorkspaceName
    version: int = 0
    state: JobState = JobState.PENDING
    reason: str | None = None
    """Why it is paused, failed or cancelled; for people."""
    faults: tuple[FaultRecord, ...] = ()
    """What the asker can mend, when that is why it failed."""
    epoch: int = 0
    """Grows when the job is paused, resumed or cancelled: what was reported of failures before then counts no more."""
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None

    label: str = ""
    """A name for people."""
    request: str = ""
    """Digest of what was asked, to know the same question again."""
    plan: str
    """Digest of the plan."""
    seed: int
    as_of: datetime
    output_format: OutputFormat = "csv"
    digest_algorithm: Literal["blake3", "sha256"] = "blake3"
    archive: Archive = "none"
    tables: tuple[TableWork, ...]
    expected_bytes: int = 0
    """An estimate made when planning."""
    priority: Priority = "normal"
    window: int = Field(default=DEFAULT_WINDOW, ge=1, le=MOST_WINDOW)
    trace: dict[str, str] = Field(default_factory=dict)
    """Of the request that created it; what is done for the job belongs to it."""
    notes: dict[str, str | int] = Field(default_factory=dict)
    """What the dialect that created it is to tell again, such as the unit its asker counts progress in; nobody else reads it."""

    low: int = 0
    """Every task below is done."""
    next: int = 0
    """The first task that was not yet handed out."""
    done: tuple[int, ...] = ()
    """Done tasks from `low` on, ascending."""
    rows_done: int = 0
    bytes_done: int = 0
    busy_seconds: float = 0.0
    """Of generators, summed up."""
    exported_bytes: int = 0
    """Written by the exporter so far."""
    exported: bool = False
    """Whether the manifest stands."""

    expired_at: datetime | None = None
    """When its files were given up; it keeps its state, and its rows can still be looked at."""
    cleared: bool = False
    """Whether nothing of it is left among the objects, which only a given-up job can say."""

    outbox: tuple[Command, ...] = ()
    """What this version asks for and the version before did not."""

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables)

    @property
    def tasks(self) -> int:
        """Tasks of all tables."""
        return count_tasks(self.tables)

    @property
    def tasks_done(self) -> int:
        """Tasks whose parts lie among the objects."""
        return self.low + len(self.done)

    @property
    def trace_id(self) -> str | None:
        """What its trace is found by: the second field of `traceparent`; None when none was carried."""
        fields = self.trace.get("traceparent", "").split("-")
        return fields[1] if len(fields) == _TRACEPARENT_FIELDS else None

    @property
    def ended(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.state in ENDED

    @property
    def given_up(self) -> bool:
        """Whether what was made of it is to be removed, for good."""
        return self.state is JobState.CANCELLED or self.expired_at is not None
