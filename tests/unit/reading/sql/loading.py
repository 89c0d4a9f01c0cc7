"""Rows as files have them, put into a database that enforces what its DDL says."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from pathlib import Path

import syndata


def load_into_sqlite(
    ddl: str, configuration: str, directory: Path, *, rows: int | None = None, into: Path | None = None
) -> dict[str, int]:
    """Make CSV files from a configuration and insert them with every constraint on, into a file if one is named.

    Returns the rows of each table.

    Raises sqlite3.IntegrityError where a row breaks a constraint.
    """
    syndata.write(configuration, directory, output_format="csv", rows=rows)
    with closing(sqlite3.connect(into or ":memory:")) as database:
        database.executescript(ddl)
        database.execute("PRAGMA foreign_keys = ON")
        counts = {}
        with database:
            database.execute("BEGIN")
            database.execute("PRAGMA defer_foreign_keys = ON")
            for path in sorted(directory.glob("*.csv")):
                counts[path.stem] = _insert(database, path)
        assert not database.execute("PRAGMA foreign_key_check").fetchall()
        for table, count in counts.items():
            assert database.execute(f'SELECT count(*) FROM "{table}"').fetchone() == (count,)  # noqa: S608 -- our own
    return counts


def _insert(database: sqlite3.Connection, path: Path) -> int:
    with path.open(newline="", encoding="utf-8") as stream:
        header, *rows = csv.reader(stream)
    names = ", ".join(f'"{name}"' for name in header)
    places = ", ".join("?" * len(header))
    statement = f'INSERT INTO "{path.stem}" ({names}) VALUES ({places})'  # noqa: S608 -- our own
    # A table of one column has NULL as an empty line, which csv reads as no field.
    values = [[field or None for field in row] or [None] for row in rows]
    database.executemany(statement, values)
    return len(rows)
