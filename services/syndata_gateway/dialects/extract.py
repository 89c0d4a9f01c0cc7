"""What `studio` reads out of plain English: a list of fields, to be looked at, changed, and sent to `POST /jobs/create`."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.workspaces import DEFAULT_WORKSPACE
from syndata_gateway.api.models import Body
from syndata_gateway.describing import describe
from syndata_gateway.dialects.dialect import Reached, told
from syndata_gateway.dialects.words import STUDIO

router: APIRouter = STUDIO.router("/schema")


class Extract(Body):
    """What is wanted, as people say it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"user_input": "500 employees with name, email and department (Sales, IT or HR)"}]
        }
    )

    user_input: str = Field(min_length=1, max_length=8_000, description="Plain English, of one table.")


class ExtractedField(BaseModel):
    """A field, as `POST /jobs/create` takes it."""

    name: str
    type: str
    description: str = Field(description="What the text says of it, and what was guessed.")
    constraints: dict[str, Any] | None = None


class ExtractedSchema(BaseModel):
    """The fields of a table."""

    name: str
    fields: list[ExtractedField]


class Extracted(BaseModel):
    """What the text describes."""

    model_config = ConfigDict(populate_by_name=True)

    table: ExtractedSchema = Field(alias="schema")
    total_rows: int = Field(description="What the text says, else 1000.")


@router.post("/extract", summary="Read fields out of plain English", response_model=Extracted)
async def extract(gateway: Reached, body: Extract) -> Response:
    """No model is asked: the same text has the same fields each time. A key that the text does not name is added."""
    found = await describe(gateway, DEFAULT_WORKSPACE, body.user_input)
    if len(found.tables) > 1:
        named = ", ".join(table.name for table in found.tables)
        fix = "describe one table at a time, or ask POST /api/v1/descriptions, which keeps their references"
        raise Refused(Fault("user_input", f"the text describes {len(found.tables)} tables: {named}", fix))
    (table,) = found.tables
    return told({"schema": {"name": table.name, "fields": json.loads(table.fields)}, "total_rows": table.rows})
