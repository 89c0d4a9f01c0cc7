"""Logs of jobs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from syndata_gateway.api.answers import LogView, Success
from syndata_gateway.api.door import Door
from syndata_gateway.api.jobs import JobId
from syndata_gateway.envelope import success
from syndata_gateway.history import MOST_LINES, Line, job_log
from syndata_gateway.ports import Entered
from syndata_gateway.wishes import find_job
from syndata_gateway.workspaces import Inside

router = APIRouter(prefix="/api/v1/jobs", tags=["jobs"], route_class=Door)


@router.get("/{job_id}/log", summary="What became of a job", response_model=Success[LogView])
async def log(
    request: Request,
    gateway: Entered,
    workspace: Inside,
    job_id: JobId,
    lines: Annotated[int, Query(ge=1, le=MOST_LINES, description="The last ones, at most.")] = 100,
) -> Response:
    """Its last lines, the oldest first, told from its versions; of an ended job only the first and the last are kept."""
    told = await job_log(gateway.keeper, await find_job(gateway, job_id, workspace), lines)
    return success(request, {"job": job_id, "lines": [line_view(line) for line in told]})


def line_view(line: Line) -> dict[str, str | int]:
    """A line, ready for JSON."""
    at = line.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"at": at, "level": line.level, "version": line.version, "message": line.message}
