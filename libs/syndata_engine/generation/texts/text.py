"""Text as a tree of pieces over nodes: described once, rendered later in any format without a string in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from syndata_engine.generation.nodes.frame import Node
from syndata_engine.pools import Pool


@dataclass(frozen=True, eq=False, slots=True)
class Piece:
    """A stretch of text whose bytes follow from the row's codes."""

    def rewired(self, change: Callable[[Node], Node], pool: Callable[[Pool], Pool]) -> Piece:
        """The same piece over other nodes and pools."""
        return replace(self, **{f.name: _rewire(getattr(self, f.name), change, pool) for f in fields(self)})


Text = tuple[Piece, ...]


def _rewire(value: Any, change: Callable[[Node], Node], pool: Callable[[Pool], Pool]) -> Any:
    if isinstance(value, Node):
        return change(value)
    if isinstance(value, Pool):
        return pool(value)
    if isinstance(value, Piece):
        return value.rewired(change, pool)
    if isinstance(value, tuple):
        return tuple(_rewire(item, change, pool) for item in value)
    return value


def same_pool(pool: Pool) -> Pool:
    """Leave a pool as it is."""
    return pool


def rewire(text: Text, change: Callable[[Node], Node], pool: Callable[[Pool], Pool] = same_pool) -> Text:
    """The same text over other nodes (a parent's text read by its child) or other pools."""
    return tuple(piece.rewired(change, pool) for piece in text)


@dataclass(frozen=True, eq=False, slots=True)
class Lit(Piece):
    """The same text in every row."""

    text: str


@dataclass(frozen=True, eq=False, slots=True)
class Pick(Piece):
    """An entry drawn from a pool by a sub-word."""

    pool: Pool
    word: Node
    key: int


@dataclass(frozen=True, eq=False, slots=True)
class Item(Piece):
    """The pool's entry at a node's index."""

    pool: Pool
    index: Node


@dataclass(frozen=True, eq=False, slots=True)
class Integer(Piece):
    """A whole number in decimal digits, padded with zeros to a width."""

    code: Node
    width: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class Digits(Piece):
    """`count` digits of a number drawn from low..low+size-1."""

    word: Node
    key: int
    count: int
    low: int
    size: int


@dataclass(frozen=True, eq=False, slots=True)
class Mask:
    """A text whose digits are drawn: places (bytes from the start) of digits 0-9 and of digits 2-9."""

    text: str
    digits: tuple[int, ...]
    bounded: tuple[int, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Masked(Piece):
    """One of several masks, drawn by weight, with its digits drawn."""

    word: Node
    key: int
    weights: tuple[int, ...]
    masks: tuple[Mask, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Fixed(Piece):
    """A scaled integer as a decimal with `scale` digits after the point."""

    code: Node
    scale: int
    trim: bool = False
    """True for floats: trailing zeros go, but one digit stays after the point."""


@dataclass(frozen=True, eq=False, slots=True)
class Date(Piece):
    """Days since 1970-01-01 as YYYY-MM-DD."""

    code: Node


@dataclass(frozen=True, eq=False, slots=True)
class Timestamp(Piece):
    """Microseconds since 1970-01-01T00:00:00Z as YYYY-MM-DDThh:mm:ss[.ffffff]Z."""

    code: Node
    fraction: int = 0
    """Digits of the second's fraction: 0, 3 or 6."""


@dataclass(frozen=True, eq=False, slots=True)
class Uuid(Piece):
    """An RFC 9562 version 4 UUID that holds all 64 bits of the word, so different words differ."""

    word: Node
    key: int


@dataclass(frozen=True, eq=False, slots=True)
class Hex(Piece):
    """The last `width` (1..16) lower-case hex digits of a word; 0 for as many as it needs, of a number below 2**32."""

    code: Node
    width: int
    key: int = 0
    """With a key, of a sub-word."""


@dataclass(frozen=True, eq=False, slots=True)
class Slug(Piece):
    """A text as a slug: a-z and 0-9 stay, capitals become small, and one hyphen stands for whatever is between them."""

    text: Text


@dataclass(frozen=True, eq=False, slots=True)
class Damaged(Piece):
    """A text as it came, and then damaged so that it always differs."""

    text: Text
    word: Node
    key: int
    ways: int
    """Bits of the ways to damage it, of which each cell draws one: `rendering.damage`."""
    escape: str = ""
    """How what is left is escaped once it is there; empty: as the format says."""


@dataclass(frozen=True, eq=False, slots=True)
class Bool(Piece):
    """true or false."""

    code: Node


@dataclass(frozen=True, eq=False, slots=True)
class Chars(Piece):
    """`low`..`high` entries of a pool of characters, one after another."""

    word: Node
    key: int
    pool: Pool
    low: int
    high: int


@dataclass(frozen=True, eq=False, slots=True)
class Switch(Piece):
    """One of several texts, drawn by weight from a sub-word."""

    word: Node
    key: int
    weights: tuple[int, ...]
    options: tuple[Text, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Case(Piece):
    """options[index], row by row."""

    index: Node
    options: tuple[Text, ...]


def rewritten(text: Text, change: Callable[[str], str], pools: dict[int, Pool]) -> Text:
    """The same text with its fixed texts changed, entry by entry; ValueError where a piece has none that could be.

    `change` keeps the length of ASCII. `pools` keeps what pools became, so that texts share them.
    """
    return tuple(_rewritten(piece, change, pools) for piece in text)


def _rewritten(piece: Piece, change: Callable[[str], str], pools: dict[int, Pool]) -> Piece:
    if isinstance(piece, Lit):
        return Lit(change(piece.text))
    if isinstance(piece, Pick | Item | Chars):
        if id(piece.pool) not in pools:
            pools[id(piece.pool)] = replace(piece.pool, values=tuple(map(change, piece.pool.values)))
        return replace(piece, pool=pools[id(piece.pool)])
    if isinstance(piece, Switch | Case):
        return replace(piece, options=tuple(rewritten(option, change, pools) for option in piece.options))
    if isinstance(piece, Masked):
        return replace(piece, masks=tuple(replace(mask, text=change(mask.text)) for mask in piece.masks))
    if isinstance(piece, Integer | Digits | Fixed | Date):
        return piece
    raise ValueError(f"a {type(piece).__name__.lower()} has one way to be written")


def walk(text: Text) -> Iterator[Piece]:
    """Every piece, outer ones first."""
    for piece in text:
        yield piece
        if isinstance(piece, Switch | Case):
            for option in piece.options:
                yield from walk(option)
        elif isinstance(piece, Damaged):
            yield from walk(piece.text)
