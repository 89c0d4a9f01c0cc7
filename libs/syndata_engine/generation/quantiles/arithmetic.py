"""exp, log and their like, from + - * / and exact scaling alone: the same last bit on every processor.

The C library and NumPy choose code by processor, and their last bits differ. These are right to about 1e-15, relatively.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import factorial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_LN2 = Fraction(Decimal("0.693147180559945309417232121458176568075500134360255254120680"))
# In two parts (Cody and Waite 1980): a multiple of the first part is exact, so nothing is lost in `x - k * ln 2`.
_LN2_HIGH = int(_LN2 * 2**32) / 2**32
_LN2_LOW = float(_LN2 - Fraction(_LN2_HIGH))
_PER_LN2 = float(1 / _LN2)
_LARGEST = 700.0
"""exp is cut there and at its negative, where doubles are still normal."""
_SQRT_HALF = 0.7071067811865476
_EXP_TERMS = tuple(float(Fraction(1, factorial(n))) for n in range(1, 15))
_LOG_TERMS = tuple(float(Fraction(1, 2 * n + 1)) for n in range(13))
# Abscissae and weights of Gauss and Legendre's rule with eight points.
_GAUSS = (
    (0.18343464249564978, 0.36268378337836166),
    (0.525532409916329, 0.3137066458778869),
    (0.7966664774136267, 0.22238103445337443),
    (0.9602898564975362, 0.10122853629037706),
)


def _horner(terms: tuple[float, ...], x: Floats) -> Floats:
    total = np.full_like(x, terms[-1])
    for term in terms[-2::-1]:
        total = total * x + term
    return total


def exp(x: Floats) -> Floats:
    """E to the power of x, which is cut to -700..700."""
    x = np.clip(x, -_LARGEST, _LARGEST)
    turns = np.rint(x * _PER_LN2)
    rest = (x - turns * _LN2_HIGH) - turns * _LN2_LOW
    return np.ldexp(1 + rest * _horner(_EXP_TERMS, rest), turns.astype(np.int32))


def expm1(x: Floats) -> Floats:
    """exp(x) - 1, without losing digits where x is small."""
    near = np.clip(x, -0.35, 0.35)
    return np.where(np.abs(x) < 0.35, near * _horner(_EXP_TERMS, near), exp(x) - 1)


def _artanh2(s: Floats) -> Floats:
    """log((1 + s) / (1 - s)) for |s| < 0.18."""
    return 2 * s * _horner(_LOG_TERMS, s * s)


def log(x: Floats) -> Floats:
    """The natural logarithm of positive numbers."""
    mantissa, turns = np.frexp(x)
    small = mantissa < _SQRT_HALF
    mantissa = np.where(small, 2 * mantissa, mantissa)
    turns = turns - small
    return turns * _LN2_HIGH + (turns * _LN2_LOW + _artanh2((mantissa - 1) / (mantissa + 1)))


def log1p(x: Floats) -> Floats:
    """log(1 + x) for x > -1, without losing digits where x is small."""
    near = np.clip(x, -0.25, 0.25)
    return np.where(np.abs(x) < 0.25, _artanh2(near / (2 + near)), log(1 + np.maximum(x, -1 + 2**-53)))


def scalar(function: Callable[[Floats], Floats], x: float) -> float:
    """One of these functions of one number."""
    return float(function(np.array([x]))[0])


def integral(density: Callable[[Floats], Floats], left: Floats, right: Floats) -> Floats:
    """The integrals over the cells left..right, by Gauss and Legendre's rule."""
    middle, half = (left + right) / 2, (right - left) / 2
    total = np.zeros_like(middle)
    for place, weight in _GAUSS:
        total = total + weight * (density(middle - half * place) + density(middle + half * place))
    return total * half
