"""The gateway's ASGI application."""

from __future__ import annotations

from typing import Any

import structlog
from fastapi import Request, Security
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from fastapi.security import APIKeyHeader, HTTPBearer
from starlette.exceptions import HTTPException

from syndata_contracts.errors import Fault, SyndataError
from syndata_contracts.version import __version__
from syndata_gateway.api import descriptions, jobs, logs, schemas, sources, workspaces
from syndata_gateway.api.answers import Api
from syndata_gateway.api.page import page_routes
from syndata_gateway.dialects import synthetics
from syndata_gateway.dialects.mounted import describe, mount, response_of, routes_of
from syndata_gateway.limits import Limits
from syndata_gateway.ports import Gateway
from syndata_gateway.requests import Requests
from syndata_runtime.health import Health
from syndata_runtime.problems import Problem, problem_of

_log = structlog.get_logger()

_CODES = {404: "not_found", 405: "method_not_allowed"}
_ROUTERS = (
    workspaces.router,
    jobs.router,
    logs.router,
    schemas.router,
    descriptions.router,
    sources.router,
    synthetics.router,
)
# They refuse nobody: `access` does. They are here so that the description names the two ways to send a key.
_TOLD_KEYS = [
    Security(APIKeyHeader(name="X-API-Key", scheme_name="key", auto_error=False)),
    Security(HTTPBearer(scheme_name="bearer", auto_error=False)),
]


def make_app(gateway: Gateway, health: Health) -> Any:
    """Every route, inside the layer that surrounds every request."""
    settings = gateway.settings
    app = Api(
        title="Syndata",
        version=__version__,
        summary="Realistic, reference-tight synthetic data, byte for byte the same every time.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # they load their scripts from a CDN; `page` needs none
        redoc_url=None,
        redirect_slashes=False,
        # Requests are traced and counted by the layer around them; FastAPI's own spans would quote what users sent.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.gateway = gateway
    for router in _ROUTERS:
        app.include_router(router, dependencies=_TOLD_KEYS)
    mount(app, settings)
    app.describe_further = lambda document: describe(document, settings)
    app.router.routes.extend([*health.routes(), *page_routes()])

    @app.get(
        "/health", tags=["health"], summary="How the gateway is", responses={503: {"description": "A server is away."}}
    )
    async def overall() -> JSONResponse:
        """Open to all; says which servers answer."""
        ready, found = await health.report()
        body = {"status": "healthy" if ready else "unhealthy", "version": __version__, "dependencies": found}
        return JSONResponse(body, status_code=200 if ready else 503)

    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for kind in (Problem, SyndataError, Exception):
        app.add_exception_handler(kind, _told)
    limits = Limits(settings.requests_per_minute, gateway.keys)
    return Requests(app, unlimited=("/api/v1/sources",), told=response_of, limits=limits)


async def _invalid(request: Request, error: Exception) -> Response:
    """What does not fit the API's own shapes; the offending values are not repeated."""
    details = error.errors() if isinstance(error, RequestValidationError) else []
    faults = tuple(
        Fault(".".join(str(step) for step in one["loc"] if step != "body"), one["msg"], "see /api/v1/openapi.json")
        for one in details
    )
    what = faults[0].what if len(faults) == 1 else f"{len(faults)} faults were found; see errors"
    problem = Problem(422, "invalid_request", what, faults)
    return response_of(problem, request.scope, request.state.request_id)


async def _told(request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    if problem.status == 500:
        _log.error("a request failed", path=request.url.path, exc_info=error)
    return response_of(problem, request.scope, request.state.request_id)


async def _http(request: Request, error: Exception) -> Response:
    if isinstance(error.__cause__, (Problem, SyndataError)):  # raised while the body was read, and wrapped on its way
        return await _told(request, error.__cause__)
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = str(error.detail) if isinstance(error, HTTPException) else ""
    headers = dict(getattr(error, "headers", None) or {})
    if status == 405 and (allowed := _allowed(request)):
        headers["Allow"] = allowed
    problem = Problem(status, _CODES.get(status, "http_error"), detail, headers=headers)
    return response_of(problem, request.scope, request.state.request_id)


def _allowed(request: Request) -> str:
    """Every method of a path: routes know only their own."""
    routes = [route for router in _ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    matching = [route for route in routes if route.path_regex.match(request.url.path)]
    nearest = min((route.path.count("{") for route in matching), default=0)  # `validate` is no schema's name
    there = [route for route in matching if route.path.count("{") == nearest] or routes_of(request.url.path)
    found = {method for route in there for method in route.methods or ()}
    return ", ".join(sorted(found))
