"""Sources: real tables that people upload, and what is found in them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from syndata_contracts.errors import Defect, Fault, Refused
from syndata_contracts.keys import source_key
from syndata_contracts.messages import ProfileSource, Stored
from syndata_gateway.api.answers import SourceView, Success
from syndata_gateway.api.door import Door
from syndata_gateway.api.models import within
from syndata_gateway.envelope import success, wrapped
from syndata_gateway.ports import Entered
from syndata_gateway.workspaces import Inside
from syndata_objects.errors import Missing
from syndata_runtime.clock import new_id
from syndata_runtime.problems import Problem
from syndata_runtime.sending import ask
from syndata_runtime.topology import PROFILER_REQUESTS

router = APIRouter(prefix="/api/v1/sources", tags=["sources"], route_class=Door)

MOST_SOURCE_BYTES: Final = 16 * 1024**3
PROFILE_SECONDS: Final = 600.0

SourceId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="The source's id.")]


@router.post(
    "",
    status_code=201,
    summary="Upload a CSV file",
    response_model=Success[SourceView],
    openapi_extra={
        "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}
    },
)
async def upload(request: Request, gateway: Entered, workspace: Inside) -> Response:
    """The body is the file itself; it is never held in memory as a whole."""
    await gateway.soon(gateway.ports.objects.ping)  # before the first byte is taken
    source = new_id()
    size = await gateway.ports.objects.put_stream(source_key(workspace, source), _limited(request))
    links = {"profile": within(f"/api/v1/sources/{source}/profile", workspace)}
    return success(request, {"id": source, "bytes": size, "links": links}, status=201)


async def _limited(request: Request) -> AsyncIterator[bytes]:
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > MOST_SOURCE_BYTES:
            raise Problem(413, "too_large", f"more than {MOST_SOURCE_BYTES:,} bytes are not taken")
        if piece:
            yield piece
    if not size:
        raise Refused(Fault("", "the body is empty", "send the file itself as the body"))


@router.get("/{source_id}/profile", summary="What an upload holds", response_model=Success[dict[str, Any]])
async def profile(request: Request, gateway: Entered, workspace: Inside, source_id: SourceId) -> Response:
    """Types and basic statistics of every column; no value that is rare."""
    key = source_key(workspace, source_id)
    if await gateway.soon(lambda: gateway.ports.objects.stat(key)) is None:
        raise Problem(404, "not_found", f"there is no source {source_id}")
    question = ProfileSource(workspace=workspace, source=source_id)
    stored = await ask(gateway.ports.bus, PROFILER_REQUESTS, question, PROFILE_SECONDS)
    if not isinstance(stored, Stored):
        raise Defect(f"the profiler answered {stored.type}")
    try:
        return wrapped(request, await gateway.ports.objects.get(stored.key))
    except Missing:
        raise Problem(404, "not_found", f"there is no source {source_id} any more") from None
