"""docs/metrics.md from the registry: `python -m tests.unit.docs.metrics` writes it."""

from __future__ import annotations

from prometheus_client import Histogram
from prometheus_client.core import Metric
from prometheus_client.metrics import MetricWrapperBase

from syndata_runtime import metrics
from tests.running import REPOSITORY
from tests.unit.docs.sources import RUNTIME, SERVICES, attributes_of, joined

PAGE = REPOSITORY / "docs" / "metrics.md"
HEAD = """\
# Metrics

What every service shows at `/metrics`, from the registry (`python -m tests.unit.docs.metrics` writes this page; a test fails when it is
stale). Names, labels and buckets are promises: dashboards and alerts are built on them. Asked for `application/openmetrics-text`,
the time of a job carries its trace as an exemplar. Process and platform figures (`process_*`, `python_info`) stand beside them. Processes are
scraped one by one; sums over them are Prometheus's work.
"""
AFTER = f"""
**What a workspace costs** is `syndata_workspace_*`, which the dashboard of that name shows. A process gives names of their own to the first
{metrics.MOST_WORKSPACES} workspaces that it works for, and calls the rest `{metrics.OTHER_WORKSPACES}`: so a generator has {3 * (metrics.MOST_WORKSPACES + 1)} such series at most, however many workspaces
there are. What was thrown away and previews are not in it; a task that was stored, and asked for again since a process was killed, counts again. Prometheus's `increase` does not see what a process counted before it was first
asked, and estimates between two looks: for a bill, sum `rows_done`, `bytes_done` and `busy_seconds` of the jobs, which are exact.

**Memory** is what the kernel says of the process and of every process below it: pages that no file backs, and shared memory (a scratch directory in
memory is not in it, though a container's limit counts it). Without `/proc` there are no such figures.
"""
LABELS = {
    "status": "of jobs: `pending`, `generating`, `exporting`, `completed`, `paused`, `failed`, `cancelled`; of requests: the HTTP status",
    "output_format": "`csv`, `json`, `jsonl`, `parquet`, `sql`, `copy`",
    "queue": "the queue's name, see [messages](messages.md)",
    "what": "`expired jobs`, `forgotten jobs`, `previews`, `plans` (and configurations), `uploads`, `idempotency keys`; `objects of jobs`, counted by export",
    "outcome": "`done`; `refused` (the asker's fault); `retried`; `given_up` (whoever asked was told); `dead` (a dead letter); "
    "`handed_back` (while draining); `lost` (with the connection: it comes again)",
    "method": "of HTTP; `unmatched` for any that the API does not have",
    "route": "the API's pattern, never the path itself; `unmatched` for any that the API does not have",
    "dependency": "`bus`, `store`, `objects`",
    "workspace": f"the workspace's name, of the first {metrics.MOST_WORKSPACES}; `{metrics.OTHER_WORKSPACES}` for any beyond",
}


COUNTED_THROUGH = dict.fromkeys(("WORKSPACE_ROWS", "WORKSPACE_BYTES", "WORKSPACE_CPU"), "count_cost")
"""Collectors that services reach through a function."""


def collectors() -> dict[str, MetricWrapperBase]:
    """Our metrics, by the name that the code gives them."""
    return {name: one for name, one in vars(metrics).items() if isinstance(one, MetricWrapperBase)}


def exposed(collector: MetricWrapperBase) -> str:
    """The name that a scrape shows: counters end with `_total`."""
    (family,) = collector.describe()
    return f"{family.name}_total" if family.type == "counter" else family.name


def looked_up() -> list[Metric]:
    """What is counted by nobody, but looked up when Prometheus asks."""
    return list(metrics.MEMORY.collect())


def page() -> str:
    """The page's whole text."""
    lines = [HEAD, "| metric | type | labels | counted by | meaning |", "|---|---|---|---|---|"]
    rows = {family.name: f"{family.type} |  | every service | {family.documentation}" for family in looked_up()}
    for name, collector in collectors().items():
        (family,) = collector.describe()
        labels = ", ".join(f"`{label}`" for label in collector._labelnames)
        rows[exposed(collector)] = f"{family.type} | {labels} | {_counted_by(name)} | {_meaning(collector)}"
    lines += [f"| `{name}` | {row} |" for name, row in sorted(rows.items())]
    lines += ["", "| label | values |", "|---|---|"]
    lines += [f"| `{label}` | {values} |" for label, values in LABELS.items()]
    return "\n".join(lines) + "\n" + AFTER


def _meaning(collector: MetricWrapperBase) -> str:
    (family,) = collector.describe()
    text = family.documentation
    if isinstance(collector, Histogram):
        bounds = ", ".join(f"{bound:g}" for bound in collector._upper_bounds[:-1])
        text += f"; seconds, buckets {bounds}"
    return text


def _counted_by(name: str) -> str:
    if name in attributes_of(RUNTIME, "metrics") or name == "READY":
        return "every service"
    asked = COUNTED_THROUGH.get(name, name)
    return joined([service for service in SERVICES if asked in attributes_of(f"services/syndata_{service}", "metrics")])


if __name__ == "__main__":
    PAGE.write_text(page())
