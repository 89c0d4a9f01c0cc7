"""The evaluator of policies judges as Kubernetes does, on cases small enough to know the answer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.deploy.kubernetes.reachability import Network, Pod

ASKER = Pod("asker", "here", {"role": "asker"})
SERVER = Pod("server", "there", {"role": "server"})
LIKE_ASKER = Pod("impostor", "elsewhere", {"role": "asker"})
WORLD = Pod("world")


def policy(namespace: str, **spec: Any) -> dict[str, Any]:
    return {"metadata": {"namespace": namespace}, "spec": {"podSelector": {}, **spec}}


def in_namespace(name: str, **labels: str) -> dict[str, Any]:
    peer: dict[str, Any] = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}
    return {**peer, "podSelector": {"matchLabels": labels}} if labels else peer


OPEN = policy(
    "there",
    policyTypes=["Ingress"],
    ingress=[{"from": [in_namespace("here", role="asker")], "ports": [{"port": 80, "protocol": "TCP"}]}],
)


def test_without_policies_everyone_reaches_everyone() -> None:
    assert Network([]).reaches(WORLD, SERVER, 22, "UDP")


def test_a_policy_closes_what_it_does_not_open() -> None:
    network = Network([OPEN])

    assert network.reaches(ASKER, SERVER, 80, "TCP")
    assert not network.reaches(ASKER, SERVER, 81, "TCP")
    assert not network.reaches(ASKER, SERVER, 80, "UDP")
    assert not network.reaches(LIKE_ASKER, SERVER, 80, "TCP")
    assert not network.reaches(WORLD, SERVER, 80, "TCP")
    assert network.reaches(SERVER, WORLD, 443, "TCP"), "it says nothing of egress"


def test_both_ends_must_agree() -> None:
    silent = policy("here", policyTypes=["Egress"])

    assert not Network([OPEN, silent]).reaches(ASKER, SERVER, 80, "TCP")


def test_policies_add_up() -> None:
    closed = policy("there", policyTypes=["Ingress"])

    assert Network([closed, OPEN]).reaches(ASKER, SERVER, 80, "TCP")


def test_a_selector_of_pods_alone_means_the_policy_s_own_namespace() -> None:
    alone = policy("there", policyTypes=["Ingress"], ingress=[{"from": [{"podSelector": {}}]}])

    assert Network([alone]).reaches(SERVER, SERVER, 80, "TCP")
    assert not Network([alone]).reaches(ASKER, SERVER, 80, "TCP")


def test_namespaces_are_known_by_their_labels_too() -> None:
    peer = {"namespaceSelector": {"matchLabels": {"entry": "allowed"}}}
    labelled = policy("there", policyTypes=["Ingress"], ingress=[{"from": [peer]}])

    assert Network([labelled], {"here": {"entry": "allowed"}}).reaches(ASKER, SERVER, 80, "TCP")
    assert not Network([labelled]).reaches(ASKER, SERVER, 80, "TCP")


@pytest.mark.parametrize(
    "rule",
    [
        {"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]},
        {"from": [{"podSelector": {"matchExpressions": []}, "namespaceSelector": {}}]},
        {"ports": [{"port": 80, "endPort": 90}]},
        {"ports": [{"port": "http"}]},
    ],
)
def test_what_it_does_not_understand_it_refuses_to_judge(rule: dict[str, Any]) -> None:
    with pytest.raises(NotImplementedError):
        Network([policy("there", policyTypes=["Ingress"], ingress=[rule])]).reaches(ASKER, SERVER, 80, "TCP")
