"""What standard error shows while rows are made, where someone may be watching."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from syndata_contracts.plan import Plan

_BYTES_PER_CSV_BYTE: Final = {"csv": 1.0, "jsonl": 2.0, "json": 2.0, "parquet": 0.5, "sql": 1.1, "copy": 1.0}
"""Rough: only the bar depends on it."""
_REDRAW_SECONDS: Final = 0.1


@contextmanager
def shown(
    plan: Plan, output_format: str, *, quiet: bool, batch: int | None = None
) -> Iterator[Callable[[int], None] | None]:
    """Yield what to tell of bytes made; None when nobody watches. With `batch` a line is written for each so many rows."""
    expected = sum(table.rows * table.row_bytes for table in plan.tables) * _BYTES_PER_CSV_BYTE[output_format]
    if batch is not None and not quiet and expected:
        yield _lines(sum(table.rows for table in plan.tables), expected, batch)
        return
    if quiet or not sys.stderr.isatty() or not expected:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("generating"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    # No refresh thread: workers are forked, and a fork beside a thread that holds a lock is a trap.
    bar = Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True)
    task = bar.add_task("", total=1.0, rate="")
    rows = sum(table.rows for table in plan.tables)
    begun = drawn = time.monotonic()
    made = 0

    def told(count: int) -> None:
        nonlocal made, drawn
        made += count
        now = time.monotonic()
        if now - drawn < _REDRAW_SECONDS:
            return
        drawn = now
        share = min(made / expected, 0.99)
        bar.update(task, completed=share, rate=f"{share * rows / (now - begun):,.0f} rows/s", refresh=True)

    with bar:
        yield told


def _lines(rows: int, expected: float, batch: int) -> Callable[[int], None]:
    """A line whenever a batch more is made. Bytes are what is heard of, so rows are told as what they are about."""
    made = batches = 0

    def told(count: int) -> None:
        nonlocal made, batches
        made += count
        about = min(int(rows * made / expected), rows)
        if about // batch > batches:
            batches = about // batch
            sys.stderr.write(f"generated about {batches * batch:,} of {rows:,} rows\n")
            sys.stderr.flush()

    return told


def compiling() -> None:
    """Say so before the first command after an installation compiles the kernels, which takes a while."""
    from syndata.binding import kernels_compiled

    if not kernels_compiled():
        sys.stderr.write("compiling for this machine, once after an installation: about half a minute\n")
        sys.stderr.flush()
