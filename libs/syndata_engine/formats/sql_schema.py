"""CREATE TABLE for a dataset: what PostgreSQL and SQLite hold its rows to, and in which order they load."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final, Literal

from syndata_contracts.errors import Refused
from syndata_contracts.plan import PlannedColumn
from syndata_contracts.schema import DatasetSchema, ForeignKeySchema, Ordering, Rule, TableSchema
from syndata_engine.formats.sql_names import (
    POSTGRESQL_SCHEMA,
    SQLITE_SCHEMA,
    listed,
    name_faults,
    quoted,
    remark,
)
from syndata_engine.formats.sql_rows import in_string, is_wide, value_faults
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.kinds.registry import kind_named
from syndata_engine.generation.nodes.codes import EPOCH, NESTED, ValueType
from syndata_engine.generation.references.key_sets import key_sets
from syndata_engine.generation.tables.binding import Dataset
from syndata_engine.generation.texts.clocks import NO_ZONE
from syndata_engine.generation.texts.text import Uuid

Dialect = Literal["postgresql", "sqlite"]

_DIALECTS: Final[dict[str, Dialect]] = {POSTGRESQL_SCHEMA: "postgresql", SQLITE_SCHEMA: "sqlite"}
_DEFERRED: Final = " DEFERRABLE INITIALLY DEFERRED"
_INT32: Final = 2**31
_INTEGERS: Final = {
    **dict.fromkeys(("int8", "int16", "uint8"), "SMALLINT"),
    **dict.fromkeys(("int32", "uint16"), "INTEGER"),
    **dict.fromkeys(("int64", "uint32", "uint64"), "BIGINT"),
}
"""PostgreSQL's narrowest type that holds every value of a width."""
_FRACTIONS: Final = {0: "seconds", 3: "milliseconds", 6: "microseconds"}
_MOST_CHOICES: Final = 64
"""Values that a CHECK lists; longer lists make every row slower for little."""


def schema_texts(dataset: Dataset, output_format: str, names: Sequence[str]) -> dict[str, bytes]:
    """The files of those names that create a dataset's tables; Refused when a name or a value is none in SQL."""
    faults = [fault for table in dataset.plan.tables for fault in name_faults(table, output_format)]
    faults += [fault for table in dataset.tables.values() for fault in value_faults(table)]
    if faults:
        raise Refused(faults)
    return {name: _schema_text(dataset, output_format, name).encode() for name in names}


def load_order(schema: DatasetSchema) -> tuple[str, ...]:
    """All tables, parents before children; where references run in a circle, the schema's order decides."""
    parents = {table.name: {fk.parent_table for fk in _plain(table)} - {table.name, None} for table in schema.tables}
    reached = {name: _reached(name, parents) for name in parents}
    left = [table.name for table in schema.tables]
    order: list[str] = []
    while left:
        ready = [name for name in left if not parents[name] - set(order)]
        if not ready:
            # A circle whose members need nothing outside it: what they reach reaches them, or stands already.
            ready = [name for name in left if all(name in reached[other] for other in reached[name] - set(order))]  # type: ignore[index] # names only
        order.append(ready[0])
        left.remove(ready[0])
    return tuple(order)


def _reached(name: str, parents: dict[str, set[str | None]]) -> set[str | None]:
    seen: set[str | None] = set()
    open_names: list[str | None] = [name]
    while open_names:
        for parent in parents[open_names.pop() or ""] - seen:
            seen.add(parent)
            open_names.append(parent)
    return seen


def _plain(table: TableSchema) -> list[ForeignKeySchema]:
    return [fk for fk in table.foreign_keys if not fk.parents]


@dataclass(frozen=True, slots=True)
class _Setting:
    """What a table's statement depends on beside the table."""

    dataset: Dataset
    dialect: Dialect
    order: tuple[str, ...]

    def table(self, name: str) -> TableSchema:
        return next(table for table in self.dataset.plan.schema_.tables if table.name == name)

    def is_made(self, fk: ForeignKeySchema) -> bool:
        """Whether the parent is a table of this dataset, and not one that was left out of it."""
        return fk.parent_table in self.order

    def is_later(self, fk: ForeignKeySchema, table: str) -> bool:
        """Whether rows may refer to rows that are not there yet."""
        return self.order.index(fk.parent_table or "") >= self.order.index(table)

    def is_keyed(self, fk: ForeignKeySchema) -> bool:
        """Whether the columns referred to are a key, which databases insist on."""
        parent = self.table(fk.parent_table or "")
        return any(set(key.columns) == set(fk.parent_columns) for key in key_sets(parent))

    def holds(self, fk: ForeignKeySchema, table: TableSchema) -> bool:
        """Whether a FOREIGN KEY can say it: both ends are made, and neither is damaged."""
        if not self.is_made(fk) or not self.is_keyed(fk):
            return False
        ends = _dirty(table) & set(fk.child_columns) | _dirty(self.table(fk.parent_table or "")) & set(
            fk.parent_columns
        )
        return not ends


def _schema_text(dataset: Dataset, output_format: str, file: str) -> str:
    schema = dataset.plan.schema_
    made = {table.name for table in dataset.plan.tables}
    order = tuple(name for name in load_order(schema) if name in made)
    setting = _Setting(dataset, _DIALECTS[file], order)
    lines = list(_how_to_load(setting, output_format, file))
    for name in setting.order:
        lines += ["", *_create(setting, setting.table(name))]
    if setting.dialect == "postgresql":
        for name in setting.order:
            # PostgreSQL wants the parent to exist, and SQLite has no ALTER TABLE for constraints.
            lines += [
                f"\nALTER TABLE {quoted(name)} ADD {_reference(fk)}{_DEFERRED};"
                for fk in _plain(setting.table(name))
                if setting.holds(fk, setting.table(name)) and setting.is_later(fk, name) and fk.parent_table != name
            ]
    return "\n".join(lines) + "\n"


def _how_to_load(setting: _Setting, output_format: str, file: str) -> Iterator[str]:
    files = [shlex.quote(f"{name}.{output_format}") for name in setting.order]
    yield "-- Load this file first, then the tables in this order, all in one transaction:"
    if setting.dialect == "postgresql":
        flags = " ".join(f"-f {name}" for name in (file, *files))
        yield f"--   psql -X -1 -v ON_ERROR_STOP=1 {flags}"
        yield "SET client_encoding TO 'UTF8';"
        yield "SET standard_conforming_strings TO on;"
    else:
        yield (
            f"--   (echo 'PRAGMA foreign_keys = ON; BEGIN;'; cat {file} {' '.join(files)}; echo 'COMMIT;') "
            "| sqlite3 -bail data.db"
        )


def _create(setting: _Setting, schema: TableSchema) -> Iterator[str]:
    yield from _remarks(setting, schema)
    planned = setting.dataset.plan.table(schema.name)
    columns = setting.dataset.tables[schema.name].columns
    lines = []
    for column in planned.columns:
        needed = " NOT NULL" if columns[column.name].null is None else ""
        lines.append(f"{quoted(column.name)} {_type(columns[column.name], setting.dialect)}{needed}")
    dirty = _dirty(schema)
    for key in sorted(key_sets(schema), key=lambda key: not key.primary):
        if dirty & set(key.columns):
            continue
        # A key with NULLs is unique all the same, but no database takes it for the primary one.
        whole = all(columns[name].null is None for name in key.columns)
        lines.append(f"{'PRIMARY KEY' if key.primary and whole else 'UNIQUE'} ({listed(key.columns)})")
    for fk in _plain(schema):
        own = fk.parent_table == schema.name
        if not setting.holds(fk, schema):
            continue
        if own or setting.dialect == "sqlite" or not setting.is_later(fk, schema.name):
            lines.append(_reference(fk) + (_DEFERRED if setting.is_later(fk, schema.name) else ""))
    lines += [f"CHECK ({check})" for check in _checks(schema, planned.columns, columns, setting.dialect)]
    yield f"CREATE TABLE {quoted(schema.name)} ("
    yield ",\n".join(f"    {line}" for line in lines)
    yield ");"
    dirty = _dirty(schema)
    clean = tuple(key for key in schema.conditional_keys if not dirty & {*key.columns, *key.condition.columns})
    if clean:
        from syndata_engine.formats.sql_conditions import unique_indexes

        yield from unique_indexes(
            setting.dataset,
            schema.model_copy(update={"conditional_keys": clean}),
            lambda column: _comparable(column, setting.dialect),
            lambda code, column: _literal(code, column.type),
        )


def _dirty(schema: TableSchema) -> set[str]:
    """Columns with dirt, of which nothing is promised."""
    return {name for rule in schema.dirt for name in rule.columns}


def _remarks(setting: _Setting, schema: TableSchema) -> Iterator[str]:
    if schema.dirt:
        damaged = [column.name for column in schema.columns if column.name in _dirty(schema)]
        yield remark(f"({listed(damaged)}) are damaged on purpose, so no key, reference or CHECK is stated for them.")
    if schema.truth_of:
        yield remark(f"Each row tells of a damaged cell of {quoted(schema.truth_of)}.")
    for fk in schema.foreign_keys:
        child = listed(fk.child_columns)
        if fk.parents:
            parents = " or ".join(f"{quoted(one.table)} ({listed(one.columns)})" for one in fk.parents)
            said = f", as {quoted(fk.type_column)} says" if fk.type_column else ""
            yield remark(f"({child}) refers to {parents}{said}: no FOREIGN KEY can say so.")
        elif not setting.is_made(fk):
            parent = f"{quoted(fk.parent_table or '')} ({listed(fk.parent_columns)})"
            yield remark(f"({child}) refers to {parent}, which is not among the tables that were made.")
        elif not setting.is_keyed(fk):
            parent = f"{quoted(fk.parent_table or '')} ({listed(fk.parent_columns)})"
            yield remark(f"({child}) refers to {parent}, which is no key: no FOREIGN KEY can say so.")


def _reference(fk: ForeignKeySchema) -> str:
    parent = f"{quoted(fk.parent_table or '')} ({listed(fk.parent_columns)})"
    return f"FOREIGN KEY ({listed(fk.child_columns)}) REFERENCES {parent}"


def _type(column: Column, dialect: Dialect) -> str:  # noqa: PLR0911 -- one return for each type
    """The type of a column; in SQLite one whose affinity keeps the value as it is written."""
    kind = column.type
    if dialect == "sqlite":
        if kind.name == "decimal":
            return "TEXT" if is_wide(column) else f"NUMERIC({kind.precision or 18}, {kind.scale})"
        return {"int": "INTEGER", "float": "REAL", "bool": "BOOLEAN"}.get(kind.name, "TEXT")
    match kind.name:
        case "int" if kind.storage:
            return _INTEGERS[kind.storage]
        case "int":
            low, high = column.low, column.high
            small = low is not None and high is not None and low >= -_INT32 and high < _INT32
            return "INTEGER" if small else "BIGINT"
        case "decimal":
            return f"NUMERIC({kind.precision or 18}, {kind.scale})"
        case "uuid":
            # A uuid column with a rule such as choice holds that rule's text, which may be anything.
            text = column.written()
            return "UUID" if len(text) == 1 and isinstance(text[0], Uuid) else "TEXT"
        case "float":
            return "REAL" if kind.storage == "float32" else "DOUBLE PRECISION"
        case "datetime":
            return "TIMESTAMP" if kind.zone == NO_ZONE else "TIMESTAMP WITH TIME ZONE"
    plain = {"bool": "BOOLEAN", "date": "DATE", "time": "TIME", "duration": "INTERVAL", "binary": "BYTEA"}
    plain |= dict.fromkeys(("json", *NESTED), "JSONB")
    return plain.get(kind.name, "TEXT")


_HOW_MANY = {"exactly_one": "=", "at_most_one": "<=", "at_least_one": ">="}


def _checks(
    schema: TableSchema, planned: Sequence[PlannedColumn], columns: dict[str, Column], dialect: Dialect
) -> Iterator[str]:
    """What the user's document says of single rows, where a database can compare it as we do and nothing is damaged."""
    dirty = _dirty(schema)
    # Applying a change log puts moments of the period there, whatever range they are drawn from at first.
    moments = {schema.changes.inserted_at, schema.changes.changed_at} if schema.changes else set()
    described = {column.name: column for column in schema.columns if column.name not in {*dirty, *moments}}
    for column in planned:
        rule = described[column.name].rule if column.name in described else None
        if rule is not None and column.kind not in {"reference", "conditional"}:
            yield from _column_checks(rule, column.name, columns[column.name], dialect)
    for ordering in schema.constraints:
        if not dirty & {ordering.later, ordering.earlier}:
            yield from _ordered(ordering, columns, dialect)
    for one in schema.differences:
        if not dirty & {one.left, one.right}:
            yield f"{quoted(one.left)} <> {quoted(one.right)}"
    for alternatives in schema.alternatives:
        if not dirty & set(alternatives.columns):
            filled = " + ".join(f"CASE WHEN {quoted(name)} IS NULL THEN 0 ELSE 1 END" for name in alternatives.columns)
            yield f"{filled} {_HOW_MANY[alternatives.how]} 1"


def _column_checks(rule: Rule, name: str, built: Column, dialect: Dialect) -> Iterator[str]:
    kind = kind_named(rule.kind)
    if kind is None or not _comparable(built, dialect):
        return
    if kind.name == "range" and built.low is not None and built.high is not None:
        if {"min", "max"} & set(rule.options):
            low, high = (_literal(code, built.type) for code in (built.low, built.high))
            yield f"{quoted(name)} BETWEEN {low} AND {high}"
    elif kind.name == "choice":
        yield from _one_of(name, built)


def _one_of(name: str, column: Column) -> Iterator[str]:
    pool = column.pool()
    if pool is not None and len(pool.values) <= _MOST_CHOICES:
        mark = "\\x" if column.type.name == "binary" else ""
        values = ", ".join(f"'{mark}{in_string(value)}'" for value in dict.fromkeys(pool.values))
        yield f"{quoted(name)} IN ({values})"


def _ordered(ordering: Ordering, columns: dict[str, Column], dialect: Dialect) -> Iterator[str]:
    pair = columns[ordering.later], columns[ordering.earlier]
    later, earlier = (column.type for column in pair)
    alike = (later.name, later.scale) == (earlier.name, earlier.scale)
    if alike and all(_comparable(column, dialect) for column in pair):
        yield f"{quoted(ordering.later)} {'>' if ordering.strict else '>='} {quoted(ordering.earlier)}"


def _comparable(column: Column, dialect: Dialect) -> bool:
    """Whether the database orders values as they are ordered: in SQLite, some types are text."""
    return not (dialect == "sqlite" and (is_wide(column) or column.type.name == "duration" or column.type.zone))


def _literal(code: int, kind: ValueType) -> str:
    match kind.name:
        case "date":
            return f"'{(EPOCH + timedelta(days=code)).date().isoformat()}'"
        case "datetime":
            moment = (EPOCH + timedelta(microseconds=code)).replace(tzinfo=None)
            return f"'{moment.isoformat(timespec=_FRACTIONS[kind.scale])}{'' if kind.zone == NO_ZONE else 'Z'}'"
        case "time":
            moment = EPOCH + timedelta(microseconds=code)
            return f"'{moment.time().isoformat(timespec=_FRACTIONS[kind.scale])}'"
        case "duration":
            return f"'PT{Decimal(code).scaleb(-6):.{kind.scale}f}S'"
        case "bool":
            return "TRUE" if code else "FALSE"
    return f"{Decimal(code).scaleb(-kind.scale):f}"
