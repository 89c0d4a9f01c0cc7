"""Whole runs of the command: how two workers compare to one, how much memory they hold, how soon they start."""

import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from pathlib import Path

from tests.bench import ours, timing
from tests.bench.record import OUTPUTS, Output

WORKER_ROWS: dict[Output, int] = {"csv": 20_000_000, "jsonl": 12_000_000, "parquet": 12_000_000}
"""So many that starting, most of a second, is a small part."""
USUAL_WORKER_ROWS = 4_000_000
ROOM_PER_ROW = 700
"""Bytes: the longest format of the record, and some."""


@dataclass(frozen=True)
class Run:
    """What one command took."""

    seconds: float
    cpu_seconds: float
    """In user code and in the system's, of its processes together."""
    mebibytes: float
    """Peak of its largest process, workers included."""


def run(command: Sequence[str]) -> Run:
    """Run to the end; SystemExit with what it said when it fails."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        taken = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{' '.join(command)}\n{said.read().decode(errors='replace')}")
    return Run(taken, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def generate(rows: int, output: Output, workers: int = 1, scratch: Path | None = None) -> Run:
    """One `syndata generate` into a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(dir=scratch or timing.scratch()) as folder:
        return run(ours.generate_command(rows, output, Path(folder, "out"), workers))


def print_workers(share: float, rounds: int) -> None:
    """Two workers against one, on as many cores as there are; `share` of the usual rows."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    print(f"\nTwo workers against one: whole `syndata generate` runs, seconds (median), {cores} cores, goal 1.8")
    if cores < 2:
        print("  not measured: this needs two cores")
        return
    print(
        "`apart`: the same for two commands that know nothing of each other, half the rows each: what the machine gives"
    )
    print(
        f"  {'':8}{'rows':>12}{'one':>9}{'two':>9}{'CPU one':>10}{'CPU two':>10}{'ratio':>8}{'less start':>12}{'apart':>8}"
    )
    for output in OUTPUTS[1:]:
        rows = int(WORKER_ROWS.get(output, USUAL_WORKER_ROWS) * share)
        scratch = scratch_for(rows)
        one, two = _by_workers(rows, output, rounds, scratch)
        first, second = _by_workers(10, output, rounds, scratch)
        ratio = one.seconds / two.seconds
        started = (one.seconds - first.seconds) / (two.seconds - second.seconds)
        apart = one.seconds / _apart(rows // 2, output, rounds, scratch)
        print(f"  {output:8}{rows:12,}{one.seconds:9.2f}{two.seconds:9.2f}{one.cpu_seconds:10.2f}{two.cpu_seconds:10.2f}"
              f"{ratio:8.2f}{started:12.2f}{apart:8.2f}   {_verdict(ratio >= 1.8)}, files in {scratch}", flush=True)  # fmt: skip


def _by_workers(rows: int, output: Output, rounds: int, scratch: Path) -> tuple[Run, Run]:
    """Medians of runs with one worker and with two, which take turns."""
    taken: dict[int, list[Run]] = {1: [], 2: []}
    for _ in range(rounds):
        for workers, runs in taken.items():
            runs.append(generate(rows, output, workers, scratch))
    one, two = (
        Run(*(statistics.median(figures) for figures in zip(*map(astuple, runs), strict=True)))
        for runs in taken.values()
    )
    return one, two


def _apart(rows: int, output: Output, rounds: int, scratch: Path) -> float:
    """Median seconds until both of two commands side by side have made `rows` rows."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        with ThreadPoolExecutor(2) as both:
            list(both.map(lambda _: generate(rows, output, 1, scratch), range(2)))
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def scratch_for(rows: int) -> Path:
    """A folder in memory with room for this many rows, else one on disk.

    On a disk the kernel writes back what a run has written while the next bytes are being made, on the same cores: two
    workers on two cores then share them with it, and the ratio is the disk's.
    """
    memory, needed = timing.scratch(), rows * ROOM_PER_ROW
    figures = Path("/proc/meminfo")
    available = re.search(r"MemAvailable:\s+(\d+) kB", figures.read_text()) if figures.exists() else None
    fits = shutil.disk_usage(memory).free > needed and (available is None or int(available[1]) * 1024 > needed)
    return memory if fits else Path(os.environ.get("TMPDIR", "/var/tmp"))  # noqa: S108 -- tempfile makes every file in it


def print_memory(sizes: Sequence[int]) -> None:
    """Peak memory by output and rows; it should hardly grow."""
    print(
        "\nPeak memory of the largest process, MiB (goal at the first size: 256, Parquet 300; then at most 1.10 times that)"
    )
    print(f"  {'rows':8}" + "".join(f"{rows:>14,}" for rows in sizes))
    for output in OUTPUTS[1:]:
        peaks = [generate(rows, output).mebibytes for rows in sizes]
        most = 300 if output == "parquet" else 256
        good = peaks[0] <= most and all(peak <= 1.10 * peaks[0] for peak in peaks)
        print(f"  {output:8}" + "".join(f"{peak:14.0f}" for peak in peaks) + f"   {_verdict(good)}")


def print_startup(rounds: int) -> None:
    """How long the shortest commands take, files at their place and the prompt back."""
    print("\nStart, seconds of the whole command (median), processor seconds beside them")
    print(f"  {'syndata --help':32} {_shown(_median([*ours.COMMAND, '--help'], rounds))}")
    with tempfile.TemporaryDirectory(dir=timing.scratch()) as folder:
        taken = _median(ours.generate_command(1_000, "csv", Path(folder, "out")), rounds)
        print(
            f"  {'syndata generate, 1,000 rows':32} {_shown(taken)}  must 0.70, aim 0.35: {_verdict(taken.seconds < 0.7)}"
        )


def _shown(taken: Run) -> str:
    return f"{taken.seconds:5.2f} ({taken.cpu_seconds:.2f})"


def _median(command: Sequence[str], rounds: int) -> Run:
    run(command)
    return sorted((run(command) for _ in range(rounds)), key=lambda taken: taken.seconds)[rounds // 2]


def _verdict(reached: bool) -> str:
    return "reached" if reached else "NOT reached"
