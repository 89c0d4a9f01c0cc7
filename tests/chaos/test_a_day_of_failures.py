"""Customers, orders and order items, five million rows, while everything around them fails."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from syndata_runtime.connections import open_objects
from syndata_runtime.settings import read_settings
from tests.chaos.checker import Verdict, judge, judge_bucket
from tests.chaos.cluster import Cluster, eventually, insistently, over_servers
from tests.chaos.datasets import SHOP, made_by_one_worker
from tests.servers.plugin import PrivateServers

pytestmark = pytest.mark.slow


def test_five_million_rows_survive_the_death_of_everything(
    private_servers: PrivateServers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A generator dies, one leaves, the conductor dies, the broker and the store restart: nothing is lost or doubled."""
    broker, store, bucket = (private_servers(name) for name in ("rabbitmq", "mongodb", "s3"))
    expected = made_by_one_worker(SHOP, tmp_path / "expected")
    cluster = over_servers(broker.url, store.url, bucket.url, tmp_path / "logs")
    said: list[str] = []
    begun = time.monotonic()

    def say(text: str) -> None:
        said.append(f"{time.monotonic() - begun:6.1f} s  {text}")

    try:
        gateways = [cluster.start("gateway"), cluster.start("gateway")]
        for service in ("schema", "export", "export"):
            cluster.start(service, wait=False)
        generators = [cluster.start("generator", wait=False, SYNDATA_WORKERS="1") for _ in range(3)]
        for one in cluster.running:
            one.wait_ready()

        def doors() -> list[int]:
            return [gateway.port for gateway in gateways if gateway.alive]

        begun = time.monotonic()
        job = insistently(doors, "POST", "/jobs", {"config": SHOP}, key="a day of failures")
        say(f"job of {job['rows']:,} rows in {job['parts']} parts accepted")

        def progress() -> float:
            now = insistently(doors, "GET", f"/jobs/{job['id']}")
            assert now["state"] in {"pending", "generating", "exporting", "completed"}, now["reason"]
            return float(now["progress"])

        def wait_for(share: float) -> None:
            eventually(lambda: progress() >= share, 240, f"{share:.0%} of the rows")

        wait_for(0.15)
        generators[0].kill9()
        say("a generator is killed")
        cluster.start("generator", wait=False, SYNDATA_WORKERS="1")
        wait_for(0.3)
        assert generators[1].terminate() == 0
        say("a generator leaves, in good order")
        wait_for(0.4)
        gateways[0].kill9()
        say("a gateway is killed")
        wait_for(0.5)
        broker.kill()
        broker.start()
        say("the broker is killed and starts again")
        wait_for(0.7)
        store.kill()
        store.start()
        say("the store is killed and starts again")
        eventually(lambda: progress() == 1.0, 240, "all rows")
        eventually(lambda: _state(doors, job["id"]) == "completed", 120, "completion")
        done = insistently(doors, "GET", f"/jobs/{job['id']}")
        say(f"completed: {done['rows_done']:,} rows, {done['bytes_done']:,} bytes")

        verdict = judge(doors()[0], done, expected)
        assert verdict.clean, verdict
        assert asyncio.run(_bucket(cluster, done)).clean
        again = insistently(doors, "POST", "/jobs", {"config": SHOP}, key="a day of failures")
        assert again["id"] == job["id"], "the same request gave another job"
        with capsys.disabled():
            print("\n" + "\n".join(said))
    except BaseException:
        print(cluster.logs())
        raise
    finally:
        cluster.end()


def _state(doors: Callable[[], list[int]], job: str) -> str:
    return str(insistently(doors, "GET", f"/jobs/{job}")["state"])


async def _bucket(cluster: Cluster, job: dict[str, Any]) -> Verdict:
    settings = read_settings(objects_url=cluster.environment["SYNDATA_OBJECTS_URL"])
    objects = await open_objects(settings)
    try:
        return await judge_bucket(objects, job, per_task=1)
    finally:
        await objects.close()
