"""Marks: m of n places, chosen so that the k-th marked one and the k-th other one are found by a division, both ways."""

from __future__ import annotations

import numpy as np

from syndata_engine.generation.words.bits import GOLDEN, mix64, mulhi
from syndata_engine.generation.words.kernel import kernel

# ruff: noqa: ANN001, ANN201 -- numba compiles these; types are stated in the docstrings
# mypy: disable-error-code="no-untyped-def,untyped-decorator,no-any-return"


@kernel
def mark(number, size, marks, key):
    """The place of a mark: one stands in each of `marks` even stretches of 0..size-1."""
    low = number * size // marks
    width = (number + 1) * size // marks - low
    return low + np.int64(mulhi(mix64(np.uint64(number) * GOLDEN + key), np.uint64(width)))


@kernel
def split(place, size, marks, key):
    """Whether a place is a mark's, and its number among the marks, or among the other places."""
    if marks == 0:
        return False, place
    number = ((place + 1) * marks - 1) // size
    marked = mark(number, size, marks, key)
    if place == marked:
        return True, number
    return False, place - number - (1 if place > marked else 0)


@kernel
def joined(rest, size, marks, key):
    """The place of one that is no mark, by its number among those."""
    if marks == 0:
        return rest
    number = ((rest + 1) * marks - 1) // (size - marks)
    place = rest + number
    return place + (1 if place >= mark(number, size, marks, key) else 0)
