"""Distributions that a user has as a table: histograms, quantiles, and mixtures of distributions."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
from pydantic import AliasChoices, Field

from syndata_contracts.schema import Rule
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.counted import Counted
from syndata_engine.generation.kinds.distributions import HALF
from syndata_engine.generation.kinds.drawing import CONTEXT, NUMBERS, CutOptions, Distribution, Scale, scale_of
from syndata_engine.generation.kinds.numbers import digits_after, is_number
from syndata_engine.generation.kinds.registry import parse_rule
from syndata_engine.generation.quantiles.pieces import Pieces, merged

MOST_ENTRIES = 10_000
MOST_COMPONENTS = 100


def _cut(scale: Scale, pieces: Pieces) -> Pieces:
    """Straight, ascending pieces inside the column's bounds; a piece that is cut keeps its density."""
    least = float(pieces.start[0]) if scale.least is None else scale.least
    most = float(pieces.stop[-1]) + 1 if scale.most is None else scale.most
    start, stop = np.maximum(pieces.start, least), np.minimum(pieces.stop, most)
    wide = pieces.stop - pieces.start
    # A piece without width is one value, inside or not.
    inside = np.where(wide > 0, np.maximum(stop - start, 0), (pieces.start >= least) & (pieces.start < most))
    mass = pieces.mass * inside / np.where(wide > 0, wide, 1)
    kept = mass > 0
    if not kept.any():
        option = "max" if most <= pieces.start[0] else "min"
        scale.ctx.refuse(
            "the distribution has no values between min and max", f"move {option} to where it has some", option
        )
    return Pieces.straight(mass[kept], start[kept], stop[kept])


def _weights(scale: Scale, weights: list[Decimal], option: str) -> list[Decimal]:
    """Weights, none below 0, with a sum above it."""
    for number, weight in enumerate(weights):
        if not 0 <= weight <= 10**15:
            scale.ctx.refuse(
                f"the weight {weight} is not between 0 and 10^15", "write a weight from 0 up", f"{option}.{number}"
            )
    if not any(weights):
        scale.ctx.refuse("all weights are 0", "give at least one a weight above 0", option)
    return weights


def _width(values: list[Any]) -> Any:
    """How far a list of values reaches; 0 where they are no numbers."""
    known = [Decimal(str(value)) for value in values if is_number(value)]
    return CONTEXT.subtract(max(known), min(known)) if known else 0


class HistogramOptions(CutOptions):
    edges: list[Any] = Field(
        validation_alias=AliasChoices("edges", "bins"),
        min_length=2,
        max_length=MOST_ENTRIES,
        description="ascending borders of the bins",
    )
    weights: list[Decimal] = Field(
        validation_alias=AliasChoices("weights", "counts"), min_length=1, max_length=MOST_ENTRIES, description="how often each bin is drawn: one fewer than edges"
    )  # fmt: skip


class Histogram(Distribution):
    name = "histogram"
    aliases = ("binned",)
    summary = "Bins with weights; inside a bin each value is as likely. A bin holds its left edge, the last one its right edge too."
    types = (*NUMBERS, "date", "datetime")
    options = HistogramOptions

    def scale(self, ctx: ColumnContext, options: HistogramOptions) -> Scale:
        digits = digits_after(*(edge for edge in options.edges if is_number(edge)))
        return scale_of(ctx, options, "float" if digits else "int", self.spread(options))

    def spread(self, options: HistogramOptions) -> Any:
        return _width(options.edges)

    def pieces(self, scale: Scale, options: HistogramOptions) -> Pieces:
        edges = [scale.unit_code(edge, f"edges.{number}") for number, edge in enumerate(options.edges)]
        for number, (left, right) in enumerate(pairwise(edges)):
            if left >= right:
                what = f"the edge {options.edges[number + 1]} is not above {options.edges[number]}"
                scale.ctx.refuse(what, "write the edges in ascending order", f"edges.{number + 1}")
        if len(options.weights) != len(edges) - 1:
            what = f"{len(edges)} edges make {len(edges) - 1} bins, and there are {len(options.weights)} weights"
            scale.ctx.refuse(what, "give each bin one weight", "weights")
        weights = _weights(scale, options.weights, "weights")
        borders = np.array(edges, np.float64)
        borders[-1] += 1
        return _cut(scale, Pieces.straight(np.array([float(weight) for weight in weights]), borders[:-1], borders[1:]))


class QuantileOptions(CutOptions):
    points: list[tuple[Decimal, Any]] = Field(
        validation_alias=AliasChoices("points", "table", "value"), min_length=2, max_length=MOST_ENTRIES,
        description="shares from 0 to 1 with their values, both ascending, such as [[0, 10], [0.5, 25], [1, 90]]",
    )  # fmt: skip


class Quantiles(Distribution):
    name = "quantiles"
    aliases = ("quantile_table", "percentiles", "inverse_cdf")
    summary = "From a table of quantiles (this share of values is below this one); straight between them. Equal neighbours make one value frequent."
    types = (*NUMBERS, "date", "datetime")
    options = QuantileOptions

    def spread(self, options: QuantileOptions) -> Any:
        return _width([value for _, value in options.points])

    def pieces(self, scale: Scale, options: QuantileOptions) -> Pieces:
        shares = [share for share, _ in options.points]
        places = [scale.place(value, f"points.{number}.1") for number, (_, value) in enumerate(options.points)]
        for number in range(1, len(places)):
            if shares[number] <= shares[number - 1]:
                what = f"the share {shares[number]} is not above {shares[number - 1]}"
                scale.ctx.refuse(what, "write shares in ascending order", f"points.{number}.0")
            if places[number] < places[number - 1]:
                what = f"the value {options.points[number][1]} is below that of a smaller share"
                scale.ctx.refuse(what, "values ascend with their shares", f"points.{number}.1")
        for number, wanted in ((0, 0), (-1, 1)):
            if shares[number] != wanted:
                at = number % len(shares)
                scale.ctx.refuse(
                    f"the table {'ends' if wanted else 'begins'} at {shares[number]}",
                    f"say the value of share {wanted}",
                    f"points.{at}.0",
                )
        ends = np.array(places) + HALF
        mass = np.array([float(CONTEXT.subtract(after, before)) for before, after in pairwise(shares)])
        return _cut(scale, Pieces.straight(mass, ends[:-1], ends[1:]))


class MixtureOptions(CutOptions):
    components: list[dict[str, Any]] = Field(
        validation_alias=AliasChoices("components", "of", "value"), min_length=1, max_length=MOST_COMPONENTS,
        description="distributions, each with a weight (1), such as {type: normal, mean: 10, stddev: 2, weight: 3}",
    )  # fmt: skip


class Mixture(Distribution):
    name = "mixture"
    aliases = ("mix",)
    summary = "One of several distributions, drawn by weight; min and max cut each of them."
    types = (*NUMBERS, "date", "datetime")
    options = MixtureOptions

    def scale(self, ctx: ColumnContext, options: MixtureOptions) -> Scale:
        parts = self._parts(ctx, options)
        whole = all(isinstance(kind, Counted) for _, kind, _ in parts)
        spread = max((kind.spread(inner) for _, kind, inner in parts), key=lambda one: one if is_number(one) else 0)
        return scale_of(ctx, options, "int" if whole else self.usual, spread)

    def pieces(self, scale: Scale, options: MixtureOptions) -> Pieces:
        parts = self._parts(scale.ctx, options)
        weights = _weights(scale, [weight for weight, _, _ in parts], "components")
        shares = [
            (float(weight), self._pieces(scale, f"components.{number}", kind, inner))
            for number, (weight, (_, kind, inner)) in enumerate(zip(weights, parts, strict=True))
            if weight
        ]
        # One after another they are exact; where values have to rise, they are merged.
        return merged(shares) if scale.ctx.correlated else Pieces.joined(shares)

    def _parts(self, ctx: ColumnContext, options: MixtureOptions) -> list[tuple[Decimal, Distribution, Any]]:
        return [self._part(ctx, number, dict(entry)) for number, entry in enumerate(options.components)]

    def _part(self, ctx: ColumnContext, number: int, entry: dict[str, Any]) -> tuple[Decimal, Distribution, Any]:
        """A component's weight, kind and options."""
        where = f"components.{number}"
        weight = entry.pop("weight", 1)
        if isinstance(weight, bool) or not is_number(weight):
            ctx.refuse(f"{weight!r} is not a weight", "write a number above 0", f"{where}.weight")
        name = entry.pop("type", entry.pop("kind", None))
        if name is None and len(entry) == 1 and isinstance(next(iter(entry.values())), Mapping):
            name, entry = next(iter(entry.items()))
        if not isinstance(name, str):
            ctx.refuse("the component does not say its type", "add `type: normal`, or another distribution", where)
        kind, inner = parse_rule(Rule(kind=name, options=entry, path=f"{ctx.path}.{where}"))
        if not isinstance(kind, Distribution) or isinstance(kind, Mixture):
            ctx.refuse(
                f"{name} is not a distribution that can be mixed",
                "use normal, exponential, histogram or another",
                f"{where}.type",
            )
        return Decimal(str(weight)), kind, inner

    def _pieces(self, scale: Scale, where: str, kind: Distribution, inner: Any) -> Pieces:
        """A component's quantile function, in the column's units."""
        ctx = scale.ctx
        if scale.type.name not in kind.types:
            ctx.refuse(
                f"{kind.name} cannot make {scale.type.name}", f"it makes {' or '.join(kind.types)}", f"{where}.type"
            )
        there = ColumnContext(ctx.table, ctx.schema, scale.type, f"{ctx.path}.{where}", ctx.branch)
        own = scale_of(there, inner, scale.type.name, 0)
        low = max((end for end in (own.low, scale.low) if end is not None), default=None)
        high = min((end for end in (own.high, scale.high) if end is not None), default=None)
        if low is not None and high is not None and low > high:
            ctx.refuse(
                "the component has no values between the mixture's min and max", "drop it, or move its bounds", where
            )
        return kind.pieces(Scale(there, scale.type, low, high), inner)


KINDS = (Histogram(), Quantiles(), Mixture())
