"""What clients send, and what they see."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from syndata_contracts.jobs import Archive, Job, Priority
from syndata_contracts.schema import OutputFormat
from syndata_contracts.workspaces import DEFAULT_WORKSPACE

_SEED_END = 2**64
_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"


class Body(BaseModel):
    """What a client sends. Unknown fields and values of another type are refused: `"100"` or `true` is no number."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Configured(Body):
    """A configuration, and what is asked over its own words."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"preset": "company", "seed": 7}]})

    config: dict[str, Any] | str | None = Field(
        default=None, description="A configuration: an object, or its text in YAML or JSON."
    )
    preset: str | None = Field(
        default=None,
        description="Instead of `config`, a ready-made one: user, ecommerce, company, iot, finance, crm, healthcare.",
    )
    strategy: str | None = Field(
        default=None, max_length=64, description="Or a strategy: tabular_random, customer_data, time_series, graph."
    )
    parameters: dict[str, Any] | None = Field(
        default=None, description="Of the strategy, by the JSON Schema that GET /api/v1/strategies has."
    )
    rows: int | None = Field(default=None, ge=0, lt=2**63, description="Rows of tables that state none themselves.")
    seed: int | None = Field(default=None, ge=0, lt=_SEED_END, description="Tells datasets of one configuration apart.")
    as_of: str | None = Field(
        default=None, max_length=64, description="The moment relative dates count from; or `now`."
    )
    strict: bool = Field(default=False, description="Whether a warning refuses.")
    scale: float | None = Field(default=None, gt=0, le=1, description="Share of every table's rows, such as 0.001.")
    tables: list[str] | None = Field(
        default=None,
        min_length=1,
        max_length=1000,
        description="Only these are made: names, or `orders+parents`, `orders+children` and `orders+derived` for what belongs to them.",
    )


class NewJob(Configured):
    """A dataset to be made."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"preset": "user", "rows": 100, "label": "first try"}]})

    output_format: OutputFormat | None = Field(default=None, description="Default: the configuration's own, else csv.")
    archive: Archive = Field(default="none", description="All files in one as well.")
    priority: Priority = Field(
        default="normal",
        description="How much of the generators it gets beside others: four times as much, or a quarter.",
        exclude_if=lambda given: given == "normal",  # the digests of requests that were made before stay what they are
    )
    label: str = Field(default="", max_length=200, pattern=_PRINTABLE, description="A name for people.")


class Preview(Configured):
    """Rows of a dataset that is never made."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"preset": "ecommerce", "table": "orders", "count": 5}]})

    table: str = Field(max_length=200)
    start: int = Field(default=0, ge=0, lt=2**63)
    count: int = Field(default=20, ge=0, le=10_000)


class TableView(BaseModel):
    """A table of a job."""

    name: str
    rows: int
    parts: int


class JobView(BaseModel):
    """A job, as clients see it."""

    id: str
    workspace: str
    label: str
    state: str
    reason: str | None
    errors: list[dict[str, Any]]
    version: int
    plan: str
    seed: int
    as_of: datetime
    output_format: str
    archive: str
    priority: Priority
    rows: int
    rows_done: int
    bytes_done: int
    expected_bytes: int
    exported_bytes: int
    parts: int
    tasks: int
    tasks_done: int
    progress: float = Field(description="From 0 to 1, of rows.")
    busy_seconds: float = Field(description="Of generators, summed up.")
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expired_at: datetime | None = Field(description="When its files were removed, since it ended long ago.")
    tables: list[TableView]
    trace_id: str | None = Field(description="Leads to its spans and log lines.")
    links: dict[str, str]


def within(link: str, workspace: str) -> str:
    """A link that leads into a workspace."""
    return link if workspace == DEFAULT_WORKSPACE else f"{link}?workspace={workspace}"


def job_view(job: Job) -> dict[str, Any]:
    """A job, ready for JSON."""
    base = f"/api/v1/jobs/{job.id}"
    paths = {"self": "", "events": "/events", "log": "/log", "rows": "/rows", "plan": "/files/plan.json"}
    if job.exported and job.expired_at is None:
        paths["files"] = "/files"
    links = {name: within(f"{base}{path}", job.workspace) for name, path in paths.items()}
    view = JobView(
        id=job.id,
        workspace=job.workspace,
        label=job.label,
        state=str(job.state),
        reason=job.reason,
        errors=[fault.model_dump(exclude_defaults=True) for fault in job.faults],
        version=job.version,
        plan=job.plan,
        seed=job.seed,
        as_of=job.as_of,
        output_format=job.output_format,
        archive=job.archive,
        priority=job.priority,
        rows=job.rows,
        rows_done=job.rows_done,
        bytes_done=job.bytes_done,
        expected_bytes=job.expected_bytes,
        exported_bytes=job.exported_bytes,
        parts=sum(table.parts for table in job.tables),
        tasks=job.tasks,
        tasks_done=job.tasks_done,
        progress=job.rows_done / job.rows if job.rows else job.tasks_done / max(1, job.tasks),
        busy_seconds=round(job.busy_seconds, 3),
        created_at=job.created_at,
        updated_at=job.updated_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        expired_at=job.expired_at,
        tables=[TableView(name=table.name, rows=table.rows, parts=table.parts) for table in job.tables],
        trace_id=job.trace_id,
        links=links,
    )
    document: dict[str, Any] = view.model_dump(mode="json")
    return document


Wish = Literal["pause", "resume", "cancel"]
