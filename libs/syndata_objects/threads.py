"""Threads for calls that block, so that the event loop never does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import anyio
from anyio import to_thread

T = TypeVar("T")


class Threads:
    """At most so many threads at once, of those that the event loop keeps."""

    def __init__(self, most: int) -> None:
        self._limiter = anyio.CapacityLimiter(most)

    async def run(self, call: Callable[[], T], *, harmless: bool = False) -> T:
        """Call in a thread.

        A thread cannot be stopped. Who cancels gets control back when the call has ended, so that no file or
        connection is closed under it and nothing goes on behind the caller's back; calls must be limited in time.
        A call that only asks, and holds nothing, is `harmless`: it is left alone, to end when it likes.
        """
        running = asyncio.ensure_future(to_thread.run_sync(call, limiter=self._limiter))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            if harmless:
                running.add_done_callback(_seen)
            else:
                await settled(running)
            raise


async def settled(running: asyncio.Future[Any]) -> None:
    """Wait until it has ended, whoever cancels; what came of it, an error too, is dropped."""
    with anyio.CancelScope(shield=True):
        while not running.done():
            try:
                await asyncio.wait([running])
            except asyncio.CancelledError:
                continue  # who calls this raises what brought it here, which is a cancellation or worse
    _seen(running)


def _seen(running: asyncio.Future[Any]) -> None:
    if not running.cancelled():
        running.exception()  # asked for, so that nobody complains that it was not
