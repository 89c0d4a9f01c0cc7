"""What the code says of itself, for pages made from it."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from tests.running import REPOSITORY

SERVICES = ("gateway", "schema", "profiler", "generator", "export")
RUNTIME = "libs/syndata_runtime"


def _modules(place: str) -> list[Path]:
    path = REPOSITORY / place
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


@cache
def trees(folder: str) -> tuple[tuple[Path, ast.Module], ...]:
    """Every module below a folder of the repository."""
    return tuple((path, ast.parse(path.read_text())) for path in _modules(folder))


def nodes(folder: str) -> Iterator[ast.AST]:
    """Everything in every module below a folder."""
    for _, tree in trees(folder):
        yield from ast.walk(tree)


def calls(folder: str, name: str) -> list[ast.Call]:
    """Calls of a function or class by its plain name."""
    return [
        node
        for node in nodes(folder)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]


def attributes_of(folder: str, owner: str) -> set[str]:
    """Names `x` of every `owner.x`, whatever leads to the owner."""
    return {
        node.attr
        for node in nodes(folder)
        if isinstance(node, ast.Attribute)
        and (
            (isinstance(node.value, ast.Name) and node.value.id == owner)
            or (isinstance(node.value, ast.Attribute) and node.value.attr == owner)
        )
    }


def field_texts(model: type[BaseModel]) -> dict[str, str]:
    """The sentences below the fields of a model."""
    (body,) = (node for node in ast.parse(textwrap.dedent(inspect.getsource(model))).body)
    assert isinstance(body, ast.ClassDef)
    found = {}
    for field, text in zip(body.body, body.body[1:], strict=False):
        named = isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        said = isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
        if named and said:
            found[field.target.id] = " ".join(str(text.value.value).split())  # type: ignore[attr-defined] # both are known
    return found


def joined(names: list[str]) -> str:
    """Names as one phrase."""
    return "every service" if set(names) == set(SERVICES) else ", ".join(names)
