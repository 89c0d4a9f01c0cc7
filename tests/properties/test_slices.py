"""Law 1: a cell depends on its table, column and row number, and on nothing that was asked before."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from syndata_engine.formats.encoding import closing, encode_part
from syndata_engine.generation.tables.binding import BoundTable, bind
from tests.properties.made import VOCABULARIES, Made, slice_of
from tests.properties.profiles import examples
from tests.properties.strategies import Document, datasets


@examples(40)
@given(datasets(), st.data())
def test_slices_in_any_order_equal_the_whole(document: Document, data: st.DataObject) -> None:
    """Slices, single rows and rows asked twice, on one binding and on a fresh one."""
    made = Made.of(document)
    fresh = bind(made.dataset.plan, VOCABULARIES)
    for name, values in made.values.items():
        rows = made.rows(name)
        cuts = sorted({0, rows, *data.draw(st.lists(st.integers(0, rows), max_size=6))})
        spans = [*pairwise(cuts), (rows, rows), *((row, row + 1) for row in cuts[:-1])]
        for start, stop in data.draw(st.permutations(spans)):
            expected = {column: cells[start:stop] for column, cells in values.items()}
            assert slice_of(fresh.tables[name], start, stop) == expected


@examples(25)
@given(datasets(), st.randoms(use_true_random=False))
def test_codes_of_shuffled_rows_equal_the_whole(document: Document, random: Any) -> None:
    """A frame may hold any rows in any order, and rows twice."""
    made = Made.of(document)
    for name, table in made.dataset.tables.items():
        rows = made.rows(name)
        picked = np.array([random.randrange(rows) for _ in range(50)] if rows else [], np.int64)
        for column in table.columns.values():
            if column.code is not None:
                whole = table.span(0, rows).get(column.code)
                np.testing.assert_array_equal(table.frame(picked).get(column.code), whole[picked])


@examples(25)
@given(datasets())
def test_text_formats_read_back_as_the_same_values(document: Document) -> None:
    """CSV and JSON Lines, parsed by readers that are not ours, hold what batches hold."""
    made = Made.of(document)
    for name, values in made.values.items():
        table, rows = made.dataset.tables[name], made.rows(name)
        by_row = [dict(zip(values, cells, strict=True)) for cells in zip(*values.values(), strict=True)]
        lines = _text(table, "jsonl").splitlines()
        assert len(lines) == rows
        for line, row in zip(lines, by_row, strict=True):
            assert {key: _plain(value) for key, value in json.loads(line, parse_float=Decimal).items()} == {
                key: _as_json(value) for key, value in row.items()
            }
        cells = list(csv.reader(io.StringIO(_text(table, "csv"), newline="")))
        assert cells[0] == list(values)
        for read, row in zip(cells[1:], by_row, strict=True):
            assert [_comparable(text) for text in read] == [_comparable(_as_text(value)) for value in row.values()]


def _text(table: BoundTable, output_format: str) -> str:
    out = io.BytesIO()
    for part in range(table.planned.parts):
        encode_part(table, part, output_format, out.write)
    out.write(closing(table, output_format, [], []))
    return out.getvalue().decode()


def _plain(value: Any) -> Any:
    """JSON's own values, numbers exact; times without the letter that not every reader takes."""
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _as_json(value: Any) -> Any:
    match value:
        case bool() | None | str():
            return value
        case int() | Decimal():
            return Decimal(value)
        case float():
            return Decimal(repr(value))
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case date():
            return value.isoformat()
    raise TypeError(type(value))


def _as_text(value: Any) -> str:
    shown = _as_json(value)
    match shown:
        case None:
            return ""
        case bool():
            return "true" if shown else "false"
    return str(shown)


def _comparable(text: str) -> str | Decimal:
    """Numbers by value, so that 1.0 and 1.00 are equal; all else by text."""
    if text and not text[0].isalpha() and text.lstrip("-").replace(".", "", 1).isdigit() and text.isascii():
        return Decimal(text)
    return text
