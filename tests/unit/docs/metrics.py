"""docs/metrics.md from the registry: `python -m tests.unit.docs.metrics` writes it."""

from __future__ import annotations

from prometheus_client import Histogram
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
LABELS = {
    "status": "of jobs: `pending`, `generating`, `exporting`, `completed`, `paused`, `failed`, `cancelled`; of requests: the HTTP status",
    "output_format": "`csv`, `json`, `jsonl`, `parquet`, `sql`, `copy`",
    "queue": "the queue's name, see [messages](messages.md)",
    "outcome": "`done`; `refused` (the asker's fault); `retried`; `given_up` (whoever asked was told); `dead` (a dead letter); "
    "`handed_back` (while draining); `lost` (with the connection: it comes again)",
    "method": "of HTTP; `unmatched` for any that the API does not have",
    "route": "the API's pattern, never the path itself; `unmatched` for any that the API does not have",
    "dependency": "`bus`, `store`, `objects`",
}


def collectors() -> dict[str, MetricWrapperBase]:
    """Our metrics, by the name that the code gives them."""
    return {name: one for name, one in vars(metrics).items() if isinstance(one, MetricWrapperBase)}


def exposed(collector: MetricWrapperBase) -> str:
    """The name that a scrape shows: counters end with `_total`."""
    (family,) = collector.describe()
    return f"{family.name}_total" if family.type == "counter" else family.name


def page() -> str:
    """The page's whole text."""
    lines = [HEAD, "| metric | type | labels | counted by | meaning |", "|---|---|---|---|---|"]
    for name, collector in sorted(collectors().items(), key=lambda item: exposed(item[1])):
        (family,) = collector.describe()
        labels = ", ".join(f"`{label}`" for label in collector._labelnames)
        lines.append(
            f"| `{exposed(collector)}` | {family.type} | {labels} | {_counted_by(name)} | {_meaning(collector)} |"
        )
    lines += ["", "| label | values |", "|---|---|"]
    lines += [f"| `{label}` | {values} |" for label, values in LABELS.items()]
    return "\n".join(lines) + "\n"


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
    users = [service for service in SERVICES if name in attributes_of(f"services/syndata_{service}", "metrics")]
    return joined(users)


if __name__ == "__main__":
    PAGE.write_text(page())
