"""From words to standard normal scores and back: what correlates columns without touching how each is distributed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.quantiles import laws
from syndata_engine.generation.quantiles.arithmetic import Floats, exp, integral
from syndata_engine.generation.quantiles.table import Quantile, QuantileTable, table_of
from syndata_engine.generation.words.bits import Codes
from syndata_engine.generation.words.kernel import kernel

SCORE = 2.0**44
"""Scores are whole multiples of its inverse."""
CELLS = 64
"""Pieces of the distribution function for each standard deviation."""
FARTHEST = 10
"""Standard deviations at which the table ends; a word of 64 bits reaches 9.2."""

# ruff: noqa: ANN001, ANN201 -- numba compiles the kernel; its types are stated in the docstring
# mypy: disable-error-code="no-untyped-def"


@kernel
def words_of_scores(scores, table, out):
    """Scores float64[n] -> out uint64[n]: the share of normal draws below each, of 2**64.

    table float64[m, 4]: cubics of the share beyond x, times 2**64, for x from 0 up. The shares beyond are what is
    tabled, so both tails are as fine as 64 bits allow. Products and sums are rounded one by one.
    """
    most = table.shape[0]
    for i in range(scores.size):
        place = abs(scores[i]) * CELLS
        beyond = 0.0
        if place < most:
            cell = np.int64(place)
            v = place - np.float64(cell)
            beyond = table[cell, 0] + v * (table[cell, 1] + v * (table[cell, 2] + v * table[cell, 3]))
        # Half of all words, 2**63, would not fit into a signed number.
        word = np.uint64(np.int64(min(max(beyond, 0.0), 9223372036854774784.0)))
        out[i] = word if scores[i] < 0 else ~word


@cache
def _standard() -> QuantileTable:
    """Standard normal scores by word."""
    return table_of(laws.cut(laws.normal, (0.5, SCORE), None, None))


@cache
def _beyond() -> Floats:
    """The table of `words_of_scores`, float64[m, 4]."""
    edges = np.arange(FARTHEST * CELLS + 1) / CELLS

    def density(x: Floats) -> Floats:
        return exp(-0.5 * x * x)

    cells = integral(density, edges[:-1], edges[1:])
    # From the far end inwards, so that small shares keep all their digits.
    sums = np.cumsum(np.append(cells, 0.0)[::-1])[::-1]
    scale = 2.0**63 / sums[0]
    share, slope = sums * scale, -density(edges) * (scale / CELLS)
    fall = share[1:] - share[:-1]
    return np.stack(
        [share[:-1], slope[:-1], 3 * fall - 2 * slope[:-1] - slope[1:], slope[:-1] + slope[1:] - 2 * fall], axis=1
    )


def score(word: Node) -> Node:
    """The standard normal score of a word, times 2**44."""
    return Quantile(word, _standard())


@dataclass(frozen=True, eq=False, slots=True)
class Blended(Node):
    """A word that is as evenly distributed as any, and goes along with those that its scores come from.

    The factors' squares add up to 1, so the sum of scores times factors is standard normal again.
    """

    scores: tuple[Node, ...]
    factors: tuple[float, ...]

    def compute(self, frame: Frame, out: Codes) -> None:
        total = np.zeros(len(frame))
        for node, factor in zip(self.scores, self.factors, strict=True):
            total = total + frame.get(node) * (factor / SCORE)
        words_of_scores(total, _beyond(), out.view(np.uint64))
