"""The exporter: a few jobs at a time, since most of its work is waiting for the objects."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from syndata_contracts.messages import ExportJob, SweepJob
from syndata_export.describing import warm_up
from syndata_export.jobs import OF_JOBS, Exporter
from syndata_runtime import metrics
from syndata_runtime.connections import Ports
from syndata_runtime.consumer import Work
from syndata_runtime.health import Health
from syndata_runtime.service import Running, Service
from syndata_runtime.settings import Settings
from syndata_runtime.topology import EXPORT_JOBS

_SLOTS: Final = 4


@asynccontextmanager
async def _open(ports: Ports, settings: Settings, _health: Health) -> AsyncIterator[Running]:
    scratch = Path(tempfile.mkdtemp(prefix="syndata-export-", dir=settings.scratch or None))
    exporter = Exporter(ports, scratch)
    metrics.announce_sweeps(OF_JOBS)
    try:
        await exporter.describer.call(warm_up)
        yield Running(works=(Work(EXPORT_JOBS, (ExportJob, SweepJob), exporter.handle, _SLOTS),))
    finally:
        exporter.describer.kill()
        shutil.rmtree(scratch, ignore_errors=True)


SERVICE: Final = Service("export", frozenset({"bus", "objects"}), _open, ("syndata_export.describing",))
