"""From a schema that was read, and what the caller puts over it, to a plan."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from syndata.binding import load_kinds, packed_vocabularies
from syndata.configuration import Config, read_config
from syndata_contracts.errors import Fault, Refused

if TYPE_CHECKING:
    from syndata_contracts.plan import Plan
    from syndata_contracts.schema import DatasetSchema, ForeignKeySchema, OutputFormat
    from syndata_engine.reading import Reading
    from syndata_engine.vocabularies import Vocabularies


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the caller says over the configuration's own words."""

    rows: int | None = None
    """Default for tables that state no rows of their own."""
    seed: int | None = None
    as_of: datetime | None = None
    strict: bool = False
    """True: a warning refuses."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan, and what the asker should know about it."""

    plan: Plan
    warnings: tuple[Fault, ...]
    output_format: OutputFormat | None
    """The format the configuration asks for, if it does."""
    vocabularies: Vocabularies


def prepare(config: Config, overrides: Overrides | None = None) -> Prepared:
    """Read, put the overrides on top and plan; Refused with every fault, each with its place."""
    from syndata_engine.planning import compile_plan

    overrides = overrides or Overrides()
    load_kinds()
    reading = read_config(config)
    if reading.schema is None:
        raise Refused(reading.faults)
    vocabularies = packed_vocabularies()
    schema = _without_loose_ends(reading.schema) if reading.faults else reading.schema
    try:
        planning = compile_plan(_overridden(schema, overrides), vocabularies)
    except Refused as refusal:
        raise Refused((*reading.faults, *_beyond(reading, schema, refusal.faults))) from None
    if reading.faults:
        raise Refused(reading.faults)
    warnings = (*reading.warnings, *(reading.locate(fault) for fault in planning.warnings))
    if overrides.strict and warnings:
        raise Refused(warnings)
    return Prepared(planning.plan, warnings, reading.schema.output_format, vocabularies)


def _without_loose_ends(schema: DatasetSchema) -> DatasetSchema:
    """The schema of a faulty document, less references to what reading had to leave out."""
    columns = {table.name: {column.name for column in table.columns} for table in schema.tables}

    def whole(table: str, key: ForeignKeySchema) -> bool:
        ends = [(table, key.child_columns), *((option.table, option.columns) for option in key.parents)]
        if key.parent_table is not None:
            ends.append((key.parent_table, key.parent_columns))
        return all(set(names) <= columns.get(end, set()) and end in columns for end, names in ends)

    tables = (
        table.model_copy(update={"foreign_keys": tuple(key for key in table.foreign_keys if whole(table.name, key))})
        for table in schema.tables
    )
    return schema.model_copy(update={"tables": tuple(tables)})


def _beyond(reading: Reading, schema: DatasetSchema, planned: tuple[Fault, ...]) -> list[Fault]:
    """Planning's faults, with their places, less those that only follow from what had to be left out."""
    touched = {_table_of(fault.path) for fault in reading.faults}
    whole = {table.name: table.foreign_keys for table in reading.schema.tables} if reading.schema else {}
    touched |= {table.path for table in schema.tables if table.foreign_keys != whole.get(table.name)}
    missing = "|".join(re.escape(name.rpartition(".")[2]) for name in reading.left_out)
    return [
        reading.locate(fault)
        for fault in planned
        if not reading.faults
        or (_table_of(fault.path) not in touched | {""} and not re.search(rf"\b({missing or '(?!)'})\b", fault.what))
    ]


def _table_of(path: str) -> str:
    """`tables[2]` of `tables[2].columns[0].rule`; empty for what is outside all tables."""
    return path.split(".", 1)[0] if path.startswith("tables[") else ""


def parse_as_of(text: str | date) -> datetime:
    """An ISO 8601 moment or date, or `now`; without an offset it is UTC. Refused when it is none of these."""
    if isinstance(text, datetime):
        moment = text
    elif isinstance(text, date):
        moment = datetime(text.year, text.month, text.day, tzinfo=UTC)
    elif text == "now":
        moment = datetime.now(UTC).replace(microsecond=0)
    else:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            fix = "write 2026-01-31, 2026-01-31T12:00:00Z or now"
            raise Refused(Fault("as_of", f"{text!r} is not a moment", fix)) from None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise Refused(Fault("as_of", f"{text!r} lies outside the years 1 to 9999", "choose a later moment")) from None


def _overridden(schema: DatasetSchema, overrides: Overrides) -> DatasetSchema:
    changes: dict[str, object] = {}
    faults = []
    if overrides.rows is not None:
        if overrides.rows < 0:
            faults.append(Fault("rows", f"{overrides.rows} rows cannot be made", "ask for 0 or more"))
        changes["rows"] = overrides.rows
    if overrides.seed is not None:
        if not 0 <= overrides.seed < 2**64:
            faults.append(Fault("seed", f"{overrides.seed} is no seed", "choose one from 0 to 2**64 - 1"))
        changes["seed"] = overrides.seed
    if overrides.as_of is not None:
        changes["as_of"] = overrides.as_of
    if faults:
        raise Refused(faults)
    return schema.model_copy(update=changes)
