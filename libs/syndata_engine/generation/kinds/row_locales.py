"""Which of the table's locales the row is of."""

from __future__ import annotations

from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.nodes import Constant
from syndata_engine.pools import Pool


class RowLocale(Kind):
    name = "row_locale"
    aliases = ("locale_of_row",)
    summary = "The locale that the row's names, places and words are of: the table's own, or in a table of several the one drawn for the row."
    types = ("str",)

    def build(self, ctx: ColumnContext, options: Options) -> Column:  # noqa: ARG002
        table = ctx.table
        # Not through ctx.pack: the column is one for all locales.
        labels = Pool(tuple(each.pack.locale for each in table.mix or (table,)))
        code = table.row_locale or Constant(0)
        return Column(ValueType("str"), code, labels=labels, low=0, high=len(labels.values) - 1)


KINDS = (RowLocale(),)
