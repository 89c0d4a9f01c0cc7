"""Turning a pack's grammars into text pieces: every draw of a template gets a key of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.texts.simplify import choice
from syndata_engine.generation.texts.text import Case, Digits, Lit, Pick, Piece, Switch, Text
from syndata_engine.generation.words.bits import derive_key
from syndata_engine.pools import Pool
from syndata_engine.vocabularies import Pack

_TOKEN = re.compile(r"\\(.)|\{(\w+)\}|([#%]+)|(\?)|(\^)|([^\\{}#%?^]+)", re.DOTALL)
LOWER = Pool(tuple("abcdefghijklmnopqrstuvwxyz"))
UPPER = Pool(tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
MAX_DIGITS = 17
"""Digits drawn from one sub-word, so that their number stays below 2**63."""


@dataclass(eq=False)
class Grammar:
    """Compiles symbols of a pack over one word, the word of the entity they describe."""

    pack: Pack
    word: Node
    shared: Mapping[str, tuple[str, Text]] = field(default_factory=dict)
    """Symbol -> (role, text): the first draw of a role is the one that all columns of the entity share."""
    ascii_only: bool = False
    """Use the a-z transliterations of pools that have one."""

    def symbol(self, name: str, path: str = "") -> Text:
        """The text of a symbol; `path` keys its draws."""
        return self._symbol(name, path or name, {})

    def template(self, template: str, path: str) -> Text:
        """The text of one template."""
        return self._template(template, path, {})

    def key(self, path: str) -> int:
        """The key of a draw; the same for every seed, as the word already carries that."""
        return derive_key(0, "grammar", path) | 1

    def _symbol(self, name: str, path: str, seen: dict[str, int]) -> Text:
        role, text = self.shared.get(name, ("", ()))
        if role:
            seen[role] = seen.get(role, 0) + 1
            if seen[role] == 1:
                return text
        templates = self.pack.templates(name)
        if templates is None:
            pool = self.pack.pool(name, ascii_only=self.ascii_only and "ascii" in self.pack.symbols[name])
            return (Pick(pool, self.word, self.key(path)),) if len(pool.values) > 1 else (Lit(pool.values[0]),)
        return self._choice(templates, path, seen)

    def _choice(self, templates: list[tuple[str, int]], path: str, seen: dict[str, int]) -> Text:
        options = []
        for number, (template, _) in enumerate(templates):
            known = dict(seen)
            options.append(self._template(template, f"{path}/{number}", known))
        return choice(self.word, self.key(f"{path}?"), tuple(weight for _, weight in templates), tuple(options))

    def _template(self, template: str, path: str, seen: dict[str, int]) -> Text:
        pieces: list[Piece] = []
        for at, (escaped, symbol, digits, lower, upper, plain) in enumerate(_TOKEN.findall(template)):
            here = f"{path}:{at}"
            if symbol:
                pieces += self._symbol(symbol, f"{here}{symbol}", seen)
            elif digits:
                pieces += digit_runs(self.word, digits, lambda n, here=here: self.key(f"{here}.{n}"))
            elif lower or upper:
                pieces.append(Pick(LOWER if lower else UPPER, self.word, self.key(here)))
            else:
                pieces.append(Lit(escaped or plain))
        return tuple(pieces)

    def by_index(self, name: str, index: Node, path: str) -> Text:
        """A symbol whose templates depend on an index (postal codes by state)."""
        entry = self.pack.symbols[name]
        if "ranges" in entry:
            width = entry["width"]
            options = [self._ranges(ranges, width, f"{path}/{n}") for n, ranges in enumerate(entry["ranges"])]
        else:
            options = [
                self._choice([(template, weight) for template, weight in templates], f"{path}/{n}", {})
                for n, templates in enumerate(entry["templates"])
            ]
        return (Case(index, tuple(options)),)

    def by_templates(self, index: Node, templates: Sequence[Sequence[str]], path: str) -> Text:
        """One of the templates that an index names, each as likely."""
        options = (
            self._choice([(each, 1) for each in of_one], f"{path}/{n}", {}) for n, of_one in enumerate(templates)
        )
        return (Case(index, tuple(options)),)

    def _ranges(self, ranges: list[list[int]], width: int, path: str) -> Text:
        options: list[Text] = []
        for number, (low, high) in enumerate(ranges):
            options.append((Digits(self.word, self.key(f"{path}.{number}"), width, low, high - low + 1),))
        if len(options) == 1:
            return options[0]
        weights = tuple(high - low + 1 for low, high in ranges)
        return (Switch(self.word, self.key(f"{path}?"), weights, tuple(options)),)


def digit_runs(word: Node, marks: str, key_of) -> list[Piece]:  # type: ignore[no-untyped-def] # noqa: ANN001
    """Pieces for a run of `#` (0-9) and `%` (1-9) marks, as few draws as possible."""
    pieces: list[Piece] = []
    start = 0
    while start < len(marks):
        stop = start + 1
        while stop < len(marks) and marks[stop] == "#" and stop - start < MAX_DIGITS:
            stop += 1
        count = stop - start
        low = 10 ** (count - 1) if marks[start] == "%" else 0
        pieces.append(Digits(word, key_of(start), count, low, 10**count - low))
        start = stop
    return pieces
