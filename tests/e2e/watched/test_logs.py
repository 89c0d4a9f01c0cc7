"""Log lines: one JSON object each, with what leads from one to the next, and without what is nobody's business."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.chaos.cluster import KEY, Cluster, free_port
from tests.e2e.watched.story import SERVICES, TRACES_CREDENTIALS, USERS_WORDS, Story
from tests.running import environment

pytestmark = pytest.mark.slow


def lines(story: Story, service: str = "") -> Iterator[dict[str, Any]]:
    for one in story.cluster.running:
        if service in {"", one.name}:
            yield from map(json.loads, one.log.read_text().splitlines())


def passwords(cluster: Cluster) -> list[str]:
    urls = [value for name, value in cluster.environment.items() if name.endswith("_URL")]
    return [found for url in urls if (found := urlsplit(url).password) and found != "guest"]


def test_every_line_of_every_service_is_one_json_object(story: Story) -> None:
    """Those of the web server and of other libraries included."""
    for service in SERVICES:
        told = list(lines(story, service))
        assert told, service
        for line in told:
            assert isinstance(line, dict)
            assert {"timestamp", "level", "logger", "event", "service"} <= set(line), line
            assert line["service"] == service
    loggers = {line["logger"].partition(".")[0] for line in lines(story)}
    assert {"uvicorn", "syndata_runtime", "syndata_gateway"} <= loggers


def test_lines_of_a_job_name_it_its_workspace_and_its_trace(story: Story) -> None:
    """From the first to the last, through three services."""
    job = story.job["id"]
    told = [line for line in lines(story) if line.get("job") == job]

    assert {line["workspace"] for line in told} == {"default"}
    assert all(line["trace_id"] for line in told)
    work = [
        line for line in told if line["event"] in {"job created", "job changed", "task done", "work is tried again"}
    ]
    assert {line["trace_id"] for line in work} == {story.trace}
    assert {line["service"] for line in work} == {"gateway", "generator"}
    states = [line["state"] for line in told if line["event"] == "job changed"]
    assert states == ["generating", "exporting", "completed"]


def test_a_finished_task_says_what_was_made_and_how_long_it_took(story: Story) -> None:
    done = [
        line for line in lines(story, "generator") if line["event"] == "task done" and line["job_id"] == story.job["id"]
    ]

    assert {(line["table_name"], line["rows_generated"]) for line in done} == {
        ("customers", 500),
        ("orders", 130_000),
        ("items", 1000),
    }
    assert all(line["duration_ms"] > 0 and line["batch_size"] == 1 for line in done)


def test_an_error_is_told_with_its_type_and_place(story: Story) -> None:
    """The defect that cost a part, so that whoever reads it knows where to look."""
    failed = next(line for line in lines(story, "generator") if line["event"] == "work failed")

    error = failed["errors"][0]
    assert error["type"] == "RuntimeError"
    assert any("tasks.py" in frame for frame in error["frames"])
    assert failed["level"] == "error"
    assert failed["trace_id"] == story.trace


def test_no_line_holds_a_secret_or_what_a_user_wrote(story: Story) -> None:
    """Neither keys, nor credentials of servers, nor values, labels, paths and refused texts."""
    secrets = [KEY, TRACES_CREDENTIALS, TRACES_CREDENTIALS.partition(":")[2], *passwords(story.cluster), "guest:guest"]
    for one in story.cluster.running:
        text = one.log.read_text()
        assert [word for word in (*secrets, *USERS_WORDS) if word in text] == [], one.log


@pytest.mark.parametrize("missing", ["bus", "store", "objects"])
def test_a_server_that_cannot_be_had_at_the_start_is_told_without_its_credentials(
    story: Story, tmp_path: Path, missing: str
) -> None:
    """The first two are not there, the third does not know the key."""
    port = urlsplit(story.servers["s3"].url).port if missing == "objects" else free_port()
    away = {
        "bus": f"amqp://us:canary-secret@127.0.0.1:{port}/",
        "store": f"mongodb://us:canary-secret@127.0.0.1:{port}/db?serverSelectionTimeoutMS=500",
        "objects": f"s3+http://us:canary-secret@127.0.0.1:{port}/bucket",
    }[missing]
    cluster = Cluster(tmp_path, story.cluster.environment)
    settings = {f"SYNDATA_{missing.upper()}_URL": away, "SYNDATA_CONNECT_SECONDS": "1"}
    lost = cluster.start("gateway", wait=False, **settings)
    try:
        assert lost.process.wait(40) == 4
    finally:
        cluster.end()

    text = lost.log.read_text()
    assert "canary-secret" not in text
    assert f"127.0.0.1:{port}" in text, "nobody learns what is missing"


PROGRAM = """
import logging, warnings
import structlog
from syndata_contracts.errors import Defect, Fault, Refused
from syndata_runtime.logs import set_up_logs

set_up_logs("tried", "info", "json")
log = structlog.get_logger()
given = "canary-local"
for error in (ValueError("canary-text"), Refused(Fault("canary-place", "canary-what", "")), Defect("our own words")):
    try:
        raise error
    except Exception:
        log.exception("it failed")
try:
    try:
        int("canary-first")
    except ValueError as first:
        raise RuntimeError("canary-second") from first
except RuntimeError:
    logging.getLogger("a.library").exception("it failed")
log.info("told", api_key="canary-key", bus_url="canary-url", password="canary-password", object_key="kept")
warnings.warn("a warning")
raise KeyError("canary-crash")
"""


def test_errors_warnings_and_a_crash_are_lines_without_the_values_around_them(tmp_path: Path) -> None:
    """What they are and where they rose; the text only of errors whose words are our own."""
    (tmp_path / "program.py").write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "program.py")], env=environment(), capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "canary" not in done.stdout + done.stderr
    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert [[error["type"] for error in line["errors"]] for line in told if "errors" in line] == [
        ["ValueError"],
        ["Refused"],
        ["Defect"],
        ["RuntimeError", "ValueError"],
        ["KeyError"],
    ]
    assert told[2]["errors"][0]["text"] == "our own words"
    assert all("program.py" in error["frames"][-1] for line in told for error in line.get("errors", []))
    assert told[4]["object_key"] == "kept"
    assert {line["level"] for line in told} == {"error", "info", "warning", "critical"}
