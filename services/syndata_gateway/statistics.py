"""How much the gateway's jobs amount to, as far as the latest ones tell."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, Field

from syndata_contracts.jobs import Job, JobState
from syndata_contracts.version import __version__
from syndata_contracts.workspaces import DEFAULT_WORKSPACE
from syndata_gateway.conductor.keeper import JOBS
from syndata_gateway.ports import Gateway
from syndata_runtime.topology import GENERATOR_TASKS

MOST_JOBS: Final = 500
"""That are looked at: what is told costs the same however many there are."""
_AT_A_TIME: Final = 50


class JobCounts(BaseModel):
    """Jobs, by how they stand."""

    total: int
    by_status: dict[str, int]
    by_priority: dict[str, int]
    complete: bool = Field(description="Whether these are all jobs, and not only the latest.")


class Statistics(BaseModel):
    """What the latest jobs amount to."""

    version: str
    jobs: JobCounts
    rows_generated: int
    bytes_generated: int
    busy_seconds: float = Field(description="Of generators, summed up.")
    tasks_waiting: int = Field(description="Tasks of all jobs that no generator has taken yet.")


async def statistics(gateway: Gateway, words: Mapping[JobState, str]) -> Statistics:
    """Count the latest jobs, in a dialect's words for their states."""
    where = {"workspace": DEFAULT_WORKSPACE}
    page = await gateway.ports.store.page(JOBS, where=where, limit=MOST_JOBS)
    jobs: list[Job] = []
    for first in range(0, len(page), _AT_A_TIME):
        some = page[first : first + _AT_A_TIME]
        found = await asyncio.gather(*(gateway.keeper.newest(record.key) for record in some))
        jobs += [job for job in found if job is not None]
    depth = await gateway.soon(lambda: gateway.ports.bus.depth(GENERATOR_TASKS.name), "bus")
    return Statistics(
        version=__version__,
        jobs=JobCounts(
            total=len(jobs),
            by_status=dict(Counter(words[job.state] for job in jobs)),
            by_priority=dict(Counter(job.priority for job in jobs)),
            complete=len(page) < MOST_JOBS,
        ),
        rows_generated=sum(job.rows_done for job in jobs),
        bytes_generated=sum(job.bytes_done for job in jobs),
        busy_seconds=round(sum(job.busy_seconds for job in jobs), 3),
        tasks_waiting=depth.ready,
    )
