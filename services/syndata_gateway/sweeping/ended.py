"""Jobs that ended long ago, and the idempotency keys that they were asked for under."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from syndata_contracts.events import Cleared, Expired
from syndata_contracts.jobs import Job, JobState
from syndata_contracts.keys import cancelled_key, job_prefix
from syndata_gateway.conductor.keeper import JOBS, Keeper
from syndata_gateway.creating import ASKED
from syndata_gateway.sweeping.policy import Policy
from syndata_runtime.clock import made_at
from syndata_runtime.connections import Ports
from syndata_runtime.failpoints import failpoint

_PAGE: Final = 100
_PATIENCE: Final = timedelta(minutes=10)
"""How long an exporter may take to remove what lies there of a job, before it is asked again."""
_REMEMBERED: Final = 100_000


class EndedJobs:
    """Lets jobs expire, sees to it that their objects go, and forgets them."""

    def __init__(self, ports: Ports, keeper: Keeper, policy: Policy) -> None:
        self._ports = ports
        self._keeper = keeper
        self._policy = policy
        self._done: OrderedDict[str, None] = OrderedDict()
        """Jobs with which nothing is left to do; of others as many are read as there are, at every look."""

    async def sweep(self, workspace: str, now: datetime) -> tuple[int, int]:
        """Look at every job once; return how many expired, and how many were forgotten."""
        expired = forgotten = 0
        before = None
        while page := await self._ports.store.page(JOBS, where={"workspace": workspace}, before=before, limit=_PAGE):
            before = page[-1].key
            for record in page:
                if record.key in self._done:
                    continue
                job = await self._keeper.newest(record.key)
                if job is None or not job.ended:
                    continue
                expired += await self._let_expire(job, now)
                forgotten += await self._clear(job, now)
        return expired, forgotten

    async def _let_expire(self, job: Job, now: datetime) -> bool:
        age = self._policy.files_or_jobs
        if age is None and job.state is JobState.COMPLETED:
            self._remember(job.id)
        if age is None or job.given_up or now - _end(job) < age:
            return False
        _, changed = await self._keeper.wish(job.id, Expired())
        await failpoint("sweeper.expired")
        return changed

    async def _clear(self, job: Job, now: datetime) -> bool:
        """See whether a given-up job's objects are gone; whether the job itself is gone now, too."""
        if not job.given_up:
            return False
        if not job.cleared:
            if await self._is_empty(job):
                await self._keeper.wish(job.id, Cleared())
            elif now - job.updated_at > _PATIENCE:
                await self._keeper.sweep_again(job)  # whoever was asked died, and the broker lost it
            return False
        if self._policy.jobs is None:
            self._remember(job.id)
            return False
        if now - _end(job) < self._policy.jobs:
            return False
        # The mark first: nobody would look for one whose job is not known any more.
        await self._ports.objects.remove([cancelled_key(job.workspace, job.id)])
        await failpoint("sweeper.mark_removed")
        await self._keeper.forget(job.id)
        return True

    async def _is_empty(self, job: Job) -> bool:
        mark = cancelled_key(job.workspace, job.id)
        seen_mark = False
        async for stat in self._ports.objects.list(job_prefix(job.workspace, job.id)):
            if stat.key != mark:
                return False
            seen_mark = True
        return seen_mark

    def _remember(self, job: str) -> None:
        self._done[job] = None
        if len(self._done) > _REMEMBERED:
            self._done.popitem(last=False)

    async def sweep_keys(self, now: datetime) -> int:
        """Forget keys that are old enough, but of jobs that are not ended; return how many."""
        age = self._policy.keys_or_jobs
        if age is None:
            return 0
        count = 0
        before = None
        while page := await self._ports.store.page(ASKED, where={}, before=before, limit=_PAGE):
            before = page[-1].key
            for record in page:
                name = str(record.body["job"])
                if now - made_at(name) < age:
                    continue
                job = await self._keeper.newest(name)
                if job is None or job.ended:
                    await self._ports.store.remove(ASKED, record.key)
                    count += 1
        await failpoint("sweeper.keys_removed")
        return count


def _end(job: Job) -> datetime:
    return job.finished_at or job.updated_at
