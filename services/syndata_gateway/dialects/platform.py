"""`platform`: jobs of a configuration and a priority, configurations to be checked and kept, and statistics."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import Header, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.faults import FaultRecord
from syndata_contracts.jobs import Job, Priority
from syndata_contracts.presets import PRESETS
from syndata_contracts.workspaces import DEFAULT_WORKSPACE
from syndata_gateway.api.models import Body, NewJob
from syndata_gateway.creating import create_job
from syndata_gateway.dialects.dialect import Reached, told
from syndata_gateway.dialects.jobs import AnyJobId, job_of, moment, own_id
from syndata_gateway.dialects.listed import ListedJob, listed_job
from syndata_gateway.dialects.words import PLATFORM
from syndata_gateway.history import MOST_LINES, job_log
from syndata_gateway.keeping import SCHEMA_NAME, kept_schema
from syndata_gateway.ports import Gateway
from syndata_gateway.statistics import Statistics, statistics
from syndata_gateway.wishes import utter
from syndata_runtime.problems import Problem

router = PLATFORM.router()

_KEY_SAYS: Final = "A word of yours for this wish: the same request under it gives the same job."
_USUAL_LINES: Final = 100
_MISSING: Final = 404


class PlatformJob(Body):
    """A dataset to be made; the configuration says which, in one of three ways."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "job_type": "generate",
                    "config": {
                        "rows": 100,
                        "output_format": "csv",
                        "tables": [{"table_name": "people", "columns": [{"name": "name", "rule": "name"}]}],
                    },
                    "priority": "normal",
                }
            ]
        }
    )

    job_type: Literal["generate"] = "generate"
    config: dict[str, Any] | str | None = Field(
        default=None, description="Tables, rows, output_format: an object, or its text in YAML or JSON."
    )
    schema_: str | None = Field(
        default=None,
        alias="schema",
        pattern=SCHEMA_NAME,
        description="Or the name of a configuration that was uploaded.",
    )
    template: str | None = Field(default=None, max_length=40, description="Or of a ready-made one.")
    priority: Priority = "normal"


class AcceptedJob(BaseModel):
    """A job that was accepted."""

    job_id: str
    job_type: Literal["generate"]
    status: str
    priority: Priority
    message: str
    created_at: datetime
    warnings: list[FaultRecord] = Field(description="Of the configuration; not told again when a request is repeated.")


class TableRows(BaseModel):
    """A table, and how large it is."""

    name: str
    rows: int


class JobStatus(ListedJob):
    """A job as it stands."""

    job_type: Literal["generate"]
    priority: Priority
    reason: str | None = Field(description="Why it is paused, failed or cancelled.")
    tables: list[TableRows]
    errors: list[FaultRecord]
    files: str | None = Field(description="Where its files are listed, once they are there.")


class LogEntry(BaseModel):
    """One thing that happened to a job."""

    timestamp: datetime
    level: Literal["INFO", "WARNING", "ERROR"]
    message: str


class JobLogs(BaseModel):
    """What became of a job."""

    job_id: str
    lines: int
    logs: list[LogEntry] = Field(description="The oldest first.")


@router.post(
    "/jobs",
    status_code=202,
    summary="Have a dataset made",
    response_model=AcceptedJob,
)
async def create(
    gateway: Reached,
    body: PlatformJob,
    idempotency_key: Annotated[str | None, Header(max_length=255, min_length=1, description=_KEY_SAYS)] = None,
) -> Response:
    """Accepted means kept, whatever dies."""
    job, compiled = await create_job(gateway, DEFAULT_WORKSPACE, await _asked(gateway, body), idempotency_key)
    warnings = () if compiled is None else compiled.warnings
    tables = "1 table" if len(job.tables) == 1 else f"{len(job.tables):,} tables"
    answer = {
        "job_id": job.id,
        "job_type": "generate",
        "status": PLATFORM.words[job.state],
        "priority": job.priority,
        "message": f"Job accepted: {job.rows:,} rows in {tables}.",
        "created_at": moment(job.created_at),
        "warnings": [warning.model_dump(exclude_defaults=True) for warning in warnings],
    }
    return told(answer, status=202, headers={"Location": f"/jobs/{job.id}"})


async def _asked(gateway: Gateway, body: PlatformJob) -> NewJob:
    """What is asked, as the one model of jobs has it; Refused unless a configuration is named exactly once."""
    ways = {"config": body.config, "schema": body.schema_, "template": body.template}
    given = [name for name, value in ways.items() if value is not None]
    if len(given) != 1:
        what = f"{' and '.join(given)} are given" if given else "there is neither config nor schema nor template"
        raise Refused(Fault("config", what, "send exactly one of them"))
    if body.template is not None and body.template not in PRESETS:
        raise Refused(Fault("template", "there is no such template", f"use one of {', '.join(PRESETS)}"))
    config = body.config
    if body.schema_ is not None:
        config = await _uploaded(gateway, body.schema_)
    return NewJob(config=config, preset=body.template, priority=body.priority)


async def _uploaded(gateway: Gateway, name: str) -> str:
    """The text of a configuration; Refused when nobody kept one of this name."""
    try:
        return (await kept_schema(gateway, name))[1]
    except Problem as problem:
        if problem.status != _MISSING:
            raise
        raise Refused(Fault("schema", problem.detail, "upload it, or use a name that GET /schemas lists")) from None


@router.get("/jobs/{job_id}", summary="A job as it stands", response_model=JobStatus)
async def read(gateway: Reached, job_id: AnyJobId) -> Response:
    """Progress, and why it ended where it failed."""
    return told(_status(await job_of(gateway, job_id)))


@router.delete(
    "/jobs/{job_id}",
    summary="Cancel a job",
    response_model=JobStatus,
    responses={409: {"description": "It is completed: there is nothing to be cancelled any more."}},
)
async def cancel(gateway: Reached, job_id: AnyJobId) -> Response:
    """What was made of it is removed. Asking again changes nothing."""
    return told(_status(await utter(gateway, own_id(job_id), "cancel")))


@router.get("/jobs/{job_id}/logs", summary="What became of a job", response_model=JobLogs)
async def logs(
    gateway: Reached,
    job_id: AnyJobId,
    lines: Annotated[int, Query(ge=1, le=MOST_LINES, description="The last ones, at most.")] = _USUAL_LINES,
) -> Response:
    """Told from what is kept of the job, so it outlives every process; it holds no data of users."""
    job = await job_of(gateway, job_id)
    entries = [
        {"timestamp": moment(line.at), "level": line.level.upper(), "message": line.message}
        for line in await job_log(gateway.keeper, job, lines)
    ]
    return told({"job_id": job.id, "lines": len(entries), "logs": entries})


@router.get("/stats", summary="How much was made", response_model=Statistics)
async def stats(request: Request, gateway: Reached) -> Response:
    """Of the latest jobs; `complete` says whether these are all."""
    _ = request
    return told((await statistics(gateway, PLATFORM.words)).model_dump(mode="json"))


def _status(job: Job) -> dict[str, Any]:
    return {
        **listed_job(job, PLATFORM),
        "job_type": "generate",
        "priority": job.priority,
        "reason": job.reason,
        "tables": [{"name": table.name, "rows": table.rows} for table in job.tables],
        "errors": [fault.model_dump(exclude_defaults=True) for fault in job.faults],
        "files": f"/api/v1/jobs/{job.id}/files" if job.exported and job.expired_at is None else None,
    }
