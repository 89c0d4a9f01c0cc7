"""Derives the symbols of one locale, each checked against real draws."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import product
from typing import Final

from syndata_vocabularies.build.amendments import amended
from syndata_vocabularies.build.choices import Untraceable
from syndata_vocabularies.build.digits import find_zero, translate
from syndata_vocabularies.build.grammars import Grammar, Pool, Symbol, pool_of, references, split_template
from syndata_vocabularies.build.matching import Matcher
from syndata_vocabularies.build.sampling import Sampler, stop_the_clock
from syndata_vocabularies.build.tracing import MANNERS, Tracer
from syndata_vocabularies.build.writing import one_line

CHECKED_DRAWS: Final = 400
_TOKEN: Final = re.compile(r"\{(\{\w+\})\}")
MOST_SAMPLED: Final = 20_000


class Lexicon:
    """The symbols of one locale, derived when first asked for."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self.sampler = Sampler(locale)
        stop_the_clock()
        self.tracer = Tracer(locale, self.sampler.says_text)
        self.symbols: dict[str, Symbol] = {}
        self.sampled: set[str] = set()
        self.samples = True
        self._methods = frozenset(self.tracer.names())
        self._pending: list[str] = []
        self._parts: dict[Symbol, str] = {}
        self._untraceable: set[str] = set()
        self._matcher = Matcher(self.symbols)

    def has(self, name: str) -> bool:
        """Return whether the locale has a provider method of this name that returns text."""
        return name in self._methods and self.sampler.says_text(name)

    def derive(self, name: str) -> Symbol:
        """Return a symbol, traced when possible, else sampled up to MOST_SAMPLED distinct texts.

        Raises Untraceable instead of sampling once `samples` is off.
        """
        if name not in self.symbols and not self._trace(name):
            if not self.samples:
                raise Untraceable(f"{name} can only be sampled")
            self.sampled.add(name)
            self.symbols[name] = self.sampler.sample(name, MOST_SAMPLED)
        return self.symbols[name]

    def trace(self, name: str) -> bool:
        """Derive a symbol only if that needs no sampling; return whether it is there now."""
        return name in self.symbols or self._trace(name)

    def _trace(self, name: str) -> bool:
        if name in self._untraceable:
            return False
        if name in self._pending:
            raise Untraceable(f"{name} refers to itself")
        self._pending.append(name)
        try:
            draws = sorted(set(self.sampler.draws(name, "check", CHECKED_DRAWS)))
            written = amended(self.locale, name, self.tracer.provider(name), self.part)
            if written is not None and self._agrees(written, draws):
                self.symbols[name] = written
                return True
            for zero, manner in product(dict.fromkeys((None, find_zero(draws))), MANNERS):
                try:
                    symbol = self.tracer.trace(name, manner, self)
                    if zero:
                        symbol = translate(symbol, zero, self.part, self.derive)
                    for reference in references(symbol):
                        self.derive(reference)
                except (Untraceable, RecursionError):
                    continue
                if self._agrees(symbol, draws):
                    self.symbols[name] = self._filled(symbol)
                    return True
        finally:
            self._pending.pop()
        self._untraceable.add(name)
        return False

    def _filled(self, symbol: Symbol) -> Symbol:
        """Fill in the tokens that a method of Faker forgets in its texts (fil_PH, catch_phrase)."""
        if isinstance(symbol, Grammar) or not any(map(_TOKEN.search, symbol.values)):
            return symbol
        weights = symbol.weights or (1,) * len(symbol.values)
        texts = ((_TOKEN.sub(r"\1", value), weight) for value, weight in zip(symbol.values, weights, strict=True))
        filled = Grammar(tuple(texts))
        for reference in references(filled):
            self.derive(reference)
        return filled

    def _agrees(self, symbol: Symbol, draws: list[str]) -> bool:
        return all(self.says(symbol, text) for text in draws)

    def says(self, symbol: Symbol, text: str) -> bool:
        """Return whether a symbol can say a text of Faker; texts that end in a comma may stand before a line break."""
        return any(self._matcher.says(symbol, one_line(text, keep_commas=keep)) for keep in (False, True))

    def part(self, hint: str, symbol: Symbol) -> str:
        """Keep an unnamed symbol; equal symbols share a name."""
        if symbol in self._parts:
            return self._parts[symbol]
        wanted = hint + "_listed" if hint in self._methods else hint
        name, count = wanted, 1
        while name in self.symbols:
            count += 1
            name = f"{wanted}_{count}"
        self.symbols[name] = symbol
        self._parts[symbol] = name
        return name

    def in_case(self, name: str, case: str) -> str:
        """Return the name of a symbol that says what `name` says in another case."""
        symbol = self.derive(name)
        if isinstance(symbol, Pool):
            weights = symbol.weights or (1,) * len(symbol.values)
            return self.part(f"{name}_{case}", _cased_pool(symbol.values, weights, case))
        if case not in ("upper", "lower"):
            raise Untraceable(f"a grammar in {case}")
        templates = [(self._cased_template(template, case), weight) for template, weight in symbol.templates]
        return self.part(f"{name}_{case}", Grammar(tuple(sorted(templates))))

    def _cased_template(self, template: str, case: str) -> str:
        pieces = []
        for piece in split_template(template):
            if piece.startswith("{"):
                pieces.append("{" + self.in_case(piece[1:-1], case) + "}")
            elif piece in "?^":
                pieces.append("^" if case == "upper" else "?")
            else:
                pieces.append(piece.upper() if case == "upper" else piece.lower())
        return "".join(pieces)


def _cased_pool(values: tuple[str, ...], weights: tuple[int, ...], case: str) -> Pool:

    return pool_of((getattr(value, case)(), Fraction(weight)) for value, weight in zip(values, weights, strict=True))
