"""The profiler: says what an uploaded CSV holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from syndata_contracts.messages import ProfileSource
from syndata_engine.profiling import profile_csv
from syndata_profiler.sources import Profiler
from syndata_runtime.connections import Ports
from syndata_runtime.consumer import Work
from syndata_runtime.health import Health
from syndata_runtime.processes import cores
from syndata_runtime.service import Running, Service
from syndata_runtime.settings import Settings
from syndata_runtime.topology import PROFILER_REQUESTS


@asynccontextmanager
async def _open(ports: Ports, settings: Settings, _health: Health) -> AsyncIterator[Running]:
    # Kernels are compiled, or loaded, before the first who asks would wait for it.
    await asyncio.to_thread(profile_csv, [b"a,b\n1,2.5\n"])
    profiler = Profiler(ports.objects)
    yield Running(works=(Work(PROFILER_REQUESTS, (ProfileSource,), profiler.profile, settings.workers or cores()),))


SERVICE: Final = Service("profiler", frozenset({"bus", "objects"}), _open)
