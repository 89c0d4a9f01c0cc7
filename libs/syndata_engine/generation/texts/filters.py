"""What a text can go through: upper, lower, slug and initial, entry by entry where it comes from lists."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

from syndata_engine.generation.texts.text import Case, Item, Lit, Pick, Piece, Slug, Switch, Text, rewritten, walk
from syndata_engine.pools import Pool

_PLAIN: Final = str.maketrans({"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ł": "l",
                               "Ł": "L", "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "ı": "i", "ŋ": "n"})  # fmt: skip # noqa: RUF001 -- letters that look like others are what this is about
"""Letters that have an ASCII form, but no decomposition in Unicode."""


def ascii_form(text: str) -> str:
    """The text without accents; letters that have no ASCII form are left as they are."""
    split = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(char for char in split if not unicodedata.combining(char))


def _cased(change: Callable[[str], str]) -> Callable[[Text], Text]:
    return lambda text: rewritten(text, change, {})


def _slug(text: Text) -> Text:
    if len(text) == 1 and isinstance(text[0], Slug):
        return text
    if any(isinstance(piece, Slug) for piece in walk(text)):
        raise ValueError("a part of it is a slug already")
    return (Slug(tuple(plain for piece in text for plain in _without_accents(piece))),)


def _without_accents(piece: Piece) -> Text:
    try:
        return rewritten((piece,), ascii_form, {})
    except ValueError:
        return (piece,)  # UUIDs, times and the like have none


def _initial(text: Text) -> Text:
    """The first character: of the first piece, which may not be empty."""
    if not text or not isinstance(text[0], Lit | Pick | Item | Switch | Case):
        raise ValueError("it is no text that is known beforehand")
    first = text[0]
    if isinstance(first, Lit):
        return (Lit(first.text[:1]),) if first.text else _initial(text[1:])
    if isinstance(first, Switch | Case):
        options = tuple(_initial((*option, *text[1:])) for option in first.options)
        return (Switch(first.word, first.key, first.weights, options) if isinstance(first, Switch) else Case(first.index, options),)  # fmt: skip
    if len(text) > 1 and not all(first.pool.values):
        raise ValueError("it may begin with nothing")
    pool = Pool(tuple(value[:1] for value in first.pool.values), first.pool.weights)
    return (Pick(pool, first.word, first.key) if isinstance(first, Pick) else Item(pool, first.index),)


FILTERS: Final[dict[str, Callable[[Text], Text]]] = {
    "upper": _cased(str.upper),
    "lower": _cased(str.lower),
    "initial": _initial,
    "slug": _slug,
}
