"""What an orchestrator asks every service: is it alive, is it ready, and how is it doing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Coroutine
from typing import Any, Final, TypeVar

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST as OPENMETRICS
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from syndata_contracts.errors import Unavailable
from syndata_runtime.connections import Need, Ports
from syndata_runtime.metrics import REGISTRY

_CHECK_SECONDS: Final = 1.0
_LONG_SECONDS: Final = 1.5
"""After which it is time to ask whether the server is there at all."""

T = TypeVar("T")


class Health:
    """Answers for one process."""

    def __init__(self, service: str, ports: Ports) -> None:
        self.draining = False
        self._service = service
        self._ports = ports
        self._checked: tuple[float, dict[str, str]] = (float("-inf"), {})
        self._checking = asyncio.Lock()

    def routes(self) -> list[Route]:
        """`/livez`, `/readyz` and `/metrics`."""
        return [
            Route("/livez", self._live),
            Route("/readyz", self._ready),
            Route("/metrics", self._metrics),
        ]

    async def report(self) -> tuple[bool, dict[str, str]]:
        """Whether work can be done now, and what each server said, at most a second ago."""
        async with self._checking:  # who comes meanwhile gets the same answer, and asks no server
            checked_at, found = self._checked
            if time.monotonic() - checked_at > _CHECK_SECONDS:
                found = await self._ports.check()
                self._checked = (time.monotonic(), found)
        return not self.draining and all(state == "ok" for state in found.values()), found

    async def while_there(self, needs: Collection[Need], work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What comes of work that needs servers; Unavailable, within seconds, when one of them is away.

        For whoever would otherwise find out by waiting as long as an attempt on that server is made. Nothing is begun
        while the server is known to be away. Work in whose midst it goes is left to end by itself, which it does when
        its own time is over; what comes of it then is dropped.
        """
        await self._insist_on(needs)
        running = asyncio.ensure_future(work())
        try:
            while not (await asyncio.wait({running}, timeout=_LONG_SECONDS))[0]:
                await self._insist_on(needs)
        except asyncio.CancelledError:
            running.cancel()
            raise
        except Unavailable:
            running.add_done_callback(_dropped)
            raise
        return running.result()

    async def _insist_on(self, needs: Collection[Need]) -> None:
        """Return when all answered, at most a second ago; Unavailable when one did not twice: once, all may be busy."""
        away: dict[str, str] = {}
        for wait in (_CHECK_SECONDS, 0):
            found = (await self.report())[1]
            away = {need: found[need] for need in needs if found.get(need, "ok") != "ok"}
            if not away:
                return
            await asyncio.sleep(wait)
        raise Unavailable("; ".join(f"{need} cannot be reached: {state}" for need, state in away.items()))

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


def _dropped(running: asyncio.Future[Any]) -> None:
    if not running.cancelled():
        running.exception()  # asked for, so that nobody complains that it was not
