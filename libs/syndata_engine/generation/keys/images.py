"""What values a rule can give, as far as two rules can be shown to share none."""

from __future__ import annotations

from dataclasses import dataclass

from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.nodes.codes import ValueType, shown
from syndata_engine.generation.texts.text import Chars, Integer, Item, Lit, Pick, Piece, Text, Uuid

_DIGITS = frozenset("0123456789")
_HEX = frozenset("0123456789abcdef")
_DASH = frozenset("-")
_MOST_COMPARED = 65_536
"""Listed values that are held against each other."""


@dataclass(frozen=True)
class Image:
    """The values of a column, by what is known of them."""

    type: ValueType
    low: int | None = None
    high: int | None = None
    """Every code lies in low..high, where both are known."""
    values: tuple[str, ...] | None = None
    """All texts there are, where they are listed."""
    start: tuple[frozenset[str], ...] = ()
    """The characters that may stand at each place from the beginning, as far as that is known."""
    end: tuple[frozenset[str], ...] = ()
    """The same from the end backwards."""
    length: int | None = None
    """How long every text is, where all are equally long."""


def image_of(column: Column, *, padded: bool) -> Image:
    """The image of a column; `padded` where numbers in its texts never have more digits than they are padded to."""
    kind = column.type
    if not kind.textual:
        return Image(kind, column.low, column.high)
    if column.labels is not None and len(column.labels.values) <= _MOST_COMPARED:
        return Image(kind, values=tuple(column.labels.values))
    text = column.written()
    start, whole = _places(text, forwards=True, padded=padded)
    end, _ = _places(text[::-1], forwards=False, padded=padded)
    return Image(kind, start=start, end=end, length=len(start) if whole else None)


def overlap(one: Image, other: Image) -> str | None:
    """What two images share, or may share, as people read it; None where they are shown to share nothing."""
    if one.type.textual != other.type.textual:
        return None
    if not one.type.textual:
        return _common_codes(one, other)
    if one.values is not None and other.values is not None:
        both = [value for value in one.values if value in set(other.values)]
        return None if not both else f"both give {_listed(both)}"
    if one.values is None and other.values is None:
        return None if _differ(one, other) else "nothing shows that their texts differ"
    listed, shaped = (one, other) if one.values is not None else (other, one)
    both = [value for value in listed.values or () if not _differ(_of_text(listed.type, value), shaped)]
    return None if not both else f"both may give {_listed(both)}"


def _listed(values: list[str]) -> str:
    return ", ".join(map(repr, values[:3])) + (f" and {len(values) - 3:,} more" if len(values) > 3 else "")


def _common_codes(one: Image, other: Image) -> str | None:
    if None in {one.low, one.high, other.low, other.high}:
        return "one of them has no bounds"
    # Numbers with other digits after the point are compared at the finer of the two.
    finest = max(one.type.scale, other.type.scale) if one.type.numeric else 0
    ends = []
    for image in (one, other):
        factor = 10 ** (finest - image.type.scale) if image.type.numeric else 1
        ends.append(((image.low or 0) * factor, (image.high or 0) * factor))
    low, high = max(ends[0][0], ends[1][0]), min(ends[0][1], ends[1][1])
    if low > high:
        return None
    there = one.type if not one.type.numeric else ValueType("decimal", 18, finest)
    both = f"both reach from {shown(low, there)} to {shown(high, there)}"
    return both if one.type.step != 1 or finest else f"{both}, which are {high - low + 1:,} values"


def _differ(one: Image, other: Image) -> bool:
    if one.length is not None and other.length is not None and one.length != other.length:
        return True
    pairs = (*zip(one.start, other.start, strict=False), *zip(one.end, other.end, strict=False))
    return any(not first & second for first, second in pairs)


def _of_text(kind: ValueType, text: str) -> Image:
    places = tuple(frozenset(char) for char in text)
    return Image(kind, start=places, end=places[::-1], length=len(text))


def _places(pieces: Text, *, forwards: bool, padded: bool) -> tuple[tuple[frozenset[str], ...], bool]:
    """The characters at each place, and whether these are all places there are."""
    found: list[frozenset[str]] = []
    for piece in pieces:
        more, whole = _of_piece(piece, padded=padded)
        found += more if forwards else more[::-1]
        if not whole:
            return tuple(found), False
    return tuple(found), True


def _of_piece(piece: Piece, *, padded: bool) -> tuple[list[frozenset[str]], bool]:
    """The characters at each place of a piece that is always as long; nothing where its length varies."""
    if isinstance(piece, Lit):
        return [frozenset(char) for char in piece.text], True
    if isinstance(piece, Item | Pick):
        return _of_pool(piece.pool.values)
    if isinstance(piece, Chars) and piece.low == piece.high:
        places, whole = _of_pool(piece.pool.values)
        return places * piece.low, whole
    if isinstance(piece, Uuid):
        return [_HEX] * 8 + ([_DASH] + [_HEX] * 4) * 3 + [_DASH] + [_HEX] * 12, True
    if isinstance(piece, Integer) and piece.width and padded:
        return [_DIGITS] * piece.width, True
    return [], False


def _of_pool(values: tuple[str, ...]) -> tuple[list[frozenset[str]], bool]:
    if len({len(value) for value in values}) != 1:
        return [], False
    return [frozenset(chars) for chars in zip(*values, strict=True)], True
