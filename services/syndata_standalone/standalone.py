"""The five services in one process, on files below one directory; nothing else is needed."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

import structlog
from pydantic import SecretStr

from syndata_contracts.errors import Fault, Refused, Unavailable
from syndata_export.service import SERVICE as EXPORT
from syndata_gateway.service import SERVICE as GATEWAY
from syndata_generator.service import SERVICE as GENERATOR
from syndata_profiler.service import SERVICE as PROFILER
from syndata_runtime import processes
from syndata_runtime.aliases import alias_of, tell_ignored
from syndata_runtime.connections import opened
from syndata_runtime.health import Health
from syndata_runtime.logs import set_up_logs
from syndata_runtime.service import Engagement, Running, served, stop_asked
from syndata_runtime.settings import Settings, read_settings
from syndata_runtime.tracing import flush_traces, set_up_tracing
from syndata_schema.service import SERVICE as SCHEMA

SERVICES: Final = (SCHEMA, PROFILER, GENERATOR, EXPORT, GATEWAY)
"""In the order in which they start; the door opens last."""
KEY_FILE: Final = "api-key"

_log = structlog.get_logger()


def up(data_dir: Path, host: str, port: int, workers: int, told: Callable[[str], None]) -> None:
    """Run until SIGTERM or SIGINT; `told` hears for people where everything is.

    Refused when `data_dir` cannot be used; Unavailable when the port or the directory is taken.
    """
    with _locked(_directory(data_dir)):
        settings, where = _settings(data_dir.resolve(), host, port, workers)
        set_up_logs("standalone", settings.log_level, settings.log_format)
        set_up_tracing("standalone", settings.traces_url)
        tell_ignored(os.environ)
        prepare_processes()
        try:
            asyncio.run(_run(settings, told, where))
        finally:
            flush_traces()


def prepare_processes() -> None:
    """Have the worker processes of all services forked from one that has imported what any of them needs."""
    processes.prepare(module for service in SERVICES for module in service.modules)


async def _run(settings: Settings, told: Callable[[str], None], where: str) -> None:
    with stop_asked() as stop:
        async with AsyncExitStack() as stack:
            ports = await stack.enter_async_context(opened(settings, ("bus", "store", "objects")))
            health = Health("standalone", ports)
            running: list[Running] = [
                await stack.enter_async_context(service.open(ports, settings, health)) for service in SERVICES
            ]
            app = next(one.app for one in running if one.app is not None)
            port = await stack.enter_async_context(served(app, settings.host, settings.port))
            engagement = Engagement(ports, settings)
            for one in running:
                engagement.engage(one)
            host = f"[{settings.host}]" if ":" in settings.host else settings.host
            told(f"syndata is up: http://{host}:{port}\nAPI key: {where}\nstop it with Ctrl-C; nothing is lost")
            _log.info("started", port=port)
            await engagement.watched(stop)
            told("stopping: work at hand is finished, or waits for the next start")
            health.draining = True
            await engagement.drain()


def _directory(data_dir: Path) -> Path:
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"{data_dir} cannot be used: {error.strerror or error}"
        raise Refused(Fault("data-dir", what, "name a directory that you may write into")) from error
    return data_dir


def _settings(data_dir: Path, host: str, port: int, workers: int) -> tuple[Settings, str]:
    """The settings, and where the key is to be found, for people."""
    places = {
        "bus_url": f"file://{quote(str(data_dir / 'bus.sqlite'))}",
        "store_url": f"file://{quote(str(data_dir / 'store.sqlite'))}",
        "objects_url": f"file://{quote(str(data_dir / 'objects'))}",
    }
    given = read_settings(**places)
    if given.api_key is not None and given.api_key.get_secret_value().strip():  # an empty variable says nothing
        key, where = given.api_key, f"the one in {alias_of('api_key', os.environ) or 'SYNDATA_API_KEY'}"
    else:
        path = data_dir / KEY_FILE
        key, where = SecretStr(_own_key(path)), str(path)
    over: dict[str, object] = {
        **places,
        "scratch": str(_cleared(data_dir / "scratch")),
        "host": host,
        "port": port,
        "api_key": key,
    }
    if workers:
        over["workers"] = workers
    if "SYNDATA_LOG_FORMAT" not in os.environ and sys.stderr.isatty():
        over["log_format"] = "console"
    if "SYNDATA_LOG_LEVEL" not in os.environ and alias_of("log_level", os.environ) is None:
        over["log_level"] = "warning"
    return read_settings(**over), where


def _own_key(path: Path) -> str:
    """The key that this data directory made for itself."""
    with suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
    key = path.read_text(encoding="ascii").strip()
    if not key:
        path.unlink()  # a crash between making the file and writing it
        return _own_key(path)
    return key


def _cleared(scratch: Path) -> Path:
    """An empty directory on the same file system as the objects, so that a finished part is moved, not copied."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    return scratch


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    descriptor = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in {errno.EWOULDBLOCK, errno.EACCES}:
                raise
            raise Unavailable(f"another syndata is up on {directory}: stop it, or name another --data-dir") from None
        yield
    finally:
        os.close(descriptor)
