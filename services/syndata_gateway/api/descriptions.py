"""Tables told in plain English."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from syndata_gateway.api.answers import Success
from syndata_gateway.api.door import Door
from syndata_gateway.api.models import Body
from syndata_gateway.describing import describe
from syndata_gateway.envelope import success
from syndata_gateway.ports import Entered
from syndata_gateway.workspaces import Inside

router = APIRouter(prefix="/api/v1", tags=["schemas"], route_class=Door)


class Description(Body):
    """What is wanted, as people say it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "500 employees with name, email and department (Sales, IT or HR)"}]}
    )

    text: str = Field(min_length=1, max_length=8_000, description="Plain English; see docs/describing.md.")
    rows: int | None = Field(default=None, ge=1, lt=2**62, description="Of tables of which the text says none.")


class DescribedTableView(BaseModel):
    """A table that was read out of a description."""

    name: str
    rows: int
    fields: list[dict[str, Any]] = Field(description="Name, type, description and constraints of each column.")


class DescribedView(BaseModel):
    """A configuration made of a description."""

    config: str = Field(description="YAML; as it is, it goes into `config` of a job.")
    tables: list[DescribedTableView]
    notes: list[dict[str, Any]] = Field(description="What was guessed or not understood.")


@router.post("/descriptions", summary="A configuration of a description", response_model=Success[DescribedView])
async def read(request: Request, gateway: Entered, workspace: Inside, body: Description) -> Response:
    """What a text in plain English describes, as a configuration whose comments say what was guessed."""
    found = await describe(gateway, workspace, body.text, body.rows)
    tables = [{"name": one.name, "rows": one.rows, "fields": json.loads(one.fields)} for one in found.tables]
    notes = [note.model_dump(exclude_defaults=True) for note in found.notes]
    return success(request, {"config": found.configuration, "tables": tables, "notes": notes})
