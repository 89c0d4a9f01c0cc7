"""Numbers, dates and UUIDs as text: kernels that write at a byte offset and return the next one."""

from __future__ import annotations

import numpy as np

from syndata_engine.generation.words.bits import load64, mix64, store8, store64
from syndata_engine.generation.words.kernel import inlined

# ruff: noqa: ANN001, ANN201, ANN202 -- numba compiles these; types are stated in the docstrings
# mypy: disable-error-code="no-untyped-def,untyped-decorator"

_ZEROS = np.uint64(0x3030303030303030)
_E8 = np.uint64(100_000_000)
_DASH, _COLON, _POINT = np.uint8(45), np.uint8(58), np.uint8(46)


@inlined
def copy(out, pos, heap, start, length):
    """Copy length bytes; always moves 32, so both sides need SLACK behind them."""
    store64(out, pos, load64(heap, start))
    store64(out, pos + 8, load64(heap, start + 8))
    store64(out, pos + 16, load64(heap, start + 16))
    store64(out, pos + 24, load64(heap, start + 24))
    done = 32
    while done < length:
        store64(out, pos + done, load64(heap, start + done))
        done += 8
    return pos + length


@inlined
def eight_digits(value):
    """A number below 10**8 as eight ASCII digits, first digit in the lowest byte."""
    high = value // np.uint64(10_000)
    x = high | ((value - high * np.uint64(10_000)) << np.uint64(32))
    t = ((x * np.uint64(10_486)) >> np.uint64(20)) & np.uint64(0x0000007F0000007F)
    x = t | ((x - np.uint64(100) * t) << np.uint64(16))
    t = ((x * np.uint64(103)) >> np.uint64(10)) & np.uint64(0x000F000F000F000F)
    return (t | ((x - np.uint64(10) * t) << np.uint64(8))) + _ZEROS


@inlined
def _short_length(value):
    """Digits of a number below 10**8."""
    if value < np.uint64(10_000):
        if value < np.uint64(100):
            return 1 if value < np.uint64(10) else 2
        return 3 if value < np.uint64(1_000) else 4
    if value < np.uint64(1_000_000):
        return 5 if value < np.uint64(100_000) else 6
    return 7 if value < np.uint64(10_000_000) else 8


@inlined
def put_short(out, pos, value, count):
    """The last `count` (1..8) digits of a number below 10**8."""
    store64(out, pos, eight_digits(value) >> np.uint64(8 * (8 - count)))
    return pos + count


@inlined
def put_number(out, pos, value):
    """An unsigned number without leading zeros."""
    if value < _E8:
        return put_short(out, pos, value, _short_length(value))
    high = value // _E8
    low = value - high * _E8
    if high < _E8:
        pos = put_short(out, pos, high, _short_length(high))
    else:
        top = high // _E8
        pos = put_short(out, pos, top, _short_length(top))
        pos = put_short(out, pos, high - top * _E8, 8)
    return put_short(out, pos, low, 8)


@inlined
def put_padded(out, pos, value, count):
    """A number as exactly `count` (1..20) digits."""
    if count <= 8:
        return put_short(out, pos, value, count)
    high = value // _E8
    low = value - high * _E8
    if count <= 16:
        pos = put_short(out, pos, high, count - 8)
    else:
        top = high // _E8
        pos = put_short(out, pos, top, count - 16)
        pos = put_short(out, pos, high - top * _E8, 8)
    return put_short(out, pos, low, 8)


@inlined
def put_integer(out, pos, code, width):
    """A signed number, padded with zeros to `width` digits."""
    value = np.uint64(code)
    if code < 0:
        store8(out, pos, _DASH)
        pos += 1
        value = np.uint64(0) - value
    if width > 1:
        limit = np.uint64(1)
        digits = 0
        while digits < width and digits < 19:
            limit *= np.uint64(10)
            digits += 1
        if value < limit:
            return put_padded(out, pos, value, width)
    return put_number(out, pos, value)


@inlined
def put_fixed(out, pos, code, shape, power):
    """A scaled integer; shape = scale (1..18) + 32 when trailing zeros go; power = 10**scale."""
    value = np.uint64(code)
    if code < 0:
        store8(out, pos, _DASH)
        pos += 1
        value = np.uint64(0) - value
    whole = value // power
    scale = shape & 31
    pos = put_number(out, pos, whole)
    store8(out, pos, _POINT)
    end = put_padded(out, pos + 1, value - whole * power, scale)
    if shape > 31:
        while end > pos + 2 and out[end - 1] == np.uint8(48):
            end -= 1
    return end


@inlined
def civil(days):
    """Days since 1970-01-01 as year * 10000 + month * 100 + day (Neri and Schneider 2022, Euclidean affine functions)."""
    # Shifted by whole 400-year eras so that the arithmetic stays unsigned; 82 of them reach far below year 1.
    n1 = np.uint64(4) * np.uint64(days + 719_468 + 82 * 146_097) + np.uint64(3)
    century = n1 // np.uint64(146_097)
    n2 = ((n1 - century * np.uint64(146_097)) // np.uint64(4)) * np.uint64(4) + np.uint64(3)
    product = np.uint64(2_939_745) * n2
    in_century = product >> np.uint64(32)
    in_year = (product & np.uint64(0xFFFFFFFF)) // np.uint64(2_939_745 * 4)
    year = np.uint64(100) * century + in_century
    n3 = np.uint64(2_141) * in_year + np.uint64(197_913)
    month = n3 >> np.uint64(16)
    day = (n3 & np.uint64(0xFFFF)) // np.uint64(2_141)
    late = np.uint64(in_year >= np.uint64(306))
    year += late
    month -= np.uint64(12) * late
    return (year - np.uint64(82 * 400)) * np.uint64(10_000) + month * np.uint64(100) + day + np.uint64(1)


@inlined
def put_date(out, pos, days):
    """YYYY-MM-DD; days from 0000-03-01 to 9999-12-31."""
    text = eight_digits(civil(days))
    store64(out, pos, text)
    store64(out, pos + 5, text >> np.uint64(32))
    store64(out, pos + 8, text >> np.uint64(48))
    store8(out, pos + 4, _DASH)
    store8(out, pos + 7, _DASH)
    return pos + 10


@inlined
def put_timestamp(out, pos, code, fraction):
    """YYYY-MM-DDThh:mm:ss[.fff[fff]]Z from microseconds since 1970."""
    shifted = np.uint64(code + 719_468 * 86_400_000_000)
    day = shifted // np.uint64(86_400_000_000)
    micros = shifted - day * np.uint64(86_400_000_000)
    seconds = micros // np.uint64(1_000_000)
    micros -= seconds * np.uint64(1_000_000)
    put_date(out, pos, np.int64(day) - 719_468)
    hours = seconds // np.uint64(3_600)
    minutes = seconds // np.uint64(60) - hours * np.uint64(60)
    clock = hours * np.uint64(10_000) + minutes * np.uint64(100) + seconds % np.uint64(60)
    text = eight_digits(clock)
    store8(out, pos + 10, np.uint8(84))
    store64(out, pos + 11, text >> np.uint64(16))
    store64(out, pos + 14, text >> np.uint64(32))
    store64(out, pos + 17, text >> np.uint64(48))
    store8(out, pos + 13, _COLON)
    store8(out, pos + 16, _COLON)
    pos += 19
    if fraction == 3:
        store8(out, pos, _POINT)
        pos = put_short(out, pos + 1, micros // np.uint64(1_000), 3)
    elif fraction == 6:
        store8(out, pos, _POINT)
        pos = put_short(out, pos + 1, micros, 6)
    store8(out, pos, np.uint8(90))
    return pos + 1


@inlined
def eight_hex(value):
    """A 32-bit number as eight lower-case hex digits, first digit in the lowest byte."""
    x = ((value & np.uint64(0xFFFF)) << np.uint64(32)) | ((value & np.uint64(0xFFFF0000)) >> np.uint64(16))
    x = ((x & np.uint64(0x000000FF000000FF)) << np.uint64(16)) | ((x & np.uint64(0x0000FF000000FF00)) >> np.uint64(8))
    x = ((x & np.uint64(0x000F000F000F000F)) << np.uint64(8)) | ((x & np.uint64(0x00F000F000F000F0)) >> np.uint64(4))
    letters = ((x + np.uint64(0x0606060606060606)) >> np.uint64(4)) & np.uint64(0x0101010101010101)
    return x + _ZEROS + letters * np.uint64(39)


@inlined
def put_hex(out, pos, value, width):
    """The last `width` (1..16) hex digits of a word; 0: as many as a number below 2**32 needs."""
    if width == 0:
        width = 1
        while width < 8 and value >> np.uint64(4 * width) != np.uint64(0):
            width += 1
    low = eight_hex(value & np.uint64(0xFFFFFFFF))
    if width <= 8:
        store64(out, pos, low >> np.uint64(8 * (8 - width)))
    else:
        store64(out, pos, eight_hex(value >> np.uint64(32)) >> np.uint64(8 * (16 - width)))
        store64(out, pos + width - 8, low)
    return pos + width


@inlined
def put_slug(out, start, pos):
    """Rewrite out[start:pos] in place: letters and digits of ASCII in lower case, one hyphen between runs of them."""
    end = start
    waiting = False
    for i in range(start, pos):
        byte = out[i]
        if np.uint8(65) <= byte <= np.uint8(90):
            byte += np.uint8(32)
        if np.uint8(97) <= byte <= np.uint8(122) or np.uint8(48) <= byte <= np.uint8(57):
            if waiting and end > start:
                store8(out, end, _DASH)
                end += 1
            waiting = False
            store8(out, end, byte)
            end += 1
        else:
            waiting = True
    return end


@inlined
def put_uuid(out, pos, word, key):
    """A version 4 UUID: 60 bits of the word in the first half, its last 4 and 58 fresh bits in the second."""
    fresh = mix64(word + key)
    middle = ((word >> np.uint64(12)) & np.uint64(0xFFFF)) << np.uint64(16)
    second = middle | np.uint64(0x4000) | (word & np.uint64(0xFFF))
    tail = np.uint64(1) << np.uint64(63)
    tail |= (word >> np.uint64(60)) << np.uint64(58)
    tail |= fresh & np.uint64(0x03FFFFFFFFFFFFFF)
    store64(out, pos, eight_hex((word >> np.uint64(28)) & np.uint64(0xFFFFFFFF)))
    text = eight_hex(second)
    store64(out, pos + 9, text)
    store64(out, pos + 14, text >> np.uint64(32))
    text = eight_hex(tail >> np.uint64(32))
    store64(out, pos + 19, text)
    store64(out, pos + 24, text >> np.uint64(32))
    store64(out, pos + 28, eight_hex(tail & np.uint64(0xFFFFFFFF)))
    store8(out, pos + 8, _DASH)
    store8(out, pos + 13, _DASH)
    store8(out, pos + 18, _DASH)
    store8(out, pos + 23, _DASH)
    return pos + 36
