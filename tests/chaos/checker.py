"""Judges a finished job by what clients see and what lies in the bucket, and by nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blake3 import blake3

from syndata_contracts.keys import job_prefix
from syndata_contracts.tasks import TableWork, count_tasks
from syndata_objects.port import Objects
from tests.chaos.cluster import call, pieces
from tests.chaos.datasets import digest_of


@dataclass
class Verdict:
    """What is wrong with a job's outcome."""

    lost: int = 0
    """Files or objects that should be there and are not."""
    doubled: int = 0
    """Objects that should not be there, and rows counted twice."""
    corrupt: int = 0
    """Files whose bytes are not those that one worker makes."""

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.corrupt)


def judge(port: int, job: dict[str, Any], expected: Path) -> Verdict:
    """Compare every file of a completed job, byte by byte, with those in `expected`."""
    verdict = Verdict()
    listed = {file["name"] for file in call(port, "GET", f"/jobs/{job['id']}/files")["files"]}
    for path in sorted(expected.iterdir()):
        if path.name not in listed:
            verdict.lost += 1
            continue
        hashed = blake3()
        for piece in pieces(port, f"/jobs/{job['id']}/files/{path.name}"):
            hashed.update(piece)
        verdict.corrupt += hashed.hexdigest() != digest_of(path)
    verdict.doubled += len(listed - {path.name for path in expected.iterdir()})
    manifest = json.loads((expected / "manifest.json").read_text())
    rows = sum(table["rows"] for table in manifest["tables"])
    if job["rows_done"] != rows:
        verdict.lost += job["rows_done"] < rows
        verdict.doubled += job["rows_done"] > rows
    return verdict


async def judge_bucket(objects: Objects, job: dict[str, Any], per_task: int, closings: int = 0) -> Verdict:
    """Compare the keys below a job's prefix with those it must have: no object less, none more."""
    works = tuple(
        TableWork(name=table["name"], rows=table["rows"], parts=table["parts"], parts_per_task=per_task)
        for table in job["tables"]
    )
    prefix = job_prefix(job["workspace"], job["id"])
    wanted = sum(work.parts for work in works) + count_tasks(works) + closings + 1
    found = [stat.key async for stat in objects.list(prefix) if "/halted/" not in stat.key]
    assert len(found) == len(set(found))
    return Verdict(lost=max(0, wanted - len(found)), doubled=max(0, len(found) - wanted))
