"""`platform`'s configurations: to be checked, uploaded, listed and read."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Annotated, Any, Final

from fastapi import Body, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.datastructures import UploadFile

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.faults import FaultRecord
from syndata_contracts.presets import PRESETS, load_preset
from syndata_contracts.workspaces import DEFAULT_WORKSPACE
from syndata_gateway.api.models import Configured, TableView
from syndata_gateway.compiling import compile_configuration
from syndata_gateway.dialects.dialect import Reached, told
from syndata_gateway.dialects.words import PLATFORM
from syndata_gateway.keeping import SCHEMA_NAME, facts, keep_schema, kept_schema, schema_names
from syndata_runtime.problems import Problem, errors_of, problem_of

router = PLATFORM.router()

_LONGEST_NAME: Final = 63
_FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "YAML or JSON, in UTF-8."},
                        "name": {"type": "string", "description": "To be found by; else the file's name."},
                    },
                }
            }
        },
    }
}


class ValidConfig(BaseModel):
    """A configuration without faults."""

    valid: bool
    errors: list[FaultRecord] = Field(description="None; with 400 they are what is wrong.")
    warnings: list[FaultRecord]
    tables: list[TableView]
    estimated_bytes: int


class UploadedConfig(ValidConfig):
    """A configuration that was kept."""

    name: str
    version: int = Field(description="Counted from zero; each upload under one name is another.")
    filename: str | None


class SchemaNames(BaseModel):
    """Names of configurations."""

    schemas: list[str] = Field(description="Uploaded ones, by name, descending.")
    next: str | None = Field(description="For `before`, to get the page behind this one.")
    templates: list[str] = Field(description="Ready-made ones.")


class NamedSchema(BaseModel):
    """A configuration and its text."""

    name: str
    version: int | None = Field(description="None of a ready-made one.")
    config: str


@router.post("/config/validate", summary="Check a configuration", response_model=ValidConfig)
async def validate(
    request: Request,
    gateway: Reached,
    body: Annotated[dict[str, Any], Body(description="The configuration itself, or `{config: object or text}`.")],
) -> Response:
    """What its tables would be; or 400 with `valid: false` and every fault at once, each with its fix."""
    inner = body.get("config") if body.keys() == {"config"} else None
    config = inner if isinstance(inner, (dict, str)) else body
    try:
        compiled = await compile_configuration(gateway, DEFAULT_WORKSPACE, Configured(config=config), keep=False)
    except Refused as refusal:
        problem = problem_of(refusal)
        errors = {"valid": False, "errors": errors_of(problem.faults), "warnings": [], "tables": []}
        more = {"detail": problem.detail, "code": problem.code, "request_id": request.state.request_id}
        return told({**errors, **more}, status=PLATFORM.status(problem))
    return told(_valid(facts(compiled)))


@router.post(
    "/config/upload",
    status_code=201,
    summary="Keep a configuration that lies in a file",
    response_model=UploadedConfig,
    openapi_extra=_FORM,
)
async def upload(request: Request, gateway: Reached) -> Response:
    """Checked first. A job is made of it by `schema`; uploading again under its name makes another version."""
    filename, name, text = await _form(request)
    version, kept = await keep_schema(gateway, name, Configured(config=text))
    answer = {**_valid(kept), "name": name, "version": version, "filename": filename}
    return told(answer, status=201, headers={"Location": f"/schemas/{name}"})


def _valid(view: dict[str, Any]) -> dict[str, Any]:
    return {
        "valid": True,
        "errors": [],
        "warnings": view["warnings"],
        "tables": view["tables"],
        "estimated_bytes": view["expected_bytes"],
    }


async def _form(request: Request) -> tuple[str | None, str, str]:
    """The name of the file that was sent, the name to keep it under, and its text."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        detail = "send the file as a form: Content-Type multipart/form-data, as `curl -F file=@config.yaml` does"
        raise Problem(415, "unsupported_media_type", detail)
    async with request.form(max_files=1, max_fields=4, max_part_size=1024) as form:
        file, given = form.get("file"), form.get("name")
        if not isinstance(file, UploadFile):
            raise Refused(Fault("file", "there is no file of this name in the form", "send it as `file`"))
        try:
            text = (await file.read()).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Refused(Fault("file", f"this is not UTF-8: {error.reason}", "save the file as UTF-8")) from None
        return file.filename, _name(given, file.filename), text


def _name(given: object, filename: str | None) -> str:
    """The name to keep a file under: as it is given, else made of the file's own."""
    if isinstance(given, str) and given:
        if not re.fullmatch(SCHEMA_NAME, given):
            fix = "use lower-case letters, digits and hyphens, as in `crm-test-data`"
            raise Refused(Fault("name", "this cannot be the name of a schema", fix))
        return given
    stem = PurePath((filename or "").replace("\\", "/")).stem
    made = re.sub(r"[^a-z0-9]+", "-", stem.lower())[:_LONGEST_NAME].strip("-")
    if not made:
        raise Refused(Fault("name", "no name can be made of the file's own", "send one as `name`"))
    return made


@router.get("/schemas", summary="Kept configurations", response_model=SchemaNames)
async def listed(
    gateway: Reached,
    before: Annotated[str | None, Query(pattern=SCHEMA_NAME, description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Names of a page, at most.")] = 200,
) -> Response:
    """Those that were uploaded, or kept under /api/v1, and the ready-made ones."""
    names = await schema_names(gateway, DEFAULT_WORKSPACE, before, limit)
    following = names[-1] if len(names) == limit else None
    return told({"schemas": names, "next": following, "templates": list(PRESETS)})


@router.get("/schemas/{name}", summary="A configuration and its text", response_model=NamedSchema)
async def read(gateway: Reached, name: Annotated[str, Path(max_length=100, description="Of either kind.")]) -> Response:
    """The newest version of one that was kept; else a ready-made one of this name."""
    missing = Problem(404, "not_found", "there is no schema of this name")
    if not re.fullmatch(SCHEMA_NAME, name):
        raise missing
    try:
        record, text = await kept_schema(gateway, name)
    except Problem as problem:
        if problem.status != missing.status or name not in PRESETS:
            raise
        return told({"name": name, "version": None, "config": load_preset(name)})
    return told({"name": name, "version": record.version, "config": text})
