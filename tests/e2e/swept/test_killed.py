"""A sweeper that is killed anywhere loses nothing that is needed, and leaves nothing that the next does not remove."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Final

import pytest

from syndata_runtime.failpoints import SWEEPING
from tests.chaos.checker import judge
from tests.chaos.cluster import Cluster, Running, call, eventually, insistently, request
from tests.chaos.datasets import made_by_one_worker

pytestmark = pytest.mark.slow

SLOW: Final = "syndata: 1\ntables:\n" + "".join(
    f"""\
  - table_name: t{number}
    rows: 20000
    columns:
      - {{ name: id, type: int, constraints: [PK], rule: {{ type: sequence }} }}
      - {{ name: name, type: str, rule: full_name }}
"""
    for number in range(15)
)
"""Fifteen tasks, one after the other: enough to be paused on the way."""
SOON: Final = str(1 / 86_400)
"""A second, in days."""
SWEEPS: Final = {
    "SYNDATA_SWEEP_HOURS": str(0.5 / 3600),
    "SYNDATA_KEEP_PREVIEWS_DAYS": SOON,
    "SYNDATA_KEEP_PLANS_DAYS": SOON,
    "SYNDATA_KEEP_KEYS_DAYS": SOON,
}
OLD: Final = {"SYNDATA_KEEP_JOBS_DAYS": str(3 / 86_400)}
"""Three seconds: only what was made first is so old when it is time."""
PLACES: Final = (
    "sweeper.turn_taken",
    "sweeper.keys_removed",
    "sweeper.expired",
    "sweeper.aside_put",
    "sweeper.mark_removed",
)
"""In the order in which one look passes them."""
ELSEWHERE: Final = {"sweeper.put_back"}
"""What is put back is so in `test_races`."""


def objects(data: Path) -> set[str]:
    """What lies among the objects, but for what was set aside."""
    root = data / "objects" / "workspaces" / "default"
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and "aside" not in path.parts}


def test_every_place_is_tried() -> None:
    assert {*PLACES} | ELSEWHERE == set(SWEEPING)


def test_kill_9_at_every_place_of_a_sweep(tmp_path: Path) -> None:
    """Three jobs are old and go; one is paused all the while, goes on in the end, and is completed byte for byte."""
    expected = made_by_one_worker(SLOW, tmp_path / "expected")
    (tmp_path / "logs").mkdir()
    cluster = Cluster(tmp_path / "logs", {"SYNDATA_STALL_SECONDS": "4", "SYNDATA_WINDOW": "1"})
    data = tmp_path / "data"
    try:
        up = cluster.up(data, SYNDATA_SWEEP_HOURS="0")
        old = [_asked(up, {"preset": "user", "rows": rows}, f"old {rows}") for rows in (10, 20, 30)]
        call(up.port, "POST", "/previews", {"preset": "user", "rows": 7, "table": "customers"})
        eventually(lambda: all(_state(up, job) == "completed" for job in old), 60, "the old jobs are completed")
        kept = _asked(up, {"config": SLOW}, "kept")
        call(up.port, "POST", f"/jobs/{kept['id']}/pause")
        assert _state(up, kept) == "paused", "it was over too soon for this test"
        assert up.terminate() == 0
        time.sleep(3)

        for place in PLACES:
            killed = cluster.up(data, wait=False, SYNDATA_FAILPOINT=f"{place}:1:kill9", **SWEEPS, **OLD)
            eventually(lambda killed=killed: not killed.alive, 60, f"it dies at {place}")  # type: ignore[misc]
        up = cluster.up(data, wait=True, **SWEEPS, **OLD)
        eventually(lambda: all(_is_gone(up, job) for job in old), 60, "the old jobs are forgotten")
        assert up.terminate() == 0

        up = cluster.up(data, wait=True, **SWEEPS)  # what is kept must be looked at for longer than three seconds
        call(up.port, "POST", f"/jobs/{kept['id']}/resume")
        eventually(lambda: _state(up, kept) == "completed", 60, "the other is completed")
        verdict = judge(up.port, call(up.port, "GET", f"/jobs/{kept['id']}"), expected)
        assert verdict.clean, verdict
        its = f"jobs/{kept['id']}/"
        needed = {f"plans/{kept['plan']}.json"}
        eventually(lambda: {one for one in objects(data) if not one.startswith(its)} == needed, 30, "all else is gone")
    except BaseException:
        print(objects(data), cluster.logs())
        raise
    finally:
        cluster.end()


def _asked(up: Running, body: dict[str, Any], key: str) -> dict[str, Any]:
    job: dict[str, Any] = insistently(lambda: [up.port], "POST", "/jobs", body, key=key)
    return job


def _state(up: Running, job: dict[str, Any]) -> str:
    return str(call(up.port, "GET", f"/jobs/{job['id']}")["state"])


def _is_gone(up: Running, job: dict[str, Any]) -> bool:
    return request(up.port, "GET", f"/api/v1/jobs/{job['id']}")[0] == 404
