"""A key of the API is changed while people work: the old one stops, the new one opens, and no job notices."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.chaos.cluster import JSON, Cluster, Running, call, eventually, over_servers, request
from tests.e2e.operated.stack import LONG, Client, counted, fresh, replaced, started
from tests.e2e.operated.users import rabbitmqctl
from tests.running import environment
from tests.servers.plugin import PrivateServers

pytestmark = pytest.mark.slow

OLD = "the-key-that-leaves-0123456789"
NEW = "the-key-that-comes-0123456789"


def status(gateway: Running, key: str) -> int:
    """What a gateway answers to a key."""
    return request(gateway.port, "GET", "/api/v1/jobs", None, {**JSON, "X-API-Key": key})[0]


def answers(gateways: list[Running]) -> list[tuple[int, int]]:
    """What each gateway answers to the old and to the new key."""
    return [(status(one, OLD), status(one, NEW)) for one in gateways]


def command_with(up: Running, key: str) -> subprocess.CompletedProcess[str]:
    """What the command says to a key."""
    variables = {**environment(), "SYNDATA_URL": f"http://127.0.0.1:{up.port}", "SYNDATA_API_KEY": key}
    return subprocess.run(
        [sys.executable, "-m", "syndata", "status"], env=variables, capture_output=True, text=True, check=False
    )


def test_a_key_is_changed_while_a_job_runs(private_servers: PrivateServers, tmp_path: Path) -> None:
    """Two gateways, restarted one after the other, twice: with both keys, then with the new one alone."""
    cluster = fresh(private_servers, tmp_path / "logs")
    try:
        names = ("gateway", "gateway")
        gateways = started(cluster, *names, SYNDATA_API_KEY=OLD)
        started(cluster, "schema", "generator", "export")
        assert answers(gateways) == [(200, 401)] * 2
        opened = {**JSON, "X-API-Key": OLD}
        job = call(gateways[0].port, "POST", "/jobs", {"config": LONG}, opened)
        client = Client(OLD, gateways)
        with client.asking():
            for keys, theirs in ((f"{OLD},{NEW}", NEW), (NEW, NEW)):
                for number in range(2):
                    gateways[number] = replaced(cluster, gateways[number], SYNDATA_API_KEY=keys)
                client.key = theirs  # handed out once every gateway knows it, and before any forgets the old one
                assert answers(gateways) == ([(200, 200)] * 2 if OLD in keys else [(401, 200)] * 2)
            reached = call(gateways[0].port, "GET", f"/jobs/{job['id']}", headers={**JSON, "X-API-Key": NEW})

        assert client.refused == []
        assert len(client.outcomes) > 4
        assert {state for state, _ in client.outcomes} == {"completed"}
        assert reached["tasks_done"] > 0
        opened["X-API-Key"] = NEW
        where = f"/jobs/{job['id']}"
        eventually(lambda: call(gateways[0].port, "GET", where, headers=opened)["state"] == "completed", 90, "the end")
        for one in cluster.running:
            assert OLD not in one.log.read_text()
            assert NEW not in one.log.read_text()
    except BaseException:
        print(cluster.logs())
        raise
    finally:
        cluster.end()


def test_a_key_that_leaked_is_of_no_use_after_one_restart(tmp_path: Path) -> None:
    """`syndata up` makes itself another key when its file is gone; who holds the old one sees nothing any more."""
    (tmp_path / "logs").mkdir()
    cluster = Cluster(tmp_path / "logs", {})
    data = tmp_path / "data"
    try:
        up = cluster.up(data, SYNDATA_API_KEY="")
        old = (data / "api-key").read_text().strip()
        job = call(up.port, "POST", "/jobs", {"preset": "user", "rows": 5000}, {**JSON, "X-API-Key": old})
        assert up.terminate() == 0
        (data / "api-key").unlink()
        up = cluster.up(data, SYNDATA_API_KEY="")
        new = (data / "api-key").read_text().strip()

        assert new != old
        assert (status(up, old), status(up, new)) == (401, 200)
        told = command_with(up, old)
        assert told.returncode == 3
        assert "the API key is not known here" in told.stderr
        assert "SYNDATA_API_KEY" in told.stderr, "what to do about it"
        assert old not in told.stderr
        opened = {**JSON, "X-API-Key": new}
        where = f"/jobs/{job['id']}"
        eventually(lambda: call(up.port, "GET", where, headers=opened)["state"] == "completed", 60, "the job goes on")
        assert oct((data / "api-key").stat().st_mode & 0o777) == "0o600"
    finally:
        cluster.end()


def test_the_brokers_user_is_changed_while_a_job_runs(private_servers: PrivateServers, tmp_path: Path) -> None:
    """As the runbook says: a second user, every service restarted with it, the first user gone."""
    broker, store, objects = (private_servers(name) for name in ("rabbitmq", "mongodb", "s3"))
    if not broker.restartable:
        pytest.skip("users are made in a broker of this machine only")
    cluster = over_servers(broker.url, store.url, objects.url, tmp_path / "logs")
    cluster.environment |= {"SYNDATA_WORKERS": "1", "SYNDATA_WINDOW": "1", "SYNDATA_STALL_SECONDS": "30"}
    after = (
        urlsplit(broker.url)._replace(netloc=f"second:{NEW}@{urlsplit(broker.url).netloc.rpartition('@')[2]}").geturl()
    )
    try:
        running = started(cluster, "gateway", "schema", "generator", "export")
        job = call(running[0].port, "POST", "/jobs", {"config": LONG})
        eventually(lambda: call(running[0].port, "GET", f"/jobs/{job['id']}")["tasks_done"] > 0, 60, "a task")
        rabbitmqctl(broker, "add_user", "second", NEW)
        rabbitmqctl(broker, "set_permissions", "second", ".*", ".*", ".*")
        running = [replaced(cluster, one, SYNDATA_BUS_URL=after) for one in running]
        rabbitmqctl(broker, "delete_user", "guest")

        lost = cluster.start("generator", wait=False, SYNDATA_CONNECT_SECONDS="1")
        assert lost.process.wait(60) == 3, "the first user opens nothing any more"
        where = f"/jobs/{job['id']}"
        eventually(lambda: call(running[0].port, "GET", where)["state"] == "completed", 90, "completion")
        assert counted(running, "syndata_dead_letters_total") == 0
        assert all(NEW not in one.log.read_text() for one in cluster.running)
    except BaseException:
        print(cluster.logs())
        raise
    finally:
        cluster.end()
