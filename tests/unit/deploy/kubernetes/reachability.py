"""Who can open a connection to whom, computed from NetworkPolicies as their documentation defines them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.unit.deploy.kubernetes.documents import selects

Protocol = Literal["TCP", "UDP"]
Way = Literal["ingress", "egress"]


@dataclass(frozen=True)
class Pod:
    """One end of a connection. Without a namespace: an address outside the cluster, which no selector takes."""

    name: str
    namespace: str = ""
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Edge:
    """A connection that can be opened."""

    source: str
    target: str
    port: int
    protocol: Protocol = "TCP"


@dataclass(frozen=True)
class Network:
    """Policies, and the labels of namespaces beside the one that every namespace has."""

    policies: Sequence[Mapping[str, Any]]
    namespaces: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def edges(self, pods: Iterable[Pod], ports: Iterable[tuple[int, Protocol]]) -> set[Edge]:
        """Every connection that the policies let through; one from a pod to itself stands for one to its like."""
        everyone, numbers = list(pods), list(ports)
        return {
            Edge(source.name, target.name, port, protocol)
            for source in everyone
            for target in everyone
            for port, protocol in numbers
            if self.reaches(source, target, port, protocol)
        }

    def reaches(self, source: Pod, target: Pod, port: int, protocol: Protocol) -> bool:
        """Whether the source may send it and the target may get it."""
        return self._lets(source, target, "egress", port, protocol) and self._lets(
            target, source, "ingress", port, protocol
        )

    def _lets(self, pod: Pod, other: Pod, way: Way, port: int, protocol: Protocol) -> bool:
        mine = [one for one in self.policies if _concerns(one, pod, way)]
        return not mine or any(
            self._matches(rule, one["metadata"]["namespace"], other, way, port, protocol)
            for one in mine
            for rule in one["spec"].get(way) or ()
        )

    def _matches(
        self, rule: Mapping[str, Any], namespace: str, other: Pod, way: Way, port: int, protocol: Protocol
    ) -> bool:
        peers = rule.get("from" if way == "ingress" else "to")
        ports = rule.get("ports")
        return (not peers or any(self._is(peer, namespace, other) for peer in peers)) and (
            not ports or any(_opens(one, port, protocol) for one in ports)
        )

    def _is(self, peer: Mapping[str, Any], namespace: str, other: Pod) -> bool:
        if unknown := set(peer) - {"namespaceSelector", "podSelector"}:
            raise NotImplementedError(f"peers with {', '.join(unknown)}")
        if not other.namespace:
            return False
        if "namespaceSelector" in peer:
            known = {"kubernetes.io/metadata.name": other.namespace, **self.namespaces.get(other.namespace, {})}
            there = selects(peer["namespaceSelector"], known)
        else:
            there = other.namespace == namespace
        return there and selects(peer.get("podSelector", {}), other.labels)


def _concerns(policy: Mapping[str, Any], pod: Pod, way: Way) -> bool:
    spec = policy["spec"]
    here = bool(policy["metadata"]["namespace"] == pod.namespace)
    return here and way.capitalize() in spec["policyTypes"] and selects(spec["podSelector"], pod.labels)


def _opens(one: Mapping[str, Any], port: int, protocol: Protocol) -> bool:
    if unknown := set(one) - {"port", "protocol"}:
        raise NotImplementedError(f"ports with {', '.join(unknown)}")
    if not isinstance(one.get("port", 0), int):
        raise NotImplementedError("ports by name")
    return bool(one.get("protocol", "TCP") == protocol and one.get("port", port) == port)
