"""Who makes which part, and where its bytes go."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING

from syndata.local.crew import Crew, Failed, Make, Progressed, PutAt, Sized, Worker
from syndata.local.parts import Order, PartJob, PartMade, PartMaker
from syndata_contracts.errors import Defect, Unavailable

if TYPE_CHECKING:
    from syndata_engine.generation import Dataset

Told = Callable[[int], None]
"""Hears of bytes as they are made."""


def make_parts(
    dataset: Dataset, order: Order, jobs: Sequence[PartJob], workers: int, told: Told
) -> Generator[PartMade]:
    """Make the parts and yield each when its bytes lie where they belong, in any order when there are several workers.

    `jobs` name the parts of a table in order, and from its first one on when they have a path.
    """
    if workers <= 1 or len(jobs) <= 1:
        yield from _make_here(dataset, order, jobs, told)
        return
    with Crew(min(workers, len(jobs)), order, dataset) as crew:
        yield from _Dispatcher(crew, jobs, told).run()


def _make_here(dataset: Dataset, order: Order, jobs: Sequence[PartJob], told: Told) -> Iterator[PartMade]:
    ends: dict[str, int] = {}
    with PartMaker(dataset, order) as maker:
        for job in jobs:
            offset = ends.get(job.table, 0)
            made = maker.make(job, lambda _wait, at=offset: at, told, lambda _size: None)  # type: ignore[misc] # a default in a lambda has no type
            ends[job.table] = offset + made.size
            yield made


@dataclass(slots=True)
class _Frontier:
    """How far the places in one table's file are known."""

    part: int = 0
    """The first part that has no size yet; its place is known."""
    offset: int = 0
    sizes: dict[int, int] = field(default_factory=dict)
    """Sizes of parts beyond it."""

    def sized(self, part: int, size: int) -> dict[int, int]:
        """Take a part's size, and return the places of the parts that this settles."""
        self.sizes[part] = size
        placed = {}
        while self.part in self.sizes:
            self.offset += self.sizes.pop(self.part)
            self.part += 1
            placed[self.part] = self.offset
        return placed


class _Dispatcher:
    """Hands out parts in order, and places as they become known.

    Parts are handed out in order, so the first part without a size is always with a worker that has its place:
    the run cannot stall.
    """

    def __init__(self, crew: Crew, jobs: Sequence[PartJob], told: Told) -> None:
        self._crew = crew
        self._jobs = iter(jobs)
        self._left = len(jobs)
        self._told = told
        self._frontiers = {job.table: _Frontier() for job in jobs}

    def run(self) -> Iterator[PartMade]:
        by_connection = {worker.connection: worker for worker in self._crew.workers}
        for worker in self._crew.workers:
            self._hand_out(worker)
        while self._left:
            for ready in wait(list(by_connection)):
                if isinstance(ready, Connection):
                    yield from self._hear(by_connection[ready])

    def _hear(self, worker: Worker) -> Iterator[PartMade]:
        try:
            heard = worker.connection.recv()
        except (EOFError, ConnectionError):
            worker.process.join()
            raise _ended(worker.process.exitcode) from None
        match heard:
            case Progressed():
                self._told(heard.bytes)
            case Sized():
                self._sized(heard)
            case PartMade():
                self._left -= 1
                self._hand_out(worker)
                yield heard
            case Failed():
                raise heard.error

    def _hand_out(self, worker: Worker) -> None:
        worker.job = next(self._jobs, None)
        if worker.job is not None:
            frontier = self._frontiers[worker.job.table]
            worker.connection.send(Make(worker.job, frontier.offset if frontier.part == worker.job.part else None))

    def _sized(self, heard: Sized) -> None:
        placed = self._frontiers[heard.job.table].sized(heard.job.part, heard.bytes)
        for worker in self._crew.workers:
            job = worker.job
            if job is not None and job.path is not None and job.table == heard.job.table and job.part in placed:
                worker.connection.send(PutAt(placed[job.part]))


def _ended(code: int | None) -> Exception:
    if code is not None and code < 0:
        return Unavailable(f"a worker process was ended by signal {-code}; if memory is short, try --workers 1")
    return Defect(f"a worker process ended by itself with exit code {code}")
