"""Who decides how many pods there are, who is let in, and who is watched."""

from __future__ import annotations

import re

from syndata_runtime.topology import QUEUES
from tests.unit.deploy.kubernetes import rules
from tests.unit.deploy.kubernetes.documents import SERVICES, Overlay, labels, pod, selects

SCALED = {"generator": "generator.tasks", "export": "export.jobs"}


def test_scalers_have_a_target_that_nobody_else_counts(shared: Overlay) -> None:
    """A number of replicas in the Deployment would undo the scaler's at every `apply`."""
    scalers = shared.kind("ScaledObject", "HorizontalPodAutoscaler")

    assert {one["spec"]["scaleTargetRef"]["name"] for one in scalers} == {
        "syndata-generator",
        "syndata-export",
        "syndata-gateway",
    }
    for scaler in scalers:
        target = scaler["spec"]["scaleTargetRef"]
        workload = shared.one(target["kind"], target["name"])
        assert target["apiVersion"] == workload["apiVersion"]
        assert workload["metadata"]["namespace"] == scaler["metadata"]["namespace"]
        assert "replicas" not in workload["spec"]


def test_what_is_not_scaled_says_how_many_it_is(overlay: Overlay) -> None:
    for workload in overlay.workloads:
        assert (overlay.scaler(workload) is None) == ("replicas" in workload["spec"])


def test_workers_follow_the_queue_that_they_take_from(shared: Overlay) -> None:
    for name, queue in SCALED.items():
        (trigger,) = shared.one("ScaledObject", f"syndata-{name}")["spec"]["triggers"]
        assert trigger["metadata"]["queueName"] == queue
        assert queue in {one.name for one in QUEUES}
        assert trigger["metadata"]["mode"] == "QueueLength"
        assert trigger["metadata"]["protocol"] == "http", "over AMQP, what is being worked on is not counted"


def test_a_pod_is_added_for_as_many_messages_as_one_takes(shared: Overlay) -> None:
    from syndata_export.service import _SLOTS

    generator, export = (shared.one("ScaledObject", f"syndata-{name}")["spec"]["triggers"][0] for name in SCALED)

    assert generator["metadata"]["value"] == shared.settings(shared.service("generator"))["SYNDATA_WORKERS"]
    assert export["metadata"]["value"] == str(_SLOTS)


def test_scaling_keeps_within_bounds_even_when_the_queue_cannot_be_asked(shared: Overlay) -> None:
    for name in SCALED:
        spec = shared.one("ScaledObject", f"syndata-{name}")["spec"]
        assert 2 <= spec["minReplicaCount"] <= spec["fallback"]["replicas"] <= spec["maxReplicaCount"]
        assert spec["cooldownPeriod"] >= 60
        down = spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]["scaleDown"]
        assert down["stabilizationWindowSeconds"] >= 60


def test_in_production_one_job_alone_can_employ_every_generator(production: Overlay) -> None:
    """Tasks of a job are handed out a window at a time; a smaller one would leave generators idle."""
    window = int(production.settings(production.service("gateway"))["SYNDATA_WINDOW"])
    workers = int(production.settings(production.service("generator"))["SYNDATA_WORKERS"])
    most = production.one("ScaledObject", "syndata-generator")["spec"]["maxReplicaCount"]

    assert window == workers * most


def test_queues_are_asked_with_credentials_of_their_own(shared: Overlay) -> None:
    """The scaler's user may look; services' credentials stay with services."""
    used = {
        trigger["authenticationRef"]["name"]
        for one in shared.kind("ScaledObject")
        for trigger in one["spec"]["triggers"]
    }
    (authentication,) = shared.kind("TriggerAuthentication")

    assert used == {authentication["metadata"]["name"]}
    assert [one["name"] for one in authentication["spec"]["secretTargetRef"]] == ["syndata-scaling"]


def test_gateways_follow_the_processor_time_that_they_asked_for(shared: Overlay) -> None:
    (scaler,) = shared.kind("HorizontalPodAutoscaler")
    (metric,) = scaler["spec"]["metrics"]
    target = metric["resource"]["target"]
    gateway = pod(shared.service("gateway"))["containers"][0]

    assert metric["resource"]["name"] == "cpu"
    assert 50 <= target["averageUtilization"] <= 80
    assert gateway["resources"]["requests"]["cpu"]
    assert 2 <= scaler["spec"]["minReplicas"] < scaler["spec"]["maxReplicas"]


def test_the_route_leads_to_the_gateway(shared: Overlay) -> None:
    (route,) = shared.kind("HTTPRoute")
    for rule in route["spec"]["rules"]:
        for backend in rule["backendRefs"]:
            service = shared.one("Service", backend["name"])
            assert backend["port"] in {port["port"] for port in service["spec"]["ports"]}
            assert selects({"matchLabels": service["spec"]["selector"]}, labels(shared.service("gateway")))


def test_the_whole_api_is_let_in_and_nothing_else(shared: Overlay) -> None:
    """Health and metrics are for those inside."""
    from syndata_gateway.api import jobs, schemas, sources

    api = {route.path for part in (jobs, schemas, sources) for route in part.router.routes if hasattr(route, "path")}
    prefixes = [
        match["path"]["value"]
        for one in shared.kind("HTTPRoute")
        for rule in one["spec"]["rules"]
        for match in rule["matches"]
    ]

    def led(path: str) -> bool:
        return any(path == prefix or path.startswith(f"{prefix}/") for prefix in prefixes)

    assert len(api) > 10
    assert all(led(path) for path in api)
    assert led("/api/v1/openapi.json")
    assert not any(led(path) for path in ("/metrics", "/livez", "/readyz", "/health", "/"))


def test_downloads_and_event_streams_are_not_cut_off(shared: Overlay) -> None:
    for route in shared.kind("HTTPRoute"):
        assert all(rule["timeouts"] == {"request": "0s", "backendRequest": "0s"} for rule in route["spec"]["rules"])


def test_every_pod_of_ours_is_scraped_as_the_job_that_alerts_know(shared: Overlay) -> None:
    monitor = shared.one("PodMonitor", "syndata")["spec"]
    (endpoint,) = monitor["podMetricsEndpoints"]
    jobs = set()
    for name in SERVICES:
        workload = shared.service(name)
        assert selects(monitor["selector"], labels(workload))
        assert endpoint["port"] in {port["name"] for port in pod(workload)["containers"][0]["ports"]}
        jobs.add(labels(workload)[monitor["jobLabel"]])

    asked = " ".join(rule["expr"] for group in rules.groups() for rule in group["rules"])
    assert jobs == set(re.findall(r'job="(syndata-[a-z]+)"', asked))


def test_the_broker_is_scraped_where_the_policies_let_prometheus_in(local: Overlay, production: Overlay) -> None:
    monitor = production.one("PodMonitor", "bus")["spec"]
    (endpoint,) = monitor["podMetricsEndpoints"]
    broker = local.one("StatefulSet", "rabbitmq")
    ports = {port["name"]: port["containerPort"] for port in pod(broker)["containers"][0]["ports"]}

    assert selects(monitor["selector"], labels(broker))
    assert ports[endpoint["port"]] == 15692
    assert [one["replacement"] for one in endpoint["relabelings"]] == ["rabbitmq"]
