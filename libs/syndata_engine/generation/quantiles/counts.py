"""Laws of whole numbers: poisson, binomial, geometric and zipf, each number a piece of its own as long as it counts.

Probabilities as in Johnson, Kemp and Kotz, Univariate Discrete Distributions (2005). They are products of ratios outward
from the most likely number, so neither factorials nor rare bounds cost anything.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from syndata_engine.generation.quantiles import laws
from syndata_engine.generation.quantiles.arithmetic import Floats, exp, expm1, log, scalar
from syndata_engine.generation.quantiles.pieces import Pieces, pieces_of

_SMALLEST = 1e-24
"""Relative weight below which no word of 64 bits reaches."""
_BLOCK = 1024
_RANKS = 2048
"""Ranks of a zipf law that have a piece each; behind them an integral is right to seven digits of each."""

Ratio = Callable[[Floats], Floats]


@lru_cache(maxsize=64)
def poisson(mean: float, low: int, high: int | None) -> Pieces:
    """Numbers of independent events."""
    return _around(int(mean), (low, high), lambda k: mean / (k + 1))


@lru_cache(maxsize=64)
def binomial(trials: int, chance: float, low: int, high: int) -> Pieces:
    """Successes among trials."""
    odds = chance / (1 - chance)
    return _around(int((trials + 1) * chance), (low, min(high, trials)), lambda k: odds * (trials - k) / (k + 1))


@lru_cache(maxsize=64)
def geometric(chance: float, low: int, high: int | None) -> Pieces:
    """Failures before the first success."""
    return _around(0, (low, high), lambda k: np.full_like(k, 1 - chance))


def _around(mode: int, bounds: tuple[int, int | None], ratio: Ratio) -> Pieces:
    """Weights to both sides of the mode; ratio(k) is the weight of k + 1 over that of k."""
    low, high = bounds
    begin = max(mode, low) if high is None else min(max(mode, low), high)
    above = _falling(lambda step: ratio(begin + step), None if high is None else high - begin)
    below = _falling(lambda step: 1 / ratio(begin - 1 - step), begin - low)
    numbers = np.arange(begin - len(below), begin + len(above) + 1)
    return Pieces.steps(np.concatenate([below[::-1], [1.0], above]), numbers.astype(np.float64))


def _falling(ratio: Ratio, most: int | None) -> Floats:
    """Products of ratios, until they count no more or there are `most` of them."""
    blocks: list[Floats] = []
    weight, done = 1.0, 0
    while weight > _SMALLEST and (most is None or done < most):
        count = _BLOCK if most is None else min(_BLOCK, most - done)
        products = np.cumprod(np.concatenate([[weight], ratio(np.arange(done, done + count, dtype=np.float64))]))[1:]
        blocks.append(products)
        weight, done = float(products[-1]), done + count
    found = np.concatenate(blocks) if blocks else np.empty(0)
    return found[found > _SMALLEST]


@lru_cache(maxsize=64)
def zipf(exponent: float, low: int, high: int | None) -> Pieces:
    """Numbers from low to high, each with the weight number ** -exponent."""
    last = low + _RANKS - 1 if high is None else min(high, low + _RANKS - 1)
    ranks = np.arange(low, last + 1, dtype=np.float64)
    head = Pieces.steps(exp(-exponent * (log(ranks) - scalar(log, float(low)))), ranks)
    if last == high:
        return head
    border, rate = last + 0.5, exponent - 1
    beyond = np.inf if high is None else scalar(log, (high + 0.5) / border)
    # The integral of (x / low) ** -exponent from the border on.
    whole = border * scalar(exp, -exponent * scalar(log, border / low))
    share = whole * (beyond if rate == 0 else -scalar(expm1, -rate * beyond) / rate)
    # Halves are added so that a number takes what lies within a half of it.
    tail = pieces_of(laws.power(exponent), border, None if high is None else high + 0.5)
    tail = Pieces(tail.mass, tail.start + 0.5, tail.stop + 0.5, tail.c1, tail.c2, tail.c3)
    weight = float(np.cumsum(head.mass)[-1])
    return Pieces.joined([(weight, head), (share, tail)])


def constant(number: int) -> Pieces:
    """One number, always."""
    return Pieces.steps(np.ones(1), np.array([float(number)]))
