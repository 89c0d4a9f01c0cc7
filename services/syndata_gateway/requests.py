"""What surrounds every request: an id, a span, a limit on its body, a log line, a count, and errors as problems."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from math import ceil
from typing import Any, Final

import structlog
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from syndata_contracts.workspaces import DEFAULT_WORKSPACE
from syndata_gateway.limits import Allowance, Limits
from syndata_runtime import metrics
from syndata_runtime.clock import new_id
from syndata_runtime.problems import Problem, problem_of
from syndata_runtime.tracing import received

MOST_BODY_BYTES: Final = 32 * 1024 * 1024
MOST_SILENT_SECONDS: Final = 30.0
"""Between two pieces of a body; uploads, which are streamed, may take their time."""
MOST_BODY_SECONDS: Final = 300.0
_DRAIN_SECONDS: Final = 2.0
_UNREAD: Final = {408, 413, 429}
"""Answers that are given before the body was read; their connection is not used again."""
_QUIET: Final = {"/livez", "/readyz", "/metrics", "/health"}
_METHODS: Final = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_UNMATCHED: Final = "unmatched"
"""Stands for paths and methods that the API does not have: callers could think of them without number."""
_JOB_ID: Final = re.compile(r"[0-9a-f-]{36}")

Told = Callable[[Problem, Scope, str], Response]
"""Makes a problem the answer to a request, which has an id."""

_log = structlog.get_logger()


def _problem(problem: Problem, scope: Scope, request_id: str) -> Response:
    return problem.response(request_id, scope["path"])


class Requests:
    """The outermost layer of the gateway."""

    def __init__(
        self, app: ASGIApp, unlimited: tuple[str, ...], told: Told = _problem, limits: Limits | None = None
    ) -> None:
        """`unlimited` are paths whose bodies are streamed, and limited by their handlers; `told` makes problems answers."""
        self._app = app
        self._limits = limits or Limits(0, ())
        self._told = told
        self._unlimited = unlimited

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        begun = time.monotonic()
        request_id = f"req_{new_id().replace('-', '')}"
        scope.setdefault("state", {})["request_id"] = request_id
        status = 0
        allowance = None if scope["path"] in _QUIET else self._limits.take(request)

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *_further(status, request_id, allowance)]
                metrics.REQUEST_SECONDS.labels(_route(scope)).observe(time.monotonic() - begun)
            elif status in _UNREAD and not message.get("more_body", False):
                await send({**message, "more_body": True})
                await _drained(receive)
                message = {"type": "http.response.body", "body": b""}
            await send(message)

        with (
            structlog.contextvars.bound_contextvars(request_id=request_id),
            self._span(request) as span,
        ):
            try:
                _let_in(allowance)
                await self._app(scope, self._limited(request, receive), answer)
            except Exception as error:
                if status == 0:  # raised before any route was entered
                    await self._told(problem_of(error), scope, request_id)(scope, receive, answer)
                elif status != 500:  # else it was answered, and logged, where it was caught
                    _log.exception("an answer broke off", path=scope["path"])
                    raise  # the server cuts the connection: a short answer must not look whole
            span.update_name(f"{_method(scope)} {_route(scope)}")
            span.set_attribute("http.response.status_code", status)
            metrics.REQUESTS.labels(_method(scope), _route(scope), str(status)).inc()
            if scope["path"] not in _QUIET:
                _log.info("request", method=_method(scope), route=_route(scope), status=status, **_job(scope),
                          duration_ms=round(1000 * (time.monotonic() - begun), 1))  # fmt: skip

    def _span(self, request: Request) -> AbstractContextManager[Span]:
        """The request's span; none for those who only look how we are, again and again."""
        if request.url.path in _QUIET:
            return nullcontext(INVALID_SPAN)
        return received(_method(request.scope), dict(request.headers), kind=SpanKind.SERVER)

    def _limited(self, request: Request, receive: Receive) -> Receive:
        if request.url.path.startswith(self._unlimited):
            return receive
        declared = request.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > MOST_BODY_BYTES:
            raise _too_large()
        size = 0
        complete = False
        deadline = time.monotonic() + MOST_BODY_SECONDS

        async def limited() -> Message:
            nonlocal size, complete
            if complete:
                return await receive()  # tells when the client leaves, however long that takes
            try:
                async with asyncio.timeout(min(MOST_SILENT_SECONDS, deadline - time.monotonic())):
                    message = await receive()
            except TimeoutError:
                raise Problem(408, "too_slow", "the body did not arrive in time: send it again, faster") from None
            size += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            if size > MOST_BODY_BYTES:
                raise _too_large()
            return message

        return limited


async def _drained(receive: Receive) -> None:
    """Throw away some more of a body that was refused, for a moment.

    A connection that is closed over unread bytes is reset, and the client may lose the answer that tells it why.
    """
    left = 4 * MOST_BODY_BYTES
    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            while left > 0 and (message := await receive()).get("more_body", False):
                left -= len(message["body"])
    except TimeoutError:
        return


def _let_in(allowance: Allowance | None) -> None:
    """Problem 429 for whoever has asked enough for now."""
    if allowance is not None and allowance.wait:
        wait = ceil(allowance.wait)
        detail = f"more than {allowance.limit} requests in a minute: go on in {wait} s"
        raise Problem(429, "too_many_requests", detail, headers={"Retry-After": str(wait)})


def _further(status: int, request_id: str, allowance: Allowance | None) -> list[tuple[bytes, bytes]]:
    """Header fields of every answer."""
    told = {"x-request-id": request_id}
    if allowance is not None:
        told |= allowance.headers
    if status in _UNREAD:
        told["connection"] = "close"
    return [(name.lower().encode(), value.encode()) for name, value in told.items()]


def _too_large() -> Problem:
    return Problem(413, "too_large", f"a body of more than {MOST_BODY_BYTES:,} bytes is not taken here")


def _route(scope: Scope) -> str:
    """The route's pattern, never the path itself: names in labels would be without number."""
    route: Any = scope.get("route")
    if route is None and "endpoint" in scope and not scope.get("path_params") and not scope.get("root_path"):
        return str(scope["path"])  # FastAPI does not name its plain routes; one without parameters is its own pattern
    return getattr(route, "path", _UNMATCHED)


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in _METHODS else _UNMATCHED


def _job(scope: Scope) -> dict[str, str]:
    """The job that the path names, for the log line; nothing of what else callers may write there."""
    named = str(scope.get("path_params", {}).get("job_id", ""))
    workspace = scope["state"].get("workspace", DEFAULT_WORKSPACE)
    return {"job": named, "workspace": workspace} if _JOB_ID.fullmatch(named) else {}
