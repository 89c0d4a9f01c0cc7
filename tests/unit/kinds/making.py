"""Datasets for tests: planned from a mapping, as a user would, over vocabularies that are read once."""

from __future__ import annotations

from functools import cache
from typing import Any

import pyarrow as pa
import pytest

from syndata.configuration import Config, read_config
from syndata_contracts.errors import Fault, Refused
from syndata_contracts.plan import Plan
from syndata_engine.formats import closing, encode_part
from syndata_engine.generation import BoundTable, Dataset, bind
from syndata_engine.planning import compile_plan
from syndata_engine.planning.estimates import estimate
from syndata_engine.vocabularies import Vocabularies
from syndata_vocabularies import available_locales, read_pack
from syndata_vocabularies.sampling import sample_faker

Columns = dict[str, Any]


@cache
def vocabularies() -> Vocabularies:
    """The shipped packs, each parsed once for all tests."""
    return Vocabularies(read_pack, available_locales(), sample_faker)


def by(kind: str, **options: Any) -> dict[str, Any]:
    """A column made by a rule."""
    return {"rule": {"type": kind, **options}}


def plan_of(document: Config, **changes: object) -> Plan:
    """The plan of a document; `changes` go over the schema that was read (rows, seed, as_of)."""
    reading = read_config(document)
    if reading.schema is None or reading.faults:
        raise Refused(reading.faults)
    return compile_plan(reading.schema.model_copy(update=changes), vocabularies()).plan


def dataset_of(document: Config, **changes: object) -> Dataset:
    """The dataset of a document."""
    return bind(plan_of(document, **changes), vocabularies())


def table_of(columns: Columns, rows: int = 1_000, **document: Any) -> BoundTable:
    """A dataset's only table, with these columns."""
    return dataset_of({"tables": {"t": {"rows": rows, "columns": columns}}, **document}).tables["t"]


def capacity_of(columns: Columns) -> int | None:
    """How many rows the unique column `x` of these can tell apart; None where that is not counted, or it cannot be unique."""
    document = {"tables": {"t": {"rows": 1, "columns": columns}}}
    try:
        (table,) = estimate(plan_of(document), vocabularies())
    except Refused:
        return None
    return next((key.capacity for key in table.keys if key.columns == ("x",)), None)


def batch_of(columns: Columns, rows: int = 1_000, **document: Any) -> pa.RecordBatch:
    """All rows of that table."""
    return table_of(columns, rows, **document).batch(0, rows)


def column_of(column: Any, rows: int = 1_000, **document: Any) -> list[Any]:
    """All values of a single column."""
    return batch_of({"x": column}, rows, **document).column(0).to_pylist()  # type: ignore[no-any-return] # pyarrow is untyped


def file_of(table: BoundTable, output_format: str) -> bytes:
    """The table's whole file, part by part."""
    file = bytearray()
    sizes, tails = [], []
    for part in range(table.planned.parts):
        before = len(file)
        tails.append(encode_part(table, part, output_format, file.extend).tail)
        sizes.append(len(file) - before)
    return bytes(file) + closing(table, output_format, tails, sizes)


def faults_of(document: Config) -> tuple[Fault, ...]:
    """What is wrong with a document; the test fails where nothing is."""
    with pytest.raises(Refused) as refusal:
        dataset_of(document)
    for fault in refusal.value.faults:
        assert fault.what
        assert fault.fix
    return refusal.value.faults


def refusal_of(columns: Columns, rows: int = 10, **document: Any) -> Fault:
    """The only fault of a table with these columns."""
    faults = faults_of({"tables": {"t": {"rows": rows, "columns": columns}}, **document})
    assert len(faults) == 1, faults
    return faults[0]
