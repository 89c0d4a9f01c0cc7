"""Jobs: create, read, list, pause, resume, cancel, look into, follow, download."""

from __future__ import annotations

import base64
import binascii
import re
from contextlib import suppress
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import Response, StreamingResponse

from syndata_contracts.errors import Defect, Unavailable
from syndata_contracts.jobs import Job, JobState
from syndata_contracts.messages import PreviewRows, Stored
from syndata_contracts.schema import DEFINITION_FILES
from syndata_gateway.api.answers import CreatedJob, FileList, JobPage, RowsView, Success
from syndata_gateway.api.door import Door
from syndata_gateway.api.models import JobView, NewJob, Wish, job_view, within
from syndata_gateway.creating import create_job
from syndata_gateway.downloads import answer, file_of, manifest_of
from syndata_gateway.envelope import success, wrapped
from syndata_gateway.ports import Entered, Gateway
from syndata_gateway.progress import progress
from syndata_gateway.wishes import find_job, utter
from syndata_gateway.workspaces import Inside
from syndata_objects.errors import Missing
from syndata_runtime.problems import Problem
from syndata_runtime.sending import ask
from syndata_runtime.topology import GENERATOR_PREVIEWS

router = APIRouter(prefix="/api/v1/jobs", tags=["jobs"], route_class=Door)

PREVIEW_SECONDS: Final = 30.0
_KEY_SAYS: Final = "A word of yours for this wish: the same request under it gives the same job."
JobId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="The job's id.")]

_BYTES: Final[dict[str, Any]] = {"*/*": {}}
_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The whole file.", "content": _BYTES},
    206: {"description": "The range that was asked for.", "content": _BYTES},
    304: {"description": "The file is the one of `If-None-Match`."},
}
_TOLD: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "event": {"const": "progress"},
        "id": {
            "type": "string",
            "description": "The job's version; sent back as Last-Event-ID it leaves out what is known.",
        },
        "data": {"type": "string", "description": "The whole job, in JSON."},
    },
}
_ID: Final = re.compile(r"[0-9a-f-]{36}")


@router.post("", status_code=202, summary="Have a dataset made", response_model=Success[CreatedJob])
async def create(
    request: Request,
    gateway: Entered,
    workspace: Inside,
    body: NewJob,
    idempotency_key: Annotated[str | None, Header(max_length=255, min_length=1, description=_KEY_SAYS)] = None,
) -> Response:
    """Accepted means kept: the job survives whatever dies. The same Idempotency-Key gives the same job."""
    job, compiled = await create_job(gateway, workspace, body, idempotency_key)
    data: dict[str, Any] = job_view(job)
    headers = {"Location": within(f"/api/v1/jobs/{job.id}", workspace)}
    if compiled is None:
        headers["Idempotent-Replayed"] = "true"
    else:
        data["warnings"] = [warning.model_dump(exclude_defaults=True) for warning in compiled.warnings]
    return success(request, data, status=202, headers=headers)


@router.get("", summary="List jobs, the latest first", response_model=Success[JobPage])
async def list_jobs(
    request: Request,
    gateway: Entered,
    workspace: Inside,
    cursor: Annotated[str | None, Query(max_length=100, description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Jobs of a page, at most.")] = 20,
    state: Annotated[JobState | None, Query(description="Only jobs that are in it now.")] = None,
) -> Response:
    """A page of jobs; `next` is the cursor of the page behind it, null on the last one."""
    before = _cursor(cursor)
    found: list[Job] = []
    while len(found) < limit:
        page = await gateway.keeper.page(workspace, before, limit)
        found += [job for job in page if state is None or job.state is state]
        before = page[-1].id if page else None
        if len(page) < limit:
            before = None
            break
    if len(found) > limit:
        found = found[:limit]
        before = found[-1].id
    following = None if before is None else base64.urlsafe_b64encode(before.encode()).decode()
    return success(request, {"jobs": [job_view(job) for job in found], "next": following})


def _cursor(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        found = base64.urlsafe_b64decode(text.encode()).decode("ascii")
    except (binascii.Error, ValueError):
        found = ""
    if not _ID.fullmatch(found):
        raise Problem(422, "refused", "the cursor is none that was given here")
    return found


@router.get("/{job_id}", summary="A job as it stands", response_model=Success[JobView])
async def read(request: Request, gateway: Entered, workspace: Inside, job_id: JobId) -> Response:
    """Everything that is known of a job."""
    return success(request, job_view(await find_job(gateway, job_id, workspace)))


@router.post("/{job_id}/pause", summary="Have a job rest", response_model=Success[JobView])
async def pause(request: Request, gateway: Entered, workspace: Inside, job_id: JobId) -> Response:
    """Work at hand is finished. Asking again changes nothing."""
    return await _wished(request, gateway, (workspace, job_id), "pause")


@router.post("/{job_id}/resume", summary="Have a job go on", response_model=Success[JobView])
async def resume(request: Request, gateway: Entered, workspace: Inside, job_id: JobId) -> Response:
    """A failed job can be resumed too: what was made of it is kept. Asking again changes nothing."""
    return await _wished(request, gateway, (workspace, job_id), "resume")


@router.post("/{job_id}/cancel", summary="End a job", response_model=Success[JobView])
async def cancel(request: Request, gateway: Entered, workspace: Inside, job_id: JobId) -> Response:
    """What was made of it is removed. Asking again changes nothing."""
    return await _wished(request, gateway, (workspace, job_id), "cancel")


async def _wished(request: Request, gateway: Gateway, which: tuple[str, str], wish: Wish) -> Response:
    workspace, job_id = which
    return success(request, job_view(await utter(gateway, job_id, wish, workspace)))


@router.get("/{job_id}/rows", summary="Look at any rows, at any time", response_model=Success[RowsView])
async def rows(
    request: Request,
    gateway: Entered,
    workspace: Inside,
    job_id: JobId,
    table: Annotated[
        str | None, Query(max_length=200, description="A table's name; the first one, unless given.")
    ] = None,
    start: Annotated[int, Query(ge=0, lt=2**63, description="The first row, counted from zero.")] = 0,
    count: Annotated[int, Query(ge=0, le=10_000, description="Rows, fewer at the table's end.")] = 20,
) -> Response:
    """Rows exactly as the files have, or will have, them; made anew, whether the job got that far or not."""
    job = await find_job(gateway, job_id, workspace)
    name = table if table is not None else job.tables[0].name
    return wrapped(request, await preview(gateway, job.workspace, job.plan, (name, start, count)))


async def preview(gateway: Gateway, workspace: str, plan: str, what: tuple[str, int, int]) -> bytes:
    """Rows of a plan as JSON text; `what` is table, start and count."""
    return await gateway.soon(lambda: _previewed(gateway, workspace, plan, what), "objects", "bus")


async def _previewed(gateway: Gateway, workspace: str, plan: str, what: tuple[str, int, int]) -> bytes:
    table, start, count = what
    question = PreviewRows(workspace=workspace, plan=plan, table=table, start=start, count=count)
    for _ in range(2):
        stored = await ask(gateway.ports.bus, GENERATOR_PREVIEWS, question, PREVIEW_SECONDS)
        if not isinstance(stored, Stored):
            raise Defect(f"the generator answered {stored.type}")
        with suppress(Missing):  # an old one, swept since it was found: the second time it is made
            return await gateway.ports.objects.get(stored.key)
    raise Unavailable("the rows were swept as soon as they were made")


@router.get(
    "/{job_id}/events",
    summary="Follow a job",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": _TOLD}}}},
)
async def events(
    gateway: Entered,
    workspace: Inside,
    job_id: JobId,
    last_event_id: Annotated[int | None, Header(description="The `id` of the last event that was seen.")] = None,
) -> Response:
    """Server-sent events: `progress` with the whole job whenever it changes; ends with the job."""
    job = await find_job(gateway, job_id, workspace)
    stream = progress(gateway, job, -1 if last_event_id is None else last_event_id)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(stream, headers=headers, media_type="text/event-stream")


@router.get("/{job_id}/files", summary="The files of a completed job", response_model=Success[FileList])
async def files(request: Request, gateway: Entered, workspace: Inside, job_id: JobId) -> Response:
    """Names, sizes and digests."""
    return success(request, await gateway.soon(partial(_files, gateway, await find_job(gateway, job_id, workspace))))


async def _files(gateway: Gateway, job: Job) -> dict[str, Any]:
    manifest, _ = await manifest_of(gateway.ports.objects, job)
    base = f"/api/v1/jobs/{job.id}/files"
    listed = [
        {
            "name": table.file,
            "table": table.name,
            "rows": table.rows,
            "bytes": table.bytes,
            "digest": table.digest,
            "link": within(f"{base}/{table.file}", job.workspace),
        }
        for table in manifest.tables
    ]
    others = [
        "plan.json",
        *DEFINITION_FILES.get(job.output_format, ()),
        *([f"archive.{job.archive}"] if job.archive != "none" else []),
    ]
    for name in (*others, "manifest.json"):
        file = await file_of(gateway.ports.objects, job, name)
        link = within(f"{base}/{name}", job.workspace)
        listed.append({"name": name, "bytes": file.size, "digest": file.digest, "link": link})
    return {"digest_algorithm": manifest.digest_algorithm, "files": listed}


@router.head("/{job_id}/files/{name}", summary="What a download would be", response_class=Response, responses=_FILE)
@router.get("/{job_id}/files/{name}", summary="Download a file", response_class=Response, responses=_FILE)
async def download(
    request: Request,
    gateway: Entered,
    workspace: Inside,
    job_id: JobId,
    name: Annotated[str, Path(description="As `files` lists it.")],
) -> Response:
    """The file's bytes, or a range of them; nothing is copied, parts are read in order."""
    job = await find_job(gateway, job_id, workspace)
    file = await gateway.soon(lambda: file_of(gateway.ports.objects, job, name))
    return answer(request, gateway.ports.objects, file)
