"""Distributions of children per parent, as quantiles: whole numbers that are the same on every processor.

Weights are whole numbers, or made with `decimal`, whose `exp` and `ln` are rounded correctly by definition; the C
library's are not.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal, localcontext
from functools import lru_cache
from itertools import accumulate

from syndata_contracts.schema import Distribution

DIGITS = 30
_CONTEXT = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN)
"""Of our own: a caller's context must not change bytes."""
_SMALLEST = Decimal(10) ** -12
"""Relative weight below which a tail is cut: no quantile of a block of 1,024 parents reaches there."""
_RANKS = 1000
"""Ranks of a zipf law that are added one by one; an integral, right to seven digits, stands for those behind."""


@lru_cache(maxsize=64)
def law_quantiles(law: Distribution, low: int, high: int, count: int) -> tuple[int, ...]:
    """`count` ascending whole numbers in low..high that lie evenly in the distribution cut to these bounds."""
    with localcontext(_CONTEXT):
        match law.kind:
            case "uniform":
                return tuple(low + (2 * i + 1) * (high - low + 1) // (2 * count) for i in range(count))
            case "histogram":
                return _of_weights([value for value, _ in law.histogram], [w for _, w in law.histogram], count)
            case "zipf":
                return _zipf(law.exponent or Decimal(1), low, high, count)
            case "geometric":
                rest = 1 - (law.p or Decimal("0.5"))
                return _around(low, (low, high), lambda _: rest, count)
            case "poisson":
                mean = law.mean or Decimal(1)
                mode = int(mean.to_integral_value(ROUND_FLOOR))
                return _around(mode, (low, high), lambda value: mean / (value + 1), count)
            case "normal":
                return _normal(law.mean or Decimal(0), law.stddev or Decimal(1), (low, high), count)


def _of_weights(values: list[int], weights: list[Decimal], count: int) -> tuple[int, ...]:
    """Quantiles of ascending values with these weights."""
    sums = list(accumulate(weights))
    # A value's cell holds the middles (2i + 1) / 2n that lie above the cells before it.
    places = (bisect_left(sums, sums[-1] * (2 * i + 1) / (2 * count)) for i in range(count))
    return tuple(values[min(place, len(values) - 1)] for place in places)


def _around(mode: int, bounds: tuple[int, int], ratio: Callable[[int], Decimal], count: int) -> tuple[int, ...]:
    """Quantiles of a law that falls to both sides of its mode; `ratio(v)` is the weight of v + 1 over that of v."""
    low, high = bounds
    begin = min(max(mode, low), high)
    above, weight, value = [Decimal(1)], Decimal(1), begin
    while value < high and weight > _SMALLEST:
        weight *= ratio(value)
        value += 1
        above.append(weight)
    below, weight, value = list[Decimal](), Decimal(1), begin
    while value > low and weight > _SMALLEST:
        value -= 1
        weight /= ratio(value)
        below.append(weight)
    weights = below[::-1] + above
    return _of_weights(list(range(begin - len(below), begin + len(above))), weights, count)


def _normal(mean: Decimal, deviation: Decimal, bounds: tuple[int, int], count: int) -> tuple[int, ...]:
    variance = deviation * deviation
    middle = int(mean.to_integral_value())
    begin = min(max(middle, bounds[0]), bounds[1])
    # The exponent of a ratio is linear in the value, so ratios are powers of one number: two `exp` make them all.
    step = (-1 / variance).exp()
    first = (-(2 * (begin - mean) + 1) / (2 * variance)).exp()
    known = {begin: first}

    def ratio(value: int) -> Decimal:
        if value not in known:
            known[value] = known[value - 1] * step if value > begin else known[value + 1] / step
        return known[value]

    return _around(middle, bounds, ratio, count)


def _zipf(exponent: Decimal, low: int, high: int, count: int) -> tuple[int, ...]:
    """The least count is the most frequent: the weight of `low - 1 + r` is r ** -exponent."""
    width = high - low + 1
    sums = list(accumulate((-exponent * Decimal(rank).ln()).exp() for rank in range(1, min(width, _RANKS) + 1)))
    border = Decimal(_RANKS) + Decimal("0.5")
    flat = 1 - exponent
    total = sums[-1]
    if width > _RANKS:
        edge = Decimal(width) + Decimal("0.5")
        total += (edge / border).ln() if flat == 0 else ((flat * edge.ln()).exp() - (flat * border.ln()).exp()) / flat
    found = []
    for i in range(count):
        wanted = total * (2 * i + 1) / (2 * count)
        if wanted <= sums[-1] or width <= _RANKS:
            rank = min(bisect_left(sums, wanted), len(sums) - 1) + 1
        else:
            more = wanted - sums[-1]
            place = border * more.exp() if flat == 0 else (((flat * border.ln()).exp() + flat * more).ln() / flat).exp()
            rank = min(int((place + Decimal("0.5")).to_integral_value(ROUND_FLOOR)), width)
        found.append(low - 1 + rank)
    return tuple(found)
