"""Law 8: dirt is a last layer, hits exactly its share, leaves keys alone, and the truth knows every damaged cell."""

from __future__ import annotations

import copy
import csv
import io
import json
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from syndata_engine.formats.encoding import closing, encode_part
from syndata_engine.generation.tables.binding import BoundTable, Dataset, bind
from tests.properties.dirty import dirty_tables
from tests.properties.made import VOCABULARIES, Values, bound, planned, slice_of
from tests.properties.profiles import examples

Document = dict[str, Any]


def clean_of(document: Document) -> Dataset:
    """The dataset without its dirt."""
    bare = copy.deepcopy(document)
    del bare["tables"]["t"]["dirt"]
    return bound(bare)


def whole(dataset: Dataset, name: str) -> Values:
    """All values of a table."""
    return slice_of(dataset.tables[name], 0, dataset.tables[name].planned.rows)


def texts(table: BoundTable) -> list[dict[str, str | None]]:
    """All rows of a table as JSON Lines writes them, values as text."""
    out = io.BytesIO()
    for part in range(table.planned.parts):
        encode_part(table, part, "jsonl", out.write)
    lines = out.getvalue().decode().splitlines()
    return [json.loads(line, parse_int=str, parse_float=str) for line in lines]


def changed(one: Values, other: Values) -> set[tuple[int, str]]:
    """Cells that differ."""
    return {
        (row, name)
        for name, values in one.items()
        for row, pair in enumerate(zip(values, other[name], strict=True))
        if pair[0] != pair[1]
    }


@examples(40)
@given(dirty_tables())
def test_the_truth_names_every_damaged_cell_and_no_other(document: Document) -> None:
    dataset = bound(document)
    dirty, clean, truth = whole(dataset, "t"), whole(clean_of(document), "t"), whole(dataset, "truth")
    told = list(zip(truth["row_number"], truth["column_name"], strict=True))

    assert len(set(told)) == len(told)
    assert set(told) == changed(dirty, clean)
    assert dirty["id"] == clean["id"]
    assert truth["id"] == [clean["id"][row] for row in truth["row_number"]]


@examples(40)
@given(dirty_tables())
def test_the_truth_applied_gives_back_the_clean_table(document: Document) -> None:
    dataset = bound(document)
    rows, clean = texts(dataset.tables["t"]), texts(clean_of(document).tables["t"])
    for told in texts(dataset.tables["truth"]):
        row, column = rows[int(told["row_number"] or 0)], told["column_name"] or ""
        assert _text(row[column]) == told["dirty_value"]
        row[column] = told["clean_value"]

    assert [{name: _text(value) for name, value in row.items()} for row in rows] == [
        {name: _text(value) for name, value in row.items()} for row in clean
    ]


def _text(value: Any) -> str | None:
    return ("true" if value else "false") if isinstance(value, bool) else value


@examples(40)
@given(dirty_tables())
def test_counts_are_exact(document: Document) -> None:
    """Of each rule and column the share of the eligible cells, to the cell; the truth has as many."""
    plan = planned(document).plan
    truth = whole(bind(plan, VOCABULARIES), "truth")
    rules = document["tables"]["t"]["dirt"]["rules"]
    wanted: dict[tuple[str, str], int] = {}
    for dirt in plan.table("t").dirt:
        for place, hits in zip(dirt.rules, dirt.hits, strict=True):
            share = Fraction(rules[place]["rate"].rstrip("%")) / 100 * dirt.eligible
            exact = Decimal(share.numerator) / share.denominator
            assert hits == int(exact.to_integral_value(ROUND_HALF_UP))
            for column in dirt.columns:
                key = rules[place]["kind"], column
                wanted[key] = wanted.get(key, 0) + hits
    found: dict[tuple[str, str], int] = {}
    for key in zip(truth["kind"], truth["column_name"], strict=True):
        found[key] = found.get(key, 0) + 1

    assert found == {key: hits for key, hits in wanted.items() if hits}


@examples(30)
@given(dirty_tables(), st.data())
def test_slices_of_table_and_truth_equal_the_whole(document: Document, data: st.DataObject) -> None:
    plan = planned(document).plan
    dataset, fresh = bind(plan, VOCABULARIES), bind(plan, VOCABULARIES)
    for name in ("t", "truth"):
        values, rows = whole(dataset, name), dataset.tables[name].planned.rows
        cuts = sorted({0, rows, *data.draw(st.lists(st.integers(0, rows), max_size=4))})
        for start, stop in data.draw(st.permutations([*pairwise(cuts), (rows, rows)])):
            expected = {column: cells[start:stop] for column, cells in values.items()}
            assert slice_of(fresh.tables[name], start, stop) == expected


@examples(20)
@given(dirty_tables())
def test_other_columns_and_their_dirt_stay_when_a_rule_is_added(document: Document) -> None:
    """Editing is stable: a rule changes nothing but the cells that it hits itself."""
    more = copy.deepcopy(document)
    more["tables"]["t"]["dirt"]["rules"].append({"kind": "missing", "columns": ["flag", "note"], "rate": "1%"})
    before, after = whole(bound(document), "t"), whole(bound(more), "t")

    assert {name for _, name in changed(before, after)} <= {"flag", "note"}
    assert all(after[name][row] is None for row, name in changed(before, after) if name == "flag")


@examples(20)
@given(dirty_tables())
def test_every_format_holds_the_same_dirt(document: Document) -> None:
    """Batches, CSV and JSON Lines, read by readers that are not ours."""
    dataset = bound(document)
    for name in ("t", "truth"):
        table = dataset.tables[name]
        out = io.BytesIO()
        for part in range(table.planned.parts):
            encode_part(table, part, "csv", out.write)
        out.write(closing(table, "csv", [], []))
        cells = list(csv.DictReader(io.StringIO(out.getvalue().decode(), newline="")))
        lines = texts(table)
        assert [{key: value or "" for key, value in row.items()} for row in cells] == [
            {key: _text(value) or "" for key, value in row.items()} for row in lines
        ]
        values = whole(dataset, name)
        for column, found in values.items():
            if table.columns[column].type.name == "str":
                assert found == [row[column] for row in lines]


@examples(10)
@given(dirty_tables(), st.randoms(use_true_random=False))
def test_rows_in_any_order_equal_the_whole(document: Document, random: Any) -> None:
    dataset = bound(document)
    for table in dataset.tables.values():
        rows = table.planned.rows
        picked = np.array([random.randrange(rows) for _ in range(50)] if rows else [], np.int64)
        for column in table.columns.values():
            for node in (column.code, column.null):
                if node is not None:
                    all_rows = table.span(0, rows).get(node)
                    np.testing.assert_array_equal(table.frame(picked).get(node), all_rows[picked])
