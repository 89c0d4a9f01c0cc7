"""The gateway's ASGI application."""

from __future__ import annotations

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from syndata_contracts.errors import Fault, SyndataError
from syndata_contracts.version import __version__
from syndata_gateway.api import jobs, schemas, sources
from syndata_gateway.ports import Gateway
from syndata_gateway.requests import Requests
from syndata_runtime.health import Health
from syndata_runtime.problems import Problem, problem_of

_log = structlog.get_logger()

_CODES = {404: "not_found", 405: "method_not_allowed"}


def make_app(gateway: Gateway, health: Health) -> Any:
    """Every route, inside the layer that surrounds every request."""
    app = FastAPI(
        title="Syndata",
        version=__version__,
        summary="Realistic, reference-tight synthetic data, byte for byte the same every time.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # Requests are traced and counted by the layer around them; FastAPI's own spans would quote what users sent.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.gateway = gateway
    for router in (jobs.router, schemas.router, sources.router):
        app.include_router(router)
    app.router.routes.extend(health.routes())

    @app.get("/health", tags=["health"], summary="How the gateway is")
    async def overall() -> JSONResponse:
        """Open to all; says which servers answer."""
        ready, found = await health.report()
        body = {"status": "healthy" if ready else "unhealthy", "version": __version__, "dependencies": found}
        return JSONResponse(body, status_code=200 if ready else 503)

    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for kind in (Problem, SyndataError, Exception):
        app.add_exception_handler(kind, _told)
    return Requests(app, unlimited=("/api/v1/sources",))


async def _invalid(request: Request, error: Exception) -> Response:
    """What does not fit the API's own shapes; the offending values are not repeated."""
    content_type = request.headers.get("content-type", "")
    if request.method in {"POST", "PUT"} and "json" not in content_type:
        detail = f"the body is sent as {content_type[:80] or 'nothing'}: send Content-Type: application/json"
        problem = Problem(415, "unsupported_media_type", detail)
        return problem.response(request.state.request_id, request.url.path)
    details = error.errors() if isinstance(error, RequestValidationError) else []
    faults = tuple(
        Fault(".".join(str(step) for step in one["loc"] if step != "body"), one["msg"], "see /api/v1/openapi.json")
        for one in details
    )
    what = faults[0].what if len(faults) == 1 else f"{len(faults)} faults were found; see errors"
    problem = Problem(422, "invalid_request", what, faults)
    return problem.response(request.state.request_id, request.url.path)


async def _told(request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    if problem.status == 500:
        _log.error("a request failed", path=request.url.path, exc_info=error)
    return problem.response(request.state.request_id, request.url.path)


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = str(error.detail) if isinstance(error, HTTPException) else ""
    headers = dict(getattr(error, "headers", None) or {})
    problem = Problem(status, _CODES.get(status, "http_error"), detail, headers=headers)
    return problem.response(request.state.request_id, request.url.path)
