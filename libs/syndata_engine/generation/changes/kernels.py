"""Kernels that find a change's row and version, and a version's changes, without making any other change.

docs/decisions/0014-change-logs.md explains the arithmetic. `rounds` is int64[rounds + 1, FIELDS]: what stands before each
round, and what the round works with; `start` is int64[4]: rows of the first snapshot, those of them that are deleted, and the
sides of the bijection over these.
"""

from __future__ import annotations

import numpy as np

from syndata_engine.generation.changes.marks import joined, mark, split
from syndata_engine.generation.words.bits import GOLDEN, mix64, mulhi
from syndata_engine.generation.words.draws import permuted, unpermuted
from syndata_engine.generation.words.kernel import inlined, kernel

# ruff: noqa: ANN001, ANN201, ANN202, PLR0913, PLR0917 -- numba compiles these; types are stated in the docstrings
# mypy: disable-error-code="no-untyped-def,untyped-decorator,no-any-return"

CHANGES, INSERTS, DELETES, DYING, ELIGIBLE, LEFT, RIGHT = range(7)
"""Before the round: changes, inserts, deletes, rows born by then that are deleted some time. In the round: rows that may be
updated, and the sides of the bijection over these."""
FIELDS = 7
ROWS, OLD_DYING, OLD_LEFT, OLD_RIGHT = range(4)
INSERT, UPDATE, DELETE = range(3)

_OF_INSERTS, _OF_DELETES, _OF_COHORTS, _OF_OLD, _OF_DEATHS, _OF_UPDATES, _OF_TIMES = range(1, 8)
"""What a key is used for."""


@inlined
def _key(key, use, number):
    return mix64(key + np.uint64(use) * GOLDEN) + np.uint64(number) * GOLDEN


@kernel
def _round_of(rounds, field, number):
    """The round in which the count of a field passes a number."""
    low, high = 0, rounds.shape[0] - 1
    while low + 1 < high:
        middle = (low + high) // 2
        if rounds[middle, field] <= number:
            low = middle
        else:
            high = middle
    return low


@kernel
def _survivors(rounds, start, k):
    """Rows born before a round that are never deleted."""
    return start[ROWS] + rounds[k, INSERTS] - rounds[k, DYING]


@kernel
def _locate(row, rounds, start, key):
    """Whether a row is deleted some time, its number among such rows (or among the others), and the first round it may be touched in."""
    if row < start[ROWS]:
        dying, number = split(row, start[ROWS], start[OLD_DYING], _key(key, _OF_OLD, 0))
        if dying:
            sides = np.uint64(start[OLD_LEFT]), np.uint64(start[OLD_RIGHT])
            number = permuted(number, np.uint64(start[OLD_DYING]), sides[0], sides[1], _key(key, _OF_DEATHS, 0))
        return dying, number, 0
    born = row - start[ROWS]
    k = _round_of(rounds, INSERTS, born)
    size = rounds[k + 1, INSERTS] - rounds[k, INSERTS]
    marks = rounds[k + 1, DYING] - rounds[k, DYING]
    dying, number = split(born - rounds[k, INSERTS], size, marks, _key(key, _OF_COHORTS, k << 32))
    number += rounds[k, DYING] if dying else _survivors(rounds, start, k)
    return dying, number, k + 1


@kernel
def _survivor_row(number, rounds, start, key):
    """The row of a number among those that are never deleted."""
    old = start[ROWS] - start[OLD_DYING]
    if number < old:
        return joined(number, start[ROWS], start[OLD_DYING], _key(key, _OF_OLD, 0))
    low, high = 0, rounds.shape[0] - 1
    while low + 1 < high:
        middle = (low + high) // 2
        if _survivors(rounds, start, middle) <= number:
            low = middle
        else:
            high = middle
    size = rounds[low + 1, INSERTS] - rounds[low, INSERTS]
    marks = rounds[low + 1, DYING] - rounds[low, DYING]
    place = joined(number - _survivors(rounds, start, low), size, marks, _key(key, _OF_COHORTS, low << 32))
    return start[ROWS] + rounds[low, INSERTS] + place


@kernel
def _dying_row(number, rounds, start, key):
    """The row of a number among those that are deleted some time."""
    if number < start[OLD_DYING]:
        sides = np.uint64(start[OLD_LEFT]), np.uint64(start[OLD_RIGHT])
        stretch = unpermuted(number, np.uint64(start[OLD_DYING]), sides[0], sides[1], _key(key, _OF_DEATHS, 0))
        return mark(stretch, start[ROWS], start[OLD_DYING], _key(key, _OF_OLD, 0))
    k = _round_of(rounds, DYING, number)
    size = rounds[k + 1, INSERTS] - rounds[k, INSERTS]
    marks = rounds[k + 1, DYING] - rounds[k, DYING]
    place = mark(number - rounds[k, DYING], size, marks, _key(key, _OF_COHORTS, k << 32))
    return start[ROWS] + rounds[k, INSERTS] + place


@kernel
def _updates(rounds, k):
    """Updates in a round."""
    made = rounds[k + 1, CHANGES] - rounds[k, CHANGES]
    return made - (rounds[k + 1, INSERTS] - rounds[k, INSERTS]) - (rounds[k + 1, DELETES] - rounds[k, DELETES])


@kernel
def _place(dying, number, rounds, start, k):
    """A row's place among those that may be updated in a round, -1 where it may not: dead by then, or dying in it."""
    survivors = _survivors(rounds, start, k)
    if not dying:
        return number if number < survivors else -1
    if number < rounds[k + 1, DELETES] or number >= rounds[k, DYING]:
        return -1
    return survivors + number - rounds[k + 1, DELETES]


@kernel
def _turn(place, rounds, k, turn, key):
    """When, in one turn of a round through all its rows, the row at a place is updated."""
    size, left, right = rounds[k, ELIGIBLE], rounds[k, LEFT], rounds[k, RIGHT]
    own = _key(key, _OF_UPDATES, (k << 40) + turn)
    return permuted(place, np.uint64(size), np.uint64(left), np.uint64(right), own)


@kernel
def _touches(place, rounds, k, key):
    """How often a round updates the row at a place."""
    updates = _updates(rounds, k)
    if place < 0 or updates == 0:
        return 0
    turns, rest = updates // rounds[k, ELIGIBLE], updates % rounds[k, ELIGIBLE]
    return turns + (1 if rest and _turn(place, rounds, k, turns, key) < rest else 0)


@kernel
def _updates_before(dying, number, first, last, rounds, start, key):
    """Updates of a row in the rounds first..last-1."""
    found = 0
    for k in range(first, last):
        found += _touches(_place(dying, number, rounds, start, k), rounds, k, key)
    return found


@kernel
def describe(changes, rounds, start, key, rows, versions, ops):
    """Changes int64[n] -> out int64[n] each: the row, its version after the change (before it, of a delete), the operation."""
    for i in range(changes.size):
        k = _round_of(rounds, CHANGES, changes[i])
        size = rounds[k + 1, CHANGES] - rounds[k, CHANGES]
        deletes = rounds[k + 1, DELETES] - rounds[k, DELETES]
        inserts = rounds[k + 1, INSERTS] - rounds[k, INSERTS]
        is_delete, number = split(changes[i] - rounds[k, CHANGES], size, deletes, _key(key, _OF_DELETES, k << 32))
        if is_delete:
            rows[i] = _dying_row(rounds[k, DELETES] + number, rounds, start, key)
            dying, place, first = _locate(rows[i], rounds, start, key)
            versions[i], ops[i] = _updates_before(dying, place, first, k, rounds, start, key), DELETE
            continue
        is_insert, number = split(number, size - deletes, inserts, _key(key, _OF_INSERTS, k << 32))
        if is_insert:
            rows[i], versions[i], ops[i] = start[ROWS] + rounds[k, INSERTS] + number, 0, INSERT
            continue
        turn, when = number // rounds[k, ELIGIBLE], number % rounds[k, ELIGIBLE]
        sides = np.uint64(rounds[k, LEFT]), np.uint64(rounds[k, RIGHT])
        own = _key(key, _OF_UPDATES, (k << 40) + turn)
        place = unpermuted(when, np.uint64(rounds[k, ELIGIBLE]), sides[0], sides[1], own)
        survivors = _survivors(rounds, start, k)
        if place < survivors:
            rows[i] = _survivor_row(place, rounds, start, key)
        else:
            rows[i] = _dying_row(rounds[k + 1, DELETES] + place - survivors, rounds, start, key)
        dying, place, first = _locate(rows[i], rounds, start, key)
        versions[i] = _updates_before(dying, place, first, k, rounds, start, key) + turn + 1
        ops[i] = UPDATE


@kernel
def _change_of(k, rest, rounds, key):
    """The change of a number among a round's inserts and updates."""
    size = rounds[k + 1, CHANGES] - rounds[k, CHANGES]
    deletes = rounds[k + 1, DELETES] - rounds[k, DELETES]
    return rounds[k, CHANGES] + joined(rest, size, deletes, _key(key, _OF_DELETES, k << 32))


@kernel
def _insert_of(row, rounds, start, key):
    """The change that inserts a row."""
    born = row - start[ROWS]
    k = _round_of(rounds, INSERTS, born)
    size = rounds[k + 1, CHANGES] - rounds[k, CHANGES]
    deletes = rounds[k + 1, DELETES] - rounds[k, DELETES]
    inserts = rounds[k + 1, INSERTS] - rounds[k, INSERTS]
    rest = mark(born - rounds[k, INSERTS], size - deletes, inserts, _key(key, _OF_INSERTS, k << 32))
    return _change_of(k, rest, rounds, key)


@kernel
def _update_of(row, version, rounds, start, key):
    """The change that makes a version (from 1) of a row; -1 where there is none."""
    dying, number, first = _locate(row, rounds, start, key)
    for k in range(first, rounds.shape[0] - 1):
        place = _place(dying, number, rounds, start, k)
        touches = _touches(place, rounds, k, key)
        if version > touches:
            version -= touches
            continue
        turn = version - 1
        inserts = rounds[k + 1, INSERTS] - rounds[k, INSERTS]
        updates = _updates(rounds, k)
        rest = turn * rounds[k, ELIGIBLE] + _turn(place, rounds, k, turn, key)
        rest = joined(rest, inserts + updates, inserts, _key(key, _OF_INSERTS, k << 32))
        return _change_of(k, rest, rounds, key)
    return -1


@kernel
def born(rows, versions, rounds, start, key, out):
    """Out int64[n]: the change that made each version of a row; -1 for what stood in the first snapshot."""
    for i in range(rows.size):
        if versions[i] > 0:
            out[i] = _update_of(rows[i], versions[i], rounds, start, key)
        else:
            out[i] = _insert_of(rows[i], rounds, start, key) if rows[i] >= start[ROWS] else -1


@kernel
def ended(rows, versions, rounds, start, key, out):
    """Out int64[n]: the change that ends each version of a row, the next update or the delete; -1 where none does."""
    for i in range(rows.size):
        out[i] = _update_of(rows[i], versions[i] + 1, rounds, start, key)
        dying, number, _ = _locate(rows[i], rounds, start, key)
        if out[i] < 0 and dying:
            k = _round_of(rounds, DELETES, number)
            size = rounds[k + 1, CHANGES] - rounds[k, CHANGES]
            deletes = rounds[k + 1, DELETES] - rounds[k, DELETES]
            place = mark(number - rounds[k, DELETES], size, deletes, _key(key, _OF_DELETES, k << 32))
            out[i] = rounds[k, CHANGES] + place


@kernel
def made(numbers, rounds, key, out):
    """Out int64[n]: the change of each number among all inserts and updates."""
    for i in range(numbers.size):
        low, high = 0, rounds.shape[0] - 1
        while low + 1 < high:
            middle = (low + high) // 2
            if rounds[middle, CHANGES] - rounds[middle, DELETES] <= numbers[i]:
                low = middle
            else:
                high = middle
        out[i] = _change_of(low, numbers[i] - rounds[low, CHANGES] + rounds[low, DELETES], rounds, key)


@kernel
def left(numbers, rounds, start, key, rows, versions):
    """Numbers int64[n] among the rows that are left at the end -> out int64[n] each: the row, and its last version."""
    last = rounds.shape[0] - 1
    for i in range(numbers.size):
        rows[i] = _survivor_row(numbers[i], rounds, start, key)
        dying, number, first = _locate(rows[i], rounds, start, key)
        versions[i] = _updates_before(dying, number, first, last, rounds, start, key)


@kernel
def _scaled(number, units, changes):
    """Compute number * units // changes in 64 bits; number, changes <= 2**35 and units < changes."""
    high, low = number >> 17, number & 0x1FFFF
    whole, rest = high * units // changes, high * units % changes
    return (whole << 17) + ((rest << 17) + low * units) // changes


@kernel
def moments(changes, total, span, key, out):
    """Out int64[n]: when each change happens, in units from the start; one in each of `total` even stretches of the span."""
    for i in range(changes.size):
        at = changes[i]
        low = at * (span // total) + _scaled(at, span % total, total)
        high = (at + 1) * (span // total) + _scaled(at + 1, span % total, total)
        out[i] = low + np.int64(mulhi(mix64(np.uint64(at) * GOLDEN + _key(key, _OF_TIMES, 0)), np.uint64(high - low)))
