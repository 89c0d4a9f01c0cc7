"""What these tests observe with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.observed.watcher import HOW, Prometheus


@pytest.fixture
def prometheus(tmp_path: Path) -> Iterator[Prometheus]:
    """A Prometheus for this test alone, not started."""
    if Prometheus.find() is None:
        if "prometheus" in os.environ.get("SYNDATA_REQUIRE", ""):
            pytest.fail(f"SYNDATA_REQUIRE names prometheus, but {HOW}", pytrace=False)
        pytest.skip(HOW)
    one = Prometheus(tmp_path / "prometheus", dies_with_parent=True)
    try:
        yield one
    finally:
        one.end()
