"""While the object store or the broker is away, people are told so within seconds, and when to come again."""

from __future__ import annotations

import http.client
import json
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.chaos.cluster import JSON, Cluster, Running, call, eventually
from tests.e2e.operated.stack import SMALL, fresh, started
from tests.servers.plugin import PrivateServers
from tests.servers.sources import RealServer

pytestmark = pytest.mark.slow

FEW_SECONDS: Final = 8.0


@dataclass
class Stack:
    """Services whose servers can be taken away."""

    cluster: Cluster
    objects: RealServer
    broker: RealServer
    door: int
    done: str
    """A job that was completed before."""

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, str], Any, float]:
        """Status, headers, document and seconds of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.door, timeout=60)
        begun = time.monotonic()
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, f"/api/v1{path}", text, {**JSON, **headers})
            answer = connection.getresponse()
            found = answer.read()
        finally:
            connection.close()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, named, json.loads(found), time.monotonic() - begun


@pytest.fixture
def stack(private_servers: PrivateServers, tmp_path: Path) -> Iterator[Stack]:
    """A gateway, and whoever makes datasets, over servers of their own."""
    taken: dict[str, RealServer] = {}

    def servers(name: str) -> RealServer:
        taken[name] = private_servers(name)
        return taken[name]

    cluster = fresh(servers, tmp_path / "logs")  # type: ignore[arg-type] # it only calls them
    try:
        door = started(cluster, "gateway", "schema", "generator", "export")[0].port
        if not taken["s3"].restartable:
            pytest.skip("the object store is none that may be killed")
        job = call(door, "POST", "/jobs", {"config": SMALL}, {**JSON, "Idempotency-Key": "before"})["id"]
        eventually(lambda: call(door, "GET", f"/jobs/{job}")["state"] == "completed", 60, "a job is completed")
        yield Stack(cluster, taken["s3"], taken["rabbitmq"], door, job)
    except BaseException:
        print(cluster.logs())
        raise
    finally:
        cluster.end()


def questions(job: str) -> list[tuple[str, str, Any]]:
    """Whatever cannot be answered without objects."""
    return [
        ("POST", "/jobs", {"config": SMALL}),
        ("POST", "/jobs", {"preset": "user", "rows": 10}),
        ("POST", "/previews", {"config": SMALL, "table": "t"}),
        ("POST", "/schemas/validate", {"config": SMALL}),
        ("PUT", "/schemas/of-mine", {"config": SMALL}),
        ("GET", f"/jobs/{job}/files", None),
        ("GET", f"/jobs/{job}/files/t.csv", None),
        ("GET", f"/jobs/{job}/rows", None),
        ("POST", "/sources", "any bytes"),
    ]


def told_soon(stack: Stack, asked: list[tuple[str, str, Any]], what: str = "objects cannot be reached") -> None:
    with ThreadPoolExecutor(len(asked)) as people:
        answers = list(people.map(lambda question: stack.ask(*question), asked))
    for (method, path, _), (status, headers, document, seconds) in zip(asked, answers, strict=True):
        assert (status, document["code"]) == (503, "unavailable"), (method, path, document)
        assert 1 <= int(headers["retry-after"]) <= 30
        assert document["detail"].startswith(what), document
        assert seconds < FEW_SECONDS, (method, path)


def test_a_dead_object_store_is_told_of_within_seconds(stack: Stack) -> None:
    """What needs no objects goes on being answered: jobs are read, and a request that was accepted is known again."""
    stack.objects.kill()

    told_soon(stack, questions(stack.done))
    assert stack.ask("GET", f"/jobs/{stack.done}")[0] == 200
    status, _, document, seconds = stack.ask("POST", "/jobs", {"config": SMALL}, **{"Idempotency-Key": "before"})
    assert (status, document["data"]["id"]) == (202, stack.done)
    assert seconds < FEW_SECONDS

    stack.objects.start()
    eventually(lambda: stack.ask("POST", "/jobs", {"config": SMALL})[0] == 202, 30, "jobs are accepted again")
    assert stack.ask("GET", f"/jobs/{stack.done}/files")[0] == 200


def test_a_dead_broker_is_told_of_as_soon(stack: Stack) -> None:
    """Files need none of it; whatever has to be made does."""
    stack.broker.kill()

    makes = [one for one in questions(stack.done) if "files" not in one[1] and one[1] != "/sources"]
    told_soon(stack, makes, "bus cannot be reached")
    assert stack.ask("GET", f"/jobs/{stack.done}/files")[0] == 200

    stack.broker.start()
    eventually(lambda: stack.ask("POST", "/jobs", {"config": SMALL})[0] == 202, 60, "jobs are accepted again")


@pytest.mark.parametrize("killed", [False, True])
def test_a_service_that_is_away_is_told_of_as_soon(stack: Stack, killed: bool) -> None:
    """Whoever checks configurations, or makes previews: the others' work goes on, and one that is back is asked again."""
    schema, generator = (
        next(one for one in stack.cluster.running if one.name == name) for name in ("schema", "generator")
    )
    compiles = [one for one in questions(stack.done) if one[0] in {"POST", "PUT"} and one[1] != "/sources"]
    end_service(schema, killed)

    told_soon(stack, compiles, "the schema service is not running")
    assert stack.ask("GET", f"/jobs/{stack.done}/rows")[0] == 200
    assert stack.ask("GET", f"/jobs/{stack.done}/files")[0] == 200

    end_service(generator, killed)
    told_soon(stack, [("GET", f"/jobs/{stack.done}/rows?start=7", None)], "the generator service is not running")
    started(stack.cluster, "schema")
    eventually(lambda: stack.ask("POST", "/jobs", {"config": SMALL})[0] == 202, 30, "jobs are accepted again")


def test_a_service_that_is_soon_back_is_waited_for(stack: Stack) -> None:
    """One that is replaced for a moment costs a moment, and no refusal."""
    schema = next(one for one in stack.cluster.running if one.name == "schema")
    end_service(schema, killed=True)
    with ThreadPoolExecutor(1) as person:
        asked = person.submit(stack.ask, "POST", "/schemas/validate", {"config": SMALL})
        started(stack.cluster, "schema")
        assert asked.result()[0] == 200


def end_service(service: Running, killed: bool) -> None:
    if killed:
        service.kill9()
    else:
        service.terminate()


def test_one_that_takes_connections_and_says_nothing_is_told_of_as_soon(stack: Stack) -> None:
    program = stack.objects.local
    assert program is not None
    assert program.pid is not None
    os.kill(program.pid, signal.SIGSTOP)
    try:
        told_soon(stack, questions(stack.done))
    finally:
        os.kill(program.pid, signal.SIGCONT)
    eventually(lambda: stack.ask("POST", "/jobs", {"config": SMALL})[0] == 202, 30, "jobs are accepted again")
