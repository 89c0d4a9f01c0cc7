"""`projects`: named projects, rows like some values that are sent, and what was done in each.

A project is a workspace, and a transaction a job of it: what is made here is seen under /api/v1 as well.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.jobs import Job
from syndata_gateway.api.jobs import preview
from syndata_gateway.api.models import Body, NewJob, within
from syndata_gateway.creating import create_job
from syndata_gateway.dialects.dialect import Reached, told
from syndata_gateway.dialects.jobs import error_of, moment
from syndata_gateway.dialects.samples import TABLE, configuration_of
from syndata_gateway.dialects.words import PROJECTS
from syndata_gateway.ports import Gateway
from syndata_gateway.workspaces import (
    LONGEST_NAME,
    PRINTABLE,
    Workspace,
    create_workspace,
    find_workspace,
    page_of_workspaces,
)
from syndata_runtime.problems import Problem

router = PROJECTS.router()

_MOST_ROWS: Final = 10_000_000
_SHOWN: Final = 1_000
"""Rows of an answer; the files have all."""
_ID: Final = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
_JOB: Final = r"^[0-9a-f-]{36}$"


class NewProject(Body):
    """A project to be made."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME, pattern=PRINTABLE, description="No other may have it.")
    description: str = Field(default="", max_length=2_000)


class Project(BaseModel):
    """A project."""

    id: str
    name: str
    description: str
    created_at: datetime


class Projects(BaseModel):
    """Projects, by id, descending."""

    projects: list[Project]
    next: str | None = Field(description="The cursor of the page behind this one.")


class Samples(Body):
    """Some values of each column, and how many rows like them are wanted."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"project_name": "default", "data": {"city": ["Oslo", "Bergen", "Oslo"], "age": [31, 47, 28]}}]
        }
    )

    project_name: str = Field(min_length=1, max_length=LONGEST_NAME, pattern=PRINTABLE)
    data: dict[str, list[Any]] = Field(min_length=1, max_length=1_000, description="Values by column, null for none.")
    sample_size: int | None = Field(
        default=None, ge=1, le=_MOST_ROWS, description="Rows; as many as values were sent, unless given."
    )
    output_format: Literal["csv", "json"] = "csv"


class Generated(BaseModel):
    """Rows that were made."""

    project_name: str
    transaction_id: str
    rows: int
    shown: int = Field(description="Rows of `data`; the file has all.")
    data: dict[str, list[Any]] = Field(description="Values by column.")
    download: str = Field(description="Where the file is, once the transaction is completed.")


class Transaction(BaseModel):
    """Something that was made in a project."""

    id: str
    type: Literal["generate"]
    status: str
    rows: int
    output_format: str
    error_message: str | None
    created_at: datetime
    completed_at: datetime | None


class Transactions(BaseModel):
    """What was made in a project, the latest first."""

    project: str
    transactions: list[Transaction]
    next: str | None = Field(description="The cursor of the page behind this one.")


ProjectName = Annotated[
    str, Path(min_length=1, max_length=LONGEST_NAME, pattern=PRINTABLE, description="Its name, or its id.")
]


@router.post(
    "/projects",
    status_code=201,
    summary="Make a project",
    response_model=Project,
    responses={409: {"description": "There is one of this name already."}},
)
async def create(gateway: Reached, body: NewProject) -> Response:
    """What is made in it is seen in no other."""
    return told(_view(await create_workspace(gateway.ports.store, body.name, body.description)), status=201)


@router.get("/projects", summary="List projects", response_model=Projects)
async def listed(
    gateway: Reached,
    cursor: Annotated[str | None, Query(pattern=_ID, description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Projects of a page, at most.")] = 50,
) -> Response:
    """Workspaces that were made elsewhere are projects too."""
    page = await page_of_workspaces(gateway.ports.store, cursor, limit)
    following = page[-1].id if len(page) == limit else None
    return told({"projects": [_view(one) for one in page], "next": following})


@router.get("/projects/{name}", summary="A project", response_model=Project)
async def read(gateway: Reached, name: ProjectName) -> Response:
    """By its name, or by its id."""
    return told(_view(await _project(gateway, name)))


@router.get("/projects/{name}/transactions", summary="What was made in a project", response_model=Transactions)
async def transactions(
    gateway: Reached,
    name: ProjectName,
    cursor: Annotated[str | None, Query(pattern=_JOB, description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Of a page, at most.")] = 50,
) -> Response:
    """Every job of the workspace, whoever asked for it; each can be followed under /api/v1/jobs."""
    project = await _project(gateway, name)
    jobs = await gateway.keeper.page(project.id, cursor, limit)
    following = jobs[-1].id if len(jobs) == limit else None
    return told({"project": project.name, "transactions": [_transaction(job) for job in jobs], "next": following})


@router.post("/generate", status_code=201, summary="Rows like some values", response_model=Generated)
async def generate(gateway: Reached, body: Samples) -> Response:
    """Types, shares of values that repeat, and the spread of numbers are those of what is sent; rows are drawn anew."""
    return await _generated(gateway, body)


@router.post("/generate/test-data", status_code=201, summary="Rows like some values", response_model=Generated)
async def generate_test_data(gateway: Reached, body: Samples) -> Response:
    """The same as `/generate`."""
    return await _generated(gateway, body)


async def _generated(gateway: Gateway, body: Samples) -> Response:
    project = await find_workspace(gateway.ports.store, body.project_name)
    if project is None:
        raise Refused(Fault("project_name", "there is no such project", "make it first: POST /projects"))
    rows = body.sample_size or max(map(len, body.data.values()))
    config = configuration_of(body.data, rows)
    job, _ = await create_job(gateway, project.id, NewJob(config=config, output_format=body.output_format), None)
    shown = min(rows, _SHOWN)
    looked = json.loads(await preview(gateway, project.id, job.plan, (TABLE, 0, shown)))["rows"]
    answer = {
        "project_name": project.name,
        "transaction_id": job.id,
        "rows": rows,
        "shown": len(looked),
        "data": {name: [row[name] for row in looked] for name in body.data},
        "download": within(f"/api/v1/jobs/{job.id}/files/{TABLE}.{job.output_format}", project.id),
    }
    return told(answer, status=201)


async def _project(gateway: Gateway, name: str) -> Workspace:
    found = await find_workspace(gateway.ports.store, name)
    if found is None:
        raise Problem(404, "not_found", "there is no such project")
    return found


def _view(workspace: Workspace) -> dict[str, Any]:
    return {
        "id": workspace.id,
        "name": workspace.name,
        "description": workspace.description,
        "created_at": moment(workspace.created_at),
    }


def _transaction(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "type": "generate",
        "status": PROJECTS.words[job.state],
        "rows": job.rows,
        "output_format": job.output_format,
        "error_message": error_of(job),
        "created_at": moment(job.created_at),
        "completed_at": moment(job.finished_at),
    }
