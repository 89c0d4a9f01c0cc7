"""Runs a service: settings, logs, traces, servers, HTTP, work, and an end in good order."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
import uvicorn
from starlette.applications import Starlette

from syndata_contracts.errors import Refused, Unavailable
from syndata_runtime import processes
from syndata_runtime.addresses import place_of
from syndata_runtime.aliases import tell_ignored
from syndata_runtime.batches import BatchConsumer
from syndata_runtime.connections import Need, Ports, opened
from syndata_runtime.consumer import Consumer, Work
from syndata_runtime.health import Health
from syndata_runtime.logs import set_up_logs
from syndata_runtime.settings import Settings, read_settings
from syndata_runtime.tracing import flush_traces, set_up_tracing

EXIT_REFUSED: Final = 3
EXIT_UNAVAILABLE: Final = 4
_CANCEL_SECONDS: Final = 1.0
"""Until what goes on after it was cancelled is cancelled again."""
_SIGNALS: Final = 128
"""Added to a signal's number, as shells do."""

_log = structlog.get_logger()


@dataclass(frozen=True)
class Running:
    """What a service does while it runs."""

    works: Sequence[Work] = ()
    batches: Sequence[BatchConsumer] = ()
    loops: Sequence[Callable[[], Awaitable[None]]] = ()
    """Run until cancelled, beside everything else."""
    app: Any = None
    """An ASGI application; it serves the health routes itself. None: only those are served."""
    leaving: Callable[[], None] = lambda: None
    """Told when the service begins to drain."""


@dataclass(frozen=True)
class Service:
    """A service, before it runs."""

    name: str
    needs: frozenset[Need]
    open: Callable[[Ports, Settings, Health], AbstractAsyncContextManager[Running]] = field(repr=False)
    modules: tuple[str, ...] = ()
    """What its worker processes begin with, if it has any."""


@dataclass(eq=False)
class Engagement:
    """Services at work over the same ports."""

    ports: Ports
    settings: Settings
    consumers: list[Consumer] = field(default_factory=list)
    batches: list[BatchConsumer] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    leaving: list[Callable[[], None]] = field(default_factory=list)

    def engage(self, running: Running) -> None:
        """Start everything a service does."""
        self.leaving.append(running.leaving)
        for work in running.works:
            consumer = Consumer(self.ports, work, self.settings.patience)
            self.consumers.append(consumer)
            self.tasks.append(asyncio.create_task(consumer.run(), name=work.queue.name))
        for batch in running.batches:
            self.batches.append(batch)
            self.tasks.append(asyncio.create_task(batch.run(), name=batch.queue.name))
        self.tasks += [asyncio.create_task(_forever(loop), name="loop") for loop in running.loops]

    async def watched(self, stop: asyncio.Event) -> None:
        """Wait until `stop` is set; whatever of the work ends before then, ends with its error here."""
        waiting = asyncio.create_task(stop.wait())
        try:
            done, _ = await asyncio.wait({waiting, *self.tasks}, return_when=asyncio.FIRST_COMPLETED)
            for task in done - {waiting}:
                task.result()
        finally:
            waiting.cancel()

    async def drain(self) -> None:
        """Finish what is at hand, take no more, and end."""
        for leave in self.leaving:
            leave()
        await asyncio.gather(*(consumer.stop(self.settings.drain_seconds) for consumer in self.consumers))
        for batch in self.batches:
            await batch.stop()
        loops = {task for task in self.tasks if task.get_name() == "loop"}
        while loops:  # once is not enough: a driver may take our cancellation for an end of its own, and swallow it
            for task in loops:
                task.cancel()
            _, loops = await asyncio.wait(loops, timeout=_CANCEL_SECONDS)
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def _forever(loop: Callable[[], Awaitable[None]]) -> None:
    await loop()


def run(service: Service) -> int:
    """Run one service in this process until SIGTERM or SIGINT; returns the exit code."""
    try:
        settings = read_settings()
        set_up_logs(service.name, settings.log_level, settings.log_format)
        set_up_tracing(service.name, settings.traces_url)
        tell_ignored(os.environ)
        processes.prepare(service.modules)
        asyncio.run(_run(service, settings))
    except Refused as refusal:
        print(f"{service.name} refuses to start:\n{refusal}", file=sys.stderr)  # noqa: T201 -- logs may not stand yet
        return EXIT_REFUSED
    except Unavailable as error:
        print(f"{service.name} cannot start: {error}", file=sys.stderr)  # noqa: T201
        return EXIT_UNAVAILABLE
    finally:
        flush_traces()
    return 0


async def _run(service: Service, settings: Settings) -> None:
    with stop_asked() as stop:
        async with opened(settings, service.needs) as ports:
            health = Health(service.name, ports)
            async with service.open(ports, settings, health) as running:
                engagement = Engagement(ports, settings)
                app = running.app or Starlette(routes=health.routes())
                async with served(app, settings.host, settings.port) as port:
                    engagement.engage(running)
                    where = {name: place_of(getattr(settings, f"{name}_url")) for name in sorted(service.needs)}
                    _log.info("started", port=port, **{f"{name}_at": place for name, place in where.items()})
                    await engagement.watched(stop)
                    health.draining = True
                    _log.info("draining")
                    await engagement.drain()
    _log.info("stopped")


@contextmanager
def stop_asked() -> Iterator[asyncio.Event]:
    """An event that SIGTERM and SIGINT set; a second one ends the process at once, which loses nothing either."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def asked(number: int) -> None:
        if stop.is_set():
            os._exit(_SIGNALS + number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked, number)
    try:
        yield stop
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


class _Server(uvicorn.Server):
    """Leaves signals to us."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(app: Any, host: str, port: int) -> AsyncIterator[int]:
    """Serve an ASGI application, and give the port; Unavailable when it cannot be had."""
    config = uvicorn.Config(
        app, host=host, port=port, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=10
    )
    server = _Server(config)
    config.load()
    serving = asyncio.create_task(_serve(server))
    while not server.started and not serving.done():  # noqa: ASYNC110 -- uvicorn tells it in no other way
        await asyncio.sleep(0.01)
    if not server.started:
        await serving
        raise Unavailable(f"port {port} of {host} cannot be served")
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serving


async def _serve(server: uvicorn.Server) -> None:
    try:
        await server.serve()
    except SystemExit:
        # uvicorn exits when it cannot bind; we say so in our own way.
        return
