"""Quantile tables: from a word to a code, by one look-up and one cubic."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.quantiles.arithmetic import Floats
from syndata_engine.generation.quantiles.pieces import Pieces
from syndata_engine.generation.words.bits import Codes, Words
from syndata_engine.generation.words.kernel import kernel

WHOLE = 2**64
MOST_GUIDE_BITS = 16
MOST_CODE = 2**62
"""Codes of a distribution lie below this, so that no sum of them leaves 64 bits."""

# ruff: noqa: ANN001, ANN201, PLR0913, PLR0917 -- numba compiles the kernel; its types are stated in the docstring
# mypy: disable-error-code="no-untyped-def"


@kernel
def quantile_codes(words, guide, shift, starts, lasts, curves, out):
    """Words uint64[n] -> out int64[n], along a table's pieces.

    guide int64[2**k], shift uint64 (64 - k), starts uint64[m], lasts int64[m, 2] (first and last code of a piece),
    curves float64[m, 5]: pieces per half a word, and the cubic's four numbers. Every product and sum is rounded by
    itself: the compiler may not fuse them, or processors would differ.
    """
    most = starts.size - 1
    for i in range(words.size):
        word = words[i]
        piece = guide[np.int64(word >> shift)]
        while piece < most and starts[piece + 1] <= word:
            piece += 1
        # Half the distance, because only signed numbers become doubles alike everywhere.
        along = np.float64(np.int64((word - starts[piece]) >> np.uint64(1))) * curves[piece, 0]
        value = curves[piece, 1] + along * (curves[piece, 2] + along * (curves[piece, 3] + along * curves[piece, 4]))
        code = lasts[piece, 0] + np.int64(np.floor(value))
        out[i] = min(max(code, lasts[piece, 0]), lasts[piece, 1])


@dataclass(frozen=True, eq=False, slots=True)
class QuantileTable:
    """A distribution over codes: each piece has a range of words, and turns it into codes."""

    starts: Words
    """First word of each piece."""
    lasts: Codes
    """First and last code of each piece."""
    curves: Floats
    guide: Codes
    """Number of the piece that holds the first word with these high bits."""
    shift: int

    @property
    def low(self) -> int:
        """The least code."""
        return int(self.lasts[:, 0].min())

    @property
    def high(self) -> int:
        """The greatest code."""
        return int(self.lasts[:, 1].max())

    @property
    def ascending(self) -> bool:
        """Whether a greater word never gives a smaller code."""
        return bool((self.lasts[1:, 0] >= self.lasts[:-1, 1]).all())

    def codes(self, words: Words) -> Codes:
        """The codes of words."""
        out = np.empty(len(words), np.int64)
        quantile_codes(words, self.guide, np.uint64(self.shift), self.starts, self.lasts, self.curves, out)
        return out


def table_of(pieces: Pieces) -> QuantileTable:
    """The pieces as a table; those that are rarer than one word in 2**64 are left out."""
    borders = _borders(pieces.mass)
    widths = [end - begin for begin, end in pairwise([0, *borders])]
    kept = np.array([width > 0 for width in widths])
    pieces, widths = pieces.chosen(kept), [width for width in widths if width]
    firsts = np.floor(pieces.start)
    lasts = np.maximum(np.ceil(pieces.stop) - 1, firsts)
    starts = [0, *accumulate(widths[:-1])]
    curves = np.empty((len(widths), 5))
    curves[:, 0] = [2.0 / width for width in widths]
    curves[:, 1] = pieces.start - firsts
    curves[:, 2], curves[:, 3], curves[:, 4] = pieces.c1, pieces.c2, pieces.c3
    bits = min(max(len(widths).bit_length() + 1, 6), MOST_GUIDE_BITS)
    words = np.array(starts, np.uint64)
    marks = np.arange(2**bits, dtype=np.uint64) << np.uint64(64 - bits)
    guide = np.searchsorted(words, marks, side="right") - 1
    return QuantileTable(
        words, np.stack([firsts, lasts], 1).astype(np.int64), curves, guide.astype(np.int64), 64 - bits
    )


def _borders(mass: Floats) -> list[int]:
    """Where the shares of all words end, rounded down: neither tail is off by a whole word."""
    parts = [part.as_integer_ratio() for part in mass.tolist()]
    # Doubles are whole multiples of powers of two, so all of this is exact.
    scale = max(below for _, below in parts)
    sums = list(accumulate(above * (scale // below) for above, below in parts))
    return [part * WHOLE // sums[-1] for part in sums]


@dataclass(frozen=True, eq=False, slots=True)
class Quantile(Node):
    """The code that a table has for a word."""

    word: Node
    table: QuantileTable

    def compute(self, frame: Frame, out: Codes) -> None:
        table = self.table
        words = frame.words(self.word)
        quantile_codes(words, table.guide, np.uint64(table.shift), table.starts, table.lasts, table.curves, out)


def ranked(word: Node, weights: Floats) -> Node:
    """Numbers from 0 up by weight, a greater one for a greater word."""
    kept = np.flatnonzero(weights)
    return Quantile(word, table_of(Pieces.steps(weights[kept], kept.astype(np.float64))))
