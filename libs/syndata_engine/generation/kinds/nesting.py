"""Structs of fields and lists of items, each made by a rule of its own."""

from __future__ import annotations

from typing import Any

from pydantic import Field, ValidationError

from syndata_contracts.schema import ColumnSchema
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.columns.nested import list_of, struct_of
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.nodes import Constant, Uniform
from syndata_engine.generation.texts.text import walk

MOST_FIELDS = 200
MOST_ITEMS = 50
MOST_PIECES = 20_000
"""Pieces of text that one list may be composed of: what compiling its row costs."""


class StructOptions(Options):
    fields: dict[str, Any] | list[Any] = Field(
        min_length=1, max_length=MOST_FIELDS, description="each as a column: a rule, or a body with type and rule"
    )
    """A mapping, as it is written; once it was read, a list of columns in their order."""


class Struct(Kind):
    name = "struct"
    aliases = ("object", "record")
    summary = "A value with named fields, each made as a column is; JSON in formats that are text."
    types = ("struct", "json")
    options = StructOptions

    def build(self, ctx: ColumnContext, options: StructOptions) -> Column:
        if isinstance(options.fields, dict):
            ctx.refuse("the fields were not read", "hand the configuration to Syndata as a document", "fields")
        fields = {one["name"]: _column(ctx, one, f"fields.{one['name']}", one["name"]) for one in options.fields}
        return struct_of(fields)


class ListOptions(Options):
    of: Any = Field(description="what an item is, as a column: a rule, or a body with type and rule")
    min: int = Field(default=0, ge=0, le=MOST_ITEMS)
    max: int = Field(default=3, ge=1, le=MOST_ITEMS)


class ListKind(Kind):
    name = "list"
    aliases = ("array", "list_of")
    summary = "min to max items, each drawn for itself as a column is; JSON in formats that are text."
    types = ("list", "json")
    options = ListOptions

    def build(self, ctx: ColumnContext, options: ListOptions) -> Column:
        low, high = options.min, options.max
        if low > high:
            ctx.refuse(f"the range is empty: min {low} is above max {high}", "swap min and max", "min")
        first = _column(ctx, options.of, "of", "0")
        # An item's text stands once for every length that the list can have.
        pieces = sum(1 for _ in walk(first.written())) * high * (high + 1) // 2
        if pieces > MOST_PIECES:
            ctx.refuse(f"lists of up to {high} such items have too many forms", "lower max, here or inside", "max")
        items = (first, *(_column(ctx, options.of, "of", str(number)) for number in range(1, high)))
        length = Constant(low) if low == high else Uniform(ctx.word("length"), low, high - low + 1)
        return list_of(items, length)


def _column(ctx: ColumnContext, value: Any, place: str, name: str) -> Column:
    """A field or item, with a stream of its own."""
    path = f"{ctx.path}.{place}"
    try:
        schema = ColumnSchema.model_validate(value)
    except ValidationError:
        ctx.refuse(f"{value!r} describes no value", "write a rule, or a mapping with type and rule", place)
    rule = None if schema.rule is None else schema.rule.model_copy(update={"path": path})
    update = {
        "path": path,
        "name": f"{ctx.schema.name} {schema.name}",
        # No column's own id holds a NUL, so no other column draws the same.
        "id": f"{ctx.schema.id}\0{ctx.branch}\0{name}",
        "rule": rule,
        "sensitivity": schema.sensitivity or ctx.schema.sensitivity,
    }
    return ctx.table.nested(schema.model_copy(update=update))


KINDS = (Struct(), ListKind())
