"""What makes a dialect: its words for states, the shape of its errors, who may enter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, Literal

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from syndata_contracts.jobs import JobState
from syndata_gateway.access import check_key
from syndata_gateway.api.door import Door
from syndata_gateway.ports import Gateway
from syndata_runtime.problems import Problem, errors_of
from syndata_runtime.settings import Settings

_HERE: Final = {"127.0.0.1", "::1", "localhost"}
_INVALID: Final = 422
"""The status of refusals under /api/v1; dialects say 400."""

_log = structlog.get_logger()


@dataclass(frozen=True)
class Dialect:
    """A documented system, as far as its interface is spoken here."""

    name: str
    words: Mapping[JobState, str]
    """Its own word for every state."""
    access: Literal["key", "open"] = "key"
    """`open`: its system knows no keys, so that in development none is asked for."""
    root: str | None = None
    """Paths below it are its, routes or not, but those below /api/v1."""
    parameter: str | None = None
    """Where in the query a key may stand, beside the header."""
    documented_key: str | None = None
    """The key that its documents name; it opens the dialect in development."""

    @property
    def tag(self) -> str:
        """What its routes are found under in the description."""
        return f"dialect-{self.name}"

    def router(self, prefix: str = "") -> APIRouter:
        """An empty router, whose routes will speak the dialect."""
        further = (self.parameter,) if self.parameter else ()
        speaking = type("DialectDoor", (DialectDoor,), {"dialect": self, "further": further})
        return APIRouter(prefix=prefix, tags=[self.tag], route_class=speaking)

    def is_open(self, settings: Settings) -> bool:
        """Whether nobody needs a key."""
        return self.access == "open" and is_relaxed(settings)

    def admit(self, request: Request) -> None:
        """Let pass who may enter; Problem 401 for others."""
        gateway: Gateway = request.app.state.gateway
        if self.is_open(gateway.settings):
            return
        keys = gateway.keys
        if self.documented_key is not None and is_relaxed(gateway.settings):
            keys = (*keys, self.documented_key.encode())
        check_key(request, keys, self.parameter)

    def status(self, problem: Problem) -> int:
        """The status that a problem has here."""
        return 400 if problem.status == _INVALID else problem.status

    def response(self, problem: Problem, request_id: str) -> Response:
        """A problem as its clients read errors: `detail`, as their frameworks have it, and what else is known."""
        body: dict[str, Any] = {"detail": problem.detail, "code": problem.code, "request_id": request_id}
        if problem.faults:
            body["errors"] = errors = errors_of(problem.faults)
            if len(errors) == 1:  # many clients show `detail` and nothing else
                body["detail"] = ": ".join(filter(None, (errors[0].get(part) for part in ("path", "what", "fix"))))
        return told(body, status=self.status(problem), headers=problem.headers)


def is_relaxed(settings: Settings) -> bool:
    """Whether dialects may be entered as their documents say, with no key of ours."""
    return settings.environment == "development" and settings.open_dialects


def tell_open(settings: Settings) -> None:
    """Warn where whoever reaches this machine may enter without a key of ours."""
    if is_relaxed(settings) and settings.host not in _HERE:
        why = "SYNDATA_ENVIRONMENT=development: set production, or SYNDATA_OPEN_DIALECTS=false"
        _log.warning("whoever reaches this address can make and read jobs by dialects, without a key", why=why)


class DialectDoor(Door):
    """A route that speaks a dialect."""

    dialect: ClassVar[Dialect]

    def admit(self, request: Request) -> None:
        """Ask for what the dialect asks for."""
        self.dialect.admit(request)


def told(data: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A flat answer: JSON without an envelope."""
    return as_it_is(json.dumps(data, ensure_ascii=False).encode(), status=status, headers=headers)


def as_it_is(body: bytes, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A flat answer of JSON text that is there."""
    return Response(body, status, {"Cache-Control": "no-store", **(headers or {})}, "application/json")


def _reached(request: Request) -> Gateway:
    gateway: Gateway = request.app.state.gateway
    return gateway


Reached = Annotated[Gateway, Depends(_reached)]
"""The gateway; the door has looked who comes."""
