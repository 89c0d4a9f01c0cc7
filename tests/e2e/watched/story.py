"""One story for all who watch: a source, a job, its files, and everything that can go wrong on the way."""

from __future__ import annotations

import asyncio
import http.client
import json
import secrets
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from syndata_bus.port import Message
from syndata_runtime.connections import open_bus
from syndata_runtime.settings import read_settings
from tests.chaos.cluster import JSON, Cluster, Running, call, eventually, over_servers, request
from tests.e2e.watched.collector import Collector, Span
from tests.servers.plugin import PrivateServers
from tests.servers.sources import RealServer

SERVICES: Final = ("gateway", "schema", "generator", "profiler", "export")
USERS_WORDS: Final = ("canary-value", "canary-label", "canary-cell", "canary-path", "canary-message", "canary-fault")
"""What users say here: it belongs into their files and answers, and nowhere else."""
TRACES_CREDENTIALS: Final = "us:canary-of-the-collector"

CONFIG: Final = """\
syndata: 1
tables:
  - table_name: customers
    rows: 500
    columns:
      - { name: id, type: int, constraints: [PK], rule: { type: sequence } }
      - { name: tier, type: str, rule: { type: choice, value: [canary-value-a, canary-value-b] } }
  - table_name: orders
    rows: 130000
    columns:
      - { name: id, type: int, constraints: [PK], rule: { type: sequence } }
      - { name: customer, type: str, rule: full_name }
      - { name: email, type: str, rule: email }
      - { name: street, type: str, rule: street_address }
      - { name: company, type: str, rule: company }
  - table_name: items
    rows: 1000
    columns:
      - { name: id, type: int, constraints: [PK], rule: { type: sequence } }
"""
ROWS: Final = 131_500
TASKS: Final = 3
FAULTY: Final = "syndata: 1\ntables:\n  - table_name: t\n    columns:\n      - { name: id, rule: canary-fault }\n"


@dataclass
class Story:
    """Services over servers of their own, and what they were asked."""

    cluster: Cluster
    collector: Collector
    servers: dict[str, RealServer]
    services: dict[str, Running] = field(default_factory=dict)
    trace: str = field(default_factory=lambda: secrets.token_hex(16))
    span: str = field(default_factory=lambda: secrets.token_hex(8))
    """The caller's own span, which is told to nobody but the gateway."""
    job: dict[str, Any] = field(default_factory=dict)
    counted: dict[str, str] = field(default_factory=dict)
    """The metrics of every service when all had happened."""

    @property
    def door(self) -> int:
        """The gateway's port."""
        return self.services["gateway"].port

    def caller(self, trace: str | None = None) -> dict[str, str]:
        """Headers of a caller who traces."""
        return {**JSON, "traceparent": f"00-{trace or self.trace}-{self.span}-01"}

    def metrics(self, service: str) -> str:
        """What a service has counted until now."""
        return request(self.services[service].port, "GET", "/metrics")[1].decode()

    def replace(self, service: str, **environment: str) -> Running:
        """Another process instead of the one that does the service's work."""
        former = self.services[service]
        if former.alive:
            assert former.terminate() == 0
        self.services[service] = self.cluster.start(service, wait=True, **environment)
        return self.services[service]

    def post(self, trace: str | None = None) -> dict[str, Any]:
        """Have the dataset made."""
        asked = {"config": CONFIG, "label": "canary-label"}
        accepted: dict[str, Any] = call(self.door, "POST", "/jobs", asked, self.caller(trace))
        return accepted

    def completed(self, job: str) -> dict[str, Any]:
        """The job, once it is completed."""
        now: dict[str, Any] = {}

        def done() -> bool:
            now.update(call(self.door, "GET", f"/jobs/{job}"))
            assert now["state"] in {"pending", "generating", "exporting", "completed"}, now
            return bool(now["state"] == "completed")

        eventually(done, 60, "the job is completed")
        return now

    def spans(self, names: set[str], trace: str | None = None) -> list[Span]:
        """The spans of a trace, once spans of all these names have come and no task lacks its span."""
        wanted = trace or self.trace

        def came() -> bool:
            found = self.collector.of(wanted)
            tasks = {span.attributes.get("syndata.task") for span in found if span.name == "generate.task"}
            return names <= {span.name for span in found} and ("generate.task" not in names or len(tasks) == TASKS)

        eventually(came, 15, f"{names} among {sorted({s.name for s in self.collector.of(wanted)})}")
        return self.collector.of(wanted)

    def publish(self, queue: str, body: bytes) -> None:
        """Lay a message into a queue."""

        async def send() -> None:
            bus = await open_bus(read_settings(bus_url=self.cluster.environment["SYNDATA_BUS_URL"]))
            try:
                await bus.publish(queue, Message(secrets.token_hex(8), body))
            finally:
                await bus.close()

        asyncio.run(send())

    def download_slowly(self, path: str) -> tuple[int, int]:
        """Download and return the size, and the time at which most of it was still to come.

        The receive buffer is kept small, so that what the gateway has not sent cannot have been received.
        """
        with socket.socket() as wire:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            wire.connect(("127.0.0.1", self.door))
            connection = http.client.HTTPConnection("127.0.0.1", self.door)
            connection.sock = wire
            connection.request("GET", f"/api/v1{path}", headers=self.caller())
            answer = connection.getresponse()
            assert answer.status == 200, answer.read()
            size = len(answer.read(1000))
            early = time.time_ns()
            return size + len(answer.read()), early


def begin(servers: PrivateServers, directory: Path) -> Story:
    """Start servers and services."""
    collector = Collector()
    fresh = {name: servers(name) for name in ("rabbitmq", "mongodb", "s3")}
    cluster = over_servers(fresh["rabbitmq"].url, fresh["mongodb"].url, fresh["s3"].url, directory)
    cluster.environment["SYNDATA_TRACES_URL"] = f"http://{TRACES_CREDENTIALS}@127.0.0.1:{collector.port}"
    cluster.environment["SYNDATA_WORKERS"] = "1"
    story = Story(cluster, collector, fresh)
    for name in SERVICES:
        # The first part ever made is lost to a defect: its task is tried again.
        failing = {"SYNDATA_FAILPOINT": "generator.part_made:1:raise"} if name == "generator" else {}
        story.services[name] = cluster.start(name, wait=False, **failing)
    for one in story.services.values():
        one.wait_ready()
    return story


def tell(story: Story) -> None:
    """Ask for everything once: what is right, and what is wrong."""
    source = upload(story, b"name,price\n" + b"canary-cell,1.5\n" * 50)
    assert request(story.door, "GET", f"/api/v1/sources/{source}/profile", None, story.caller())[0] == 200
    story.job = story.post()
    story.job = story.completed(story.job["id"])
    for queue in ("generator.tasks", "conductor.events"):
        story.publish(queue, b"canary-message, and no message of ours")
    assert request(story.door, "GET", "/api/v1/canary-path/of/nobody")[0] == 404
    assert request(story.door, "CANARY-PATH", "/api/v1/jobs")[0] in {400, 405}
    status, text = request(story.door, "POST", "/api/v1/jobs", {"config": FAULTY})
    assert (status, b"canary-fault" in text) == (422, True)
    stranger = {"X-API-Key": "canary-message-key", "Content-Type": "application/json"}
    assert request(story.door, "GET", "/api/v1/jobs", None, stranger)[0] == 401
    for queue in ("generator.tasks", "conductor.events"):
        seen = f'syndata_queue_dead{{queue="{queue}"}} 1.0'
        eventually(lambda seen=seen: seen in story.metrics("gateway"), 15, seen)  # type: ignore[misc]
    for name, one in story.services.items():
        assert one.ready()
        story.counted[name] = story.metrics(name)


def upload(story: Story, text: bytes, traceparent: str = "") -> str:
    """Upload a source and return its id."""
    connection = http.client.HTTPConnection("127.0.0.1", story.door, timeout=60)
    try:
        parent = {"traceparent": traceparent} if traceparent else {}
        headers = {**story.caller(), **parent, "Content-Type": "text/csv"}
        connection.request("POST", "/api/v1/sources", text, headers)
        answer = connection.getresponse()
        assert answer.status == 201
        return str(json.loads(answer.read())["data"]["id"])
    finally:
        connection.close()
