"""The dialects in their place: their routes in the application, their errors in their own shape, their description."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Security
from fastapi.responses import Response
from fastapi.routing import APIRoute
from fastapi.security import APIKeyHeader, APIKeyQuery, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field
from starlette.types import Scope

from syndata_contracts.faults import FaultRecord
from syndata_gateway.dialects import backend, extract, listed, platform, platform_configs, projects, studio, templates
from syndata_gateway.dialects.dialect import Dialect, DialectDoor
from syndata_runtime.problems import Problem
from syndata_runtime.settings import Settings

ROUTERS: Final[Sequence[APIRouter]] = (
    listed.router,
    platform.router,
    platform_configs.router,
    studio.router,
    extract.router,
    backend.router,
    templates.router,
    projects.router,
)
"""Of every dialect; where two routes could take a path, the first does."""

_API: Final = "/api/v1"
_SHAPE: Final = "DialectError"
_SAYS_NOTHING: Final = "Successful Response"
_SENT: Final[dict[str, str]] = {
    "408": "The body came too slowly.",
    "413": "The body is too large.",
    "415": "The body is not sent as it should be.",
}


class DialectError(BaseModel):
    """An error, as dialects tell it."""

    model_config = ConfigDict(title=_SHAPE)

    detail: str
    code: str = Field(description="A word that programs may rely on.")
    request_id: str
    errors: list[FaultRecord] | None = Field(
        default=None, description="Each says where, what, and what to do; only with 400."
    )


def mount(app: FastAPI, settings: Settings) -> None:
    """Add every route of every dialect; those that ask for a key say so."""
    for router in ROUTERS:
        dialect = _speaker(router.routes[0])
        app.include_router(router, dependencies=_keys(dialect, settings) if dialect else [])


def _keys(dialect: Dialect, settings: Settings) -> list[Any]:
    """They refuse nobody: the door does. They are there to be described."""
    if dialect.is_open(settings):
        return []
    ways: list[Any] = [
        APIKeyHeader(name="X-API-Key", scheme_name="key", auto_error=False),
        HTTPBearer(scheme_name="bearer", auto_error=False),
    ]
    if dialect.parameter:
        ways.append(APIKeyQuery(name=dialect.parameter, scheme_name="key in the query", auto_error=False))
    return [Security(way) for way in ways]


def _speaker(route: Any) -> Dialect | None:
    return route.dialect if isinstance(route, DialectDoor) else None


def routes_of(path: str) -> list[APIRoute]:
    """Every route of a dialect that could take a path, the nearest ones."""
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    matching = [route for route in routes if route.path_regex.match(path)]
    nearest = min((route.path.count("{") for route in matching), default=0)
    return [route for route in matching if route.path.count("{") == nearest]


def response_of(problem: Problem, scope: Scope, request_id: str) -> Response:
    """A problem as whoever asks at this path reads errors."""
    speaker = speaker_at(scope["path"], scope["method"])
    return speaker.response(problem, request_id) if speaker else problem.response(request_id, scope["path"])


def speaker_at(path: str, method: str) -> Dialect | None:
    """The dialect that is spoken at a path; None for our own API, and where there is nothing."""
    routes = sorted(routes_of(path), key=lambda route: method not in (route.methods or ()))
    if routes:
        return _speaker(routes[0])
    dialects = (_speaker(router.routes[0]) for router in ROUTERS)
    return next(
        (one for one in dialects if one and one.root and path.startswith(one.root) and not _is_ours(path)), None
    )


def _is_ours(path: str) -> bool:
    return path == _API or path.startswith(f"{_API}/")


def describe(document: dict[str, Any], settings: Settings) -> None:
    """Say in the application's description which errors the dialects' routes have."""
    made = DialectError.model_json_schema(ref_template="#/components/schemas/{model}")
    shapes = document.setdefault("components", {}).setdefault("schemas", {})
    shapes.update(made.pop("$defs", {}))
    shapes[_SHAPE] = made
    for router in ROUTERS:
        for route in router.routes:
            if isinstance(route, DialectDoor) and route.include_in_schema:
                for method in route.methods or ():
                    operation = document["paths"][route.path][method.lower()]
                    operation["responses"] = _answers(route, operation, settings)


def _answers(route: DialectDoor, operation: dict[str, Any], settings: Settings) -> dict[str, Any]:
    responses = {status: dict(told) for status, told in operation["responses"].items() if status != "422"}
    for told in responses.values():
        if told["description"] == _SAYS_NOTHING:
            told["description"] = "Done."
    possible = {
        "400": "Refused: `errors` says where, what, and what to do.",
        "429": "Too many requests in a minute.",
        "503": "A server is away or full.",
    }
    if not route.dialect.is_open(settings):
        possible["401"] = "No API key, or one that is not known."
    if "{" in route.path:
        possible["404"] = "There is no such thing."
    if "requestBody" in operation:
        possible |= _SENT
    for status, text in possible.items():
        responses.setdefault(status, {"description": text})
    for status, told in responses.items():
        if status >= "400":
            told["content"] = {"application/json": {"schema": {"$ref": f"#/components/schemas/{_SHAPE}"}}}
    retry = {"description": "Seconds.", "schema": {"type": "integer", "minimum": 1}}
    responses["429"]["headers"] = responses["503"]["headers"] = {"Retry-After": retry}
    return dict(sorted(responses.items()))
