"""What an orchestrator asks every service: is it alive, is it ready, and how is it doing."""

from __future__ import annotations

import time
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST as OPENMETRICS
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from syndata_runtime.connections import Ports
from syndata_runtime.metrics import REGISTRY

_CHECK_SECONDS: Final = 1.0


class Health:
    """Answers for one process."""

    def __init__(self, service: str, ports: Ports) -> None:
        self.draining = False
        self._service = service
        self._ports = ports
        self._checked: tuple[float, dict[str, str]] = (float("-inf"), {})

    def routes(self) -> list[Route]:
        """`/livez`, `/readyz` and `/metrics`."""
        return [
            Route("/livez", self._live),
            Route("/readyz", self._ready),
            Route("/metrics", self._metrics),
        ]

    async def report(self) -> tuple[bool, dict[str, str]]:
        """Whether work can be done now, and what each server said, at most a second ago."""
        checked_at, found = self._checked
        if time.monotonic() - checked_at > _CHECK_SECONDS:
            found = await self._ports.check()
            self._checked = (time.monotonic(), found)
        return not self.draining and all(state == "ok" for state in found.values()), found

    async def _live(self, _request: Request) -> Response:
        # That this is answered says that the loop runs. A server that is away is no reason to restart us.
        return JSONResponse({"status": "alive", "service": self._service})

    async def _ready(self, _request: Request) -> Response:
        ready, found = await self.report()
        status = "draining" if self.draining else "ready" if ready else "not ready"
        body = {"status": status, "service": self._service, "dependencies": found}
        return JSONResponse(body, status_code=200 if ready else 503)

    async def _metrics(self, request: Request) -> Response:
        await self.report()  # else `syndata_dependency_up` would be as old as the last question whether we are ready
        if "application/openmetrics-text" in request.headers.get("accept", ""):
            body: bytes = generate_openmetrics(REGISTRY)  # type: ignore[no-untyped-call] # it has no types
            return Response(body, media_type=OPENMETRICS)
        return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)
