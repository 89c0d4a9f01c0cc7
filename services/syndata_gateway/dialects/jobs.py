"""What dialects ask of the one model of jobs: ids in any form, progress in units, times, files."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Path, Query, Request
from fastapi.responses import Response

from syndata_contracts.jobs import Job, JobState
from syndata_contracts.tasks import TableWork
from syndata_gateway.downloads import answer, file_of
from syndata_gateway.ports import Gateway
from syndata_gateway.wishes import find_job
from syndata_runtime.problems import Problem

UNIT: Final = "chunk_size"
"""The note that holds how many rows a unit of progress has."""
DEFAULT_UNIT_ROWS: Final = 1000

_ID: Final = re.compile(r"(?:job_)?([0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12})", re.IGNORECASE)

FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The whole file.", "content": {"*/*": {}}},
    206: {"description": "The range that was asked for.", "content": {"*/*": {}}},
    304: {"description": "The file is the one of `If-None-Match`."},
    409: {"description": "There is no file yet, or there will be none."},
    410: {"description": "The job's files were kept for a time, which is over."},
    416: {"description": "The range lies beyond the file's end."},
}
"""What a download answers."""

AnyJobId = Annotated[str, Path(description="A job's id, with or without `job_` before it.")]
TableName = Annotated[str | None, Query(max_length=200, description="Which one, of a job of several tables.")]


def own_id(text: str) -> str:
    """The id that a job has here, of any form that a dialect writes it in; Problem 404 for what is no id."""
    found = _ID.fullmatch(text)
    if found is None:
        raise Problem(404, "not_found", "there is no such job: an id looks like 0199b7c2-7a10-7e11-8c55-1f2e3d4c5b6a")
    return str(UUID(found[1]))


def is_id_of(text: str, job_id: str) -> bool:
    """Whether a text is the id of this job, in any form."""
    found = _ID.fullmatch(text)
    return found is not None and str(UUID(found[1])) == job_id


async def job_of(gateway: Gateway, text: str) -> Job:
    """The job of an id in any form; Problem 404 when there is none."""
    return await find_job(gateway, own_id(text))


def percent_of(job: Job) -> float:
    """How much is done, from 0.0 to 100.0, of rows, with two digits after the point; 100.0 only of what is whole."""
    if job.state is JobState.COMPLETED:
        return 100.0
    share = job.rows_done / job.rows if job.rows else job.tasks_done / max(1, job.tasks)
    return min(round(100 * share, 2), 99.99 if share < 1 else 100.0)


def units_of(job: Job) -> tuple[int, int]:
    """Units of progress that are done, and all: of as many rows as its asker said. They are counted, not made."""
    noted = job.notes.get(UNIT)
    size = noted if isinstance(noted, int) and noted > 0 else DEFAULT_UNIT_ROWS
    whole = -(-job.rows // size)
    return (whole if job.rows_done >= job.rows else job.rows_done // size), whole


def moment(at: datetime | None) -> str | None:
    """A time as text, in UTC."""
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def error_of(job: Job) -> str | None:
    """Why a job ended without files, for people; None when it did not."""
    if job.state is JobState.CANCELLED:
        return "the job was cancelled"
    if job.state is not JobState.FAILED:
        return None
    return "; ".join(fault.what for fault in job.faults) or job.reason or "the job failed"


def table_of(job: Job, name: str) -> TableWork:
    """A job's table of this name; Problem 404 when it has none."""
    found = next((table for table in job.tables if table.name == name), None)
    if found is None:
        raise Problem(
            404, "not_found", f"the job has no such table; it has {', '.join(one.name for one in job.tables)}"
        )
    return found


async def download(request: Request, gateway: Gateway, job: Job, table: str | None = None) -> Response:
    """The file of a job's only table, or of the one that is named, or any range of it.

    Problem 400 when a job of several tables is asked without a name, 404 for a table that it has not.
    """
    if table is None and len(job.tables) > 1:
        what = f"the job has {len(job.tables)} tables: name one of them, as ?table={job.tables[0].name}"
        raise Problem(400, "table_needed", what)
    name = f"{table_of(job, table or job.tables[0].name).name}.{job.output_format}"
    file = await gateway.soon(lambda: file_of(gateway.ports.objects, job, name))
    return answer(request, gateway.ports.objects, file)
