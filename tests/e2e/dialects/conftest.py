"""The services in one process over files, and each alone over real servers: dialects say the same of both."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chaos.cluster import KEY, Cluster, Running, over_servers
from tests.e2e.dialects.asked import Place
from tests.e2e.swept.conftest import servers, world  # noqa: F401 -- fixtures of stories that look into the store as well
from tests.servers.plugin import PrivateServers

NAMES = ("gateway", "schema", "generator", "export")


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`syndata up` in development, which logs everything; at the end it still lives, and saw no fault of its own."""
    directory = tmp_path_factory.mktemp("dialects")
    cluster = Cluster(directory, {"SYNDATA_LOG_LEVEL": "debug"})
    one = cluster.up(directory / "data")
    try:
        yield one
        assert one.alive, cluster.logs()
        assert "a request failed" not in one.log.read_text()
    finally:
        cluster.end()


@pytest.fixture(scope="session")
def up(running: Running) -> Place:
    """Its door, entered with its key."""
    return Place(running.port, KEY)


@pytest.fixture(scope="session")
def real(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The door of services that are processes of their own, over RabbitMQ, MongoDB's wire and S3."""
    directory = tmp_path_factory.mktemp("over-servers")
    private = PrivateServers(directory, request.config)
    cluster = None
    try:
        bus, store, objects = (private(name).url for name in ("rabbitmq", "mongodb", "s3"))
        cluster = over_servers(bus, store, objects, directory / "logs")
        started = [cluster.start(name, wait=False) for name in NAMES]
        for one in started:
            one.wait_ready()
        yield Place(started[0].port, KEY)
    finally:
        if cluster is not None:
            cluster.end()
        private.end()


@pytest.fixture(params=["embedded", pytest.param("real servers", marks=pytest.mark.slow)])
def place(request: pytest.FixtureRequest) -> Place:
    """One after the other."""
    found: Place = request.getfixturevalue("up" if request.param == "embedded" else "real")
    return found
