"""Continuous distributions: normal, lognormal, exponential, gamma, beta, pareto."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Self

import numpy as np
from pydantic import AliasChoices, Field, model_validator

from syndata_engine.generation.kinds.drawing import (
    CONTEXT,
    NUMBERS,
    TIMED,
    CutOptions,
    Distribution,
    Scale,
    check_reach,
)
from syndata_engine.generation.quantiles import laws
from syndata_engine.generation.quantiles.pieces import Law, Pieces

LARGEST_SHAPE = 1_000_000
SMALLEST_SHAPE = Decimal("0.001")
FARTHEST = 1e6
"""How far below its peak a log-density is still known well enough to draw from."""
HALF = 0.5
"""Added to values: the code is the whole number below, so values are rounded to the nearest."""


def cut(scale: Scale, law: Callable[..., Law], *parameters: float) -> Pieces:
    """The law between the column's bounds; Refused where it has nothing there, or leaves the type."""
    least, most, ctx = scale.least, scale.most, scale.ctx
    whole = law(*parameters)
    low, high, peak = whole.span(least, most)
    if not (low < high and _known(whole, peak)):
        option = "max" if scale.low is None or (scale.high is not None and high <= 0) else "min"
        ctx.refuse("the distribution has no values between min and max", f"move {option} to where it has some", option)
    reach = whole.reach(least, most)
    check_reach(scale, reach[0], reach[1] - 1)
    return laws.cut(law, parameters, least, most)


def _known(law: Law, peak: float) -> bool:
    """Whether the density at the peak between the bounds is known well enough, seen from the law's own."""
    heights = law.log_density(np.array([peak, max(law.first, law.peak)]))
    return bool(heights[1] - heights[0] < FARTHEST)


def shape(description: str, *spellings: str) -> Any:
    """A parameter without a unit."""
    names = AliasChoices(*spellings) if spellings else None
    return Field(validation_alias=names, ge=SMALLEST_SHAPE, le=LARGEST_SHAPE, description=description)


class NormalOptions(CutOptions):
    mean: Any = Field(description="the middle; of a date or datetime, a moment")
    stddev: Any = Field(
        validation_alias=AliasChoices("stddev", "std", "sd"),
        description="standard deviation, above 0; of a date or datetime, a length of time such as 30d",
    )


class Normal(Distribution):
    name = "normal"
    aliases = ("gaussian", "normal_distribution")
    summary = "Around a mean: two thirds within one standard deviation, one in 20 beyond two."
    types = (*NUMBERS, "date", "datetime", "duration")
    options = NormalOptions

    def spread(self, options: NormalOptions) -> Any:
        return options.stddev

    def pieces(self, scale: Scale, options: NormalOptions) -> Pieces:
        mean, deviation = scale.place(options.mean, "mean"), scale.extent(options.stddev, "stddev")
        return cut(scale, laws.normal, mean + HALF, deviation)


class LognormalOptions(CutOptions):
    sigma: Decimal = Field(ge=SMALLEST_SHAPE, le=100, description="standard deviation of the logarithm")
    median: Any = Field(
        default=None, description="half of the values are below; of a duration, a length of time such as 40s"
    )
    mu: Decimal | None = Field(
        default=None, ge=-600, le=600, description="instead of median: the mean of the logarithm"
    )
    start: Any = Field(default=0, description="where it begins: added to each value")

    @model_validator(mode="after")
    def _one_middle(self) -> Self:
        if (self.median is None) == (self.mu is None):
            raise ValueError("it needs one of median and mu")
        return self


class Lognormal(Distribution):
    name = "lognormal"
    aliases = ("log_normal",)
    summary = "Many small values and few great ones, such as incomes: its logarithm is normal."
    types = (*NUMBERS, "duration")
    options = LognormalOptions

    def spread(self, options: LognormalOptions) -> Any:
        return options.median or _exp(options.mu)

    def pieces(self, scale: Scale, options: LognormalOptions) -> Pieces:
        if scale.type.name in TIMED and options.mu is not None:
            scale.ctx.refuse("the logarithm of a length of time has no unit", "write median: 40s in its place", "mu")
        middle = scale.extent(options.median if options.median is not None else _exp(options.mu), "median")
        return cut(scale, laws.lognormal, scale.place(options.start, "start") + HALF, middle, float(options.sigma))


def _exp(mu: Decimal | None) -> Decimal:
    """E to the power of mu, with `decimal`, which rounds it correctly."""
    return CONTEXT.exp(mu or Decimal(0))


class ExponentialOptions(CutOptions):
    mean: Any = Field(
        default=None,
        description="mean, counted from start; of a date, datetime or duration, a length of time such as 3d",
    )
    rate: Decimal | None = Field(default=None, gt=0, description="instead of mean: one divided by it")
    start: Any = Field(default=0, description="where it begins; of a date or datetime, a moment")

    @model_validator(mode="after")
    def _one_mean(self) -> Self:
        if (self.mean is None) == (self.rate is None):
            raise ValueError("it needs one of mean and rate")
        return self


class Exponential(Distribution):
    name = "exponential"
    aliases = ("exp", "exponential_distribution")
    summary = "Waiting times: the longer, the rarer, each step by the same factor."
    types = (*NUMBERS, "date", "datetime", "duration")
    options = ExponentialOptions

    def spread(self, options: ExponentialOptions) -> Any:
        return options.mean if options.rate is None else CONTEXT.divide(Decimal(1), options.rate)

    def pieces(self, scale: Scale, options: ExponentialOptions) -> Pieces:
        if scale.type.name in TIMED and options.rate is not None:
            scale.ctx.refuse("a rate has no unit of time", "write mean: 3d in its place", "rate")
        mean = scale.extent(self.spread(options), "mean")
        return cut(scale, laws.exponential, scale.place(options.start, "start") + HALF, mean)


class GammaOptions(CutOptions):
    shape: Decimal = shape("above 1 it has a hump, below 1 it falls from the start", "shape", "k")
    scale: Decimal | None = Field(default=None, gt=0, description="stretches it: the mean is shape times scale")
    mean: Decimal | None = Field(default=None, gt=0, description="instead of scale: the mean, counted from start")
    start: Decimal = Field(default=Decimal(0), description="where it begins: added to each value")

    @model_validator(mode="after")
    def _one_scale(self) -> Self:
        if self.scale is not None and self.mean is not None:
            raise ValueError("scale and mean say the same; keep one")
        return self


class Gamma(Distribution):
    name = "gamma"
    aliases = ("gamma_distribution", "erlang")
    summary = "Sums of waiting times: skewed to the right, never below its start."
    options = GammaOptions

    def spread(self, options: GammaOptions) -> Any:
        return options.mean or CONTEXT.multiply(options.shape, options.scale or Decimal(1))

    def pieces(self, scale: Scale, options: GammaOptions) -> Pieces:
        form = float(options.shape)
        each = scale.extent(self.spread(options), "mean") / form
        return cut(scale, laws.gamma, scale.place(options.start, "start") + HALF, form, each)


class BetaOptions(CutOptions):
    alpha: Decimal = shape("the greater, the less lies near low", "alpha", "a")
    beta: Decimal = shape("the greater, the less lies near high", "beta", "b")
    low: Any = Field(default=0, description="where it begins; of a date or datetime, a moment")
    high: Any = Field(default=1, description="where it ends; of a date or datetime, a moment")


class Beta(Distribution):
    name = "beta"
    aliases = ("beta_distribution",)
    summary = "Between low and high, for shares and scores: a hump, a slope or a trough; its mean lies alpha / (alpha + beta) of the way."
    types = (*NUMBERS, "date", "datetime")
    options = BetaOptions

    def spread(self, options: BetaOptions) -> Any:
        try:
            return CONTEXT.subtract(Decimal(str(options.high)), Decimal(str(options.low)))
        except ArithmeticError:
            return 0  # what is wrong with them is told when they are placed

    def pieces(self, scale: Scale, options: BetaOptions) -> Pieces:
        low, high = scale.place(options.low, "low"), scale.place(options.high, "high")
        if low >= high:
            scale.ctx.refuse(f"low {options.low} is not below high {options.high}", "swap low and high", "low")
        return cut(scale, laws.beta, low + HALF, high + HALF, float(options.alpha), float(options.beta))


class ParetoOptions(CutOptions):
    shape: Decimal = shape(
        "the lower, the longer its tail; the share above x is (min / x) to this power", "shape", "alpha"
    )
    min: Any = Field(default=1, description="where it begins, above 0")


class Pareto(Distribution):
    name = "pareto"
    aliases = ("power_law",)
    summary = "Few values are huge, as of wealth: above min, each doubling divides the share of greater values by 2 to the power of shape."
    options = ParetoOptions

    def spread(self, options: ParetoOptions) -> Any:
        return options.min

    def pieces(self, scale: Scale, options: ParetoOptions) -> Pieces:
        return cut(scale, laws.pareto, HALF, scale.extent(options.min, "min"), float(options.shape))


KINDS = (Normal(), Lognormal(), Exponential(), Gamma(), Beta(), Pareto())
