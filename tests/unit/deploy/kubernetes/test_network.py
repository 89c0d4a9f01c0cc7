"""Nothing is connected except along the edges of docs/architecture.md."""

from __future__ import annotations

import pytest

from tests.running import REPOSITORY
from tests.unit.deploy.kubernetes.documents import SERVICES, Overlay, labels, pod
from tests.unit.deploy.kubernetes.reachability import Edge, Network, Pod, Protocol

OURS, SERVERS = "syndata", "syndata-servers"
ROLES = ("bus", "store", "objects")
PORTS = (22, 53, 80, 443, 4317, 4318, 5671, 5672, 6379, 8000, 9000, 9001, 15671, 15672, 15692, 25672, 27017)
NUMBERS: list[tuple[int, Protocol]] = [(port, protocol) for port in PORTS for protocol in ("TCP", "UDP")]
LABELLED_NAMESPACES = {"gateways": {"syndata-entry": "allowed"}}
DRAWN = {
    *(Edge(service, "bus", port) for service in SERVICES for port in (5671, 5672)),
    *(Edge(service, "objects", 9000) for service in SERVICES),
    Edge("gateway", "store", 27017),
    Edge("entry", "gateway", 8000),
    # What watches, scales and names.
    *(Edge("prometheus", service, 8000) for service in SERVICES),
    *(Edge(service, "collector", 4318) for service in SERVICES),
    *(Edge(service, "names", 53, "UDP") for service in SERVICES),
    *(Edge(service, "names", 53, "TCP") for service in SERVICES),
    Edge("prometheus", "bus", 15692),
    Edge("keda", "bus", 15671),
    Edge("keda", "bus", 15672),
}
BYSTANDERS = (
    Pod("entry", "gateways", {"app": "proxy"}),
    Pod("prometheus", "monitoring", {"app.kubernetes.io/name": "prometheus"}),
    Pod("collector", "monitoring", {"app.kubernetes.io/name": "opentelemetry-collector"}),
    Pod("grafana", "monitoring", {"app.kubernetes.io/name": "grafana"}),
    Pod("keda", "keda", {"app": "keda-operator"}),
    Pod("names", "kube-system", {"k8s-app": "kube-dns"}),
    Pod("controller", "kube-system", {"component": "kube-controller-manager"}),
    Pod("stranger", "default", {}),
    Pod("stranger among us", OURS, {"app.kubernetes.io/name": "debug"}),
    Pod("stranger among servers", SERVERS, {}),
    Pod("impostor", "default", {"app.kubernetes.io/part-of": "syndata", "app.kubernetes.io/component": "gateway"}),
    Pod("false prometheus", "default", {"app.kubernetes.io/name": "prometheus"}),
    Pod("world"),
)


def network(overlay: Overlay) -> Network:
    return Network(overlay.kind("NetworkPolicy"), LABELLED_NAMESPACES)


def services(overlay: Overlay) -> list[Pod]:
    return [
        Pod(name, workload["metadata"]["namespace"], labels(workload))
        for name in SERVICES
        if (workload := overlay.service(name))
    ]


def servers(overlay: Overlay) -> list[Pod]:
    """Those of the overlay; where it has none, servers as docs/kubernetes.md asks for them."""
    found = [
        Pod(labels(one)["app.kubernetes.io/component"], one["metadata"]["namespace"], labels(one))
        for one in overlay.kind("StatefulSet")
    ]
    return found or [
        Pod(role, SERVERS, {"app.kubernetes.io/part-of": SERVERS, "app.kubernetes.io/component": role})
        for role in ROLES
    ]


def edges(overlay: Overlay) -> set[Edge]:
    """Whatever our services can reach, and whatever can reach them or their servers."""
    known = {one.name for one in services(overlay)}
    everyone = [*services(overlay), *servers(overlay), *BYSTANDERS]
    return {
        edge
        for edge in network(overlay).edges(everyone, NUMBERS)
        if edge.source in known
        or edge.target in known
        # Members of a server's own cluster speak to each other.
        or (edge.target in ROLES and edge.source != edge.target)
    }


def test_what_can_be_reached_is_what_is_drawn(overlay: Overlay) -> None:
    assert edges(overlay) == DRAWN


def test_nobody_but_the_gateway_reaches_the_store(overlay: Overlay) -> None:
    assert {edge.source for edge in edges(overlay) if edge.target == "store"} == {"gateway"}


@pytest.mark.parametrize("namespace", [OURS, SERVERS])
def test_each_end_alone_keeps_servers_to_whom_they_serve(overlay: Overlay, namespace: str) -> None:
    """Were the other namespace's policies lost, services and servers would still be connected as drawn."""
    kept = tuple(
        one for one in overlay.documents if one["kind"] != "NetworkPolicy" or one["metadata"]["namespace"] == namespace
    )
    drawn = {edge for edge in DRAWN if edge.source in SERVICES and edge.target in ROLES}

    found = edges(Overlay("one end", kept))
    assert {edge for edge in found if edge.source in SERVICES and edge.target in ROLES} == drawn


def test_local_servers_begin_no_conversation(local: Overlay) -> None:
    everyone = [*services(local), *servers(local), *BYSTANDERS]

    assert {edge for edge in network(local).edges(everyone, NUMBERS) if edge.source in ROLES} == set()


@pytest.mark.parametrize("lost", ["default-deny", "store", "bus", "objects"])
def test_every_policy_is_needed(production: Overlay, lost: str) -> None:
    """Without any one of them there is more to reach, or less: the computation sees all of them."""
    kept = tuple(
        one for one in production.documents if (one["kind"], one["metadata"]["name"]) != ("NetworkPolicy", lost)
    )

    assert len(kept) == len(production.documents) - 1
    assert edges(Overlay("changed", kept)) > DRAWN or lost == "default-deny"
    assert _open_namespace(kept) == (lost == "default-deny")


def _open_namespace(kept: tuple[dict[str, object], ...]) -> bool:
    """Whether a pod of our namespace that no other policy knows can be reached."""
    changed = Network(Overlay("changed", kept).kind("NetworkPolicy"))
    return changed.reaches(Pod("world"), Pod("stranger among us", OURS, {}), 22, "TCP")


def test_policies_open_no_port_that_nobody_serves(local: Overlay) -> None:
    """Of our services and local servers, what policies name is what containers say they listen on."""
    listened = {
        port["containerPort"]
        for workload in local.workloads
        for container in pod(workload)["containers"]
        for port in container["ports"]
    }
    # Of servers elsewhere: AMQP with TLS, RabbitMQ's management; of others: names, traces.
    elsewhere = {5671, 15671, 15672, 53, 4318}
    opened = {
        port["port"]
        for policy in local.kind("NetworkPolicy")
        for rule in [*policy["spec"].get("ingress", ()), *policy["spec"].get("egress", ())]
        for port in rule.get("ports", ())
    }

    assert opened - elsewhere == listened


def test_the_architecture_page_still_draws_these_edges() -> None:
    page = " ".join((REPOSITORY / "docs" / "architecture.md").read_text().split())

    assert (
        "Edges: gateway → bus, store, objects; every other service → bus, objects. Nothing else is connected." in page
    )
