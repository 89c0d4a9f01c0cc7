"""What must hold beside a table's changes: nothing in it or elsewhere that they would make wrong."""

from __future__ import annotations

from collections.abc import Iterator

from syndata_contracts.changes import Changes
from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ColumnSchema, ForeignKeySchema, Ordering
from syndata_engine.generation.changes.changing import Changing, changing
from syndata_engine.generation.changes.words import nodes_of
from syndata_engine.generation.nodes.codes import MICROS_PER_DAY
from syndata_engine.generation.tables.tables import DatasetBuilder, TableBuilder
from syndata_engine.planning.change_counts import changes_of
from syndata_engine.planning.deriving import HISTORY_COLUMNS, HISTORY_ID


def check_changes(builder: DatasetBuilder, table: TableBuilder) -> None:
    """Refuse changes that a log could not tell of, or that would make something wrong; every reason at once."""
    faults = list(_faults(builder, table, changing(table)))
    if faults:
        raise Refused(faults)


def _faults(builder: DatasetBuilder, table: TableBuilder, found: Changing) -> Iterator[Fault]:
    counts = found.lives.counts
    yield from _names(table, found.changes)
    yield from _stamps(table, found)
    yield from _elsewhere(builder, table, found)
    yield from _along(builder, table, found)
    for key in sorted(found.affected):
        if table.keys.holds(key):
            what = f"updates would change {key}, which is part of a key"
            yield Fault(f"{found.changes.path}.columns", what, f"leave out what {key} is computed from")
    for fk in table.schema.foreign_keys:
        if fk.choice != "independent" and found.affected & {*fk.child_columns}:
            what = f"updates would change {', '.join(fk.child_columns)}, which refers to another table"
            yield Fault(f"{found.changes.path}.columns", what, "leave out what it is computed from")
        if counts.inserts:
            yield from _inserting(builder, table, fk)
    if counts.inserts:
        yield from _childless(builder, table)
    if counts.deletes:
        yield from _deleting(builder, table)


def _names(table: TableBuilder, changes: Changes) -> Iterator[Fault]:
    names = [one.name for one in table.schema.columns]
    if not any(one.primary_key for one in table.schema.columns):
        what = f"{table.schema.name} has no primary key, so a log could not say which row it means"
        yield Fault(changes.path, what, "mark the columns that identify a row with primary_key: true")
    for name in (HISTORY_ID, *HISTORY_COLUMNS) if changes.history is not None else ():
        if name in names:
            what = f"the history says {name} of each version, and {table.schema.name} has a column of that name"
            yield Fault(f"{changes.path}.history", what, "rename the column, or write history: false")


def _stamps(table: TableBuilder, found: Changing) -> Iterator[Fault]:
    """What stands against columns that hold when a row changed."""
    changes = found.changes
    for key, name in (("inserted_at", changes.inserted_at), ("changed_at", changes.changed_at)):
        if name is None:
            continue
        path, column = f"{changes.path}.{key}", table.build(name, changes.path)
        refers = table.context.relations.covering(name) or table.context.relations.typed_by(name)
        if column.type.name not in {"date", "datetime"} or column.code is None:
            yield Fault(path, f"{name} holds {column.type.name}, not when something was", "name a date or datetime")
        elif table.keys.holds(name) or refers:
            yield Fault(path, f"{name} is part of a key or reference, which stays as it is", "name another column")
        elif any(name in entry.columns for entry in changes.columns):
            yield Fault(path, f"{name} is among the columns that are drawn anew", "leave it out there")
        elif changes.inserted_at == changes.changed_at:
            yield Fault(path, f"{name} cannot hold both moments", "name two columns, or keep changed_at")
        else:
            yield from _stamp_readers(table, found, path, name)
            yield from _stamp_orderings(table, found, path, name)


def _stamp_readers(table: TableBuilder, found: Changing, path: str, name: str) -> Iterator[Fault]:
    """Other columns that a moment would change, though nobody asked for that."""
    stamp = table.build(name, path)
    for column in table.schema.columns:
        if column.name in {name, found.changes.changed_at}:
            continue
        other = table.build(column.name, path)
        if name in other.reads or {stamp.code, stamp.null} & nodes_of(other):
            what = f"{column.name} is made by {name}, and would change with the moments that this holds"
            yield Fault(
                path,
                what,
                f"drop {path.rpartition('.')[2]}, or let {column.name} stand on its own",
                related=(column.path,),
            )


def _stamp_orderings(table: TableBuilder, found: Changing, path: str, name: str) -> Iterator[Fault]:
    """Constraints that moments of the period need not keep."""
    changes = found.changes
    for ordering in table.schema.constraints:
        if name not in {ordering.later, ordering.earlier}:
            continue
        pair = ordering.later, ordering.earlier
        both = pair == (changes.changed_at, changes.inserted_at) and _is_alike(table, ordering)
        if both and name == changes.inserted_at:
            continue  # told of with the other
        if ordering.earlier == name or not _ends_before(table, ordering, found.period.start):
            other = ordering.later if ordering.earlier == name else ordering.earlier
            what = f"{name} would hold moments of the period, which need not stand in order with {other}"
            fix = f"let {other} end before the period, or drop the constraint"
            yield Fault(path, what, fix, related=(ordering.path,))


def _is_alike(table: TableBuilder, ordering: Ordering) -> bool:
    """Whether the moment of an insert is the same in both columns, and may be."""
    later, earlier = (table.build(name, ordering.path) for name in (ordering.later, ordering.earlier))
    same = (later.type.name, later.type.scale) == (earlier.type.name, earlier.type.scale)
    return same and not ordering.strict


def _ends_before(table: TableBuilder, ordering: Ordering, start: int) -> bool:
    """Whether an ordering's earlier column holds nothing after the first moment that the later one can show."""
    later, earlier = (table.build(name, ordering.path) for name in (ordering.later, ordering.earlier))
    units = {"date": MICROS_PER_DAY, "datetime": 1}
    if earlier.high is None or earlier.type.name not in units:
        return False
    step = MICROS_PER_DAY if later.type.name == "date" else later.type.step
    first = start * 1_000 // step * step
    return earlier.high * units[earlier.type.name] <= first - ordering.strict


def _elsewhere(builder: DatasetBuilder, table: TableBuilder, found: Changing) -> Iterator[Fault]:
    """Columns of other tables that would not hold any more."""
    name, counts = table.schema.name, found.lives.counts
    for other in builder.tables.values():
        if other is table or other.schema.derived is not None:
            continue
        for column in other.schema.columns:
            read = {
                one.removeprefix(f"{name}.") for one in other.build(column.name, "").reads if one.startswith(f"{name}.")
            }
            changed = sorted(read & found.affected)
            where = f"{other.schema.name}.{column.name}"
            if changed:
                what = f"{where} reads {name}.{changed[0]}, and {other.schema.name} stays as it is when that changes"
                yield Fault(
                    f"{found.changes.path}.columns",
                    what,
                    f"leave {changed[0]} as it is, or drop {where}",
                    related=(column.path,),
                )
            elif (
                counts.inserts + counts.deletes
                and (other.schema.name, column.name, name, "families") in builder.counting
            ):
                what = f"{where} sums up rows of {name}, and stays as it is when rows come and go"
                yield Fault(found.changes.path, what, f"drop {where}, or inserts and deletes", related=(column.path,))


def _along(builder: DatasetBuilder, table: TableBuilder, found: Changing) -> Iterator[Fault]:
    """Columns of the table itself that follow from other rows, or from how many there are."""
    name, counts = table.schema.name, found.lives.counts
    for column in table.schema.columns:
        ways = {what for where, one, _, what in builder.counting if (where, one) == (name, column.name)}
        if not ways or table.context.relations.covering(column.name) or table.context.relations.typed_by(column.name):
            continue
        if counts.inserts:
            what = (
                f"{column.name} follows from how many rows there are, or from other rows, so an inserted row has none"
            )
            yield Fault(
                f"{found.changes.path}.inserts", what, f"drop {column.name}, or inserts", related=(column.path,)
            )
        if counts.deletes and _sees_siblings(builder, table, column):
            what = f"{column.name} follows from other rows, and would not hold once these are deleted"
            yield Fault(
                f"{found.changes.path}.deletes", what, f"drop {column.name}, or deletes", related=(column.path,)
            )
        if column.name in found.affected and _sees_siblings(builder, table, column):
            what = f"{column.name} follows from other rows, and would not hold once these change"
            yield Fault(
                f"{found.changes.path}.columns",
                what,
                f"leave out what {column.name} is computed from",
                related=(column.path,),
            )


def _sees_siblings(builder: DatasetBuilder, table: TableBuilder, column: ColumnSchema) -> bool:
    return (table.schema.name, column.name, table.schema.name, "families") in builder.counting


def _inserting(builder: DatasetBuilder, table: TableBuilder, fk: ForeignKeySchema) -> Iterator[Fault]:
    """References by which an inserted row cannot find a parent."""
    relations, path = table.context.relations, f"{changes_of(table).path}.inserts"
    reason = None
    if fk.parents:
        reason = "may point to several tables"
    elif fk.parent_table == table.schema.name:
        reason = "is to the table itself, whose levels are fixed"
    elif fk.fan_out is not None:
        reason = f"gives a row of {fk.parent_table} at most {fk.fan_out.max:,} rows"
    elif relations.within(fk) or relations.apart_from(fk) or relations.pairing_of(fk):
        reason = "depends on another reference"
    elif any(set(fk.child_columns) & set(key.columns) for key in table.keys.sets):
        reason = "is part of a key"
    elif not builder.rows(fk.parent_table or ""):
        reason = f"needs a row of {fk.parent_table}, which has none"
    if reason is not None:
        what = f"the reference {fk.id} {reason}, so an inserted row finds no parent"
        yield Fault(path, what, "drop inserts, or let the reference be a plain one", related=(fk.path,))


def _childless(builder: DatasetBuilder, table: TableBuilder) -> Iterator[Fault]:
    """References that promise children to every row, and so to those that are inserted."""
    name = table.schema.name
    for other in builder.tables.values():
        for fk in other.schema.foreign_keys:
            if fk.parent_table == name and fk.fan_out is not None and fk.fan_out.min and other is not table:
                what = f"{other.schema.name} gives a row of {name} at least {fk.fan_out.min:,} rows by {fk.id}, and an inserted one has none"
                fix = "drop inserts, or let the fan-out begin at 0"
                yield Fault(f"{changes_of(table).path}.inserts", what, fix, related=(fk.path,))


def _deleting(builder: DatasetBuilder, table: TableBuilder) -> Iterator[Fault]:
    """References of rows that would lose their parent."""
    name, path = table.schema.name, f"{changes_of(table).path}.deletes"
    for other in builder.tables.values():
        for fk in other.schema.foreign_keys:
            if name in {fk.parent_table, *(option.table for option in fk.parents)}:
                where = "itself" if other is table else other.schema.name
                what = f"{where} refers to {name} by {fk.id}, and would refer to rows that are deleted"
                yield Fault(path, what, "drop deletes, or the reference", related=(fk.path,))
    for fk in table.schema.foreign_keys:
        if fk.fan_out is not None and fk.fan_out.min:
            what = f"the reference {fk.id} gives a row of {fk.parent_table} at least {fk.fan_out.min:,} rows, which deletes would break"
            yield Fault(path, what, "drop deletes, or let the fan-out begin at 0", related=(fk.path,))
