"""One `syndata up` for everyone here: it must outlive them all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from tests.chaos.cluster import KEY, Cluster, Running, request

STRANGE_KEY: Final = "schlüssel-für-alle-türen"


@pytest.fixture(scope="session")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The services in one process, which log everything; at the end they still live and are well."""
    directory = tmp_path_factory.mktemp("hostile")
    cluster = Cluster(directory, {"SYNDATA_LOG_LEVEL": "debug"})
    running = cluster.up(directory / "data", SYNDATA_API_KEY=f"{KEY},{STRANGE_KEY}")
    try:
        yield running
        assert running.alive, cluster.logs()
        assert request(running.port, "GET", "/health")[0] == 200
        assert "Task exception was never retrieved" not in running.log.read_text()
    finally:
        cluster.end()
