"""Every queue there is, in one place."""

from __future__ import annotations

from typing import Final

from syndata_bus.port import Queue

SCHEMA_REQUESTS: Final = Queue("schema.requests")
GENERATOR_TASKS: Final = Queue("generator.tasks")
GENERATOR_PREVIEWS: Final = Queue("generator.previews")
EXPORT_JOBS: Final = Queue("export.jobs")
PROFILER_REQUESTS: Final = Queue("profiler.requests")
CONDUCTOR_EVENTS: Final = Queue("conductor.events", deliveries=20, single_active=True)
"""Facts for the conductor; one takes them at a time, so that folding seldom collides."""

QUEUES: Final = (
    SCHEMA_REQUESTS,
    GENERATOR_TASKS,
    GENERATOR_PREVIEWS,
    EXPORT_JOBS,
    PROFILER_REQUESTS,
    CONDUCTOR_EVENTS,
)
