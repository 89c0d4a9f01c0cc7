"""Passwords of the document store and keys of the object store are changed while a job runs, as the runbook says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from pymongo.errors import OperationFailure

from deploy.local.s3 import MinIO
from deploy.local.server import LocalServer
from tests.chaos.cluster import Cluster, Running, call, eventually, over_servers
from tests.chaos.datasets import made_by_one_worker
from tests.e2e.operated.stack import LONG, Client, counted, replaced, same_tables, started
from tests.e2e.operated.users import GuardedFerretDB, RenamedMinIO, minio_admin
from tests.servers.plugin import PrivateServers

pytestmark = pytest.mark.slow

SECOND: Final = ("second", "the-second-password-0123456789")
NAMES: Final = ("gateway", "schema", "generator", "export")
BUCKET: Final = "rotated"
KEY: Final = "a-key-for-tests-only-0123456789"

Start = Callable[..., Cluster]


@pytest.fixture
def start(private_servers: PrivateServers, tmp_path: Path) -> Iterator[Start]:
    """Make a cluster over given addresses, and usual servers for the others; it ends with the test."""
    made: list[Cluster] = []

    def begin(**addresses: str) -> Cluster:
        found = [addresses.get(name) or private_servers(name).url for name in ("rabbitmq", "mongodb", "s3")]
        cluster = over_servers(found[0], found[1], found[2], tmp_path / "logs")
        cluster.environment |= {"SYNDATA_WORKERS": "1", "SYNDATA_WINDOW": "1", "SYNDATA_STALL_SECONDS": "30"}
        made.append(cluster)
        return cluster

    try:
        yield begin
    except BaseException:
        print(*(cluster.logs() for cluster in made))
        raise
    finally:
        for cluster in made:
            cluster.end()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Callable[[type[Any]], Any]]:
    """Start a server of a kind of one's own; it ends with the test."""
    made: list[LocalServer] = []

    def begin(kind: type[LocalServer]) -> LocalServer:
        if kind.find() is None:
            pytest.skip(f"{kind.program} is not installed")
        one = kind(tmp_path / kind.__name__, dies_with_parent=True)
        one.start()
        made.append(one)
        return one

    yield begin
    for one in made:
        one.end()


def at_work(gateway: Running) -> dict[str, Any]:
    """A long job that has begun."""
    job: dict[str, Any] = call(gateway.port, "POST", "/jobs", {"config": LONG})
    eventually(lambda: call(gateway.port, "GET", f"/jobs/{job['id']}")["tasks_done"] > 0, 60, "a task")
    return job


def nothing_noticed(
    cluster: Cluster, running: list[Running], job: dict[str, Any], expected: Path, *secrets: str
) -> None:
    """The job is completed with the bytes that it would have had, no message died, and nobody wrote a secret down."""
    door = running[0].port
    eventually(lambda: call(door, "GET", f"/jobs/{job['id']}")["state"] == "completed", 120, "completion")
    assert same_tables(door, job, expected)
    assert counted(running, "syndata_dead_letters_total") == 0
    for one in cluster.running:
        text = one.log.read_text()
        assert not [secret for secret in secrets if secret in text]


def test_the_document_stores_user_is_changed(start: Start, own: Callable[[type[Any]], Any], tmp_path: Path) -> None:
    """A second user, the gateway (nobody else knows the store) replaced, the first user dropped; no answer is refused."""
    expected = made_by_one_worker(LONG, tmp_path / "expected")
    store: GuardedFerretDB = own(GuardedFerretDB)
    cluster = start(mongodb=store.as_user(*store.FIRST))
    database = cluster.environment["SYNDATA_STORE_URL"].partition("?")[0].rpartition("/")[2]
    running = started(cluster, *NAMES)
    job = at_work(running[0])
    client = Client(KEY, gateways := [running[0]])
    with client.asking():
        store.ask(store.FIRST, {"createUser": SECOND[0], "pwd": SECOND[1], "roles": []})
        running[0] = gateways[0] = replaced_with(cluster, gateways, SYNDATA_STORE_URL=store.as_user(*SECOND, database))
        store.ask(SECOND, {"dropUser": store.FIRST[0]})

    with pytest.raises(OperationFailure):
        store.ask(store.FIRST, {"ping": 1})
    lost = cluster.start("gateway", wait=False, SYNDATA_CONNECT_SECONDS="1")
    assert lost.process.wait(60) == 3
    assert "the store refuses our credentials" in lost.log.read_text()
    assert client.refused == []
    assert {state for state, _ in client.outcomes} == {"completed"}
    nothing_noticed(cluster, running, job, expected, store.FIRST[1], SECOND[1])


def replaced_with(cluster: Cluster, gateways: list[Running], **environment: str) -> Running:
    """Another gateway, known to clients before the first one ends."""
    gateways.append(cluster.start("gateway", wait=True, **environment))
    assert gateways[0].terminate() == 0
    return gateways.pop()


def test_the_object_stores_key_is_changed(start: Start, private_servers: PrivateServers, tmp_path: Path) -> None:
    """A second key with the same rights, every service replaced, the first key removed."""
    expected = made_by_one_worker(LONG, tmp_path / "expected")
    server = private_servers("s3")
    local = server.local
    if not isinstance(local, MinIO):
        pytest.skip("keys are made in a MinIO of this machine only")
    admin = minio_admin(server.url)
    keys = {"first": "the-first-secret-0123456789", "second": "the-second-secret-0123456789"}

    def address(name: str) -> str:
        return f"s3+http://{name}:{keys[name]}@127.0.0.1:{local.port}/{BUCKET}"

    def add(name: str) -> None:
        admin.user_add(name, keys[name])
        admin.attach_policy(["readwrite"], user=name)

    add("first")
    cluster = start(s3=address("first"))
    cluster.environment["SYNDATA_OBJECTS_URL"] = address("first")
    running = started(cluster, *NAMES)
    job = at_work(running[0])
    add("second")
    running = [replaced(cluster, one, SYNDATA_OBJECTS_URL=address("second")) for one in running]
    admin.user_remove("first")

    lost = cluster.start("generator", wait=False, SYNDATA_CONNECT_SECONDS="1")
    assert lost.process.wait(60) in {3, 4}, "the first key opens nothing any more"
    assert "objects" in lost.log.read_text()
    nothing_noticed(cluster, running, job, expected, *keys.values())


def test_the_object_stores_own_password_is_changed(
    start: Start, own: Callable[[type[Any]], Any], tmp_path: Path
) -> None:
    """As in compose: the store starts anew with another password, then every service does; jobs wait meanwhile."""
    expected = made_by_one_worker(LONG, tmp_path / "expected")
    store: RenamedMinIO = own(RenamedMinIO)
    cluster = start(s3=store.url)
    running = started(cluster, *NAMES)
    job = at_work(running[0])
    first = store.password
    store.stop()
    store.password = SECOND[1]
    store.start()
    bucket = cluster.environment["SYNDATA_OBJECTS_URL"].rpartition("/")[2]
    after = store.as_key("syndata", store.password, bucket)
    running = [replaced(cluster, one, SYNDATA_OBJECTS_URL=after) for one in running]

    lost = cluster.start("generator", wait=False, SYNDATA_CONNECT_SECONDS="1")
    assert lost.process.wait(60) in {3, 4}, "the first password opens nothing any more"
    nothing_noticed(cluster, running, job, expected, first, store.password)
