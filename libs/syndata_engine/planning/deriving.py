"""Tables that follow from the changes of others, as tables of the schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from syndata_contracts.changes import Changes, Derived
from syndata_contracts.schema import ColumnSchema, DatasetSchema, TableSchema

LOG_COLUMNS: Final = ("key", "before", "after", "source", "op", "ts_ms")
HISTORY_ID: Final = "history_id"
HISTORY_COLUMNS: Final = ("valid_from", "valid_to", "is_current", "version")
"""What a history says of each version, beside its number and the table's own columns."""


def with_derived(schema: DatasetSchema) -> DatasetSchema:
    """The schema with the log, history and later snapshot of each table that changes, behind that table."""
    if all(table.changes is None for table in schema.tables):
        return schema
    tables = (one for table in schema.tables for one in (table, *_derived(table)))
    return schema.model_copy(update={"tables": tuple(tables)})


def without_derived(schema: DatasetSchema) -> DatasetSchema:
    """The schema as it was before."""
    tables = tuple(table for table in schema.tables if table.derived is None)
    return schema if len(tables) == len(schema.tables) else schema.model_copy(update={"tables": tables})


def _derived(table: TableSchema) -> Iterator[TableSchema]:
    changes = table.changes
    if changes is None:
        return
    own = [(one.name, one.primary_key) for one in table.columns]
    if changes.log is not None:
        yield _table(table, changes, changes.log, "log", [(name, False) for name in LOG_COLUMNS])
    if changes.history is not None:
        names = [(HISTORY_ID, True), *((name, False) for name, _ in own), *((name, False) for name in HISTORY_COLUMNS)]
        yield _table(table, changes, changes.history, "history", names)
    if changes.later is not None:
        yield _table(table, changes, changes.later, "later", own)


def _table(base: TableSchema, changes: Changes, name: str, form: str, columns: list[tuple[str, bool]]) -> TableSchema:
    made = (ColumnSchema(path=changes.path, name=one, id=one, primary_key=key) for one, key in columns)
    return TableSchema(
        path=changes.path,
        name=name,
        id=f"{base.id} {form}",
        locale=base.locale,
        columns=tuple(made),
        derived=Derived.model_validate({"table": base.name, "form": form}),
    )
