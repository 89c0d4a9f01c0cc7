"""docs/api.md keeps its word: its examples run as they stand."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.remote.serving import Server
from tests.running import REPOSITORY, environment

PAGE = (REPOSITORY / "docs" / "api.md").read_text()
BLOCKS = re.findall(r"^```(sh|python)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_an_example_runs(number: int, server: Server, tmp_path: Path) -> None:
    language, text = BLOCKS[number]
    if language == "sh" and "curl" in text and shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    shell = ["bash", "-euo", "pipefail", "-c", f'syndata() {{ "{sys.executable}" -m syndata "$@"; }}\n{text}']
    command = shell if language == "sh" else [sys.executable, "-c", text]
    names = {"SYNDATA_URL": server.url, "SYNDATA_API_KEY": server.key, "no_proxy": "127.0.0.1"}

    done = subprocess.run(
        command, cwd=tmp_path, env={**environment(), **names}, capture_output=True, text=True, timeout=120, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout
    written = {os.fspath(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.parquet")}
    assert bool(written) == ("parquet" in text)


def test_the_page_has_examples_for_all_three_ways() -> None:
    assert [language for language, _ in BLOCKS] == ["sh", "python", "python", "sh"]
