"""Where a test's server comes from: an address in the environment, Docker, a program of this machine."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local.server import LocalServer, NotInstalled
from deploy.local.services import SERVICES, local_server, variable
from deploy.local.wire import mongodb_title, rabbitmq_title, s3_title
from tests.servers.containers import NoDocker, start_container

ANSWER_SECONDS = 20.0
PLAIN: dict[str, tuple[str, int, Callable[[str, int], str | None]]] = {
    "rabbitmq": ("amqp", 5672, rabbitmq_title),
    "mongodb": ("mongodb", 27017, mongodb_title),
    "s3": ("s3+http", 80, s3_title),
}
"""Scheme and port of an address without TLS, and who asks such a server what it is."""


class NoServer(Exception):
    """There is no such server here; the text says what to do."""


class Mute(Exception):
    """A server that the environment names does not answer."""


@dataclass(frozen=True)
class RealServer:
    """A server that a test may use."""

    service: str
    """What it is to Syndata: rabbitmq, mongodb or s3."""
    url: str
    """Its address, secrets included."""
    name: str
    """For people: product, version and where it runs."""
    local: LocalServer | None = None
    """The program, when it is one of this machine that the test run started."""
    end: Callable[[], None] = lambda: None
    """Ends it when nobody needs it any more; its data go with it. What was found running is left alone."""

    @property
    def restartable(self) -> bool:
        """Whether `kill`, `stop` and `start` work."""
        return self.local is not None

    def kill(self) -> None:
        """End it with SIGKILL and return when it is gone."""
        self._program().kill()

    def stop(self) -> None:
        """Ask it to end in good order and return when it is gone."""
        self._program().stop()

    def start(self) -> None:
        """Start it again, on the same data and port, and return when it serves."""
        self._program().start()

    def _program(self) -> LocalServer:
        if self.local is None:
            raise RuntimeError(f"{self.name} is not ours to end; take a server from `private_servers`")
        return self.local


def shared_server(service: str, directory: Path) -> RealServer:
    """The first server of that kind that works.

    Raises:
        NoServer: None does.
        Mute: The environment names one, and it does not answer. No other is taken in its place.
    """
    if os.environ.get(variable(service)):
        return named_server(service)
    try:
        container = start_container(service)
    except NoDocker as reason:
        return private_server(service, directory, otherwise=str(reason))
    return RealServer(service, container.url, f"{container.title} (Docker, {container.image})", end=container.stop)


def private_server(service: str, directory: Path, *, otherwise: str = "") -> RealServer:
    """A fresh program of this machine, on `directory`, which dies with this process.

    Raises:
        NoServer: No such program is installed.
    """
    try:
        local = local_server(service, directory, dies_with_parent=True)
    except NotInstalled as reason:
        raise NoServer("; ".join(filter(None, [str(reason), otherwise]))) from None
    return started(local)


def started(local: LocalServer) -> RealServer:
    """Start a program and hand it over."""
    local.start()

    def end() -> None:
        local.end()
        # The log stays: it is small, and may say why a test failed.
        shutil.rmtree(local.data, ignore_errors=True)

    return RealServer(local.service, local.url, local.name, local, end)


def named_server(service: str) -> RealServer:
    """The server that the environment names.

    Raises:
        Mute: It does not answer.
    """
    name = variable(service)
    url = os.environ[name]
    scheme, usual, ask = PLAIN[service]
    parts = urlsplit(url)
    if parts.scheme != scheme:
        return RealServer(service, url, f"{service} at {parts.scheme} (from {name}; not asked what it is)")
    # A replica set has several hosts, which urlsplit takes for one with a strange port.
    host, _, port = parts.netloc.rpartition("@")[2].split(",")[0].partition(":")
    deadline = time.monotonic() + ANSWER_SECONDS
    while (title := ask(host, int(port or usual))) is None:
        if time.monotonic() > deadline:
            raise Mute(f"{name} names {host}:{port or usual}, where no {service} answered for {ANSWER_SECONDS:.0f} s")
        time.sleep(0.1)
    return RealServer(service, url, f"{title} (from {name})")


PROGRAMS = ("kustomize", "postgresql", "prometheus")
"""What single tests look for themselves, and SYNDATA_REQUIRE may name too."""


def required() -> set[str]:
    """The services and programs that must be really there.

    Raises:
        ValueError: SYNDATA_REQUIRE holds an unknown name.
    """
    names = {name.strip() for name in os.environ.get("SYNDATA_REQUIRE", "").split(",")} - {""}
    known = {*SERVICES, *PROGRAMS}
    if unknown := names - known:
        raise ValueError(f"SYNDATA_REQUIRE names {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}")
    return names
