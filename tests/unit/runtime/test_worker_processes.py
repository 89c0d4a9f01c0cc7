"""Worker processes: what they begin with, what they hear, and when they end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest

from tests.running import environment

TOLD = """
    import os, signal, sys, time

    def who() -> tuple[int, int]:
        return os.getpid(), os.getppid()

    def variable() -> str:
        return os.environ.get("SYNDATA_TEST_VARIABLE", "")

    def modules() -> list[str]:
        return sorted(name for name in ("fractions", "syndata_runtime.nursery") if name in sys.modules)

    def slow() -> str:
        time.sleep(1)
        return "done"
"""
"""What worker processes are asked for; `fractions` is a module that nobody else imports."""


def alive(process: int) -> bool:
    """Whether it runs; a dead one that nobody has asked about yet does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


@pytest.fixture
def program(tmp_path: Path) -> list[str]:
    """The command that runs `main.py`, whose text a test writes, beside the functions above."""
    (tmp_path / "told.py").write_text(textwrap.dedent(TOLD))
    return [sys.executable, str(tmp_path / "main.py")]


def write(tmp_path: Path, text: str) -> None:
    """Write the program: `text` is the body of a coroutine that has `slots` of two processes and prints JSON."""
    head = """
        import asyncio, json, os, signal, sys, time
        import told
        from syndata_contracts.errors import Defect
        from syndata_runtime.processes import Slots, prepare

        async def main(slots):
    """
    tail = """
        if __name__ == "__main__":
            prepare(["fractions"])
            slots = Slots(2)
            try:
                asyncio.run(main(slots))
            finally:
                slots.kill()
    """
    body = textwrap.indent(textwrap.dedent(text), "    ")
    (tmp_path / "main.py").write_text(f"{textwrap.dedent(head)}{body}\n{textwrap.dedent(tail)}")


def told(program: list[str], **more: str) -> Any:
    """What the program printed."""
    done = subprocess.run(
        program, env={**environment(), **more}, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return json.loads(done.stdout)


def test_they_begin_with_the_modules_that_were_named(program: list[str], tmp_path: Path) -> None:
    write(tmp_path, "print(json.dumps(await slots.call(told.modules)))")

    assert told(program) == ["fractions", "syndata_runtime.nursery"]


def test_one_sees_the_environment_of_the_moment_it_began(program: list[str], tmp_path: Path) -> None:
    """Not that of whatever it was forked from."""
    write(
        tmp_path,
        """
        first = await slots.call(told.variable)
        slots.kill()
        os.environ["SYNDATA_TEST_VARIABLE"] = "later"
        print(json.dumps([first, await slots.call(told.variable)]))
        """,
    )

    assert told(program, SYNDATA_TEST_VARIABLE="first") == ["first", "later"]


def test_a_dead_one_is_a_defect_of_its_call_and_is_followed_by_another(program: list[str], tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        first, _ = await slots.call(told.who)
        asyncio.get_running_loop().call_later(0.2, os.kill, first, signal.SIGKILL)
        slots._free.put_nowait(slots._free.get_nowait())  # the next call meets the same process
        try:
            said = await slots.call(told.slow)
        except Defect as defect:
            said = str(defect)
        again = [(await slots.call(told.who))[0] for _ in range(2)]
        print(json.dumps([said, first in again]))
        """,
    )

    said, again = told(program)
    assert "the worker process died over it" in said
    assert not again


def test_they_end_with_the_process_that_asked_for_them(program: list[str], tmp_path: Path) -> None:
    """Killed, it can tell them nothing; what they were forked from ends too."""
    write(
        tmp_path,
        """
        await slots.warm(told.who)
        print(json.dumps([await slots.call(told.who), await slots.call(told.who)]), flush=True)
        await slots.call(told.slow)
        time.sleep(60)
        """,
    )
    with subprocess.Popen(program, env=environment(), stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        processes = {number for pair in json.loads(running.stdout.readline()) for number in pair}
        running.kill()
        deadline = time.monotonic() + 20
        while any(alive(number) for number in processes):
            assert time.monotonic() < deadline, "some live on"
            time.sleep(0.05)

    assert len(processes) == 3, "two, and what they were forked from"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_the_whole_group_is_the_parents_to_hear(
    program: list[str], tmp_path: Path, number: signal.Signals
) -> None:
    """What is at work is finished, and another one can begin."""
    write(
        tmp_path,
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        await slots.call(told.who)
        print(json.dumps("begun"), flush=True)
        said = await slots.call(told.slow)
        slots.kill()
        print(json.dumps([said, await slots.call(told.slow)]), flush=True)
        """,
    )
    with subprocess.Popen(
        program, env=environment(), stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        assert running.stdout is not None
        assert json.loads(running.stdout.readline()) == "begun"
        os.killpg(running.pid, number)

        assert json.loads(running.stdout.readline()) == ["done", "done"]
        assert running.wait(20) == 0
