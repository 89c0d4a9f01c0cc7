"""How many changes there are of a table, and whether there is room for them."""

from __future__ import annotations

from typing import NoReturn

from syndata_contracts.changes import Changes
from syndata_contracts.errors import Fault, Refused
from syndata_engine.generation.changes.changing import counts_of, period_of
from syndata_engine.generation.changes.lives import MOST_CHANGES, ROUNDS, Counts, Lives
from syndata_engine.generation.tables.tables import TableBuilder
from syndata_engine.generation.words.bits import derive_key
from syndata_engine.planning.sequences import check_sequence


def derived_rows(form: str, table: TableBuilder, rows: int) -> int:
    """Rows of a derived table, by those of the table that changes."""
    counts, changes = counts_of(table, rows), changes_of(table)
    if form == "log":
        return counts.changes + (rows if changes.snapshot else 0)
    return counts.versions if form == "history" else counts.left


def changes_of(table: TableBuilder) -> Changes:
    """What becomes of the rows of a table that changes."""
    assert table.schema.changes is not None  # noqa: S101 -- the caller has looked
    return table.schema.changes


def check_numbers(table: TableBuilder, rows: int) -> None:
    """Refuse changes for which there are too few rows, keys or moments."""
    changes, counts, name = changes_of(table), counts_of(table, rows), table.schema.name
    lives = Lives(counts, derive_key(table.context.seed, "changes", table.schema.id))
    if counts.deletes > counts.deletable:
        most = f"{rows:,} rows"
        most += (
            f" and {counts.deletable - rows:,} that are inserted before the last of {ROUNDS} rounds"
            if counts.inserts
            else ""
        )
        what = f"{counts.deletes:,} deletes, but {name} has {most}"
        _refuse(f"{changes.path}.deletes", what, f"delete at most {counts.deletable:,}")
    if counts.updates and not lives.can_update:
        what = f"{counts.updates:,} updates, but no row of {name} lives long enough to be updated"
        _refuse(f"{changes.path}.updates", what, "give the table rows, or more inserts, or fewer deletes")
    if not lives.is_countable:
        what = f"{counts.changes:,} changes of {rows:,} rows are more than can be counted (at most {MOST_CHANGES:,} changes)"
        _refuse(changes.path, what, "ask for fewer")
    room = period_of(table).room
    if counts.changes > room:
        what = f"{counts.changes:,} changes, each in a millisecond of its own, do not fit into {room:,} milliseconds"
        _refuse(f"{changes.path}.to", what, "lengthen the period, or ask for fewer changes")
    _check_keys(table, counts)


def _check_keys(table: TableBuilder, counts: Counts) -> None:
    """Inserted rows need keys of their own."""
    changes, born = changes_of(table), counts.rows + counts.inserts
    for key, capacity in table.keys.capacities if counts.inserts else ():
        if born > capacity:
            names = ", ".join(f"{table.schema.name}.{name}" for name in key.columns)
            what = f"{names} can tell apart {capacity:,} rows, but there are {counts.rows:,} and {counts.inserts:,} inserts"
            fix = (
                f"insert at most {max(capacity - counts.rows, 0):,}, or let {' or '.join(key.columns)} take more values"
            )
            _refuse(f"{changes.path}.inserts", what, fix, key.path)
    for column in table.schema.columns if counts.inserts else ():
        check_sequence(table, column.name, born)


def _refuse(path: str, what: str, fix: str, *related: str) -> NoReturn:
    raise Refused(Fault(path, what, fix, related=related))
