"""Processes that may outlive whoever started them, known by id and moment of start."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LEASH = Path(__file__).with_name("leash.py")
PAUSE_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Process:
    """One process. The moment of its start guards against an id that now belongs to another."""

    pid: int
    """Its id."""
    started: int
    """Clock ticks between the machine's boot and its start."""

    @property
    def alive(self) -> bool:
        """Whether it still runs; a dead child of ours is buried on the way."""
        with suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)
        return _started(self.pid) == self.started

    def end(self, number: signal.Signals, *, seconds: float) -> bool:
        """Send a signal and wait; True when the process is gone within that time."""
        deadline = time.monotonic() + seconds
        if self.alive:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)
        while self.alive:
            if time.monotonic() > deadline:
                return False
            time.sleep(PAUSE_SECONDS)
        return True


@dataclass(frozen=True, slots=True)
class Command:
    """What to run, and as what it is remembered."""

    role: str
    """What it is to its server: `node`, `names`."""
    argv: Sequence[str]
    """The program, by its full path, and its arguments."""
    environment: Mapping[str, str]
    """All of its environment; nothing is inherited."""


def spawn(command: Command, *, directory: Path, log: Path, dies_with_parent: bool) -> Process:
    """Start a program in `directory`, its output at the end of `log`.

    With `dies_with_parent` the kernel kills it once the calling *thread* ends, however that ends: call from the main one.
    """
    parent = os.getpid() if dies_with_parent else 0
    argv = [sys.executable, "-I", "-S", str(LEASH), str(parent), str(directory), *command.argv]
    pid = os.posix_spawn(
        sys.executable,
        argv,
        command.environment,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
    )
    started = _started(pid)
    # One that died at once is remembered as never started, which is never alive.
    return Process(pid, -1 if started is None else started)


def _started(pid: int) -> int | None:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The second field is the program's name and may hold spaces and brackets.
    state, *fields = status.rpartition(")")[2].split()
    # A killed program of many threads looks like a zombie while its other threads still hold its ports.
    gone = state in "ZX" and _threads(pid) <= 1
    return None if gone else int(fields[18])


def _threads(pid: int) -> int:
    try:
        return sum(1 for _ in Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return 0
