"""A server with a limit: the documents' 429, in each way of asking, and a client that waits as it is told."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

import syndata
from tests.e2e.remote.serving import Server, up


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """30 requests a minute, for each caller."""
    with up(tmp_path_factory.mktemp("limited"), SYNDATA_REQUESTS_PER_MINUTE="30") as running:
        yield running


def test_the_request_beyond_the_limit_is_told_when_to_come_back(limited: Server) -> None:
    with httpx2.Client(base_url=limited.url, timeout=30) as strangers:
        answers = [strangers.get("/api/v1/presets") for _ in range(31)]
        dialect = strangers.get("/api/jobs")
        health = strangers.get("/livez")

    assert [answer.status_code for answer in answers[:30]] == [401] * 30
    assert answers[0].headers["ratelimit-policy"] == '"minute";q=30;w=60'
    assert [answer.headers["ratelimit"].partition(";t")[0] for answer in answers[:2]] == [
        '"minute";r=29',
        '"minute";r=28',
    ]
    assert (answers[30].status_code, answers[30].json()["code"]) == (429, "too_many_requests")
    assert 1 <= int(answers[30].headers["retry-after"]) <= 3
    assert (dialect.status_code, set(dialect.json())) == (429, {"detail", "code", "request_id"})
    assert health.status_code == 200


def test_whoever_holds_a_key_has_a_limit_of_his_own_and_the_client_waits(limited: Server) -> None:
    with syndata.Client(limited.url, limited.key) as client:
        for _ in range(33):
            assert client.validate("user").tables
