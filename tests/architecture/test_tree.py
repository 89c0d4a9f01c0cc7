"""Rules about the repository that no tool of ours knows yet."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
DRAWERS = {"utils", "util", "common", "helpers", "helper", "base", "core", "misc", "manager"}
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
OTHER_WORDS = re.compile(r"chunk|tenant", re.IGNORECASE)
"""Words for which docs/glossary.md has ours."""
TEXTS = {".py", ".md", ".toml", ".yaml", ".yml", ".lock", ".json", ".txt", ""}


def tracked(*patterns: str) -> list[Path]:
    """Files under version control."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", *patterns], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    return [REPOSITORY / name for name in listed.split("\0") if name and (REPOSITORY / name).is_file()]


def modules() -> list[Path]:
    """Every Python module of ours."""
    return tracked("libs/*.py", "services/*.py", "tests/*.py")


def test_no_module_is_a_drawer() -> None:
    named = [path for path in modules() if DRAWERS & {part.removesuffix(".py") for part in path.parts[-4:]}]

    assert not named


def test_modules_fit_in_a_head() -> None:
    long = {str(path): count for path in modules() if (count := path.read_text().count("\n")) > LONGEST_MODULE}

    assert not long


def test_no_address_of_an_index_nor_path_of_a_machine() -> None:
    """A clone works elsewhere: the lock names no host, and no file a place on somebody's disk."""
    places = re.compile(
        r"https?://[^\s\"]*(/simple\b|/packages/[0-9a-f]{2}/|\.whl)|--(extra-)?index-url \S|--find-links \S"
        r"|(?<![\w.])/(home|root|Users|work)/\w"
    )
    found = []
    for path in tracked():
        if path.suffix in TEXTS and path != Path(__file__) and path.stat().st_size < 2_000_000:
            text = path.read_text(encoding="utf-8", errors="replace")
            found += [f"{path.name}: {match.group()}" for match in places.finditer(text)]

    assert not found


def test_the_lock_pins_with_hashes() -> None:
    lines = (REPOSITORY / "requirements.lock").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith((" ", "#"))]

    assert len(pins) > 20
    assert all("==" in line and line.endswith("\\") for line in pins)
    assert not any("://" in line for line in lines)


@pytest.mark.parametrize("path", tracked("libs/*.py"), ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_one_word_per_idea(path: Path) -> None:
    """Names in the code are the glossary's."""
    tree = ast.parse(path.read_text())
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    names |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    foreign = {"combine_chunks", "num_chunks", "iterchunks", "chunk", "chunks", "ChunkedArray", "chunked_array"}

    assert not [name for name in names - foreign if OTHER_WORDS.search(name)]


def test_directions_of_imports() -> None:
    """The law of directions holds; `make lint` shows it in full."""
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
