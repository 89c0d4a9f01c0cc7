"""The paths below /api/v1 that are another system's as well: jobs by strategy in a named workspace, and what is set."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from syndata_contracts.presets import PRESETS
from syndata_contracts.strategies import STRATEGIES
from syndata_contracts.version import __version__
from syndata_gateway.api.answers import CreatedJob, Success
from syndata_gateway.api.door import Door
from syndata_gateway.api.models import Body, NewJob, job_view, within
from syndata_gateway.creating import create_job
from syndata_gateway.envelope import success
from syndata_gateway.ports import Entered
from syndata_gateway.requests import MOST_BODY_BYTES
from syndata_gateway.workspaces import LONGEST_NAME, PRINTABLE, wanted_workspace

router = APIRouter(prefix="/api/v1", tags=["generate"], route_class=Door)

_KEY_SAYS: Final = "A word of yours for this wish: the same request under it gives the same job."


class Generation(Body):
    """A dataset of a strategy, in a workspace."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "workspace": "default",
                    "strategy": "tabular_random",
                    "parameters": {"num_rows": 100, "num_columns": 5},
                    "dataset": "first_try",
                }
            ]
        }
    )

    workspace: str = Field(min_length=1, max_length=LONGEST_NAME, pattern=PRINTABLE, description="By name, or by id.")
    strategy: str = Field(max_length=64, description="One that GET /api/v1/strategies lists.")
    parameters: dict[str, Any] = Field(default_factory=dict, description="By the JSON Schema that stands there.")
    dataset: str = Field(
        default="", max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$", description="What people will call it."
    )


class GeneratedView(CreatedJob):
    """A job that was accepted."""

    job_id: str
    status: str = Field(description="The job's state.")
    strategy: str
    dataset: str
    count: int = Field(description="Rows that it will have.")


class LimitsView(BaseModel):
    """What is the most."""

    body_bytes: int
    job_bytes: int = Field(description="By estimate.")


class ConfigView(BaseModel):
    """How the server is set, without any secret or address."""

    version: str
    environment: Literal["development", "production"]
    log_level: str
    output_formats: list[str]
    strategies: list[str]
    presets: list[str]
    window: int = Field(description="Tasks of one job that are handed out at a time.")
    keep_days: dict[str, float] = Field(description="How long what is kept; 0: it stays.")
    limits: LimitsView


@router.post(
    "/generate", status_code=202, summary="Have a dataset made by a strategy", response_model=Success[GeneratedView]
)
async def generate(
    request: Request,
    gateway: Entered,
    body: Generation,
    idempotency_key: Annotated[str | None, Header(max_length=255, min_length=1, description=_KEY_SAYS)] = None,
) -> Response:
    """The job lies in the workspace: its links lead there, and no other workspace shows it."""
    workspace = await wanted_workspace(gateway, body.workspace)
    asked = NewJob(strategy=body.strategy, parameters=body.parameters, label=body.dataset)
    job, compiled = await create_job(gateway, workspace, asked, idempotency_key)
    warnings = () if compiled is None else compiled.warnings
    data = {
        **job_view(job),
        "job_id": job.id,
        "status": str(job.state),
        "strategy": body.strategy,
        "dataset": body.dataset,
        "count": job.rows,
        "warnings": [warning.model_dump(exclude_defaults=True) for warning in warnings],
    }
    headers = {"Location": within(f"/api/v1/jobs/{job.id}", workspace)}
    return success(request, data, status=202, headers=headers)


@router.get("/config", summary="How the server is set", response_model=Success[ConfigView])
async def config(request: Request, gateway: Entered) -> Response:
    """What clients may want to know before they ask; no secret, and no address of another server."""
    settings = gateway.settings
    view = ConfigView(
        version=__version__,
        environment=settings.environment,
        log_level=settings.log_level,
        output_formats=["csv", "json", "jsonl", "parquet", "sql", "copy"],
        strategies=[one.name for one in STRATEGIES],
        presets=list(PRESETS),
        window=settings.window,
        keep_days={
            "files": settings.keep_files_days,
            "jobs": settings.keep_jobs_days,
            "previews": settings.keep_previews_days,
            "plans": settings.keep_plans_days,
            "sources": settings.keep_sources_days,
            "keys": settings.keep_keys_days,
        },
        limits=LimitsView(body_bytes=MOST_BODY_BYTES, job_bytes=settings.most_job_bytes),
    )
    return success(request, view.model_dump(mode="json"))
