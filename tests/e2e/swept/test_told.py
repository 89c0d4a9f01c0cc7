"""What people are told of what was swept, by the server's own settings; and settings that cannot be."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from syndata_contracts.errors import Refused
from syndata_gateway.sweeping.policy import Policy, policy_of
from syndata_runtime.settings import read_settings
from tests.chaos.cluster import KEY, Cluster, call, eventually, pieces, request
from tests.running import environment


def command(door: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command against the server."""
    variables = {**environment(), "SYNDATA_URL": f"http://127.0.0.1:{door}", "SYNDATA_API_KEY": KEY}
    return subprocess.run(
        [sys.executable, "-m", "syndata", *arguments], env=variables, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_a_server_sweeps_by_its_settings_and_the_commands_say_so(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    cluster = Cluster(tmp_path / "logs", {})
    try:
        up = cluster.up(tmp_path / "data", SYNDATA_KEEP_FILES_DAYS=str(1 / 86_400), SYNDATA_SWEEP_HOURS=str(1 / 3600))
        job = call(up.port, "POST", "/jobs", {"preset": "user", "rows": 20})["id"]

        def now() -> dict[str, Any]:
            found: dict[str, Any] = call(up.port, "GET", f"/jobs/{job}")
            return found

        eventually(lambda: now()["expired_at"] is not None, 60, "its files were given up")
        told = command(up.port, "status", job)
        fetched = command(up.port, "download", job, "--output-dir", str(tmp_path / "out"))

        assert told.returncode == 0
        assert "is completed" in told.stdout
        assert "its files were kept until" in told.stdout
        assert fetched.returncode == 3
        assert "the job's files were kept until" in fetched.stderr
        assert "its rows can still be looked at" in fetched.stderr
        assert not (tmp_path / "out").exists()
        assert b'"rows"' in b"".join(pieces(up.port, f"/jobs/{job}/rows"))
        counted = request(up.port, "GET", "/metrics")[1].decode()
        assert 'syndata_swept_total{what="expired jobs"} 1.0' in counted
    finally:
        cluster.end()


def test_out_of_the_box_nothing_goes_that_cannot_be_made_again() -> None:
    """And not the key of a request, for a week."""
    policy = policy_of(read_settings())
    assert (policy.files, policy.jobs, policy.sources) == (None, None, None)
    assert policy == Policy(previews=timedelta(7), plans=timedelta(30), keys=timedelta(7))


def test_files_and_keys_go_with_their_job_at_the_latest() -> None:
    policy = Policy(files=timedelta(90), jobs=timedelta(30), keys=timedelta(365))
    assert (policy.files_or_jobs, policy.keys_or_jobs) == (timedelta(30), timedelta(30))
    assert Policy(files=timedelta(3), jobs=timedelta(30)).files_or_jobs == timedelta(3)
    assert (Policy().files_or_jobs, Policy().keys_or_jobs) == (None, None)


@pytest.mark.parametrize("value", ["-1", "soon", "nan", "inf", "36501", ""])
@pytest.mark.parametrize("name", ["keep_files_days", "keep_plans_days", "sweep_hours"])
def test_an_age_that_is_none_ends_the_start(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    variable = f"SYNDATA_{name.upper()}"
    monkeypatch.setenv(variable, value)

    with pytest.raises(Refused) as refused:
        read_settings()

    assert [fault.path for fault in refused.value.faults] == [variable]
