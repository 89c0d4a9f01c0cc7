"""Distributions of whole numbers: poisson, binomial, geometric, zipf."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pydantic import AliasChoices, Field

from syndata_engine.generation.kinds.drawing import CutOptions, Distribution, Scale
from syndata_engine.generation.quantiles import counts
from syndata_engine.generation.quantiles.pieces import Pieces
from syndata_engine.generation.quantiles.table import MOST_CODE

MOST_VARIANCE = 10_000_000
"""So that all numbers that occur fit in a table; beyond, a normal distribution is the same to the eye."""
FARTHEST = 40
"""Standard deviations between the mean and the bounds, at most."""


def _bounds(scale: Scale, least: int, most: int | None) -> tuple[int, int | None]:
    """The column's bounds inside those of the law; Refused where they leave nothing."""
    low = max(least, least if scale.low is None else scale.low)
    ends = [end for end in (most, scale.high) if end is not None]
    high = min(ends, default=None)
    if high is not None and low > high:
        option = "max" if scale.high is not None and scale.high < least else "min"
        limits = f"from {least:,}" + ("" if most is None else f" to {most:,}")
        scale.ctx.refuse(f"the distribution has whole numbers {limits}, and none between min and max", f"move {option}", option)  # fmt: skip
    return low, high


def _near(scale: Scale, middle: float, deviation: float, bounds: tuple[int, int | None]) -> None:
    """Refuse bounds so far out that nothing of the distribution is left there to be counted."""
    low, high = bounds
    if low > middle + FARTHEST * (deviation + 1):
        scale.ctx.refuse(f"min lies more than {FARTHEST} standard deviations above the mean", "lower min", "min")
    if high is not None and high < middle - FARTHEST * (deviation + 1):
        scale.ctx.refuse(f"max lies more than {FARTHEST} standard deviations below the mean", "raise max", "max")


class Counted(Distribution):
    usual = "int"
    types = ("int",)


class PoissonOptions(CutOptions):
    mean: Decimal = Field(
        validation_alias=AliasChoices("mean", "rate"),
        gt=0,
        le=MOST_VARIANCE,
        description="mean, which is also the variance",
    )


class Poisson(Counted):
    name = "poisson"
    aliases = ("poisson_distribution",)
    summary = "How many independent events happen, such as calls in an hour; 0 or more."
    options = PoissonOptions

    def pieces(self, scale: Scale, options: PoissonOptions) -> Pieces:
        mean, bounds = float(options.mean), _bounds(scale, 0, None)
        _near(scale, mean, mean**0.5, bounds)
        return counts.poisson(mean, *bounds)


class BinomialOptions(CutOptions):
    trials: int = Field(validation_alias=AliasChoices("trials", "n"), ge=1, le=10**12, description="how many are tried")
    probability: Decimal = Field(
        validation_alias=AliasChoices("probability", "p"), ge=0, le=1, description="of success, each"
    )


class Binomial(Counted):
    name = "binomial"
    aliases = ("binomial_distribution",)
    summary = "How many of so many independent trials succeed; 0 to trials."
    options = BinomialOptions

    def pieces(self, scale: Scale, options: BinomialOptions) -> Pieces:
        chance = float(options.probability)
        if chance in {0.0, 1.0}:
            only = options.trials * int(chance)
            low, _ = _bounds(scale, only, only)
            return counts.constant(low)
        variance = options.trials * chance * (1 - chance)
        if variance > MOST_VARIANCE:
            what = f"trials * probability * (1 - probability) is {variance:,.0f}, more than {MOST_VARIANCE:,}"
            scale.ctx.refuse(what, f"write {{type: normal, mean: {options.trials * chance:.0f}, stddev: {variance**0.5:.0f}}}, which looks the same", "trials")  # fmt: skip
        low, high = _bounds(scale, 0, options.trials)
        _near(scale, options.trials * chance, variance**0.5, (low, high))
        return counts.binomial(options.trials, chance, low, options.trials if high is None else high)


class GeometricOptions(CutOptions):
    probability: Decimal = Field(
        validation_alias=AliasChoices("probability", "p"),
        ge=Decimal("0.001"),
        le=1,
        description="of success, each time",
    )


class Geometric(Counted):
    name = "geometric"
    aliases = ("geometric_distribution",)
    summary = (
        "Failures before the first success; 0 or more, each number 1 - probability times as frequent as the one before."
    )
    options = GeometricOptions

    def pieces(self, scale: Scale, options: GeometricOptions) -> Pieces:
        low, high = _bounds(scale, 0, 0 if options.probability == 1 else None)
        return counts.constant(0) if high == 0 else counts.geometric(float(options.probability), low, high)


class ZipfOptions(CutOptions):
    exponent: Decimal = Field(
        default=Decimal(1),
        validation_alias=AliasChoices("exponent", "s", "a"),
        ge=Decimal("0.01"),
        le=20,
        description="the higher, the rarer are great numbers; with 1 or less, max is needed",
    )
    min: Any = Field(default=1, description="the least and most frequent number, 1 or more")


class Zipf(Counted):
    name = "zipf"
    aliases = ("zipf_distribution", "zeta")
    summary = "Ranks, as of words or cities: number n is drawn with a weight of 1 / n to the power of exponent."
    options = ZipfOptions

    def pieces(self, scale: Scale, options: ZipfOptions) -> Pieces:
        ctx = scale.ctx
        low, high = _bounds(scale, 1, None)
        if scale.low is not None and scale.low < 1:
            ctx.refuse(f"min is {scale.low}, and ranks begin at 1", "raise min to 1", "min")
        # Of 2**64 draws the greatest is near 2 ** (64 / (exponent - 1)) times min.
        if high is None and low * 2.0 ** min(64 / max(float(options.exponent) - 1, 0.01), 900) > MOST_CODE:
            ctx.refuse(
                f"with exponent {options.exponent} its rarest numbers leave 64 bits",
                "add max: the greatest rank",
                "max",
            )
        return counts.zipf(float(options.exponent), low, high)


KINDS = (Poisson(), Binomial(), Geometric(), Zipf())
