"""However the rows are cut and wherever they go, they are the same rows."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
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
    for module in ("formats.encoding", "generation.rendering.arrow"):
        monkeypatch.setattr(f"syndata_engine.{module}.TILE", rows)

    assert {table: digests(bound(name, table)) for table in dataset(name).tables} == usual


SCALARS: list[tuple[Callable[[pa.DataType], bool], Callable[[str], Any]]] = [
    (pa.types.is_boolean, lambda text: {"true": True, "false": False}[text]),
    (pa.types.is_integer, int),
    (pa.types.is_float32, lambda text: float(np.float32(text))),
    (pa.types.is_floating, float),
    (pa.types.is_decimal, Decimal),
    (pa.types.is_date, date.fromisoformat),
    (pa.types.is_time, time.fromisoformat),
    (pa.types.is_timestamp, datetime.fromisoformat),
    (pa.types.is_duration, lambda text: microseconds(Decimal(text.removeprefix("PT").removesuffix("S")))),
    (pa.types.is_binary, bytes.fromhex),
]
"""How a stranger reads a text of each type; any other is what it is."""


def microseconds(seconds: Decimal) -> timedelta:
    return timedelta(microseconds=int(seconds * 1_000_000))


def read_as(text: Any, kind: pa.DataType) -> Any:
    """What a CSV or JSON file holds as Arrow's value of a type; lists and objects of JSON part by part."""
    if text is None or isinstance(text, bool):
        return text
    if pa.types.is_list(kind):
        return [read_as(one, kind.value_type) for one in text]
    if pa.types.is_struct(kind):
        assert list(text) == [field.name for field in kind]
        return {field.name: read_as(text[field.name], field.type) for field in kind}
    for is_it, reads in SCALARS:
        if is_it(kind):
            return reads(text)
    return text


def parsed(text: str) -> Any:
    """JSON with numbers as their own text, so that no digit is lost on the way."""
    return json.loads(text, parse_float=str, parse_int=str)


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
            cell = parsed(text) if text and pa.types.is_nested(field.type) else text
            assert text == "" if value is None else read_as(cell, field.type) == value


@pytest.mark.parametrize(("name", "table"), TABLES)
def test_json_says_what_arrow_holds(name: str, table: str) -> None:
    batch = bound(name, table).batch(0, bound(name, table).planned.rows)
    body = b"".join(pieces(bound(name, table), "json")).decode()
    lines = b"".join(pieces(bound(name, table), "jsonl")).decode().split("\n")[:-1]
    array = parsed(body)

    assert [parsed(line) for line in lines] == array
    for found, row in zip(array, batch.to_pylist(), strict=True):
        assert list(found) == batch.schema.names
        for field in batch.schema:
            text, value = found[field.name], row[field.name]
            if value is None or isinstance(value, bool):
                assert text is value
            elif pa.types.is_string(field.type) and text != value:
                assert text == parsed(value)  # a column of JSON
            else:
                assert read_as(text, field.type) == value


@pytest.mark.parametrize(("name", "table"), TABLES)
def test_parquet_says_what_arrow_holds(name: str, table: str) -> None:
    """Parquet knows instants and no zones, and no lengths of time: these are microseconds."""
    batch = bound(name, table).batch(0, bound(name, table).planned.rows)
    read = pq.read_table(io.BytesIO(b"".join(pieces(bound(name, table), "parquet"))))

    kept = [field.with_type(in_parquet(field.type)) for field in batch.schema]
    assert read.schema == pa.schema(kept)
    assert read == pa.Table.from_batches([batch]).cast(pa.schema(kept))


def in_parquet(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_duration(kind):
        return pa.int64()
    return pa.timestamp("us", "UTC") if pa.types.is_timestamp(kind) and kind.tz else kind


@pytest.mark.parametrize("name", NAMES)
def test_rows_alone_are_the_rows_of_the_whole(name: str) -> None:
    """Any slice, also one row, and also in another order."""
    for table in dataset(name).tables.values():
        rows = table.planned.rows
        whole = table.batch(0, rows)
        for start, stop in ((rows // 2, rows), (0, 1), (rows - 1, rows), (rows // 3, rows // 3)):
            assert table.batch(start, stop).equals(whole.slice(start, stop - start))
