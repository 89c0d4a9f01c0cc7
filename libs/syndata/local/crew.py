"""Worker processes that make parts and die with the process that asked for them."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
import warnings
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from syndata.local.landing import signals_held
from syndata.local.parts import Gate, Order, PartJob, PartMade, PartMaker
from syndata_contracts.errors import Defect, SyndataError

if TYPE_CHECKING:
    from syndata_engine.generation import Dataset

_TELL_SECONDS: Final = 0.1
_PR_SET_PDEATHSIG: Final = 1


@dataclass(frozen=True, slots=True)
class Make:
    """To a worker: make this part; `offset` is None while parts before it have no size yet."""

    job: PartJob
    offset: int | None


@dataclass(frozen=True, slots=True)
class PutAt:
    """To a worker: the bytes of the part at hand begin here."""

    offset: int


@dataclass(frozen=True, slots=True)
class Progressed:
    """From a worker: so many more bytes."""

    bytes: int


@dataclass(frozen=True, slots=True)
class Sized:
    """From a worker: the part at hand has this size; its bytes may still wait for their place."""

    job: PartJob
    bytes: int


@dataclass(frozen=True, slots=True)
class Failed:
    """From a worker: it cannot go on."""

    error: SyndataError


@dataclass(slots=True)
class Worker:
    """A worker process, seen from its parent."""

    process: Any
    connection: Connection
    job: PartJob | None = None


class Crew:
    """Worker processes; leaving the context ends them, at once if they are still at work."""

    def __init__(self, size: int, order: Order, dataset: Dataset) -> None:
        self._size = size
        self._order = order
        self._dataset = dataset
        self._gate: Gate | None = None
        self.workers: list[Worker] = []

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()

    def _start(self) -> None:
        forked = _may_fork()
        context = multiprocessing.get_context("fork") if forked else multiprocessing.get_context("spawn")
        # Kept here: a started worker takes it by name, which is gone with the lock.
        self._gate = _gate(context)
        for _ in range(self._size):
            ours, theirs = context.Pipe()
            # A forked child has every bound table already; another one binds the plan by itself.
            bound = self._dataset if forked else None
            inherited = [worker.connection for worker in self.workers] if forked else []
            arguments = (theirs, self._gate, self._order, bound, [*inherited, ours] if forked else [])
            process = context.Process(target=work, args=arguments, daemon=True)
            with signals_held(), warnings.catch_warnings():
                # Python warns of forking beside native threads; Arrow's are idle allocator threads, and none holds a lock.
                warnings.simplefilter("ignore", DeprecationWarning)
                process.start()
            theirs.close()
            self.workers.append(Worker(process, ours))

    def _stop(self) -> None:
        for worker in self.workers:
            worker.connection.close()
            if worker.process.is_alive():
                worker.process.kill()
        for worker in self.workers:
            worker.process.join()
        self.workers.clear()


def work(
    connection: Connection, gate: Gate | None, order: Order, dataset: Dataset | None, inherited: list[Connection]
) -> None:
    """Make parts as they are asked for until the other end closes."""
    _die_with_parent()
    for other in inherited:
        other.close()
    try:
        with PartMaker(dataset or _bind(order), order, gate) as maker:
            while True:
                _make_one(connection, maker)
    except (EOFError, ConnectionError):
        return
    except SyndataError as error:
        _last_words(connection, error)
    except Exception as error:  # noqa: BLE001 - the edge of a process: what escapes here would be lost
        _last_words(connection, Defect(f"{type(error).__name__}: {error}\n{traceback.format_exc()}"))


def _make_one(connection: Connection, maker: PartMaker) -> None:
    asked: Make = connection.recv()
    unsaid = 0
    said_at = time.monotonic()

    def told(count: int) -> None:
        nonlocal unsaid, said_at
        unsaid += count
        if time.monotonic() - said_at > _TELL_SECONDS:
            connection.send(Progressed(unsaid))
            unsaid, said_at = 0, time.monotonic()

    def place(wait: bool) -> int | None:  # noqa: FBT001 - the shape that Place has
        if asked.offset is not None:
            return asked.offset
        if not wait and not connection.poll():
            return None
        put: PutAt = connection.recv()
        return put.offset

    made: PartMade = maker.make(asked.job, place, told, lambda size: connection.send(Sized(asked.job, size)))
    connection.send(Progressed(unsaid))
    connection.send(made)


def _bind(order: Order) -> Dataset:
    from syndata.binding import bind_plan

    return bind_plan(order.plan)


def _last_words(connection: Connection, error: SyndataError) -> None:
    try:
        connection.send(Failed(error))
    except OSError:
        return


def _gate(context: BaseContext) -> Gate | None:
    """None where the system has no semaphores to give, as in some sandboxes: the kernel then lets workers in by itself."""
    try:
        return context.Lock()
    except (OSError, ImportError):
        return None


def _may_fork() -> bool:
    """Forking is cheap, and safe where no thread of the caller's may hold a lock that a child would never get."""
    return sys.platform.startswith("linux") and threading.active_count() == 1


def _die_with_parent() -> None:
    """Ctrl-C is the parent's to hear; its death is ours."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    if sys.platform.startswith("linux"):
        parent = multiprocessing.parent_process()
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if parent is not None and os.getppid() != parent.pid:
            os._exit(1)  # it died before the line above
