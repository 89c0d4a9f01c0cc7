"""Worker processes for what would hold up the loop; they die with the process that asked for them."""

from __future__ import annotations

import asyncio
import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Final, ParamSpec, TypeVar

from syndata_contracts.errors import Defect

_PR_SET_PDEATHSIG: Final = 1

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


def _executor(niceness: int) -> ProcessPoolExecutor:
    # A fork would copy locks that other threads hold; a fresh interpreter costs a second, once.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, context, _begin, (os.getpid(), niceness))


def _begin(parent: int, niceness: int) -> None:
    """Signals are the parent's to hear; its death is ours."""
    os.nice(niceness)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)  # it died before the line above
