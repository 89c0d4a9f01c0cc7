"""Texts inside expressions: changed entry by entry where they come from lists, measured by their bytes where not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from syndata_engine.generation.nodes.frame import TILE, Frame, Node
from syndata_engine.generation.nodes.nodes import Mapped
from syndata_engine.generation.texts.text import Case, Item, Lit, Pick, Switch, Text, rewritten
from syndata_engine.generation.words.bits import SLACK, Bytes, Codes
from syndata_engine.pools import Pool

if TYPE_CHECKING:
    from syndata_engine.generation.rendering.program import Program


@dataclass(frozen=True, eq=False, slots=True)
class Words:
    """A text inside an expression."""

    text: Text
    nulls: tuple[Node, ...] = ()
    labels: Pool | None = None
    """The texts that `index` points into, where all of them are known."""
    index: Node | None = None
    literal: str | None = None
    """The text itself, where it was written in the expression."""


def per_entry(words: Words, change: Callable[[str], str]) -> Words | None:
    """The text with a change to each whole value; None where values are composed and so not known beforehand."""
    if words.labels is not None and words.index is not None:
        labels = Pool(tuple(map(change, words.labels.values)))
        return Words((Item(labels, words.index),), words.nulls, labels, words.index)
    if not _is_listed(words.text):
        return None
    return Words(rewritten(words.text, change, {}), words.nulls)


def _is_listed(text: Text) -> bool:
    """Whether every value of a text is one entry of a pool, or fixed."""
    if len(text) != 1:
        return False
    if isinstance(text[0], Switch | Case):
        return all(map(_is_listed, text[0].options))
    return isinstance(text[0], Lit | Pick | Item)


@dataclass(frozen=True, slots=True)
class Block:
    """Texts of some rows as UTF-8, end to end; row n is data[starts[n]:ends[n]]."""

    data: Bytes
    starts: Codes
    ends: Codes


@dataclass(eq=False)
class Rendered:
    """A text's bytes, row by row. The last block is kept, since several nodes of a frame read the same one."""

    text: Text
    _program: Program | None = None
    _last: tuple[Frame, Block] | None = field(default=None, repr=False)

    def block(self, frame: Frame) -> Block:
        """The bytes of every row of a frame."""
        last = self._last
        if last is not None and last[0] is frame:
            return last[1]
        block = self._made(frame)
        self._last = (frame, block)
        return block

    def _made(self, frame: Frame) -> Block:
        program = self._compiled()
        rows = len(frame)
        cells = np.empty((max(1, len(program.inputs)), rows), np.int64)
        frame.fill(program.inputs, cells)
        ends = np.zeros(rows, np.int64)
        pieces: list[Bytes] = []
        used = 0
        out = np.empty(min(rows, TILE) * program.row_bytes + SLACK, np.uint8)
        for low in range(0, rows, TILE):
            count = min(TILE, rows - low)
            own = np.empty(count, np.int64)
            size = program.render(np.ascontiguousarray(cells[:, low : low + count]), count, out, own)
            pieces.append(out[:size].copy())
            ends[low : low + count] = own + used
            used += size
        data = np.concatenate(pieces) if pieces else np.empty(0, np.uint8)
        return Block(data, np.concatenate([np.zeros(min(rows, 1), np.int64), ends[:-1]]), ends)

    def _compiled(self) -> Program:
        if self._program is None:
            # The assembler imports the kernels of all texts, which expressions without texts never need.
            from syndata_engine.generation.rendering.program import Assembler

            assembler = Assembler()
            self._program = assembler.finish(assembler.text(self.text, "raw"))
        return self._program


@dataclass(frozen=True, eq=False, slots=True)
class Measured(Node):
    """A number that follows from the bytes of texts."""

    function: Callable[..., Codes]
    texts: tuple[Rendered, ...]

    def compute(self, frame: Frame, out: Codes) -> None:
        out[:] = self.function(*(text.block(frame) for text in self.texts))


def characters(block: Block) -> Codes:
    """How many characters each text has."""
    begins = np.concatenate([[0], np.cumsum((block.data & 0xC0) != 0x80)])
    return np.asarray(begins[block.ends] - begins[block.starts], np.int64)


def equals(block: Block, wanted: bytes) -> Codes:
    """1 where a text is exactly this."""
    whole = _holds_at(block, block.starts, wanted)
    return np.asarray(whole * (block.ends - block.starts == len(wanted)), np.int64)


def begins_with(block: Block, wanted: bytes) -> Codes:
    """1 where a text begins so."""
    return _holds_at(block, block.starts, wanted)


def ends_with(block: Block, wanted: bytes) -> Codes:
    """1 where a text ends so."""
    return _holds_at(block, block.ends - len(wanted), wanted)


def _holds_at(block: Block, places: Codes, wanted: bytes) -> Codes:
    fits = (places >= block.starts) & (places + len(wanted) <= block.ends)
    rows = np.flatnonzero(fits)
    found: Codes = np.zeros(len(places), np.int64)
    window = block.data[places[rows, None] + np.arange(len(wanted))]
    found[rows] = (window == np.frombuffer(wanted, np.uint8)).all(axis=1)
    return found


def contains(block: Block, wanted: bytes) -> Codes:
    """1 where a text holds this somewhere."""
    size = len(block.data) - len(wanted) + 1
    if not wanted:
        return np.ones(len(block.ends), np.int64)
    if size <= 0:
        return np.zeros(len(block.ends), np.int64)
    hits = np.ones(size, bool)
    for number, byte in enumerate(wanted):
        hits &= block.data[number : number + size] == byte
    before = np.concatenate([[0], np.cumsum(hits)])
    last = np.clip(block.ends - len(wanted) + 1, 0, size)
    first = np.minimum(block.starts, last)
    return np.asarray(before[last] > before[first], np.int64)


def same(one: Block, other: Block) -> Codes:
    """1 where two texts are equal."""
    sizes = one.ends - one.starts
    found: Codes = (sizes == other.ends - other.starts).astype(np.int64)
    rows = np.flatnonzero(found & (sizes > 0))
    if not len(rows):
        return found
    lengths = sizes[rows]
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    left = one.data[np.repeat(one.starts[rows], lengths) + within]
    right = other.data[np.repeat(other.starts[rows], lengths) + within]
    differing = np.add.reduceat((left != right).astype(np.int64), np.cumsum(lengths) - lengths)
    found[rows] = differing == 0
    return found


def by_label(words: Words, test: Callable[[str], int]) -> Node | None:
    """A number that follows from each text of a list; None where the texts are not known beforehand."""
    if words.labels is None or words.index is None:
        return None
    table = np.array([test(value) for value in words.labels.values], np.int64)
    return Mapped(lambda codes: table[codes], (words.index,))
