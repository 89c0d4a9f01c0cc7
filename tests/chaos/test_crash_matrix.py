"""Every place where a process may die, at its first, second and last passage."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from syndata_runtime.connections import open_objects
from syndata_runtime.failpoints import FAILPOINTS
from syndata_runtime.settings import read_settings
from tests.chaos.checker import Verdict, judge, judge_bucket
from tests.chaos.cluster import JSON, Cluster, Running, eventually, insistently, over_servers, request
from tests.chaos.datasets import SMALL, made_by_one_worker
from tests.servers.plugin import PrivateServers

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

TASKS: Final = 6
SERVICES: Final = ("gateway", "schema", "generator", "export")


def passages(point: str) -> tuple[int, int, int]:
    """The first, second and last passage of a place: of one job's tasks, or of three jobs."""
    if point.startswith("conductor."):
        return 1, 2, TASKS + 2  # the start, each task (one is handed out at a time), and the export
    if point.startswith(("generator.", "consumer.")):
        return 1, 2, TASKS
    return 1, 2, 3


def service_of(point: str) -> str:
    """Who passes a place."""
    room = point.partition(".")[0]
    return {"conductor": "gateway", "consumer": "generator"}.get(room, room)


class Stage:
    """Four services, one of each, of which one is armed at a time."""

    def __init__(self, cluster: Cluster, expected: Path) -> None:
        self.cluster = cluster
        self.expected = expected
        self.on: dict[str, Running] = {name: cluster.start(name, wait=False) for name in SERVICES}
        self.numbers = itertools.count()
        for one in self.on.values():
            one.wait_ready()

    def replace(self, service: str, failpoint: str, *, wait: bool = True) -> Running:
        """Have a fresh process of a service, armed or not."""
        if self.on[service].alive:
            self.on[service].kill9()
        self.on[service] = self.cluster.start(service, wait=wait, SYNDATA_FAILPOINT=failpoint)
        return self.on[service]

    def doors(self) -> list[int]:
        """Where the gateway answers, if it does."""
        return [self.on["gateway"].port] if self.on["gateway"].alive else []

    def die_at(self, point: str, passage: int) -> tuple[Verdict, float]:
        """Run jobs while a process dies at a place; judge them, and say how long recovery took."""
        service = service_of(point)
        doomed = self.replace(service, f"{point}:{passage}:kill9")
        jobs = 1 if point.startswith(("conductor.", "generator.", "consumer.")) else passage
        keys = [f"{point} {passage} {next(self.numbers)}" for _ in range(jobs)]
        accepted = []
        for key in keys:
            if not doomed.alive:
                break
            accepted.append(self.submit(key))
            if not point.startswith(("conductor.", "generator.", "consumer.")) and key != keys[-1]:
                eventually(lambda: not doomed.alive or self.done(accepted[-1]), 60, f"a job before {point}")
        eventually(lambda: not doomed.alive, 60, f"{point} is passed {passage} times")
        begun = time.monotonic()
        self.replace(service, "", wait=False)
        found = [insistently(self.doors, "POST", "/jobs", {"config": SMALL}, key=key) for key in keys]
        for job in found:
            eventually(lambda job=job: self.done(job), 60, f"the job outlives {point}")  # type: ignore[misc]
        taken = time.monotonic() - begun
        return self.judged(found), taken

    def submit(self, key: str) -> dict[str, Any]:
        """Ask once, as a client without patience; nothing when the gateway dies over it."""
        headers = {**JSON, "Idempotency-Key": key}
        with contextlib.suppress(OSError, http.client.HTTPException):
            status, text = request(self.on["gateway"].port, "POST", "/api/v1/jobs", {"config": SMALL}, headers)
            assert status == 202, text
            job: dict[str, Any] = json.loads(text)["data"]
            return job
        return {}

    def done(self, job: dict[str, Any]) -> bool:
        """Whether a job is completed."""
        if not job:
            return True
        now = insistently(self.doors, "GET", f"/jobs/{job['id']}") if self.doors() else {"state": "unknown"}
        assert now["state"] not in {"failed", "cancelled"}, now["reason"]
        return bool(now["state"] == "completed")

    def judged(self, jobs: list[dict[str, Any]]) -> Verdict:
        """What is wrong with these jobs."""
        total = Verdict()
        for job in jobs:
            now = insistently(self.doors, "GET", f"/jobs/{job['id']}")
            for verdict in (judge(self.doors()[0], now, self.expected), asyncio.run(self._bucket(now))):
                total.lost += verdict.lost
                total.doubled += verdict.doubled
                total.corrupt += verdict.corrupt
        return total

    async def _bucket(self, job: dict[str, Any]) -> Verdict:
        objects = await open_objects(read_settings(objects_url=self.cluster.environment["SYNDATA_OBJECTS_URL"]))
        try:
            return await judge_bucket(objects, job, per_task=1)
        finally:
            await objects.close()


@pytest.fixture(scope="module")
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Services over servers of their own."""
    directory = tmp_path_factory.mktemp("matrix")
    servers = PrivateServers(directory / "servers", request.config)
    try:
        broker, store, bucket = (servers(name) for name in ("rabbitmq", "mongodb", "s3"))
        cluster = over_servers(broker.url, store.url, bucket.url, directory / "logs")
        cluster.environment |= {"SYNDATA_WORKERS": "1", "SYNDATA_WINDOW": "1"}
        try:
            yield Stage(cluster, made_by_one_worker(SMALL, directory / "expected"))
        finally:
            cluster.end()
    finally:
        servers.end()


def test_no_place_to_die_loses_doubles_or_corrupts_anything(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """12 places, three passages each, kill -9, restart: 0 lost, 0 doubled, 0 corrupt."""
    rows = []
    try:
        for point in FAILPOINTS:
            for passage in passages(point):
                verdict, seconds = stage.die_at(point, passage)
                rows.append((point, passage, verdict, seconds))
    except BaseException:
        for one in stage.on.values():
            print(f"--- {one.log.name}\n{one.log.read_text(errors='replace')[-3000:]}")
        raise
    finally:
        with capsys.disabled():
            print(f"\n{'place':24}{'passage':>8}{'lost':>6}{'doubled':>9}{'corrupt':>9}{'recovered in':>14}")
            for point, passage, verdict, seconds in rows:
                print(
                    f"{point:24}{passage:>8}{verdict.lost:>6}{verdict.doubled:>9}{verdict.corrupt:>9}{seconds:>12.1f} s"
                )
    assert all(verdict.clean for _, _, verdict, _ in rows), rows
