"""A task becomes parts among the objects, and a record of them beside."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Final

import structlog

from syndata_contracts.digests import digest
from syndata_contracts.errors import Defect
from syndata_contracts.events import TaskDone
from syndata_contracts.keys import cancelled_key, halted_key, part_key, preview_key, task_key
from syndata_contracts.messages import GenerateTask, Message, PreviewRows, Stored
from syndata_contracts.records import PartMade, TaskMade
from syndata_contracts.version import __version__
from syndata_generator.making import MadePart, make_part, rows_as_json
from syndata_objects.port import Objects
from syndata_runtime import metrics
from syndata_runtime.clock import new_id
from syndata_runtime.consumer import Outcome
from syndata_runtime.failpoints import failpoint
from syndata_runtime.plans import PlanFiles
from syndata_runtime.processes import Slot, Slots
from syndata_runtime.tracing import span

_log = structlog.get_logger()


_NICENESS: Final = 5
"""On a machine that they share, who answers people goes before who makes parts."""


class Generator:
    """Makes tasks and previews."""

    def __init__(self, objects: Objects, scratch: Path, slots: int) -> None:
        self.slots = Slots(slots, _NICENESS)
        self.previewer = Slot()
        self._objects = objects
        self._scratch = scratch
        self._plans = PlanFiles(objects, scratch)

    async def task(self, message: Message) -> Outcome:
        """Make every part of a task; while one is stored, the next is made."""
        if not isinstance(message, GenerateTask):
            raise Defect(f"{message.type} is no task")
        begun = time.monotonic()
        plan = str(await self._plans.path(message.workspace, message.plan))
        made: list[MadePart] = []
        storing: asyncio.Task[bool] | None = None
        try:
            for part in range(message.first, message.first + message.parts):
                if await self._halted(message):
                    return Outcome()
                path = self._scratch / f"part-{new_id()}"
                form = (message.output_format, message.digest_algorithm)
                with span("part.make", table=message.table, part=part):
                    try:
                        made.append(await self.slots.call(make_part, plan, message.table, part, form, str(path)))
                    except BaseException:  # a process that was killed leaves what it had written
                        await asyncio.to_thread(path.unlink, missing_ok=True)
                        raise
                await failpoint("generator.part_made")
                if storing is not None and not await storing:
                    await asyncio.to_thread(path.unlink)
                    return Outcome()
                storing = asyncio.create_task(self._store(message, part, path))
            if storing is not None and not await storing:
                return Outcome()
        finally:
            if storing is not None and not storing.done():
                storing.cancel()
        return await self._record(message, made, time.monotonic() - begun)

    async def preview(self, message: Message) -> Outcome:
        """Lay the rows that were asked for among the objects."""
        if not isinstance(message, PreviewRows):
            raise Defect(f"{message.type} is no preview")
        question = f"{message.plan}:{message.start}:{message.count}:{message.table}"
        key = preview_key(message.workspace, digest(question.encode(), "blake3"))
        if await self._objects.stat(key) is None:
            plan = str(await self._plans.path(message.workspace, message.plan))
            body = await self.previewer.call(rows_as_json, plan, message.table, message.start, message.count)
            await self._objects.put(key, body)
        return Outcome(answer=Stored(key=key))

    async def _store(self, message: GenerateTask, part: int, path: Path) -> bool:
        """Store a part; False when the job was cancelled meanwhile, and nothing of the part is left."""
        key = part_key(message.workspace, message.job, message.table, part)
        try:
            with span("part.put", object_key=key):
                await self._objects.put_file(key, path)
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        await failpoint("generator.part_put")
        # The mark is set before the sweep lists what there is: either it finds this part, or we find the mark.
        if await self._cancelled(message):
            await self._objects.remove([key])
            return False
        return True

    async def _record(self, message: GenerateTask, made: list[MadePart], seconds: float) -> Outcome:
        parts = tuple(PartMade(rows=one.rows, size=one.size, digest=one.digest, tail=one.tail) for one in made)
        record = TaskMade(engine=__version__, parts=parts)
        key = task_key(message.workspace, message.job, message.task)
        await self._objects.put(key, record.to_bytes())
        await failpoint("generator.record_put")
        if await self._cancelled(message):
            await self._objects.remove([key])
            return Outcome()
        rows, size = sum(part.rows for part in parts), sum(part.size for part in parts)
        metrics.ROWS.inc(rows)
        metrics.BYTES.labels(message.output_format).inc(size)
        metrics.PARTS.labels(message.output_format).inc(len(parts))
        metrics.TASK_SECONDS.observe(seconds)
        spent = sum(part.cpu_seconds for part in made)
        metrics.count_cost(message.workspace, rows=rows, size=size, cpu_seconds=spent)
        _log.info(
            "task done",
            job_id=message.job,
            table_name=made[0].table if made else None,
            batch_size=len(parts),
            rows_generated=rows,
            duration_ms=round(1000 * seconds, 1),
        )
        done = TaskDone(epoch=message.epoch, task=message.task, rows=rows, bytes=size, seconds=round(seconds, 6))
        return Outcome(events=(done,))

    async def _halted(self, message: GenerateTask) -> bool:
        """Whether the job was paused or cancelled since it asked for this task; if it needs it, it asks again."""
        return await self._objects.stat(halted_key(message.workspace, message.job, message.epoch)) is not None

    async def _cancelled(self, message: GenerateTask) -> bool:
        return await self._objects.stat(cancelled_key(message.workspace, message.job)) is not None
