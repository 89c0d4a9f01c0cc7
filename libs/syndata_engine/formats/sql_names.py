"""Names in SQL: how they are quoted, and which ones PostgreSQL or SQLite would not take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from syndata_contracts.errors import Fault
from syndata_contracts.plan import PlannedTable
from syndata_contracts.schema import DEFINITION_FILES

POSTGRESQL_SCHEMA: Final = "schema.postgresql.sql"
SQLITE_SCHEMA: Final = "schema.sqlite.sql"

COPY_END: Final = b"\\.\n"
"""The line that ends COPY text."""

_LONGEST_NAME: Final = 63
"""Bytes that PostgreSQL keeps of a name; it cuts the rest off without an error."""
_MOST_COLUMNS: Final = 1_600
_SYSTEM_COLUMNS: Final = frozenset({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"})


def schema_file_names(output_format: str) -> tuple[str, ...]:
    """The files that stand beside the tables' files of a format and create the tables; none for most formats."""
    return DEFINITION_FILES.get(output_format, ())


def quoted(name: str) -> str:
    """A name as SQL reads it, whatever stands in it."""
    return '"' + name.replace('"', '""') + '"'


def listed(names: Sequence[str]) -> str:
    """Quoted names with commas between them."""
    return ", ".join(map(quoted, names))


def remark(text: str) -> str:
    """One line of comment, whatever stands in a name: a line break in it would end the comment."""
    return "-- " + "".join(char if char.isprintable() else "?" for char in text)


def name_faults(table: PlannedTable, output_format: str) -> list[Fault]:
    """What is wrong with the names of a table and its columns; nothing for formats that are not SQL."""
    if output_format not in DEFINITION_FILES:
        return []
    path = f"tables.{table.name}"
    faults = _faults(table.name, path, "table")
    if output_format == "sql" and table.name.lower().startswith("sqlite_"):
        faults.append(Fault(path, "SQLite keeps names that begin with sqlite_ to itself", "rename the table"))
    if len(table.columns) > _MOST_COLUMNS:
        what = f"{len(table.columns):,} columns are more than the {_MOST_COLUMNS:,} that PostgreSQL takes"
        faults.append(Fault(path, what, "split the table, or choose another output format"))
    taken: dict[str, str] = {}
    for column in table.columns:
        place = f"{path}.columns.{column.name}"
        faults += _faults(column.name, place, "column")
        if column.name in _SYSTEM_COLUMNS:
            what = f"every table of PostgreSQL has a column {column.name} of its own"
            faults.append(Fault(place, what, "rename the column"))
        # PostgreSQL tells quoted names apart by case, SQLite never does.
        known = taken.setdefault(column.name.lower(), column.name) if output_format == "sql" else column.name
        if known != column.name:
            what = f"SQLite takes {column.name} and {known} for the same name"
            faults.append(Fault(place, what, "rename one of the columns, or choose another output format"))
    return faults


def _faults(name: str, path: str, noun: str) -> list[Fault]:
    size = len(name.encode())
    if not name or "\0" in name:
        return [Fault(path, f"SQL has no name {name!r}", f"rename the {noun}")]
    if size > _LONGEST_NAME:
        what = f"the name is {size} bytes long, and PostgreSQL keeps {_LONGEST_NAME} of them"
        return [Fault(path, what, f"rename the {noun}, or choose another output format")]
    return []
