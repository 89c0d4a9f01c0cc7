"""The spike's other side: Numba kernels that write Arrow columns, or CSV text at once."""

import numpy as np
from numba import njit

from syndata_engine.generation.rendering.digits import copy, put_date, put_fixed, put_number
from syndata_engine.generation.words.bits import GOLDEN, mix64, store8

# ruff: noqa: ANN001, ANN201 -- numba compiles these; what they take is what the class below gives
# mypy: disable-error-code="no-untyped-def,untyped-decorator,no-untyped-call,call-arg,unreachable"

COMMA, LINE, DOT = np.uint8(44), np.uint8(10), np.uint8(46)
POOL, EMAIL, AMOUNT, DATE = range(4)


@njit(inline="always")
def below(word, size):
    return np.int64((word >> np.uint64(32)) * np.uint64(size) >> np.uint64(32))


@njit(inline="always")
def pick(out, pos, heap, spans, index):
    span = spans[index]
    return copy(out, pos, heap, np.int64(span >> np.uint64(20)), np.int64(span & np.uint64(2**20 - 1)))


@njit(inline="always")
def put_email(out, pos, heap, spans, first, last, rest, shape):
    """shape: base and size of lower first names, of lower last names, of domains."""
    pos = pick(out, pos, heap, spans, shape[0] + below(first, shape[1]))
    store8(out, pos, DOT)
    pos = pick(out, pos + 1, heap, spans, shape[2] + below(last, shape[3]))
    number = below(rest, 100 * shape[5])
    domain = number % shape[5]
    pos = put_number(out, pos, np.uint64(number // shape[5]))
    return pick(out, pos, heap, spans, shape[4] + domain)


@njit(nogil=True, cache=True)
def start_words(row, inner):
    for i in range(inner.size):
        inner[i] = mix64(np.uint64(row + i) * GOLDEN)


@njit(nogil=True, cache=True)
def draw_words(inner, key, out):
    for i in range(inner.size):
        out[i] = mix64(inner[i] ^ key)


@njit(nogil=True, cache=True)
def pool_column(words, heap, spans, base, size, out, ends):
    pos = 0
    for i in range(words.size):
        pos = pick(out, pos, heap, spans, base + below(words[i], size))
        ends[i + 1] = pos
    return pos


@njit(nogil=True, cache=True)
def email_column(first, last, rest, heap, spans, shape, out, ends):
    pos = 0
    for i in range(first.size):
        pos = put_email(out, pos, heap, spans, first[i], last[i], rest[i], shape)
        ends[i + 1] = pos
    return pos


@njit(nogil=True, cache=True)
def amount_column(words, size, out, ends):
    pos = 0
    for i in range(words.size):
        pos = put_fixed(out, pos, below(words[i], size), 2, np.uint64(100))
        ends[i + 1] = pos
    return pos


@njit(nogil=True, cache=True)
def date_column(words, size, out, ends):
    pos = 0
    for i in range(words.size):
        pos = put_date(out, pos, below(words[i], size))
        ends[i + 1] = pos
    return pos


@njit(nogil=True, cache=True)
def special_rows(cells, heap, spans, pools, shape, cents, days, out):
    """A writer for this one record: what code generation per schema would give."""
    pos = 0
    for i in range(cells.shape[1]):
        pos = pick(out, pos, heap, spans, pools[0] + below(cells[0, i], pools[1]))
        store8(out, pos, COMMA)
        pos = pick(out, pos + 1, heap, spans, pools[2] + below(cells[1, i], pools[3]))
        store8(out, pos, COMMA)
        pos = put_email(out, pos + 1, heap, spans, cells[0, i], cells[1, i], cells[2, i], shape)
        store8(out, pos, COMMA)
        pos = pick(out, pos + 1, heap, spans, pools[4] + below(cells[3, i], pools[5]))
        store8(out, pos, COMMA)
        for column in range(4, 6):
            pos = put_fixed(out, pos + 1, below(cells[column, i], cents), 2, np.uint64(100))
            store8(out, pos, COMMA)
        for column in range(6, 8):
            pos = put_date(out, pos + 1, below(cells[column, i], days))
            store8(out, pos, COMMA)
        store8(out, pos, LINE)
        pos += 1
    return pos


@njit(nogil=True, cache=True)
def program_rows(program, cells, heap, spans, shape, out):
    """A writer for any record: walks (code, slot, base, size) once per row."""
    pos = 0
    operations = program.shape[0]
    for i in range(cells.shape[1]):
        for at in range(operations):
            code = program[at, 0]
            word = cells[program[at, 1], i]
            if code == POOL:
                pos = pick(out, pos, heap, spans, program[at, 2] + below(word, program[at, 3]))
            elif code == EMAIL:
                pos = put_email(out, pos, heap, spans, cells[0, i], cells[1, i], word, shape)
            elif code == AMOUNT:
                pos = put_fixed(out, pos, below(word, program[at, 3]), 2, np.uint64(100))
            else:
                pos = put_date(out, pos, below(word, program[at, 3]))
            store8(out, pos, COMMA)
            pos += 1
        store8(out, pos - 1, LINE)
    return pos
