"""One kernel writes rows of text: it walks a small program once per row, straight into a byte buffer.

An operation is ten int64: code, slot, a, b, c, key, a literal as two words and a length, and the next operation.
After each operation its literal (up to 16 bytes) is written, which saves separators an operation of their own.
"""

from __future__ import annotations

import numpy as np

from syndata_engine.generation.rendering.digits import (
    copy,
    eight_digits,
    put_date,
    put_fixed,
    put_hex,
    put_integer,
    put_padded,
    put_slug,
    put_timestamp,
    put_uuid,
)
from syndata_engine.generation.words.bits import GOLDEN, load64, mix64, mulhi, peek, store8, store64
from syndata_engine.generation.words.draws import sub_word, weighted_index
from syndata_engine.generation.words.kernel import inlined, kernel

# ruff: noqa: ANN001, ANN201, ANN202, PLR0913, PLR0917, PLR0912, PLR0915, C901 -- one interpreter loop: splitting it costs its speed
# mypy: disable-error-code="no-untyped-def,untyped-decorator"

(LIT, PICK, PICK_WEIGHTED, ITEM, INT, DIGITS, FIXED, DATE, TIMESTAMP, UUID, BOOL, CHARS, SWITCH, CASE, NULL,
 MARK, MASKED, HEX, START, SLUG, QUOTE, HOLD, DAMAGE) = range(23)  # fmt: skip
OPERATION_WIDTH = 10
FIELD_C, NEXT = 4, 9

_LENGTH_BITS = np.uint64(20)
_LENGTH_MASK = np.uint64(2**20 - 1)
_QUOTE = np.uint8(34)


@inlined
def _entry(out, pos, heap, spans, index):
    """Copy a heap entry; a span is start << 20 | length."""
    span = peek(spans, index)
    return copy(out, pos, heap, np.int64(span >> _LENGTH_BITS), np.int64(span & _LENGTH_MASK))


@inlined
def _masked(out, pos, heap, span, masks, at, word):
    """Copy a mask and draw its digits, eight bytes at a time.

    Behind masks[at] stand eight words of byte masks: four for digits 0-9, four for digits 2-9.
    """
    start = np.int64(span >> _LENGTH_BITS)
    length = np.int64(span & _LENGTH_MASK)
    for block in range((length + 7) >> 3):
        word = mix64(word + GOLDEN)
        digits = np.uint64(peek(masks, at + block))
        bounded = np.uint64(peek(masks, at + 4 + block))
        text = load64(heap, start + 8 * block)
        drawn = eight_digits(mulhi(word, np.uint64(100_000_000)))
        higher = (word & np.uint64(0x0707070707070707)) + np.uint64(0x3232323232323232)
        store64(out, pos + 8 * block, text | (drawn & digits) | (higher & bounded))
    return pos + length


@inlined
def _quoted(out, mark, pos):
    """Quote out[mark:pos] as RFC 4180 asks, where it is empty or holds a comma, quote, CR or LF."""
    needs = mark == pos
    inner = 0
    for i in range(mark, pos):
        byte = out[i]
        if byte == _QUOTE:
            inner += 1
        elif byte == np.uint8(44) or byte == np.uint8(10) or byte == np.uint8(13):
            needs = True
    if not needs and inner == 0:
        return pos
    end = pos + inner + 2
    target = end - 1
    store8(out, target, _QUOTE)
    i = pos - 1
    while i >= mark:
        target -= 1
        byte = out[i]
        store8(out, target, byte)
        if byte == _QUOTE:
            target -= 1
            store8(out, target, _QUOTE)
        i -= 1
    store8(out, mark, _QUOTE)
    return end


DIRTY = False
"""Whether rows may have dirt: they have a kernel of their own (`rendering.dirty`), so that the others need not load it."""


@inlined
def damage(out, held, pos, word, ways, mode):  # noqa: ARG001 -- what `rendering.dirty` puts in its place has these
    """Leave the text as it is."""
    return pos


@kernel
def render_rows(program, cells, count, heap, spans, alias, jumps, out, ends):
    """Write `count` rows into out and each row's end into ends; return the end of the last.

    program int64[10 * ops], cells int64[slots, >= count], heap uint8, spans uint64 (one per pool entry),
    alias uint64 (one per weighted pool entry or switch option), jumps int64 (targets of switches, byte masks of masks),
    out uint8 with room for count times the program's longest row and SLACK, ends int64[count].
    """
    pos = 0
    operations = program.size
    for row in range(count):
        at = 0
        mark = start = held = pos
        while at < operations:
            code = peek(program, at)
            slot = peek(program, at + 1)
            a = peek(program, at + 2)
            b = peek(program, at + 3)
            if code == LIT:
                pos = copy(out, pos, heap, a, b)
            elif code == PICK:
                word = sub_word(np.uint64(cells[slot, row]), np.uint64(peek(program, at + 5)))
                pos = _entry(out, pos, heap, spans, a + np.int64(mulhi(word, np.uint64(b))))
            elif code == PICK_WEIGHTED:
                word = sub_word(np.uint64(cells[slot, row]), np.uint64(peek(program, at + 5)))
                index = weighted_index(word, alias, peek(program, at + 4), np.uint64(b))
                pos = _entry(out, pos, heap, spans, a + index)
            elif code == ITEM:
                pos = _entry(out, pos, heap, spans, a + cells[slot, row])
            elif code == INT:
                pos = put_integer(out, pos, cells[slot, row], a)
            elif code == DIGITS:
                word = sub_word(np.uint64(cells[slot, row]), np.uint64(peek(program, at + 5)))
                pos = put_padded(out, pos, np.uint64(peek(program, at + 4)) + mulhi(word, np.uint64(b)), a)
            elif code == FIXED:
                pos = put_fixed(out, pos, cells[slot, row], a, np.uint64(b))
            elif code == DATE:
                pos = put_date(out, pos, cells[slot, row])
            elif code == TIMESTAMP:
                pos = put_timestamp(out, pos, cells[slot, row], a)
            elif code == UUID:
                pos = put_uuid(out, pos, np.uint64(cells[slot, row]), np.uint64(peek(program, at + 5)))
            elif code == BOOL:
                if cells[slot, row] != 0:
                    store64(out, pos, np.uint64(0x65757274))
                    pos += 4
                else:
                    store64(out, pos, np.uint64(0x65736C6166))
                    pos += 5
            elif code == CHARS:
                word = sub_word(np.uint64(cells[slot, row]), np.uint64(peek(program, at + 5)))
                low = peek(program, at + 4) >> 16
                left = low + np.int64(mulhi(word, np.uint64((peek(program, at + 4) & 0xFFFF) - low + 1)))
                while left > 0:
                    word = sub_word(word, np.uint64(peek(program, at + 5)))
                    pos = _entry(out, pos, heap, spans, a + np.int64(mulhi(word, np.uint64(b))))
                    left -= 1
            elif code == SWITCH:
                word = sub_word(np.uint64(cells[slot, row]), np.uint64(peek(program, at + 5)))
                at = peek(jumps, a + weighted_index(word, alias, peek(program, at + 4), np.uint64(b)))
                continue
            elif code == CASE:
                at = peek(jumps, a + min(max(cells[slot, row], 0), b - 1))
                continue
            elif code == NULL:
                if cells[slot, row] != 0:
                    pos = copy(out, pos, heap, a, b)
                    at = peek(program, at + 4)
                    continue
            elif code == MARK:
                mark = pos
            elif code == MASKED:
                word = sub_word(np.uint64(cells[slot, row]), np.uint64(peek(program, at + 5)))
                entry = a + weighted_index(word, alias, peek(program, at + 4) >> 32, np.uint64(b))
                masks = (peek(program, at + 4) & 0xFFFFFFFF) + 8 * (entry - a)
                pos = _masked(out, pos, heap, peek(spans, entry), jumps, masks, word)
            elif code == HEX:
                word = np.uint64(cells[slot, row])
                if peek(program, at + 5) != 0:
                    word = sub_word(word, np.uint64(peek(program, at + 5)))
                pos = put_hex(out, pos, word, a)
            elif code == START:
                start = pos
            elif code == SLUG:
                pos = put_slug(out, start, pos)
            elif DIRTY and code == HOLD:
                held = pos
            elif DIRTY and code == DAMAGE:
                word = sub_word(np.uint64(cells[slot, row]), np.uint64(peek(program, at + 5)))
                pos = damage(out, held, pos, word, a, b)
            else:
                pos = _quoted(out, mark, pos)
            length = peek(program, at + 8)
            if length != 0:
                store64(out, pos, np.uint64(peek(program, at + 6)))
                store64(out, pos + 8, np.uint64(peek(program, at + 7)))
                pos += length
            at = peek(program, at + 9)
        ends[row] = pos
    return pos
