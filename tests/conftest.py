"""What every test may ask for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from syndata.cli.edge import run
from tests.properties.profiles import THOROUGH
from tests.running import SHOP, Command, Outcome, environment

pytest_plugins = ["tests.servers.plugin", "tests.telling"]

# The same examples in every run, so that a run tells of a change and not of luck; fresh ones are looked for when asked.
settings.register_profile("syndata", deadline=None, print_blob=True, derandomize=not THOROUGH)
settings.load_profile("syndata")


@pytest.fixture
def syndata(tmp_path: Path) -> Command:
    """Run the command in an empty directory, as a user would; a traceback is never an answer."""

    def run_alone(*arguments: str | Path, preexec: Callable[[], None] | None = None) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "syndata", *map(str, arguments)],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            preexec_fn=preexec,
        )
        assert "Traceback" not in done.stderr + done.stdout
        return Outcome(done.returncode, done.stdout, done.stderr)

    return run_alone


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command in this process, in the same directory as `syndata`: for many small cases."""

    def run_inside(*arguments: str | Path) -> Outcome:
        monkeypatch.chdir(tmp_path)
        capsys.readouterr()
        code = run(list(map(str, arguments)))
        return Outcome(code, *capsys.readouterr())

    return run_inside


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A small configuration of two tables and a reference."""
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP)
    return path
