"""The first five minutes of the README, as a newcomer types them."""

from __future__ import annotations

import contextlib
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.cluster import eventually, free_port, request
from tests.running import REPOSITORY, Command, environment

README = (REPOSITORY / "README.md").read_text()


def blocks(language: str) -> list[str]:
    """The README's code in a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def lines_of_commands() -> list[str]:
    """What the README has people type."""
    return [line for block in blocks("sh") for line in block.splitlines() if line.startswith(".venv/bin/syndata")]


def test_the_readme_serves(inside: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the README does in two terminals: one serves, the other asks."""
    serving, *asking = [line for line in lines_of_commands() if re.search(r"syndata (up|submit|status)", line)]
    port = free_port()
    monkeypatch.setenv("SYNDATA_URL", f"http://127.0.0.1:{port}")
    arguments = [*shlex.split(serving, comments=True)[1:], "--port", str(port)]
    server = subprocess.Popen([sys.executable, "-m", "syndata", *arguments], cwd=tmp_path, env=environment())
    try:
        eventually((tmp_path / "out/data/api-key").exists, 60, "the key")
        eventually(lambda: answers(port), 60, "the service is up")
        for line in asking:
            outcome = inside(*shlex.split(line.replace("1000000", "1000"), comments=True)[1:])
            assert outcome.code == 0, (line, outcome)
        assert (tmp_path / "out/job/manifest.json").exists()
    finally:
        server.terminate()
        assert server.wait(60) == 0


def answers(port: int) -> bool:
    """Whether somebody serves there."""
    with contextlib.suppress(OSError):
        return request(port, "GET", "/readyz")[0] == 200
    return False


def test_the_readme_runs(inside: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "library.yaml").write_text(blocks("yaml")[0])
    lines = [line for line in lines_of_commands() if not re.search(r"syndata (up|submit|status)", line)]

    assert len(lines) >= 5
    for line in lines:
        arguments = shlex.split(line.replace("1000000", "1000"), comments=True)[1:]
        outcome = inside(*arguments)
        assert outcome.code == 0, (line, outcome)
        assert not outcome.err

    monkeypatch.chdir(tmp_path)
    exec(blocks("python")[0], {})  # noqa: S102 - the README's own code
