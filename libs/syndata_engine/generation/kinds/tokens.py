"""Identifiers that machines give: UUIDs, ULIDs, nano ids, digests and tokens."""

from __future__ import annotations

import string
from functools import cache
from typing import Any, Literal

import numpy as np
from pydantic import AliasChoices, Field

from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import ValueType, to_code
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Mapped, RowNumber, Uniform
from syndata_engine.generation.texts.text import Chars, Hex, Item, Lit, Piece, Text, Uuid
from syndata_engine.pools import Pool

MILLISECOND = 1_000
"""In microseconds, which datetimes count."""
LATEST = 2**48 - 1
"""Milliseconds since 1970 that a UUID or ULID can hold."""
_DATETIME = ValueType("datetime", scale=6)


def bits(word: Node, low: int, count: int) -> Node:
    """So many bits of a word, from the given one on."""
    mask = np.uint64(2**count - 1)
    return Mapped(lambda codes: (codes.view(np.uint64) >> np.uint64(low) & mask).view(np.int64), (word,))


def open_word(ctx: ColumnContext) -> Node:
    """A word that differs in every row. A secret word is no bijection of the row, so this takes the column's open one."""
    return ctx.table.word("column", ctx.schema.id, "unique")


class TimedOptions(Options):
    column: str | None = Field(default=None, description="a date or time of the row, which the value begins with")
    start: Any = Field(default=None, description="without a column: the moment of the first row, by default as_of; every row is a millisecond later")  # fmt: skip


def milliseconds(ctx: ColumnContext, options: TimedOptions) -> tuple[Node, Column | None]:
    """The milliseconds since 1970 that a row's value begins with, and the column that they come from, if any."""
    if options.column is None:
        try:
            start = to_code("as_of" if options.start is None else options.start, _DATETIME, ctx.as_of) // MILLISECOND
        except ValueError as error:
            ctx.refuse(
                str(error), "write a time such as 2024-05-31T12:00:00Z, or a distance from as_of such as -2y", "start"
            )
        if start < 0:
            ctx.refuse("the time lies before 1970, which cannot be written", "choose a later one", "start")
        return Mapped(lambda rows: np.minimum(rows + start, LATEST), (RowNumber(),)), None
    if options.start is not None:
        ctx.refuse("a start and a column are given", "drop one of them", "start")
    source = ctx.other(options.column)
    if source.type.name not in {"date", "datetime"} or source.code is None:
        ctx.refuse(f"{options.column} is no date or time", "name a column of type date or datetime", "column")
    if source.low is None or source.low < 0:
        ctx.refuse(f"{options.column} can lie before 1970, which cannot be written", "give it a later min", "column")
    if source.type.name == "date":
        return Mapped(lambda days: days * 86_400_000, (source.code,)), source
    return Mapped(lambda codes: codes // MILLISECOND, (source.code,)), source


class UuidOptions(TimedOptions):
    version: Literal[4, 7] = 4


class UuidKind(Kind):
    name = "uuid"
    aliases = ("uuid4", "guid")
    summary = (
        "A UUID (RFC 9562), different in every row by construction; of version 7 it begins with a moment, so that it sorts by rows, "
        "or by another column."
    )
    types = ("uuid", "str")
    options = UuidOptions

    def build(self, ctx: ColumnContext, options: UuidOptions) -> Column:
        return self._column(ctx, options, ctx.word(), unique=not ctx.sensitive)

    def unique(self, ctx: ColumnContext, options: UuidOptions, key: int) -> Column:  # noqa: ARG002
        return self._column(ctx, options, open_word(ctx), unique=True)

    def _column(self, ctx: ColumnContext, options: UuidOptions, word: Node, *, unique: bool) -> Column:
        value_type = ValueType(ctx.type.name if ctx.type else "uuid")
        if options.version == 4:
            for option in ("column", "start"):
                if getattr(options, option) is not None:
                    ctx.refuse("a UUID of version 4 holds no time", "write version: 7", option)
            return Column(value_type, text=(Uuid(word, ctx.key("uuid")),), unique=unique)
        time, source = milliseconds(ctx, options)
        return _timed(value_type, _version_7(ctx, time, word), source, unique=unique)


def _timed(value_type: ValueType, text: Text, source: Column | None, *, unique: bool) -> Column:
    null = None if source is None else source.null
    return Column(value_type, text=text, null=null, cost=1 if source is None else 1 + source.cost, unique=unique and null is None)  # fmt: skip


def _version_7(ctx: ColumnContext, time: Node, word: Node) -> Text:
    """48 bits of time; the other 74 bits hold all 64 of the word, so equal times differ."""
    version = Mapped(lambda codes: codes | 0x7000, (bits(word, 52, 12),))
    variant = Mapped(lambda codes: codes | 0x8000, (bits(word, 38, 14),))
    fresh = Uniform(word, 0, 2**10, key=ctx.key("uuid7"))
    tail = Mapped(lambda codes, more: codes << 10 | more, (bits(word, 0, 38), fresh))
    high = Mapped(lambda codes: codes >> 16, (time,))
    return (Hex(high, 8), Lit("-"), Hex(time, 4), Lit("-"), Hex(version, 4), Lit("-"), Hex(variant, 4), Lit("-"), Hex(tail, 12))  # fmt: skip


_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CROCKFORD_PAIRS = Pool(tuple(first + second for first in _CROCKFORD for second in _CROCKFORD))


class Ulid(Kind):
    name = "ulid"
    summary = "A ULID: a moment and 80 bits in 26 letters and digits that sort by rows, or by another column; different in every row."
    types = ("str",)
    options = TimedOptions

    def build(self, ctx: ColumnContext, options: TimedOptions) -> Column:
        return self._column(ctx, options, ctx.word(), unique=not ctx.sensitive)

    def unique(self, ctx: ColumnContext, options: TimedOptions, key: int) -> Column:  # noqa: ARG002
        return self._column(ctx, options, open_word(ctx), unique=True)

    def _column(self, ctx: ColumnContext, options: TimedOptions, word: Node, *, unique: bool) -> Column:
        time, source = milliseconds(ctx, options)
        fresh = Uniform(word, 0, 2**16, key=ctx.key("ulid"))
        middle = Mapped(lambda codes, more: codes << 6 | more >> 10, (bits(word, 0, 4), fresh))
        parts = [bits(time, low, 10) for low in range(40, -1, -10)]
        parts += [bits(word, low, 10) for low in range(54, 3, -10)]
        parts += [middle, bits(fresh, 0, 10)]
        return _timed(ValueType("str"), tuple(Item(CROCKFORD_PAIRS, part) for part in parts), source, unique=unique)


URL_SAFE = Pool(tuple(string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"))
BASE64 = Pool(tuple(string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"))


class NanoId(Kind):
    class NanoIdOptions(Options):
        length: int = Field(default=21, ge=11, le=256)

    name = "nanoid"
    aliases = ("nano_id", "short_id")
    summary = "Letters, digits, - and _; the first eleven hold all bits of the row's word, so it is different in every row by construction."
    types = ("str",)
    options = NanoIdOptions

    def build(self, ctx: ColumnContext, options: NanoIdOptions) -> Column:
        return self._column(ctx, options, ctx.word(), unique=not ctx.sensitive)

    def unique(self, ctx: ColumnContext, options: NanoIdOptions, key: int) -> Column:  # noqa: ARG002
        return self._column(ctx, options, open_word(ctx), unique=True)

    def _column(self, ctx: ColumnContext, options: NanoIdOptions, word: Node, *, unique: bool) -> Column:
        pieces: list[Piece] = [Item(URL_SAFE, bits(word, low, min(6, 64 - low))) for low in range(0, 64, 6)]
        rest = options.length - len(pieces)
        if rest:
            pieces.append(Chars(word, ctx.key("nanoid"), URL_SAFE, rest, rest))
        return Column(ValueType("str"), text=tuple(pieces), unique=unique)


_DIGESTS = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128, "crc32": 8, "git": 40}


class Hash(Kind):
    class HashOptions(Options):
        algorithm: Literal["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "crc32", "git"] = "sha256"

    name = "hash"
    aliases = ("digest", "checksum", "commit_hash")
    summary = "Hex digits as many as the algorithm gives; they look like a digest, and are one of nothing."
    types = ("str",)
    options = HashOptions

    def build(self, ctx: ColumnContext, options: HashOptions) -> Column:
        length = _DIGESTS[options.algorithm]
        widths = [min(16, length - at) for at in range(0, length, 16)]
        text = tuple(Hex(ctx.word(), width, ctx.key("hash", str(at))) for at, width in enumerate(widths))
        return Column(ValueType("str"), text=text)

    def unique(self, ctx: ColumnContext, options: HashOptions, key: int) -> Column | None:  # noqa: ARG002
        """Sixteen digits hold a whole word, of which there is another in every row."""
        length = _DIGESTS[options.algorithm]
        if length < 16:
            return None
        word = open_word(ctx)
        widths = [min(16, length - at) for at in range(0, length, 16)]
        text = tuple(Hex(word, width, ctx.key("hash", str(at))) for at, width in enumerate(widths))
        return Column(ValueType("str"), text=text, unique=True)


@cache
def _pairs(pool: Pool) -> Pool:
    return Pool(tuple(first + second for first in pool.values for second in pool.values))


class Token(Kind):
    class TokenOptions(Options):
        size: int = Field(default=32, ge=1, le=1024, validation_alias=AliasChoices("bytes", "size"), description="bytes that the text encodes")  # fmt: skip
        prefix: str = Field(default="", max_length=64, description="stands before it, such as `sk_test_`")
        url_safe: bool = False

    name = "token"
    aliases = ("base64", "api_key", "secret_key", "access_token")
    summary = "Random bytes in Base64 (RFC 4648), with its padding; url_safe uses - and _ and no padding."
    types = ("str",)
    options = TokenOptions

    def build(self, ctx: ColumnContext, options: TokenOptions) -> Column:
        pool = URL_SAFE if options.url_safe else BASE64
        whole, rest = divmod(options.size, 3)
        pieces: list[Piece] = [Lit(options.prefix)] if options.prefix else []
        # Characters are drawn two at a time; of one byte more there is a single one, of two bytes a pair.
        pairs = whole * 2 + rest // 2
        if pairs:
            pieces.append(Chars(ctx.word(), ctx.key("token"), _pairs(pool), pairs, pairs))
        if rest == 1:
            pieces.append(Chars(ctx.word(), ctx.key("token", "single"), pool, 1, 1))
        if rest:
            # The last character holds 2 or 4 bits of the bytes; its other bits are 0.
            last = Pool(pool.values[:: 16 if rest == 1 else 4])
            pieces += [Chars(ctx.word(), ctx.key("token", "last"), last, 1, 1)]
            pieces += [] if options.url_safe else [Lit("=" * (3 - rest))]
        return Column(ValueType("str"), text=tuple(pieces))


KINDS = (UuidKind(), Ulid(), NanoId(), Hash(), Token())
