"""Trying again while it makes sense: which failures pass, and how long we wait for that."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

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


class Unsettled(Exception):
    """The servers do not agree yet: ask again."""


async def patiently(what: str, attempt: Callable[[], Awaitable[_T]], seconds: float) -> _T:
    """The first attempt that succeeds; each must bear being made after one of unknown outcome.

    Raises:
        Unavailable: none did within `seconds`.
        Defect: the server refused for a reason that will not pass.
    """
    latest: list[str] = []
    try:
        async with asyncio.timeout(seconds):
            return await _repeated(attempt, latest)
    except TimeoutError:
        why = f" ({latest[-1]})" if latest else ""
        raise Unavailable(f"the store did not {what} within {seconds:g} s{why}") from None


async def _repeated(attempt: Callable[[], Awaitable[_T]], latest: list[str]) -> _T:
    pause = _FIRST_PAUSE
    while True:
        try:
            return await attempt()
        except (PyMongoError, Unsettled) as error:
            # The class and not the text: a driver's text names hosts, ports and whole topologies.
            latest.append(type(error).__name__)
            if not passes(error):
                raise _refusal(error) from error
        # Jittered: writers whom one outage stopped must not come back as one.
        await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - no secret
        pause = min(2 * pause, _LONGEST_PAUSE)


def passes(error: PyMongoError | Unsettled) -> bool:
    """Whether the same may succeed in a moment."""
    if isinstance(error, OperationFailure):
        # A failed write concern is no failed write: the write may stand, which the next attempt finds out.
        return (
            isinstance(error, WTimeoutError)
            or error.code in _PASSING
            or error.has_error_label("RetryableWriteError")
            or error.has_error_label("TransientTransactionError")
        )
    return isinstance(error, ConnectionFailure | WaitQueueTimeoutError | Unsettled)


def _refusal(error: PyMongoError | Unsettled) -> Defect | Unavailable:
    if isinstance(error, InvalidOperation):
        # What the drivers say when a client was closed.
        return Unavailable("the store is closed")
    code = f" {error.code}" if isinstance(error, OperationFailure) else ""
    return Defect(f"the store refused: {type(error).__name__}{code}")
