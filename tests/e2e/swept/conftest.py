"""Services to sweep behind: over files, and over real servers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.e2e.swept.world import World, embedded, real, running
from tests.servers.plugin import PrivateServers
from tests.servers.sources import RealServer


class Once:
    """Servers for the tests of a module, started when the first asks; each test has a database and a bucket of its own."""

    def __init__(self, servers: PrivateServers) -> None:
        self._servers = servers
        self._known: dict[str, RealServer] = {}

    def __call__(self, service: str) -> RealServer:
        if service not in self._known:
            self._known[service] = self._servers(service)
        return self._known[service]


@pytest.fixture(scope="module")
def servers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Once]:
    """RabbitMQ, MongoDB's wire and S3, when somebody asks for them."""
    private = PrivateServers(tmp_path_factory.mktemp("servers"), request.config)
    try:
        yield Once(private)
    finally:
        private.end()


@pytest.fixture(params=["embedded", "real servers"])
async def world(request: pytest.FixtureRequest, tmp_path: Path, servers: Once) -> AsyncIterator[World]:
    """The five services, and what they work on."""
    data = tmp_path / "data"
    if request.param == "embedded":
        settings = embedded(data)
    else:
        settings = real(servers("rabbitmq"), servers("mongodb"), servers("s3"), data)
    async with running(settings) as found:
        yield found
