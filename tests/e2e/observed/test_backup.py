"""A backup taken under load is restored into fresh servers, and every job of it ends as it should."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from deploy.local.backup import COLLECTIONS
from tests.chaos.checker import judge
from tests.chaos.cluster import REPOSITORY, Cluster, Running, call, eventually, over_servers
from tests.chaos.datasets import SMALL, made_by_one_worker
from tests.servers.plugin import PrivateServers

LONG = "syndata: 1\ntables:\n" + "".join(
    f"""\
  - table_name: t{number}
    rows: 300000
    columns:
      - {{ name: id, type: int, constraints: [PK], rule: {{ type: sequence }} }}
      - {{ name: name, type: str, rule: full_name }}
      - {{ name: email, type: str, rule: email }}
"""
    for number in range(12)
)
"""Twelve tasks of some tenths of a second each."""
SERVICES = ("gateway", "schema", "generator", "export")


def test_the_backup_knows_every_collection_that_services_write() -> None:
    """One that it forgot would be lost with the servers."""
    written = set()
    for path in (REPOSITORY / "services").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for constant in re.findall(r"store\.insert\(\s*(\w+)", text):
            (name,) = re.findall(rf'^{constant}(?:: \w+)? = "(\w+)"', text, re.MULTILINE)
            written.add(name)

    assert written == set(COLLECTIONS)
    assert COLLECTIONS[0] == COLLECTIONS[-1] == "openjobs"


def backup(cluster: Cluster, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the script as an operator does."""
    path = os.pathsep.join([str(REPOSITORY / "libs"), str(REPOSITORY / "services"), str(REPOSITORY)])
    return subprocess.run(
        [sys.executable, "-m", "deploy.local.backup", *map(str, arguments)],
        env={**os.environ, **cluster.environment, "PYTHONPATH": path},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )


def stack(servers: PrivateServers, directory: Path) -> Cluster:
    """Fresh servers, and no services yet."""
    bus, store, objects = (servers(name).url for name in ("rabbitmq", "mongodb", "s3"))
    cluster = over_servers(bus, store, objects, directory)
    cluster.environment |= {"SYNDATA_WORKERS": "1", "SYNDATA_STALL_SECONDS": "4"}
    return cluster


def started(cluster: Cluster) -> Running:
    """Start the services; the gateway."""
    for name in SERVICES:
        cluster.start(name, wait=False)
    for one in cluster.running:
        one.wait_ready()
    return next(one for one in cluster.running if one.name == "gateway")


def now(gateway: Running, job: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = call(gateway.port, "GET", f"/jobs/{job['id']}")
    return found


@pytest.mark.slow
def test_a_stack_comes_back_from_a_backup_taken_under_load(
    private_servers: PrivateServers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One job is done, one half way; the first servers are gone for good, messages and all."""
    expected = {name: made_by_one_worker(text, tmp_path / name) for name, text in (("small", SMALL), ("long", LONG))}
    copy = tmp_path / "copy"
    first = stack(private_servers, tmp_path / "first")
    second = None
    try:
        gateway = started(first)
        done = call(gateway.port, "POST", "/jobs", {"config": SMALL})
        eventually(lambda: now(gateway, done)["state"] == "completed", 60, "the small job is completed")
        call(gateway.port, "PUT", "/schemas/kept", {"config": SMALL})
        half = call(gateway.port, "POST", "/jobs", {"config": LONG})
        eventually(lambda: now(gateway, half)["rows_done"] > 0, 60, "the long job has begun")

        begun = time.monotonic()
        saved = backup(first, "save", copy)
        saving = time.monotonic() - begun
        assert saved.returncode == 0, saved.stderr
        first.end()

        second = stack(private_servers, tmp_path / "second")
        begun = time.monotonic()
        restored = backup(second, "restore", copy)
        assert restored.returncode == 0, restored.stderr
        assert restored.stdout.removeprefix("restore") == saved.stdout.removeprefix("save")
        gateway = started(second)
        reached = now(gateway, half)
        assert reached["state"] in {"generating", "exporting"}, "it was to be half way, or this proves nothing"
        assert reached["rows_done"] > 0
        assert now(gateway, done)["state"] == "completed"
        assert call(gateway.port, "GET", "/schemas/kept")["name"] == "kept"
        eventually(lambda: now(gateway, half)["state"] == "completed", 120, "the long job goes on, and is completed")
        back = time.monotonic() - begun

        for job, name in ((done, "small"), (half, "long")):
            verdict = judge(gateway.port, now(gateway, job), expected[name])
            assert verdict.clean, verdict
        with capsys.disabled():
            share = reached["rows_done"] / 3_600_000
            print(f"\nsaved in {saving:.1f} s at {share:.0%} of the job; back, and the job completed, {back:.1f} s "
                  f"after the restore began; {saved.stdout.strip()}")  # fmt: skip

        again = backup(second, "restore", copy)
        assert again.returncode == 1
        assert "empty" in again.stderr, "two histories were mixed"
    finally:
        first.end()
        if second is not None:
            second.end()
