"""A rule that an installed package brings, in a job of the services."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from syndata.client import Client, JobFailed, Rejected
from tests.e2e.remote.serving import up
from tests.e2e.test_own_rules import package

__all__ = ["package"]

CONFIG = {"tables": {"places": {"rows": 40_000, "columns": {"shelf": {"type": "str", "rule": "acme.fragile"}}}}}


def test_a_job_whose_rule_fails_ends_with_the_reason_and_is_not_tried_again(
    package: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So does a look at such rows; others of them are shown."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(package), os.environ.get("PYTHONPATH")])))
    with up(tmp_path / "data") as server, Client(server.url, api_key=server.key) as client:
        job = client.create_job(config=CONFIG)
        with pytest.raises(JobFailed) as failed:
            client.wait(job.id)
        with pytest.raises(Rejected, match="no shelf"):
            client.rows(job.id, start=30_000)
        assert len(client.rows(job.id, start=7).rows) == 20

    told = str(failed.value)
    assert "_some of the rule acme.shelf or acme.fragile fails for rows 16,384 to 20,479: LookupError: no shelf" in told
    assert "acme_rules.py" in told
