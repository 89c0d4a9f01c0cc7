"""Real servers as fixtures, started when the first test asks, and a last word about which ones were used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from deploy.local.services import SERVICES
from tests.servers.sources import Mute, NoServer, RealServer, private_server, required, shared_server

Story = dict[str, list[str]]
STORY = pytest.StashKey[Story]()
"""What became of each service that was asked for."""


class PrivateServers:
    """Makes fresh servers in a directory, for tests that kill them: `private_servers("rabbitmq")`.

    Every call starts another one. With a directory of one's own it serves fixtures of any scope; `end` ends them all.
    """

    def __init__(self, directory: Path, config: pytest.Config) -> None:
        self._directory = directory
        self._config = config
        self._servers: list[RealServer] = []

    def __call__(self, service: str) -> RealServer:
        """Start one more, or skip the test, or fail it where SYNDATA_REQUIRE names the service."""
        place = self._directory / f"{service}-{len(self._servers)}"
        try:
            server = private_server(service, place)
        except NoServer as reason:
            _missing(self._config, service, str(reason))
        self._servers.append(server)
        _tell(self._config, service, server.name)
        return server

    def end(self) -> None:
        """End all of them; their data go."""
        for server in self._servers:
            server.end()


@pytest.fixture(scope="session")
def rabbitmq(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """A RabbitMQ that all tests share: take names of your own for queues and exchanges."""
    yield from _shared("rabbitmq", request.config, tmp_path_factory)


@pytest.fixture(scope="session")
def mongodb(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """What speaks MongoDB's protocol, shared by all tests: take a database of your own."""
    yield from _shared("mongodb", request.config, tmp_path_factory)


@pytest.fixture(scope="session")
def s3(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """An S3 store that all tests share. The address names a bucket, which whoever needs it makes."""
    yield from _shared("s3", request.config, tmp_path_factory)


@pytest.fixture
def private_servers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PrivateServers]:
    """Fresh servers for this test alone, which it may kill and start again."""
    servers = PrivateServers(tmp_path / "servers", request.config)
    try:
        yield servers
    finally:
        servers.end()


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a SYNDATA_REQUIRE that would require nothing."""
    config.stash[STORY] = {}
    try:
        required()
    except ValueError as wrong:
        raise pytest.UsageError(str(wrong)) from None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tests that run in several processes: tell the one that has the last word."""
    told = getattr(session.config, "workeroutput", None)
    if told is not None:
        told["servers"] = session.config.stash[STORY]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A process has ended: what it told counts as told here."""
    for service, lines in getattr(node, "workeroutput", {}).get("servers", {}).items():
        for line in lines:
            _tell(node.config, service, line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say which servers were really used, once any test asked for one."""
    story = config.stash[STORY]
    if not story:
        return
    terminalreporter.section("servers")
    for service in SERVICES:
        for line in story.get(service, ["no test asked for it"]):
            terminalreporter.line(f"{service}: {line}")


def _shared(service: str, config: pytest.Config, folders: pytest.TempPathFactory) -> Iterator[RealServer]:
    try:
        server = shared_server(service, folders.mktemp(service))
    except NoServer as reason:
        _missing(config, service, str(reason))
    except Mute as reason:
        _tell(config, service, f"not used: {reason}")
        pytest.fail(str(reason), pytrace=False)
    _tell(config, service, server.name)
    try:
        yield server
    finally:
        server.end()


def _missing(config: pytest.Config, service: str, reason: str) -> NoReturn:
    _tell(config, service, f"not used: {reason}")
    if service in required():
        pytest.fail(f"SYNDATA_REQUIRE names {service}, but {reason}", pytrace=False)
    pytest.skip(reason)


def _tell(config: pytest.Config, service: str, line: str) -> None:
    known = config.stash[STORY].setdefault(service, [])
    if line not in known:
        known.append(line)
