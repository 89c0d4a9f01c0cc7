"""Draws from a quantile table between bounds that differ from row to row: the part inside, as often as the table says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.quantiles.table import QuantileTable
from syndata_engine.generation.words.bits import Codes, mulhi
from syndata_engine.generation.words.kernel import kernel

# ruff: noqa: ANN001, ANN201 -- numba compiles the kernels; their types are stated in the docstrings
# mypy: disable-error-code="no-untyped-def"


@kernel
def first_words(codes, starts, lasts, curves, out):
    """Codes int64[n] -> out uint64[n]: the first word that gives a code or a greater one; the last word where none does.

    For an ascending table, whose parts `quantile_codes` describes.
    """
    most = starts.size - 1
    for i in range(codes.size):
        low, high = 0, most
        while low < high:
            middle = (low + high) // 2
            if lasts[middle, 1] >= codes[i]:
                high = middle
            else:
                low = middle + 1
        begin = starts[low]
        end = starts[low + 1] - np.uint64(1) if low < most else ~np.uint64(0)
        while begin < end:
            word = begin + ((end - begin) >> np.uint64(1))
            along = np.float64(np.int64((word - starts[low]) >> np.uint64(1))) * curves[low, 0]
            value = curves[low, 1] + along * (curves[low, 2] + along * (curves[low, 3] + along * curves[low, 4]))
            code = lasts[low, 0] + np.int64(np.floor(value))
            if min(max(code, lasts[low, 0]), lasts[low, 1]) >= codes[i]:
                end = word
            else:
                begin = word + np.uint64(1)
        out[i] = begin


@kernel
def words_between(words, first, last, out):
    """Words uint64[n] -> out uint64[n]: as evenly in first[i]..last[i]; where last is below, first."""
    for i in range(words.size):
        size = last[i] - first[i] + np.uint64(1)
        if last[i] < first[i]:
            out[i] = first[i]
        elif size == np.uint64(0):
            out[i] = words[i]
        else:
            out[i] = first[i] + mulhi(words[i], size)


@dataclass(frozen=True, eq=False, slots=True)
class QuantileInside(Node):
    """A table's code between two nodes, both included; planning has proved that they leave room."""

    word: Node
    table: QuantileTable
    low: Node
    high: Node

    def compute(self, frame: Frame, out: Codes) -> None:
        table, words = self.table, frame.words(self.word)
        low = frame.get(self.low)
        high = np.maximum(frame.get(self.high), low)
        first, after = np.empty_like(words), np.empty_like(words)
        first_words(low, table.starts, table.lasts, table.curves, first)
        first_words(high + 1, table.starts, table.lasts, table.curves, after)
        # What lies at the end of the table has no first word after it.
        last = np.where(high >= table.high, ~np.uint64(0), after - np.uint64(1))
        words_between(words, first, last, after)
        # A code that is rarer than a word still is in bounds.
        np.clip(table.codes(after), low, high, out=out)
