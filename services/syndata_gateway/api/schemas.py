"""Schemas: check them, look at their rows, keep them under a name."""

from __future__ import annotations

from typing import Annotated, Any, Final

from blake3 import blake3
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from syndata_contracts.keys import document_key
from syndata_contracts.messages import Compiled
from syndata_contracts.presets import PRESETS, load_preset
from syndata_contracts.strategies import STRATEGIES
from syndata_contracts.workspaces import DEFAULT_WORKSPACE
from syndata_gateway.api.answers import (
    KeptView,
    PresetList,
    RowsView,
    SchemaPage,
    SchemaView,
    StrategyList,
    Success,
    ValidView,
)
from syndata_gateway.api.door import Door
from syndata_gateway.api.jobs import preview
from syndata_gateway.api.models import Configured, Preview
from syndata_gateway.compiling import compile_configuration, spelt_out, text_of
from syndata_gateway.envelope import success, wrapped
from syndata_gateway.ports import Entered, Gateway
from syndata_objects.errors import Missing
from syndata_runtime.aside import get_kept
from syndata_runtime.clock import now
from syndata_runtime.problems import Problem
from syndata_store.errors import Conflict
from syndata_store.port import Record

router = APIRouter(prefix="/api/v1", tags=["schemas"], route_class=Door)

_SCHEMAS: Final = "schemas"
_NAME: Final = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"

SchemaName = Annotated[str, Path(pattern=_NAME, description="Like `crm-test-data`.")]


@router.post("/schemas/validate", summary="Check a configuration", response_model=Success[ValidView])
async def validate(request: Request, gateway: Entered, body: Configured) -> Response:
    """Every fault at once, with line and fix; or what the plan would amount to."""
    compiled = await compile_configuration(gateway, DEFAULT_WORKSPACE, body, keep=False)
    return success(request, {"valid": True, **_told(compiled)})


@router.post("/previews", summary="Rows of a configuration, without a job", response_model=Success[RowsView])
async def look(request: Request, gateway: Entered, body: Preview) -> Response:
    """Any rows of any table, as files of the configuration would have them."""
    compiled = await compile_configuration(gateway, DEFAULT_WORKSPACE, body)
    what = (body.table, body.start, body.count)
    return wrapped(request, await preview(gateway, DEFAULT_WORKSPACE, compiled.plan, what))


@router.get("/presets", summary="Ready-made configurations", response_model=Success[PresetList])
async def presets(request: Request, gateway: Entered) -> Response:
    """Names and texts, to use as they are or to begin with."""
    _ = gateway
    return success(request, {"presets": [{"name": name, "config": load_preset(name)} for name in PRESETS]})


@router.get("/strategies", summary="Datasets by a few parameters", response_model=Success[StrategyList])
async def strategies(request: Request, gateway: Entered) -> Response:
    """Names, and the JSON Schemas of their parameters."""
    _ = gateway
    listed = [
        {"name": one.name, "family": one.family, "summary": one.says, "parameters": one.schema()} for one in STRATEGIES
    ]
    return success(request, {"strategies": listed})


@router.put(
    "/schemas/{name}",
    summary="Keep a configuration under a name",
    status_code=201,
    response_model=Success[KeptView],
)
async def keep(request: Request, gateway: Entered, name: SchemaName, body: Configured) -> Response:
    """Checked first; older versions stay readable."""
    body = spelt_out(body)
    compiled = await compile_configuration(gateway, DEFAULT_WORKSPACE, body)
    text = load_preset(body.preset).encode() if body.preset is not None else text_of(body.config or "")
    kept = {"workspace": DEFAULT_WORKSPACE, "created_at": now().isoformat(), **_told(compiled)}
    digest = await _keep_text(gateway, text)
    while True:
        newest = await gateway.ports.store.newest(_SCHEMAS, name)
        version = 0 if newest is None else newest.version + 1
        try:
            await gateway.ports.store.insert(_SCHEMAS, name, version, {**kept, "document": digest})
        except Conflict:
            continue
        return success(request, {"name": name, "version": version, **kept}, status=201)


@router.get("/schemas", summary="Kept configurations", response_model=Success[SchemaPage])
async def listed(
    request: Request,
    gateway: Entered,
    before: Annotated[str | None, Query(pattern=_NAME, description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Names of a page, at most.")] = 50,
) -> Response:
    """By name, descending; `next` goes into `before` for the page behind this one."""
    where = {"workspace": DEFAULT_WORKSPACE}
    page = await gateway.ports.store.page(_SCHEMAS, where=where, before=before, limit=limit)
    names = [record.key for record in page]
    return success(request, {"schemas": names, "next": names[-1] if len(names) == limit else None})


@router.get("/schemas/{name}", summary="A kept configuration", response_model=Success[SchemaView])
async def read(
    request: Request,
    gateway: Entered,
    name: SchemaName,
    version: Annotated[
        int | None, Query(ge=0, lt=2**53, description="Counted from zero; the newest unless given.")
    ] = None,
) -> Response:
    """Its text and what its plan amounts to; the newest version unless another is asked for."""
    store = gateway.ports.store
    record: Record | None
    if version is None:
        record = await store.newest(_SCHEMAS, name)
    else:
        record = await store.version(_SCHEMAS, name, version)
    if record is None:
        raise Problem(
            404, "not_found", f"there is no schema {name}" + ("" if version is None else f" of version {version}")
        )
    body = dict(record.body)
    try:
        key = document_key(DEFAULT_WORKSPACE, str(body.pop("document")))
        text = await gateway.soon(lambda: get_kept(gateway.ports.objects, key))
    except Missing:
        raise Problem(404, "not_found", f"the text of schema {name} is gone") from None
    return success(request, {"name": name, "version": record.version, **body, "config": text.decode()})


async def _keep_text(gateway: Gateway, text: bytes) -> str:
    digest = blake3(text).hexdigest()
    await gateway.ports.objects.put(document_key(DEFAULT_WORKSPACE, digest), text)
    return digest


def _told(compiled: Compiled) -> dict[str, Any]:
    return {
        "plan": compiled.plan,
        "seed": compiled.seed,
        "as_of": compiled.as_of,
        "output_format": compiled.output_format,
        "expected_bytes": compiled.expected_bytes,
        "tables": [{"name": table.name, "rows": table.rows, "parts": table.parts} for table in compiled.tables],
        "warnings": [warning.model_dump(exclude_defaults=True) for warning in compiled.warnings],
    }
