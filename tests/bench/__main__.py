"""`make bench`: Syndata beside other generators in the same run, and what its own runs cost."""

import argparse
import json
import statistics
import subprocess
import sys
from dataclasses import dataclass

from tests.bench import kinds, processes, relations, timing, variety
from tests.bench.record import LESS, MARKS, OUTPUTS, RECORDS, Output, Record

ROWS = {
    "Faker": 4_000,
    "Mimesis": 20_000,
    "DuckDB": 500_000,
    "Polars": 200_000,
    "PyArrow": 500_000,
    "Syndata": 1_000_000,
}
"""Rows per measurement: about a second's work or two, and rates do not change with more."""
UNABLE = {("PyArrow", "memory"), ("PyArrow", "jsonl")}
"""PyArrow is here as a writer of tables that are there already."""

PARTS = ("speed", "kinds", "workers", "memory", "startup", "distinct", "relations", "services")


@dataclass(frozen=True)
class Choice:
    """What to measure, and how thoroughly."""

    only: tuple[str, ...]
    rounds: int
    share: float
    """Of the usual rows."""
    distinct_rows: int


def choose() -> Choice:
    """Read the command line."""
    options = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    options.add_argument("--rounds", type=int, default=3, help="alternating rounds per figure (default 3)")
    options.add_argument("--quick", action="store_true", help="a tenth of the rows, one round: figures to glance at")
    options.add_argument("--only", action="append", choices=PARTS, help="measure this part only; may be repeated")
    options.add_argument("--distinct-rows", type=int, help="rows for counting distinct values (default 200,000)")
    given = options.parse_args()
    quick = given.quick
    rows = given.distinct_rows or (20_000 if quick else 200_000)
    return Choice(tuple(given.only or PARTS), 1 if quick else given.rounds, 0.1 if quick else 1.0, rows)


def measured(peer: str, record: Record, output: Output, rows: int) -> dict[str, float]:
    """One figure from a fresh process; without one, why not, on stderr."""
    command = [sys.executable, "-m", "tests.bench.child", peer, record, output, str(rows)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        reason = answer.stderr.strip().splitlines()[-1:] or ["no reason given"]
        print(f"  {peer}, {record}, {output}: not measured ({reason[0]})", file=sys.stderr)
        return {}
    figures: dict[str, float] = json.loads(answer.stdout)
    return figures


def print_speed(choice: Choice) -> None:
    """The tables of rows per second, and ratios to each rival."""
    print("Rows per second: one core, imports and warm-up left out, median of", choice.rounds, "alternating round(s),")
    print(f"files in {timing.scratch()}; ours with digests, plan and manifest")
    for record in RECORDS:
        peers = [peer for peer in ROWS if record == "user" or peer in {*MARKS["csv"], "Syndata"}]
        print(f"\n{record:10}" + "".join(f"{peer:>12}" for peer in peers) + f"{'bytes/row':>11}")
        for output in OUTPUTS:
            print(_line(record, output, *_rates(choice, peers, record, output)), flush=True)


def _rates(choice: Choice, peers: list[str], record: Record, output: Output) -> tuple[dict[str, float], float]:
    """Rows per second of each, and bytes of one of our rows."""
    rates: dict[str, list[float]] = {peer: [] for peer in peers}
    size = 0.0
    for _ in range(choice.rounds):
        for peer in peers:
            if (peer, output) in UNABLE:
                continue
            figures = measured(peer, record, output, int(ROWS[peer] * choice.share))
            if figures:
                rates[peer].append(figures["rows_per_second"])
                size = figures["bytes_per_row"] if peer == "Syndata" else size
    return {peer: statistics.median(found) if found else 0.0 for peer, found in rates.items()}, size


def _line(record: Record, output: Output, medians: dict[str, float], size: float) -> str:
    mine = medians["Syndata"]
    share = 1 if record == "user" else LESS
    shown = "".join(f"{median:12,.0f}" if median else f"{'-':>12}" for median in medians.values())
    verdicts = []
    for peer, (must, aim) in MARKS[output].items():
        ratio = mine / medians[peer] if medians[peer] else 0.0
        verdict = "aim reached" if ratio >= aim * share else "reached" if ratio >= must * share else "NOT reached"
        verdicts.append(f"{ratio:,.1f} x {peer} (must {must * share:.3g}, aim {aim * share:.3g}: {verdict})")
    return f"{output:10}{shown}{size:11.0f}\n{'':10}{', '.join(verdicts)}"


def main() -> None:
    """Measure and print what was asked for."""
    choice = choose()
    if "speed" in choice.only:
        print_speed(choice)
    if "kinds" in choice.only:
        kinds.print_kinds(choice.rounds)
    if "workers" in choice.only:
        processes.print_workers(choice.share, choice.rounds)
    if "memory" in choice.only:
        processes.print_memory([int(rows * choice.share) for rows in (1_000_000, 10_000_000)])
    if "startup" in choice.only:
        processes.print_startup(choice.rounds + 2)
    if "distinct" in choice.only:
        variety.print_distinct(choice.distinct_rows)
    if "relations" in choice.only:
        relations.print_relations(choice.share)
    if "services" in choice.only:
        from tests.bench import services

        services.print_services(int(8_000_000 * choice.share), int(1_000 * choice.share), int(3_000 * choice.share))


if __name__ == "__main__":
    main()
