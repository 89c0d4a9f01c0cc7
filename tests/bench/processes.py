"""Whole runs of the command: how two workers compare to one, how much memory they hold, how soon they start."""

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import ours, timing
from tests.bench.record import OUTPUTS, Output


@dataclass(frozen=True)
class Run:
    """What one command took."""

    seconds: float
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
    return Run(taken, used.ru_maxrss / 1024)


def generate(rows: int, output: Output, workers: int = 1) -> Run:
    """One `syndata generate` into a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(dir=timing.scratch()) as folder:
        return run(ours.generate_command(rows, output, Path(folder, "out"), workers))


def print_workers(rows: int, rounds: int) -> None:
    """Two workers against one, on as many cores as there are."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    print(f"\nTwo workers against one: whole `syndata generate` runs of {rows:,} rows, {cores} cores, goal 1.8")
    if cores < 2:
        print("  not measured: this needs two cores")
        return
    for output in OUTPUTS[1:]:
        taken: dict[int, list[float]] = {1: [], 2: []}
        for _ in range(rounds):
            for workers, times in taken.items():
                times.append(generate(rows, output, workers).seconds)
        one, two = (statistics.median(times) for times in taken.values())
        print(f"  {output:8} one {one:6.2f} s   two {two:6.2f} s   x {one / two:.2f}   {_verdict(one / two >= 1.8)}")


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
    """How long the shortest commands take."""
    print("\nStart, seconds of the whole command (median)")
    print(f"  {'syndata --help':30} {_median([*ours.COMMAND, '--help'], rounds):.2f}")
    with tempfile.TemporaryDirectory(dir=timing.scratch()) as folder:
        command = ours.generate_command(10, "csv", Path(folder, "out"))
        print(f"  {'syndata generate, 10 rows':30} {_median(command, rounds):.2f}")


def _median(command: Sequence[str], rounds: int) -> float:
    run(command)
    return statistics.median(run(command).seconds for _ in range(rounds))


def _verdict(reached: bool) -> str:  # noqa: FBT001 -- a yes or no is all there is to say
    return "reached" if reached else "NOT reached"
