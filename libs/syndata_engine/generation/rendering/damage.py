"""Damaging a text where it stands in the buffer: typing errors, letter case, spaces, and bytes read in the wrong encoding.

Every way leaves a text that differs from what was there, and that is UTF-8 again. Where the way that a cell draws
cannot change its text, the next that can takes its place: an error of typing inserts, letter case becomes a space behind
the text where there is no letter, and text of ASCII alone gets a byte order mark that was misread.
"""

from __future__ import annotations

import numpy as np

from syndata_engine.generation.words.bits import GOLDEN, mix64, mulhi, store8
from syndata_engine.generation.words.kernel import helper, inlined

# ruff: noqa: ANN001, ANN201, ANN202, PLR0911, PLR0913, PLR0917 -- numba compiles these; types are stated in the docstrings
# mypy: disable-error-code="no-untyped-def,untyped-decorator"

(INSERT, DELETE, TRANSPOSE, REPLACE, KEYBOARD, UPPER, LOWER, INVERT, BEFORE, AFTER, DOUBLED,
 MISREAD) = (1 << bit for bit in range(12))  # fmt: skip
PLAIN, JSON, SQL, COPY = range(4)
"""How the damaged text is escaped."""
MODES = {"json": JSON, "sql": SQL, "copy": COPY}
_SPACE = np.uint8(32)
_NEAR = np.frombuffer(
    b"qwszvghnxdfvserfwsdrdrtgftyhgyujujkohuikjiolkopknjknbhjmiklpolol"
    b"waswedftawedrfgyyhjicfgbqasezsdctghuasxs"
    b"9999222313132424353546465757686879798080",
    np.uint8,
)
"""Four neighbours on an English keyboard for each letter a-z and digit 0-9; some twice."""
_WINDOWS = np.array(
    [*(0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D,
       0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
       0x017E, 0x0178), *range(0xA0, 0x100)],
    np.int64,
)  # fmt: skip
"""The characters that Windows-1252 has for bytes 128 to 255."""
_MARK = np.frombuffer("\u00ef\u00bb\u00bf".encode(), np.uint8)
"""A byte order mark, read as Windows-1252."""


@helper
def _shift(out, at, pos, size):
    """Make room of `size` bytes at `at` (or, below 0, take so many away behind it); returns the new end."""
    if size > 0:
        for i in range(pos - 1, at - 1, -1):
            store8(out, i + size, out[i])
    else:
        for i in range(at - size, pos):
            store8(out, i + size, out[i])
    return pos + size


@inlined
def _length(out, at):
    """Bytes of the character that begins here."""
    byte = out[at]
    return 1 if byte < 0x80 else 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4


@helper
def _characters(out, start, pos):
    count = 0
    for i in range(start, pos):
        count += (out[i] & 0xC0) != 0x80
    return count


@helper
def _place(out, start, number):
    """Where a character of the text begins."""
    at = start
    for _ in range(number):
        at += _length(out, at)
    return at


@inlined
def _below(word, size):
    """A number below `size`."""
    return np.int64(mulhi(word, np.uint64(size)))


@inlined
def _lower_letter(byte):
    """The place of an ASCII letter in the alphabet, of any case; -1 for other bytes."""
    small = byte | 0x20
    return np.int64(small) - 97 if 97 <= small <= 122 else np.int64(-1)


@helper
def _near(byte, word):
    """A neighbour on the keyboard, in the same case; 0 where the byte is no letter or digit."""
    letter = _lower_letter(byte)
    if letter >= 0:
        return np.uint8(_NEAR[4 * letter + _below(word, 4)] - (32 if byte < 97 else 0))
    if 48 <= byte <= 57:
        return np.uint8(_NEAR[104 + 4 * (np.int64(byte) - 48) + _below(word, 4)])
    return np.uint8(0)


@helper
def _another(byte, word):
    """Another letter for a letter, in the same case; another digit for a digit; a letter for anything else."""
    letter = _lower_letter(byte)
    if letter >= 0:
        return np.uint8(97 + (letter + 1 + _below(word, 25)) % 26 - (32 if byte < 97 else 0))
    if 48 <= byte <= 57:
        return np.uint8(48 + (np.int64(byte) - 48 + 1 + _below(word, 9)) % 10)
    return np.uint8(97 + _below(word, 26))


@helper
def _insert(out, start, pos, word):
    """One letter or digit more, beside one that is its neighbour on the keyboard."""
    count = _characters(out, start, pos)
    at = start if count == 0 else _place(out, start, _below(word, count))
    word = mix64(word + GOLDEN)
    byte = np.uint8(0) if count == 0 else _near(out[at], word)
    if byte == 0:
        byte = np.uint8(97 + _below(word, 26))
    pos = _shift(out, at, pos, 1)
    store8(out, at, byte)
    return pos


@helper
def _replace(out, start, pos, word, near):
    """Another character at one place; with `near`, a neighbour on the keyboard where there is a letter or digit."""
    count = _characters(out, start, pos)
    if count == 0:
        return _insert(out, start, pos, word)
    first = _below(word, count)
    word = mix64(word + GOLDEN)
    at = _place(out, start, first)
    byte = np.uint8(0)
    if near:
        for step in range(count):
            there = _place(out, start, (first + step) % count)
            byte = _near(out[there], word)
            if byte != 0:
                at = there
                break
    if byte == 0:
        byte = _another(out[at], word)
    pos = _shift(out, at, pos, 1 - _length(out, at))
    store8(out, at, byte)
    return pos


@helper
def _transpose(out, start, pos, word):
    """Two neighbouring characters that differ change places."""
    count = _characters(out, start, pos)
    first = _below(word, max(count - 1, 1))
    for step in range(count - 1):
        left = _place(out, start, (first + step) % (count - 1))
        middle = left + _length(out, left)
        right = middle + _length(out, middle)
        differs = middle - left != right - middle
        for i in range(min(middle - left, right - middle)):
            differs = differs or out[left + i] != out[middle + i]
        if differs:
            for _ in range(middle - left):
                byte = out[left]
                for i in range(left, right - 1):
                    store8(out, i, out[i + 1])
                store8(out, right - 1, byte)
            return pos
    return _insert(out, start, pos, word)


@inlined
def _to_upper(point):
    """The capital of a small letter that has as many bytes; the same for anything else."""
    if 97 <= point <= 122 or (0xE0 <= point <= 0xFE and point != 0xF7) or 0x430 <= point <= 0x44F:
        return point - 32
    if 0x3B1 <= point <= 0x3C9 and point != 0x3C2:
        return point - 32
    if 0x450 <= point <= 0x45F:
        return point - 80
    odd = point & 1
    if (0x100 <= point <= 0x137 and point != 0x131) or 0x14A <= point <= 0x177:
        return point - odd
    if 0x139 <= point <= 0x148 or 0x179 <= point <= 0x17E:
        return point - 1 + odd
    return point


@inlined
def _to_lower(point):
    """The small letter of a capital that has as many bytes; the same for anything else."""
    if 65 <= point <= 90 or (0xC0 <= point <= 0xDE and point != 0xD7) or 0x410 <= point <= 0x42F:
        return point + 32
    if 0x391 <= point <= 0x3A9 and point != 0x3A2:
        return point + 32
    if 0x400 <= point <= 0x40F:
        return point + 80
    odd = point & 1
    if (0x100 <= point <= 0x137 and point != 0x130) or 0x14A <= point <= 0x177:
        return point + 1 - odd
    if 0x139 <= point <= 0x148 or 0x179 <= point <= 0x17E:
        return point + odd
    return point


@helper
def _recase(out, start, pos, way):
    """Change the case of all letters of the Latin, Greek and Cyrillic alphabets; returns how many changed."""
    changed = 0
    at = start
    while at < pos:
        size = _length(out, at)
        if size <= 2:
            point = np.int64(out[at])
            if size == 2:
                point = (point & 0x1F) << 6 | np.int64(out[at + 1]) & 0x3F
            upper, lower = _to_upper(point), _to_lower(point)
            other = upper if way == UPPER else lower if way == LOWER else upper if upper != point else lower
            if other != point:
                changed += 1
                if size == 1:
                    store8(out, at, np.uint8(other))
                else:
                    store8(out, at, np.uint8(0xC0 | other >> 6))
                    store8(out, at + 1, np.uint8(0x80 | other & 0x3F))
        at += size
    return changed


@helper
def _spaced(out, start, pos, word, way):
    """One or two spaces before the text or behind it, or one more beside one that is there."""
    if way == DOUBLED:
        spaces = 0
        for i in range(start, pos):
            spaces += out[i] == _SPACE
        left = _below(word, max(spaces, 1))
        for i in range(start, pos):
            if out[i] == _SPACE:
                if left == 0:
                    pos = _shift(out, i, pos, 1)
                    store8(out, i, _SPACE)
                    return pos
                left -= 1
    count = 1 + _below(word, 2)
    at = start if way == BEFORE else pos
    pos = _shift(out, at, pos, count)
    for i in range(count):
        store8(out, at + i, _SPACE)
    return pos


@helper
def _misread(out, start, pos):
    """The text's UTF-8 as a reader of Windows-1252 sees it."""
    grown = 0
    for i in range(start, pos):
        if out[i] >= 0x80:
            grown += 1 if _WINDOWS[np.int64(out[i]) - 128] < 0x800 else 2
    if grown == 0:
        pos = _shift(out, start, pos, len(_MARK))
        for i in range(len(_MARK)):
            store8(out, start + i, _MARK[i])
        return pos
    target = pos + grown
    for i in range(pos - 1, start - 1, -1):
        byte = out[i]
        if byte < 0x80:
            target -= 1
            store8(out, target, byte)
            continue
        point = _WINDOWS[np.int64(byte) - 128]
        target -= 1
        store8(out, target, np.uint8(0x80 | point & 0x3F))
        if point < 0x800:
            target -= 1
            store8(out, target, np.uint8(0xC0 | point >> 6))
        else:
            store8(out, target - 1, np.uint8(0x80 | point >> 6 & 0x3F))
            store8(out, target - 2, np.uint8(0xE0 | point >> 12))
            target -= 2
    return pos + grown


@helper
def _escaped(byte, mode):
    """What stands behind a backslash (or quote) for a byte; 0 where it stands as it is, 1 for a code of six characters."""
    if mode == SQL:
        return byte if byte == 39 else np.uint8(0)
    if byte == 92 or (byte == 34 and mode == JSON):
        return byte
    if byte >= 32:
        return np.uint8(0)
    if byte == 8:
        return np.uint8(98)
    if byte == 9:
        return np.uint8(116)
    if byte == 10:
        return np.uint8(110)
    if byte == 12:
        return np.uint8(102)
    if byte == 13:
        return np.uint8(114)
    if mode == COPY:
        return np.uint8(118) if byte == 11 else np.uint8(0)
    return np.uint8(1)


@helper
def _escape(out, start, pos, mode):
    """Escape a text as json.dumps, a SQL string or COPY does."""
    grown = 0
    for i in range(start, pos):
        sign = _escaped(out[i], mode)
        grown += 0 if sign == 0 else 5 if sign == 1 else 1
    if grown == 0:
        return pos
    target = pos + grown
    for i in range(pos - 1, start - 1, -1):
        byte = out[i]
        sign = _escaped(byte, mode)
        if sign == 1:
            target -= 6
            digit = byte & 15
            for place, mark in enumerate((92, 117, 48, 48, 48 + (byte >> 4), 48 + digit if digit < 10 else 87 + digit)):
                store8(out, target + place, np.uint8(mark))
            continue
        target -= 1
        store8(out, target, byte if sign == 0 else sign)
        if sign != 0:
            target -= 1
            store8(out, target, np.uint8(39 if mode == SQL else 92))
    return pos + grown


@helper
def _damaged(out, start, pos, word, way):
    if way == DELETE and _characters(out, start, pos) > 1:
        at = _place(out, start, _below(word, _characters(out, start, pos)))
        return _shift(out, at, pos, -_length(out, at))
    if way == TRANSPOSE:
        return _transpose(out, start, pos, word)
    if way in (REPLACE, KEYBOARD):
        return _replace(out, start, pos, word, way == KEYBOARD)
    if way in (UPPER, LOWER, INVERT):
        if _recase(out, start, pos, way) or _recase(out, start, pos, INVERT):
            return pos
        return _spaced(out, start, pos, word, AFTER)
    if way in (BEFORE, AFTER, DOUBLED):
        return _spaced(out, start, pos, word, way)
    if way == MISREAD:
        return _misread(out, start, pos)
    return _insert(out, start, pos, word)


@helper
def damage(out, start, pos, word, ways, mode):
    """Damage out[start:pos] (raw UTF-8) in one of the ways, a set of bits, and escape it; returns the new end.

    `longest` says how much room that takes.
    """
    left = 0
    for bit in range(12):
        left += ways >> bit & 1
    left = _below(word, left)
    way = 0
    for bit in range(12):
        if ways >> bit & 1:
            if left == 0:
                way = 1 << bit
                break
            left -= 1
    pos = _damaged(out, start, pos, mix64(word ^ GOLDEN), way)
    return pos if mode == PLAIN else _escape(out, start, pos, mode)


def longest(size: int) -> int:
    """Bytes that a text of at most `size` bytes can have once it is damaged and escaped."""
    return 6 * size + 16
