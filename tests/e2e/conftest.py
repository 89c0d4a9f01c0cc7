"""A real PostgreSQL for the tests that load into one."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.e2e.sql.cluster import NoPostgresql, Postgresql, started


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """A server of our own; without one the test is skipped, or fails where SYNDATA_REQUIRE names postgresql."""
    try:
        with started() as server:
            yield server
    except NoPostgresql as reason:
        if "postgresql" in os.environ.get("SYNDATA_REQUIRE", ""):
            pytest.fail(f"SYNDATA_REQUIRE names postgresql, but {reason}", pytrace=False)
        pytest.skip(str(reason))
