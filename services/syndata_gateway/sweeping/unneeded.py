"""Plans and configurations that no job and no kept schema needs: set aside for a day, then removed, or put back.

Whoever makes a job first has its plan put, whether or not it is there, and then inserts the job. Between a look that finds
no such job and the removal of the plan, both may happen. So a plan is copied aside before it is removed; a day later,
which no request for a job lasts, every job that was made meanwhile is seen, and what it needs is put back. Until then
readers find it aside. Nothing here is undone by dying anywhere: the next who looks goes on.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from syndata_contracts.keys import (
    aside_key,
    aside_prefix,
    document_key,
    documents_prefix,
    kept_key,
    plan_key,
    plans_prefix,
)
from syndata_gateway.conductor.keeper import JOBS
from syndata_gateway.keeping import SCHEMAS
from syndata_objects.errors import Missing
from syndata_objects.port import Objects, Stat
from syndata_runtime.connections import Ports
from syndata_runtime.failpoints import failpoint
from syndata_store.port import Record, Store

GRACE: Final = timedelta(days=1)
"""How long what was set aside can be put back: far longer than the longest request for a job."""
_MOST_SECONDS: Final = 600.0
"""Whoever slept longer between copying and removing lets it be: the copy may have been judged meanwhile."""
_PAGE: Final = 100
"""Jobs of many tables are large."""


async def needed_keys(store: Store, workspace: str) -> set[str]:
    """Keys of all plans and documents that a job or a kept schema needs."""
    found = {plan_key(workspace, str(record.body["plan"])) async for record in _all(store, JOBS, workspace)}
    async for schema in _all(store, SCHEMAS, workspace):
        newest = await store.newest(SCHEMAS, schema.key)
        for number in range(newest.version + 1 if newest else 0):
            version = await store.version(SCHEMAS, schema.key, number)
            if version is not None:
                found.add(document_key(workspace, str(version.body["document"])))
                found.add(plan_key(workspace, str(version.body["plan"])))
    return found


async def _all(store: Store, collection: str, workspace: str) -> AsyncIterator[Record]:
    before = None
    while page := await store.page(collection, where={"workspace": workspace}, before=before, limit=_PAGE):
        before = page[-1].key
        for record in page:
            yield record


async def set_aside(ports: Ports, workspace: str, older: datetime) -> list[Stat]:
    """Set aside what was last put before `older` and is not needed; return it."""
    objects = ports.objects
    old = [
        stat
        for prefix in (plans_prefix(workspace), documents_prefix(workspace))
        async for stat in objects.list(prefix)
        if stat.modified < older
    ]
    if not old:
        return []
    needed = await needed_keys(ports.store, workspace)
    return [stat for stat in old if stat.key not in needed and await _aside(objects, stat.key)]


async def _aside(objects: Objects, key: str) -> bool:
    begun = time.monotonic()
    try:
        body = await objects.get(key)
    except Missing:
        return False  # another was quicker
    await objects.put(aside_key(key), body)
    await failpoint("sweeper.aside_put")
    if time.monotonic() - begun > _MOST_SECONDS:
        return False
    await objects.remove([key])
    return True


async def settle_aside(ports: Ports, workspace: str, now: datetime, grace: timedelta = GRACE) -> Sequence[Stat]:
    """Put back what is needed after all, and remove what was set aside long enough; return what was removed."""
    objects = ports.objects
    lying = [stat async for stat in objects.list(aside_prefix(workspace))]
    if not lying:
        return []
    needed = await needed_keys(ports.store, workspace)
    gone = []
    for stat in lying:
        key = kept_key(stat.key)
        if key in needed and await objects.stat(key) is None:
            await objects.put(key, await objects.get(stat.key))
            await failpoint("sweeper.put_back")
        if now - stat.modified < grace:
            continue
        await objects.remove([stat.key])
        if key not in needed:
            gone.append(stat)
    return gone
