"""One server for all stories in here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.remote.serving import Server, up


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`syndata up` on an empty directory."""
    with up(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No story depends on what its runner has set."""
    for name in ("SYNDATA_URL", "SYNDATA_API_KEY", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
