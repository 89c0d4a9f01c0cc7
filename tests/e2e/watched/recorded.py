"""What is recorded of one request, as docs/tracing.md shows it, and what of it must stay the same."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

from prometheus_client.parser import text_string_to_metric_families

from tests.e2e.watched.collector import Span
from tests.running import REPOSITORY

PAGE: Final = REPOSITORY / "docs" / "tracing.md"
TOLD: Final = ("syndata.task", "syndata.state", "table", "error.type", "http.response.status_code")
"""Attributes that the page shows, those that a span has."""
MOVED: Final = {
    "gateway": ("syndata_jobs_total", "syndata_generation_duration_seconds_count", "syndata_http_requests_total"),
    "schema": ("syndata_messages_total",),
    "profiler": ("syndata_messages_total",),
    "generator": (
        "syndata_messages_total",
        "syndata_message_retries_total",
        "syndata_parts_total",
        "syndata_rows_generated_total",
        "syndata_task_duration_seconds_count",
        "syndata_workspace_rows_total",
    ),
    "export": ("syndata_messages_total",),
}
"""Metrics that the page shows, of those that grew."""
_BLOCK: Final = r"(<!-- recorded: {name} -->\n```\w*\n)(.*?)(```\n)"
_SHOWN_KEYS: Final = ("timestamp", "level", "event", "service", "trace_id", "span_id", "workspace", "job")


def block(name: str) -> str:
    """What the page shows under a name."""
    found = re.search(_BLOCK.format(name=name), PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None, f"{PAGE} has nothing recorded as {name}"
    return found[2]


def write(blocks: dict[str, str]) -> None:
    """Show this on the page instead."""
    text = PAGE.read_text(encoding="utf-8")
    for name, content in blocks.items():
        text = re.sub(_BLOCK.format(name=name), lambda m, c=content: m[1] + c + m[3], text, flags=re.DOTALL)  # type: ignore[misc]
    PAGE.write_text(text, encoding="utf-8")


def tree(spans: list[Span]) -> str:
    """The spans of a trace below each other: name, service, when it began and how long it took, what it says."""
    known = {span.id for span in spans}
    first = min(span.start for span in spans)

    def lines(parent: Span | None, depth: int) -> Iterator[str]:
        for span in sorted(spans, key=lambda one: one.start):
            if (span.parent not in known) if parent is None else (span.parent == parent.id):
                yield _line(span, depth, first)
                yield from lines(span, depth + 1)

    return "\n".join(lines(None, 0)) + "\n"


def _line(span: Span, depth: int, first: int) -> str:
    said = [f"{name.rpartition('.')[2]}={span.attributes[name]}" for name in TOLD if name in span.attributes]
    said += [f"links={len(span.links)}"] if span.links else []
    service = span.service.removeprefix("syndata-")
    times = f"{(span.start - first) / 1e6:8.1f} {(span.end - span.start) / 1e6:8.1f}"
    return f"{'  ' * depth + span.name:48} {service:10}{times}  {' '.join(said)}".rstrip()


def _parts(line: str) -> tuple[str, str, list[str]]:
    """Name, service, and the names of what is said."""
    name, service, *_, said = re.fullmatch(r" *(.+?) {2,}(\w+) +[\d.]+ +[\d.]+(.*)", line).groups()  # type: ignore[union-attr] # we wrote it
    return name, service, [one.partition("=")[0] for one in said.split()]


def services_in(text: str) -> set[str]:
    """The services that made the spans of a tree."""
    return {_parts(line)[1] for line in text.splitlines()}


def shape(text: str) -> tuple[set[tuple[str, ...]], Counter[tuple[str, ...]]]:
    """Which spans a tree has, each with those above it, its service and the names of what it says.

    First all of them; then how many there are of parts made and of what a job begins and ends with. How many facts one
    fold takes in, how often a client comes again, and what a slow machine asks for twice, are chance.
    """
    above: list[str] = []
    found = []
    for line in text.splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        name, service, said = _parts(line)
        above[depth:] = [name]
        found.append((*above, service, *sorted(said)))
    certain = {"part.make", "schema.compile", "profiler.profile"}
    return set(found), Counter(one for one in found if certain & set(one))


def log_lines(lines: Iterable[dict[str, Any]]) -> str:
    """Log lines in the order of time, the fields that all have in front."""
    told = sorted(lines, key=lambda line: str(line["timestamp"]))
    kept = [{name: line[name] for name in (*_SHOWN_KEYS, *line) if name in line} for line in told]
    return "".join(json.dumps(_short(line)) + "\n" for line in kept)


def _short(line: dict[str, Any]) -> dict[str, Any]:
    """Frames of errors name files of this machine: the page shows the innermost, without its directory."""
    if "errors" not in line:
        return line
    errors = [
        {**error, "frames": [frame.rpartition("/")[2] for frame in error["frames"][-1:]]} for error in line["errors"]
    ]
    return {**line, "errors": errors}


def fields(text: str) -> set[tuple[str, ...]]:
    """Service, event and names of fields of each line."""
    told = map(json.loads, text.splitlines())
    return {(line["service"], line["level"], line["event"], *sorted(line)) for line in told}


def growth(before: dict[str, str], after: dict[str, str]) -> str:
    """How much the metrics of each service grew: those of MOVED that did."""
    lines = []
    for service, names in MOVED.items():
        was, now = _values(before[service]), _values(after[service])
        for series, value in now.items():
            if series.partition("{")[0] in names and "/metrics" not in series and "/readyz" not in series:
                more = value - was.get(series, 0)
                lines += [f"{service:10} {series} +{more:g}"] if more else []
    return "\n".join(sorted(lines)) + "\n"


def _values(text: str) -> dict[str, float]:
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {
        sample.name
        + (
            "{" + ",".join(f'{name}="{value}"' for name, value in sample.labels.items()) + "}" if sample.labels else ""
        ): sample.value
        for sample in samples
    }
