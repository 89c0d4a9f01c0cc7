"""A configuration while it is being made out of a catalogue: plain values, with what a reader should know beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from syndata_engine.reading.sql.catalogue import Catalogue, SqlColumn, SqlTable
from syndata_engine.reading.sql.checks import Apart, Checked, Order
from syndata_engine.reading.sql.partial import Kept


@dataclass(slots=True)
class ColumnDraft:
    """A column: its body as our language has it, and its comments."""

    sql: SqlColumn
    body: dict[str, Any] = field(default_factory=dict)
    """Everything but the name."""
    remarks: list[str] = field(default_factory=list)
    capacity: int | None = None
    """How many values its rule has; None: as many as rows."""

    @property
    def name(self) -> str:
        return self.sql.name


@dataclass(slots=True)
class Link:
    """A foreign key whose parent is known."""

    columns: tuple[str, ...]
    parent: TableDraft
    parent_columns: tuple[str, ...]
    line: int | None
    null_rate: str | Decimal | None = None
    families: tuple[tuple[int, int], ...] = ()
    """How many parents have how many children."""
    fan_out: dict[str, Any] | None = None

    def body(self) -> dict[str, Any]:
        """The entry of `foreign_keys`."""
        body: dict[str, Any] = {
            "child_columns": list(self.columns),
            "parent_table": self.parent.name,
            "parent_columns": list(self.parent_columns),
        }
        if self.null_rate:
            body["null_rate"] = self.null_rate
        if self.fan_out:
            body["fan_out"] = self.fan_out
        return body


@dataclass(slots=True)
class TableDraft:
    """A table."""

    sql: SqlTable
    name: str
    checked: Checked
    columns: list[ColumnDraft] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    primary_key: tuple[str, ...] = ()
    uniques: list[tuple[str, ...]] = field(default_factory=list)
    """Sets of two or more columns; single ones are marked in the column's body."""
    orders: list[Order] = field(default_factory=list)
    apart: list[Apart] = field(default_factory=list)
    """References that never name the same parent."""
    rows: int | None = None
    """None: as many as the document says."""
    rows_told: str = ""
    """Where the rows come from."""
    conditional: list[Kept] = field(default_factory=list)
    """Keys of the rows where a condition holds."""
    remarks: list[str] = field(default_factory=list)

    @property
    def numbered(self) -> set[str]:
        """Columns whose values a conditional key numbers."""
        return {name for key in self.conditional for name in key.columns if self.covering(name) is None}

    def column(self, name: str) -> ColumnDraft:
        """The column of this name; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def has(self, name: str) -> bool:
        return any(column.name == name for column in self.columns)

    def covering(self, name: str) -> Link | None:
        """The first link that a column belongs to: the one that decides its values."""
        return next((link for link in self.links if name in link.columns), None)

    def all_keys(self) -> list[tuple[str, ...]]:
        """The primary key, unique columns and unique sets."""
        found = [self.primary_key] if self.primary_key else []
        found += [(column.name,) for column in self.columns if column.body.get("unique")]
        return [*found, *self.uniques]

    def note(self, text: str, line: int | None = None) -> None:
        """Add a remark on the table."""
        self.remarks.append(f"line {line}: {text}" if line else text)

    def body(self) -> dict[str, Any]:
        """The table as our language has it."""
        body: dict[str, Any] = {"table_name": self.name}
        if self.rows is not None:
            body["rows"] = self.rows
        if self.primary_key:
            body["primary_key"] = list(self.primary_key)
        if self.uniques or self.conditional:
            body["unique"] = [*map(list, self.uniques), *(key.body() for key in self.conditional)]
        body["columns"] = [{"name": column.name, **column.body} for column in self.columns]
        constraints: list[Any] = [
            {"later": order.later, "earlier": order.earlier, **({"strict": True} if order.strict else {})}
            for order in self.orders
        ]
        constraints += [f"{expressed(one.left)} != {expressed(one.right)}" for one in self.apart]
        if constraints:
            body["constraints"] = constraints
        if self.links:
            body["foreign_keys"] = [link.body() for link in self.links]
        return body


def expressed(name: str) -> str:
    """A column's name inside an expression, which has two quotes for it."""
    return f"`{name}`" if '"' in name else f'"{name}"'


@dataclass(slots=True)
class Draft:
    """The whole configuration."""

    catalogue: Catalogue
    rows: int
    """Of every table that states none."""
    rows_told: str = ""
    """How rows were chosen; empty where they were asked for."""
    tables: list[TableDraft] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def body(self) -> dict[str, Any]:
        """The document as our language has it."""
        return {"syndata": 1, "rows": self.rows, "tables": [table.body() for table in self.tables]}

    def of(self, sql: SqlTable | None) -> TableDraft | None:
        """The draft of a table."""
        return next((table for table in self.tables if table.sql is sql), None)
