"""`studio`: a table by a list of fields, with progress in counted steps, a look at its rows at any time, and its control."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final, Literal

from fastapi import Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.jobs import Job
from syndata_contracts.schema import OutputFormat
from syndata_contracts.workspaces import DEFAULT_WORKSPACE
from syndata_gateway.api.jobs import preview
from syndata_gateway.api.models import Body, NewJob, Wish
from syndata_gateway.creating import create_job
from syndata_gateway.dialects.dialect import Reached, as_it_is, told
from syndata_gateway.dialects.jobs import (
    DEFAULT_UNIT_ROWS,
    FILE,
    UNIT,
    AnyJobId,
    TableName,
    download,
    is_id_of,
    job_of,
    own_id,
    percent_of,
    table_of,
    units_of,
)
from syndata_gateway.dialects.words import STUDIO
from syndata_gateway.wishes import utter

router = STUDIO.router("/jobs")

_SEED_END: Final = 2**64
_ROWS: Final = b'"rows": '
"""In a text of rows, what stands before them; inside a JSON string its quotes would be escaped."""
_DONE: Final[dict[Wish, str]] = {"pause": "Job paused.", "resume": "Job resumed.", "cancel": "Job cancelled."}


class StudioField(BaseModel):
    """A field. What a list of fields may say of one beside this is taken too."""

    model_config = ConfigDict(extra="allow", strict=True)

    name: str = Field(min_length=1, max_length=128)
    type: str = Field(min_length=1, max_length=64, description="uuid, string, email, integer, float, date, ...")
    description: str | None = Field(default=None, max_length=10_000)
    constraints: dict[str, Any] | None = Field(default=None, description="min_value, max_value, enum, pattern, ...")


class StudioSchema(Body):
    """The fields of a table."""

    name: str | None = Field(default=None, max_length=128, description="Names the table, which is `records` otherwise.")
    description: str | None = Field(default=None, max_length=10_000)
    fields: list[StudioField] = Field(min_length=1, max_length=10_000)


class NewStudioJob(Body):
    """A table that is wanted."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "schema": {
                        "fields": [
                            {"name": "employee_id", "type": "uuid"},
                            {"name": "age", "type": "integer", "constraints": {"min_value": 18, "max_value": 67}},
                        ]
                    },
                    "total_rows": 1000,
                    "chunk_size": 100,
                    "output_format": "csv",
                }
            ]
        }
    )

    table: StudioSchema = Field(alias="schema")
    total_rows: int = Field(ge=1, lt=2**63)
    chunk_size: int = Field(
        default=DEFAULT_UNIT_ROWS, ge=1, lt=2**31, description="Rows of a step of progress; changes no byte."
    )
    output_format: OutputFormat = "csv"
    seed: int | None = Field(default=None, ge=0, lt=_SEED_END, description="Another seed, other rows.")


class StudioCreated(BaseModel):
    """A job that was accepted."""

    job_id: str
    status: Literal["pending"]
    message: str


StudioStatus = Literal["pending", "generating", "paused", "completed", "failed", "cancelled"]


class StudioProgress(BaseModel):
    """How far a job is."""

    job_id: str
    status: StudioStatus
    rows_generated: int
    total_rows: int
    chunks_completed: int
    total_chunks: int
    progress_percentage: float = Field(description="From 0.0 to 100.0.")


class StudioRows(BaseModel):
    """A table's first rows."""

    job_id: str
    total_rows: int
    preview_rows: int
    data: list[dict[str, Any]]


class Control(Body):
    """What is wanted of a job."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"action": "pause"}]})

    job_id: str | None = Field(default=None, max_length=100, description="The one of the path, if it is sent at all.")
    action: Wish


class Controlled(BaseModel):
    """A job after that."""

    job_id: str
    status: StudioStatus
    message: str


@router.post("/create", summary="Have a table made", response_model=StudioCreated)
async def create(gateway: Reached, body: NewStudioJob) -> Response:
    """Accepted means kept: the job survives whatever dies. The same request has the same rows each time."""
    document = {"schema": body.table.model_dump(mode="json", exclude_unset=True)}
    asked = NewJob(config=document, rows=body.total_rows, output_format=body.output_format, seed=body.seed)
    job, _ = await create_job(gateway, DEFAULT_WORKSPACE, asked, None, {UNIT: body.chunk_size})
    message = f"Job created successfully. Generating {body.total_rows} rows."
    return told({"job_id": job.id, "status": "pending", "message": message})


@router.get("/{job_id}/status", summary="How far a job is", response_model=StudioProgress)
async def status(gateway: Reached, job_id: AnyJobId) -> Response:
    """In rows and in steps of as many rows as `chunk_size` said, 1000 where nobody said."""
    return told(_progress(await job_of(gateway, job_id)))


def _progress(job: Job) -> dict[str, Any]:
    done, units = units_of(job)
    return {
        "job_id": job.id,
        "status": STUDIO.words[job.state],
        "rows_generated": job.rows_done,
        "total_rows": job.rows,
        "chunks_completed": done,
        "total_chunks": units,
        "progress_percentage": percent_of(job),
    }


@router.get("/{job_id}/preview", summary="Look at the first rows of a job", response_model=StudioRows)
async def look(
    gateway: Reached,
    job_id: AnyJobId,
    rows: Annotated[int, Query(ge=1, le=10_000, description="So many, or all there are.")] = 10,
    table: TableName = None,
) -> Response:
    """Exactly as the file has, or will have, them: also while the job runs, before it begins and when it failed."""
    job = await job_of(gateway, job_id)
    shown = table_of(job, table or job.tables[0].name)
    made = await preview(gateway, job.workspace, job.plan, (shown.name, 0, rows))
    head = {"job_id": job.id, "total_rows": shown.rows, "preview_rows": min(rows, shown.rows)}
    # The rows' text stays what it is: read and written again, long decimals would lose digits.
    data = made[made.index(_ROWS) + len(_ROWS) :].strip()
    return as_it_is(b'%b, "data": %b' % (json.dumps(head).encode()[:-1], data))


@router.head("/{job_id}/download", summary="What a download would be", response_class=Response, responses=FILE)
@router.get("/{job_id}/download", summary="Download a table", response_class=Response, responses=FILE)
async def fetch(request: Request, gateway: Reached, job_id: AnyJobId, table: TableName = None) -> Response:
    """The file, or a range of it; nothing is copied, parts are read in order."""
    return await download(request, gateway, await job_of(gateway, job_id), table)


@router.post(
    "/{job_id}/control",
    summary="Pause, resume or cancel a job",
    response_model=Controlled,
    responses={409: {"description": "Not in the job's present state."}},
)
async def control(gateway: Reached, job_id: AnyJobId, body: Control) -> Response:
    """Asking again changes nothing. A failed job can be resumed too: what was made of it is kept."""
    name = own_id(job_id)
    if body.job_id is not None and not is_id_of(body.job_id, name):
        raise Refused(Fault("job_id", "the body names another job than the path", "send the same id, or none"))
    job = await utter(gateway, name, body.action)
    return told({"job_id": job.id, "status": STUDIO.words[job.state], "message": _DONE[body.action]})
