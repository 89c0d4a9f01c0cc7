"""Sequences: unique by themselves, as long as their numbers fit in 64 bits."""

from __future__ import annotations

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ColumnSchema, DatasetSchema, TableSchema
from syndata_engine.generation.columns.storage import INTEGERS
from syndata_engine.generation.kinds.registry import kind_named, parse_rule
from syndata_engine.generation.nodes.codes import INT64_MAX
from syndata_engine.generation.references.key_sets import key_sets
from syndata_engine.generation.tables.inference import inferred_rule
from syndata_engine.generation.tables.tables import TableBuilder


def with_unique_sequences(schema: DatasetSchema) -> DatasetSchema:
    """The schema with each sequence inside a composite key marked unique, which it is anyway.

    A sequence has no last value, so it cannot be a digit of a composite key's number; but it makes the key
    unique whatever stands beside it, and the mark says so.
    """
    tables = tuple(_marked(table) for table in schema.tables)
    return schema if tables == schema.tables else schema.model_copy(update={"tables": tables})


def _marked(table: TableSchema) -> TableSchema:
    composite = {name for key in key_sets(table) if len(key.columns) > 1 for name in key.columns}
    referring = {name for fk in table.foreign_keys for name in (*fk.child_columns, fk.type_column)}
    sequences = {
        column.name
        for column in table.columns
        if column.name in composite - referring and not column.unique and _is_sequence(column)
    }
    if not sequences:
        return table
    columns = (
        column.model_copy(update={"unique": True}) if column.name in sequences else column for column in table.columns
    )
    return table.model_copy(update={"columns": tuple(columns)})


def _is_sequence(column: ColumnSchema) -> bool:
    rule = column.rule or inferred_rule(column, key=True)
    kind = kind_named(rule.kind)
    return kind is not None and kind.name == "sequence" and not column.conditional_rules


def check_sequence(table: TableBuilder, name: str, rows: int) -> None:
    """Refuse a sequence whose last number would leave 64 bits, or the fewer that its column has."""
    schema = table.column_schema(name)
    if schema.conditional_rules or table.context.relations.covering(name):
        return
    rule = table.rule_of(schema)
    kind, options = parse_rule(rule)
    if kind.name != "sequence":
        return
    last = options.start + options.step * max(rows - 1, 0)
    least, most = INTEGERS.get(schema.storage or "", (-INT64_MAX, INT64_MAX))
    if rows and not least <= min(options.start, last) <= max(options.start, last) <= most:
        kept = schema.storage or "64 bits"
        what = f"the sequence would reach {last:,}, which leaves {kept}"
        raise Refused(Fault(rule.path, what, "lower start, step or rows"))
