"""Texts by shape: `ORD-####` patterns, regular expressions."""

from __future__ import annotations

import re
import string
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from re import _constants as sre  # type: ignore[attr-defined] # the parser is private but stable since 3.11
from re import _parser as sre_parser  # type: ignore[attr-defined]
from typing import Any

from syndata_engine.generation.columns.columns import Column, Enumeration
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import digit_of
from syndata_engine.generation.texts.grammar import LOWER, UPPER
from syndata_engine.generation.texts.text import (
    Chars,
    Digits,
    Integer,
    Item,
    Lit,
    Piece,
    Switch,
    Text,
)
from syndata_engine.pools import Pool

DIGITS = Pool(tuple(string.digits))
NONZERO = Pool(tuple("123456789"))
PRINTABLE = tuple(chr(code) for code in range(0x20, 0x7F))
WORD = tuple(string.ascii_letters + string.digits + "_")
OPEN_REPEAT = 8
"""An unbounded repetition (`*`, `+`, `{3,}`) repeats at most this many times more than its minimum."""
_STARTS = frozenset({sre.AT_BEGINNING, sre.AT_BEGINNING_STRING})
_ENDS = frozenset({sre.AT_END, sre.AT_END_STRING})
MAX_LENGTH = 10_000
MAX_NUMBERED = 2**62
"""Positions are numbered for uniqueness until their combinations pass this; later ones are drawn."""


@dataclass(frozen=True)
class Run:
    """low..high characters from a pool."""

    pool: Pool
    low: int
    high: int


@dataclass(frozen=True)
class Branch:
    """One of several sequences."""

    options: tuple[Shape, ...]


Shape = tuple["str | Run | Branch", ...]
_UNSUPPORTED = {"ASSERT": "look-around", "ASSERT_NOT": "look-around", "GROUPREF": "a back-reference", "AT": "a word boundary",
                "GROUPREF_EXISTS": "a conditional group", "ATOMIC_GROUP": "an atomic group"}  # fmt: skip


class PatternOptions(Options):
    pattern: str


class Pattern(Kind):
    name = "pattern"
    aliases = ("bothify", "numerify", "lexify", "mask")
    summary = "Text by a pattern: # is a digit, % a digit 1-9, ? a letter a-z, ^ a letter A-Z, \\ takes the next mark as it is."
    types = ("str",)
    options = PatternOptions

    def build(self, ctx: ColumnContext, options: PatternOptions) -> Column:
        return drawn_shape(ctx, self._shape(ctx, options))

    def enumerate(self, ctx: ColumnContext, options: PatternOptions) -> Enumeration:
        enumeration = numbered_shape(ctx, self._shape(ctx, options))
        assert enumeration is not None  # noqa: S101 -- patterns have no branches
        return enumeration

    def _shape(self, ctx: ColumnContext, options: PatternOptions) -> Shape:
        if not options.pattern or len(options.pattern) > MAX_LENGTH:
            ctx.refuse(
                f"the pattern has {len(options.pattern)} characters", f"write 1 to {MAX_LENGTH:,} characters", "pattern"
            )
        marks = {"#": DIGITS, "%": NONZERO, "?": LOWER, "^": UPPER}
        shape: list[str | Run | Branch] = []
        escaped = False
        for char in options.pattern:
            if escaped or (char not in marks and char != "\\"):
                shape.append(char)
                escaped = False
            elif char == "\\":
                escaped = True
            else:
                shape.append(Run(marks[char], 1, 1))
        if escaped:
            ctx.refuse("the pattern ends in a backslash that escapes nothing", "write \\\\ for a backslash", "pattern")
        return merged(shape)


class RegexOptions(Options):
    regex: str


class Regex(Kind):
    name = "regex"
    aliases = ("regexify", "matches")
    summary = "Text that a regular expression matches; without look-around and back-references."
    types = ("str",)
    options = RegexOptions

    def build(self, ctx: ColumnContext, options: RegexOptions) -> Column:
        return drawn_shape(ctx, self._shape(ctx, options))

    def enumerate(self, ctx: ColumnContext, options: RegexOptions) -> Enumeration | None:
        return numbered_shape(ctx, self._shape(ctx, options))

    def _shape(self, ctx: ColumnContext, options: RegexOptions) -> Shape:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                parsed = sre_parser.parse(options.regex)
            shape = merged(_shape_of(parsed, MAX_LENGTH))
        except (re.error, RecursionError, OverflowError) as error:
            ctx.refuse(f"{options.regex!r} is not a regular expression: {error}", "mend the expression", "regex")
        except ValueError as error:
            ctx.refuse(f"{options.regex!r} {error}", "rewrite it without that", "regex")
        if longest(shape) > MAX_LENGTH:
            ctx.refuse(
                f"{options.regex!r} matches texts of up to {longest(shape)} characters",
                f"bound it to {MAX_LENGTH}",
                "regex",
            )
        return shape


def _shape_of(parsed: Any, room: int, ends: tuple[bool, bool] = (True, True)) -> list[str | Run | Branch]:
    """A parsed expression as a shape; ValueError names what is not supported. `ends`: it stands at the text's start, end."""
    shape: list[str | Run | Branch] = []
    for at, (code, value) in enumerate(parsed):
        here = (ends[0] and at == 0, ends[1] and at == len(parsed) - 1)
        if code is sre.LITERAL:
            if 0xD800 <= value < 0xE000:
                raise ValueError("has half a character (a lone surrogate)")
            shape.append(chr(value))
        elif code in {sre.NOT_LITERAL, sre.ANY, sre.IN}:
            shape.append(Run(_pool(code, value), 1, 1))
        elif code is sre.SUBPATTERN:
            shape += _shape_of(value[3], room, here)
        elif code is sre.BRANCH:
            shape.append(Branch(tuple(merged(_shape_of(option, room, here)) for option in value[1])))
        elif code in {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}:
            shape += _repeated(value, room)
        elif code is sre.AT and ((here[0] and value in _STARTS) or (here[1] and value in _ENDS)):
            continue
        elif code is sre.AT:
            raise ValueError("has an anchor or word boundary inside, which is not supported")
        else:
            raise ValueError(f"uses {_UNSUPPORTED.get(str(code), str(code).lower())}, which is not supported")
    return shape


def _repeated(value: Any, room: int) -> list[str | Run | Branch]:
    low, high, inner = value
    high = low + OPEN_REPEAT if high is sre.MAXREPEAT else int(high)
    if high > room:
        raise ValueError(f"repeats {high} times; at most {room} are supported")
    body = merged(_shape_of(inner, room, (False, False)))
    if len(body) == 1 and isinstance(body[0], Run) and body[0].low == body[0].high == 1:
        return [Run(body[0].pool, low, high)]
    if len(body) == 1 and isinstance(body[0], str) and len(body[0]) == 1:
        return [Run(Pool((body[0],)), low, high)] if low != high else [body[0] * low]
    if longest(body) * max(high, 1) > room or high > 256:
        raise ValueError(f"repeats a group {high} times, which is too much")
    optional: list[str | Run | Branch] = []
    for _ in range(high - low):
        optional = [Branch(((), (*body, *optional)))]
    return [*(body * low), *optional]


def _pool(code: Any, value: Any) -> Pool:
    if code is sre.ANY:
        return Pool(PRINTABLE)
    if code is sre.NOT_LITERAL:
        return Pool(tuple(char for char in PRINTABLE if char != chr(value)))
    chosen: dict[str, None] = {}
    negated = False
    for inner, item in value:
        if inner is sre.NEGATE:
            negated = True
        elif inner is sre.LITERAL:
            chosen[chr(item)] = None
        elif inner is sre.RANGE:
            chosen.update(
                dict.fromkeys(chr(code) for code in range(item[0], item[1] + 1) if not 0xD800 <= code < 0xE000)
            )
        else:
            chosen.update(dict.fromkeys(_category(item)))
    found = tuple(char for char in PRINTABLE if char not in chosen) if negated else tuple(chosen)
    if not found:
        raise ValueError("has a class that no printable character is in")
    return Pool(found)


def _category(item: Any) -> Sequence[str]:
    known = {
        sre.CATEGORY_DIGIT: tuple(string.digits),
        sre.CATEGORY_NOT_DIGIT: tuple(char for char in PRINTABLE if not char.isdigit()),
        sre.CATEGORY_WORD: WORD,
        sre.CATEGORY_NOT_WORD: tuple(char for char in PRINTABLE if char not in WORD),
        sre.CATEGORY_SPACE: (" ",),
        sre.CATEGORY_NOT_SPACE: tuple(char for char in PRINTABLE if char != " "),
    }
    return known[item]


def merged(shape: Sequence[str | Run | Branch]) -> Shape:
    """Neighbouring literals, and neighbouring fixed runs of one pool, joined."""
    out: list[str | Run | Branch] = []
    for part in shape:
        last = out[-1] if out else None
        if isinstance(part, str) and isinstance(last, str):
            out[-1] = last + part
        elif isinstance(part, Run) and isinstance(last, Run) and _joins(part, last):
            out[-1] = Run(last.pool, last.low + part.low, last.high + part.high)
        else:
            out.append(part)
    return tuple(out)


def _joins(part: Run, last: Run) -> bool:
    return part.pool.values == last.pool.values and part.low == part.high and last.low == last.high


def longest(shape: Shape) -> int:
    """Most characters a shape can have."""
    total = 0
    for part in shape:
        if isinstance(part, str):
            total += len(part)
        elif isinstance(part, Run):
            total += part.high
        else:
            total += max(longest(option) for option in part.options)
    return total


def drawn_shape(ctx: ColumnContext, shape: Shape) -> Column:
    """A column that draws every part of a shape."""
    return Column(ValueType("str"), text=_drawn(ctx, shape, "shape"))


def _drawn(ctx: ColumnContext, shape: Shape, path: str) -> Text:
    pieces: list[Piece] = []
    for at, part in enumerate(shape):
        key = ctx.key(path, str(at))
        if isinstance(part, str):
            pieces.append(Lit(part))
        elif isinstance(part, Branch):
            options = tuple(_drawn(ctx, option, f"{path}.{at}.{n}") for n, option in enumerate(part.options))
            pieces.append(Switch(ctx.word(), key, (1,) * len(options), options))
        elif part.pool.values == DIGITS.values and part.low == part.high <= 17:
            pieces.append(Digits(ctx.word(), key, part.low, 0, 10**part.low))
        elif part.high:
            pieces.append(Chars(ctx.word(), key, part.pool, part.low, part.high))
    return tuple(pieces)


def numbered_shape(ctx: ColumnContext, shape: Shape) -> Enumeration | None:
    """The texts of a shape numbered; None with branches, whose texts could coincide.

    Every part has one length (a variable run takes its longest), so different digits give different texts.
    """
    if any(isinstance(part, Branch) for part in shape):
        return None
    radix = [len(part.pool.values) for part in shape if isinstance(part, Run) for _ in range(part.high)]
    capacity, numbered = 1, 0
    while numbered < len(radix) and capacity * radix[numbered] <= MAX_NUMBERED:
        capacity *= radix[numbered]
        numbered += 1
    if numbered < len(radix) and capacity < 2**32:
        return None

    def column(index: Node) -> Column:
        return Column(ValueType("str"), text=_numbered(ctx, shape, index, numbered), unique=True)

    return Enumeration(capacity, column)


def _numbered(ctx: ColumnContext, shape: Shape, index: Node, numbered: int) -> Text:
    pieces: list[Piece] = []
    divisor, place = 1, 0
    for at, part in enumerate(shape):
        if isinstance(part, str):
            pieces.append(Lit(part))
            continue
        assert isinstance(part, Run)  # noqa: S101 -- branches were refused
        size = len(part.pool.values)
        if part.pool.values == DIGITS.values and place + part.high <= numbered:
            pieces.append(Integer(digit_of(index, divisor, size**part.high), part.high))
            divisor *= size**part.high
            place += part.high
            continue
        for n in range(part.high):
            if place < numbered:
                pieces.append(Item(part.pool, digit_of(index, divisor, size)))
                divisor *= size
            else:
                pieces.append(Chars(ctx.word(), ctx.key("shape", str(at), str(n)), part.pool, 1, 1))
            place += 1
    return tuple(pieces)


PATTERN = Pattern()
REGEX = Regex()
KINDS = (PATTERN, REGEX)
