"""docs/dialects.md keeps its word: its workflow runs as it stands, and its tables name what there is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.dialects.asked import Place
from tests.running import REPOSITORY, environment

PAGE: Final = (REPOSITORY / "docs" / "dialects.md").read_text()
WORKFLOW: Final = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
ADDRESS: Final = "http://localhost:8000"
JQ: Final = f"""\
#!{sys.executable}
import json, sys
assert sys.argv[1] == "-r" and sys.argv[2].startswith("."), sys.argv
print(json.load(sys.stdin)[sys.argv[2][1:]])
"""
"""What the workflow asks of jq, where that is not installed."""


def test_the_documented_workflow_runs_as_it_stands(place: Place, tmp_path: Path) -> None:
    """Submit, poll until completed or failed, download; only the address is another one."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    (script,) = WORKFLOW
    assert ADDRESS in script
    tools = tmp_path / "tools"
    tools.mkdir()
    if shutil.which("jq") is None:
        (tools / "jq").write_text(JQ)
        (tools / "jq").chmod(0o755)
    names = {"PATH": os.pathsep.join([str(tools), os.environ["PATH"]]), "no_proxy": "localhost,127.0.0.1"}

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script.replace(ADDRESS, f"http://localhost:{place.port}")],
        cwd=tmp_path,
        env={**environment(), **names},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Status: completed" in done.stdout
    assert len((tmp_path / "users.csv").read_text().splitlines()) == 1001
    assert (tmp_path / "customers.csv").read_bytes() == (tmp_path / "users.csv").read_bytes(), "saved by its own name"


def test_every_route_of_a_dialect_is_on_the_page(up: Place) -> None:
    described = up.get("/api/v1/openapi.json").document["paths"]
    routes = [path for path, methods in described.items() for one in methods.values() if "dialect-" in one["tags"][0]]
    text = PAGE.replace("{id}", "{job_id}").replace("/templates/{job_id}", "/templates/{template_id}")

    assert routes
    assert [path for path in routes if path not in text] == []
