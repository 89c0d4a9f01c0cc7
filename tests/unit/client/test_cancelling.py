"""Asynchronous code may be cancelled at any moment."""

from __future__ import annotations

import asyncio
import threading

import pytest

from syndata.client.asynchronous import _finished


async def test_cancelled_work_ends_before_anything_is_cleaned_up() -> None:
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        may_end.wait(10)
        ended.set()

    task = asyncio.ensure_future(_finished(asyncio.ensure_future(asyncio.to_thread(work))))
    await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    asyncio.get_running_loop().call_later(0.05, may_end.set)

    with pytest.raises(asyncio.CancelledError):
        await task

    assert ended.is_set()
