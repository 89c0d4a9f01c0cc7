"""How often something is meant compared with others."""

from __future__ import annotations

from decimal import Decimal

from syndata_engine.reading.spots import Spot

LARGEST_WEIGHT = 999_999_999
_FINEST = -9
"""Digits after the point that a weight may have."""


def read_weight(spot: Spot) -> Decimal | None:
    """A number from 0 up; None where it is none, which is noted."""
    value = spot.node.value
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        spot.misfit("a weight, such as 3 or 0.5")
        return None
    weight = Decimal(value)
    exponent = weight.as_tuple().exponent
    if not 0 <= weight <= LARGEST_WEIGHT or not isinstance(exponent, int) or exponent < _FINEST:
        spot.fault(f"{value} is no weight", "write a number from 0 to 999999999, with at most 9 digits after the point")
        return None
    return weight
