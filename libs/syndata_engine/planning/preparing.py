"""From a reading, and what the caller puts over it, to a plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.plan import Plan
from syndata_contracts.schema import DatasetSchema, OutputFormat, TableSchema
from syndata_engine.planning.choosing import with_tables
from syndata_engine.planning.compiling import compile_plan
from syndata_engine.planning.conflicts import smallest_conflicts
from syndata_engine.planning.doubts import Doubts
from syndata_engine.planning.scaling import parse_scale
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
    scale: Decimal = Decimal(1)
    """Share of the rows of every table; above 0 and at most 1."""
    tables: tuple[str, ...] | None = None
    """Only these are made, each a name or `name+parents`, `name+children`, `name+derived`; None: all."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan, and what the asker should know about it."""

    plan: Plan
    warnings: tuple[Fault, ...]
    output_format: OutputFormat | None
    """The format the configuration asks for, if it does."""
    vocabularies: Vocabularies


def plan_reading(reading: Reading, overrides: Overrides, vocabularies: Vocabularies) -> Prepared:
    """Put the overrides on top and plan; Refused with every fault of reading and planning, each with its place."""
    if reading.faults or reading.schema is None:
        raise Refused((*reading.faults, *_further_faults(reading, overrides, vocabularies)))
    schema = _placed_overrides(reading, overrides)
    try:
        planning = compile_plan(schema, vocabularies, scale=parse_scale(overrides.scale))
    except Refused as refusal:
        faults = smallest_conflicts(schema, refusal.faults, lambda fewer: _faults(fewer, vocabularies))
        raise Refused(reading.locate(fault) for fault in faults) from None
    warnings = (
        *reading.warnings,
        *(reading.locate(fault) for fault in planning.warnings),
        *_idle_rows(schema, overrides),
    )
    if overrides.strict and warnings:
        raise Refused(warnings)
    plan = planning.plan if overrides.tables is None else with_tables(planning.plan, overrides.tables)
    return Prepared(plan, warnings, reading.schema.output_format, vocabularies)


def _placed_overrides(reading: Reading, overrides: Overrides) -> DatasetSchema:
    assert reading.schema is not None  # noqa: S101 -- readings without a schema are refused
    try:
        return _overridden(reading.schema, overrides)
    except Refused as refusal:
        raise Refused(reading.locate(fault) for fault in refusal.faults) from None


def _idle_rows(schema: DatasetSchema, overrides: Overrides) -> list[Fault]:
    """A warning where rows are asked for, and no table takes its number from there."""
    if overrides.rows is None or not all(_counted(table) for table in schema.tables):
        return []
    what = f"every table says itself how many rows it has, so the {overrides.rows} asked for change nothing"
    return [Fault("rows", what, "leave out `rows` of the tables that should have so many, or ask for a scale")]


def _counted(table: TableSchema) -> bool:
    return table.rows is not None or any(reference.fan_out is not None for reference in table.foreign_keys)


def _faults(schema: DatasetSchema, vocabularies: Vocabularies) -> tuple[Fault, ...]:
    """What planning finds wrong with a schema."""
    try:
        compile_plan(schema, vocabularies)
    except Refused as refusal:
        return refusal.faults
    return ()


def _further_faults(reading: Reading, overrides: Overrides, vocabularies: Vocabularies) -> list[Fault]:
    """What planning finds in a document that reading has found faults in, with places."""
    if reading.mended is None:
        return []
    try:
        compile_plan(_overridden(reading.mended, overrides), vocabularies)
    except Refused as refusal:
        doubts = Doubts(reading.mended, reading.faults)
        return [reading.locate(fault) for fault in refusal.faults if doubts.spare(fault)]
    return []


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
