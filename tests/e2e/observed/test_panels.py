"""Dashboards and alerts name only what running services tell, and panels show something."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.grafana.panels import queries
from deploy.grafana.written import DIRECTORY
from tests.chaos.cluster import REPOSITORY, Cluster, call, eventually, over_servers, request
from tests.chaos.datasets import SMALL
from tests.e2e.observed.asked import everything, read
from tests.e2e.observed.broker import TellingRabbitMQ
from tests.e2e.observed.watcher import Prometheus
from tests.servers.plugin import PrivateServers

pytestmark = pytest.mark.slow

SERVICES = ("gateway", "schema", "profiler", "generator", "export")
ITS_OWN = {"up", "ALERTS"}
"""What Prometheus itself knows."""
ADDED = {"job", "instance", "alertname", "alertstate", "severity"}
"""Labels that Prometheus adds."""
EMPTY_WHILE_ALL_IS_WELL = {"What fires"}


@dataclass
class Told:
    """What processes told: label sets by the name of a series."""

    series: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def add(self, text: bytes) -> None:
        """Read what one process told."""
        for family in text_string_to_metric_families(text.decode()):
            for sample in family.samples:
                self.series.setdefault(sample.name, []).append(sample.labels)


def settled(port: int) -> None:
    """Have a job made, and wait until the watch has counted queues."""
    job = call(port, "POST", "/jobs", {"config": SMALL})
    eventually(lambda: call(port, "GET", f"/jobs/{job['id']}")["state"] == "completed", 60, "the job is completed")
    eventually(lambda: b"syndata_queue_ready{" in request(port, "GET", "/metrics")[1], 30, "queues are counted")


@pytest.fixture(params=["one process", "single services"])
def told(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Told]:
    """What a stack tells after a job: `syndata up`, or the services over real servers."""
    told = Told()
    directory = tmp_path / "logs"
    directory.mkdir()
    if request.param == "one process":
        cluster = Cluster(directory, {"SYNDATA_STALL_SECONDS": "6"})
        ports = [cluster.up(tmp_path / "data").port]
    else:
        servers: PrivateServers = request.getfixturevalue("private_servers")
        bus, store, objects = (servers(name).url for name in ("rabbitmq", "mongodb", "s3"))
        cluster = over_servers(bus, store, objects, directory)
        for name in SERVICES:
            cluster.start(name, wait=False)
        for one in cluster.running:
            one.wait_ready()
        ports = [one.port for one in cluster.running]
    try:
        settled(ports[0])
        for port in ports:
            told.add(_metrics(port))
        yield told
    finally:
        cluster.end()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Told]:
    """What RabbitMQ tells."""
    if TellingRabbitMQ.find() is None:
        pytest.skip("RabbitMQ is not installed")
    one = TellingRabbitMQ(tmp_path / "broker", dies_with_parent=True)
    try:
        one.start()
        told = Told()
        told.add(_metrics(one.ports["metrics"]))
        yield told
    finally:
        one.end()


def _metrics(port: int) -> bytes:
    status, text = request(port, "GET", "/metrics")
    assert status == 200
    return text


def faults(told: Told, ours: str) -> list[str]:
    """Whatever is asked of a process of ours, or of RabbitMQ, and not told."""
    found = []
    for where, query in everything():
        for one in read(query):
            named = one.name or next((value for label, _, value in one.matchers if label == "__name__"), "")
            if not named.startswith(ours) or named.startswith("syndata:"):
                continue
            if not one.name:
                continue  # a pattern, which has a test of its own
            series = told.series.get(named)
            if series is None:
                found.append(f"{where}: nobody tells {named}")
                continue
            labels = set().union(*series) | ADDED
            # `on` and `by` of a query hold for all series in it.
            found += [f"{where}: {named} has no label {label}" for label in one.grouped - labels]
            for label, operator, value in one.matchers:
                if label not in labels:
                    found.append(f"{where}: {named} has no label {label}")
                elif operator == "=" and label not in ADDED and all(each.get(label) != value for each in series):
                    found.append(f'{where}: no {named} has {label}="{value}"')
    return found


def test_queries_name_only_what_services_tell(told: Told) -> None:
    """Names, labels, and the values that are asked for."""
    names = {one.name for _, query in everything() for one in read(query)}
    strangers = {
        name for name in names if name and not name.startswith(("syndata", "process_")) and name not in ITS_OWN
    }

    assert not strangers
    assert sum(name.startswith("syndata_") for name in names) > 20, "queries are not understood here"
    assert faults(told, "syndata_") == []
    assert faults(told, "process_") == []


def test_alarms_of_the_broker_have_the_names_that_the_alert_asks_for(broker: Told) -> None:
    for name in ("rabbitmq_alarms_memory_used_watermark", "rabbitmq_alarms_free_disk_space_watermark"):
        assert name in broker.series


def empty_panels(prometheus: Prometheus) -> list[str]:
    """Panels with a query that finds nothing."""
    found = []
    for path in sorted(DIRECTORY.glob("*.json")):
        for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]:
            asked = queries({"panels": [panel]})
            if panel["title"] not in EMPTY_WHILE_ALL_IS_WELL and not all(map(prometheus.query, asked)):
                found.append(f"{path.stem}: {panel['title']}")
    return found


def test_every_panel_shows_something(prometheus: Prometheus, tmp_path: Path) -> None:
    """Of `syndata up`, after a job, in a real Prometheus with the shipped rules."""
    rules = REPOSITORY / "deploy" / "prometheus" / "rules"
    prometheus.configure({path.name: path.read_text(encoding="utf-8") for path in sorted(rules.glob("*.yml"))})
    (tmp_path / "logs").mkdir()
    cluster = Cluster(tmp_path / "logs", {"SYNDATA_STALL_SECONDS": "6"})
    try:
        up = cluster.up(tmp_path / "data")
        prometheus.ask({"syndata-gateway": [up.port]})
        prometheus.start()
        eventually(lambda: bool(prometheus.query("syndata_jobs_open")), 30, "it is asked")
        settled(up.port)
        # What begins with the job has to be seen twice before it has a rate.
        eventually(lambda: not empty_panels(prometheus), 60, "all panels show something")
    except AssertionError:
        print(empty_panels(prometheus))
        raise
    finally:
        cluster.end()
