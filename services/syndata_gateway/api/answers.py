"""What clients get, as the API's description tells it: the envelope of every success, and one shape for every error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Generic, Literal, TypeVar

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field

from syndata_contracts.faults import FaultRecord
from syndata_contracts.schema import OutputFormat
from syndata_gateway.api.models import JobView, TableView
from syndata_runtime.problems import MEDIA_TYPE

T = TypeVar("T")

_API: Final = "/api/v1/"
_PROBLEM: Final = "Problem"
_SAYS_NOTHING: Final = "Successful Response"
"""What FastAPI calls an answer that was given no description."""
_MADE_BY: Final = (
    ("post /api/v1/jobs", "202", "job_id", "$response.body#/data/id"),
    ("post /api/v1/workspaces", "201", "workspace_id", "$response.body#/data/id"),
    ("post /api/v1/sources", "201", "source_id", "$response.body#/data/id"),
    ("put /api/v1/schemas/{name}", "201", "name", "$response.body#/data/name"),
)


class Metadata(BaseModel):
    """Of an answer."""

    timestamp: datetime
    request_id: str = Field(description="Also the header X-Request-ID; it leads to the request's trace and log.")
    version: str = Field(description="Of the API.")


class Success(BaseModel, Generic[T]):
    """A successful answer."""

    status: Literal["success"]
    data: T
    metadata: Metadata


class ProblemView(BaseModel):
    """An error (RFC 9457)."""

    model_config = ConfigDict(title=_PROBLEM)

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str = Field(description="A word that programs may rely on.")
    request_id: str
    errors: list[FaultRecord] | None = Field(
        default=None, description="Each says where, what, and what to do; only with 422."
    )


class CreatedJob(JobView):
    """A job that was accepted."""

    warnings: list[FaultRecord] | None = Field(default=None, description="Not told again when a request is repeated.")


class JobPage(BaseModel):
    """Some jobs, the latest first."""

    jobs: list[JobView]
    next: str | None = Field(description="The cursor of the page behind this one.")


class LineView(BaseModel):
    """One thing that happened to a job."""

    at: datetime
    level: Literal["info", "warning", "error"]
    version: int = Field(description="Of the job, that tells it.")
    message: str


class LogView(BaseModel):
    """What became of a job."""

    job: str
    lines: list[LineView] = Field(description="The oldest first.")


class WorkspaceView(BaseModel):
    """What keeps the data of different users apart."""

    id: str = Field(description="In every key and document; `workspace` of other requests takes it, or the name.")
    name: str
    description: str
    created_at: datetime
    links: dict[str, str]


class WorkspacePage(BaseModel):
    """Some workspaces, by id."""

    workspaces: list[WorkspaceView]
    next: str | None = Field(description="The cursor of the page behind this one.")


class FileView(BaseModel):
    """A file of a job."""

    name: str
    bytes: int
    link: str
    table: str | None = None
    rows: int | None = None
    digest: str | None = Field(
        default=None, description="Of the file's bytes; of a table, over the digests of its parts and closing."
    )


class FileList(BaseModel):
    """The files of a completed job."""

    digest_algorithm: str
    files: list[FileView]


class RowsView(BaseModel):
    """Rows, as files have them."""

    table: str
    start: int
    count: int
    rows: list[dict[str, Any]]


class PlanView(BaseModel):
    """What a configuration amounts to."""

    plan: str = Field(description="Digest.")
    seed: int
    as_of: str
    output_format: OutputFormat | None
    expected_bytes: int
    tables: list[TableView]
    warnings: list[FaultRecord]


class ValidView(PlanView):
    """A configuration without faults."""

    valid: Literal[True]


class KeptView(PlanView):
    """A configuration that was kept."""

    name: str
    version: int
    workspace: str
    created_at: str


class SchemaView(KeptView):
    """A kept configuration, with its text."""

    config: str


class SchemaPage(BaseModel):
    """Names of kept configurations."""

    schemas: list[str]
    next: str | None = Field(description="For `before`, to get the page behind this one.")


class PresetView(BaseModel):
    """A ready-made configuration."""

    name: str
    config: str


class PresetList(BaseModel):
    """Every preset."""

    presets: list[PresetView]


class StrategyView(BaseModel):
    """A named way to describe a dataset by a few parameters."""

    name: str
    family: str
    summary: str
    parameters: dict[str, Any] = Field(description="A JSON Schema.")


class StrategyList(BaseModel):
    """Every strategy."""

    strategies: list[StrategyView]


class SourceView(BaseModel):
    """An upload."""

    id: str
    bytes: int
    links: dict[str, str]


class Api(FastAPI):
    """An application whose description names every error, once for all routes."""

    describe_further: Callable[[dict[str, Any]], None] | None = None
    """Completes the description of routes that are not below the API's root."""

    def openapi(self) -> dict[str, Any]:
        """The description, with problems and the key."""
        if self.openapi_schema is None:
            document = super().openapi()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            made = ProblemView.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(made.pop("$defs", {}))
            schemas[_PROBLEM] = made
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            for path, operations in document["paths"].items():
                if path.startswith(_API):
                    for operation in operations.values():
                        for told in operation["responses"].values():
                            if told["description"] == _SAYS_NOTHING:
                                told["description"] = _done(told)
                        operation["responses"].update(_problems(path, operation))
            if self.describe_further is not None:
                self.describe_further(document)
            _link(document["paths"])
        return self.openapi_schema or {}


def _done(told: dict[str, Any]) -> str:
    return "Done; what was asked for is `data`." if "application/json" in told.get("content", {}) else "Done."


def _problems(path: str, operation: dict[str, Any]) -> dict[str, Any]:
    possible = {
        401: "No API key, or one that is not known.",
        422: "Refused: `errors` says where, what, and what to do.",
        429: "Too many requests in a minute: ask again after `Retry-After`.",
        503: "A server is away or full: ask again after `Retry-After`.",
    }
    inside = any(one["name"] == "workspace" for one in operation.get("parameters", ()))
    if "{" in path or inside or path.endswith("/generate"):
        possible[404] = "There is no such thing."
    if "{job_id}" in path:
        possible[409] = "Not in the job's present state."
    if path.endswith("/workspaces") and "requestBody" in operation:
        possible[409] = "There is one of this name already."
    if "requestBody" in operation:
        possible[408] = "The body came too slowly."
        possible[413] = "The body is too large."
    if "requestBody" in operation and "application/json" in operation["requestBody"]["content"]:
        possible[415] = "The body is not sent as JSON."
    if "/files" in path:
        possible[410] = "The job's files were kept for a time, which is over."
    if "/files/" in path:
        possible[416] = "The range lies beyond the file's end."
    content = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{_PROBLEM}"}}}
    retry = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "minimum": 1}}}
    return {
        str(status): {"description": text, "content": content, **({"headers": retry} if status in {429, 503} else {})}
        for status, text in sorted(possible.items())
    }


def _link(paths: dict[str, Any]) -> None:
    """Say which answers name what other routes are asked about: where a job's id comes from, and where it goes."""
    for maker, status, parameter, value in _MADE_BY:
        method, path = maker.split()
        links = paths[path][method]["responses"][status].setdefault("links", {})
        for operations in paths.values():
            for operation in operations.values():
                names = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
                if names == {parameter} and operation is not paths[path][method]:
                    name = operation["operationId"]
                    links[name] = {"operationId": name, "parameters": {f"path.{parameter}": value}}
