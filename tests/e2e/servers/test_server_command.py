"""The command `python -m deploy.local`, as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from deploy.local.mongodb import FerretDB

REPOSITORY = Path(__file__).resolve().parents[3]


class Servers(Protocol):
    """Runs the command with arguments and a changed environment."""

    def __call__(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    """The command on data of its own; what a test left running is stopped."""
    data = tmp_path / "data"

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "deploy.local", *arguments],
            cwd=REPOSITORY,
            env={**os.environ, "SYNDATA_SERVERS_DATA": str(data), **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done

    yield run
    if data.exists():
        run("stop")


def test_start_env_status_stop(servers: Servers) -> None:
    """One round: what `start` says is what `env` and `status` say, until `stop`."""
    if not FerretDB.find():
        pytest.skip("FerretDB is not installed; run: python -m deploy.local install mongodb")

    begun = servers("start", "mongodb")
    assert begun.returncode == 0, begun.stderr
    (told,) = json.loads(servers("status", "--json", "mongodb").stdout)
    url = told["running"]["url"]
    assert url in begun.stdout
    assert servers("env", "mongodb").stdout == f"export SYNDATA_TEST_MONGODB_URL={url}\n"
    # Where tests make databases of their own, services are told one.
    assert servers("env", "--settings", "mongodb").stdout == f"export SYNDATA_STORE_URL={url}syndata\n"
    assert servers("start", "mongodb").stdout == begun.stdout

    assert servers("stop", "mongodb").returncode == 0
    after = servers("env", "mongodb")
    assert (after.returncode, after.stdout) == (1, "")
    assert "python -m deploy.local start mongodb" in after.stderr
    assert servers("start", "mongodb").stdout == begun.stdout


def test_installing_again_takes_no_time_and_says_what_is_used(servers: Servers) -> None:
    if not FerretDB.find():
        pytest.skip("FerretDB is not installed; run: python -m deploy.local install mongodb")

    done = servers("install", "mongodb")

    assert done.returncode == 0
    assert "is there" in done.stdout
    assert "will be used" in done.stdout.splitlines()[-1]


def test_a_service_that_nothing_can_play_names_the_command_that_installs_it(servers: Servers, tmp_path: Path) -> None:
    done = servers("start", "mongodb", PATH="", SYNDATA_SERVERS_CACHE=str(tmp_path / "empty"))

    assert done.returncode == 1
    assert "python -m deploy.local install mongodb" in done.stderr
    assert "SYNDATA_TEST_MONGODB_URL" in done.stderr


def test_an_unknown_service_is_refused(servers: Servers) -> None:
    done = servers("start", "redis")

    assert done.returncode == 2
    assert "rabbitmq, mongodb, s3" in done.stderr
