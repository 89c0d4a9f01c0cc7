"""How many rows the tables of a live database have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from syndata_engine.reading.sql import Catalogue
    from syndata_engine.reading.sql.catalogue import SqlTable

_ESTIMATED: Final = 1_000_000
"""From so many rows on, what PostgreSQL estimates will do: counting them reads the whole table."""


def count_rows(connection: Connection, catalogue: Catalogue) -> None:
    """Set the rows of every table; a table that may not be read gets a remark and stays without."""
    from sqlalchemy.exc import DBAPIError

    for table in catalogue.tables:
        try:
            # A statement that fails would end the transaction.
            with connection.begin_nested():
                table.rows = _estimated(connection, table) or _counted(connection, table)
        except DBAPIError:
            catalogue.remark("its rows could not be counted", None, table)


def _counted(connection: Connection, table: SqlTable) -> int:
    from sqlalchemy import func, select
    from sqlalchemy import table as named

    rows = connection.execute(select(func.count()).select_from(named(table.name, schema=table.schema or None)))
    return int(rows.scalar_one())


def _estimated(connection: Connection, table: SqlTable) -> int | None:
    """What PostgreSQL's statistics say of a large table."""
    from sqlalchemy import text

    if connection.dialect.name != "postgresql":
        return None
    statement = text(
        "SELECT c.reltuples FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relname = :name AND n.nspname = coalesce(nullif(:schema, ''), current_schema())"
    )
    found = connection.execute(statement, {"name": table.name, "schema": table.schema}).scalar()
    return round(found) if found is not None and found >= _ESTIMATED else None
