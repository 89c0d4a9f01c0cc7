"""Computed columns: typed expressions over columns of the row, exact, with overflow ruled out at planning."""

from __future__ import annotations

from typing import NoReturn

from pydantic import AliasChoices, Field

from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.expressions.computing import Computer, Nothing, Truth, described
from syndata_engine.generation.expressions.moments import Moment, Step, as_datetime
from syndata_engine.generation.expressions.numbers import Term, rescaled, settled, shown
from syndata_engine.generation.expressions.parsing import MOST_CHARACTERS
from syndata_engine.generation.expressions.texts import Words
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import EVERY_TYPE, MAX_FLOAT_DIGITS, ValueType
from syndata_engine.generation.nodes.nodes import Constant, any_of


class FormulaOptions(Options):
    expression: str = Field(
        validation_alias=AliasChoices("expression", "formula", "value"), min_length=1, max_length=MOST_CHARACTERS
    )


class Formula(Kind):
    name = "formula"
    aliases = ("expression", "computed", "calculated")
    summary = (
        "A typed expression over columns of the row: arithmetic, exact and rounded half to even at the column's scale, "
        "comparisons, if, texts, dates; NULL where a column it reads is. See the schema language."
    )
    types = (
        "decimal",
        "int",
        "float",
        *(name for name in EVERY_TYPE if name not in {"decimal", "int", "float", "uuid", "binary", "json"}),
    )
    options = FormulaOptions

    def build(self, ctx: ColumnContext, options: FormulaOptions) -> Column:
        computer = Computer(ctx, options.expression, "expression")
        value = computer.value()
        if isinstance(value, Term):
            return _number(ctx, value)
        if isinstance(value, Truth) and ctx.type is not None and ctx.type.numeric:
            return _number(ctx, Term(value.node, 0, 0, 1, value.nulls))
        if isinstance(value, Nothing | Step):
            _refuse_constant(ctx)
        _check_type(ctx, value)
        null = any_of(*value.nulls) if value.nulls else None
        if isinstance(value, Truth):
            return Column(ValueType("bool"), value.node, null=null, low=0, high=1)
        if isinstance(value, Words):
            if value.labels is not None:
                last = len(value.labels.values) - 1
                return Column(ValueType("str"), value.index, null=null, labels=value.labels, low=0, high=last)
            return Column(ValueType("str"), Constant(0), text=value.text, null=null)
        return _moment(ctx, value, null)


def _check_type(ctx: ColumnContext, value: Moment | Truth | Words) -> None:
    made = value.type.name if isinstance(value, Moment) else "bool" if isinstance(value, Truth) else "str"
    if ctx.type is None or ctx.type.name in {made, "str"} or (ctx.type.name, made) == ("datetime", "date"):
        return
    number = " and is not a number" if ctx.type.numeric else ""
    what = f"the expression makes {described(value)}{number}, but {ctx.schema.name} is {ctx.type.name}"
    ctx.refuse(what, f"declare {made}, or change the expression", "expression")


def _refuse_constant(ctx: ColumnContext) -> NoReturn:
    ctx.refuse("the expression is no value of a column", "write for example: quantity * unit_price", "expression")


def _moment(ctx: ColumnContext, value: Moment, null: object) -> Column:
    declared = ctx.type
    if declared is not None and declared.name == "datetime" and value.type.name == "date":
        value = as_datetime(value)
    kind = value.type
    if declared is not None and declared.name == kind.name:
        if declared.scale < kind.scale:
            ctx.refuse(f"the expression has {kind.scale} digits of a second, the column {declared.scale}",
                       f"declare scale: {kind.scale}", "expression")  # fmt: skip
        kind = declared
    return Column(kind, value.node, null=null, low=value.low, high=value.high)  # type: ignore[arg-type] # a node or None


def _number(ctx: ColumnContext, term: Term) -> Column:
    declared = ctx.type if ctx.type is not None and ctx.type.numeric else None
    if declared is None or declared.scale > term.scale - term.guard or declared.name == "float":
        term = settled(term)
    value_type = declared or ValueType("decimal" if term.scale else "int", scale=term.scale)
    if value_type.name == "float" and ctx.schema.scale is None:
        value_type = ValueType("float", scale=max(1, min(term.scale, 6)))
    term = rescaled(term, value_type.scale)
    limit = 10**MAX_FLOAT_DIGITS if value_type.name == "float" else 10 ** (value_type.precision or 18)
    if value_type.name != "int" and max(abs(term.low), abs(term.high)) >= limit:
        ctx.refuse(f"the formula reaches {shown(term)}, beyond what {value_type.name} with {value_type.scale} digits holds",
                   "raise precision, or narrow the columns it reads", "expression")  # fmt: skip
    null = any_of(*term.nulls) if term.nulls else None
    return Column(value_type, term.node, null=null, low=term.low, high=term.high)


KINDS = (Formula(),)
