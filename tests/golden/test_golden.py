"""The bytes are still the ones we promised."""

from __future__ import annotations

import json
from typing import Any, get_args

import pyarrow as pa
import pytest

from syndata_contracts.schema import ColumnType
from syndata_engine.generation.kinds.registry import all_kinds
from tests.golden.datasets import FILES, NAMES, SCHEMAS, dataset, first_rows, golden, read_again, remembered
from tests.golden.regenerate import contents
from tests.golden.texts import whole_texts

HOW = "see tests/golden/README.md before you regenerate"


def parquet_apart(document: dict[str, Any]) -> dict[str, Any]:
    """Without Parquet's digests where another pyarrow than the lock's wrote them."""
    if golden_pyarrow() == pa.__version__:
        return document
    tables = {
        name: {key: value for key, value in table.items() if key != "parquet"}
        for name, table in document["tables"].items()
    }
    return {**document, "tables": tables, "pyarrow": ""}


def golden_pyarrow() -> str:
    """The version that wrote the golden Parquet files."""
    return str(golden(NAMES[0])["pyarrow"])


@pytest.mark.parametrize("name", NAMES)
def test_first_rows_are_those_promised(name: str) -> None:
    """Compared first: a difference can be read."""
    for table, bound in dataset(name).tables.items():
        assert first_rows(bound) == (FILES / f"{name}.{table}.csv").read_bytes().decode(), HOW


@pytest.mark.parametrize("name", NAMES)
def test_every_part_in_every_format_is_the_one_promised(name: str) -> None:
    assert parquet_apart(remembered(name)) == parquet_apart(golden(name)), HOW


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_that_was_written_and_read_again_gives_the_same_rows(name: str) -> None:
    """Services and `verify` know a plan by its text alone."""
    for table, bound in dataset(name).tables.items():
        rows = min(bound.planned.rows, 500)
        assert read_again(name).tables[table].batch(0, rows).equals(bound.batch(0, rows)), table


def test_plan_and_manifest_are_the_texts_promised() -> None:
    for name, body in whole_texts().items():
        assert body.decode() == (FILES / name).read_bytes().decode(), HOW


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in FILES.iterdir()} == set(contents())


def test_every_kind_and_type_is_pinned() -> None:
    """But kinds of other packages; relations are in a schema of their own."""
    columns = [column for name in SCHEMAS for table in dataset(name).plan.tables for column in table.columns]
    rules = {
        rule.kind
        for name in SCHEMAS
        for table in dataset(name).plan.schema_.tables
        for column in table.columns
        for rule in (column.rule, *(branch.rule for branch in column.conditional_rules))
        if rule is not None
    }

    assert rules | {column.kind for column in columns} >= {kind.name for kind in all_kinds()} - {"custom", "faker"}
    assert {column.type for column in columns} == set(get_args(ColumnType))


def test_at_least_five_locales_are_pinned() -> None:
    assert len({table.locale for name in NAMES for table in dataset(name).plan.tables}) >= 6


def test_golden_files_are_canonical() -> None:
    for name in NAMES:
        assert (FILES / f"{name}.json").read_text() == json.dumps(golden(name), indent=1) + "\n"
