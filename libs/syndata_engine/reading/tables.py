"""One table, and the names that other parts of the document may refer to."""

from __future__ import annotations

from dataclasses import dataclass, field

from syndata_contracts.changes import Changes
from syndata_contracts.schema import (
    Alternatives,
    ConditionalKey,
    Correlation,
    Difference,
    DirtRule,
    ForeignKeySchema,
    LocaleShare,
    Ordering,
    Places,
)
from syndata_engine.reading.columns import ColumnDraft, named_by_key, read_column
from syndata_engine.reading.locales import read_locales, read_places
from syndata_engine.reading.names import same_file, suggest, wrong_table_name
from syndata_engine.reading.spots import Fields, Spot

TABLE_KEYS = (
    "table_name",
    "name",
    "id",
    "rows",
    "locale",
    "places",
    "columns",
    "foreign_keys",
    "unique",
    "primary_key",
    "constraints",
    "correlate",
    "combinations",
    "dirt",
    "changes",
)


@dataclass(slots=True)
class TableDraft:
    """A table whose references to other parts of the document are not read yet."""

    spot: Spot
    fields: Fields
    name: str
    id: str
    id_at: Spot
    rows: int | None = None
    locales: tuple[LocaleShare, ...] = ()
    places: Places | None = None
    columns: dict[str, ColumnDraft] = field(default_factory=dict)
    complete: bool = True
    """False when a column's name could not be read: then a name that is not found may be that one."""
    foreign_keys: list[ForeignKeySchema] = field(default_factory=list)
    unique: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    """Path and columns."""
    conditional_keys: list[ConditionalKey] = field(default_factory=list)
    orderings: list[Ordering] = field(default_factory=list)
    correlations: list[Correlation] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    alternatives: list[Alternatives] = field(default_factory=list)
    dirt: list[DirtRule] = field(default_factory=list)
    truth_of: str | None = None
    """The table whose damage this one tells; no document states it."""
    changes: Changes | None = None
    required: dict[str, Spot] = field(default_factory=dict)
    """Where a reference rules out that it is NULL, by child column."""

    def column(self, spot: Spot, name: str) -> ColumnDraft | None:
        """The column of this name; notes at `spot` when the table has none."""
        found = self.columns.get(name)
        if found is None and self.complete:
            spot.fault(
                f"the table {self.name!r} has no column {name!r}", suggest(name, self.columns, noun="its columns")
            )
        return found

    def key(self) -> list[str]:
        """Names of the primary key's columns."""
        return [column.name for column in self.columns.values() if "pk" in column.marks]


@dataclass(slots=True)
class Tables:
    """All tables by name."""

    by_name: dict[str, TableDraft] = field(default_factory=dict)
    complete: bool = True
    """False when a table's name could not be read."""

    def table(self, spot: Spot, name: str) -> TableDraft | None:
        """The table of this name; notes at `spot` when there is none."""
        found = self.by_name.get(name)
        if found is None and self.complete:
            spot.fault(f"there is no table {name!r}", suggest(name, self.by_name, noun="tables"))
        return found


def read_tables(spot: Spot) -> Tables:
    """All tables with their columns, from a list or from a mapping of names."""
    tables, files, ids = Tables(), dict[str, TableDraft](), dict[str, TableDraft]()
    for key, item in _keyed(spot, "a list of tables"):
        table = _read_table(item, key)
        if table is None:
            tables.complete = False
            continue
        twin = files.setdefault(same_file(table.name), table)
        if twin is not table:
            same = (
                "stands twice" if twin.name == table.name else f"makes the same file as {twin.name!r} on some systems"
            )
            item.fault(f"the table name {table.name!r} {same}", "rename one of the two", related=(twin.spot.path,))
            continue
        other = ids.setdefault(table.id, table)
        if other is not table:
            table.id_at.fault(
                f"the table id {table.id!r} is taken by {other.name!r}",
                "give each table its own id",
                related=(other.id_at.path,),
            )
        tables.by_name[table.name] = table
    return tables


def _keyed(spot: Spot, shape: str) -> list[tuple[str | None, Spot]]:
    """The items of a list, or the entries of a mapping with their keys."""
    if isinstance(spot.node.value, dict):
        found: list[tuple[str | None, Spot]] = list((spot.entries(shape) or {}).items())
    else:
        items = spot.items(f"{shape} (or a mapping of their names)")
        if items is None:
            return []
        found = [(None, item) for item in items]
    if not found:
        spot.fault("the list is empty", f"write {shape}, with at least one")
    return found


def _read_table(spot: Spot, key: str | None) -> TableDraft | None:
    fields = spot.fields("a table, such as `{table_name: orders, columns: [...]}`", TABLE_KEYS)
    name = _table_name(fields, key) if fields else None
    if fields is None or name is None:
        return None
    id_at, rows, locale = fields.get("id"), fields.get("rows"), fields.get("locale")
    table = TableDraft(spot, fields, name, (id_at.name("an id") if id_at else None) or name, id_at or spot)
    table.rows = rows.whole("a number of rows") if rows else None
    table.locales = read_locales(locale) if locale else ()
    table.places = read_places(fields.get("places"))
    columns = fields.need("columns", fix="add `columns:` with at least one column")
    if columns is None or columns.is_broken:
        table.complete = False
    else:
        _read_columns(columns, table)
    return table


def _table_name(fields: Fields, key: str | None) -> str | None:
    said = (
        fields.get("table_name", "name")
        if key is not None
        else fields.need("table_name", "name", fix="add `table_name: ...`")
    )
    if key is None:
        name = said.name() if said else None
    else:
        if said and said.node.value != key:
            said.misfit(f"the table's key {key!r} as its name", "remove it: the key is the name")
        name, said = named_by_key(fields.spot, key), fields.spot
    wrong = wrong_table_name(name) if name is not None else None
    if wrong and said:
        said.fault(*wrong)
    return name


def _read_columns(spot: Spot, table: TableDraft) -> None:
    ids: dict[str, ColumnDraft] = {}
    found = _keyed(spot, "a list of columns")
    table.complete = bool(found)
    for key, item in found:
        column = read_column(item, key)
        if column is None:
            table.complete = False
            continue
        twin = table.columns.get(column.name)
        if twin is not None:
            item.fault(
                f"the column name {column.name!r} stands twice", "rename one of the two", related=(twin.spot.path,)
            )
            continue
        table.columns[column.name] = column
        other = ids.setdefault(column.id, column)
        if other is not column:
            what = f"the column id {column.id!r} is taken by {other.name!r}"
            column.id_at.fault(what, "give each column its own id", related=(other.id_at.path,))
