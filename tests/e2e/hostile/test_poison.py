"""Work that kills whoever does it: its job fails and says why, and nobody else's does."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path
from typing import Final

import pytest

from syndata_contracts.messages import GenerateTask, decode_message
from syndata_runtime.topology import GENERATOR_TASKS, QUEUES
from tests.e2e.hostile.world import in_one_process, until

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc")]

DEATHS: Final = (signal.SIGKILL, signal.SIGSEGV, signal.SIGKILL)
"""Out of memory, a crash in native code, and out of memory again."""
TRIES: Final = len(DEATHS)
LARGE_BYTES: Final = 1 << 20
"""A part that has grown beyond this is none of the neighbours'."""
SLOW: Final = """
import time

from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.nodes import Mapped, RowNumber
from syndata_engine.generation.texts.text import Integer


def counted(rows):
    time.sleep(0.05)
    return rows + 10**12


class Count(Kind):
    name, summary, types, version, options = "slow.count", "The row's number, slowly.", ("str",), 1, Options

    def build(self, ctx, options):
        return Column(ValueType("str"), text=(Integer(Mapped(counted, (RowNumber(),))),))


def kinds():
    return [Count()]
"""
"""A rule that takes seconds for a part, so that whoever looks for its process finds it at work."""
POISON: Final = {
    "config": {"tables": {"slow": {"rows": 400_000, "columns": {"number": {"type": "str", "rule": "slow.count"}}}}}
}
NEIGHBOUR: Final = {"preset": "user", "rows": 500}


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule's package, installed for this process and those that it starts."""
    site = tmp_path / "site"
    about = site / "slow-1.0.dist-info"
    about.mkdir(parents=True)
    (site / "slow_rules.py").write_text(SLOW)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: slow\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[syndata.kinds]\nslow = slow_rules:kinds\n")
    monkeypatch.syspath_prepend(site)


@pytest.mark.usefixtures("slow")
async def test_a_task_that_kills_its_process_fails_its_own_job_and_no_other(tmp_path: Path) -> None:
    """The process dies in the middle of a part, each time the task is tried; what others ask meanwhile is done."""
    async with in_one_process(tmp_path, workers=1, window=1) as world:
        poison = await world.call("POST", "/jobs", POISON)
        neighbours = []
        for death in DEATHS:
            await kill_over_a_large_part(tmp_path / "scratch", death)
            neighbours.append((await world.call("POST", "/jobs", NEIGHBOUR))["id"])

        failed = await world.ended(poison["id"])

        assert failed["state"] == "failed"
        assert "failed 3 times" in failed["reason"]
        assert "the worker process died over it" in failed["reason"]
        assert failed["reason"].startswith("task 0 (part"), "whoever reads it finds the message by its task"
        assert "of table number 1)" in failed["reason"]
        assert failed["reason"].endswith("its message is among the dead letters of generator.tasks")
        (letter,) = await world.bus.dead_letters(GENERATOR_TASKS.name)
        message = decode_message(letter.message.body)
        assert isinstance(message, GenerateTask)
        assert (message.job, letter.attempt) == (poison["id"], TRIES)
        assert "the worker process died over it" in letter.reason
        assert [(await world.ended(job))["state"] for job in neighbours] == ["completed"] * TRIES
        assert sum([(await world.bus.depth(queue.name)).dead for queue in QUEUES]) == 1
        assert (await world.counted())[GENERATOR_TASKS.name] >= 1
        assert not large_parts(tmp_path / "scratch"), "what the killed had written is left behind"


async def kill_over_a_large_part(scratch: Path, number: int) -> None:
    """Wait until a process has written much of a part, and end it in the middle of it."""
    killed: list[Path] = []

    async def ended() -> bool:
        for part in large_parts(scratch):
            for process in writers(part):
                os.kill(process, number)
                killed.append(part)
        return bool(killed)

    await until(ended, 60, "a large part being made")

    async def gone() -> bool:
        return not killed[0].exists()

    await until(gone, 20, "the unfinished part is removed")


def large_parts(scratch: Path) -> list[Path]:
    """Parts that are being made, and have become large."""
    found = []
    for path in scratch.glob("syndata-generator-*/part-*"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_size > LARGE_BYTES:
                found.append(path)
    return found


def writers(file: Path) -> list[int]:
    """Processes, but for this one, that have the file open."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            if entry.readlink() == file and int(entry.parts[2]) != os.getpid():
                found.append(int(entry.parts[2]))
    return found
