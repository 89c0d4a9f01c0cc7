"""Every alert is raised by the fault that it is there for, seen by a real Prometheus over real services.

The rules are the shipped ones in a hurry: what they wait for, and what they look back on, is seconds instead of minutes
and hours. Where a limit is lowered as well, HURRIED says so.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from syndata_contracts.keys import plan_key
from syndata_runtime.connections import open_bus, open_objects
from syndata_runtime.settings import read_settings
from tests.chaos.cluster import REPOSITORY, Cluster, Running, call, eventually, over_servers, request
from tests.e2e.observed.broker import TellingRabbitMQ
from tests.e2e.observed.watcher import Prometheus
from tests.servers.plugin import PrivateServers
from tests.servers.sources import RealServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

SERVICES: Final = ("gateway", "schema", "profiler", "generator", "export")
HURRIED: Final = {
    ("JobRunsLong", "> 14400", "> 2"): "four hours are two seconds",
    ("JobSilent", "> 900", "> 4"): "a quarter of an hour is four seconds",
    ("JobsDoNotBegin", "> 60", "> 4"): "a minute is four seconds",
    ("MemoryHigh", "> 0.9", "> 0.001"): "a thousandth of what is allowed is much",
}
"""Limits that a test cannot wait for, or should not reach."""
SEEN_SECONDS: Final = 120


def in_a_hurry(name: str, text: str) -> str:
    """A rule file whose alerts fire within seconds."""
    document = yaml.safe_load(text)
    for group in document["groups"]:
        for rule in group["rules"]:
            rule["expr"] = re.sub(r"\[\d+[mh]\]", "[20s]", rule["expr"])
            if "for" in rule:
                rule["for"] = "1s"
            for alert, real, lowered in HURRIED:
                if rule.get("alert") == alert:
                    assert real in rule["expr"], f"{alert} in {name} has another limit now"
                    rule["expr"] = rule["expr"].replace(real, lowered)
    return yaml.safe_dump(document, sort_keys=False)


def config(rows: int, table: str = "t") -> dict[str, str]:
    """A request for a dataset of one table."""
    columns = "      - { name: name, type: str, rule: full_name }\n      - { name: email, type: str, rule: email }\n"
    return {"config": f"syndata: 1\ntables:\n  - table_name: {table}\n    rows: {rows}\n    columns:\n{columns}"}


@dataclass
class Scene:
    """Services over servers of their own, and who watches them."""

    prometheus: Prometheus
    cluster: Cluster
    servers: dict[str, RealServer]
    services: dict[str, Running] = field(default_factory=dict)
    extra: dict[str, list[int]] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    """The fault that raised each alert, and how long it took."""

    @property
    def door(self) -> int:
        """The gateway's port."""
        return self.services["gateway"].port

    def start(self, name: str, **environment: str) -> None:
        """Start a service, instead of the process that did its work before, and have it watched."""
        former = self.services.get(name)
        if former is not None and former.alive:
            former.kill9()
        self.services[name] = self.cluster.start(name, wait=True, **environment)
        self.watch()

    def watch(self) -> None:
        """Tell Prometheus whom to ask."""
        self.prometheus.ask({**{f"syndata-{name}": [one.port] for name, one in self.services.items()}, **self.extra})

    def post(self, rows: int = 100, table: str = "t") -> dict[str, Any]:
        """Have a dataset made."""
        accepted: dict[str, Any] = call(self.door, "POST", "/jobs", config(rows, table))
        return accepted

    def state(self, job: dict[str, Any]) -> str:
        """How a job stands."""
        return str(call(self.door, "GET", f"/jobs/{job['id']}")["state"])

    @contextmanager
    def fault(self, story: str, *alerts: str) -> Iterator[None]:
        """While the body's fault lasts, see these alerts fire; none of them fires before."""
        before = {name for name in self.prometheus.firing() if name not in self.seen}
        assert not before & set(alerts), f"{before} fire before anything is wrong"
        begun = time.monotonic()
        yield
        missing = set(alerts)

        def come() -> bool:
            for name in missing & set(self.prometheus.firing()):
                self.seen[name] = f"{story} ({time.monotonic() - begun:.0f} s)"
                missing.remove(name)
            return not missing

        eventually(come, SEEN_SECONDS, f"{story}: {alerts}")

    def quiet(self, *alerts: str) -> None:
        """Wait until these fire no more."""
        eventually(lambda: not set(alerts) & set(self.prometheus.firing()), SEEN_SECONDS, f"{alerts} end")


@pytest.fixture
def scene(prometheus: Prometheus, private_servers: PrivateServers, tmp_path: Path) -> Iterator[Scene]:
    """Five services that are well, and a Prometheus that has seen them so."""
    servers = {name: private_servers(name) for name in ("rabbitmq", "mongodb", "s3")}
    cluster = over_servers(servers["rabbitmq"].url, servers["mongodb"].url, servers["s3"].url, tmp_path / "logs")
    cluster.environment |= {"SYNDATA_WORKERS": "1", "SYNDATA_PATIENCE": "1", "SYNDATA_STALL_SECONDS": "4"}
    scene = Scene(prometheus, cluster, servers)
    rules = REPOSITORY / "deploy" / "prometheus" / "rules"
    prometheus.configure({path.name: in_a_hurry(path.name, path.read_text()) for path in sorted(rules.glob("*.yml"))})
    try:
        for name in SERVICES:
            scene.services[name] = cluster.start(name, wait=False)
        for one in scene.services.values():
            one.wait_ready()
        scene.watch()
        prometheus.start()
        eventually(lambda: len(prometheus.query("up == 1")) == len(SERVICES), 30, "all are asked")
        eventually(lambda: set(prometheus.firing()) <= {"MemoryHigh"}, 30, "nothing is wrong at first")
        yield scene
    finally:
        cluster.end()


def with_objects(scene: Scene, keys: list[str]) -> None:
    """Remove objects behind everybody's back."""

    async def remove() -> None:
        objects = await open_objects(read_settings(objects_url=scene.cluster.environment["SYNDATA_OBJECTS_URL"]))
        try:
            await objects.remove(keys)
        finally:
            await objects.close()

    asyncio.run(remove())


def publish_nonsense(scene: Scene, queue: str) -> None:
    """Lay a message into a queue that nobody understands."""
    from syndata_bus.port import Message

    async def send() -> None:
        bus = await open_bus(read_settings(bus_url=scene.cluster.environment["SYNDATA_BUS_URL"]))
        try:
            await bus.publish(queue, Message("nonsense", b"no message of ours"))
        finally:
            await bus.close()

    asyncio.run(send())


@contextmanager
def again_and_again(action: Callable[[], object], threads: int) -> Iterator[None]:
    """Do something in the background, whatever comes of it."""
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            with contextlib.suppress(OSError, http.client.HTTPException, AssertionError):
                action()

    working = [threading.Thread(target=work) for _ in range(threads)]
    for one in working:
        one.start()
    try:
        yield
    finally:
        stop.set()
        for one in working:
            one.join()


def test_every_alert_is_raised_by_its_fault(scene: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One fault after the other, each mended before the next."""
    made = scene.post()
    eventually(lambda: scene.state(made) == "completed", 60, "a job is completed while all is well")

    eventually(lambda: "MemoryHigh" in scene.prometheus.firing(), 30, "MemoryHigh, as its limit is lowered so far")
    scene.seen["MemoryHigh"] = "no fault: its limit is lowered to what any process holds"
    slow_schema(scene)
    lost_exporter(scene)
    lost_plan(scene)
    nonsense(scene)
    lost_objects(scene)
    quarrel(scene)
    full_broker(scene, tmp_path)
    hung_conductor(scene)
    lost_gateway(scene)

    documents = (yaml.safe_load(path.read_text()) for path in (REPOSITORY / "deploy/prometheus/rules").glob("*.yml"))
    known = {
        rule["alert"] for one in documents for group in one["groups"] for rule in group["rules"] if "alert" in rule
    }
    with capsys.disabled():
        print("\n" + "\n".join(f"{name:26} {story}" for name, story in sorted(scene.seen.items())))
    assert set(scene.seen) == known


def slow_schema(scene: Scene) -> None:
    """Whoever asks for a job waits for a service that sleeps."""
    process = scene.services["schema"].process
    stop = threading.Event()

    def doze() -> None:
        while not stop.is_set():
            os.kill(process.pid, signal.SIGSTOP)
            stop.wait(4)
            os.kill(process.pid, signal.SIGCONT)
            stop.wait(0.5)

    dozing = threading.Thread(target=doze)
    dozing.start()
    try:
        with (
            again_and_again(scene.post, threads=4),
            scene.fault("the schema service sleeps for four seconds, again and again", "ApiSlow"),
        ):
            pass
    finally:
        stop.set()
        dozing.join()


def lost_exporter(scene: Scene) -> None:
    """A job arrives at its export, and nobody exports."""
    scene.services["export"].kill9()
    with scene.fault(
        "the only exporter is killed, and a job needs it",
        "ScrapeFailing",
        "ServiceMissing",
        "QueueUnattended",
        "JobRunsLong",
        "JobSilent",
        "WorkAskedForAgain",
        "QueueDoesNotDrain",
    ):
        job = scene.post(table="export")
    scene.start("export")
    eventually(lambda: scene.state(job) == "completed", 60, "the job is completed once there is an exporter")
    scene.quiet("ScrapeFailing", "ServiceMissing", "QueueUnattended", "JobSilent")


def lost_plan(scene: Scene) -> None:
    """Somebody removes what the bucket must keep."""
    with scene.fault("a plan is removed from the bucket before its job is made", "JobsFailing"):
        process = scene.services["generator"].process
        os.kill(process.pid, signal.SIGSTOP)
        job = scene.post(table="lost")
        plan = call(scene.door, "GET", f"/jobs/{job['id']}").get("plan") or job["plan"]
        with_objects(scene, [plan_key("default", plan)])
        os.kill(process.pid, signal.SIGCONT)
        eventually(lambda: scene.state(job) == "failed", 60, "the job fails")


def nonsense(scene: Scene) -> None:
    """A stranger writes into our queues."""
    with scene.fault("a message that is none of ours lies in a queue", "DeadLetters", "WorkRetried"):
        publish_nonsense(scene, "generator.tasks")
    # What the runbook tells to do then works, and shows why it lies there.
    (told,) = re.findall(
        r"python - <<'PYTHON'\n(.*?)\nPYTHON\n", (REPOSITORY / "docs" / "runbook.md").read_text(), re.DOTALL
    )
    path = os.pathsep.join([str(REPOSITORY / "libs"), str(REPOSITORY / "services")])
    environment = {**os.environ, **scene.cluster.environment, "PYTHONPATH": path}
    done = subprocess.run([sys.executable, "-c", told], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^generator\.tasks nonsense \d+ not a message: ", done.stdout, re.MULTILINE), done.stdout


def lost_objects(scene: Scene) -> None:
    """The object store dies over a job at work, and then callers come."""
    alerts = ("DependencyDown", "JobsBlocked", "ApiErrors", "JobAcceptanceBurnsFast", "JobAcceptanceBurnsSlowly")
    job = scene.post(4_000_000, "long")
    eventually(lambda: scene.state(job) == "generating", 30, "it is at work")
    with (
        again_and_again(lambda: request(scene.door, "POST", "/api/v1/jobs", config(100, "refused")), threads=3),
        scene.fault("the object store is killed while a job is at work, and callers come", *alerts),
    ):
        scene.servers["s3"].kill()
    scene.servers["s3"].start()
    call(scene.door, "POST", f"/jobs/{job['id']}/cancel")
    scene.quiet("DependencyDown", "JobsBlocked")


def quarrel(scene: Scene) -> None:
    """Many write versions of one job at a time."""
    job = scene.post(4_000_000, "wanted")

    def push() -> None:
        for verb in ("pause", "resume"):
            call(scene.door, "POST", f"/jobs/{job['id']}/{verb}")

    with again_and_again(push, threads=6), scene.fault("six callers pause and resume one job", "JobConflicts"):
        pass
    call(scene.door, "POST", f"/jobs/{job['id']}/cancel")


def full_broker(scene: Scene, directory: Path) -> None:
    """A broker's disk is fuller than it allows."""
    broker = TellingRabbitMQ(directory / "telling", dies_with_parent=True)
    broker.disk_free_limit = "900000GB"
    try:
        broker.start()
        with scene.fault("a broker has less disk than it wants", "BrokerAlarm"):
            scene.extra["rabbitmq"] = [broker.ports["metrics"]]
            scene.watch()
    finally:
        broker.end()
    scene.extra.clear()
    scene.watch()


def hung_conductor(scene: Scene) -> None:
    """The conductor takes events and never comes back."""
    scene.start("gateway", SYNDATA_FAILPOINT="conductor.taken:1:hang")
    with scene.fault("the conductor hangs, and a job is accepted", "JobsDoNotBegin"):
        scene.post(table="pending")


def lost_gateway(scene: Scene) -> None:
    """Nobody conducts."""
    with scene.fault("the only gateway is killed", "NoConductor"):
        scene.services["gateway"].kill9()
