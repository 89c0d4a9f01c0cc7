"""Python mapping -> tree, without places. Floats are taken by their shortest decimal text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum

from syndata_engine.reading.nodes import (
    BROKEN,
    DEEPEST,
    MOST_VALUES,
    Misread,
    Node,
    Scalar,
    Tree,
    Unreadable,
    check_text,
    step,
)
from syndata_engine.reading.scalars import BadScalar, number


def read_values(document: object) -> Tree:
    """The tree of a Python value; Unreadable where it breaks a limit (a value that holds itself does)."""
    reader = _Reader()
    return Tree(reader.node(document, "", 1), reader.misreads)


class _Reader:
    def __init__(self) -> None:
        self.misreads: list[Misread] = []
        self.values = 0

    def node(self, value: object, path: str, depth: int) -> Node:
        self.values += 1
        if self.values > MOST_VALUES:
            raise Unreadable(f"more than {MOST_VALUES:,} values", "split the document", None, path)
        if isinstance(value, Mapping | list | tuple) and depth > DEEPEST:
            raise Unreadable(f"nested deeper than {DEEPEST} levels", "flatten the document", None, path)
        if isinstance(value, Mapping):
            return self.mapping(value, path, depth)
        if isinstance(value, list | tuple):
            return Node([self.node(item, step(path, position), depth + 1) for position, item in enumerate(value)])
        return self.scalar(value, path)

    def mapping(self, value: Mapping[object, object], path: str, depth: int) -> Node:
        found: dict[str, Node] = {}
        for key, child in value.items():
            if not isinstance(key, str) or check_text(key):
                self.misreads.append(Misread(path, f"the key {key!r} is not text", "use str keys", None))
            else:
                found[str.__str__(key)] = self.node(child, step(path, key), depth + 1)
        return Node(found, None, {})

    def scalar(self, value: object, path: str) -> Node:
        if isinstance(value, Enum):
            value = value.value
        try:
            return Node(_plain(value))
        except BadScalar as error:
            self.misreads.append(Misread(path, error.what, error.fix, None))
            return Node(BROKEN)


def _plain(value: object) -> Scalar:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        wrong = check_text(value)
        if wrong:
            raise BadScalar(wrong, "write both halves, or the character itself")
        return str.__str__(value)
    if isinstance(value, int):
        return number(_digits(value))
    if isinstance(value, float | Decimal):
        if not Decimal(value).is_finite():
            raise BadScalar(f"{value} is not a finite number", "write a finite number or None")
        return number(repr(float(value)) if isinstance(value, float) else str(value))
    if isinstance(value, date):
        return value.isoformat()
    fix = "use str, int, float, Decimal, bool, None, date, list and dict"
    raise BadScalar(f"a value of type {type(value).__name__} is not part of the language", fix)


def _digits(value: int) -> str:
    if value.bit_length() > 1024:
        raise BadScalar("an integer of more than 300 digits is too long", "use a smaller one")
    return int.__repr__(value)
