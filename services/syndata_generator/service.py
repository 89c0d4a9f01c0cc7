"""The generator: tasks on all cores, previews beside them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from syndata_contracts.messages import GenerateTask, PreviewRows
from syndata_contracts.workspaces import DEFAULT_WORKSPACE
from syndata_generator.making import warm_up
from syndata_generator.tasks import Generator
from syndata_runtime import metrics
from syndata_runtime.connections import Ports
from syndata_runtime.consumer import Work
from syndata_runtime.health import Health
from syndata_runtime.processes import cores
from syndata_runtime.service import Running, Service
from syndata_runtime.settings import Settings
from syndata_runtime.topology import GENERATOR_PREVIEWS, GENERATOR_TASKS


@asynccontextmanager
async def _open(ports: Ports, settings: Settings, _health: Health) -> AsyncIterator[Running]:
    scratch = Path(tempfile.mkdtemp(prefix="syndata-generator-", dir=settings.scratch or None))
    slots = settings.workers or cores()
    generator = Generator(ports.objects, scratch, slots)
    metrics.announce_formats()
    metrics.count_cost(DEFAULT_WORKSPACE, rows=0, size=0, cpu_seconds=0)  # else its first job would not be a growth
    try:
        await generator.slots.warm(warm_up)
        yield Running(
            works=(
                Work(GENERATOR_TASKS, (GenerateTask,), generator.task, slots),
                Work(GENERATOR_PREVIEWS, (PreviewRows,), generator.preview),
            )
        )
    finally:
        generator.slots.kill()
        generator.previewer.kill()
        shutil.rmtree(scratch, ignore_errors=True)


SERVICE: Final = Service(
    "generator", frozenset({"bus", "objects"}), _open, ("syndata_generator.making", "syndata_generator.warmed")
)
