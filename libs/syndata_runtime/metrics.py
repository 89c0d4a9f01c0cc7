"""What every service counts. The names are promises: dashboards and alerts are built on them."""

from __future__ import annotations

from typing import Final, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector

from syndata_contracts.schema import OutputFormat
from syndata_runtime.memory import MemoryCollector

MOST_WORKSPACES: Final = 100
"""Of which a process counts apart what they cost. Each is three series, and every process tells its own."""
OTHER_WORKSPACES: Final = "_other"
"""Stands for those beyond; no workspace can have this name."""

REGISTRY = CollectorRegistry()
MEMORY = MemoryCollector()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)
REGISTRY.register(MEMORY)

JOBS = Counter("syndata_jobs", "Jobs by the state they entered", ["status"], registry=REGISTRY)
JOBS_OPEN = Gauge("syndata_jobs_open", "Jobs that are not ended, by state", ["status"], registry=REGISTRY)
JOBS_BLOCKED = Gauge("syndata_jobs_blocked", "Jobs that are paused until a server works again", registry=REGISTRY)
JOB_AGE = Gauge(
    "syndata_job_oldest_seconds",
    "Since the oldest job in a state was asked for, by state",
    ["status"],
    registry=REGISTRY,
)
JOB_SILENCE = Gauge(
    "syndata_job_silent_seconds", "The longest time that a job at work has not moved", registry=REGISTRY
)
ROWS = Counter("syndata_rows_generated", "Rows in parts that were stored", registry=REGISTRY)
BYTES = Counter("syndata_bytes_generated", "Bytes of parts that were stored", ["output_format"], registry=REGISTRY)
GENERATION_SECONDS = Histogram(
    "syndata_generation_duration_seconds",
    "From the start of a job to its end",
    buckets=(0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14400),
    registry=REGISTRY,
)
TASK_SECONDS = Histogram(
    "syndata_task_duration_seconds",
    "Making and storing the parts of a task",
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
    registry=REGISTRY,
)
PARTS = Counter("syndata_parts", "Parts stored", ["output_format"], registry=REGISTRY)
WORKSPACE_ROWS = Counter("syndata_workspace_rows", "Rows stored for a workspace", ["workspace"], registry=REGISTRY)
WORKSPACE_BYTES = Counter(
    "syndata_workspace_bytes", "Bytes of parts stored for a workspace", ["workspace"], registry=REGISTRY
)
WORKSPACE_CPU = Counter(
    "syndata_workspace_cpu_seconds",
    "Processor time that worker processes spent on parts stored for a workspace",
    ["workspace"],
    registry=REGISTRY,
)
MESSAGES = Counter("syndata_messages", "Messages ended, by queue and how", ["queue", "outcome"], registry=REGISTRY)
HANDLING_SECONDS = Histogram(
    "syndata_message_duration_seconds",
    "Handling of a message",
    ["queue"],
    buckets=(0.005, 0.025, 0.1, 0.5, 1, 5, 10, 30, 60, 300),
    registry=REGISTRY,
)
IN_FLIGHT = Gauge("syndata_messages_in_flight", "Messages being handled", ["queue"], registry=REGISTRY)
RETRIES = Counter("syndata_message_retries", "Messages sent to wait for another try", ["queue"], registry=REGISTRY)
DEAD_LETTERS = Counter("syndata_dead_letters", "Messages nobody could take", ["queue"], registry=REGISTRY)
QUEUE_READY = Gauge("syndata_queue_ready", "Messages that wait in a queue", ["queue"], registry=REGISTRY)
QUEUE_CONSUMERS = Gauge(
    "syndata_queue_consumers", "Who takes, or stands by to take, from a queue", ["queue"], registry=REGISTRY
)
QUEUE_DEAD = Gauge("syndata_queue_dead", "Dead letters beside a queue", ["queue"], registry=REGISTRY)
REPUBLISHED = Counter("syndata_commands_republished", "Commands asked for again by the reconciler", registry=REGISTRY)
CONFLICTS = Counter(
    "syndata_job_conflicts", "Versions of jobs that somebody else was first to write", registry=REGISTRY
)
SWEPT = Counter("syndata_swept", "What was removed since nobody needs it any more", ["what"], registry=REGISTRY)
SWEPT_BYTES = Counter("syndata_swept_bytes", "Bytes of objects that were removed so", ["what"], registry=REGISTRY)
LAST_SWEEP = Gauge(
    "syndata_last_sweep_timestamp_seconds", "When this process last swept, in Unix time; 0: never", registry=REGISTRY
)
REQUESTS = Counter("syndata_http_requests", "Requests answered", ["method", "route", "status"], registry=REGISTRY)
REQUEST_SECONDS = Histogram(
    "syndata_http_request_duration_seconds",
    "From request to the answer's first byte",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
READY = Gauge(
    "syndata_dependency_up", "Whether a server that the service needs answers", ["dependency"], registry=REGISTRY
)


_workspaces: set[str] = set()


def count_cost(workspace: str, *, rows: int, size: int, cpu_seconds: float) -> None:
    """Count what was made for a workspace: under its name, or under `_other` when too many have names already."""
    if len(_workspaces) < MOST_WORKSPACES:
        _workspaces.add(workspace)
    label = workspace if workspace in _workspaces else OTHER_WORKSPACES
    WORKSPACE_ROWS.labels(label).inc(rows)
    WORKSPACE_BYTES.labels(label).inc(size)
    WORKSPACE_CPU.labels(label).inc(cpu_seconds)


def announce_formats() -> None:
    """Show what is counted by format from zero on: the first part of a format would be no growth otherwise."""
    for output_format in get_args(OutputFormat):
        BYTES.labels(output_format)
        PARTS.labels(output_format)


def announce_sweeps(*kinds: str) -> None:
    """Show what this process removes from zero on."""
    for what in kinds:
        SWEPT.labels(what)
        SWEPT_BYTES.labels(what)


def announce_acceptance() -> None:
    """Show answers to who asks for a job from zero on: the first that fails counts in the alert, too."""
    for status in ("202", "500", "503"):
        REQUESTS.labels("POST", "/api/v1/jobs", status)


def announce_queue(queue: str) -> None:
    """Show what is counted of a queue from zero on: an alert on growth does not see a series that begins at one."""
    for outcome in ("done", "retried", "dead"):
        MESSAGES.labels(queue, outcome)
    RETRIES.labels(queue)
    DEAD_LETTERS.labels(queue)
    IN_FLIGHT.labels(queue)
