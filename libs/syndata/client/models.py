"""What a server tells. Fields that a newer server adds are skipped, so that it can be read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ConfigDict

from syndata_contracts.faults import FaultRecord
from syndata_contracts.plan import Tolerant


class Table(Tolerant):
    """A table of a dataset."""

    name: str
    rows: int
    parts: int


class Job(Tolerant):
    """A job as it stood when the server was asked."""

    id: str
    state: str
    """pending, generating, exporting, completed, paused, failed or cancelled."""
    version: int = 0
    """Grows with every change."""
    workspace: str = "default"
    label: str = ""
    reason: str | None = None
    """Why it is paused, failed or cancelled; for people."""
    errors: tuple[FaultRecord, ...] = ()
    """What can be mended, when that is why it failed."""
    warnings: tuple[FaultRecord, ...] = ()
    """Of the configuration; only told when the job is made."""
    replayed: bool = False
    """Whether creating it found the job that the same request had made before."""
    plan: str
    """Digest of plan.json."""
    seed: int
    as_of: datetime
    output_format: str
    archive: str = "none"
    priority: str = "normal"
    """low, normal or high."""
    rows: int
    rows_done: int = 0
    bytes_done: int = 0
    expected_bytes: int = 0
    exported_bytes: int = 0
    parts: int = 0
    tasks: int = 0
    tasks_done: int = 0
    progress: float = 0.0
    """From 0 to 1, of rows."""
    busy_seconds: float = 0.0
    """Of generators, summed up."""
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    expired_at: datetime | None = None
    """When its files were removed, since it had ended long before."""
    tables: tuple[Table, ...] = ()
    trace_id: str | None = None
    """Leads whoever runs the server to its spans and log lines."""

    @property
    def ended(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.state in {"completed", "failed", "cancelled"}


class LogLine(Tolerant):
    """One thing that happened to a job."""

    at: datetime
    level: str
    """info, warning or error."""
    version: int
    """Of the job, that tells it."""
    message: str


class Rows(Tolerant):
    """Some rows of a table."""

    table: str
    start: int
    """The first one's number, counted from 0."""
    rows: tuple[dict[str, Any], ...]


class Validation(Tolerant):
    """What a configuration amounts to."""

    plan: str
    """Digest of its plan."""
    seed: int
    as_of: datetime
    output_format: str | None = None
    """The configuration's own, if it says one."""
    expected_bytes: int = 0
    tables: tuple[Table, ...] = ()
    warnings: tuple[FaultRecord, ...] = ()


class SavedSchema(Validation):
    """A configuration that the server keeps under a name."""

    name: str
    version: int
    """Counted from 0."""
    created_at: datetime
    config: str | None = None
    """Its text; None in the answer to keeping it."""


class File(Tolerant):
    """A file of a completed job."""

    name: str
    bytes: int
    table: str | None = None
    rows: int | None = None
    digest: str | None = None
    """Of the bytes; of a table's file, over the digests of its parts. None where an older server made none."""


class Source(Tolerant):
    """An uploaded file."""

    id: str
    bytes: int


class Profile(Tolerant):
    """What an uploaded file holds; every field the server tells is an attribute."""

    model_config = ConfigDict(extra="allow")


class Download(Tolerant):
    """What a download wrote."""

    directory: Path
    files: tuple[Path, ...]
    """The manifest last."""
    bytes: int
    """Of all files."""
