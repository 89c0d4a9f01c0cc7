"""The reference reader of the pack format: slow, short, and what the README promises."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from functools import partial
from itertools import accumulate
from typing import Any, Final, TypeVar

T = TypeVar("T")

PIECE: Final = re.compile(r"\\.|\{[^{}]+\}|[^\\{}]", re.DOTALL)
CLASSES: Final = {
    "#": "0123456789",
    "%": "123456789",
    "?": "abcdefghijklmnopqrstuvwxyz",
    "^": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
}


def references(symbol: dict[str, Any]) -> list[str]:
    """Return the names a symbol refers to."""
    templates = [template for template, _ in symbol.get("templates", ())] if "by" not in symbol else []
    return [piece[1:-1] for template in templates for piece in PIECE.findall(template) if piece.startswith("{")]


class Expander:
    """Draws texts of the symbols of one pack."""

    def __init__(self, body: bytes, seed: int = 0) -> None:
        self.symbols: dict[str, dict[str, Any]] = json.loads(body)["symbols"]
        self._random = random.Random(seed)  # for tests, not for secrets
        self._drawers: dict[str, Callable[[], str]] = {}

    def draw(self, name: str) -> str:
        """Return one text of a symbol."""
        return self.drawer(name)()

    def drawer(self, name: str) -> Callable[[], str]:
        """Return the function that draws a symbol."""
        if name not in self._drawers:
            self._drawers[name] = self._compile(self.symbols[name])
        return self._drawers[name]

    def _compile(self, symbol: dict[str, Any]) -> Callable[[], str]:
        if "values" in symbol:
            values: list[str] = symbol["values"]
            return self._choice(values, symbol.get("weights"))
        compiled = [self._template(template) for template, _ in symbol["templates"]]
        choose = self._choice(compiled, [weight for _, weight in symbol["templates"]])
        return lambda: "".join([draw() for draw in choose()])

    def _choice(self, items: list[T], weights: list[int] | None) -> Callable[[], T]:
        pick = self._random.choices
        if weights is None or len(set(weights)) == 1:
            choice = self._random.choice
            return lambda: choice(items)
        cumulated = list(accumulate(weights))
        return lambda: pick(items, cum_weights=cumulated)[0]

    def _template(self, template: str) -> list[Callable[[], str]]:
        pieces: list[Callable[[], str]] = []
        for piece in PIECE.findall(template):
            if piece.startswith("{"):
                pieces.append(self.drawer(piece[1:-1]))
            elif piece in CLASSES:
                pieces.append(self._choice(list(CLASSES[piece]), None))
            else:
                pieces.append(partial(str, piece[-1]))
        return pieces
