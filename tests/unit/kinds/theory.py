"""What distributions are, from textbooks and `math`: the other side of every comparison."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import accumulate, pairwise

Cdf = Callable[[float], float]


def normal(mean: float, deviation: float) -> Cdf:
    return lambda x: 0.5 * math.erfc(-(x - mean) / deviation / math.sqrt(2))


def lognormal(median: float, sigma: float, start: float = 0) -> Cdf:
    standard = normal(0, 1)
    return lambda x: standard(math.log((x - start) / median) / sigma) if x > start else 0.0


def exponential(mean: float, start: float = 0) -> Cdf:
    return lambda x: -math.expm1(-(x - start) / mean) if x > start else 0.0


def pareto(shape: float, least: float) -> Cdf:
    return lambda x: 1 - (least / x) ** shape if x > least else 0.0


def gamma(shape: float, scale: float, start: float = 0) -> Cdf:
    return lambda x: _lower_gamma(shape, (x - start) / scale) if x > start else 0.0


def _lower_gamma(a: float, x: float) -> float:
    """The regularised incomplete gamma function: a series on the left, Lentz's continued fraction on the right."""
    front = math.exp(-x + a * math.log(x) - math.lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        n = a
        while abs(term) > abs(total) * 1e-17:
            n += 1
            term *= x / n
            total += term
        return total * front
    b = x + 1 - a
    c, d = 1e300, 1 / b
    h = d
    for i in range(1, 100_000):
        an = -i * (i - a)
        b += 2
        d = 1 / (an * d + b)
        c = b + an / c
        h *= d * c
        if abs(d * c - 1) < 1e-16:
            break
    return 1 - front * h


def beta(a: float, b: float, low: float = 0, high: float = 1) -> Cdf:
    def cdf(x: float) -> float:
        share = (x - low) / (high - low)
        if not 0 < share < 1:
            return float(share >= 1)
        if share < (a + 1) / (a + b + 2):
            return _beta_fraction(a, b, share)
        return 1 - _beta_fraction(b, a, 1 - share)

    return cdf


def _beta_fraction(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function by Lentz's continued fraction."""
    front = math.exp(a * math.log(x) + b * math.log1p(-x) - math.lgamma(a) - math.lgamma(b) + math.lgamma(a + b)) / a
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    h = d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1 / (1 + even * d), 1 + even / c
        h *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1 / (1 + odd * d), 1 + odd / c
        h *= d * c
        if abs(d * c - 1) < 1e-16:
            break
    return front * h


def counted(weight: Callable[[int], float], low: int, high: int) -> Cdf:
    """The cdf of whole numbers by their log-weights."""
    logs = [weight(n) for n in range(low, high + 1)]
    top = max(logs)
    sums = list(accumulate(math.exp(log - top) for log in logs))

    def cdf(x: float) -> float:
        place = math.floor(x) - low
        return 0.0 if place < 0 else sums[min(place, len(sums) - 1)] / sums[-1]

    return cdf


def poisson(mean: float, low: int = 0, high: int = 2000) -> Cdf:
    return counted(lambda n: n * math.log(mean) - math.lgamma(n + 1), low, high)


def binomial(n: int, p: float, low: int = 0) -> Cdf:
    def weight(k: int) -> float:
        ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
        return ways + k * math.log(p) + (n - k) * math.log1p(-p)

    return counted(weight, low, n)


def geometric(p: float, low: int = 0, high: int = 5000) -> Cdf:
    return counted(lambda n: n * math.log1p(-p), low, high)


def zipf(exponent: float, low: int, high: int) -> Cdf:
    return counted(lambda n: -exponent * math.log(n), low, high)


def tabled(points: list[tuple[float, float]]) -> Cdf:
    """Straight lines between (value, share)."""

    def cdf(x: float) -> float:
        if x < points[0][0]:
            return 0.0
        for (left, before), (right, after) in pairwise(points):
            if left <= x < right:
                return before + (after - before) * (x - left) / (right - left)
        return 1.0

    return cdf


def mixed(*parts: tuple[float, Cdf]) -> Cdf:
    return lambda x: math.fsum(share * cdf(x) for share, cdf in parts)


def cut(cdf: Cdf, low: float, high: float) -> Cdf:
    """The distribution between two values."""
    least, most = cdf(low), cdf(high)
    return lambda x: min(max((cdf(x) - least) / (most - least), 0.0), 1.0)
