"""Trying again while it makes sense: which failures pass, and how long we wait for that."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Final, TypeVar

from pymongo.errors import (
    ConnectionFailure,
    InvalidOperation,
    OperationFailure,
    PyMongoError,
    WaitQueueTimeoutError,
    WTimeoutError,
)

from syndata_contracts.errors import Defect, Unavailable

_T = TypeVar("_T")
_FIRST_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 0.5
_PASSING: Final = frozenset(
    {
        1,  # InternalError: FerretDB says so when its own database is busy or closing
        6,  # HostUnreachable
        7,  # HostNotFound
        24,  # LockTimeout
        46,  # LockBusy
        48,  # NamespaceExists: FerretDB, to two who make a collection by inserting into it at once
        50,  # MaxTimeMSExpired
        64,  # WriteConcernFailed
        89,  # NetworkTimeout
        91,  # ShutdownInProgress
        112,  # WriteConflict
        134,  # ReadConcernMajorityNotAvailableYet
        189,  # PrimarySteppedDown
        262,  # ExceededTimeLimit
        9001,  # SocketException
        10107,  # NotWritablePrimary
        11600,  # InterruptedAtShutdown
        11602,  # InterruptedDueToReplStateChange
        13435,  # NotPrimaryNoSecondaryOk
        13436,  # NotPrimaryOrSecondary
        14031,  # OutOfDiskSpace
    }
)


_UNWELCOME: Final = frozenset({13, 18})
"""Unauthorized, AuthenticationFailed."""


class Unwelcome(Unavailable):
    """The store does not let us in: a password was changed, or a user dropped, which somebody mends."""


class Unsettled(Exception):
    """The servers do not agree yet: ask again."""


class Patience:
    """Repeats what fails for reasons that pass, for so many seconds and not longer."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._left: set[asyncio.Task[Any]] = set()

    async def until(self, what: str, attempt: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
        """The first attempt that succeeds; each must bear being made after one of unknown outcome.

        Raises:
            Unavailable: none did in time; Unwelcome, at once, when the server does not let us in.
            Defect: the server refused for a reason that will not pass.
        """
        deadline = time.monotonic() + self._seconds
        pause = _FIRST_PAUSE
        why = ""
        while (rest := deadline - time.monotonic()) > 0:
            try:
                # Half the time at most: where nothing comes back, another attempt may find another connection.
                return await self._attempted(attempt, min(rest, self._seconds / 2))
            except (PyMongoError, TimeoutError, Unsettled) as error:
                if not passes(error):
                    raise _refusal(error) from error
                # The class and not the text: a driver's text names hosts, ports and whole topologies.
                why = f" ({type(error).__name__})"
            # Jittered: writers whom one outage stopped must not come back as one.
            wait = pause * random.uniform(0.5, 1)  # noqa: S311 - no secret
            await asyncio.sleep(max(0.0, min(wait, deadline - time.monotonic())))
            pause = min(2 * pause, _LONGEST_PAUSE)
        raise Unavailable(f"the store did not {what} within {self._seconds:g} s{why}")

    async def end(self, closing: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Let what was left behind end by itself, then close; who cannot be told goodbye in time is left as well."""
        if self._left:
            await asyncio.wait(set(self._left), timeout=2 * self._seconds)
        with suppress(TimeoutError, PyMongoError):
            await self._attempted(closing, self._seconds)

    async def _attempted(self, attempt: Callable[[], Coroutine[Any, Any, _T]], seconds: float) -> _T:
        # A task that is left behind and not cancelled: it ends by the driver's own time limits. PyMongo's async client does
        # not bear cancellation (seen with 4.20 on Python 3.11: it may be swallowed, or leave a client that never answers).
        task = asyncio.create_task(attempt())
        try:
            await asyncio.wait({task}, timeout=seconds)
        finally:
            if not task.done():
                self._left.add(task)
                task.add_done_callback(self._forget)
        if task.done():
            return task.result()
        raise TimeoutError

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._left.discard(task)
        if not task.cancelled():
            # Looked at, so that the loop does not complain that nobody did.
            task.exception()


def passes(error: PyMongoError | TimeoutError | Unsettled) -> bool:
    """Whether the same may succeed in a moment."""
    if isinstance(error, OperationFailure):
        # A failed write concern is no failed write: the write may stand, which the next attempt finds out.
        return (
            isinstance(error, WTimeoutError)
            or error.code in _PASSING
            or error.has_error_label("RetryableWriteError")
            or error.has_error_label("TransientTransactionError")
        )
    return isinstance(error, ConnectionFailure | WaitQueueTimeoutError | TimeoutError | Unsettled)


def _refusal(error: PyMongoError | TimeoutError | Unsettled) -> Defect | Unavailable:
    if isinstance(error, InvalidOperation):
        # What the drivers say when a client was closed.
        return Unavailable("the store is closed")
    if isinstance(error, OperationFailure) and error.code in _UNWELCOME:
        return Unwelcome(f"the store refuses our credentials ({error.code})")
    code = f" {error.code}" if isinstance(error, OperationFailure) else ""
    return Defect(f"the store refused: {type(error).__name__}{code}")
