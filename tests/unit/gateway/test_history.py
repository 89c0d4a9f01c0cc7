"""A job's log, told from its versions alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, cast

import pytest

from syndata_contracts.events import (
    Blocked,
    CancelAsked,
    Cleared,
    Event,
    Expired,
    ExportDone,
    ExportProgressed,
    PauseAsked,
    ResumeAsked,
    Started,
    WorkFailed,
)
from syndata_contracts.faults import FaultRecord
from syndata_contracts.jobs import Job
from syndata_contracts.lifecycle import advance
from syndata_gateway.conductor.keeper import Keeper
from syndata_gateway.history import job_log, lines_of
from tests.unit.contracts.examples import BEGUN, done, job

QUOTED = "4111 1111 1111 1111"


def lived(*events: Event, first: Job | None = None) -> list[Job]:
    """Every version of a job to which these events happened, a second apart."""
    versions = [first or job(tasks=2, window=2)]
    for seconds, event in enumerate(events, start=1):
        after, _ = advance(versions[-1], [event], BEGUN + timedelta(seconds=seconds))
        assert after is not versions[-1]
        versions.append(after)
    return versions


WHOLE = (Started(), done(0, 0), done(1, 0), ExportProgressed(epoch=0, bytes=500), ExportDone(epoch=0, bytes=2_100))


def told(versions: Sequence[Job]) -> list[str]:
    return [line.message for line in lines_of(versions)]


def test_a_job_that_went_well_is_told_from_its_acceptance_to_its_end() -> None:
    assert told(lived(*WHOLE)) == [
        "accepted: 200 rows in 1 table as csv, 2 tasks, priority normal",
        "begun",
        "generated 100 of 200 rows, 1 of 2 tasks, 1,000 bytes",
        "generated 200 of 200 rows, 2 of 2 tasks, 2,000 bytes",
        "every task is done; the files are put together",
        "exported 500 bytes",
        "exported 2,100 bytes",
        "completed: 200 rows, 2,000 bytes",
    ]


def test_each_line_says_when_it_happened_and_which_version_tells_it() -> None:
    lines = lines_of(lived(*WHOLE))

    assert lines[0].at == BEGUN
    assert [line.version for line in lines] == [0, 1, 2, 3, 3, 4, 5, 5]
    assert all(line.at == BEGUN + timedelta(seconds=line.version) for line in lines)


@pytest.mark.parametrize(
    ("event", "level", "message"),
    [
        (PauseAsked(), "warning", "paused: asked"),
        (Blocked(epoch=0, what="storage is full"), "warning", "paused: blocked: storage is full"),
        (WorkFailed(epoch=0, what="it broke"), "error", "failed: it broke"),
        (CancelAsked(), "info", "cancelled: asked"),
    ],
    ids=lambda one: getattr(one, "type", None),
)
def test_what_stops_a_job_is_told_with_its_reason(event: Event, level: str, message: str) -> None:
    last = lines_of(lived(Started(), event))[-1]

    assert (last.level, last.message) == (level, message)


def test_what_goes_on_after_a_rest_or_a_failure_is_told_so() -> None:
    assert told(lived(Started(), PauseAsked(), ResumeAsked()))[-1] == "goes on"
    assert told(lived(Started(), WorkFailed(epoch=0, what="it broke"), ResumeAsked()))[-1] == "goes on"


def test_files_that_are_given_up_and_gone_are_told() -> None:
    assert told(lived(*WHOLE, Expired(), Cleared()))[-2:] == [
        "its files are given up",
        "nothing of it is left among the objects",
    ]


def test_what_a_fault_quotes_of_a_user_is_not_told() -> None:
    faults = (FaultRecord(path="tables[0]", what=f"{QUOTED} is no card number"),)
    lines = told(lived(Started(), WorkFailed(epoch=0, what="it cannot be made", faults=faults)))

    assert lines[-1] == "failed: it cannot be made (1 fault, which the job tells)"
    assert QUOTED not in "".join(lines)


def test_versions_that_went_are_counted_and_the_beginning_is_still_told() -> None:
    versions = lived(*WHOLE)

    assert told([versions[0], *versions[4:]]) == [
        "accepted: 200 rows in 1 table as csv, 2 tasks, priority normal",
        "begun",
        "3 versions in between are no longer kept",
        "generated 200 of 200 rows, 2 of 2 tasks, 2,000 bytes",
        "exported 500 bytes",
        "every task is done; the files are put together",
        "exported 2,100 bytes",
        "completed: 200 rows, 2,000 bytes",
    ]


class Kept:
    """Versions as a keeper has them, and how many were read."""

    def __init__(self, versions: Iterable[Job]) -> None:
        self._versions: Mapping[int, Job] = {one.version: one for one in versions}
        self.read = 0

    async def version(self, _job: str, number: int) -> Job | None:
        self.read += 1
        return self._versions.get(number)


def long_lived(tasks: int) -> list[Job]:
    return lived(Started(), *(done(task, 0) for task in range(tasks)), first=job(tasks=tasks, window=2))


async def log_of(versions: Sequence[Job], lines: int, gone: range = range(0)) -> tuple[list[str], int]:
    kept = Kept(one for one in versions if one.version not in gone)
    found = await job_log(cast("Keeper", cast("Any", kept)), versions[-1], lines)
    return [line.message for line in found], kept.read


@pytest.mark.parametrize("lines", [1, 2, 31, 32, 33, 64, 100, 201, 1_000])
async def test_the_last_lines_are_the_end_of_all_lines(lines: int) -> None:
    versions = long_lived(200)

    found, read = await log_of(versions, lines)

    assert found == told(versions)[-lines:]
    assert read <= lines + 32, "no more is read than is told, but for the rest of a stretch"


@pytest.mark.parametrize("gone", [range(1, 190), range(1, 5), range(60, 61), range(1, 200)], ids=str)
async def test_the_first_line_is_told_whatever_went_in_between(gone: range) -> None:
    versions = long_lived(200)

    found, _ = await log_of(versions, 1_000, gone)

    assert found[0].startswith("accepted")
    assert any("no longer kept" in line for line in found)
    assert found[-1] == told(versions)[-1]
