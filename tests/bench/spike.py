"""Which way of making values is quick enough to build all kinds in? The figures behind decision 0002.

`python -m tests.bench.spike` compares NumPy with Arrow against Numba kernels for a pool text, a composed
e-mail, a formatted number, a date and CSV rows of eight such columns, BLAKE3 of the text included. One core,
alternating rounds, medians. Both sides draw the same bits and must write the same text.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
from blake3 import blake3

from tests.bench import timing
from tests.bench.spike_arrow import ArrowSide
from tests.bench.spike_pools import CENTS, CITY, DAYS, DOMAIN, FIRST, KEYS, LAST, RECORD, heap

BLOCKS = (4_096, 16_384, 65_536)
ROWS = 262_144
"""Rows that each measurement makes, whatever the block."""
LONGEST_ROW = 200


class NumbaSide:
    """The same values by kernels, into buffers that are made once and used again."""

    def __init__(self, rows: int) -> None:
        from tests.bench import spike_kernels

        self.kernels: Any = spike_kernels  # compiled functions have no types worth checking
        self.rows = rows
        self.inner = np.empty(rows, np.uint64)
        self.cells = np.empty((len(RECORD), rows), np.uint64)
        self.out = np.empty(rows * LONGEST_ROW + 64, np.uint8)
        self.ends = np.zeros(rows + 1, np.int32)
        self.heap = heap(
            {
                "first": FIRST,
                "last": LAST,
                "city": CITY,
                "domain": DOMAIN,
                "low first": _low(FIRST),
                "low last": _low(LAST),
            }
        )
        base = self.heap.base
        self.pools = np.array([base["first"], len(FIRST), base["last"], len(LAST), base["city"], len(CITY)])
        self.shape = np.array([base["low first"], len(FIRST), base["low last"], len(LAST), base["domain"], len(DOMAIN)])
        kinds = {
            "email": (1, 0, 0),
            "amount": (2, 0, CENTS),
            "fee": (2, 0, CENTS),
            "born": (3, 0, DAYS),
            "seen": (3, 0, DAYS),
        }
        pools = {
            "first": (0, base["first"], len(FIRST)),
            "last": (0, base["last"], len(LAST)),
            "city": (0, base["city"], len(CITY)),
        }
        rows_of = [
            (code, slot, first, size)
            for slot, (code, first, size) in enumerate((kinds | pools)[name] for name in RECORD)
        ]
        self.program = np.array(rows_of, np.int64)

    def start(self, row: int) -> None:
        """Mix the row numbers of the block that begins at `row`."""
        self.kernels.start_words(row, self.inner)

    def pool(self) -> pa.Array:
        """A text drawn from a pool, as an Arrow column."""
        self._draw("city")
        args = (self.heap.data, self.heap.spans, self.pools[4], self.pools[5])
        return self._column(self.kernels.pool_column(self.cells[3], *args, self.out, self.ends))

    def email(self) -> pa.Array:
        """The composed address, as an Arrow column."""
        self._draw("first", "last", "email")
        args = (self.heap.data, self.heap.spans, self.shape)
        return self._column(self.kernels.email_column(*self.cells[:3], *args, self.out, self.ends))

    def amount(self) -> pa.Array:
        """A number with two decimals, as an Arrow column of text."""
        self._draw("amount")
        return self._column(self.kernels.amount_column(self.cells[4], CENTS, self.out, self.ends))

    def date(self) -> pa.Array:
        """A date, as an Arrow column of text."""
        self._draw("born")
        return self._column(self.kernels.date_column(self.cells[6], DAYS, self.out, self.ends))

    def csv_by_program(self) -> bytes:
        """CSV of the block by the kernel that interprets any record, hashed."""
        self._draw(*RECORD)
        return self._text(
            self.kernels.program_rows(self.program, self.cells, self.heap.data, self.heap.spans, self.shape, self.out)
        )

    def csv_by_special(self) -> bytes:
        """CSV of the block by a kernel written for this record, hashed."""
        self._draw(*RECORD)
        args = (self.heap.data, self.heap.spans, self.pools, self.shape, CENTS, DAYS, self.out)
        return self._text(self.kernels.special_rows(self.cells, *args))

    def _draw(self, *names: str) -> None:
        for name in names:
            self.kernels.draw_words(self.inner, KEYS[name], self.cells[RECORD.index(name)])

    def _column(self, size: int) -> pa.Array:
        """A column owns its bytes, as any caller may keep it; so copy them out of the buffer."""
        return pa.StringArray.from_buffers(
            self.rows, pa.py_buffer(self.ends.copy()), pa.py_buffer(self.out[:size].copy())
        )

    def _text(self, size: int) -> bytes:
        text = self.out[:size].data
        blake3(text).digest()
        return bytes(text[:LONGEST_ROW])


def _low(words: list[str]) -> list[str]:
    return [word.lower() for word in words]


def works(block: int) -> dict[str, Callable[[], object]]:
    """Everything to be timed, each making ROWS rows in blocks of this size."""
    arrow, numba = ArrowSide(block), NumbaSide(block)
    _check(arrow, numba)

    def whole(side: ArrowSide | NumbaSide, make: Callable[[], object]) -> Callable[[], object]:
        def run() -> None:
            for row in range(0, ROWS, block):
                side.start(row)
                make()

        return run

    return {
        "pool text, Arrow take": whole(arrow, arrow.pool),
        "pool text, Numba": whole(numba, numba.pool),
        "e-mail, Arrow join": whole(arrow, arrow.email),
        "e-mail, Numba": whole(numba, numba.email),
        "amount, Arrow join": whole(arrow, arrow.amount),
        "amount, Numba": whole(numba, numba.amount),
        "date, Arrow take": whole(arrow, arrow.date),
        "date, Numba": whole(numba, numba.date),
        "CSV row, Arrow join": whole(arrow, arrow.csv_by_join),
        "CSV row, pyarrow.csv": whole(arrow, arrow.csv_by_writer),
        "CSV row, Numba, interpreted": whole(numba, numba.csv_by_program),
        "CSV row, Numba, one record": whole(numba, numba.csv_by_special),
    }


def _check(arrow: ArrowSide, numba: NumbaSide) -> None:
    """Both sides make the same, or the comparison means nothing."""
    arrow.start(0)
    numba.start(0)
    same = [
        (arrow.pool(), numba.pool()),
        (arrow.email(), numba.email()),
        (arrow.amount(), numba.amount()),
        (arrow.date(), numba.date()),
    ]
    if not all(left.equals(right) for left, right in same):
        raise SystemExit("the two sides make different columns")
    if not arrow.csv_by_join() == numba.csv_by_program() == numba.csv_by_special():
        raise SystemExit("the two sides write different text")


def print_speeds(rounds: int) -> None:
    """The table of nanoseconds per value or row, by block size."""
    measured = [timing.interleaved(works(block), rounds) for block in BLOCKS]
    print(f"\nns per value or row, median of {rounds} alternating rounds of {ROWS:,} rows, one core")
    print(f"{'':30}" + "".join(f"{block:>10,}" for block in BLOCKS))
    for name in measured[0]:
        print(f"{name:30}" + "".join(f"{times[name] / ROWS * 1e9:10.0f}" for times in measured))


def cost_of_numba() -> None:
    """In a child: what importing, compiling or loading the row kernel takes, as JSON on stdout."""
    before = timing.peak_mebibytes()
    start = time.perf_counter()
    import numba  # noqa: F401 -- its import is what is timed

    imported = time.perf_counter()
    side = NumbaSide(16)
    side.start(0)
    ready = time.perf_counter()
    side.csv_by_program()
    done = time.perf_counter()
    figures = {"import": imported - start, "small kernel": ready - imported, "row kernel": done - ready}
    print(json.dumps(figures | {"MiB before": before, "MiB more": timing.peak_mebibytes() - before}))


def print_costs() -> None:
    """The price of Numba: first run compiles, later runs load from the cache."""
    with tempfile.TemporaryDirectory() as folder:
        print("\nNumba, seconds of one fresh process (NumPy and Arrow imported before)")
        for name in ("compiling", "from the cache", "from the cache"):
            command = [sys.executable, "-m", "tests.bench.spike", "--cost"]
            answer = subprocess.run(
                command, env={**os.environ, "NUMBA_CACHE_DIR": folder}, capture_output=True, check=True
            )
            figures = json.loads(answer.stdout)
            print(f"{name:16}" + "".join(f"  {key} {value:.2f}" for key, value in figures.items()))


def main() -> None:
    """Run and print."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.spike", description=__doc__)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--cost", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    timing.pin()
    pa.set_cpu_count(1)
    if chosen.cost:
        cost_of_numba()
    else:
        print_speeds(chosen.rounds)
        print_costs()


if __name__ == "__main__":
    main()
