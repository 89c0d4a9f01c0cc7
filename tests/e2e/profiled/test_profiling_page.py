"""docs/profiling.md says what the command does."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from tests.running import REPOSITORY, Command

PAGE = (REPOSITORY / "docs" / "profiling.md").read_text()


def test_the_example_is_what_is_printed(inside: Command, tmp_path: Path) -> None:
    """Every line that the page shows stands in the files, in its order; long ones are cut on the page."""
    example = PAGE[PAGE.index("## An example") :]
    (commands,) = re.findall(r"```sh\n(.*?)```", example, re.DOTALL)[:1]
    for line in commands.splitlines():
        assert inside(*shlex.split(line)[1:]).code == 0, line
    configuration, rows = re.findall(r"```text\n(.*?)```", example, re.DOTALL)[:2]

    assert_shown(configuration, (tmp_path / "orders.yaml").read_text())
    assert_shown(rows, (tmp_path / "out" / "orders.csv").read_text())


def assert_shown(page: str, file: str) -> None:
    lines = iter(file.splitlines())
    for shown in page.splitlines():
        wanted = shown.removesuffix(" …")
        assert any(line.startswith(wanted) if wanted != shown else line == wanted for line in lines), shown


def test_every_option_is_on_the_page(inside: Command) -> None:
    options = set(re.findall(r"--[a-z-]+", inside("profile", "-h").out)) - {"--help"}

    assert not {option for option in options if option not in PAGE}
