"""The documents of a rendered overlay, and what is asked of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from tests.running import REPOSITORY
from tests.unit.deploy.kubernetes.kustomize import render

Document = dict[str, Any]

OVERLAYS = ("local", "staging", "production")
SERVICES = ("gateway", "schema", "profiler", "generator", "export")
CLAIMS = "claim"
"""Stands for a volume that a StatefulSet claims."""


@dataclass(frozen=True, eq=False)
class Overlay:
    """What `kubectl apply` would be given."""

    name: str
    documents: tuple[Document, ...]

    def kind(self, *kinds: str) -> list[Document]:
        """All documents of some kinds."""
        return [one for one in self.documents if one["kind"] in kinds]

    def one(self, kind: str, name: str) -> Document:
        """The only document of this kind and name; AssertionError when there is not exactly one."""
        found = [one for one in self.kind(kind) if one["metadata"]["name"] == name]
        assert len(found) == 1, f"{self.name} has {len(found)} of {kind} {name}"
        return found[0]

    @property
    def workloads(self) -> list[Document]:
        """Whatever makes pods."""
        return self.kind("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod", "ReplicaSet")

    def service(self, name: str) -> Document:
        """The Deployment of one of our services."""
        return self.one("Deployment", f"syndata-{name}")

    def settings(self, workload: Document) -> dict[str, str]:
        """The environment that is written down, secrets left out."""
        (container,) = pod(workload)["containers"]
        found: dict[str, str] = {}
        for source in container.get("envFrom", ()):
            if "configMapRef" in source:
                found |= self.one("ConfigMap", source["configMapRef"]["name"])["data"]
        for variable in container.get("env", ()):
            if "value" in variable:
                found[variable["name"]] = variable["value"]
            elif "resourceFieldRef" in variable["valueFrom"]:
                found[variable["name"]] = str(_resource(container, variable["valueFrom"]["resourceFieldRef"]))
        return found

    def scaler(self, workload: Document) -> Document | None:
        """What decides how many pods of this there are, if anything does."""
        found = [
            one
            for one in self.kind("HorizontalPodAutoscaler", "ScaledObject")
            if one["spec"]["scaleTargetRef"]["name"] == workload["metadata"]["name"]
        ]
        assert len(found) <= 1, "two scalers pull at the same workload"
        return found[0] if found else None

    def fewest(self, workload: Document) -> int:
        """How many pods there are at least, while all is well."""
        scaler = self.scaler(workload)
        if scaler is None:
            return int(workload["spec"]["replicas"])
        spec = scaler["spec"]
        return int(spec["minReplicas"] if "minReplicas" in spec else spec["minReplicaCount"])


def pod(workload: Document) -> Document:
    """What the pods of a workload are."""
    spec: Document = workload["spec"]["template"]["spec"]
    return spec


def labels(workload: Document) -> dict[str, str]:
    """The labels of a workload's pods."""
    found: dict[str, str] = workload["spec"]["template"]["metadata"]["labels"]
    return found


def selects(selector: Mapping[str, Any], found: Mapping[str, str]) -> bool:
    """Whether a label selector takes a pod, or a namespace, with these labels; an empty one takes all.

    Raises:
        NotImplementedError: It uses what is not understood here, so that nothing is judged wrongly.
    """
    if unknown := set(selector) - {"matchLabels"}:
        raise NotImplementedError(f"selectors with {', '.join(unknown)}")
    return all(found.get(key) == value for key, value in selector.get("matchLabels", {}).items())


def quantity(text: str | int) -> float:
    """A Kubernetes quantity as a number: `250m` is 0.25, `1Gi` is 1073741824."""
    factors = {"m": 0.001, "k": 1e3, "M": 1e6, "G": 1e9, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
    for suffix, factor in factors.items():
        if str(text).endswith(suffix):
            return float(str(text).removesuffix(suffix)) * factor
    return float(text)


def secrets_of(workload: Document) -> Iterator[tuple[str, str, str, bool]]:
    """Namespace, name, key (`*` for all) and whether it must exist, of every secret that the pods are given."""
    namespace, spec = workload["metadata"]["namespace"], pod(workload)
    for container in spec["containers"]:
        for variable in container.get("env", ()):
            if source := variable.get("valueFrom", {}).get("secretKeyRef"):
                yield namespace, source["name"], source["key"], not source.get("optional", False)
        for source in container.get("envFrom", ()):
            if "secretRef" in source:
                yield namespace, source["secretRef"]["name"], "*", not source["secretRef"].get("optional", False)
    for volume in spec.get("volumes", ()):
        if "secret" in volume:
            for item in volume["secret"]["items"]:
                yield namespace, volume["secret"]["secretName"], item["key"], True


def _resource(container: Document, reference: Document) -> int:
    kind, name = reference["resource"].split(".")
    return math.ceil(quantity(container["resources"][kind][name]))


@cache
def overlay(name: str) -> Overlay:
    """An overlay, rendered once."""
    rendered = yaml.safe_load_all(render(REPOSITORY / "k8s" / "overlays" / name))
    return Overlay(name, tuple(one for one in rendered if one))
