"""However the rows are cut and wherever they go, they are the same rows."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from syndata_engine.formats import FORMATS
from syndata_engine.generation import BoundTable
from tests.golden.datasets import NAMES, PARTS, SCHEMAS, dataset, digests, pieces

TABLES = [(name, table) for name in (*SCHEMAS, "ecommerce") for table in dataset(name).tables]


def bound(name: str, table: str) -> BoundTable:
    return dataset(name).tables[table]


@pytest.mark.parametrize("output_format", FORMATS)
def test_parts_are_the_same_in_any_order(output_format: str) -> None:
    table = bound(PARTS, "customers")

    assert table.planned.parts == 2
    assert pieces(table, output_format, [1, 0]) == pieces(table, output_format, [0, 1])


@pytest.mark.parametrize("rows", [512, 16_384, 1_000])
@pytest.mark.parametrize("name", ["relational", "kinds", "user"])
def test_how_many_rows_are_made_together_does_not_show(monkeypatch: pytest.MonkeyPatch, name: str, rows: int) -> None:
    usual = {table: digests(bound(name, table)) for table in dataset(name).tables}
    for module in ("formats.encoding", "generation.arrow"):
        monkeypatch.setattr(f"syndata_engine.{module}.TILE", rows)

    assert {table: digests(bound(name, table)) for table in dataset(name).tables} == usual


def read_as(text: str, kind: pa.DataType) -> Any:  # noqa: PLR0911 -- one return for each type
    """A text of a CSV or JSON file as Arrow's value of a type."""
    if pa.types.is_boolean(kind):
        return {"true": True, "false": False}[text]
    if pa.types.is_integer(kind):
        return int(text)
    if pa.types.is_floating(kind):
        return float(text)
    if pa.types.is_decimal(kind):
        return Decimal(text)
    if pa.types.is_date(kind):
        return date.fromisoformat(text)
    if pa.types.is_timestamp(kind):
        return datetime.fromisoformat(text)
    return text


@pytest.mark.parametrize(("name", "table"), TABLES)
def test_csv_says_what_arrow_holds(name: str, table: str) -> None:
    batch = bound(name, table).batch(0, bound(name, table).planned.rows)
    body = b"".join(pieces(bound(name, table), "csv")).decode()
    header, *lines = csv.reader(io.StringIO(body, newline=""), strict=True)

    assert header == batch.schema.names
    for line, row in zip(lines, batch.to_pylist(), strict=True):
        for text, field in zip(line, batch.schema, strict=True):
            value = row[field.name]
            # The reader does not tell NULL from empty text; test_csv.py does, with one that can.
            assert text == "" if value is None else read_as(text, field.type) == value


@pytest.mark.parametrize(("name", "table"), TABLES)
def test_json_says_what_arrow_holds(name: str, table: str) -> None:
    batch = bound(name, table).batch(0, bound(name, table).planned.rows)
    body = b"".join(pieces(bound(name, table), "json")).decode()
    lines = b"".join(pieces(bound(name, table), "jsonl")).decode().split("\n")[:-1]
    # Numbers as their own text, so that no digit is lost on the way.
    array = json.loads(body, parse_float=str, parse_int=str)

    assert [json.loads(line, parse_float=str, parse_int=str) for line in lines] == array
    for found, row in zip(array, batch.to_pylist(), strict=True):
        assert list(found) == batch.schema.names
        for field in batch.schema:
            text, value = found[field.name], row[field.name]
            if value is None or isinstance(value, bool):
                assert text is value
            else:
                assert read_as(text, field.type) == value


@pytest.mark.parametrize(("name", "table"), TABLES)
def test_parquet_says_what_arrow_holds(name: str, table: str) -> None:
    batch = bound(name, table).batch(0, bound(name, table).planned.rows)
    read = pq.read_table(io.BytesIO(b"".join(pieces(bound(name, table), "parquet"))))

    assert read.schema == batch.schema
    assert read.to_pylist() == batch.to_pylist()


@pytest.mark.parametrize("name", NAMES)
def test_rows_alone_are_the_rows_of_the_whole(name: str) -> None:
    """Any slice, also one row, and also in another order."""
    for table in dataset(name).tables.values():
        rows = table.planned.rows
        whole = table.batch(0, rows)
        for start, stop in ((rows // 2, rows), (0, 1), (rows - 1, rows), (rows // 3, rows // 3)):
            assert table.batch(start, stop).equals(whole.slice(start, stop - start))
