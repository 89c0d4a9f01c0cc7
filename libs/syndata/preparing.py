"""From a schema that was read, and what the caller puts over it, to a plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from syndata.binding import load_kinds, packed_vocabularies
from syndata.configuration import Config, read_config
from syndata_contracts.errors import Fault, Refused

if TYPE_CHECKING:
    from syndata_contracts.plan import Plan
    from syndata_contracts.schema import DatasetSchema, OutputFormat
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
    vocabularies = packed_vocabularies()
    if reading.faults or reading.schema is None:
        raise Refused((*reading.faults, *_further_faults(reading, overrides, vocabularies)))
    try:
        planning = compile_plan(_overridden(reading.schema, overrides), vocabularies)
    except Refused as refusal:
        raise Refused(reading.locate(fault) for fault in refusal.faults) from None
    warnings = (*reading.warnings, *(reading.locate(fault) for fault in planning.warnings))
    if overrides.strict and warnings:
        raise Refused(warnings)
    return Prepared(planning.plan, warnings, reading.schema.output_format, vocabularies)


def _further_faults(reading: Reading, overrides: Overrides, vocabularies: Vocabularies) -> list[Fault]:
    """What planning finds in a document that reading has found faults in, with places."""
    from syndata_engine.planning import Doubts, compile_plan

    if reading.mended is None:
        return []
    try:
        compile_plan(_overridden(reading.mended, overrides), vocabularies)
    except Refused as refusal:
        doubts = Doubts(reading.mended, reading.faults)
        return [reading.locate(fault) for fault in refusal.faults if doubts.spare(fault)]
    return []


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
