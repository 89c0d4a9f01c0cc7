"""Observed tables -> what was learnt of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from syndata_engine.learning.columns import Learnt, Setting, learn_column
from syndata_engine.learning.computing import learn_formulas
from syndata_engine.learning.copying import learn_copies
from syndata_engine.learning.keying import MOST_FULL, UNIQUE_KINDS, key_column, paired_key, primary_key, unique_columns
from syndata_engine.learning.meanings import Meaning, Names, meaning_of_numbers, meaning_of_texts
from syndata_engine.learning.observing import Observed, ObservedTable
from syndata_engine.learning.personal import Personal
from syndata_engine.learning.relating import find_references
from syndata_engine.learning.result import LearntTable, LearntTables, Reference
from syndata_engine.learning.shapes import Threshold
from syndata_engine.learning.spans import learn_spans
from syndata_engine.learning.together import learn_together

_PARTS_OF_NAMES: Final = ("first_name", "last_name")


def learn(tables: Sequence[ObservedTable], threshold: Threshold, names: Names) -> LearntTables:
    """Learn the columns of tables that belong together, their keys and how they hang together."""
    references = find_references(tables)
    personal = Personal(names)
    settings = [Setting(threshold, _meanings(table, personal), personal) for table in tables]
    found = [_table(table, references, setting) for table, setting in zip(tables, settings, strict=True)]
    learnt = LearntTables(threshold, found, references)
    _mark_references(learnt)
    learn_copies(learnt)
    for table in learnt.tables:
        learn_formulas(table)
        learn_spans(table, threshold)
        learn_together(table, threshold)
    return learnt


def _meanings(table: ObservedTable, personal: Personal) -> dict[str, Meaning]:
    """What the columns of a table mean; what personal ones hold is then known of all tables."""
    columns = tuple(column.profile.name for column in table.columns)
    found: dict[str, Meaning] = {}
    for column in table.columns:
        name, values = column.profile.name, pc.drop_null(column.texts)
        meaning = None
        if column.profile.type == "int":
            meaning = meaning_of_numbers(name)
        elif column.profile.type == "str" and len(values):
            meaning = meaning_of_texts(name, (table.name, columns), values, personal.names)
        if meaning is not None:
            found[name] = meaning
            if meaning.personal and meaning.kind != "date_of_birth":
                personal.add(meaning.kind, values)
    parts = [[column.texts for column in table.columns if _kind(column, found) == kind] for kind in _PARTS_OF_NAMES]
    for given, family in product(*parts):
        personal.add("full_name", pc.binary_join_element_wise(given, family, " "))
    return found


def _kind(column: Observed, found: dict[str, Meaning]) -> str:
    meaning = found.get(column.profile.name)
    return "" if meaning is None else meaning.kind


def _mark_references(learnt: LearntTables) -> None:
    """Columns that refer to a personal key are as personal as it is."""
    for _ in learnt.references:  # as often as the longest chain of keys that refer to keys may be
        for one in learnt.references:
            if "sensitivity" in learnt.table(one.parent).column(one.key).body:
                learnt.table(one.table).column(one.column).body["sensitivity"] = "PII"


def _table(table: ObservedTable, references: Sequence[Reference], setting: Setting) -> LearntTable:
    keys = unique_columns(table)
    referred = {one.key for one in references if one.parent == table.name}
    referring = {one.column: one for one in references if one.table == table.name}
    key = primary_key(table, keys, referred)
    unique = tuple(sorted(referred - {key}))
    columns: list[Learnt] = []
    for column in table.columns:
        name = column.profile.name
        if name in referring:
            columns.append(_referring(column, referring[name], setting))
        elif name == key or name in unique:
            columns.append(key_column(column, table.rows, setting.threshold, setting.meanings.get(name)))
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
    return column.role == "meaning" and kind in UNIQUE_KINDS


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
