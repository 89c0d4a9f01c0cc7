"""What becomes of a table's rows in a period, and what the tables are called that tell of it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from syndata_contracts.changes import Amount, Changes, ChangingColumns
from syndata_engine.reading.names import same_file, wrong_table_name
from syndata_engine.reading.spots import Fields, Spot
from syndata_engine.reading.tables import TableDraft, Tables
from syndata_engine.reading.weights import read_weight

CHANGES_KEYS: Final = (
    "from",
    "to",
    "inserts",
    "updates",
    "deletes",
    "columns",
    "inserted_at",
    "changed_at",
    "log",
    "history",
    "later",
    "snapshot",
)
CHANGING_KEYS: Final = ("columns", "weight")
DERIVED: Final = ("log", "history", "later")
MOST_PERCENT: Final = 1_000_000
_SHAPE: Final = "`{to: +30d, inserts: 100, updates: 20%, deletes: 50, columns: [status, email]}`"
_PERCENT: Final = re.compile(r"([0-9]{1,7}(?:\.[0-9]{1,20})?) ?%")


def read_changes(tables: Tables) -> None:
    """Read the changes of every table that states some."""
    taken = {same_file(name): (name, table.spot.path) for name, table in tables.by_name.items()}
    for table in tables.by_name.values():
        said = table.fields.get("changes")
        fields = said.fields(_SHAPE, CHANGES_KEYS) if said else None
        if said and fields:
            _check_dirt(said, table)
            table.changes = _read(said, fields, table, taken)


def _check_dirt(said: Spot, table: TableDraft) -> None:
    dirt = table.fields.get("dirt")
    if dirt is not None:
        what = f"{table.name} has both changes and dirt, and a log that applies to damaged rows would not lead to the later snapshot"
        said.fault(what, "keep one of the two, or give the dirt to a table of its own", related=(dirt.path,))


def _read(said: Spot, fields: Fields, table: TableDraft, taken: dict[str, tuple[str, str]]) -> Changes:
    amounts = {name: _amount(fields.get(name)) for name in ("inserts", "updates", "deletes")}
    columns = _columns(fields.get("columns"), table)
    _check_updates(fields, amounts["updates"], columns)
    start, stop = fields.get("from"), fields.need("to", fix="add `to: +30d`, when the period ends")
    snapshot = fields.get("snapshot")
    derived = {form: _derived_name(fields, form, table) for form in DERIVED}
    if not any(derived.values()) and all((spot := fields.get(form)) and spot.node.value is False for form in DERIVED):
        said.fault("nothing is made of these changes", "keep one of log, history and later, or drop changes")
    for form, name in derived.items():
        _take(said if (at := fields.get(form)) is None else at, name, taken)
    return Changes(
        path=said.path,
        start=(_moment(start) if start else None) or "as_of",
        stop=(_moment(stop) if stop else None) or "+1d",
        **amounts,
        columns=columns,
        inserted_at=_column(fields.get("inserted_at"), table),
        changed_at=_column(fields.get("changed_at"), table),
        **derived,
        snapshot=bool(snapshot.flag()) if snapshot else False,
    )


def _check_updates(fields: Fields, updates: Amount, columns: tuple[ChangingColumns, ...]) -> None:
    """Updates and the columns that they change need each other."""
    named, wanted = fields.get("columns"), fields.get("updates")
    if wanted and not named and (updates.count or updates.share):
        wanted.fault("nothing says which columns updates change", "add `columns: [...]`")
    elif named and columns and not wanted:
        named.fault("these columns never change: there are no updates", "add `updates: 10%`, or drop columns")


def _moment(spot: Spot) -> str | None:
    value = spot.node.value
    if isinstance(value, str):
        return value
    spot.misfit("a time such as 2026-01-01T12:00:00Z, as_of, or a distance from it such as +30d")
    return None


def _amount(spot: Spot | None) -> Amount:
    """A whole number of rows, or a percentage of the table's."""
    if spot is None:
        return Amount()
    value = spot.node.value
    percent = _PERCENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if percent:
        share = Decimal(percent[1])
        if share > MOST_PERCENT:
            spot.fault(f"{value} is more than {MOST_PERCENT:,}%", "write fewer")
            return Amount()
        return Amount(share=share.scaleb(-2))
    if isinstance(value, int) and not isinstance(value, bool):
        return Amount(count=spot.whole("a number of rows") or 0)
    fix = f"write {(value * 100).normalize():f}%" if isinstance(value, Decimal) and 0 < value <= 100 else ""
    spot.misfit('a number of rows, or a share of the table\'s such as "5%"', fix)
    return Amount()


def _column(spot: Spot | None, table: TableDraft) -> str | None:
    name = spot.name("the name of a column") if spot else None
    return name if spot and name and table.column(spot, name) else None


def _columns(spot: Spot | None, table: TableDraft) -> tuple[ChangingColumns, ...]:
    """Entries of a list (a column, several that change together, or these with a weight), or weights by column."""
    if spot is None:
        return ()
    found: list[ChangingColumns] = []
    seen: dict[str, Spot] = {}
    if isinstance(spot.node.value, dict):
        for name, weight in (spot.entries(_SHAPE) or {}).items():
            found += _entry(table, [(name, weight)], weight, seen)
    else:
        for item in spot.items("a list of columns, or their weights by name") or []:
            if isinstance(item.node.value, dict):
                found += _weighed(item, table, seen)
            else:
                found += _entry(table, item.names("the name of a column, or a list of them"), None, seen)
    if not found and not spot.node.value:
        spot.fault("the list is empty", "name the columns that updates change")
    return tuple(found)


def _weighed(item: Spot, table: TableDraft, seen: dict[str, Spot]) -> list[ChangingColumns]:
    fields = item.fields("`{columns: [...], weight: 2}`", CHANGING_KEYS)
    names_at = fields.need("columns", fix="add `columns: [...]`") if fields else None
    names = names_at.names("the name of a column, or a list of them") if names_at else None
    return _entry(table, names, fields.get("weight") if fields else None, seen, item.path)


def _entry(
    table: TableDraft, names: list[tuple[str, Spot]] | None, weight: Spot | None, seen: dict[str, Spot], path: str = ""
) -> list[ChangingColumns]:
    whole = bool(names)
    for name, at in names or ():
        twin = seen.setdefault(name, at)
        if twin is not at:
            at.fault(f"{name!r} stands twice", "name each column once", related=(twin.path,))
        whole = table.column(at, name) is not None and twin is at and whole
    much = read_weight(weight) if weight else Decimal(1)
    if weight and much == 0:
        weight.fault("a weight of 0 never changes the column", "give it more, or leave it out")
    if not whole or not names or not much:
        return []
    return [ChangingColumns(path=path or names[0][1].path, columns=tuple(name for name, _ in names), weight=much)]


def _derived_name(fields: Fields, form: str, table: TableDraft) -> str | None:
    """The name that is given, or the table's with what it is; None where it is not wanted."""
    spot = fields.get(form)
    value = True if spot is None else spot.node.value
    if value is False:
        return None
    name = f"{table.name}_{form}" if value is True or spot is None else spot.name("true, false or a name")
    wrong = None if name is None else wrong_table_name(name)
    if wrong:
        (spot or fields.spot).fault(*wrong)
    return None if wrong else name


def _take(spot: Spot, name: str | None, taken: dict[str, tuple[str, str]]) -> None:
    """Note where another table has the name of a derived one already."""
    if name is None:
        return
    other, path = taken.setdefault(same_file(name), (name, spot.path))
    if path != spot.path or other != name:
        spot.fault(
            f"the changes make a table {name!r}, and there is one of that name",
            "give it another name, such as `log: changes_of_it`",
            related=(path,),
        )
