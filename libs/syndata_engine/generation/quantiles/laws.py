"""The continuous laws: normal, lognormal, exponential, pareto, gamma and beta, in units of a column's last digit.

Densities as in Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions (1994, 1995). Gamma is written in the
logarithm of its variable and beta in the logit of its own: there both are log-concave for all parameters, without poles.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from syndata_engine.generation.quantiles.arithmetic import Floats, exp, expm1, log, log1p, scalar
from syndata_engine.generation.quantiles.pieces import Law, Pieces, pieces_of

_STEEP = 600.0
"""Beyond, exp would leave the doubles; densities have long fallen below all that counts."""


def _log(x: float) -> float:
    return scalar(log, x) if x > 0 else -np.inf


def _half_square(t: Floats) -> Floats:
    return -0.5 * t * t


def normal(mean: float, deviation: float) -> Law:
    """Around a mean; `deviation` is the standard deviation."""
    return Law(
        _half_square,
        lambda t: mean + deviation * t,
        lambda t: np.full_like(t, deviation),
        lambda x: (x - mean) / deviation,
    )


def lognormal(start: float, middle: float, sigma: float) -> Law:
    """`start` and a number whose logarithm is normal: half of them are below `middle`, sigma is the deviation of the logarithm."""
    return Law(
        _half_square,
        lambda t: start + middle * exp(sigma * t),
        lambda t: middle * sigma * exp(sigma * t),
        lambda x: _log((x - start) / middle) / sigma,
    )


def exponential(start: float, mean: float) -> Law:
    """`start` and a waiting time of this mean."""
    return Law(
        lambda t: -t,
        lambda t: start + mean * t,
        lambda t: np.full_like(t, mean),
        lambda x: (x - start) / mean,
        first=0.0,
    )


def pareto(start: float, least: float, shape: float) -> Law:
    """`start` and a number of at least `least`; the share of those above x is (least / x) ** shape."""
    return Law(
        lambda t: -t,
        lambda t: start + least * exp(t / shape),
        lambda t: least / shape * exp(t / shape),
        lambda x: shape * _log((x - start) / least),
        first=0.0,
    )


def gamma(start: float, shape: float, scale: float) -> Law:
    """`start` and a gamma variable with mean shape * scale."""
    middle = shape * scale
    return Law(
        lambda s: shape * (s - expm1(np.minimum(s, _STEEP))),
        lambda s: start + middle * exp(s),
        lambda s: middle * exp(s),
        lambda x: _log((x - start) / middle),
    )


def beta(low: float, high: float, a: float, b: float) -> Law:
    """Between low and high; the mean lies a / (a + b) of the way."""
    share, both = a / (a + b), a + b
    middle = _log(a / b)

    def part(s: Floats) -> Floats:
        return 1 / (1 + exp(-(s + middle)))

    def place(x: float) -> float:
        above = (x - low) / (high - low)
        return -np.inf if above <= 0 else np.inf if above >= 1 else _log(above) - _log(1 - above) - middle

    # share * expm1(s) stays above -1, and its log1p near s where s is great.
    return Law(
        lambda s: (
            both
            * np.where(s > _STEEP, share * s - s - _log(share), share * s - log1p(share * expm1(np.minimum(s, _STEEP))))
        ),
        lambda s: low + (high - low) * part(s),
        lambda s: (high - low) * part(s) * (1 - part(s)),
        place,
    )


def power(exponent: float) -> Law:
    """Numbers from 1 up, with a density of x ** -exponent."""
    rate = exponent - 1
    return Law(lambda t: -rate * t, exp, exp, _log, first=0.0, peak=0.0 if rate > 0 else np.inf)


@lru_cache(maxsize=256)
def cut(law: Callable[..., Law], parameters: tuple[float, ...], least: float | None, most: float | None) -> Pieces:
    """The quantile function of a law between two values, made once; nobody writes into it."""
    return pieces_of(law(*parameters), least, most)
