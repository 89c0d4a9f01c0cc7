"""The API's description is true: what it promises is what clients get, whatever they send."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from tests.chaos.cluster import KEY, Running, call, request
from tests.e2e.hostile.asking import ask

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

EVERYWHERE: Final = {"401", "422", "429", "503"}
EXAMPLES: Final = 25
"""Of each operation and phase; `coverage` adds as many as it finds edges. Streams of events have tests of their own."""
NOT_CHECKED: Final = "positive_data_acceptance"
"""What makes a configuration right is more than a JSON schema can say."""


@pytest.fixture(scope="module")
def operations(up: Running) -> dict[str, dict[str, Any]]:
    """Everything below the API's root, by method and path."""
    described = ask(up.port, "GET", "/api/v1/openapi.json").document
    return {
        f"{method} {path}": operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/api/v1/")
    }


def test_every_operation_tells_its_errors_as_problems(operations: dict[str, dict[str, Any]]) -> None:
    for name, operation in operations.items():
        errors = {status: told for status, told in operation["responses"].items() if status >= "400"}
        assert errors.keys() >= EVERYWHERE, name
        assert all(set(told["content"]) == {"application/problem+json"} for told in errors.values()), name


def test_every_operation_asks_for_a_key_in_one_of_two_ways(operations: dict[str, dict[str, Any]]) -> None:
    assert all(operation["security"] == [{"key": []}, {"bearer": []}] for operation in operations.values())


def test_every_json_answer_is_described_down_to_its_data(operations: dict[str, dict[str, Any]]) -> None:
    for name, operation in operations.items():
        for status, told in operation["responses"].items():
            described = told.get("content", {}).get("application/json", {"schema": {"$ref": "Success_"}})
            assert "Success_" in described["schema"].get("$ref", ""), (name, status)


def test_schemathesis_finds_nothing_that_the_description_does_not_say(up: Running, tmp_path: Path) -> None:
    """No 5xx, no undocumented status, type or shape; bad data refused, keys asked for, methods told."""
    command = _schemathesis()
    if command is None:
        pytest.skip("schemathesis is neither installed here nor on the path")
    done = _run(up, command, tmp_path)
    for job in call(up.port, "GET", "/jobs?limit=200")["jobs"]:  # some of them would take years
        request(up.port, "POST", f"/api/v1/jobs/{job['id']}/cancel")

    assert done.returncode == 0, done.stdout[-6000:]


def _run(up: Running, command: list[str], directory: Path) -> subprocess.CompletedProcess[str]:
    # One worker: Python's compiler is not safe in two threads at once (SystemError: AST constructor recursion depth).
    return subprocess.run(
        [
            *command, "run", f"http://127.0.0.1:{up.port}/api/v1/openapi.json", "-H", f"X-API-Key: {KEY}",
            "--phases", "examples,coverage,fuzzing,stateful", "--exclude-checks", NOT_CHECKED,
            "--exclude-path-regex", "/events$", "--max-examples", str(EXAMPLES), "--workers", "1", "--no-shrink",
        ],
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )  # fmt: skip


def _schemathesis() -> list[str] | None:
    if importlib.util.find_spec("schemathesis") is not None:
        return [sys.executable, "-m", "schemathesis.cli"]
    found = shutil.which("schemathesis")
    return None if found is None else [found]
