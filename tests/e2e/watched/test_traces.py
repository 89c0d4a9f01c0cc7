"""One trace per request, from the gateway through every queue to the last byte."""

from __future__ import annotations

import secrets
from collections import Counter
from pathlib import Path

import pytest

from tests.chaos.cluster import JSON, Cluster, call, eventually, request
from tests.e2e.watched.collector import Span
from tests.e2e.watched.story import CONFIG, TASKS, USERS_WORDS, Story

pytestmark = pytest.mark.slow

POST = "POST /api/v1/jobs"
DOWNLOAD = "GET /api/v1/jobs/{job_id}/files/{name}"


def children(spans: list[Span], parent: Span) -> Counter[str]:
    return Counter(span.name for span in spans if span.parent == parent.id)


def orphans(spans: list[Span], caller: str) -> list[Span]:
    known = {caller, *(span.id for span in spans)}
    return [span for span in spans if span.parent not in known]


def test_a_request_for_a_dataset_is_one_trace_through_all_services(story: Story) -> None:
    """The request, the compilation, every fold, every task with its parts, the export: each below its cause."""
    spans = story.spans({POST, "schema.compile", "job.fold", "generate.task", "export.job", "part.make", "part.put"})
    eventually(lambda: not orphans(story.collector.of(story.trace), story.span), 10, "no orphan")
    spans = story.collector.of(story.trace)

    asked = next(span for span in spans if span.name == POST)
    assert asked.parent == story.span
    below = children(spans, asked)
    assert below["schema.compile"] == 1
    assert below["generate.task"] == TASKS + 1, "one task was tried twice"
    assert below["export.job"] == 1
    assert below["job.fold"] >= 2
    done = [span for span in spans if span.name == "generate.task" and not span.failed]
    assert sorted(span.attributes["syndata.task"] for span in done) == ["0", "1", "2"]
    for task in done:
        assert children(spans, task) == {"part.make": 1, "part.put": 1}
    assert {span.service for span in spans} >= {
        "syndata-gateway",
        "syndata-schema",
        "syndata-generator",
        "syndata-export",
        "syndata-profiler",
    }


def test_a_fold_points_to_those_who_told_what_happened(story: Story) -> None:
    """Every task's and the export's span is linked to by the fold that counted it."""
    spans = story.spans({POST, "generate.task", "export.job", "job.fold"})

    told = {span.id for span in spans if span.name in {POST, "generate.task", "export.job"} and not span.failed}
    linked = {span for fold in spans if fold.name == "job.fold" for _, span in fold.links}
    assert linked >= told
    last = max((span for span in spans if span.name == "job.fold"), key=lambda span: span.end)
    assert last.attributes["syndata.state"] == "completed"


def test_a_task_that_is_tried_again_links_to_where_it_came_from(story: Story) -> None:
    spans = story.spans({POST, "generate.task"})

    (failed,) = (span for span in spans if span.name == "generate.task" and span.failed)
    assert failed.attributes["error.type"] == "RuntimeError"
    (again,) = (span for span in spans if span.name == "generate.task" and span.links)
    assert again.attributes["syndata.task"] == failed.attributes["syndata.task"]
    assert not again.failed
    assert again.links == ((story.trace, again.parent),)


def test_the_span_of_a_download_ends_with_its_last_byte(story: Story) -> None:
    """Not with its head: most of the file is sent after it."""
    size, early = story.download_slowly(f"/jobs/{story.job['id']}/files/orders.csv")
    assert size > 8 << 20, "it would fit into buffers, and prove nothing"

    (span,) = (span for span in story.spans({DOWNLOAD}) if span.name == DOWNLOAD)
    assert span.parent == story.span
    assert span.start < early < span.end


def test_a_task_outlives_its_generator_in_the_same_trace(story: Story) -> None:
    """What was delivered again says so, and nothing of the trace hangs in the air."""
    trace = secrets.token_hex(16)
    doomed = story.replace("generator", SYNDATA_FAILPOINT="consumer.taken:1:kill9")
    job = story.post(trace)
    eventually(lambda: not doomed.alive, 30, "the generator died over its first task")
    story.replace("generator")
    story.completed(job["id"])

    spans = story.spans({POST, "generate.task", "export.job", "job.fold"}, trace)
    tasks = [span for span in spans if span.name == "generate.task"]
    assert len(tasks) == TASKS
    assert [span.links for span in tasks if span.links] == [((trace, tasks[0].parent),)]
    eventually(lambda: not orphans(story.collector.of(trace), story.span), 10, "no orphan")


def test_spans_hold_nothing_of_what_users_wrote(story: Story) -> None:
    story.spans({POST, "export.job"})

    sent = story.collector.bodies()
    assert [word for word in USERS_WORDS if word.encode() in sent] == []


def test_those_who_look_how_a_service_is_make_no_traces(story: Story) -> None:
    """They come every few seconds, and would bury what matters."""
    assert request(story.door, "GET", "/readyz")[0] == 200
    assert request(story.door, "GET", "/api/v1/openapi.json", None, story.caller())[0] == 200

    story.spans({"GET /api/v1/openapi.json"})
    assert b"/readyz" not in story.collector.bodies()
    assert b"/metrics" not in story.collector.bodies()


def test_all_services_in_one_process_make_one_trace_too(story: Story, tmp_path: Path) -> None:
    """Without a single server: `syndata up`."""
    alone = Cluster(tmp_path, story.cluster.environment)
    caller, trace = secrets.token_hex(8), secrets.token_hex(16)
    try:
        up = alone.up(tmp_path / "data", SYNDATA_WORKERS="1")
        headers = {**JSON, "traceparent": f"00-{trace}-{caller}-01"}
        job = call(up.port, "POST", "/jobs", {"config": CONFIG}, headers)
        eventually(lambda: call(up.port, "GET", f"/jobs/{job['id']}")["state"] == "completed", 60, "completion")
        assert up.terminate() == 0
    finally:
        alone.end()

    spans = story.spans({POST, "schema.compile", "job.fold", "generate.task", "export.job"}, trace)
    assert orphans(spans, caller) == []
    assert {span.service for span in spans} == {"syndata-standalone"}
