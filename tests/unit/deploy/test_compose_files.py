"""What compose mounts into servers: the collector, the trace store, RabbitMQ. Their ends meet."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import yaml

from tests.running import REPOSITORY

STACK = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())["services"]
COLLECTOR = yaml.safe_load((REPOSITORY / "deploy/otel/collector.yaml").read_text())
TEMPO = yaml.safe_load((REPOSITORY / "deploy/otel/tempo.yaml").read_text())
RABBITMQ = dict(
    re.findall(r"(?m)^([\w.]+) = (\S+)$", (REPOSITORY / "deploy/rabbitmq/rabbitmq.conf").read_text()),
)
_UNITS = {"M": 1024**2, "MiB": 1024**2, "G": 1024**3, "MB": 10**6, "GB": 10**9}


def size(text: str) -> int:
    """A number of bytes with its unit."""
    found = re.fullmatch(r"(\d+)(\w+)", text)
    assert found
    return int(found[1]) * _UNITS[found[2]]


def port(address: str) -> int:
    """The port of `host:port`."""
    return int(address.rpartition(":")[2])


def limit(service: str) -> int:
    """The memory that a container may use, in bytes."""
    return size(STACK[service]["deploy"]["resources"]["limits"]["memory"])


def test_spans_find_their_way_from_the_services_to_the_store() -> None:
    told = urlsplit(STACK["generator"]["environment"]["SYNDATA_TRACES_URL"])
    taken = COLLECTOR["receivers"]["otlp"]["protocols"]["http"]["endpoint"]
    handed_on = urlsplit(COLLECTOR["exporters"]["otlp_http"]["endpoint"])
    kept = TEMPO["distributor"]["receivers"]["otlp"]["protocols"]["http"]["endpoint"]

    assert (told.hostname, told.port) == ("otel-collector", port(taken))
    assert (handed_on.hostname, handed_on.port) == ("tempo", port(kept))


def test_the_collector_uses_all_that_it_defines_and_refuses_before_it_is_killed() -> None:
    pipeline: dict[str, Any] = COLLECTOR["service"]["pipelines"]["traces"]

    for kind in ("receivers", "processors", "exporters"):
        assert set(pipeline[kind]) == COLLECTOR[kind].keys()
    assert set(COLLECTOR["service"]["extensions"]) == COLLECTOR["extensions"].keys()
    assert pipeline["processors"][0] == "memory_limiter"
    assert COLLECTOR["processors"]["memory_limiter"]["limit_mib"] * 1024**2 < limit("otel-collector")


def test_health_is_asked_where_it_is_told() -> None:
    asked = STACK["otel-collector"]["healthcheck"]["test"][-1]

    assert urlsplit(asked).port == port(COLLECTOR["extensions"]["health_check"]["endpoint"])
    assert TEMPO["server"]["http_listen_port"] == 3200, "tempo -health asks there"


def test_prometheus_and_grafana_ask_for_names_and_ports_that_there_are() -> None:
    jobs = yaml.safe_load((REPOSITORY / "deploy/prometheus/prometheus.yml").read_text())["scrape_configs"]
    named = {name for job in jobs for one in job.get("dns_sd_configs", ()) for name in one["names"]}
    sources = (REPOSITORY / "deploy/grafana/provisioning/datasources/sources.yml").read_text()
    shown = {urlsplit(address).hostname for address in re.findall(r"url: (\S+)", sources)}

    assert named
    assert shown
    assert not (named | shown) - STACK.keys()
    metrics = COLLECTOR["service"]["telemetry"]["metrics"]["readers"][0]["pull"]["exporter"]["prometheus"]["port"]
    (collector,) = [one for job in jobs for one in job.get("dns_sd_configs", ()) if "otel-collector" in one["names"]]
    assert collector["port"] == metrics


def test_rabbitmq_makes_publishers_wait_before_the_kernel_ends_it() -> None:
    assert size(RABBITMQ["vm_memory_high_watermark.absolute"]) <= 0.6 * limit("rabbitmq")


def test_rabbitmq_lets_a_message_be_worked_on_for_longer_than_a_drain_takes() -> None:
    milliseconds = int(RABBITMQ["consumer_timeout"])

    assert milliseconds / 1000 > 10 * float(STACK["export"]["environment"]["SYNDATA_DRAIN_SECONDS"])


def test_the_collectors_image_is_pinned_and_not_roots() -> None:
    text = (REPOSITORY / "deploy/otel/Dockerfile").read_text()

    assert all(
        re.fullmatch(r"docker\.io/\S+:\d+\.\d+\.\d+\S*", image) for image in re.findall(r"(?m)^FROM (\S+)", text)
    )
    assert re.search(r"(?m)^USER [1-9]\d*:", text)
