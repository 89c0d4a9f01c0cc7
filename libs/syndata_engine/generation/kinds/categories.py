"""Values chosen from lists: weighted, by another column's value, or by where a number falls."""

from __future__ import annotations

import difflib
from decimal import Decimal
from typing import Any

import numpy as np
from pydantic import AliasChoices, Field, ValidationInfo, field_validator, model_validator

from syndata_engine.generation.columns.columns import Column, Enumeration
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.columns.exact import table_index
from syndata_engine.generation.columns.storage import hex_text, json_value
from syndata_engine.generation.kinds.numbers import digits_after, is_number
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import EVERY_TYPE, ValueType
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Constant, Mapped, Taken, Uniform, Weighted, any_of
from syndata_engine.generation.quantiles.table import ranked
from syndata_engine.pools import Pool, alias_table

MAX_WEIGHT_DIGITS = 9
MAX_TEXT = 2**20 - 1
"""Bytes of one entry of a pool; JSON may need six for a character."""


def values_column(ctx: ColumnContext, values: list[Any], index: Node, option: str) -> Column:
    """values[index]; None among the values is NULL."""
    if not values:
        ctx.refuse("there is nothing to choose from", "give at least one value", option)
    known = [value for value in values if value is not None]
    for value in known:
        if isinstance(value, list | dict):
            ctx.refuse(f"{value!r} is not a single value", "list texts, numbers or booleans", option)
    value_type = ctx.type or _common_type(known)
    null = None
    if len(known) < len(values):
        missing = np.array([value is None for value in values], np.int64)
        null = Taken(index, missing)
    if value_type.name in {"binary", "json"}:
        read = hex_text if value_type.name == "binary" else json_value
        values = [value if value is None else read(ctx, value, option) for value in values]
    if value_type.textual:
        labels = Pool(tuple("" if value is None else _text(value) for value in values))
        for value in labels.values:
            if len(value) * 6 > MAX_TEXT:
                ctx.refuse(
                    f"a value has {len(value):,} characters", f"keep values below {MAX_TEXT // 6:,} characters", option
                )
        return Column(value_type, index, null=null, low=0, high=len(values) - 1, labels=labels)
    if value_type.name == "float" and ctx.schema.scale is None:
        value_type = ValueType("float", scale=max(1, digits_after(*filter(is_number, known))))
    codes = [0 if value is None else ctx.code(value, value_type, f"{option}.{n}") for n, value in enumerate(values)]
    solid = [code for code, value in zip(codes, values, strict=True) if value is not None] or [0]
    table = np.array(codes, np.int64)
    return Column(value_type, Taken(index, table), null=null, low=min(solid), high=max(solid))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _common_type(values: list[Any]) -> ValueType:
    if values and all(isinstance(value, bool) for value in values):
        return ValueType("bool")
    if values and all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return ValueType("int")
    return ValueType("str")


_VALUE_SPELLINGS = ("value", "values", "choices", "options", "elements")


class ChoiceOptions(Options):
    value: list[Any] = Field(
        validation_alias=AliasChoices(*_VALUE_SPELLINGS), description="a list, or a mapping of value to weight"
    )
    weights: list[Decimal] | None = Field(
        default=None,
        description="one for each value, or a mapping of value to weight, which names the values where no list does",
    )
    exact: bool = Field(default=False, description="true: of the whole table each value gets its share to the row")

    @model_validator(mode="before")
    @classmethod
    def _both_from_one(cls, options: Any) -> Any:
        """A mapping of value to weight says both, under either name."""
        if not isinstance(options, dict):
            return options
        said = next((spelling for spelling in _VALUE_SPELLINGS if spelling in options), None)
        values, weights = options.get(said or "value"), options.get("weights")
        if isinstance(values, dict) and said is not None and weights is None:
            return {**options, said: list(values), "weights": values}
        if isinstance(weights, dict) and said is None:
            return {**options, "value": list(weights)}
        return options

    @field_validator("value", mode="before")
    @classmethod
    def _weighed_once(cls, values: Any) -> Any:
        if isinstance(values, dict):
            raise ValueError("a mapping holds the weights already; drop `weights`, or list the values")  # noqa: TRY004 -- pydantic wants it
        return values

    @field_validator("weights", mode="before")
    @classmethod
    def _in_order(cls, weights: Any, info: ValidationInfo) -> Any:
        """Weights that name their values, in the order of the values."""
        if not isinstance(weights, dict):
            return weights
        values = info.data.get("value")
        if values is None:
            return None  # what is wrong with the values is told already
        names = ["null" if value is None else _text(value) for value in values]
        _check_names(names, weights)
        return [weights[name] for name in names]


def _check_names(names: list[str], weights: dict[str, Any]) -> None:
    """ValueError, naming what is wrong, unless the weights name each value once and are numbers."""
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{name!r} stands twice among the values; write the weights as a list")
    for name, weight in weights.items():
        if name not in names:
            near = difflib.get_close_matches(name, names, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"{name!r} is not one of the values{hint}")
        if isinstance(weight, bool) or not is_number(weight):
            raise ValueError(f"the weight of {name!r} is {weight!r}, which is not a number")
    missing = [repr(name) for name in names if name not in weights]
    if missing:
        raise ValueError(f"no weight is given for {', '.join(missing[:12])}")


class Choice(Kind):
    name = "choice"
    aliases = ("choices", "random_element", "enum", "categorical", "category", "weighted_choice", "one_of")
    summary = "One of the listed values, each as likely or by weights."
    types = EVERY_TYPE
    options = ChoiceOptions

    def ascends(self, options: ChoiceOptions) -> bool:
        return not options.exact

    def build(self, ctx: ColumnContext, options: ChoiceOptions) -> Column:
        index = draw_index(ctx, len(options.value), options.weights, exact=options.exact)
        return values_column(ctx, options.value, index, "value")

    def enumerate(self, ctx: ColumnContext, options: ChoiceOptions) -> Enumeration:
        if options.weights is not None:
            ctx.refuse("a unique choice takes every value once, so weights mean nothing", "drop the weights", "weights")
        if options.exact:
            ctx.refuse("a unique choice takes every value once, so exact means nothing", "drop exact", "exact")
        distinct = distinct_values(ctx, options.value)
        if not distinct:
            ctx.refuse("there is nothing to choose from", "give at least one value", "value")
        return Enumeration(len(distinct), lambda index: values_column(ctx, distinct, index, "value"))


def distinct_values(ctx: ColumnContext, values: list[Any]) -> list[Any]:
    """The values that differ once they are written; NULL is none."""
    known = [value for value in values if value is not None]
    column = values_column(ctx, known, Constant(0), "value") if known else None
    if column is None or column.labels is not None:
        return list({_text(value): value for value in known}.values())
    return list({ctx.code(value, column.type, "value"): value for value in known}.values())


def draw_index(ctx: ColumnContext, size: int, weights: list[Decimal] | None, *, exact: bool = False) -> Node:
    """An index 0..size-1 drawn for the column, or in exact shares of its table; Refused when weights do not fit."""
    whole = None if weights is None else whole_weights(ctx, size, weights)
    if exact and size:
        return table_index(ctx, whole or (1,) * size)
    if whole is None:
        return Uniform(ctx.word(), 0, max(size, 1))
    if ctx.correlated:
        return ranked(ctx.word(), np.array(whole, np.float64))
    return Weighted(ctx.word(), alias_table(whole))


def whole_weights(ctx: ColumnContext, size: int, weights: list[Decimal]) -> tuple[int, ...]:
    """The weights as whole numbers of the same proportions; Refused when they do not fit."""
    if len(weights) != size:
        ctx.refuse(f"there are {size} values but {len(weights)} weights", "give one weight for each value", "weights")
    if any(not weight.is_finite() or weight < 0 for weight in weights) or not any(weights):
        ctx.refuse("weights must be 0 or more, and one of them above 0", "give shares such as 70, 20, 10", "weights")
    if any(_too_fine(weight) for weight in weights):
        ctx.refuse("a weight has too many digits", "use weights between 0.000000001 and 999999999", "weights")
    return tuple(int(weight.scaleb(MAX_WEIGHT_DIGITS)) for weight in weights)


def _too_fine(weight: Decimal) -> bool:
    exponent = weight.as_tuple().exponent
    return weight.adjusted() >= MAX_WEIGHT_DIGITS or not isinstance(exponent, int) or exponent < -MAX_WEIGHT_DIGITS


class MapOptions(Options):
    column: str
    values: dict[str, Any]
    default: Any = None


class Map(Kind):
    name = "map"
    aliases = ("depends_on", "by", "choice_by")
    summary = "A value, or one of a list of values, that follows from another column's value."
    types = (*EVERY_TYPE[:7], *EVERY_TYPE[8:])
    options = MapOptions

    def build(self, ctx: ColumnContext, options: MapOptions) -> Column:
        source = ctx.other(options.column)
        if source.labels is None or source.code is None:
            ctx.refuse(
                f"{options.column} is not chosen from a list of texts", "map a column with the rule choice", "column"
            )
        labels = source.labels.values
        for key in options.values:
            if key not in labels:
                ctx.refuse(
                    f"{options.column} never is {key!r}", f"it is one of: {', '.join(labels[:12])}", f"values.{key}"
                )
        groups = [_as_list(options.values.get(label, options.default)) for label in labels]
        flat = [value for group in groups for value in group]
        sizes = np.array([len(group) for group in groups], np.int64)
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)[:-1]])
        pick = Uniform(ctx.word(), 0, 2**62)

        def index(codes: Any, draws: Any) -> Any:
            return starts[codes] + draws % sizes[codes]

        column = values_column(ctx, flat, Mapped(index, (source.code, pick)), "values")
        return inherit_null(column, source)


def inherit_null(column: Column, source: Column) -> Column:
    """NULL also where the source is."""
    if source.null is None:
        return column
    return column.with_null(source.null if column.null is None else any_of(column.null, source.null))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) and value else [None if isinstance(value, list) else value]


class BucketOptions(Options):
    column: str
    edges: list[Any] = Field(min_length=1)
    values: list[Any] = Field(min_length=2)


class Bucket(Kind):
    name = "bucket"
    aliases = ("band", "cut", "bin")
    summary = "values[i] where another column lies at or above i of the ascending edges."
    types = ("str", "int", "bool")
    options = BucketOptions

    def build(self, ctx: ColumnContext, options: BucketOptions) -> Column:
        source = ctx.other(options.column)
        if source.code is None or not source.type.ordered:
            ctx.refuse(f"{options.column} is neither a number nor a date", "bucket a number, date or time", "column")
        if len(options.values) != len(options.edges) + 1:
            ctx.refuse(f"{len(options.edges)} edges make {len(options.edges) + 1} buckets, but there are {len(options.values)} values",
                       "give one value more than edges", "values")  # fmt: skip
        edges = np.array([ctx.code(edge, source.type, f"edges.{n}") for n, edge in enumerate(options.edges)], np.int64)
        if (np.diff(edges) <= 0).any():
            ctx.refuse("the edges do not ascend", "list each edge once, smallest first", "edges")
        index = Mapped(lambda codes: np.asarray(np.searchsorted(edges, codes, side="right"), np.int64), (source.code,))
        return inherit_null(values_column(ctx, options.values, index, "values"), source)


KINDS = (Choice(), Map(), Bucket())
