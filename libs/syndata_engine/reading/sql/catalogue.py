"""What a database says of its tables, whoever was asked: a text of SQL or a live server.

Both readers meet here. Nothing in it is ours yet: types are SQL's, and names are the database's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Family = Literal[
    "int", "decimal", "float", "str", "bool", "date", "datetime", "uuid", "time", "json", "bytes", "array", "interval",
    "inet", "cidr", "mac", "xml", "bits", "other",
]  # fmt: skip
"""What a SQL type holds; those after `uuid` have no counterpart of ours and become texts that load."""


@dataclass(frozen=True, slots=True)
class SqlType:
    """A column's type."""

    text: str
    """As written, for people."""
    family: Family
    low: int | None = None
    """Least whole number."""
    high: int | None = None
    """Greatest whole number."""
    precision: int | None = None
    scale: int | None = None
    length: int | None = None
    """Most characters of a text, or bits."""
    fixed: bool = False
    """True: every value has exactly `length`."""
    values: tuple[str, ...] = ()
    """What an enumeration lists."""
    counts: bool = False
    """True: the type itself numbers the rows (serial)."""
    zoned: bool = False


@dataclass(slots=True)
class SqlColumn:
    """A column."""

    name: str
    type: SqlType
    line: int | None = None
    nullable: bool = True
    counts: bool = False
    """The database numbers the rows: serial, identity, auto_increment."""
    default: str | None = None
    computed: str | None = None
    """The expression of a generated column, which nobody may insert."""
    comment: str | None = None


@dataclass(slots=True)
class SqlReference:
    """A foreign key."""

    columns: tuple[str, ...]
    table: str
    """As `schema.table` or `table`."""
    parent_columns: tuple[str, ...] = ()
    """Empty: the parent's primary key."""
    line: int | None = None
    families: tuple[tuple[int, int], ...] = ()
    """How many parents have how many children, as (children, parents) ascending; empty where nobody could be asked."""


@dataclass(frozen=True, slots=True)
class SqlCheck:
    """A CHECK's expression, as written."""

    text: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class PartialKey:
    """A unique index over the rows where a condition holds."""

    columns: tuple[str, ...]
    text: str
    """The condition, as written."""
    line: int | None = None


@dataclass(slots=True)
class SqlTable:
    """A table."""

    schema: str
    """Empty where none is said."""
    name: str
    line: int | None = None
    columns: list[SqlColumn] = field(default_factory=list)
    primary_key: tuple[str, ...] = ()
    uniques: list[tuple[str, ...]] = field(default_factory=list)
    partial: list[PartialKey] = field(default_factory=list)
    references: list[SqlReference] = field(default_factory=list)
    checks: list[SqlCheck] = field(default_factory=list)
    comment: str | None = None
    rows: int | None = None
    """How many there are; None where nobody could be asked."""

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name

    def column(self, name: str) -> SqlColumn | None:
        """The column of this name: exactly, else letter case aside."""
        return found(name, self.columns)


def found(name: str, columns: Iterable[SqlColumn]) -> SqlColumn | None:
    """The column of this name: exactly, else letter case aside."""
    listed = list(columns)
    exact = next((column for column in listed if column.name == name), None)
    return exact or next((column for column in listed if column.name.casefold() == name.casefold()), None)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was not taken over as it stands, or was guessed."""

    what: str
    line: int | None = None
    table: str = ""
    """Full name; empty for the whole database."""
    column: str = ""


@dataclass(slots=True)
class Catalogue:
    """Every table of a database."""

    source: str
    """The file's name, or a server without its credentials."""
    dialect: str
    """As sqlglot names it; empty for none in particular."""
    tables: list[SqlTable] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def table(self, name: str) -> SqlTable | None:
        """The table of this name, `schema.table` or `table`: exactly, else letter case and schema aside."""
        for same in (_same, _same_folded, _same_without_schema):
            hits = [table for table in self.tables if same(table, name)]
            if len(hits) == 1:
                return hits[0]
        return None

    def remark(self, what: str, line: int | None = None, table: SqlTable | None = None, column: str = "") -> None:
        """Add a remark."""
        self.remarks.append(Remark(what, line, table.full_name if table else "", column))


def _same(table: SqlTable, name: str) -> bool:
    return table.full_name == name


def _same_folded(table: SqlTable, name: str) -> bool:
    return table.full_name.casefold() == name.casefold()


def _same_without_schema(table: SqlTable, name: str) -> bool:
    schema, _, bare = name.rpartition(".")
    return table.name.casefold() == bare.casefold() and not (schema and table.schema)
