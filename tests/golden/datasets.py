"""The golden datasets, and what is remembered of each: digests of every part in every format, and first rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from blake3 import blake3

from syndata.configuration import read_config
from syndata_contracts.errors import Refused
from syndata_contracts.plan import Plan
from syndata_engine.formats import FORMATS, closing, encode_part
from syndata_engine.generation import BoundTable, Dataset, bind
from syndata_engine.planning import compile_plan
from syndata_engine.vocabularies import Vocabularies
from syndata_vocabularies import available_locales, read_pack

HERE = Path(__file__).parent
FILES = HERE / "files"
PRESETS = {"user": 1_000, "ecommerce": 1_000, "company": 500}
"""Presets and the rows that are made of them."""
SCHEMAS = (
    "distributions",
    "correlated",
    "dirt",
    "ordered",
    "departments",
    "relational",
    "aggregates",
    "siblings",
    "fan_outs",
    "pairs",
    "together",
    "tiers",
    "conditional_keys",
    "weighed",
    "large_families",
    "ledger",
    "locales",
    "kinds",
    "texts",
    "types",
    "expressions",
    "series",
    "nested",
    "events",
    "graphs",
    "mixed",
    "coherent",
    "changes",
    "learnt",
)
"""Files under schemas/."""
PARTS = "parts"
"""The user preset in parts of a single row group, which no plan of so few rows would have."""
PART_ROWS = 16_384
NAMES = (*PRESETS, *SCHEMAS, PARTS)
WHOLE_TEXTS = "departments"
"""The dataset whose plan.json and manifest.json are kept whole."""
SHOWN_ROWS = 4


@cache
def _vocabularies() -> Vocabularies:
    return Vocabularies(read_pack, available_locales())


@cache
def dataset(name: str) -> Dataset:
    """A golden dataset, planned and bound."""
    preset = "user" if name == PARTS else name
    reading = read_config(preset if preset in PRESETS else HERE / "schemas" / f"{preset}.yaml")
    if reading.schema is None or reading.faults:
        raise Refused(reading.faults)
    rows = {PARTS: PART_ROWS + 500, **PRESETS}.get(name, reading.schema.rows)
    plan = compile_plan(reading.schema.model_copy(update={"rows": rows}), _vocabularies()).plan
    if name == PARTS:
        plan = plan.model_copy(
            update={"tables": tuple(t.model_copy(update={"part_rows": PART_ROWS}) for t in plan.tables)}
        )
    return bind(plan, _vocabularies())


@cache
def read_again(name: str) -> Dataset:
    """The dataset of the plan's text."""
    return bind(Plan.from_bytes(dataset(name).plan.to_bytes()), _vocabularies())


def pieces(table: BoundTable, output_format: str, order: Sequence[int] | None = None) -> list[bytes]:
    """Every part's bytes, made in the given order, and the closing bytes."""
    made: dict[int, tuple[bytes, bytes]] = {}
    for part in order or range(table.planned.parts):
        body = bytearray()
        tail = encode_part(table, part, output_format, body.extend)
        made[part] = bytes(body), tail.tail
    bodies, tails = zip(*(made[part] for part in range(table.planned.parts)), strict=True)
    return [*bodies, closing(table, output_format, tails, list(map(len, bodies)))]


def digests(table: BoundTable) -> dict[str, list[str]]:
    """The digest of each part and of the closing bytes, by format."""
    return {name: [blake3(piece).hexdigest() for piece in pieces(table, name)] for name in FORMATS}


def remembered(name: str) -> dict[str, Any]:
    """What the golden file of a dataset holds."""
    found = dataset(name)
    return {
        "plan": found.plan.digest,
        "pyarrow": pa.__version__,
        "tables": {table: {"rows": bound.planned.rows, **digests(bound)} for table, bound in found.tables.items()},
    }


def first_rows(table: BoundTable) -> str:
    """The header and the first rows as CSV."""
    rows = min(SHOWN_ROWS, table.planned.rows)
    shown = BoundTable(table.planned.model_copy(update={"rows": rows}), table.key, table.columns)
    return pieces(shown, "csv")[0].decode()


def golden(name: str) -> dict[str, Any]:
    """The golden file of a dataset."""
    document: dict[str, Any] = json.loads((FILES / f"{name}.json").read_text())
    return document
