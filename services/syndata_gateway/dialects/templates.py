"""Templates of `backend`: lists of fields that are kept, as schemas that everyone sees, and can be asked for by their id."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Annotated, Any, Final

from blake3 import blake3
from fastapi import Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.workspaces import DEFAULT_WORKSPACE
from syndata_gateway.api.models import Body, Configured
from syndata_gateway.dialects.dialect import Reached, told
from syndata_gateway.dialects.words import BACKEND
from syndata_gateway.keeping import SCHEMAS, keep_schema, kept_schema
from syndata_gateway.ports import Gateway
from syndata_runtime.problems import Problem
from syndata_store.port import LONGEST_PAGE, Record

router = BACKEND.router("/api/templates")

DATA_TYPES: Final = ("user", "ecommerce", "company")
"""Presets of one table each: what is there without any template."""
_LONGEST_ID: Final = 63
_ODD: Final = re.compile(r"[^a-z0-9]+")
_AT_ONCE: Final = 16


class TemplateField(BaseModel):
    """A field. What a list of fields may say of one beside this is taken too: bounds, values, patterns, lengths."""

    model_config = ConfigDict(extra="allow", strict=True)

    name: str = Field(min_length=1, max_length=128)
    field_type: str = Field(min_length=1, max_length=64, description="uuid, name, email, integer, date, ...")
    nullable: bool = Field(default=True, description="Whether it may be empty; false forbids it.")


class NewTemplate(Body):
    """A template to be kept."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Contacts",
                    "description": "People who wrote to us",
                    "schema_fields": [
                        {"name": "id", "field_type": "uuid", "nullable": False},
                        {"name": "email", "field_type": "email", "nullable": True},
                    ],
                }
            ]
        }
    )

    name: str = Field(min_length=1, max_length=128, description="Names the table, too.")
    description: str | None = Field(default=None, max_length=10_000)
    schema_fields: list[TemplateField] = Field(min_length=1, max_length=10_000)


class Template(BaseModel):
    """A template that is kept."""

    id: str = Field(description="Of the name, in small letters; the name of its schema, and a `data_type`.")
    name: str
    description: str | None
    schema_fields: list[TemplateField]
    version: int
    created_at: str


class Templates(BaseModel):
    """Templates, by id, descending."""

    templates: list[Template]
    total: int
    page: int
    page_size: int


@router.post(
    "",
    status_code=201,
    summary="Keep a template",
    response_model=Template,
    responses={409: {"description": "Another schema has the id."}},
)
async def keep(gateway: Reached, body: NewTemplate) -> Response:
    """Checked first. The same name again makes its next version; names that differ in signs only rule each other out."""
    document = body.model_dump(mode="json", exclude_unset=True)
    name = id_of(body.name)
    if name in DATA_TYPES:
        raise Refused(Fault("name", f"{name} is a data type that is there already", "choose another name"))

    def allowed(newest: Record | None) -> None:
        if newest is not None and newest.body.get("template") != body.name:
            raise Problem(409, "name_taken", f"another schema is kept as {name}: choose another name")

    version, kept = await keep_schema(gateway, name, Configured(config=document), body.name, allowed)
    return told(_view(name, version, str(kept["created_at"]), document), status=201)


@router.get("", summary="List templates", response_model=Templates)
async def listed(
    gateway: Reached,
    page: Annotated[int, Query(ge=1, lt=2**31, description="From one on.")] = 1,
    page_size: Annotated[int, Query(ge=1, le=200, description="Templates of a page, at most.")] = 50,
) -> Response:
    """Each as it was sent last."""
    names = await _names(gateway)
    chosen = names[(page - 1) * page_size : page * page_size]
    found: list[dict[str, Any]] = []
    for first in range(0, len(chosen), _AT_ONCE):
        found += await asyncio.gather(*(_read(gateway, name) for name in chosen[first : first + _AT_ONCE]))
    return told({"templates": found, "total": len(names), "page": page, "page_size": page_size})


@router.get("/{template_id}", summary="A template", response_model=Template)
async def read(gateway: Reached, template_id: Annotated[str, Path(description="Its id, or its name.")]) -> Response:
    """As it was sent last."""
    name = id_of(template_id)
    if not _is_template(await gateway.ports.store.newest(SCHEMAS, name)):
        raise Problem(404, "not_found", f"there is no template {name}")
    return told(await _read(gateway, name))


def id_of(name: str) -> str:
    """The id of a template's name: its letters a to z and digits; of a name without any, from its digest."""
    plain = _ODD.sub("-", name.lower())[:_LONGEST_ID].strip("-")
    return plain or f"template-{blake3(name.encode()).hexdigest(16)}"


async def template_of(gateway: Gateway, called: str) -> str | None:
    """The text of the template with this id or name; None when there is none."""
    name = id_of(called)
    if not _is_template(await gateway.ports.store.newest(SCHEMAS, name)):
        return None
    return (await kept_schema(gateway, name))[1]


def _is_template(record: Record | None) -> bool:
    return record is not None and "template" in record.body


async def _names(gateway: Gateway) -> list[str]:
    store, where, before = gateway.ports.store, {"workspace": DEFAULT_WORKSPACE}, None
    found: list[str] = []
    while page := await store.page(SCHEMAS, where=where, before=before, limit=LONGEST_PAGE):
        found += [record.key for record in page if _is_template(await store.newest(SCHEMAS, record.key))]
        before = page[-1].key
    return found


async def _read(gateway: Gateway, name: str) -> dict[str, Any]:
    record, text = await kept_schema(gateway, name)
    return _view(name, record.version, str(record.body["created_at"]), json.loads(text))


def _view(name: str, version: int, created_at: str, document: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": name,
        "name": document["name"],
        "description": document.get("description"),
        "schema_fields": document["schema_fields"],
        "version": version,
        "created_at": created_at.replace("+00:00", "Z"),
    }
