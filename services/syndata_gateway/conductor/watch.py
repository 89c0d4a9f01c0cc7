"""The reconciler: looks at every open job now and then, and sees to it that something happens.

It only tells the conductor where to look, so that any number of gateways may watch.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import structlog

from syndata_contracts.errors import Defect, SyndataError, Unavailable
from syndata_contracts.events import Event, Nudged, ResumeAsked, Started, WorkFailed
from syndata_contracts.jobs import Job, JobState
from syndata_contracts.lifecycle import BLOCKED
from syndata_contracts.messages import ExportJob, GenerateTask, decode_message, named
from syndata_gateway.conductor.keeper import Keeper
from syndata_runtime import metrics
from syndata_runtime.clock import made_at, now
from syndata_runtime.connections import Ports
from syndata_runtime.topology import EXPORT_JOBS, GENERATOR_TASKS, QUEUES

_MOST_SECONDS_BETWEEN: Final = 15.0
_REST: Final = timedelta(seconds=30)
"""How long a blocked job rests before it is tried again."""
_GRACE: Final = timedelta(seconds=5)
"""How long a new job may be pending."""

_log = structlog.get_logger()


class Watch:
    """Watches open jobs and queues."""

    def __init__(self, ports: Ports, keeper: Keeper, stall_seconds: float) -> None:
        self._ports = ports
        self._keeper = keeper
        self._stall = timedelta(seconds=stall_seconds)
        self._pause = min(_MOST_SECONDS_BETWEEN, stall_seconds / 2)

    async def run(self) -> None:
        """Look, rest, and look again, until cancelled."""
        while True:
            try:
                await self._look()
            except Unavailable as error:
                _log.info("the watch waits for a server", why=str(error))
            except SyndataError:
                _log.exception("the watch stumbled")
            await asyncio.sleep(self._pause)

    async def _look(self) -> None:
        seen: list[Job] = []
        at_work: dict[str, Job] = {}
        for name in await self._keeper.open_jobs():
            job = await self._keeper.glance(name)
            if job is None:
                if now() - made_at(name) > timedelta(hours=1):
                    await self._keeper.forget_mark(name)
                continue
            seen.append(job)
            if job.state in {JobState.GENERATING, JobState.EXPORTING}:
                at_work[job.id] = job
            if (event := self._due(job)) is not None:
                await self._keeper.nudge(job, event)
        _count(seen)
        await self._look_at_queues(at_work)

    def _due(self, job: Job) -> Event | None:
        """What to tell the conductor of a job, if anything."""
        silent = now() - job.updated_at
        if job.ended:
            return Nudged()
        if job.state is JobState.PENDING:
            return Started() if silent > _GRACE else None
        if job.state is JobState.PAUSED:
            return ResumeAsked(epoch=job.epoch) if (job.reason or "").startswith(BLOCKED) and silent > _REST else None
        return Nudged() if silent > self._stall else None

    async def _look_at_queues(self, at_work: dict[str, Job]) -> None:
        for queue in QUEUES:
            depth = await self._ports.bus.depth(queue.name)
            metrics.QUEUE_READY.labels(queue.name).set(depth.ready)
            metrics.QUEUE_DEAD.labels(queue.name).set(depth.dead)
            metrics.QUEUE_CONSUMERS.labels(queue.name).set(depth.consumers)
            if depth.dead and queue in {GENERATOR_TASKS, EXPORT_JOBS}:
                await self._bring_home(queue.name, at_work)

    async def _bring_home(self, queue: str, at_work: dict[str, Job]) -> None:
        """Fail the jobs whose work killed every process that took it: of those the broker told nobody."""
        for letter in await self._ports.bus.dead_letters(queue):
            try:
                message = decode_message(letter.message.body)
            except Defect:
                continue
            job = at_work.get(message.job) if isinstance(message, GenerateTask | ExportJob) else None
            if job is not None and isinstance(message, GenerateTask | ExportJob) and message.epoch == job.epoch:
                where = f"its message is among the dead letters of {queue}"
                what = f"{named(message)} could not be done in {letter.attempt} tries; {where}"
                await self._keeper.nudge(job, WorkFailed(epoch=job.epoch, what=what))


def _count(jobs: Sequence[Job]) -> None:
    """Show how the jobs stand that are not ended."""
    states = Counter(job.state for job in jobs)
    oldest = {state: min(job.created_at for job in jobs if job.state is state) for state in states}
    for state in JobState:
        metrics.JOBS_OPEN.labels(state).set(states[state])
        metrics.JOB_AGE.labels(state).set((now() - oldest[state]).total_seconds() if state in oldest else 0)
    metrics.JOBS_BLOCKED.set(
        sum(job.state is JobState.PAUSED and (job.reason or "").startswith(BLOCKED) for job in jobs)
    )
    at_work = [job.updated_at for job in jobs if job.state in {JobState.GENERATING, JobState.EXPORTING}]
    metrics.JOB_SILENCE.set((now() - min(at_work)).total_seconds() if at_work else 0)
