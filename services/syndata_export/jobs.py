"""A job whose parts are all made becomes what people take away."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Final

from syndata_contracts.digests import Hasher, hasher
from syndata_contracts.errors import Defect
from syndata_contracts.events import ExportDone, ExportProgressed
from syndata_contracts.keys import (
    archive_key,
    archive_record_key,
    cancelled_key,
    closing_key,
    definitions_key,
    job_prefix,
    manifest_key,
    part_key,
    plan_key,
    task_key,
)
from syndata_contracts.manifest import Manifest
from syndata_contracts.messages import ExportJob, Message, SweepJob
from syndata_contracts.records import ArchiveMade, TaskMade
from syndata_contracts.tasks import count_tasks, task_of
from syndata_engine.formats import MANIFEST_FILE, PLAN_FILE, PartFact
from syndata_export.archives import PackedFile, pack
from syndata_export.describing import Described, describe_parts
from syndata_objects.errors import Missing
from syndata_objects.port import Objects
from syndata_runtime import metrics
from syndata_runtime.aside import get_kept
from syndata_runtime.connections import Ports
from syndata_runtime.consumer import Outcome
from syndata_runtime.failpoints import failpoint
from syndata_runtime.plans import PlanFiles
from syndata_runtime.processes import Slots
from syndata_runtime.sending import report

_READERS: Final = 16
_TELL_SECONDS: Final = 5.0
_SWEEP_BATCH: Final = 500
OF_JOBS: Final = "objects of jobs"
"""What it is called that an exporter sweeps."""


class Exporter:
    """Exports and sweeps jobs."""

    def __init__(self, ports: Ports, scratch: Path) -> None:
        self.describer = Slots(1)
        self._ports = ports
        self._plans = PlanFiles(ports.objects, scratch)

    async def handle(self, message: Message) -> Outcome:
        """Do what a message asks for."""
        if isinstance(message, ExportJob):
            return await self._export(message)
        if isinstance(message, SweepJob):
            return await self._sweep(message)
        raise Defect(f"{message.type} is nothing to export")

    @property
    def _objects(self) -> Objects:
        return self._ports.objects

    async def _export(self, message: ExportJob) -> Outcome:
        w, j = message.workspace, message.job
        if await self._objects.stat(cancelled_key(w, j)) is not None:
            return Outcome()
        plan = str(await self._plans.path(w, message.plan))
        facts, engine = await self._facts(message)
        form = (message.output_format, message.digest_algorithm, engine, w)
        described = await self.describer.call(describe_parts, plan, form, facts)
        for table, closing in enumerate(described.closings):
            if closing:
                await self._objects.put(closing_key(w, j, table), closing)
        for name, body in described.definitions.items():
            await self._objects.put(definitions_key(w, j, name), body)
        await failpoint("export.closings_put")
        manifest = Manifest.from_bytes(described.manifest)
        size = sum(table.bytes for table in manifest.tables)
        size += await self._archive(message, manifest, described)
        await self._objects.put(manifest_key(w, j), described.manifest)
        await failpoint("export.manifest_put")
        if await self._objects.stat(cancelled_key(w, j)) is not None:
            await self._clear(w, j)
            return Outcome()
        return Outcome(events=(ExportDone(epoch=message.epoch, bytes=size),))

    async def _facts(self, message: ExportJob) -> tuple[dict[str, list[PartFact]], str]:
        """What generators left beside their parts, by table and in order, and the version that made them."""
        gate = asyncio.Semaphore(_READERS)

        async def record(number: int) -> TaskMade:
            async with gate:
                try:
                    body = await self._objects.get(task_key(message.workspace, message.job, number))
                except Missing:
                    raise Defect(f"the record of task {number} is gone") from None
                return TaskMade.from_bytes(body)

        count = count_tasks(message.tables)
        records = await asyncio.gather(*(record(number) for number in range(count)))
        facts: dict[str, list[PartFact]] = {table.name: [] for table in message.tables}
        for number, made in enumerate(records):
            task = task_of(message.tables, number)
            if len(made.parts) != task.parts:
                raise Defect(f"the record of task {number} tells of {len(made.parts)} parts, not {task.parts}")
            facts[message.tables[task.table].name] += [
                PartFact(part.rows, part.size, part.digest, part.tail) for part in made.parts
            ]
        engines = {made.engine for made in records}
        return facts, max(engines, key=_release)

    async def _archive(self, message: ExportJob, manifest: Manifest, described: Described) -> int:
        """Pack the files when that is asked for, and say beside the archive what its bytes are; return their number."""
        if message.archive == "none":
            return 0
        w, j = message.workspace, message.job
        files = await self._files(message, manifest, described)
        hashed = hasher(message.digest_algorithm)
        packed = _hashed(self._told(message, pack(message.archive, files)), hashed)
        size = await self._objects.put_stream(archive_key(w, j, message.archive), packed)
        record = ArchiveMade(size=size, digest=hashed.hexdigest())
        await self._objects.put(archive_record_key(w, j), record.to_bytes())
        return size

    async def _files(self, message: ExportJob, manifest: Manifest, described: Described) -> list[PackedFile]:
        plan = await get_kept(self._objects, plan_key(message.workspace, message.plan))
        w, j = message.workspace, message.job
        files = []
        for number, table in enumerate(manifest.tables):
            keys = [part_key(w, j, number, part) for part in range(len(table.parts))]
            if table.closing.bytes:
                keys.append(closing_key(w, j, number))
            files.append(PackedFile(table.file, table.bytes, lambda keys=keys: self._joined(keys)))  # type: ignore[misc]
        others = {**described.definitions, PLAN_FILE: plan, MANIFEST_FILE: described.manifest}
        files += [PackedFile(name, len(body), partial(_one, body)) for name, body in others.items()]
        return files

    async def _joined(self, keys: list[str]) -> AsyncIterator[bytes]:
        for key in keys:
            async for piece in self._objects.read(key):
                yield piece

    async def _told(self, message: ExportJob, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Pass the pieces on, and tell the conductor now and then that we are at it."""
        size = 0
        told_at = time.monotonic()
        async for piece in pieces:
            size += len(piece)
            if time.monotonic() - told_at > _TELL_SECONDS:
                told_at = time.monotonic()
                event = ExportProgressed(epoch=message.epoch, bytes=size)
                await report(self._ports.bus, message.workspace, message.job, event)
            yield piece

    async def _sweep(self, message: SweepJob) -> Outcome:
        """Set the mark first: generators that still work on the job take away what they put after it."""
        await self._objects.put(cancelled_key(message.workspace, message.job), b"")
        await self._clear(message.workspace, message.job)
        return Outcome()

    async def _clear(self, workspace: str, job: str) -> None:
        mark = cancelled_key(workspace, job)
        found = [stat async for stat in self._objects.list(job_prefix(workspace, job)) if stat.key != mark]
        for first in range(0, len(found), _SWEEP_BATCH):
            batch = found[first : first + _SWEEP_BATCH]
            await self._objects.remove(stat.key for stat in batch)
            metrics.SWEPT.labels(OF_JOBS).inc(len(batch))
            metrics.SWEPT_BYTES.labels(OF_JOBS).inc(sum(stat.size for stat in batch))


def _release(version: str) -> list[int]:
    """A version's numbers, so that 0.10 comes after 0.9."""
    return [int(number) for number in re.findall(r"\d+", version)]


async def _hashed(pieces: AsyncIterator[bytes], into: Hasher) -> AsyncIterator[bytes]:
    async for piece in pieces:
        into.update(piece)
        yield piece


async def _one(body: bytes) -> AsyncIterator[bytes]:
    yield body
