"""Workspaces: make one, find one, list all."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import ConfigDict, Field

from syndata_gateway.api.answers import Success, WorkspacePage, WorkspaceView
from syndata_gateway.api.door import Door
from syndata_gateway.api.models import Body
from syndata_gateway.envelope import success
from syndata_gateway.ports import Entered
from syndata_gateway.workspaces import (
    LONGEST_NAME,
    PRINTABLE,
    Workspace,
    create_workspace,
    find_workspace,
    page_of_workspaces,
)
from syndata_runtime.problems import Problem

router = APIRouter(prefix="/api/v1/workspaces", tags=["workspaces"], route_class=Door)

_ID = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"


class NewWorkspace(Body):
    """A workspace to be made."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "customer_analytics", "description": "CRM"}]})

    name: str = Field(
        min_length=1, max_length=LONGEST_NAME, pattern=PRINTABLE, description="No other may have it; for people."
    )
    description: str = Field(default="", max_length=2_000)


@router.post("", status_code=201, summary="Make a workspace", response_model=Success[WorkspaceView])
async def create(request: Request, gateway: Entered, body: NewWorkspace) -> Response:
    """What is made in it is seen in no other. Every key opens all of them."""
    made = await create_workspace(gateway.ports.store, body.name, body.description)
    return success(request, _view(made), status=201, headers={"Location": f"/api/v1/workspaces/{made.id}"})


@router.get("", summary="List workspaces", response_model=Success[WorkspacePage])
async def listed(
    request: Request,
    gateway: Entered,
    cursor: Annotated[str | None, Query(pattern=_ID, description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Workspaces of a page, at most.")] = 50,
) -> Response:
    """By id, descending; `next` is the cursor of the page behind this one, null on the last."""
    page = await page_of_workspaces(gateway.ports.store, cursor, limit)
    following = page[-1].id if len(page) == limit else None
    return success(request, {"workspaces": [_view(one) for one in page], "next": following})


@router.get("/{workspace_id}", summary="A workspace", response_model=Success[WorkspaceView])
async def read(
    request: Request,
    gateway: Entered,
    workspace_id: Annotated[
        str, Path(min_length=1, max_length=LONGEST_NAME, pattern=PRINTABLE, description="Its id, or its name.")
    ],
) -> Response:
    """By id or by name."""
    found = await find_workspace(gateway.ports.store, workspace_id)
    if found is None:
        raise Problem(404, "not_found", f"there is no workspace {workspace_id!r}")
    return success(request, _view(found))


def _view(workspace: Workspace) -> dict[str, object]:
    base = "/api/v1/"
    return {
        "id": workspace.id,
        "name": workspace.name,
        "description": workspace.description,
        "created_at": workspace.created_at.isoformat().replace("+00:00", "Z"),
        "links": {
            "self": f"{base}workspaces/{workspace.id}",
            "jobs": f"{base}jobs?workspace={workspace.id}",
            "schemas": f"{base}schemas?workspace={workspace.id}",
        },
    }
