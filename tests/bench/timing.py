"""Timing that stays honest on a shared machine: one core, alternating rounds, medians."""

import os
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path


def pin() -> None:
    """Keep this process and its children on the first core it may use, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def interleaved(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median seconds of each work, measured A B A B after one call of each that does not count."""
    for work in works.values():
        work()
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            taken[name].append(seconds(work))
    return {name: statistics.median(times) for name, times in taken.items()}


def peak_mebibytes() -> float:
    """The most memory this process has held so far, in MiB; 0.0 where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def scratch() -> Path:
    """Where files are written: memory where there is such a folder, since a disk's cache varies several times over."""
    memory = Path("/dev/shm")  # noqa: S108 -- asked for by its meaning, and every file is made by tempfile
    return memory if memory.is_dir() and os.access(memory, os.W_OK) else Path(os.environ.get("TMPDIR", "/tmp"))  # noqa: S108
