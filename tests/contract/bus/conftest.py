"""The suite lives in the library; its asserts speak as those of tests do."""

from __future__ import annotations

from pathlib import Path

import pytest

for part in ("asking", "carrying", "consuming", "dead", "ending", "outages", "server"):
    pytest.register_assert_rewrite(f"syndata_bus.testing.{part}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What starts a broker of its own takes a while."""
    for item in items:
        if item.path.parent == Path(__file__).parent and "private_servers" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
