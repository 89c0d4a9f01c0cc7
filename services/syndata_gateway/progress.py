"""Live progress: server-sent events, one whenever a job changes."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Final

from syndata_contracts.errors import Unavailable
from syndata_contracts.jobs import Job
from syndata_gateway.api.models import job_view
from syndata_gateway.ports import Gateway

_LOOK_SECONDS: Final = 0.25
_PING_SECONDS: Final = 15.0


async def progress(gateway: Gateway, job: Job, seen: int) -> AsyncIterator[bytes]:
    """Events `progress` with the job, from the first version above `seen`; ends with the job, or with the gateway."""
    said_at = time.monotonic()
    yield b"retry: 1000\n\n"
    while True:
        if job.version > seen:
            seen = job.version
            said_at = time.monotonic()
            yield _event(job)
        if job.ended:
            return
        if await _left(gateway.leaving):
            return
        if time.monotonic() - said_at > _PING_SECONDS:
            said_at = time.monotonic()
            yield b": still here\n\n"
        try:
            newest = await gateway.keeper.newest(job.id)
        except Unavailable:
            continue  # the reader waits with us
        if newest is None:
            return
        job = newest


def _event(job: Job) -> bytes:
    data = json.dumps(job_view(job), ensure_ascii=False)
    return f"id: {job.version}\nevent: progress\ndata: {data}\n\n".encode()


async def _left(leaving: asyncio.Event) -> bool:
    """Wait a moment; whether the gateway is leaving."""
    try:
        async with asyncio.timeout(_LOOK_SECONDS):
            await leaving.wait()
    except TimeoutError:
        return False
    return True
