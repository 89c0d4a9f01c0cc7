"""Tells whether a text is one that a symbol can say; this is how traced grammars are checked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from syndata_vocabularies.build.grammars import Pool, Symbol, split_template

_CLASSES = {"#": "0123456789", "%": "123456789", "?": "abcdefghijklmnopqrstuvwxyz", "^": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


class Matcher:
    """Recognises the language of a set of symbols that refer to each other without a cycle."""

    def __init__(self, symbols: Mapping[str, Symbol]) -> None:
        self._symbols = symbols
        self._members: dict[int, tuple[frozenset[str], tuple[int, ...]]] = {}
        self._pieces = cache(split_template)

    def says(self, symbol: Symbol, text: str) -> bool:
        """Return whether `symbol` can say exactly `text`."""
        return len(text) in self._ends(symbol, text, 0, {})

    def _ends(self, symbol: Symbol, text: str, start: int, known: dict[tuple[int, int], set[int]]) -> set[int]:
        key = (id(symbol), start)
        if key not in known:
            if isinstance(symbol, Pool):
                members, lengths = self._pool(symbol)
                known[key] = {start + size for size in lengths if text[start : start + size] in members}
            else:
                known[key] = set().union(*(self._walk(t, text, start, known) for t, _ in symbol.templates))
        return known[key]

    def _pool(self, pool: Pool) -> tuple[frozenset[str], tuple[int, ...]]:
        if id(pool) not in self._members:
            self._members[id(pool)] = (frozenset(pool.values), tuple({len(value): 0 for value in pool.values}))
        return self._members[id(pool)]

    def _walk(self, template: str, text: str, start: int, known: dict[tuple[int, int], set[int]]) -> set[int]:
        at = {start}
        for piece in self._pieces(template):
            if piece.startswith("{"):
                symbol = self._symbols[piece[1:-1]]
                at = set().union(*(self._ends(symbol, text, each, known) for each in at))
            else:
                allowed = _CLASSES.get(piece, piece[-1])
                at = {each + 1 for each in at if each < len(text) and text[each] in allowed}
            if not at:
                break
        return at
