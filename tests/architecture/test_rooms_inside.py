"""The rooms inside generation: what stands above is known for its types alone, and each room says what is in it."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
GENERATION = REPOSITORY / "libs/syndata_engine/generation"
PREFIX = "syndata_engine.generation."
SEVERAL = re.compile(r" \| ")


def layers() -> list[str]:
    """The rooms as the contract has them, from the top."""
    settings: dict[str, Any] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    contracts = settings["tool"]["importlinter"]["contracts"]
    found: list[str] = next(one["layers"] for one in contracts if one["id"] == "generation")
    return found


HEIGHT = {room: -place for place, layer in enumerate(layers()) for room in SEVERAL.split(layer)}
ROOMS = sorted(HEIGHT.keys() - {"warm"})


def loaded(tree: ast.AST) -> Iterator[str]:
    """Rooms that a module imports from while it is loaded or run; not what only a type checker reads."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PREFIX):
            yield str(node.module).removeprefix(PREFIX).partition(".")[0]
        yield from loaded(node)


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_of_a_room_above_is_loaded(room: str) -> None:
    above = {
        f"{path.name}: {other}"
        for path in (GENERATION / room).glob("*.py")
        for other in loaded(ast.parse(path.read_text()))
        if HEIGHT[other] > HEIGHT[room]
    }

    assert not above


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_is_and_loads_nothing(room: str) -> None:
    """Its door costs no time; modules that it names are there."""
    tree = ast.parse((GENERATION / room / "__init__.py").read_text())
    said = ast.get_docstring(tree)

    assert said
    assert not list(loaded(tree))
    there = {path.stem for path in (GENERATION / room).glob("*.py")} | set(ROOMS)
    assert not set(re.findall(r"`(\w+)`", said)) - there


def test_whoever_enters_finds_every_room_at_the_door() -> None:
    said = ast.get_docstring(ast.parse((GENERATION / "__init__.py").read_text())) or ""
    listed = re.findall(r"^    (\w+(?:, \w+)*)  ", said, re.MULTILINE)
    folders = {path.parent.name for path in GENERATION.glob("*/__init__.py")}

    assert listed == [layer.replace(" | ", ", ") for layer in layers() if layer != "warm"]
    assert {room for line in listed for room in line.split(", ")} == folders
