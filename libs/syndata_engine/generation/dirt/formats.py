"""Numbers and dates in texts, written as other people and programs write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import numpy as np

from syndata_engine.generation.nodes.codes import MICROS_PER_DAY
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Mapped
from syndata_engine.generation.texts.text import Case, Date, Fixed, Integer, Lit, Piece, Text, Timestamp
from syndata_engine.generation.words.bits import Codes

_DATES: Final = {
    "dd/mm/yyyy": "d/m/y",
    "mm/dd/yyyy": "m/d/y",
    "dd.mm.yyyy": "d.m.y",
    "yyyy/mm/dd": "y/m/d",
    "yyyymmdd": "ymd",
}
_NUMBERS: Final = {"comma": ("", ".", ","), "currency": ("$", ",", ".")}
"""What stands before a number, between thousands, and before the fraction."""
FORMATTED: Final[dict[type[Piece], tuple[str, ...]]] = {
    Date: tuple(_DATES),
    Timestamp: tuple(_DATES),
    Integer: tuple(_NUMBERS),
    Fixed: tuple(_NUMBERS),
}
WAYS: Final = (*_DATES, *_NUMBERS)
_GROUPS: Final = 7
"""Of three digits, in 64 bits."""


def reformatted(text: Text, ways: Iterable[str] | None) -> list[Text] | None:
    """Other ways to write a text that is one number or date, each never what it was; None where it is none."""
    piece = text[0] if len(text) == 1 else None
    known = next((names for kind, names in FORMATTED.items() if isinstance(piece, kind)), ())
    wanted = [way for way in known if ways is None or way in set(ways)]
    if isinstance(piece, Date):
        return [_date(piece.code, _DATES[way]) for way in wanted]
    if isinstance(piece, Timestamp):
        day, clock = _mapped(piece.code, lambda codes: codes // MICROS_PER_DAY), _clock(piece.code)
        return [(*_date(day, _DATES[way]), *clock) for way in wanted]
    if isinstance(piece, Integer) and piece.width == 0:
        return [_number(piece.code, 0, _NUMBERS[way]) for way in wanted]
    if isinstance(piece, Fixed):
        return [_number(piece.code, piece.scale, _NUMBERS[way]) for way in wanted]
    return None


def _mapped(code: Node, function: Callable[[Codes], Codes]) -> Node:
    return Mapped(function, (code,))


def _date(days: Node, order: str) -> Text:
    fields: dict[str, Piece] = {
        "y": Integer(_mapped(days, lambda codes: _civil(codes)[0]), 4),
        "m": Integer(_mapped(days, lambda codes: _civil(codes)[1]), 2),
        "d": Integer(_mapped(days, lambda codes: _civil(codes)[2]), 2),
    }
    return tuple(fields.get(letter) or Lit(letter) for letter in order)


def _civil(days: Codes) -> tuple[Codes, Codes, Codes]:
    """Year, month and day of days since 1970-01-01, by NumPy's integer calendar."""
    dates = days.view("datetime64[D]")
    months = dates.astype("datetime64[M]")
    number = months.astype(np.int64)
    day = (dates - months.astype("datetime64[D]")).astype(np.int64) + 1
    return number // 12 + 1970, number % 12 + 1, day


def _clock(code: Node) -> Text:
    def part(size: int, below: int) -> Piece:
        return Integer(_mapped(code, lambda codes: codes % MICROS_PER_DAY // size % below), 2)

    return (Lit(" "), part(3_600_000_000, 24), Lit(":"), part(60_000_000, 60), Lit(":"), part(1_000_000, 60))


def _number(code: Node, scale: int, marks: tuple[str, str, str]) -> Text:
    before, between, point = marks
    power = 10**scale
    whole = _mapped(code, lambda codes: np.abs(codes) // power)
    sign = Case(_mapped(code, lambda codes: (codes < 0).astype(np.int64)), ((Lit(before),), (Lit(f"-{before}"),)))
    bounds = np.array([1_000**group for group in range(1, _GROUPS)], np.int64)
    level = _mapped(whole, lambda codes: np.searchsorted(bounds, codes, side="right").astype(np.int64))
    options = tuple(tuple(_groups(whole, groups, between)) for groups in range(_GROUPS))
    fraction: Piece = Integer(_mapped(code, lambda codes: np.abs(codes) % power), scale) if scale else Lit("00")
    return (sign, Case(level, options), Lit(point), fraction)


def _groups(whole: Node, groups: int, between: str) -> Iterable[Piece]:
    for group in range(groups, -1, -1):
        size = 1_000**group
        if group < groups:
            yield Lit(between)
            yield Integer(_mapped(whole, lambda codes, size=size: codes // size % 1_000), 3)  # type: ignore[misc] # a default in a lambda has no type
        else:
            yield Integer(_mapped(whole, lambda codes, size=size: codes // size))  # type: ignore[misc] # as above
