"""Values of any Faker provider, from a pool that planning has asked for and the plan keeps."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, Literal

from pydantic import ConfigDict, Field, model_validator

from syndata_contracts.errors import Refused
from syndata_engine.generation.columns.columns import Column, Enumeration
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.categories import values_column
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Uniform, Weighted
from syndata_engine.pools import alias_table


class Sampled(Options):
    """What a provider said when the plan was made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: str
    """The library and its version."""
    makes: Literal["str", "bool", "int", "float", "decimal", "date", "datetime"]
    values: list[Any] = Field(min_length=1)
    weights: list[int] | None = None

    @model_validator(mode="after")
    def _fitting(self) -> Sampled:
        if self.weights is not None and (len(self.weights) != len(self.values) or min(self.weights) < 1):
            raise ValueError("each value has one weight of 1 or more")
        return self


class FakerOptions(Options):
    provider: str = Field(
        pattern=r"^[a-z][a-z0-9_]{0,63}$", description="a provider of Faker, such as `catch_phrase` or `license_plate`"
    )
    locale: str | None = Field(default=None, description="default: the table's")
    arguments: dict[str, Any] = Field(default_factory=dict, description="what the provider is called with, by name")
    size: int = Field(
        default=1_000, ge=1, le=10_000, description="how often the provider is asked: rows draw from so many values"
    )
    sampled: Sampled | Literal["refused"] | None = Field(
        default=None, description="what it said; planning writes this into the plan"
    )


class FakerKind(Kind):
    name = "faker"
    aliases = ("provider",)
    summary = (
        "A value of any Faker provider, at the speed of a list: planning asks it `size` times and the plan keeps what it said, so the same plan "
        "gives the same bytes without Faker, or with another. Frequent values are as frequent as they were; columns do not agree with each other."
    )
    types = ("str", "int", "float", "decimal", "bool", "date", "datetime")
    options = FakerOptions

    def build(self, ctx: ColumnContext, options: FakerOptions) -> Column:
        pool = self._pool(ctx, options)
        if pool.weights is None:
            index: Node = Uniform(ctx.word(), 0, len(pool.values))
        else:
            index = Weighted(ctx.word(), alias_table(tuple(pool.weights)))
        return _column(ctx, pool, pool.values, index)

    def enumerate(self, ctx: ColumnContext, options: FakerOptions) -> Enumeration:
        pool = self._pool(ctx, options)
        known = [value for value in pool.values if value is not None]
        return Enumeration(len(known), lambda index: _column(ctx, pool, known, index))

    def _pool(self, ctx: ColumnContext, options: FakerOptions) -> Sampled:
        if options.sampled is None:
            ctx.refuse("nobody has asked Faker for its values", "make a plan where Faker can be asked", "provider")
        if options.sampled == "refused":
            raise Refused(())  # planning has said why
        return options.sampled


def _column(ctx: ColumnContext, pool: Sampled, values: list[Any], index: Node) -> Column:
    if pool.makes in {"float", "decimal"} and (ctx.type is None or ctx.type.numeric):
        values = [None if value is None else Decimal(str(value)) for value in values]
    if ctx.type is not None:
        return values_column(ctx, values, index, "sampled.values")
    scale = 0
    if pool.makes in {"float", "decimal"}:
        scale = max(1, *(-int(value.as_tuple().exponent) for value in values if value is not None))
    value_type = ValueType(
        pool.makes, 18 if pool.makes == "decimal" else None, 6 if pool.makes == "datetime" else scale
    )
    return values_column(replace(ctx, type=value_type), values, index, "sampled.values")


KINDS = (FakerKind(),)
