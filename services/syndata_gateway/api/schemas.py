"""Schemas: check them, look at their rows, keep them under a name."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from syndata_contracts.presets import PRESETS, load_preset
from syndata_contracts.strategies import STRATEGIES
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
from syndata_gateway.compiling import compile_configuration
from syndata_gateway.envelope import success, wrapped
from syndata_gateway.keeping import SCHEMA_NAME, facts, facts_of, keep_schema, kept_schema, schema_key, schema_names
from syndata_gateway.ports import Entered
from syndata_gateway.workspaces import Inside

router = APIRouter(prefix="/api/v1", tags=["schemas"], route_class=Door)

SchemaName = Annotated[str, Path(pattern=SCHEMA_NAME, description="Like `crm-test-data`.")]


@router.post("/schemas/validate", summary="Check a configuration", response_model=Success[ValidView])
async def validate(request: Request, gateway: Entered, workspace: Inside, body: Configured) -> Response:
    """Every fault at once, with line and fix; or what the plan would amount to."""
    compiled = await compile_configuration(gateway, workspace, body, keep=False)
    return success(request, {"valid": True, **facts(compiled)})


@router.post("/previews", summary="Rows of a configuration, without a job", response_model=Success[RowsView])
async def look(request: Request, gateway: Entered, workspace: Inside, body: Preview) -> Response:
    """Any rows of any table, as files of the configuration would have them."""
    compiled = await compile_configuration(gateway, workspace, body)
    what = (body.table, body.start, body.count)
    return wrapped(request, await preview(gateway, workspace, compiled.plan, what))


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
async def keep(request: Request, gateway: Entered, workspace: Inside, name: SchemaName, body: Configured) -> Response:
    """Checked first; older versions stay readable."""
    version, kept = await keep_schema(gateway, schema_key(workspace, name), body)
    return success(request, {"name": name, "version": version, **kept}, status=201)


@router.get("/schemas", summary="Kept configurations", response_model=Success[SchemaPage])
async def listed(
    request: Request,
    gateway: Entered,
    workspace: Inside,
    before: Annotated[str | None, Query(pattern=SCHEMA_NAME, description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Names of a page, at most.")] = 50,
) -> Response:
    """By name, descending; `next` goes into `before` for the page behind this one."""
    names = await schema_names(gateway, workspace, before, limit)
    return success(request, {"schemas": names, "next": names[-1] if len(names) == limit else None})


@router.get("/schemas/{name}", summary="A kept configuration", response_model=Success[SchemaView])
async def read(
    request: Request,
    gateway: Entered,
    workspace: Inside,
    name: SchemaName,
    version: Annotated[
        int | None, Query(ge=0, lt=2**53, description="Counted from zero; the newest unless given.")
    ] = None,
) -> Response:
    """Its text and what its plan amounts to; the newest version unless another is asked for."""
    record, text = await kept_schema(gateway, schema_key(workspace, name), version)
    return success(request, {"name": name, "version": record.version, **facts_of(record), "config": text})
