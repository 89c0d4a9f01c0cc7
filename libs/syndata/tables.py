"""Tables in memory: all of them, or any rows of one."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from syndata.binding import bind_plan
from syndata_contracts.errors import Fault, Refused

if TYPE_CHECKING:
    from syndata_engine.generation import BoundTable, Dataset
    from syndata_engine.planning import Prepared

BATCH_ROWS: Final = 65_536
"""Rows made at a time: enough to spread the cost of a call, few enough to stay near the processor."""


def all_tables(prepared: Prepared) -> dict[str, pa.Table]:
    """Make every table of a plan, by name, in the configuration's order."""
    dataset = bound(prepared)
    return {table.name: _table(dataset.tables[table.name], 0, table.rows) for table in prepared.plan.tables}


def some_rows(prepared: Prepared, table: str, start: int, count: int) -> pa.Table:
    """Make rows `start` to `start + count` of a table, or to its end; Refused when there are none to make."""
    return _table(*_asked(prepared, table, start, count))


def rows_as_json(prepared: Prepared, table: str, start: int, count: int) -> list[str]:
    """The rows that `some_rows` makes, each as the JSON object that a file of JSON Lines holds."""
    # Writing text is loaded by who needs it.
    from syndata_engine.formats import json_rows

    return [row.decode() for row in json_rows(*_asked(prepared, table, start, count))]


def _asked(prepared: Prepared, table: str, start: int, count: int) -> tuple[BoundTable, int, int]:
    """The table, the first row and the one behind the last; Refused where the table has none there."""
    names = [planned.name for planned in prepared.plan.tables]
    if table not in names:
        near = difflib.get_close_matches(table, names, n=1)
        fix = f"did you mean {near[0]}?" if near else f"tables are {', '.join(names)}"
        raise Refused(Fault("table", f"there is no table {table!r}", fix))
    planned = prepared.plan.table(table)
    if start < 0 or count < 0:
        raise Refused(Fault("start" if start < 0 else "count", "rows are counted from 0", "give 0 or more"))
    if start and start >= planned.rows:
        fix = f"its last row is {planned.rows - 1}" if planned.rows else "it has no rows"
        raise Refused(Fault("start", f"table {table} has {planned.rows} rows, so none is numbered {start}", fix))
    return bound(prepared).tables[table], start, min(start + count, planned.rows)


def bound(prepared: Prepared) -> Dataset:
    """Bind the plan to its vocabularies, ready to make rows."""
    return bind_plan(prepared.plan, prepared.vocabularies)


def _table(table: BoundTable, start: int, stop: int) -> pa.Table:
    return pa.Table.from_batches(list(_batches(table, start, stop)))


def _batches(table: BoundTable, start: int, stop: int) -> Iterator[pa.RecordBatch]:
    """At least one batch, for the columns' types, even when there is no row."""
    yield table.batch(start, min(stop, start + BATCH_ROWS))
    for at in range(start + BATCH_ROWS, stop, BATCH_ROWS):
        yield table.batch(at, min(stop, at + BATCH_ROWS))
