"""docs/tracing.md shows what one request leaves behind: real spans, log lines and metrics, and the same today.

With SYNDATA_RECORD=1 the page is written anew from what is seen here.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass

import pytest

from tests.chaos.cluster import KEY, call, eventually
from tests.e2e.watched.recorded import PAGE, block, fields, growth, log_lines, services_in, shape, tree, write
from tests.e2e.watched.story import SERVICES, Story, upload
from tests.running import environment

pytestmark = pytest.mark.slow

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
"""W3C's example; the page uses it."""
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"
SUBMITTED = ("submit", "--preset", "ecommerce", "--rows", "20000", "--wait")
SOURCE = b"id,city\n1,Oslo\n2,Bergen\n3,Oslo\n"
EVENTS = {"request", "job created", "job changed", "task done", "work failed", "work is tried again"}


@dataclass(frozen=True)
class Seen:
    """One request, from all sides."""

    said: str
    status: str
    spans: str
    lines: str
    moved: str


def syndata(story: Story, *arguments: str) -> str:
    """Run the command as the page has it, and return what a terminal shows."""
    variables = {
        **environment(),
        "SYNDATA_URL": f"http://127.0.0.1:{story.door}",
        "SYNDATA_API_KEY": KEY,
        "TRACEPARENT": PARENT,
    }
    command = [sys.executable, "-m", "syndata", *arguments]
    done = subprocess.run(command, env=variables, stdout=-1, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def seen(story: Story) -> Seen:
    """The page's story: a file is uploaded and profiled, a dataset submitted; the first part ever made is lost."""
    story.replace("generator", SYNDATA_FAILPOINT="generator.part_made:1:raise")
    before = {name: story.metrics(name) for name in SERVICES}
    source = upload(story, SOURCE, PARENT)
    call(story.door, "GET", f"/sources/{source}/profile", headers={"X-API-Key": KEY, "traceparent": PARENT})
    said = syndata(story, *SUBMITTED)
    job = re.findall(r"^job (\S+):", said, re.MULTILINE)[0]

    def came() -> bool:
        found = story.collector.of(TRACE)
        known = {"00f067aa0ba902b7", *(span.id for span in found)}
        names = {span.name for span in found}
        over = any(span.attributes.get("syndata.state") == "completed" for span in found)
        return (
            {"profiler.profile", "export.job", "GET /api/v1/jobs/{job_id}/events"} <= names
            and over
            and not [span for span in found if span.parent not in known]
        )

    eventually(came, 20, f"the whole trace: {sorted({span.name for span in story.collector.of(TRACE)})}")
    after = {name: story.metrics(name) for name in SERVICES}
    told = [
        line
        for one in story.cluster.running
        for text in one.log.read_text().splitlines()
        if text.startswith("{")  # of a process that was killed, Python's own tracker of resources has the last word
        if (line := json.loads(text)).get("trace_id") == TRACE and line["event"] in EVENTS
    ]
    # Nobody reads twice what the door says of each request.
    told = [line for line in told if line["event"] != "request" or line["method"] == "POST"]
    seen = Seen(
        said, syndata(story, "status", job), tree(story.collector.of(TRACE)), log_lines(told), growth(before, after)
    )
    if os.environ.get("SYNDATA_RECORD"):
        write(
            {
                "submit": seen.said,
                "status": seen.status,
                "spans": seen.spans,
                "lines": seen.lines,
                "metrics": seen.moved,
            }
        )
    return seen


def words(text: str) -> str:
    """A text without its numbers."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[\d.,:]*\d", "0", text)


def test_the_page_shows_the_spans_that_a_request_makes_today(seen: Seen) -> None:
    """Their names, services, order below each other, and what they say; times are another matter."""
    shown, now = shape(block("spans")), shape(seen.spans)

    assert shown == now
    assert services_in(block("spans")) == set(SERVICES)


def test_the_page_shows_the_log_lines_of_today_with_all_their_fields(seen: Seen) -> None:
    assert fields(block("lines")) == fields(seen.lines)


def test_the_page_shows_which_metrics_move_and_by_how_much(seen: Seen) -> None:
    """But for requests, which a client repeats as it sees fit."""
    shown, now = (
        [line for line in text.splitlines() if 'method="GET",route="/api/v1/jobs/' not in line]
        for text in (block("metrics"), seen.moved)
    )

    assert shown == now


def test_the_page_shows_what_the_commands_say(seen: Seen) -> None:
    """`status` names the trace that everything else is found by."""
    assert words(block("status")) == words(seen.status)
    assert f"trace {TRACE}" in seen.status
    assert words(block("submit").splitlines()[-1]) == words(seen.said.splitlines()[-1])
    assert f"syndata {' '.join(SUBMITTED)}" in PAGE.read_text(encoding="utf-8")
