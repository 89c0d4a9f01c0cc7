"""What a provider method may choose, and how one run of it is followed.

A choice is either *open*, a mark in the text that later becomes a reference, or *settled*:
the method is run once for every outcome. Marks are made of cased and caseless letters of
scripts no locale uses, so that a mark shows if the method changed the case of its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

_UPPER, _LOWER = "\U00010400", "\U00010428"
_DIGITS: Final = [chr(0x12000 + digit) for digit in range(10)]
MARK: Final = re.compile(f"([{_UPPER}{_LOWER}]{{2}})([{_DIGITS[0]}-{_DIGITS[9]}]{{4}})([{_UPPER}{_LOWER}]{{2}})")
INTEGER_MARK: Final = re.compile(r"81409265(\d{4})35897932")
CASES: Final = {
    _LOWER + _UPPER + _LOWER + _UPPER: "same",
    _UPPER * 4: "upper",
    _LOWER * 4: "lower",
    _UPPER + _LOWER * 3: "capitalize",
    _UPPER + _LOWER + _UPPER + _LOWER: "title",
}
_FORMAT: Final = re.compile(r"\{\{|[#%!@$?^]|" + MARK.pattern)
ALL: Final = 10**9
"""Settle lists up to this size: lists of letters too."""
MOST_SETTLED: Final = 120
MOST_CHOICES_PER_RUN: Final = 300


class Untraceable(Exception):
    """The method looks at what it chose in a way that marks cannot follow."""


@dataclass(frozen=True, slots=True)
class Reference:
    """An open choice: whatever this symbol says."""

    symbol: str


@dataclass(frozen=True, eq=False, slots=True)
class Options:
    """What a provider offers to choose from, read once."""

    elements: Any
    """The provider's own object, kept alive so that its identity stays its own."""
    items: tuple[Any, ...]
    shares: tuple[Fraction, ...]
    """Adds up to 1; empty when all are equally likely."""
    open_ended: bool
    """All items are plain text without placeholders, so none needs a look of its own."""
    letters: bool
    """All items are single characters."""

    @classmethod
    def read(cls, elements: Any, weights: Iterable[float] | None = None) -> Options:
        items = sorted(elements) if isinstance(elements, (set, frozenset)) else list(elements)
        shares: list[Fraction] = []
        if weights is not None:
            pairs = [(item, Fraction(str(weight))) for item, weight in zip(items, weights, strict=True) if weight > 0]
            total = sum((weight for _, weight in pairs), Fraction(0))
            items, shares = [item for item, _ in pairs], [weight / total for _, weight in pairs]
        if not items:
            raise Untraceable("nothing to choose from")
        plain = all(isinstance(item, str) for item in items)
        letters = plain and all(len(item) == 1 for item in items)
        open_ended = plain and (letters or not any(map(_FORMAT.search, items)))
        return cls(elements, tuple(items), tuple(shares), open_ended, letters)

    def halves(self) -> list[tuple[Options, Options, Fraction]]:
        """Divide all ordered pairs of different items into pairs of disjoint options, with shares."""
        shares = self.shares or (Fraction(1, len(self.items)),) * len(self.items)
        pairs: list[tuple[Options, Options, Fraction]] = []
        waiting = [(0, len(self.items))]
        while waiting:
            start, stop = waiting.pop()
            middle = (start + stop) // 2
            if stop - start > 1:
                left, right = self._within(shares, start, middle), self._within(shares, middle, stop)
                share = sum(shares[start:middle], Fraction(0)) * sum(shares[middle:stop], Fraction(0))
                pairs += [(left, right, share), (right, left, share)]
                waiting += [(start, middle), (middle, stop)]
        total = sum(share for _, _, share in pairs)
        return [(first, second, share / total) for first, second, share in pairs]

    def _within(self, shares: tuple[Fraction, ...], start: int, stop: int) -> Options:
        total, items = sum(shares[start:stop]), self.items[start:stop]
        return Options(
            items, items, tuple(share / total for share in shares[start:stop]), self.open_ended, self.letters
        )


@dataclass(frozen=True, slots=True)
class OneOf:
    """An open choice from a list."""

    options: Options


@dataclass(frozen=True, slots=True)
class Number:
    """An open choice of a whole number, both ends included; width None when the text hides it."""

    low: int
    high: int
    step: int
    width: int | None


Open = Reference | OneOf | Number


class Run:
    """One run of a method: follows a path of settled choices and notes the open ones."""

    def __init__(self, path: Sequence[int], *, settle_below: int) -> None:
        self.path = list(path)
        self.arities: list[int] = []
        self.weight = Fraction(1)
        self.open: list[Open] = []
        self.settle_below = settle_below

    def settle(self, shares: Sequence[Fraction] | int) -> int:
        """Return the next outcome on the path; `shares` add up to 1, a number means equal shares."""
        at = len(self.arities)
        if at >= MOST_CHOICES_PER_RUN:
            raise Untraceable("endless choosing")
        self.arities.append(shares if isinstance(shares, int) else len(shares))
        if at == len(self.path):
            self.path.append(0)
        chosen = self.path[at]
        self.weight *= Fraction(1, shares) if isinstance(shares, int) else shares[chosen]
        return chosen

    def note(self, choice: Open) -> str:
        if len(self.open) > MOST_CHOICES_PER_RUN:
            raise Untraceable("endless choosing")
        self.open.append(choice)
        name = "".join(_DIGITS[int(digit)] for digit in f"{len(self.open) - 1:04d}")
        return _LOWER + _UPPER + name + _LOWER + _UPPER

    def note_integer(self, choice: Number) -> int:
        self.open.append(choice)
        return int(f"81409265{len(self.open) - 1:04d}35897932")

    def pick(self, options: Options) -> Any:
        """Choose an item: open when all are plain text, settled otherwise."""
        if len(options.items) == 1:
            return options.items[0]
        long_enough = len(options.items) >= self.settle_below or (options.letters and self.settle_below < ALL)
        if options.open_ended and long_enough:
            return self.note(OneOf(options))
        return options.items[self.settle(options.shares or len(options.items))]
