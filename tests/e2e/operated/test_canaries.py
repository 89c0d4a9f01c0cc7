"""Distinctive secrets in every place where secrets can be, and what becomes of them while everything goes wrong."""

from __future__ import annotations

import asyncio
import csv
import http.client
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

import deploy.local.s3 as local_s3
from syndata_bus.port import DeadLetter
from syndata_runtime.connections import open_bus
from syndata_runtime.settings import read_settings
from syndata_runtime.topology import QUEUES
from tests.chaos.cluster import Cluster, Running, call, eventually, over_servers, request
from tests.e2e.operated.relay import Relay
from tests.e2e.operated.stack import replaced, started
from tests.e2e.operated.users import rabbitmqctl
from tests.e2e.watched.collector import Collector
from tests.running import environment
from tests.servers.plugin import PrivateServers

pytestmark = pytest.mark.slow

API_KEY: Final = "canary-api-key-5c1f0e"
BROKER: Final = "canary-broker-77ab31"
BUCKET: Final = "canary-bucket-9d20c4"
TRACES: Final = "canary-traces-1e8f55"
PLAN: Final = "canary-plan-secret-e0b7"
WRONG: Final = "canary-wrong-key-3a6d"
CELL: Final = "canary-cell-81f2"
CHOICE: Final = "canary-choice-c4d9"
HEADER: Final = "canary-header-60be"
SECRETS: Final = (API_KEY, BROKER, BUCKET, TRACES, PLAN, WRONG)
"""They belong nowhere."""
OF_USERS: Final = (CELL, CHOICE, HEADER)
"""They belong into files and answers to who said them."""
ROWS: Final = 400
CONFIG: Final = f"""\
syndata: 1
secret_id: people
tables:
  - table_name: people
    rows: {ROWS}
    columns:
      - {{ name: id, type: int, constraints: [PK], rule: {{ type: sequence }} }}
      - {{ name: email, type: str, rule: email, sensitivity: PII }}
      - {{ name: street, type: str, rule: street_address, sensitivity: PII }}
      - {{ name: tier, type: str, rule: {{ type: choice, value: [{CHOICE}-a, {CHOICE}-b] }} }}
"""
FAILS: Final = "consumer.taken:1:raise,generator.part_made:1:raise,generator.part_put:1:raise"
"""Three tries, each lost somewhere else."""


@dataclass
class Record:
    """Everything that was said."""

    cluster: Cluster
    collector: Collector
    line: Relay
    values: set[str] = field(default_factory=set)
    """Of the sensitive columns."""
    metrics: str = ""
    problems: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """Jobs as they stood, streams of their events, and what commands said."""
    letters: list[DeadLetter] = field(default_factory=list)

    def surfaces(self) -> dict[str, str]:
        """What somebody could read who should not know."""
        logs = {one.log.name: one.log.read_text(errors="replace") for one in self.cluster.running}
        letters = "\n".join(f"{one.reason} {one.message.headers} {one.message.body!r}" for one in self.letters)
        return {
            **logs,
            "spans": self.collector.bodies().decode(errors="replace"),
            "metrics": self.metrics,
            "problems": "\n".join(self.problems),
            "jobs and events": "\n".join(self.told),
            "dead letters": letters,
            "messages": self.line.seen().decode(errors="replace"),
        }


def headers(key: str = API_KEY) -> dict[str, str]:
    return {"X-API-Key": key, "Content-Type": "application/json", "Cookie": f"c={HEADER}", "User-Agent": HEADER,
            "X-Forwarded-For": HEADER, "Referer": f"http://{HEADER}/", "tracestate": f"vendor={HEADER}"}  # fmt: skip


def ask(record: Record, door: Running, method: str, path: str, body: Any = None, key: str = API_KEY) -> tuple[int, Any]:
    """Ask, and keep the answer where it is a problem."""
    status, text = request(door.port, method, f"/api/v1{path}", body, headers(key))
    if status >= 400:
        record.problems.append(text.decode())
    return status, json.loads(text)


def ended(record: Record, door: Running, job: str) -> dict[str, Any]:
    """A job at its end."""
    over = {"completed", "failed", "cancelled"}
    where = f"/jobs/{job}"
    eventually(lambda: call(door.port, "GET", where, headers=headers())["state"] in over, 90, "the job's end")
    now: dict[str, Any] = call(door.port, "GET", where, headers=headers())
    record.told += [json.dumps(now), request(door.port, "GET", f"/api/v1{where}/events", None, headers())[1].decode()]
    return now


@pytest.fixture(scope="module")
def record(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    """Services that say all they can, whose secrets are canaries, after a day on which nothing went well."""
    directory = tmp_path_factory.mktemp("canaries")
    servers = PrivateServers(directory / "servers", request.config)
    collector = Collector()
    before, local_s3.SECRET = local_s3.SECRET, BUCKET
    line = None
    cluster = None
    try:
        broker, store, objects = (servers(name) for name in ("rabbitmq", "mongodb", "s3"))
        if not (broker.restartable and objects.restartable) or BUCKET not in objects.url:
            pytest.skip("passwords are chosen in servers of this machine only")
        rabbitmqctl(broker, "add_user", "canaries", BROKER)
        rabbitmqctl(broker, "set_permissions", "canaries", ".*", ".*", ".*")
        line = Relay(urlsplit(broker.url).port or 5672)
        bus = f"amqp://canaries:{BROKER}@127.0.0.1:{line.port}/"
        cluster = over_servers(bus, store.url, objects.url, directory / "logs")
        cluster.environment |= {
            "SYNDATA_LOG_LEVEL": "debug",
            "SYNDATA_WORKERS": "1",
            "SYNDATA_PATIENCE": "1",
            "SYNDATA_API_KEY": API_KEY,
            "SYNDATA_SECRET_PEOPLE": PLAN,
            "SYNDATA_TRACES_URL": f"http://us:{TRACES}@127.0.0.1:{collector.port}",
        }
        found = Record(cluster, collector, line)
        happen(found, objects.kill, objects.start)
        yield found
    except BaseException:
        if cluster is not None:
            print(cluster.logs())
        raise
    finally:
        local_s3.SECRET = before
        if cluster is not None:
            cluster.end()
        if line is not None:
            line.end()
        collector.end()
        servers.end()


def happen(record: Record, lose_objects: Any, find_objects: Any) -> None:
    """A job that fails three times and is resumed, one whose secret is missing, an outage, and wrong requests."""
    cluster = record.cluster
    door, *_ = started(cluster, "gateway", "schema", "export", "profiler", SYNDATA_API_KEY=API_KEY)
    (maker,) = started(cluster, "generator", SYNDATA_FAILPOINT=FAILS, SYNDATA_SECRET_PEOPLE=PLAN)
    job = ask(record, door, "POST", "/jobs", {"config": CONFIG})[1]["data"]["id"]
    assert ended(record, door, job)["state"] == "failed"
    assert ask(record, door, "POST", f"/jobs/{job}/resume")[0] < 300
    assert ended(record, door, job)["state"] == "completed"
    people = request(door.port, "GET", f"/api/v1/jobs/{job}/files/people.csv", None, headers())[1].decode()
    record.values = {row[name] for row in csv.DictReader(io.StringIO(people)) for name in ("email", "street")}
    replaced(cluster, maker, SYNDATA_SECRET_PEOPLE="")
    keyless = ask(record, door, "POST", "/jobs", {"config": CONFIG.replace("400", "401")})[1]["data"]["id"]
    assert "SYNDATA_SECRET_PEOPLE" in json.dumps(ended(record, door, keyless)["errors"])

    for path in ("/jobs", f"/jobs/{job}", f"/jobs/{job}/files/people.csv"):
        assert ask(record, door, "GET", path, key=WRONG)[0] == 401
    assert ask(record, door, "POST", "/jobs", {"config": CONFIG.replace("choice,", f"{CHOICE},")})[0] == 422
    assert ask(record, door, "GET", f"/jobs?cursor={HEADER}")[0] == 422
    source = upload(door, f'a,b\n1,"{CELL}\n')
    assert ask(record, door, "GET", f"/sources/{source}/profile")[0] == 422
    for key in (API_KEY, WRONG):
        variables = {**environment(), "SYNDATA_URL": f"http://127.0.0.1:{door.port}", "SYNDATA_API_KEY": key}
        command = [sys.executable, "-m", "syndata", "status", job]
        done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
        record.told.append(done.stdout + done.stderr)

    lose_objects()
    assert ask(record, door, "POST", "/jobs", {"config": CONFIG.replace("400", "402")})[0] == 503
    record.problems.append(request(door.port, "GET", "/readyz")[1].decode())
    find_objects()
    eventually(door.ready, 30, "the objects are back")
    record.letters = asyncio.run(dead_letters(cluster.environment["SYNDATA_BUS_URL"]))
    alive = [one for one in cluster.running if one.alive]
    record.metrics = "\n".join(request(one.port, "GET", "/metrics")[1].decode() for one in alive)
    for one in alive:
        assert one.terminate() == 0


def upload(door: Running, text: str) -> str:
    """Upload a source, and return its id."""
    connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=60)
    try:
        connection.request("POST", "/api/v1/sources", text.encode(), headers() | {"Content-Type": "text/csv"})
        return str(json.loads(connection.getresponse().read())["data"]["id"])
    finally:
        connection.close()


async def dead_letters(bus_url: str) -> list[DeadLetter]:
    """All dead letters."""
    bus = await open_bus(read_settings(bus_url=bus_url))
    try:
        return [letter for queue in QUEUES for letter in await bus.dead_letters(queue.name)]
    finally:
        await bus.close()


def test_the_day_went_as_badly_as_it_was_meant_to(record: Record) -> None:
    """Else nothing below proves anything: every surface has something on it."""
    assert len(record.values) > ROWS / 2
    assert len(record.letters) == 1
    assert len(record.problems) >= 7
    surfaces = record.surfaces()
    assert all(surfaces.values()), [name for name, text in surfaces.items() if not text]
    assert "work failed" in "".join(surfaces.values())
    assert "generate.task" in surfaces["messages"]
    assert "syndata_dead_letters_total" in surfaces["metrics"]
    assert surfaces["messages"].count(BROKER) > 0, "the line would not have seen a secret that went over it"


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_nowhere(record: Record, secret: str) -> None:
    """Not in a log line, span, metric, problem, job, event, message or dead letter."""
    surfaces = record.surfaces()
    if secret == BROKER:
        # Whoever connects to a broker says its password to it: once per connection, in the handshake, nowhere else.
        surfaces["messages"] = surfaces["messages"].replace(f"\0canaries\0{BROKER}", "")

    assert [name for name, text in surfaces.items() if secret in text] == []


@pytest.mark.parametrize("word", OF_USERS)
def test_what_a_user_says_goes_back_to_that_user_alone(record: Record, word: str) -> None:
    """Into problems and refusals that answer them; into no log, span, metric, dead letter."""
    surfaces = record.surfaces()
    for name in ("problems", "jobs and events", "messages"):
        del surfaces[name]

    assert [name for name, text in surfaces.items() if word in text] == []


def test_no_value_of_a_sensitive_column_leaves_its_file(record: Record) -> None:
    surfaces = record.surfaces()

    assert [name for name, text in surfaces.items() for value in record.values if value in text] == []


def test_the_words_of_a_configuration_go_over_no_queue_but_in_a_refusal(record: Record) -> None:
    """Large or small, a configuration lies among the objects, and messages carry its key."""
    text = record.surfaces()["messages"]

    assert CELL not in text
    assert HEADER not in text.replace(f"vendor={HEADER}", "")
    refusals = text.count('"type":"refusal"')
    assert refusals
    assert text.count(CHOICE) <= 4 * refusals
