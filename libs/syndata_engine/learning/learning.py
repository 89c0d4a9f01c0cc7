"""Observed tables -> what was learnt of them."""

from __future__ import annotations

from collections.abc import Sequence

from syndata_engine.learning.columns import Learnt, Setting, learn_column
from syndata_engine.learning.keying import key_column, primary_key, unique_columns
from syndata_engine.learning.meanings import Names
from syndata_engine.learning.observing import ObservedTable
from syndata_engine.learning.result import LearntTable, LearntTables
from syndata_engine.learning.shapes import Threshold


def learn(tables: Sequence[ObservedTable], threshold: Threshold, names: Names) -> LearntTables:
    """Learn the columns of tables that belong together, their keys and how they hang together."""
    return LearntTables(threshold, [_table(table, threshold, names) for table in tables])


def _table(table: ObservedTable, threshold: Threshold, names: Names) -> LearntTable:
    keys = unique_columns(table)
    key = primary_key(table, keys)
    setting = Setting(table.name, tuple(column.profile.name for column in table.columns), threshold, names)
    columns: list[Learnt] = []
    for column in table.columns:
        if column.profile.name == key:
            columns.append(key_column(column, table.rows, threshold))
        else:
            columns.append(learn_column(column, setting))
    return LearntTable(
        table, columns, (key,) if key else (), keys=tuple(column.profile.name for column in keys)
    )
