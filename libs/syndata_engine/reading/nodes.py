"""The tree every text becomes: plain values, each with the place it stood at.

Limits hold for what a text expands to, not for its length: a few aliases can say a billion values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

Place = tuple[int, int]
"""Line and column, both counted from one."""

LARGEST_TEXT = 4 * 1024 * 1024
"""Bytes."""
DEEPEST = 32
"""Mappings and lists inside one another."""
MOST_VALUES = 250_000
"""Values in a document once its aliases are expanded."""
MOST_ALIASES = 100

_PLAIN_KEY = re.compile(r"[\w-]+")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Broken(Enum):
    """Stands where a value was that has been reported already; nobody reports it again."""

    BROKEN = "broken"


BROKEN = Broken.BROKEN

Scalar = str | int | Decimal | bool | None


class Node(NamedTuple):
    """A value and where it starts. Numbers with a point stay decimal: no float rounds them."""

    value: Scalar | Broken | list[Node] | dict[str, Node]
    place: Place | None = None
    keys: dict[str, Place] | None = None
    """Where each key of a mapping stands."""


class Unreadable(Exception):
    """The text cannot be read further; becomes one fault."""

    def __init__(self, what: str, fix: str, place: Place | None = None, path: str = "") -> None:
        super().__init__(what)
        self.what, self.fix, self.place, self.path = what, fix, place, path


class Misread(NamedTuple):
    """Something wrong with the text itself, found while the tree was made."""

    path: str
    what: str
    fix: str
    place: Place | None
    warning: bool = False


class Tree(NamedTuple):
    """What a text says, as far as it could be read."""

    root: Node | None
    misreads: list[Misread]


def step(path: str, key: str | int) -> str:
    """The path one step further; a key that is not a plain word is quoted, so that paths stay unambiguous."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    if not _PLAIN_KEY.fullmatch(key):
        return f"{path}[{json.dumps(key, ensure_ascii=False)}]"
    return f"{path}.{key}" if path else key


def shorter(path: str) -> str:
    """The path one step back (or less, inside a quoted key); empty at the root."""
    return path[: max(path.rfind("."), path.rfind("["), 0)]


def walk(node: Node, path: str, place: Place | None) -> Iterator[tuple[str, Place | None]]:
    """Every path under `node` in document order, itself first.

    An entry of a mapping stands where its key stands, an item of a list where it starts.
    """
    yield path, place
    value = node.value
    if isinstance(value, dict):
        keys = node.keys or {}
        for key, child in value.items():
            yield from walk(child, step(path, key), keys.get(key, child.place))
    elif isinstance(value, list):
        for position, child in enumerate(value):
            yield from walk(child, f"{path}[{position}]", child.place)


def plain(node: Node) -> object:
    """The JSON value of a node: a number with a point becomes its text, a reported value becomes null."""
    value = node.value
    if isinstance(value, dict):
        return {key: plain(child) for key, child in value.items()}
    if isinstance(value, list):
        return [plain(child) for child in value]
    if isinstance(value, Decimal):
        return str(value)
    return None if isinstance(value, Broken) else value


def check_text(text: str) -> str | None:
    """What is wrong with a piece of text, or None: half of a surrogate pair has no bytes in UTF-8."""
    half = _LONE_SURROGATE.search(text)
    return f"half of a surrogate pair, U+{ord(half[0]):04X}, stands alone" if half else None
