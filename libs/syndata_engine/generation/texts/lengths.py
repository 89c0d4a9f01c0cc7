"""How long texts typically are, estimated from their pieces without making one."""

from __future__ import annotations

from syndata_engine.generation.texts.text import (
    Bool,
    Case,
    Chars,
    Damaged,
    Date,
    Digits,
    Fixed,
    Hex,
    Integer,
    Item,
    Lit,
    Masked,
    Pick,
    Piece,
    Slug,
    Switch,
    Text,
    Timestamp,
    Uuid,
)

_FIXED: dict[type[Piece], float] = {Date: 10, Timestamp: 20, Uuid: 36, Bool: 5, Fixed: 8, Integer: 6}


def typical_length(text: Text) -> float:
    """Bytes of a text on average, where every entry of a pool and every option counts alike."""
    return sum(_piece(piece) for piece in text)


def _piece(piece: Piece) -> float:  # noqa: PLR0911 -- one return for each piece
    if isinstance(piece, Lit):
        return len(piece.text.encode())
    if isinstance(piece, Pick | Item):
        return piece.pool.mean_bytes
    if isinstance(piece, Slug | Damaged):
        return typical_length(piece.text)
    if isinstance(piece, Hex):
        return piece.width or 4
    if isinstance(piece, Digits):
        return piece.count
    if isinstance(piece, Chars):
        return piece.pool.mean_bytes * (piece.low + piece.high) / 2
    if isinstance(piece, Switch | Case):
        return sum(map(typical_length, piece.options)) / len(piece.options)
    if isinstance(piece, Masked):
        return sum(len(mask.text) for mask in piece.masks) / len(piece.masks)
    return max(_FIXED[type(piece)], piece.width if isinstance(piece, Integer) else 0)
