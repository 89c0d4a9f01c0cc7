"""Observed tables -> what was learnt of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import pyarrow as pa

from syndata_engine.learning.columns import Learnt, Setting, learn_column
from syndata_engine.learning.computing import learn_formulas
from syndata_engine.learning.copying import learn_copies
from syndata_engine.learning.keying import MOST_FULL, key_column, paired_key, primary_key, unique_columns
from syndata_engine.learning.meanings import Names
from syndata_engine.learning.observing import Observed, ObservedTable
from syndata_engine.learning.relating import find_references
from syndata_engine.learning.result import LearntTable, LearntTables, Reference
from syndata_engine.learning.shapes import Threshold
from syndata_engine.learning.spans import learn_spans
from syndata_engine.learning.together import learn_together

_NUMBERED: Final = frozenset(["uuid", "email", "iban", "credit_card", "ipv4", "ipv6", "mac", "hash"])
"""Kinds of meanings that can be unique."""


def learn(tables: Sequence[ObservedTable], threshold: Threshold, names: Names) -> LearntTables:
    """Learn the columns of tables that belong together, their keys and how they hang together."""
    references = find_references(tables)
    learnt = LearntTables(threshold, [_table(table, references, threshold, names) for table in tables], references)
    learn_copies(learnt)
    for table in learnt.tables:
        learn_formulas(table)
        learn_spans(table, threshold)
        learn_together(table, threshold)
    return learnt


def _table(table: ObservedTable, references: Sequence[Reference], threshold: Threshold, names: Names) -> LearntTable:
    keys = unique_columns(table)
    referred = {one.key for one in references if one.parent == table.name}
    referring = {one.column: one for one in references if one.table == table.name}
    key = primary_key(table, keys, referred)
    unique = tuple(sorted(referred - {key}))
    setting = Setting(table.name, tuple(column.profile.name for column in table.columns), threshold, names)
    columns: list[Learnt] = []
    for column in table.columns:
        name = column.profile.name
        if name in referring:
            columns.append(_referring(column, referring[name], setting))
        elif name == key or name in unique:
            columns.append(key_column(column, table.rows, threshold))
        else:
            columns.append(learn_column(column, setting))
    names_of_keys = tuple(column.profile.name for column in keys)
    unique += tuple(one.name for one in columns if one.name in names_of_keys and _stays_unique(one, table.rows))
    primary = (key,) if key else paired_key(table, list(referring))
    return LearntTable(table, columns, primary, unique, names_of_keys, repeated_rows=_repeated(table, keys))


def _stays_unique(column: Learnt, rows: int) -> bool:
    """Whether what stands in for different values can be all different."""
    kind = column.body["rule"]["type"] if "rule" in column.body else ""
    if column.role == "codes" and kind == "pattern":
        return column.capacity >= MOST_FULL * rows
    return column.role == "meaning" and kind in _NUMBERED


def _repeated(table: ObservedTable, keys: Sequence[Observed]) -> int:
    """Rows of the sample that stand there before, value for value."""
    if keys:
        return 0
    texts = [column.texts for column in table.columns]
    rows = pa.table(texts, names=[str(place) for place in range(len(texts))])
    different: int = rows.group_by(rows.column_names, use_threads=False).aggregate([]).num_rows
    return len(table.columns[0].texts) - different


def _referring(column: Observed, reference: Reference, setting: Setting) -> Learnt:
    """A column without a rule: its values are the parent's."""
    kind = {"float": "int"}.get(column.profile.type, column.profile.type)
    # Rounded down: where there are orphans it is never all of them.
    found = f"{math.floor(reference.contained * 1000) / 10:.1f}%"
    orphans = f"; rows that are orphans: {reference.orphan_rows:,}" if reference.orphan_rows else ""
    remark = f"refers to {reference.parent}.{reference.key}, which has {found} of its values{orphans}"
    return Learnt(column, "reference", {"type": kind}, [remark], drawn=learn_column(column, setting).body)
