"""What became of a job, line by line: told from its versions, which are kept anyway and outlive every process.

Nothing is written for it. Versions hold no data of users, and neither do lines: a job's faults, which may quote what was
asked, are counted here and told by the job itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final, Literal

from syndata_contracts.jobs import Job, JobState
from syndata_gateway.conductor.keeper import Keeper

MOST_LINES: Final = 1_000
_AT_A_TIME: Final = 32

Level = Literal["info", "warning", "error"]
_LEVELS: Final[dict[JobState, Level]] = {JobState.PAUSED: "warning", JobState.FAILED: "error"}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened."""

    at: datetime
    level: Level
    version: int
    """Of the job, that tells it."""
    message: str


async def job_log(keeper: Keeper, job: Job, lines: int) -> list[Line]:
    """The last `lines` lines of a job, the oldest first."""
    return lines_of(await _versions(keeper, job, lines))[-lines:]


async def _versions(keeper: Keeper, job: Job, most: int) -> list[Job]:
    """The newest versions that are there, some more than `most` at least, and the first one where it is near."""
    found = [job]
    at = job.version - 1
    while at >= 0 and len(found) <= most:
        numbers = range(at, max(-1, at - _AT_A_TIME), -1)
        read = await asyncio.gather(*(keeper.version(job.id, number) for number in numbers))
        there = [one for one in read if one is not None]
        found += there
        at = numbers[-1] - 1
        if len(there) < len(numbers):
            at = min(at, 0)  # all between these and the first one went when the job ended
    return found[::-1]


def lines_of(versions: Sequence[Job]) -> list[Line]:
    """Lines of versions that stand in order, some perhaps missing; what the first of them tells depends on no other."""
    first = versions[0]
    lines = [Line(first.created_at, "info", 0, _accepted(first))] if first.version == 0 else []
    for before, after in pairwise(versions):
        lines += [
            Line(at or after.updated_at, level, after.version, message)
            for at, level, message in _changes(before, after)
        ]
    return lines


def _changes(before: Job, after: Job) -> Iterator[tuple[datetime | None, Level, str]]:
    """What two versions differ in: when, unless that is the later one's own moment, how grave, and the words."""
    skipped = after.version - before.version - 1
    if before.started_at is None and after.started_at is not None:
        yield after.started_at, "info", "begun"
    if skipped:
        yield None, "info", f"{skipped:,} versions in between are no longer kept"
    if after.tasks_done > before.tasks_done:
        tasks = f"{after.tasks_done:,} of {_counted(after.tasks, 'task')}"
        yield None, "info", f"generated {after.rows_done:,} of {after.rows:,} rows, {tasks}, {after.bytes_done:,} bytes"
    if after.exported_bytes > before.exported_bytes:
        yield None, "info", f"exported {after.exported_bytes:,} bytes"
    if (after.state is not before.state or after.reason != before.reason) and (told := _state(before, after)):
        yield None, _LEVELS.get(after.state, "info"), told
    if after.expired_at is not None and before.expired_at is None:
        yield after.expired_at, "info", "its files are given up"
    if after.cleared and not before.cleared:
        yield None, "info", "nothing of it is left among the objects"


def _accepted(job: Job) -> str:
    tables, tasks = _counted(len(job.tables), "table"), _counted(job.tasks, "task")
    return f"accepted: {job.rows:,} rows in {tables} as {job.output_format}, {tasks}, priority {job.priority}"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _state(before: Job, after: Job) -> str:
    """What a change of state or reason is told as; nothing for a beginning, which is told by its moment."""
    why = f": {after.reason}" if after.reason else ""
    faults = f" ({_counted(len(after.faults), 'fault')}, which the job tells)" if after.faults else ""
    resumed = before.state in {JobState.PAUSED, JobState.FAILED}
    told = {
        JobState.GENERATING: "goes on" if resumed else "",
        JobState.EXPORTING: "goes on" if resumed else "every task is done; the files are put together",
        JobState.PAUSED: f"paused{why}",
        JobState.FAILED: f"failed{why}{faults}",
        JobState.CANCELLED: f"cancelled{why}",
        JobState.COMPLETED: f"completed: {after.rows_done:,} rows, {after.bytes_done:,} bytes",
    }
    return told.get(after.state, "")
