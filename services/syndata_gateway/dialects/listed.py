"""`GET /jobs`, which two systems have: `platform` with pages, `studio` with a limit."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.jobs import Job
from syndata_gateway.dialects.dialect import Dialect, Reached, told
from syndata_gateway.dialects.jobs import error_of, moment, percent_of, units_of
from syndata_gateway.dialects.pages import page_of, states_called
from syndata_gateway.dialects.words import PLATFORM, STUDIO

router = STUDIO.router()  # the more open of both: in development its clients send no key

_USUAL: Final = 20
_USUAL_LIMIT: Final = 50


class ListedJob(BaseModel):
    """A job, as a list shows it."""

    job_id: str
    status: str = Field(description="`running` for those who ask by page, `generating` for those who ask by limit.")
    progress: float = Field(description="From 0 to 100, of rows.")
    progress_percentage: float = Field(description="The same.")
    rows_generated: int
    total_rows: int
    chunks_completed: int
    total_chunks: int
    output_format: str
    error_message: str | None
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None


class JobsOnPage(BaseModel):
    """Jobs, the latest first."""

    jobs: list[ListedJob]
    total: int = Field(description="Of all pages, as far as 10,000 jobs back.")
    page: int
    page_size: int


@router.get("/jobs/", include_in_schema=False)
@router.get("/jobs", summary="List jobs, by page or by limit", response_model=JobsOnPage)
async def list_jobs(
    request: Request,
    gateway: Reached,
    page: Annotated[int | None, Query(ge=1, lt=2**31, description="From one on.")] = None,
    page_size: Annotated[
        int | None, Query(ge=1, le=200, description="Jobs of a page, at most; 20 unless given.")
    ] = None,
    status_filter: Annotated[str | None, Query(max_length=40, description="Only jobs with this status now.")] = None,
    limit: Annotated[int | None, Query(ge=1, le=1000, description="In place of pages: the latest so many.")] = None,
) -> Response:
    """With a slash at its end and nothing asked, the latest 50, in the words of `studio`."""
    paged = any(given is not None for given in (page, page_size, status_filter))
    if limit is not None and (page is not None or page_size is not None):
        raise Refused(Fault("limit", "a limit and a page rule each other out", "keep one of them"))
    by_limit = limit is not None or (not paged and request.url.path.endswith("/"))
    speaker, other = (STUDIO, PLATFORM) if by_limit else (PLATFORM, STUDIO)
    number, size = (1, limit or _USUAL_LIMIT) if by_limit else (page or 1, page_size or _USUAL)
    found = await page_of(gateway, states_called("status_filter", status_filter, speaker, other), number, size)
    jobs = [listed_job(job, speaker) for job in found.jobs]
    return told({"jobs": jobs, "total": found.total, "page": number, "page_size": size})


def listed_job(job: Job, speaker: Dialect) -> dict[str, Any]:
    """A job in a list, in the words of a dialect."""
    done, units = units_of(job)
    return {
        "job_id": job.id,
        "status": speaker.words[job.state],
        "progress": percent_of(job),
        "progress_percentage": percent_of(job),
        "rows_generated": job.rows_done,
        "total_rows": job.rows,
        "chunks_completed": done,
        "total_chunks": units,
        "output_format": job.output_format,
        "error_message": error_of(job),
        "created_at": moment(job.created_at),
        "started_at": moment(job.started_at),
        "completed_at": moment(job.finished_at),
    }
