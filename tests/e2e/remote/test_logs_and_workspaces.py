"""Logs, priorities and workspaces by the commands and by both clients."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from syndata import AsyncClient, Client, Rejected
from tests.e2e.remote.serving import Server
from tests.running import SHOP, Command


@pytest.fixture
def door(server: Server) -> tuple[str, ...]:
    return ("--server", server.url, "--api-key-file", str(server.key_file))


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    with Client(server.url, server.key) as one:
        yield one


@pytest.fixture(scope="module")
def workspace(server: Server) -> str:
    """A workspace that was just made; its name."""
    answer = httpx2.post(
        f"{server.url}/api/v1/workspaces", json={"name": "Team of two"}, headers={"X-API-Key": server.key}
    )
    assert answer.status_code == 201
    return "Team of two"


def test_logs_show_what_became_of_a_job(inside: Command, client: Client, door: tuple[str, ...]) -> None:
    job = client.wait(client.create_job(SHOP, priority="high").id)

    whole = inside("logs", job.id, *door)
    last = inside("logs", job.id, "--lines", "1", *door)
    document = inside("logs", job.id, "--json", *door).document

    assert whole.code == 0
    assert "info    accepted: 1,300 rows in 2 tables as csv, 2 tasks, priority high" in whole.out
    assert last.out.splitlines() == whole.out.splitlines()[-1:]
    assert last.out.rstrip().endswith(f"completed: 1,300 rows, {job.bytes_done:,} bytes")
    assert [line["message"] for line in document["lines"]] == [line.message for line in client.log(job.id)]


def test_a_priority_is_told_again(inside: Command, door: tuple[str, ...]) -> None:
    submitted = inside("submit", "--preset", "user", "--rows", "10", "--priority", "low", "--json", *door).document[
        "job"
    ]

    assert submitted["priority"] == "low"
    assert ", priority low" in inside("status", submitted["id"], *door).out


def test_the_environment_says_which_workspace(
    inside: Command, workspace: str, client: Client, door: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what is made there is made, waited for, downloaded and listed there alone."""
    monkeypatch.setenv("SYNDATA_WORKSPACE", workspace)
    outcome = inside("submit", "--preset", "user", "--rows", "10", "--output-dir", "there", "--json", *door)
    job = outcome.document["job"]
    listed = [one["id"] for one in inside("status", "--all", "--json", *door).document["jobs"]]
    monkeypatch.delenv("SYNDATA_WORKSPACE")

    assert outcome.code == 0, outcome.err
    assert listed == [job["id"]]
    assert job["id"] not in {one.id for one in client.jobs()}
    assert inside("status", job["id"], *door).code == 3


async def test_both_clients_work_inside_a_workspace(server: Server, workspace: str) -> None:
    with Client(server.url, server.key, workspace=workspace) as client:
        kept = client.keep_schema("people", preset="user")
        job = client.wait(client.create_job(preset="user", rows=5).id)
        assert len(client.rows(job.id).rows) == 5
    async with AsyncClient(server.url, server.key, workspace=workspace) as other:
        assert [name async for name in other.schemas()] == ["people"]
        assert (await other.log(job.id, 1))[0].message.startswith("completed: 5 rows")
    with Client(server.url, server.key) as outside, pytest.raises(Rejected) as refusal:
        outside.job(job.id)

    assert kept.name == "people"
    assert (job.workspace[:12], refusal.value.status) == ("team-of-two-", 404)


def test_what_makes_no_sense_is_refused(inside: Command, client: Client, server: Server, door: tuple[str, ...]) -> None:
    assert inside("logs", "0" * 36, *door).code == 3
    assert inside("logs", "job", *door).code == 3
    assert inside("logs", "0" * 36, "--lines", "0", *door).code == 2
    assert inside("submit", "--preset", "user", "--priority", "urgent", *door).code == 2
    with Client(server.url, server.key, workspace="nowhere") as lost, pytest.raises(Rejected) as refusal:
        list(lost.jobs())
    assert refusal.value.status == 404
