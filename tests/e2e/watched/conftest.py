"""The story is told once; every test here looks at another side of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.watched.story import Story, begin, tell
from tests.servers.plugin import PrivateServers


@pytest.fixture(scope="package")
def story(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Every service as a process of its own, over servers that tests may kill and start again, after one job."""
    directory = tmp_path_factory.mktemp("watched")
    servers = PrivateServers(directory / "servers", request.config)
    story = None
    try:
        story = begin(servers, directory / "logs")
        tell(story)
        yield story
    finally:
        if story is not None:
            story.cluster.end()
            story.collector.end()
        servers.end()
