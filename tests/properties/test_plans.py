"""A plan is small, canonical and quickly made at any size of data, and its rows are near wherever they are."""

from __future__ import annotations

import json
import time

import pytest
from blake3 import blake3
from hypothesis import given

from syndata_contracts.errors import Refused
from syndata_contracts.plan import Plan
from syndata_engine.generation.tables.binding import bind
from tests.properties.made import VOCABULARIES, planned, slice_of
from tests.properties.profiles import examples
from tests.properties.strategies import Document, datasets

BILLIONS = 10**10
HUGE = {
    "tables": [
        {"name": "people", "rows": 10**9, "columns": [
            {"name": "id", "rule": {"type": "range", "min": 1, "max": 10**12}, "constraints": ["PK"]},
            {"name": "email", "rule": "email", "unique": True},
            {"name": "spent", "type": "decimal", "scale": 2, "rule": {"type": "sum", "table": "orders", "column": "amount"}},
        ]},
        {"name": "orders", "rows": BILLIONS, "columns": [
            {"name": "id", "rule": "uuid", "constraints": ["PK"]},
            {"name": "person", "references": {"table": "people", "column": "id", "fan_out": "1..19", "owning": False}},
            {"name": "amount", "type": "decimal", "scale": 2, "rule": {"type": "range", "min": 1, "max": 500}},
            {"name": "email", "rule": {"type": "lookup", "column": "email"}},
        ]},
        {"name": "staff", "rows": BILLIONS, "columns": [
            {"name": "id", "rule": "sequence", "constraints": ["PK"]},
            {"name": "boss", "references": {"table": "staff", "column": "id", "depth": 2, "roots": 3}},
        ]},
    ]
}  # fmt: skip


@examples(40)
@given(datasets())
def test_a_plan_reads_back_as_itself(document: Document) -> None:
    """Its bytes are canonical JSON, its digest names them, and the same document gives the same digest."""
    plan = planned(document).plan
    body = plan.to_bytes()

    assert Plan.from_bytes(body).to_bytes() == body
    assert json.loads(body)
    assert plan.digest == planned(document).plan.digest == blake3(body).hexdigest()


@examples(10)
@given(datasets())
def test_a_plan_that_was_touched_is_refused(document: Document) -> None:
    body = planned(document).plan.to_bytes()

    for touched in (body + b"\n", body.replace(b": ", b":", 1), body[:-2], b"", b"[]", b"\xff"):
        with pytest.raises(Refused):
            Plan.from_bytes(touched)


@examples(20)
@given(datasets())
def test_a_plan_read_back_gives_the_same_rows(document: Document) -> None:
    """And it never says where in a file things stood."""
    plan = planned(document).plan
    one, other = bind(plan, VOCABULARIES), bind(Plan.from_bytes(plan.to_bytes()), VOCABULARIES)

    assert b'"path"' not in plan.to_bytes()
    for name, table in one.tables.items():
        rows = min(table.planned.rows, 100)
        assert slice_of(table, 0, rows) == slice_of(other.tables[name], 0, rows)


def test_ten_billion_rows_are_planned_at_once_and_the_last_is_as_near_as_the_first() -> None:
    planned(HUGE)
    started = time.process_time()
    plan = planned(HUGE).plan
    assert time.process_time() - started < 1
    assert len(plan.to_bytes()) < 2**20

    dataset = bind(plan, VOCABULARIES)
    for table in dataset.tables.values():
        slice_of(table, 0, 1)
        started = time.process_time()
        assert len(next(iter(slice_of(table, table.planned.rows - 1, table.planned.rows).values()))) == 1
        assert time.process_time() - started < 1
    (parent,) = slice_of(dataset.tables["staff"], BILLIONS - 1, BILLIONS)["boss"]
    assert parent in {1, 2, 3}
