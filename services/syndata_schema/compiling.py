"""What happens inside a worker process: a configuration's text becomes a plan."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.messages import DescribedTable, TablesDescribed
from syndata_contracts.moments import parse_as_of
from syndata_contracts.plan import Plan
from syndata_contracts.schema import OutputFormat
from syndata_engine.formats import SQL_FORMATS, file_names, schema_files
from syndata_engine.generation.kinds.registry import check_rule
from syndata_engine.planning import Overrides, parse_scale, plan_reading
from syndata_engine.reading import read_schema
from syndata_engine.reading.prose import read_prose
from syndata_engine.reading.prose.fields import fields_of
from syndata_runtime.datasets import bind_plan, load_kinds, vocabularies


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked over the configuration's own words, and the time of asking."""

    name: str
    """What the asker calls the document."""
    rows: int | None
    seed: int | None
    as_of: str | None
    output_format: OutputFormat | None
    strict: bool
    now: datetime
    scale: str | None = None
    tables: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A plan, and what the asker should know of it."""

    plan: Plan
    warnings: tuple[Fault, ...]
    output_format: OutputFormat | None


def warm_up() -> None:
    """Load what every compilation needs."""
    load_kinds()


def compile_text(text: bytes, asked: Asked) -> Made:
    """Compile a configuration; Refused with every fault, each with its line."""
    load_kinds()
    as_of = None if asked.as_of is None else parse_as_of(asked.as_of, asked.now)
    scale = Decimal(1) if asked.scale is None else parse_scale(asked.scale)
    overrides = Overrides(asked.rows, asked.seed, as_of, asked.strict, scale, asked.tables)
    reading = read_schema(text, file=asked.name, check_rule=check_rule)
    prepared = plan_reading(reading, overrides, vocabularies())
    output_format = asked.output_format or prepared.output_format or "csv"
    file_names(prepared.plan, output_format)
    if output_format in SQL_FORMATS:
        schema_files(bind_plan(prepared.plan), output_format)
    return Made(prepared.plan, prepared.warnings, prepared.output_format)


def describe_text(text: str, rows: int | None, now: datetime) -> tuple[TablesDescribed, tuple[Fault, ...]]:
    """The configuration of a description, and what was guessed or not understood; Refused with every fault."""
    load_kinds()
    found = read_prose(text, rows=rows)
    try:
        compile_text(found.text.encode(), Asked("description", None, None, None, None, False, now))  # noqa: FBT003 -- what is asked over it: nothing
    except Refused as refused:
        raise Refused([found.placed(fault) for fault in refused.faults]) from None
    tables = tuple(
        DescribedTable(
            name=table.name, rows=table.rows, fields=json.dumps(fields_of(table.columns), ensure_ascii=False)
        )
        for table in found.tables
    )
    return TablesDescribed(configuration=found.text, tables=tables), found.remarks
