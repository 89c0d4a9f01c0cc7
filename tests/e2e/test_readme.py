"""The first five minutes of the README, as a newcomer types them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.running import REPOSITORY, Command

README = (REPOSITORY / "README.md").read_text()


def blocks(language: str) -> list[str]:
    """The README's code in a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_readme_runs(inside: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "library.yaml").write_text(blocks("yaml")[0])
    lines = [line for block in blocks("sh") for line in block.splitlines() if line.startswith(".venv/bin/syndata")]

    assert len(lines) >= 5
    for line in lines:
        arguments = shlex.split(line.replace("1000000", "1000"), comments=True)[1:]
        outcome = inside(*arguments)
        assert outcome.code == 0, (line, outcome)
        assert not outcome.err

    monkeypatch.chdir(tmp_path)
    exec(blocks("python")[0], {})  # noqa: S102 - the README's own code
