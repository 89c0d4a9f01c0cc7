"""Worker processes for what would hold up the loop; they die with the process that asked for them.

They are forked from a process that has imported what they need and runs nothing else: the first of
them costs what importing costs, every other one, and one that follows a dead one, some milliseconds.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import BaseContext
from typing import Any, ParamSpec, TypeVar

from syndata_contracts.errors import Defect

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Slot:
    """One worker process, started when it is first needed and again after it died."""

    def __init__(self, niceness: int = 0) -> None:
        """`niceness` lets others go first on a busy machine, e.g. those who answer people."""
        self._niceness = niceness
        self._executor: ProcessPoolExecutor | None = None

    async def call(self, function: Callable[_P, _T], *arguments: _P.args, **named: _P.kwargs) -> _T:
        """Call a module's function over there; Defect when the process dies over it."""
        if named:
            raise Defect("a worker process is called with positions only")
        executor = self._executor = self._executor or _executor(self._niceness)
        try:
            return await asyncio.get_running_loop().run_in_executor(executor, function, *arguments)
        except BrokenProcessPool:
            if self._executor is executor:  # else another caller saw it before, and began anew
                self._executor = None
            executor.shutdown(wait=False)
            raise Defect("the worker process died over it: out of memory, or a crash in native code") from None

    def kill(self) -> None:
        """End the process, at work or not."""
        executor, self._executor = self._executor, None
        if executor is not None:
            for process in list((executor._processes or {}).values()):  # noqa: SLF001 -- it offers no kill before 3.14
                process.kill()
            executor.shutdown(wait=False, cancel_futures=True)


class Slots:
    """A fixed number of worker processes, each doing one thing at a time."""

    def __init__(self, count: int, niceness: int = 0, seconds: float | None = None) -> None:
        """`seconds` is how long one call may take, once a process is free for it."""
        self._seconds = seconds
        self._all = [Slot(niceness) for _ in range(count)]
        self._free: asyncio.Queue[Slot] = asyncio.Queue()
        for slot in self._all:
            self._free.put_nowait(slot)

    async def call(self, function: Callable[_P, _T], *arguments: _P.args, **named: _P.kwargs) -> _T:
        """Call a module's function in the first process that is free; TimeoutError when it takes too long."""
        slot = await self._free.get()
        try:
            async with asyncio.timeout(self._seconds):
                return await slot.call(function, *arguments, **named)
        except (asyncio.CancelledError, TimeoutError):
            slot.kill()  # nobody waits for it any more, and the next call must not wait behind it
            raise
        finally:
            self._free.put_nowait(slot)

    async def warm(self, function: Callable[[], Any]) -> None:
        """Have every process do this now, so that the first real call need not wait for it."""
        await asyncio.gather(*(slot.call(function) for slot in self._all))

    def kill(self) -> None:
        """End all processes."""
        for slot in self._all:
            slot.kill()


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def prepare(modules: Iterable[str]) -> None:
    """Have the worker processes of this process begin with these modules imported; to be said before the first one starts."""
    context = _context()
    if context.get_start_method() == "forkserver":
        context.set_forkserver_preload(["syndata_runtime.nursery", *dict.fromkeys(modules)])


def _context() -> BaseContext:
    # A fork of this process would copy locks that its threads hold.
    fitting = "forkserver" if sys.platform.startswith("linux") else "spawn"
    return multiprocessing.get_context(fitting)


def _executor(niceness: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, _context(), _begin, (niceness, dict(os.environ)))


def _begin(niceness: int, environment: dict[str, str]) -> None:
    """Signals are the parent's to hear; its death is ours, and so is its environment of today."""
    os.environ.clear()
    os.environ.update(environment)
    os.nice(niceness)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=_follow, name="follows its parent", daemon=True).start()


def _follow() -> None:
    """End with the process that asked for this one, which is not the one that it was forked from."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
