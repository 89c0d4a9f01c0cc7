"""Assembling text trees into the programs that `render_rows` walks."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import singledispatchmethod
from typing import Any, Literal

import numpy as np

from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.rendering import render
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
from syndata_engine.generation.words.bits import SLACK, Bytes, Codes, Words
from syndata_engine.pools import Pool, alias_table

Escape = Literal["raw", "json", "csv_field", "csv_inner"]
"""How literals and pool entries are written: as they are, inside a JSON string, as a whole CSV field, or
inside a CSV field that stands in quotes anyway."""

MAX_ENTRY = 2**20 - 1
"""Bytes that one pool entry may have."""


def _csv_field(text: str) -> str:
    if text == "" or any(mark in text for mark in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


ESCAPES: dict[Escape, Callable[[str], str]] = {
    "raw": str,
    "json": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "csv_field": _csv_field,
    "csv_inner": lambda text: text.replace('"', '""'),
}


@dataclass(frozen=True, eq=False, slots=True)
class Program:
    """What `render_rows` needs, and the nodes whose codes it reads."""

    operations: Codes
    inputs: tuple[Node, ...]
    heap: Bytes
    spans: Words
    alias: Words
    jumps: Codes
    row_bytes: int
    """The longest row, in bytes."""
    kernel: Any = render.render_rows

    def render(self, cells: Codes, count: int, out: Bytes, ends: Codes) -> int:
        """Write `count` rows into `out` (room for count * row_bytes + SLACK); return the bytes written."""
        return int(self.kernel(self.operations, cells, count, self.heap, self.spans, self.alias, self.jumps, out, ends))


@dataclass
class Assembler:
    """Collects operations, literals and pools; `finish` freezes them."""

    inputs: dict[Node, int] = field(default_factory=dict)
    """Nodes and their slots; several programs may share one, and so one matrix of cells."""
    _operations: list[list[int]] = field(default_factory=list)
    _heap: bytearray = field(default_factory=bytearray)
    _spans: list[int] = field(default_factory=list)
    _aliases: list[Words] = field(default_factory=list)
    _alias_count: int = 0
    _jumps: list[int] = field(default_factory=list)
    _pools: dict[tuple[int, Escape], tuple[int, int]] = field(default_factory=dict)
    _alias_bases: dict[int, int] = field(default_factory=dict)
    _kept: list[Pool] = field(default_factory=list)
    _open: list[tuple[int, int]] = field(default_factory=list)
    """Where control leaves to the operation that comes next: (operation, field), or (-1, place in jumps)."""
    _escape: Escape = "raw"

    def literal(self, text: bytes) -> int:
        """Write fixed bytes; returns the longest they can be."""
        if not text:
            return 0
        last = len(self._operations) - 1
        follows = self._open == [(last, render.NEXT)] and self._operations[last][8] == 0
        if follows and len(text) <= 16:
            padded = text.ljust(16, b"\0")
            self._operations[last][6:9] = [_signed(padded[:8]), _signed(padded[8:]), len(text)]
        else:
            self._add(render.LIT, a=len(self._heap), b=len(text))
            self._heap += text
        return len(text)

    def text(self, text: Text, escape: Escape) -> int:
        """Write a text tree; returns its longest length in bytes."""
        before, self._escape = self._escape, escape
        longest = sum(self._piece(piece) for piece in text)
        self._escape = before
        return longest

    def null_check(self, null: Node, instead: bytes, write: Callable[[], int]) -> int:
        """Write `instead` where `null` is not 0, else what `write` writes."""
        at = self._add(render.NULL, null, a=len(self._heap), b=len(instead))
        self._heap += instead
        longest = write()
        self._open.append((at, render.FIELD_C))
        return max(longest, len(instead))

    def chosen(self, piece: Switch | Case, write: Callable[[Text], int]) -> int:
        """Write whichever of a piece's texts a row has, each as `write` writes it."""
        return self._options(self._choice(piece), piece.options, write)

    def quoted(self, write: Callable[[], int]) -> int:
        """Write a CSV field and quote it afterwards where its bytes ask for it."""
        self._add(render.MARK)
        longest = write()
        self._add(render.QUOTE)
        return 2 * longest + 2

    def finish(self, row_bytes: int) -> Program:
        """Freeze."""
        self._close()
        spans = np.array(self._spans, np.uint64) if self._spans else np.zeros(1, np.uint64)
        empty = np.zeros(1, np.uint64)
        return Program(
            operations=np.array(self._operations, np.int64).reshape(-1),
            inputs=tuple(self.inputs),
            heap=np.frombuffer(bytes(self._heap) + bytes(SLACK), np.uint8).copy(),
            spans=spans,
            alias=np.concatenate(self._aliases) if self._aliases else empty,
            jumps=np.array(self._jumps or [0], np.int64),
            row_bytes=row_bytes + 32,
            kernel=self._kernel(),
        )

    def _kernel(self) -> Any:
        """What walks the program: rows without dirt need not load how it is made."""
        if not any(operation[0] == render.DAMAGE for operation in self._operations):
            return render.render_rows
        from syndata_engine.generation.rendering.dirty import render_dirty_rows

        return render_dirty_rows

    def _add(  # noqa: PLR0913 -- the fields of an operation
        self, code: int, node: Node | None = None, *, a: int = 0, b: int = 0, c: int = 0, key: int = 0
    ) -> int:
        slot = 0 if node is None else self.inputs.setdefault(node, len(self.inputs))
        self._close()
        at = len(self._operations)
        self._operations.append([code, slot, a, b, c, _wrap(key), 0, 0, 0, 0])
        self._open = [(at, render.NEXT)]
        return at

    @property
    def _here(self) -> int:
        """Where the next operation will stand in the flat program."""
        return len(self._operations) * render.OPERATION_WIDTH

    def _close(self) -> None:
        """Send everything that is open to the next operation."""
        for operation, place in self._open:
            if operation < 0:
                self._jumps[place] = self._here
            else:
                self._operations[operation][place] = self._here
        self._open = []

    def _pool(self, pool: Pool) -> tuple[int, int]:
        """First span of a pool under the escape in force, and its longest entry."""
        known = self._pools.get((id(pool), self._escape))
        if known is None:
            entries = [ESCAPES[self._escape](value).encode() for value in pool.values]
            longest = max(map(len, entries))
            known = len(self._spans), longest
            for entry in entries:
                self._spans.append(len(self._heap) << 20 | len(entry))
                self._heap += entry
            self._pools[(id(pool), self._escape)] = known
            self._kept.append(pool)
        return known

    def _alias(self, alias: Words) -> int:
        base = self._alias_count
        self._aliases.append(alias)
        self._alias_count += len(alias)
        return base

    @singledispatchmethod
    def _piece(self, piece: Piece) -> int:
        raise TypeError(f"no way to write a {type(piece).__name__}")

    @_piece.register
    def _(self, piece: Lit) -> int:
        return self.literal(ESCAPES[self._escape](piece.text).encode())

    @_piece.register
    def _(self, piece: Pick) -> int:
        base, longest = self._pool(piece.pool)
        size = len(piece.pool.values)
        if piece.pool.weights is None:
            self._add(render.PICK, piece.word, a=base, b=size, key=piece.key)
            return longest
        alias = self._alias_bases.get(id(piece.pool))
        if alias is None:
            alias = self._alias_bases[id(piece.pool)] = self._alias(piece.pool.alias_table())
        self._add(render.PICK_WEIGHTED, piece.word, a=base, b=size, c=alias, key=piece.key)
        return longest

    @_piece.register
    def _(self, piece: Item) -> int:
        base, longest = self._pool(piece.pool)
        self._add(render.ITEM, piece.index, a=base)
        return longest

    @_piece.register
    def _(self, piece: Integer) -> int:
        self._add(render.INT, piece.code, a=piece.width)
        return max(20, piece.width + 1)

    @_piece.register
    def _(self, piece: Digits) -> int:
        self._add(render.DIGITS, piece.word, a=piece.count, b=piece.size, c=piece.low, key=piece.key)
        return piece.count

    @_piece.register
    def _(self, piece: Masked) -> int:
        alias = self._alias(alias_table(piece.weights))
        base, masks = len(self._spans), len(self._jumps)
        # Masks hold plain ASCII only, so no format escapes them. Drawn places are zero bytes in the heap, because
        # digits are laid over them by OR.
        for mask in piece.masks:
            drawn = {*mask.digits, *mask.bounded}
            entry = bytes(0 if at in drawn else ord(char) for at, char in enumerate(mask.text))
            self._spans.append(len(self._heap) << 20 | len(entry))
            self._heap += entry.ljust(32, b"\0")
            for places in (mask.digits, mask.bounded):
                whole = bytes(255 * (at in places) for at in range(32))
                self._jumps += [_signed(whole[at : at + 8]) for at in range(0, 32, 8)]
        self._add(render.MASKED, piece.word, a=base, b=len(piece.masks), c=alias << 32 | masks, key=piece.key)
        return 32

    @_piece.register
    def _(self, piece: Fixed) -> int:
        if piece.scale == 0:
            self._add(render.INT, piece.code)
            return 20 + (self.literal(b".0") if piece.trim else 0)
        self._add(render.FIXED, piece.code, a=piece.scale + 32 * piece.trim, b=10**piece.scale)
        return 22

    @_piece.register
    def _(self, piece: Date) -> int:
        self._add(render.DATE, piece.code)
        return 10

    @_piece.register
    def _(self, piece: Timestamp) -> int:
        self._add(render.TIMESTAMP, piece.code, a=piece.fraction)
        return 28

    @_piece.register
    def _(self, piece: Uuid) -> int:
        self._add(render.UUID, piece.word, key=piece.key)
        return 36

    @_piece.register
    def _(self, piece: Hex) -> int:
        self._add(render.HEX, piece.code, a=piece.width, key=piece.key)
        return 16

    @_piece.register
    def _(self, piece: Slug) -> int:
        # What is left of it needs no escape in any format, so the text is written as it is.
        self._add(render.START)
        longest = self.text(piece.text, "raw")
        self._add(render.SLUG)
        return longest

    @_piece.register
    def _(self, piece: Damaged) -> int:
        from syndata_engine.generation.rendering import damage

        # Escapes come last, or the damage could tear them.
        mode = damage.MODES.get(piece.escape or self._escape, damage.PLAIN)
        self._add(render.HOLD)
        size = self.text(piece.text, "raw")
        self._add(render.DAMAGE, piece.word, a=piece.ways, b=mode, key=piece.key)
        return damage.longest(size)

    @_piece.register
    def _(self, piece: Bool) -> int:
        self._add(render.BOOL, piece.code)
        return 5

    @_piece.register
    def _(self, piece: Chars) -> int:
        base, longest = self._pool(piece.pool)
        bounds = piece.low << 16 | piece.high
        self._add(render.CHARS, piece.word, a=base, b=len(piece.pool.values), c=bounds, key=piece.key)
        return longest * piece.high

    @_piece.register(Switch)
    @_piece.register(Case)
    def _(self, piece: Switch | Case) -> int:
        return self.chosen(piece, lambda option: sum(self._piece(piece) for piece in option))

    def _choice(self, piece: Switch | Case) -> int:
        """The operation that goes to one of several texts."""
        a, b = len(self._jumps), len(piece.options)
        if isinstance(piece, Case):
            return self._add(render.CASE, piece.index, a=a, b=b)
        return self._add(render.SWITCH, piece.word, a=a, b=b, c=self._alias(alias_table(piece.weights)), key=piece.key)

    def _options(self, at: int, options: tuple[Text, ...], write: Callable[[Text], int]) -> int:
        base = self._operations[at][2]
        self._jumps += [0] * len(options)
        ends: list[tuple[int, int]] = []
        longest = 0
        for number, option in enumerate(options):
            self._open = [(-1, base + number)]
            longest = max(longest, write(option))
            ends += self._open
        self._open = ends
        return longest


def _signed(word: bytes) -> int:
    return int.from_bytes(word, "little", signed=True)


def _wrap(key: int) -> int:
    return key - 2**64 if key >= 2**63 else key
