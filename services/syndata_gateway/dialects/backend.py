"""`backend`: three kinds of records by number, made in the background, fetched as one file."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Annotated, Any, Final, Literal

import yaml
from fastapi import Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.jobs import Job
from syndata_contracts.presets import load_preset
from syndata_contracts.workspaces import DEFAULT_WORKSPACE
from syndata_gateway.api.models import Body, NewJob
from syndata_gateway.creating import create_job
from syndata_gateway.dialects.dialect import Reached, told
from syndata_gateway.dialects.jobs import (
    FILE,
    AnyJobId,
    TableName,
    download,
    error_of,
    job_of,
    moment,
    percent_of,
)
from syndata_gateway.dialects.pages import page_of, states_called
from syndata_gateway.dialects.templates import DATA_TYPES, template_of
from syndata_gateway.dialects.words import BACKEND
from syndata_gateway.ports import Gateway
from syndata_runtime.settings import Settings

router = BACKEND.router("/api")

_FORMATS: Final = ("csv", "json")
_SEED_END: Final = 2**64


class Generate(Body):
    """Records that are wanted."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"data_type": "user", "record_count": 1000, "output_format": "csv"}]}
    )

    data_type: str = Field(min_length=1, max_length=128, description="user, ecommerce, company, or a template's id.")
    record_count: int = Field(description="From 100 to 1,000,000, unless the server's settings say otherwise.")
    output_format: Literal["csv", "json"] = "csv"
    seed: int | None = Field(default=None, ge=0, lt=_SEED_END, description="Another seed, other records.")


class Created(BaseModel):
    """A job that was accepted."""

    job_id: str
    message: str
    status: Literal["pending"]


class BackendJob(BaseModel):
    """A job as it stands."""

    id: str
    status: Literal["pending", "processing", "completed", "failed"]
    progress: float = Field(description="From 0.0 to 100.0.")
    error_message: str | None
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None


class BackendJobs(BaseModel):
    """Jobs, the latest first."""

    jobs: list[BackendJob]
    total: int = Field(description="Of all pages, as far as 10,000 jobs back.")
    page: int
    page_size: int


class DataType(BaseModel):
    """Records that can be asked for."""

    name: str
    description: str
    fields: list[str]
    min_records: int
    max_records: int
    output_formats: list[str]


class DataTypes(BaseModel):
    """All there are."""

    data_types: list[DataType]


def check_limits(settings: Settings) -> None:
    """Refused when no number of records would be right."""
    least, most = settings.min_records, settings.max_records
    if least > most:
        what = f"{least:,} is more than SYNDATA_MAX_RECORDS, {most:,}"
        raise Refused(Fault("SYNDATA_MIN_RECORDS", what, "set a smaller one"))


@router.post("/generate", summary="Have records made", response_model=Created)
async def generate(gateway: Reached, body: Generate) -> Response:
    """Accepted means kept: the job survives whatever dies. The same request has the same records each time."""
    _check_count(gateway.settings, body.record_count)
    asked = await _asked(gateway, body)
    notes = {"data_type": body.data_type}
    job, _ = await create_job(gateway, DEFAULT_WORKSPACE, asked, None, notes)
    message = f"Job created successfully. Generating {body.record_count} {body.data_type} records."
    return told({"job_id": job.id, "message": message, "status": "pending"})


def _check_count(settings: Settings, count: int) -> None:
    least, most = settings.min_records, settings.max_records
    if not least <= count <= most:
        fix = f"ask for {least:,} to {most:,}"
        raise Refused(Fault("record_count", f"{count:,} records are too {'few' if count < least else 'many'}", fix))


async def _asked(gateway: Gateway, body: Generate) -> NewJob:
    wanted: dict[str, Any] = {"rows": body.record_count, "output_format": body.output_format, "seed": body.seed}
    if body.data_type in DATA_TYPES:
        return NewJob(preset=body.data_type, **wanted)
    text = await template_of(gateway, body.data_type)
    if text is None:
        what = f"there is no data type {body.data_type[:60]!r}"
        raise Refused(Fault("data_type", what, f"use {', '.join(DATA_TYPES)}, or the id of a template"))
    return NewJob(config=text, **wanted)


@router.get("/jobs", summary="List jobs", response_model=BackendJobs)
async def list_jobs(
    gateway: Reached,
    status: Annotated[
        str | None, Query(max_length=40, description="Only jobs that are pending, processing, completed or failed now.")
    ] = None,
    page: Annotated[int, Query(ge=1, lt=2**31, description="From one on.")] = 1,
    page_size: Annotated[int, Query(ge=1, le=200, description="Jobs of a page, at most.")] = 20,
) -> Response:
    """The latest first, whoever made them."""
    found = await page_of(gateway, states_called("status", status, BACKEND), page, page_size)
    jobs = [_view(job) for job in found.jobs]
    return told({"jobs": jobs, "total": found.total, "page": page, "page_size": page_size})


@router.get("/jobs/{job_id}", summary="A job as it stands", response_model=BackendJob)
async def read(gateway: Reached, job_id: AnyJobId) -> Response:
    """To be asked until it is `completed` or `failed`."""
    return told(_view(await job_of(gateway, job_id)))


def _view(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "status": BACKEND.words[job.state],
        "progress": percent_of(job),
        "error_message": error_of(job),
        "created_at": moment(job.created_at),
        "started_at": moment(job.started_at),
        "completed_at": moment(job.finished_at),
    }


@router.head("/jobs/{job_id}/download", summary="What a download would be", response_class=Response, responses=FILE)
@router.get("/jobs/{job_id}/download", summary="Download the records", response_class=Response, responses=FILE)
async def fetch(request: Request, gateway: Reached, job_id: AnyJobId, table: TableName = None) -> Response:
    """The file, or a range of it; nothing is copied, parts are read in order."""
    return await download(request, gateway, await job_of(gateway, job_id), table)


@router.get("/data-types", summary="Which records there are", response_model=DataTypes)
async def data_types(gateway: Reached) -> Response:
    """Each with its fields, in the order that files have them."""
    limits = {"min_records": gateway.settings.min_records, "max_records": gateway.settings.max_records}
    listed = [{**_preset(name), **limits, "output_formats": list(_FORMATS)} for name in DATA_TYPES]
    return told({"data_types": listed})


@cache
def _preset(name: str) -> dict[str, Any]:
    text = load_preset(name)
    columns = yaml.safe_load(text)["tables"][0]["columns"]
    said = " ".join(line.removeprefix("#").strip() for line in text.partition("syndata:")[0].splitlines())
    return {"name": name, "description": said, "fields": [column["name"] for column in columns]}
