"""A job's progress on standard error: a bar where someone is watching, lines where nobody is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from syndata.client import Job

_LINE_SECONDS: Final = 5.0


class Pace:
    """Rows per second, since the job was first heard of."""

    def __init__(self) -> None:
        self._rows: int | None = None
        self._begun = 0.0

    def rate(self, job: Job) -> float | None:
        """None until there is something to count from."""
        now = time.monotonic()
        if self._rows is None or job.rows_done < self._rows:
            # A job that was begun elsewhere is counted from what it had then.
            self._rows, self._begun = job.rows_done, now
        seconds = now - self._begun
        return (job.rows_done - self._rows) / seconds if seconds > 0 and job.rows_done > self._rows else None


@contextmanager
def watched(*, quiet: bool) -> Iterator[Callable[[Job], None] | None]:
    """Yield what hears of the job; None when nothing is to be said."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with _bar() as told:
            yield told
    else:
        yield _lines()


def _lines() -> Callable[[Job], None]:
    """A line whenever the state changes, and now and then in between."""
    pace = Pace()
    state, said_at = "", 0.0

    def told(job: Job) -> None:
        nonlocal state, said_at
        rate = pace.rate(job)
        now = time.monotonic()
        if job.state == state and now - said_at < _LINE_SECONDS:
            return
        state, said_at = job.state, now
        sys.stderr.write(line(job, rate) + "\n")
        sys.stderr.flush()

    return told


def line(job: Job, rate: float | None) -> str:
    """One line on how a job stands."""
    why = f" ({job.reason})" if job.reason else ""
    text = f"{job.state}{why}: {job.rows_done:,} of {job.rows:,} rows ({job.progress:.0%})"
    if rate is not None and job.state == "generating":
        text += f", {rate:,.0f} rows/s, {_clock((job.rows - job.rows_done) / rate)} left"
    return text


@contextmanager
def _bar() -> Iterator[Callable[[Job], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rows]}"),
        TextColumn("{task.fields[rate]}"),
    )
    pace = Pace()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("waiting", total=1.0, rows="", rate="")

        def told(job: Job) -> None:
            rate = pace.rate(job)
            left = f"{rate:,.0f} rows/s, {_clock((job.rows - job.rows_done) / rate)} left" if rate else ""
            rows = f"{job.rows_done:,}/{job.rows:,} rows"
            bar.update(task, description=job.state, completed=job.progress, rows=rows, rate=left)

        yield told


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
