"""Values inside values: structs and lists as columns of columns, and how they read as JSON."""

from __future__ import annotations

import json
from dataclasses import replace

from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.nodes.codes import NESTED, ValueType
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Constant
from syndata_engine.generation.texts.text import Case, Chars, Item, Lit, Pick, Piece, Switch, Text
from syndata_engine.pools import Pool

_BARE = frozenset({"int", "decimal", "float", "bool", "json", *NESTED})
"""Types that JSON writes without quotes."""


def struct_of(fields: dict[str, Column]) -> Column:
    """A value with named fields."""
    pieces: list[Piece] = []
    for number, (name, field) in enumerate(fields.items()):
        key = json.dumps(name, ensure_ascii=False)
        pieces += [Lit(("," if number else "{") + key + ":"), *json_text(field)]
    text = (*pieces, Lit("}"))
    cost = 1 + sum(field.cost for field in fields.values())
    reads = tuple(name for field in fields.values() for name in field.reads)
    return Column(ValueType("struct"), Constant(0), text=text, parts=tuple(fields.items()), cost=cost, reads=reads)


def list_of(items: tuple[Column, ...], length: Node) -> Column:
    """The first `length` (0..len(items)) of several columns."""
    options: list[Text] = [(Lit("[]"),)]
    pieces: list[Piece] = []
    for number, item in enumerate(items):
        pieces += [Lit("," if number else "["), *json_text(item)]
        options.append((*pieces, Lit("]")))
    parts = tuple((str(number), item) for number, item in enumerate(items))
    cost = 1 + sum(item.cost for item in items)
    reads = tuple(dict.fromkeys(name for item in items for name in item.reads))
    text = (Case(length, tuple(options)),)
    return Column(ValueType("list"), Constant(0), text=text, parts=parts, length=length, cost=cost, reads=reads)


def json_text(column: Column) -> Text:
    """A value as it stands inside a JSON text."""
    text = column.written()
    if column.type.name not in _BARE:
        text = (Lit('"'), *_escaped(text, {}), Lit('"'))
    return text if column.null is None else (Case(column.null, (text, (Lit("null"),))),)


def _escaped(text: Text, pools: dict[int, Pool]) -> Text:
    return tuple(_escaped_piece(piece, pools) for piece in text)


def _escaped_piece(piece: Piece, pools: dict[int, Pool]) -> Piece:
    if isinstance(piece, Lit):
        return Lit(_inside(piece.text))
    if isinstance(piece, Pick | Item | Chars):
        if id(piece.pool) not in pools:
            pools[id(piece.pool)] = replace(piece.pool, values=tuple(map(_inside, piece.pool.values)))
        return replace(piece, pool=pools[id(piece.pool)])
    if isinstance(piece, Switch | Case):
        return replace(piece, options=tuple(_escaped(option, pools) for option in piece.options))
    # Digits, dates, UUIDs, slugs and masks are made of characters that mean nothing in JSON.
    return piece


def _inside(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]
