"""Services to sweep behind: over files, and over real servers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.swept.world import World, embedded, real, running
from tests.servers.plugin import PrivateServers


@pytest.fixture(params=["embedded", "real servers"])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """The five services, and what they work on."""
    if request.param == "embedded":
        settings = embedded(tmp_path / "data")
    else:
        servers: PrivateServers = request.getfixturevalue("private_servers")
        settings = real(servers, tmp_path / "data")
    async with running(settings) as found:
        yield found
