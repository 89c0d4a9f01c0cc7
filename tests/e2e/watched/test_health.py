"""What an orchestrator hears: alive means that it runs, ready means that it can work."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.chaos.cluster import Running, eventually, free_port, request
from tests.e2e.watched.story import SERVICES, Story, upload

pytestmark = pytest.mark.slow

NEEDS = {"rabbitmq": ("bus", SERVICES), "mongodb": ("store", ("gateway",)), "s3": ("objects", SERVICES)}


def readiness(one: Running) -> tuple[int, dict[str, Any]]:
    status, text = request(one.port, "GET", "/readyz")
    return status, json.loads(text)


def until(story: Story, status: int, services: Sequence[str], what: str) -> None:
    """Wait for all of them at once."""

    def wait(name: str) -> None:
        eventually(lambda: readiness(story.services[name])[0] == status, 30, f"{name} {what}")

    with ThreadPoolExecutor() as pool:
        list(pool.map(wait, services))


@pytest.mark.parametrize("server", NEEDS)
def test_a_service_is_ready_only_while_what_it_needs_answers(story: Story, server: str) -> None:
    """503 with the reason while it is away, 200 once it is back; alive all the time, since a restart would not help."""
    dependency, needing = NEEDS[server]
    story.servers[server].kill()
    try:
        until(story, 503, needing, f"misses its {dependency}")
        for name in needing:
            said = readiness(story.services[name])[1]
            assert said["status"] == "not ready"
            assert said["dependencies"].pop(dependency) not in {"ok", ""}
            assert set(said["dependencies"].values()) == {"ok"}, name
        for name, one in story.services.items():
            assert request(one.port, "GET", "/livez")[0] == 200, name
            assert name in needing or readiness(one)[0] == 200, name
    finally:
        story.servers[server].start()
    until(story, 200, SERVICES, "is ready again")
    for one in story.services.values():
        assert readiness(one)[1]["status"] == "ready"
        assert one.alive


def test_a_service_that_was_asked_to_end_says_so_while_it_finishes(story: Story) -> None:
    """`draining`, and not ready; what it cannot finish in time goes to another, and whoever asked gets the answer.

    A trace collector that is away holds up neither.
    """
    source = upload(story, b"name\nx\n")
    leaving = story.replace(
        "profiler",
        SYNDATA_FAILPOINT="consumer.taken:1:hang",
        SYNDATA_DRAIN_SECONDS="2",
        SYNDATA_TRACES_URL=f"http://us:canary-of-nobody@127.0.0.1:{free_port()}",
    )
    answers: list[int] = []
    path = f"/api/v1/sources/{source}/profile"
    asking = threading.Thread(target=lambda: answers.append(request(story.door, "GET", path)[0]))
    asking.start()
    busy = b'syndata_messages_in_flight{queue="profiler.requests"} 1.0'
    eventually(lambda: busy in request(leaving.port, "GET", "/metrics")[1], 10, "it has taken the question")

    # As a rolling update does: a queue without any consumer for five seconds would be told as one whose service is away.
    story.services["profiler"] = story.cluster.start("profiler", wait=True)
    leaving.process.terminate()
    eventually(lambda: readiness(leaving) == (503, readiness(leaving)[1] | {"status": "draining"}), 5, "it is draining")
    assert request(leaving.port, "GET", "/livez")[0] == 200
    assert leaving.process.wait(20) == 0
    asking.join(30)
    assert answers == [200]
    told = leaving.log.read_text()
    assert "canary-of-nobody" not in told
    assert all(isinstance(json.loads(line), dict) for line in told.splitlines())
