"""Which single values tell of somebody: by what stands in them, and by columns of the same tables that were recognised as personal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from syndata_engine.learning.meanings import Names, is_full_name, looks_personal

_INSIDE: Final = re.compile(
    r"""
    [^@\s]+@[^@\s]+\.[A-Za-z]{2,}                                               # an e-mail address
    | \b[A-Z]{2}[0-9]{2}(?=(?:[A-Z ]*[0-9]){6})[ ]?(?:[A-Z0-9]{4}[ ]?){2,8}[A-Z0-9]{1,4}\b  # an IBAN
    | (?:\+|\b00)[1-9][0-9 ()./-]{5,}[0-9]                                      # a telephone number with its country,
    | \b0[0-9]{2,5}[ /-][0-9 -]{4,}[0-9]\b | \b0[1-9][0-9]{8,11}\b              # with its area,
    | (?:\(|\b)[0-9]{3}\)?[-. ][0-9]{3}[-. ][0-9]{4}\b                          # or as Americans write it
    | \b[0-9]{3}-[0-9]{2}-[0-9]{4}\b                                            # a social security number
    | \b(?:[0-9]{4}[ -]){3}[0-9]{1,7}\b | \b[3-6][0-9]{14,15}\b                 # a card
    | \b[0-9]+[a-z]?,?[ ](?:[A-Z][\w.'-]*[ ]){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Drive|Boulevard|Blvd)\b  # a street
    | \b[A-ZÄÖÜ]\w+(?:stra(?:ß|ss)e|str\.|weg|platz|gasse)[ ][0-9]+
    """,
    re.VERBOSE,
)
_LONGEST_SEQUENCE: Final = 8
_LONG: Final = 6
"""A single word inside others is compared with personal values where it is so long, and not of letters only."""


class Personal:
    """What is known of values that tell of somebody; columns are added first, and asked about after that."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._columns: list[tuple[str, pa.StringArray]] = []
        self._known: tuple[frozenset[str], frozenset[tuple[str, ...]]] | None = None

    def add(self, kind: str, values: pa.StringArray) -> None:
        """Take the values of a column that holds such a kind of thing."""
        self._columns.append((kind, values))
        self._known = None

    def tells(self, value: str, *, single: bool = True) -> bool:
        """Whether a value holds what may tell of somebody; not `single`: one word alone, such as a city, does not."""
        if _INSIDE.search(value) or looks_personal(value, self.names):
            return True
        words = _words(value)
        if any(is_full_name(" ".join(pair), self.names) for pair in pairwise(value.split())):
            return True
        values, pairs = self._of_columns()
        if not values:
            return False
        whole = " ".join(words)
        if whole in values and (single or len(words) > 1):
            return True
        if any(len(word) >= _LONG and not word.isalpha() and word in values for word in words):
            return True
        return any(" ".join(run) in values for run in _runs(words)) or any(pair in pairs for pair in _pairs(words))

    def any_tells(self, values: Iterable[str]) -> bool:
        """Whether one of these does."""
        return any(self.tells(value) for value in values)

    def _of_columns(self) -> tuple[frozenset[str], frozenset[tuple[str, ...]]]:
        """Whole values, and of people's names any two words beside each other."""
        if self._known is None:
            values: set[str] = set()
            pairs: set[tuple[str, ...]] = set()
            for kind, texts in self._columns:
                for text in pc.unique(pc.drop_null(texts)).to_pylist():
                    words = _words(text)
                    values.add(" ".join(words))
                    if kind == "full_name":
                        pairs.update(_pairs(words))
            self._known = frozenset(values), frozenset(pairs)
        return self._known


def _words(value: str) -> list[str]:
    bare = (word.strip(".,;:!?()[]{}\"'") for word in value.lower().replace(",", " ").split())
    return [word for word in bare if word]


def _runs(words: list[str]) -> Iterator[list[str]]:
    for size in range(2, min(_LONGEST_SEQUENCE, len(words)) + 1):
        for start in range(len(words) - size + 1):
            yield words[start : start + size]


def _pairs(words: list[str]) -> Iterator[tuple[str, ...]]:
    """Two words beside each other in either order."""
    for one, other in pairwise(words):
        if len(one) > 1 and len(other) > 1:
            yield tuple(sorted((one, other)))
