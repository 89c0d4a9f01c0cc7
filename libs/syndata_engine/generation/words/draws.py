"""Kernels that turn row numbers into words and words into codes, a tile of rows at a time."""

from __future__ import annotations

import numpy as np

from syndata_engine.generation.words.bits import GOLDEN, mix64, mulhi, peek
from syndata_engine.generation.words.kernel import inlined, kernel
from syndata_engine.pools import ALIAS_BITS

ALIAS_SHIFT, ALIAS_MASK = np.uint64(ALIAS_BITS), np.uint64(2**ALIAS_BITS - 1)

# ruff: noqa: ANN001, ANN201, ANN202, PLR0913, PLR0917 -- numba compiles these; types are stated in the docstrings
# mypy: disable-error-code="no-untyped-def,untyped-decorator"


@kernel
def inner_words(rows, table_key, out):
    """Rows int64[n] -> out uint64[n]: the inner mix, made once per tile and shared by all columns."""
    for i in range(rows.size):
        out[i] = mix64(np.uint64(rows[i]) * GOLDEN + table_key)


@kernel
def column_words(inner, column_key, out):
    """Inner uint64[n] -> out uint64[n]: the words of one column or entity."""
    for i in range(inner.size):
        out[i] = mix64(inner[i] ^ column_key)


@inlined
def _rotate(value, bits):
    return (value << np.uint64(bits)) | (value >> np.uint64(64 - bits))


@inlined
def _sip_round(v0, v1, v2, v3):
    v0 += v1
    v1 = _rotate(v1, 13) ^ v0
    v0 = _rotate(v0, 32)
    v2 += v3
    v3 = _rotate(v3, 16) ^ v2
    v0 += v3
    v3 = _rotate(v3, 21) ^ v0
    v2 += v1
    v1 = _rotate(v1, 17) ^ v2
    return v0, v1, _rotate(v2, 32), v3


@kernel
def secret_words(rows, key0, key1, out):
    """Rows int64[n] -> out uint64[n]: SipHash-2-4 (Aumasson and Bernstein 2012) of the eight bytes of the row.

    A keyed pseudo-random function: without the key, cells tell nothing about other cells.
    """
    last = np.uint64(8 << 56)
    for i in range(rows.size):
        message = np.uint64(rows[i])
        v0 = key0 ^ np.uint64(0x736F6D6570736575)
        v1 = key1 ^ np.uint64(0x646F72616E646F6D)
        v2 = key0 ^ np.uint64(0x6C7967656E657261)
        v3 = key1 ^ np.uint64(0x7465646279746573) ^ message
        for _ in range(2):
            v0, v1, v2, v3 = _sip_round(v0, v1, v2, v3)
        v0 ^= message
        v3 ^= last
        for _ in range(2):
            v0, v1, v2, v3 = _sip_round(v0, v1, v2, v3)
        v0 ^= last
        v2 ^= np.uint64(0xFF)
        for _ in range(4):
            v0, v1, v2, v3 = _sip_round(v0, v1, v2, v3)
        out[i] = v0 ^ v1 ^ v2 ^ v3


@inlined
def sub_word(word, key):
    """A further word of the same cell, for a draw that has its own key."""
    return mix64(word + key)


@kernel
def uniform_codes(words, key, low, size, step, out):
    """Out int64[n] = low + step * (0..size-1), uniform; key 0 uses the word itself."""
    for i in range(words.size):
        word = words[i] if key == np.uint64(0) else sub_word(words[i], key)
        out[i] = low + step * np.int64(mulhi(word, size))


@kernel
def bounded_codes(words, low, high, out):
    """Out int64[n] uniform in low[i]..high[i]; planning has proved low[i] <= high[i]."""
    for i in range(words.size):
        out[i] = low[i] + np.int64(mulhi(words[i], np.uint64(high[i] - low[i]) + np.uint64(1)))


@inlined
def weighted_index(word, alias, base, size):
    """Index 0..size-1 by Walker's alias method (1977): one word gives column and coin."""
    column = np.int64(mulhi(word, size))
    entry = peek(alias, base + column)
    other = np.int64(entry & ALIAS_MASK)
    # Chosen by a mask of bits: as a branch it would be mispredicted half the time.
    keep = -np.int64(((word * size) >> ALIAS_SHIFT) < (entry >> ALIAS_SHIFT))
    return other ^ ((other ^ column) & keep)


@kernel
def weighted_codes(words, key, alias, out):
    """Out int64[n]: indices drawn with an alias table, uint64[k]."""
    size = np.uint64(alias.size)
    for i in range(words.size):
        word = words[i] if key == np.uint64(0) else sub_word(words[i], key)
        out[i] = weighted_index(word, alias, 0, size)


@kernel
def grouped_codes(words, key, groups, starts, alias, out):
    """Out int64[n]: an index of group g's stretch starts[g]..starts[g+1]-1, drawn with that stretch's alias table."""
    for i in range(words.size):
        base = starts[groups[i]]
        size = np.uint64(starts[groups[i] + 1] - base)
        out[i] = base + weighted_index(sub_word(words[i], key), alias, base, size)


@kernel
def digit_sums(codes, places, table, out):
    """Codes int64[n] >= 0 -> out int64[n]: the sum of table[10 * place + digit] over decimal digits, last digit first.

    table int64[10 * places].
    """
    for i in range(codes.size):
        rest = np.uint64(codes[i])
        total = 0
        for place in range(places):
            shorter = rest // np.uint64(10)
            total += table[10 * place + np.int64(rest - shorter * np.uint64(10))]
            rest = shorter
        out[i] = total


@kernel
def below_threshold(words, key, threshold, out):
    """Out int64[n]: 1 where the cell's sub-word is under the threshold (a probability times 2**64)."""
    for i in range(words.size):
        out[i] = np.int64(sub_word(words[i], key) < threshold)


@kernel
def permuted(number, size, left, right, key):
    """A keyed bijection of 0..size-1 applied to a number.

    A Feistel network over Z_left x Z_right (left * right >= size, Black and Rogaway 2002) with cycle
    walking; the product exceeds size by less than `left`, so walks are rare.
    """
    value = np.uint64(number)
    while True:
        a = value // right
        b = value % right
        for turn in range(3):
            k = key + np.uint64(2 * turn) * GOLDEN
            a += mulhi(mix64(b ^ k), left)
            if a >= left:
                a -= left
            b += mulhi(mix64(a ^ (k + GOLDEN)), right)
            if b >= right:
                b -= right
        value = a * right + b
        if value < size:
            return np.int64(value)


@kernel
def permute(numbers, size, left, right, key, out):
    """Out int64[n]: every number under one bijection."""
    for i in range(numbers.size):
        out[i] = permuted(numbers[i], size, left, right, key)


@kernel
def permute_each(numbers, keys, size, left, right, out):
    """Out int64[n]: each number under a bijection of its own; keys uint64[n]."""
    for i in range(numbers.size):
        out[i] = permuted(numbers[i], size, left, right, keys[i])


@kernel
def unpermuted(number, size, left, right, key):
    """The number whose image under `permuted` this is."""
    value = np.uint64(number)
    while True:
        a = value // right
        b = value % right
        for back in range(3):
            k = key + np.uint64(2 * (2 - back)) * GOLDEN
            drop = mulhi(mix64(a ^ (k + GOLDEN)), right)
            b = b - drop if b >= drop else b + right - drop
            drop = mulhi(mix64(b ^ k), left)
            a = a - drop if a >= drop else a + left - drop
        value = a * right + b
        if value < size:
            return np.int64(value)


@kernel
def unpermute(numbers, size, left, right, key, out):
    """The inverse of `permute`."""
    for i in range(numbers.size):
        out[i] = unpermuted(numbers[i], size, left, right, key)


@kernel
def take_where(index, number, values, out):
    """Out int64[n]: the value where the index is `number`, else what is there; index and values int64[n]."""
    for i in range(index.size):
        out[i] = values[i] if index[i] == number else out[i]


@kernel
def number_where(condition, number, out):
    """Out int64[n]: `number` where the condition is not 0, else what is there; condition int64[n]."""
    for i in range(condition.size):
        out[i] = number if condition[i] != 0 else out[i]
