"""What happens to a job: facts that services report, and wishes that people utter."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from syndata_contracts.faults import FaultRecord
from syndata_contracts.plan import Tolerant


class Started(Tolerant):
    """The job was accepted; work may begin."""

    type: Literal["job.started"] = "job.started"


class TaskDone(Tolerant):
    """Every part of a task lies among the objects, and its record beside them."""

    type: Literal["task.done"] = "task.done"
    epoch: int
    task: int
    rows: int = Field(ge=0)
    bytes: int = Field(ge=0)
    seconds: float = Field(ge=0, allow_inf_nan=False)
    """That a generator was busy. Stores keep no NaN: one such fact would stop the job for good."""


class ExportDone(Tolerant):
    """The manifest stands, and everything it names."""

    type: Literal["export.done"] = "export.done"
    epoch: int
    bytes: int
    """Of all deliverables."""


class ExportProgressed(Tolerant):
    """An exporter is at work."""

    type: Literal["export.progressed"] = "export.progressed"
    epoch: int
    bytes: int
    """Of what it will write, so far."""


class WorkFailed(Tolerant):
    """A task or an export cannot be done, however often it is tried."""

    type: Literal["work.failed"] = "work.failed"
    epoch: int
    what: str
    """For people: which work, and what stood in its way; no data of users."""
    faults: tuple[FaultRecord, ...] = ()


class Blocked(Tolerant):
    """What the work depends on is full or away for long: rest, and try again."""

    type: Literal["work.blocked"] = "work.blocked"
    epoch: int
    what: str


class Nudged(Tolerant):
    """Look at the job: it has something to send, or was silent for long."""

    type: Literal["job.nudged"] = "job.nudged"


class PauseAsked(Tolerant):
    """Someone wants the job to rest."""

    type: Literal["job.pause"] = "job.pause"


class ResumeAsked(Tolerant):
    """Someone wants the job to go on."""

    type: Literal["job.resume"] = "job.resume"
    epoch: int | None = None
    """Of the pause that is to end, and no later one: a message that comes late or twice must not undo what someone
    asked for meanwhile. None ends any."""


class CancelAsked(Tolerant):
    """Someone wants the job no more."""

    type: Literal["job.cancel"] = "job.cancel"


class Expired(Tolerant):
    """The job ended long ago: its files are to go, its description stays."""

    type: Literal["job.expired"] = "job.expired"


class Cleared(Tolerant):
    """Nothing of an expired or cancelled job is left among the objects."""

    type: Literal["job.cleared"] = "job.cleared"


Event = (
    Started
    | TaskDone
    | ExportProgressed
    | ExportDone
    | WorkFailed
    | Blocked
    | Nudged
    | PauseAsked
    | ResumeAsked
    | CancelAsked
    | Expired
    | Cleared
)
AnyEvent = Annotated[Event, Field(discriminator="type")]
