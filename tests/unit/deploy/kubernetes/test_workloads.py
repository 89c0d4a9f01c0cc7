"""What every pod may do, needs, survives: for each workload of each overlay."""

from __future__ import annotations

import re
from collections.abc import Iterator

from syndata_runtime.connections import _PING_SECONDS
from tests.unit.deploy.kubernetes.documents import SERVICES, Document, Overlay, labels, pod, quantity, selects

LONGEST_TASK_SECONDS = 30
"""Six times of what a task aims at."""
ENDING_SECONDS = 25
"""After work was handed back: that itself (10), answers under way (10), traces (3)."""
WARMING_SECONDS = 30
"""Imports, kernels and worker processes, on a busy node."""


def containers(overlay: Overlay) -> Iterator[tuple[Document, Document]]:
    """Every workload with its container; none has a second one, or one that runs before it."""
    for workload in overlay.workloads:
        assert not pod(workload).get("initContainers")
        (container,) = pod(workload)["containers"]
        yield workload, container


def test_the_five_services_are_there(overlay: Overlay) -> None:
    named = {one["metadata"]["name"] for one in overlay.kind("Deployment")}

    assert named == {f"syndata-{name}" for name in SERVICES}
    assert {one["kind"] for one in overlay.workloads} <= {"Deployment", "StatefulSet"}


def test_pods_are_nobody_in_particular_and_may_do_nothing_special(overlay: Overlay) -> None:
    """What Pod Security calls `restricted`, and a root file system that cannot be written to."""
    for workload, container in containers(overlay):
        outer, inner = pod(workload)["securityContext"], container["securityContext"]
        assert outer["runAsNonRoot"] is True
        assert outer["runAsUser"] >= 999
        assert outer["runAsGroup"] >= 999
        assert outer["seccompProfile"] == {"type": "RuntimeDefault"}
        assert inner == {
            "allowPrivilegeEscalation": False,
            "privileged": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


def test_pods_share_nothing_with_their_node(overlay: Overlay) -> None:
    for workload, container in containers(overlay):
        assert not {"hostNetwork", "hostPID", "hostIPC", "hostUsers"} & set(pod(workload))
        assert not any("hostPort" in port for port in container["ports"])
        kinds = {kind for volume in pod(workload).get("volumes", ()) for kind in volume if kind != "name"}
        assert kinds <= {"emptyDir", "secret"}


def test_pods_have_no_account_in_the_cluster(overlay: Overlay) -> None:
    for workload, _ in containers(overlay):
        account = overlay.one("ServiceAccount", pod(workload)["serviceAccountName"])
        assert account["metadata"]["namespace"] == workload["metadata"]["namespace"]
        assert account["automountServiceAccountToken"] is False
        assert pod(workload)["automountServiceAccountToken"] is False
    assert not overlay.kind("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding")


def test_kubernetes_writes_no_variables_of_its_own(overlay: Overlay) -> None:
    """A Service named `syndata` would set SYNDATA_PORT to `tcp://…`, and every start would fail."""
    for workload, _ in containers(overlay):
        assert pod(workload)["enableServiceLinks"] is False


def test_every_container_says_what_it_needs_and_may_take(overlay: Overlay) -> None:
    for _, container in containers(overlay):
        requests, limits = container["resources"]["requests"], container["resources"]["limits"]
        assert set(requests) == set(limits) == {"cpu", "memory", "ephemeral-storage"}
        for name, asked in requests.items():
            assert 0 < quantity(asked) <= quantity(limits[name])


def test_services_that_people_depend_on_have_the_memory_they_may_use(shared: Overlay) -> None:
    for _, container in containers(shared):
        assert container["resources"]["requests"]["memory"] == container["resources"]["limits"]["memory"]


def test_scratch_has_an_end_and_is_counted(overlay: Overlay) -> None:
    """A full scratch volume ends its pod, not the node; and it is on disk, not memory in disguise."""
    for workload, container in containers(overlay):
        volumes = [one["emptyDir"] for one in pod(workload)["volumes"] if "emptyDir" in one]
        assert all(set(one) == {"sizeLimit"} for one in volumes)
        asked = sum(quantity(one["sizeLimit"]) for one in volumes)
        assert 0 < asked <= quantity(container["resources"]["requests"]["ephemeral-storage"])


def test_every_mounted_volume_exists_and_every_volume_is_mounted(overlay: Overlay) -> None:
    for workload, container in containers(overlay):
        claimed = {one["metadata"]["name"] for one in workload["spec"].get("volumeClaimTemplates", ())}
        volumes = {one["name"] for one in pod(workload)["volumes"]} | claimed
        assert {one["name"] for one in container["volumeMounts"]} == volumes


def test_services_write_only_where_their_settings_say(overlay: Overlay) -> None:
    for name in SERVICES:
        workload = overlay.service(name)
        (container,) = pod(workload)["containers"]
        assert [one["mountPath"] for one in container["volumeMounts"]] == [
            overlay.settings(workload)["SYNDATA_SCRATCH"]
        ]


def test_images_have_a_version_that_stays(overlay: Overlay) -> None:
    for _, container in containers(overlay):
        image = container["image"]
        assert re.fullmatch(r"[a-z0-9./-]+:[\w.-]+(@sha256:[0-9a-f]{64})?", image), image
        assert ":latest" not in image
        assert container["imagePullPolicy"] == "IfNotPresent"


def test_a_service_runs_its_own_image(overlay: Overlay) -> None:
    for name in SERVICES:
        (container,) = pod(overlay.service(name))["containers"]
        assert re.search(rf"(^|/)syndata/{name}:", container["image"])
        assert not {"command", "args"} & set(container), "the image knows how to start"


def test_what_people_depend_on_runs_released_images(shared: Overlay) -> None:
    images = [pod(shared.service(name))["containers"][0]["image"] for name in SERVICES]

    assert all(re.search(r":\d+\.\d+\.\d+$", image) for image in images)
    assert len({image.rpartition(":")[2] for image in images}) == 1


def test_services_are_asked_where_they_answer(overlay: Overlay) -> None:
    for name in SERVICES:
        workload = overlay.service(name)
        (container,) = pod(workload)["containers"]
        ports = {one["name"]: one["containerPort"] for one in container["ports"]}
        paths = {
            probe: container[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")
        }
        assert ports == {"http": int(overlay.settings(workload)["SYNDATA_PORT"])}
        assert paths == {"startupProbe": "/livez", "livenessProbe": "/livez", "readinessProbe": "/readyz"}
        assert {container[probe]["httpGet"]["port"] for probe in paths} == {"http"}


def test_the_paths_of_probes_exist() -> None:
    from syndata_runtime.connections import Ports
    from syndata_runtime.health import Health

    assert {route.path for route in Health("any", Ports()).routes()} == {"/livez", "/readyz", "/metrics"}


def test_every_container_is_watched(overlay: Overlay) -> None:
    for _, container in containers(overlay):
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            (how,) = {"httpGet", "tcpSocket"} & set(container[probe]) or {"exec"}
            if how != "exec":
                assert container[probe][how]["port"] in {port["name"] for port in container["ports"]}


def test_a_start_may_wait_for_servers_before_it_is_given_up(overlay: Overlay) -> None:
    for name in SERVICES:
        workload = overlay.service(name)
        probe = pod(workload)["containers"][0]["startupProbe"]
        waits = float(overlay.settings(workload)["SYNDATA_CONNECT_SECONDS"])
        assert probe["periodSeconds"] * probe["failureThreshold"] >= waits + WARMING_SECONDS
        assert workload["spec"]["progressDeadlineSeconds"] >= probe["periodSeconds"] * probe["failureThreshold"]


def test_readiness_is_given_the_time_that_it_takes(overlay: Overlay) -> None:
    for name in SERVICES:
        assert pod(overlay.service(name))["containers"][0]["readinessProbe"]["timeoutSeconds"] > _PING_SECONDS


def test_nothing_is_killed_before_its_work_is_done(overlay: Overlay) -> None:
    """Whoever drains gets the time that its settings promise, the longest task, and the end itself."""
    for name in SERVICES:
        workload = overlay.service(name)
        hook = pod(workload)["containers"][0].get("lifecycle", {}).get("preStop", {})
        before = hook["sleep"]["seconds"] if hook else 0
        drains = float(overlay.settings(workload)["SYNDATA_DRAIN_SECONDS"])
        least = before + drains + max(LONGEST_TASK_SECONDS, ENDING_SECONDS)
        assert pod(workload)["terminationGracePeriodSeconds"] > least, name


def test_an_update_takes_nobody_away_before_another_is_ready(overlay: Overlay) -> None:
    for name in SERVICES:
        strategy = overlay.service(name)["spec"]["strategy"]
        assert strategy == {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}


def test_selectors_take_their_own_pods_and_no_others(overlay: Overlay) -> None:
    for workload, _ in containers(overlay):
        taken = [
            one["metadata"]["name"]
            for one in overlay.workloads
            if one["metadata"]["namespace"] == workload["metadata"]["namespace"]
            and selects(workload["spec"]["selector"], labels(one))
        ]
        assert taken == [workload["metadata"]["name"]]


def test_services_lead_to_pods_that_listen(overlay: Overlay) -> None:
    assert overlay.kind("Service")
    for service in overlay.kind("Service"):
        (workload,) = [
            one
            for one in overlay.workloads
            if one["metadata"]["namespace"] == service["metadata"]["namespace"]
            and selects({"matchLabels": service["spec"]["selector"]}, labels(one))
        ]
        ports = {port["name"] for port in pod(workload)["containers"][0]["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports
        assert service["spec"]["type"] == "ClusterIP", "the way in is the route"


def test_no_drained_node_takes_a_service_away_nor_is_held_up_by_one(overlay: Overlay) -> None:
    """At least one pod stays, and at least one may go; where there is only one, it may go."""
    for workload, _ in containers(overlay):
        budgets = [
            one
            for one in overlay.kind("PodDisruptionBudget")
            if one["metadata"]["namespace"] == workload["metadata"]["namespace"]
            and selects(one["spec"]["selector"], labels(workload))
        ]
        fewest = overlay.fewest(workload)
        assert len(budgets) == (1 if fewest > 1 else 0)
        for budget in budgets:
            assert 1 <= budget["spec"]["minAvailable"] < fewest
            assert budget["spec"]["unhealthyPodEvictionPolicy"] == "AlwaysAllow"


def test_nothing_depends_on_one_pod(shared: Overlay) -> None:
    for name in SERVICES:
        assert shared.fewest(shared.service(name)) >= 2


def test_pods_of_a_service_stand_on_different_nodes_and_in_different_zones(shared: Overlay) -> None:
    for name in SERVICES:
        workload = shared.service(name)
        spread = {one["topologyKey"]: one for one in pod(workload)["topologySpreadConstraints"]}
        assert set(spread) == {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}
        for one in spread.values():
            assert selects(one["labelSelector"], labels(workload))
            assert not any(
                selects(one["labelSelector"], labels(shared.service(other))) for other in SERVICES if other != name
            )


def test_in_production_pods_that_do_the_same_avoid_each_other(production: Overlay) -> None:
    for name in SERVICES:
        workload = production.service(name)
        (rule,) = pod(workload)["affinity"]["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"]
        assert selects(rule["podAffinityTerm"]["labelSelector"], labels(workload))
        assert rule["podAffinityTerm"]["matchLabelKeys"] == ["app.kubernetes.io/component"]
    assert production.fewest(production.service("gateway")) >= 3
