"""What the documents say exists."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import typer

REPOSITORY = Path(__file__).resolve().parents[2]
README = (REPOSITORY / "README.md").read_text()


def commands() -> dict[str, set[str]]:
    """Every command of the command line, with its options."""
    from syndata.cli import describing, evaluating, importing, profiling, remote, serving  # noqa: F401 -- their commands announce themselves
    from syndata.cli.commands import app

    group = typer.main.get_command(app)
    found = {}
    for name, command in group.commands.items():  # type: ignore[attr-defined] # a group, as there are several
        found[name] = {option for one in command.params for option in one.opts if option.startswith("--")}
    return found


def test_every_command_is_in_the_readme() -> None:
    missing = [name for name in commands() if f"syndata {name}" not in README]

    assert not missing


def test_every_option_in_the_readme_exists() -> None:
    known = set().union(*commands().values(), {"--version", "--help"})
    quoted = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README))

    assert not quoted - known


def test_every_make_target_in_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)`", README)) | set(re.findall(r"^make ([a-z-]+)", README, re.MULTILINE))

    assert named
    assert not named - targets


def test_make_lists_its_targets() -> None:
    listed = subprocess.run(["make"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout

    assert "make demo" in listed


def test_links_between_documents_lead_somewhere() -> None:
    pages = [*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md"), *REPOSITORY.glob("tests/*.md")]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())]
    broken = [f"{page.name}: {link}" for page, link in links if not (page.parent / link).exists()]

    assert not broken


def test_every_room_is_in_the_readme() -> None:
    rooms = [path.name for path in (REPOSITORY / "libs").iterdir() if (path / "__init__.py").exists()]

    assert not [room for room in rooms if f"libs/{room}" not in README]


def test_every_decision_is_in_the_index() -> None:
    index = (REPOSITORY / "docs" / "decisions" / "README.md").read_text()
    records = [path.name for path in (REPOSITORY / "docs" / "decisions").glob("0*.md")]

    assert records
    assert not [name for name in records if name not in index]
