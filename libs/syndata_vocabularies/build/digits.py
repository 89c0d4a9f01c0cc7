"""Digits of other scripts: some providers translate what they made of ASCII digits."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from fractions import Fraction

from syndata_vocabularies.build.grammars import Grammar, Pool, Symbol, pool_of, split_template


def find_zero(texts: Iterable[str]) -> str | None:
    """Return the digit zero of the first script whose digits occur, other than ASCII."""
    for text in texts:
        for letter in text:
            if letter.isdecimal() and not letter.isascii():
                return chr(ord(letter) - unicodedata.decimal(letter))
    return None


def translate(symbol: Symbol, zero: str, part: Callable[[str, Symbol], str], read: Callable[[str], Symbol]) -> Symbol:
    """Return the symbol with every digit it says written in the script of `zero`.

    `part` keeps an unnamed symbol and returns its name; `read` returns the symbol of a name.
    """
    table = {ord("0") + digit: chr(ord(zero) + digit) for digit in range(10)}
    if isinstance(symbol, Pool):
        weights = symbol.weights or (1,) * len(symbol.values)
        pairs = zip(symbol.values, weights, strict=True)
        return pool_of((value.translate(table), Fraction(weight)) for value, weight in pairs)

    def translated(piece: str) -> str:
        if piece in ("#", "%"):
            values = tuple(chr(ord(zero) + digit) for digit in range(0 if piece == "#" else 1, 10))
            return "{" + part("digit" if piece == "#" else "digit_not_zero", Pool(values)) + "}"
        if piece.startswith("{"):
            inner = translate(read(piece[1:-1]), zero, part, read)
            return "{" + part(f"{piece[1:-1]}_translated", inner) + "}"
        return piece.translate(table)

    templates = [("".join(map(translated, split_template(text))), weight) for text, weight in symbol.templates]
    return Grammar(tuple(sorted(templates)))
