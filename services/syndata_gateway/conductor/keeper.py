"""Keeps jobs as versions: reads the newest, lets `advance` decide, inserts the next, and sends what it asks for."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

import structlog
from pydantic import ValidationError

from syndata_contracts.errors import Defect, Unavailable
from syndata_contracts.events import Event, Nudged, Started
from syndata_contracts.jobs import Command, Job, JobState
from syndata_contracts.keys import halted_key
from syndata_contracts.lifecycle import advance, outstanding
from syndata_runtime import metrics
from syndata_runtime.clock import now
from syndata_runtime.connections import Ports
from syndata_runtime.failpoints import failpoint
from syndata_runtime.sending import relay, report
from syndata_runtime.topology import GENERATOR_TASKS
from syndata_runtime.tracing import gathered
from syndata_store.errors import Conflict
from syndata_store.port import Record

JOBS: Final = "jobs"
OPEN_JOBS: Final = "openjobs"
"""Marks of jobs that are not ended, so that nobody has to look through all."""

_REMEMBERED: Final = 2_000
"""Jobs of which a process remembers something; forgetting costs a read."""

_log = structlog.get_logger()


class Keeper:
    """Reads and writes jobs; several may work beside each other, in one process or many."""

    def __init__(self, ports: Ports, stall_seconds: float) -> None:
        self._ports = ports
        self._stall = timedelta(seconds=stall_seconds)
        self._sent: OrderedDict[str, int] = OrderedDict()
        """The versions whose outbox this process has sent."""
        self._known: OrderedDict[str, Job] = OrderedDict()
        """What this process wrote last of each job: right until somebody else writes, which the insert tells."""
        self._asked_again: OrderedDict[str, float] = OrderedDict()
        for state in JobState:
            metrics.JOBS.labels(state)  # from zero on: an alert on growth does not see a series that begins at one

    async def create(self, job: Job) -> Job:
        """Keep a new job, durably, and let it begin; the job that is there when its id is taken."""
        store = self._ports.store
        with suppress(Conflict):  # an earlier try came as far as this
            await store.insert(OPEN_JOBS, job.id, 0, {"workspace": job.workspace})
        try:
            await store.insert(JOBS, job.id, 0, _document(job))
        except Conflict:
            kept = await self.newest(job.id)
            if kept is None:
                raise Defect("a job that exists cannot be read") from None
            job = kept
        else:
            _remember(self._known, job.id, job)
            metrics.JOBS.labels(job.state).inc()
            _log.info("job created", job=job.id, workspace=job.workspace, tasks=job.tasks, rows=job.rows)
        await failpoint("gateway.job_inserted")
        await self.nudge(job, Started())
        return job

    async def newest(self, job: str) -> Job | None:
        """The job as it stands; None when there is none."""
        record = await self._ports.store.newest(JOBS, job)
        return None if record is None else _job(record)

    async def version(self, job: str, number: int) -> Job | None:
        """The job as it stood then; None where that is not kept any more."""
        record = await self._ports.store.version(JOBS, job, number)
        return None if record is None else _job(record)

    async def glance(self, job: str) -> Job | None:
        """The job as it stands, or as it stood a moment ago while it was at work."""
        known = self._known.get(job)
        if known is not None and outstanding(known) and now() - known.updated_at < self._stall:
            return known
        return await self.newest(job)

    async def page(self, workspace: str, before: str | None, limit: int) -> list[Job]:
        """Jobs of a workspace as they stand, the latest first, created before the job `before`."""
        records = await self._ports.store.page(JOBS, where={"workspace": workspace}, before=before, limit=limit)
        found = [await self.newest(record.key) for record in records]
        return [job for job in found if job is not None]

    async def open_jobs(self) -> list[str]:
        """Ids of jobs that are not ended."""
        found: list[str] = []
        before = None
        while records := await self._ports.store.page(OPEN_JOBS, where={}, before=before, limit=200):
            found += [record.key for record in records]
            before = records[-1].key
        return found

    async def wish(self, job: str, event: Event) -> tuple[Job | None, bool]:
        """Write down what someone wants of a job, and whether that changed anything; the conductor does the rest."""
        while (before := await self.newest(job)) is not None:
            after, _ = advance(before, [event], now())
            if after is before:
                return before, False
            if before.ended:
                with suppress(Conflict):
                    await self._ports.store.insert(OPEN_JOBS, job, 0, {"workspace": before.workspace})
            if await self._insert(before, after):
                await self.nudge(after, Nudged())
                return after, True
        return None, False

    async def nudge(self, job: Job, event: Event) -> None:
        """Tell the conductor, if the bus can be reached; else it will see for itself before long."""
        try:
            await report(self._ports.bus, job.workspace, job.id, event)
        except Unavailable as error:
            _log.warning("the conductor was not told", job=job.id, why=str(error))

    async def fold(self, job: str, events: Sequence[Event], origins: Sequence[Mapping[str, str]]) -> Job | None:
        """Fold what happened, and send what follows; for the conductor only. None for a job that does not exist.

        `origins` are the traces of those who told it.
        """
        known = self._known.get(job) or await self.newest(job)
        if known is None:
            return None
        about = {"syndata.job": job, "syndata.workspace": known.workspace, "syndata.events": len(events)}
        with (
            structlog.contextvars.bound_contextvars(job=job, workspace=known.workspace),
            gathered("job.fold", known.trace, origins, **about) as current,
        ):
            after = await self._folded(known, events)
            if after is not None:
                current.set_attributes({"syndata.state": str(after.state), "syndata.version": after.version})
            return after

    async def _folded(self, known: Job, events: Sequence[Event]) -> Job | None:
        job = known.id
        before: Job | None = known
        while before is not None:
            # Whoever wrote this version may have died before sending; a second copy does no harm, none would.
            if self._sent.get(job) != before.version:
                await relay(self._ports.bus, before, before.outbox)
                _remember(self._sent, job, before.version)
            after, commands = advance(before, events, now())
            if after is before:
                newest = await self.newest(job)
                if newest is not None and newest.version != before.version:
                    before = newest  # what changes nothing here may change what somebody else wrote
                    continue
            if after is not before:
                if not await self._insert(before, after):
                    before = await self.newest(job)
                    continue
                await failpoint("conductor.inserted")
                await relay(self._ports.bus, after, commands)
                _remember(self._sent, job, after.version)
            elif any(isinstance(event, Nudged) for event in events):
                await self._ask_again(after)
            await self._keep_in_mind(after)
            await failpoint("conductor.published")
            return after
        return None

    async def _keep_in_mind(self, job: Job) -> None:
        if job.ended:
            self._known.pop(job.id, None)
            await self._ports.store.remove(OPEN_JOBS, job.id)
        else:
            _remember(self._known, job.id, job)

    async def forget_mark(self, job: str) -> None:
        """Remove the mark of a job that was never kept."""
        await self._ports.store.remove(OPEN_JOBS, job)

    async def sweep_again(self, job: Job) -> None:
        """Ask once more for the removal of what lies there of a given-up job."""
        await relay(self._ports.bus, job, (Command(kind="sweep"),))

    async def forget(self, job: str) -> None:
        """Drop a job that was given up and cleared: nobody writes such a one any more."""
        await self._ports.store.remove(OPEN_JOBS, job)
        await self._ports.store.remove(JOBS, job)
        self._sent.pop(job, None)
        self._known.pop(job, None)

    async def _ask_again(self, job: Job) -> None:
        """Ask for a silent job's work again when nothing waits to be taken: whatever was asked for was lost."""
        if now() - job.updated_at < self._stall:
            return
        last = self._asked_again.get(job.id, float("-inf"))
        if time.monotonic() - last < self._stall.total_seconds():
            return
        commands = outstanding(job)
        if job.state is JobState.GENERATING and (await self._ports.bus.depth(GENERATOR_TASKS.name)).ready:
            return
        _log.warning("a silent job's work is asked for again", job=job.id, commands=len(commands))
        await relay(self._ports.bus, job, commands)
        metrics.REPUBLISHED.inc(len(commands))
        _remember(self._asked_again, job.id, time.monotonic())

    async def _insert(self, before: Job, after: Job) -> bool:
        try:
            await self._ports.store.insert(JOBS, after.id, after.version, _document(after))
        except Conflict:
            metrics.CONFLICTS.inc()
            return False
        if after.state is not before.state:
            metrics.JOBS.labels(after.state).inc()
            _log.info(
                "job changed", job=after.id, workspace=after.workspace, state=str(after.state), reason=after.reason
            )
            if after.state is JobState.COMPLETED and after.finished_at and after.started_at:
                seconds = (after.finished_at - after.started_at).total_seconds()
                metrics.GENERATION_SECONDS.observe(seconds, {"trace_id": after.trace_id} if after.trace_id else None)
        if after.epoch != before.epoch:
            await self._halt(before)
        if after.state in {JobState.COMPLETED, JobState.CANCELLED}:
            await self._prune(after)
        return True

    async def _halt(self, before: Job) -> None:
        """Tell generators that what this version asked for is wanted no more; if they do not hear, it only costs work."""
        with suppress(Unavailable):
            await self._ports.objects.put(halted_key(before.workspace, before.id, before.epoch), b"")

    async def _prune(self, job: Job) -> None:
        """Drop what nobody reads any more.

        Not before the end: a version that is gone could be inserted again by a process that slept meanwhile, and what
        it folded would be lost.
        """
        try:
            await self._ports.store.prune(JOBS, job.id, job.version - 1)
        except Unavailable:
            return  # they are only in the way


def _remember(memory: OrderedDict[str, Any], key: str, value: Any) -> None:
    memory[key] = value
    memory.move_to_end(key)
    if len(memory) > _REMEMBERED:
        memory.popitem(last=False)


def _document(job: Job) -> Mapping[str, Any]:
    document: dict[str, Any] = job.model_dump(mode="json")
    return document


def _job(record: Record) -> Job:
    try:
        return Job.model_validate({**record.body, "version": record.version})
    except ValidationError as error:
        raise Defect(f"job {record.key} cannot be read: {error.error_count()} faults") from None
