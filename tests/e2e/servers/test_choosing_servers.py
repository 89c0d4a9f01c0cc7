"""Which server a test gets, and what the run says about it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.mongodb import FerretDB
from tests.servers.sources import started

REPOSITORY = Path(__file__).resolve().parents[3]
NO_DOCKER = "unix:///nowhere/docker.sock"
PROGRAM = """
def test_one(mongodb):
    print(mongodb.name, mongodb.restartable)
    if mongodb.restartable:
        mongodb.kill()
        mongodb.start()
def test_two(mongodb):
    pass
"""


def run_tests(folder: Path, text: str = PROGRAM, **environment: str) -> subprocess.CompletedProcess[str]:
    """A test run of its own with the plugin and nothing else of ours."""
    (folder / "test_it.py").write_text(text)
    (folder / "pytest.ini").write_text(
        "[pytest]\nfilterwarnings = error\nasyncio_default_fixture_loop_scope = function\n"
    )
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SYNDATA_")}
    kept = {name: os.environ[name] for name in ("SYNDATA_SERVERS_CACHE",) if name in os.environ}
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "tests.servers.plugin",
            "-rs",
            "-s",
            "--basetemp",
            str(folder / "tmp"),
            ".",
        ],
        cwd=folder,
        env={**inherited, **kept, "PYTHONPATH": str(REPOSITORY), "DOCKER_HOST": NO_DOCKER, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_without_any_server_tests_are_skipped_with_what_to_do(tmp_path: Path) -> None:
    done = run_tests(tmp_path, PATH="", SYNDATA_SERVERS_CACHE=str(tmp_path / "empty"))

    assert done.returncode == 0, done.stdout
    assert "2 skipped" in done.stdout
    assert "mongodb: not used: mongodb: no program for it is installed" in done.stdout
    assert "python -m deploy.local install mongodb" in done.stdout
    assert "no Docker engine answers" in done.stdout
    assert "s3: no test asked for it" in done.stdout


def test_what_is_required_and_missing_is_a_failure(tmp_path: Path) -> None:
    done = run_tests(
        tmp_path, PATH="", SYNDATA_SERVERS_CACHE=str(tmp_path / "empty"), SYNDATA_REQUIRE="rabbitmq,mongodb"
    )

    assert done.returncode == 1
    assert "2 errors" in done.stdout
    assert "SYNDATA_REQUIRE names mongodb, but" in done.stdout


def test_requiring_an_unknown_service_stops_the_run(tmp_path: Path) -> None:
    done = run_tests(tmp_path, SYNDATA_REQUIRE="mongo")

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert (
        "SYNDATA_REQUIRE names mongo; there are kustomize, mongodb, postgresql, prometheus, rabbitmq, s3" in done.stderr
    )


def test_a_run_without_servers_says_nothing_about_them(tmp_path: Path) -> None:
    done = run_tests(tmp_path, "def test_pure():\n    pass\n")

    assert done.returncode == 0
    assert "= servers =" not in done.stdout


def test_an_address_that_nobody_answers_is_a_failure_and_no_other_server_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = "import tests.servers.sources as sources\nsources.ANSWER_SECONDS = 0.5\n"
    done = run_tests(tmp_path, fast + PROGRAM, SYNDATA_TEST_MONGODB_URL="mongodb://127.0.0.1:9/")

    assert done.returncode == 1
    assert "SYNDATA_TEST_MONGODB_URL names 127.0.0.1:9, where no mongodb answered" in done.stdout


@pytest.mark.skipif(not FerretDB.find(), reason="FerretDB is not installed")
def test_an_address_in_the_environment_comes_first_and_is_left_alone(tmp_path: Path) -> None:
    server = started(FerretDB(tmp_path / "mine", dies_with_parent=True))
    try:
        done = run_tests(tmp_path, SYNDATA_TEST_MONGODB_URL=server.url)

        assert done.returncode == 0, done.stdout
        assert "FerretDB v1.24.2 (from SYNDATA_TEST_MONGODB_URL) False" in done.stdout
        assert server.local is not None
        assert server.local.alive
    finally:
        server.end()


@pytest.mark.skipif(not FerretDB.find(), reason="FerretDB is not installed")
def test_a_program_of_this_machine_is_started_once_and_named_at_the_end(tmp_path: Path) -> None:
    """Both tests share one server, which can be killed and started, and which the run's end takes along."""
    done = run_tests(tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
    assert "mongodb: FerretDB v1.24.2 (local program)" in done.stdout
    (folder,) = (tmp_path / "tmp").glob("mongodb[0-9]*")
    assert not FerretDB(folder).alive
    assert not FerretDB(folder).data.exists()
