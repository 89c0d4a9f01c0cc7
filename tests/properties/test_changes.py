"""Law 4: first snapshot + log = later snapshot; the history is the snapshot at every moment; and every row of a version keeps every promise."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from syndata_contracts.changes import Amount
from syndata_contracts.schema import TableSchema
from syndata_engine.formats.encoding import closing, encode_part
from syndata_engine.generation.references.key_sets import key_sets
from syndata_engine.generation.tables.binding import BoundTable, bind
from tests.properties.changing import Consumer, Told, changing
from tests.properties.made import VOCABULARIES, Made, planned, slice_of, values_of
from tests.properties.profiles import examples
from tests.properties.promises import holds
from tests.properties.strategies import Document

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(change: dict[str, Any]) -> datetime:
    """When a change was."""
    return EPOCH + timedelta(milliseconds=change["ts_ms"])


@examples(20)
@given(changing())
def test_the_log_applied_to_the_first_snapshot_gives_the_later_one(asked: tuple[Document, str]) -> None:
    """In its order: rows that stay keep their places, inserted ones follow."""
    document, name = asked
    made = Made.of(document)
    told = Told.of(made, name)
    consumer = Consumer(told)
    for change in told.log:
        consumer.apply(change)

    assert list(consumer.state.values()) == told.later


@examples(20)
@given(changing())
def test_there_are_exactly_as_many_changes_as_asked_for_in_the_order_of_time(asked: tuple[Document, str]) -> None:
    document, name = asked
    made = Made.of(document)
    told, changes, rows = Told.of(made, name), made.table(name).changes, made.rows(name)
    assert changes is not None
    ops = [change["op"] for change in told.log]
    wanted: dict[str, Amount] = {"c": changes.inserts, "u": changes.updates, "d": changes.deletes}

    assert {op: ops.count(op) for op in wanted} == {op: amount.of(rows) for op, amount in wanted.items()}
    assert ops[: ops.count("r")] == ["r"] * (rows if changes.snapshot else 0)
    assert [change["source"]["lsn"] for change in told.log] == list(range(1, len(ops) + 1))
    times = [change["ts_ms"] for change in told.log if change["op"] != "r"]
    assert all(one < other for one, other in pairwise(times))
    assert all(change["ts_ms"] == change["source"]["ts_ms"] for change in told.log)


@examples(20)
@given(changing(), st.data())
def test_the_history_is_the_snapshot_at_every_moment(asked: tuple[Document, str], data: st.DataObject) -> None:
    """Its current rows are the later snapshot; versions of a row follow each other without gaps, from 1."""
    document, name = asked
    told = Told.of(Made.of(document), name)
    changes = [change for change in told.log if change["op"] != "r"]
    stops = data.draw(st.lists(st.integers(0, len(changes)), max_size=4, unique=True).map(sorted))
    consumer = Consumer(told)
    done = 0
    for stop in stops:
        for change in changes[done:stop]:
            consumer.apply(change)
        done = stop
        if stop:
            assert told.at(moment(changes[stop - 1])) == consumer.snapshot()

    assert told.at(datetime(9999, 1, 1, tzinfo=UTC)) == sorted(told.later, key=lambda row: repr(told.identity(row)))
    assert all(row["is_current"] == (row["valid_to"] is None) for row in told.history)
    assert [row["history_id"] for row in told.history] == list(range(1, len(told.history) + 1))
    by_row: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in told.history:
        by_row.setdefault(told.identity(row), []).append(row)
    for versions in by_row.values():
        assert [row["version"] for row in versions] == list(range(1, len(versions) + 1))
        assert all(one["valid_to"] == other["valid_from"] for one, other in pairwise(versions))


@examples(20)
@given(changing())
def test_changes_alter_no_other_byte(asked: tuple[Document, str]) -> None:
    """Neither of the table that changes nor of any other."""
    document, name = asked
    still = copy.deepcopy(document)
    next(table for table in still["tables"] if table["table_name"] == name).pop("changes")
    before, after = values_of(still), values_of(document)

    assert {table: after[table] for table in before} == before


@examples(15)
@given(changing(), st.data())
def test_any_row_of_a_derived_table_is_computed_alone(asked: tuple[Document, str], data: st.DataObject) -> None:
    document, _ = asked
    made = Made.of(document)
    fresh = bind(made.dataset.plan, VOCABULARIES)
    for table in made.schema.tables:
        if table.derived is None:
            continue
        rows, values = made.rows(table.name), made.values[table.name]
        cuts = sorted({0, rows, *data.draw(st.lists(st.integers(0, rows), max_size=5))})
        spans = [*pairwise(cuts), *((row, row + 1) for row in cuts[:-1])]
        for start, stop in data.draw(st.permutations(spans)):
            expected = {column: cells[start:stop] for column, cells in values.items()}
            assert slice_of(fresh.tables[table.name], start, stop) == expected


@examples(20)
@given(changing(), st.data())
def test_every_version_keeps_what_the_table_promises(asked: tuple[Document, str], data: st.DataObject) -> None:
    """Orderings and alternatives in every version, keys of all rows that there ever are, and keys where a condition holds at any moment."""
    document, name = asked
    made = Made.of(document)
    told, table = Told.of(made, name), made.table(name)
    for row in (*told.history, *told.later):
        for ordering in table.constraints:
            one, other = _comparable(row[ordering.later]), _comparable(row[ordering.earlier])
            if one is not None and other is not None:
                assert one > other if ordering.strict else one >= other
        for said in table.alternatives:
            filled = sum(row[one] is not None for one in said.columns)
            assert filled in {"exactly_one": {1}, "at_most_one": {0, 1}}.get(said.how, range(1, 4))
    for key in key_sets(table):
        # A row keeps its key in all of its versions, and no other row ever has it.
        keys = {(told.identity(row), tuple(row[one] for one in key.columns)) for row in told.history}
        _check_apart([values for _, values in keys], len({told.identity(row) for row in told.history}))
    moments = sorted({row["valid_from"] for row in told.history})
    shown = data.draw(st.lists(st.sampled_from(moments), max_size=5, unique=True)) if moments else []
    for rows in (told.later, *(told.at(moment) for moment in shown)):
        for conditional in table.conditional_keys:
            where = conditional.condition
            there = [row for row in rows if holds(where, row[where.column])]
            _check_apart([tuple(row[one] for one in conditional.columns) for row in there], len(there))
    _check_references(made, table, told)


def _check_apart(keys: list[tuple[Any, ...]], rows: int) -> None:
    """No two of so many rows have the same values, where none of these is NULL."""
    assert len(keys) == rows
    whole = [values for values in keys if None not in values]
    assert len(set(whole)) == len(whole)


def _check_references(made: Made, table: TableSchema, told: Told) -> None:
    for fk in table.foreign_keys:
        if fk.parent_table is None or fk.parent_table == table.name:
            continue
        parents = set(made.tuples(fk.parent_table, fk.parent_columns))
        for row in (*told.history, *told.later):
            values = tuple(row[one] for one in fk.child_columns)
            assert None in values or values in parents
    for other in made.schema.tables:
        for fk in other.foreign_keys:
            if fk.parent_table == table.name and other.derived is None:
                left = {tuple(row[one] for one in fk.parent_columns) for row in told.later}
                children = made.tuples(other.name, fk.child_columns)
                assert all(None in values or values in left for values in children)


def _comparable(value: Any) -> Any:
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime(value.year, value.month, value.day, tzinfo=UTC) if hasattr(value, "year") else value


@examples(15)
@given(changing())
def test_every_format_holds_them(asked: tuple[Document, str]) -> None:
    document, _ = asked
    plan = planned(document).plan
    dataset = bind(plan, VOCABULARIES)
    for table in dataset.tables.values():
        for output_format in ("csv", "json", "jsonl", "parquet", "sql", "copy"):
            assert _made(table, output_format)


def _made(table: BoundTable, output_format: str) -> bytes:
    body = bytearray()
    tail = encode_part(table, 0, output_format, body.extend)
    return bytes(body) + closing(table, output_format, [tail.tail], [len(body)]) or b"nothing"
