"""What every service counts, after one job, one retry and two dead letters."""

from __future__ import annotations

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from tests.chaos.cluster import request
from tests.e2e.watched.story import ROWS, SERVICES, TASKS, Story

pytestmark = pytest.mark.slow

QUEUES = {
    "schema.requests": "schema",
    "generator.tasks": "generator",
    "generator.previews": "generator",
    "export.jobs": "export",
    "profiler.requests": "profiler",
    "conductor.events": "gateway",
}
"""And who takes from them."""
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "unmatched"}


def scraped(story: Story, service: str) -> list[Sample]:
    """What a service's first process had counted when the story was told."""
    families = text_string_to_metric_families(story.counted[service])
    return [sample for family in families for sample in family.samples]


def value(samples: list[Sample], name: str, **labels: str) -> float:
    """What a metric says; -1 where it does not exist, which is not the same as 0."""
    found = [sample.value for sample in samples if sample.name == name and sample.labels == labels]
    assert len(found) <= 1
    return found[0] if found else -1


def labels_of(samples: list[Sample], label: str) -> set[str]:
    return {sample.labels[label] for sample in samples if label in sample.labels}


def test_the_gateway_counts_jobs_by_state_and_times_them(story: Story) -> None:
    """Names and buckets that dashboards are built on."""
    found = scraped(story, "gateway")

    for state in ("pending", "generating", "exporting", "completed"):
        assert value(found, "syndata_jobs_total", status=state) == 1, state
    assert value(found, "syndata_generation_duration_seconds_count") == 1
    for bound in ("10.0", "30.0", "60.0", "+Inf"):
        assert value(found, "syndata_generation_duration_seconds_bucket", le=bound) >= 0, bound


def test_generators_count_every_row_and_part_once(story: Story) -> None:
    """A task that was tried again counts once."""
    found = scraped(story, "generator")

    assert value(found, "syndata_rows_generated_total") == ROWS
    assert value(found, "syndata_parts_total", output_format="csv") == TASKS
    assert value(found, "syndata_bytes_generated_total", output_format="csv") > 8 << 20
    assert value(found, "syndata_task_duration_seconds_count") == TASKS


def test_generators_count_what_a_workspace_costs(story: Story) -> None:
    """Rows and bytes as for all, and processor time that is more than nothing and less than all that passed."""
    found = scraped(story, "generator")

    ours = {"workspace": "default"}
    assert value(found, "syndata_workspace_rows_total", **ours) == ROWS
    assert value(found, "syndata_workspace_bytes_total", **ours) == value(
        found, "syndata_bytes_generated_total", output_format="csv"
    )
    spent = value(found, "syndata_workspace_cpu_seconds_total", **ours)
    assert 0.01 < spent < value(found, "syndata_task_duration_seconds_sum")


def test_a_retry_and_dead_letters_are_counted_by_queue(story: Story) -> None:
    """One part was lost to a defect, and two messages were none."""
    generator, gateway = scraped(story, "generator"), scraped(story, "gateway")

    tasks = {"queue": "generator.tasks"}
    assert value(generator, "syndata_message_retries_total", **tasks) == 1
    assert value(generator, "syndata_dead_letters_total", **tasks) == 1
    assert value(generator, "syndata_messages_total", outcome="done", **tasks) == TASKS
    assert value(generator, "syndata_messages_total", outcome="retried", **tasks) == 1
    assert value(generator, "syndata_messages_total", outcome="dead", **tasks) == 1
    assert value(gateway, "syndata_dead_letters_total", queue="conductor.events") == 1
    assert value(gateway, "syndata_queue_dead", **tasks) == 1
    assert value(gateway, "syndata_queue_dead", queue="export.jobs") == 0
    assert labels_of([sample for sample in gateway if sample.name == "syndata_queue_ready"], "queue") == set(QUEUES)


@pytest.mark.parametrize("queue", QUEUES)
def test_whoever_takes_from_a_queue_counts_it_from_zero_on(story: Story, queue: str) -> None:
    """So that an alert on growth sees the first dead letter too."""
    found = scraped(story, QUEUES[queue])

    for name in ("syndata_dead_letters_total", "syndata_message_retries_total", "syndata_messages_in_flight"):
        assert value(found, name, queue=queue) >= 0, name
    assert value(found, "syndata_messages_total", queue=queue, outcome="done") >= 0


def test_every_handled_message_is_timed(story: Story) -> None:
    for queue, service in QUEUES.items():
        found = scraped(story, service)
        ended = sum(
            sample.value
            for sample in found
            if sample.name == "syndata_messages_total"
            and sample.labels["queue"] == queue
            and sample.labels["outcome"] != "dead"
        )
        timed = max(value(found, "syndata_message_duration_seconds_count", queue=queue), 0)
        assert timed >= ended, queue


def test_what_callers_make_up_never_becomes_a_label(story: Story) -> None:
    """Unknown paths and methods are `unmatched`; known ones are the API's own patterns."""
    found = scraped(story, "gateway")
    status, schema = request(story.door, "GET", "/api/v1/openapi.json")
    assert status == 200

    routes = labels_of(found, "route")
    assert "unmatched" in routes
    known = {"unmatched", "/livez", "/readyz", "/metrics", "/health", "/api/v1/openapi.json"}
    assert [route for route in routes - known if f'"{route}"'.encode() not in schema] == []
    assert labels_of(found, "method") <= METHODS
    assert "unmatched" in labels_of(found, "method")
    assert {"/readyz", "/metrics"} < routes
    assert value(found, "syndata_http_requests_total", method="POST", route="/api/v1/jobs", status="202") >= 1
    assert value(found, "syndata_http_requests_total", method="GET", route="unmatched", status="404") >= 1


def test_the_time_of_a_job_leads_to_its_trace(story: Story) -> None:
    """In OpenMetrics, the bucket that a job fell into carries its trace as an exemplar."""
    accept = {"Accept": "application/openmetrics-text; version=1.0.0"}
    status, text = request(story.door, "GET", "/metrics", None, accept)
    assert status == 200

    (times,) = (
        one
        for one in read_openmetrics(text.decode())  # type: ignore[no-untyped-call] # it has no types
        if one.name == "syndata_generation_duration_seconds"
    )
    exemplars = [sample.exemplar.labels["trace_id"] for sample in times.samples if sample.exemplar]
    assert all(story.collector.of(trace) for trace in exemplars)
    assert exemplars


def test_every_service_says_which_servers_it_reaches(story: Story) -> None:
    for service in SERVICES:
        assert request(story.services[service].port, "GET", "/readyz")[0] == 200
        found = scraped(story, service)
        assert value(found, "syndata_dependency_up", dependency="bus") == 1, service
        assert value(found, "syndata_dependency_up", dependency="objects") == 1, service
        assert value(found, "syndata_dependency_up", dependency="store") == (1 if service == "gateway" else -1)
