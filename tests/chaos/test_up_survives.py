"""`syndata up`, killed again and again."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.checker import judge
from tests.chaos.cluster import Cluster, eventually, insistently
from tests.chaos.datasets import SHOP, made_by_one_worker

pytestmark = pytest.mark.slow

KILLS = 5


def test_kill_9_at_five_random_moments_loses_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Five million rows; the process is killed five times while it works, and started again on the same directory."""
    expected = made_by_one_worker(SHOP, tmp_path / "expected")
    (tmp_path / "logs").mkdir()
    cluster = Cluster(tmp_path / "logs", {"SYNDATA_STALL_SECONDS": "6"})
    data = tmp_path / "data"
    seed = random.randrange(1000)  # printed below, so that a bad run can be looked at again
    chance = random.Random(seed)
    said = []
    try:
        up = cluster.up(data)
        job = insistently(lambda: [up.port], "POST", "/jobs", {"config": SHOP}, key="five kills")
        for kill in range(KILLS):
            time.sleep(chance.uniform(0.3, 2.5))
            before = _now(up.port, job)
            up.kill9()
            up = cluster.up(data)
            after = _now(up.port, job)
            assert after["rows_done"] >= before["rows_done"], "what was done is not done any more"
            said.append(f"kill {kill + 1} at {before['progress']:.0%}, {before['state']}")
        eventually(lambda: _now(up.port, job)["state"] == "completed", 240, "completion")
        done = _now(up.port, job)
        verdict = judge(up.port, done, expected)
        assert verdict.clean, verdict
        again = insistently(lambda: [up.port], "POST", "/jobs", {"config": SHOP}, key="five kills")
        assert again["id"] == job["id"]
        with capsys.disabled():
            print(f"\nmoments of seed {seed}: " + "; ".join(said))
        assert up.terminate() == 0
    except BaseException:
        print(f"moments of seed {seed}", said, cluster.logs())
        raise
    finally:
        cluster.end()


def _now(port: int, job: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = insistently(lambda: [port], "GET", f"/jobs/{job['id']}")
    return found
