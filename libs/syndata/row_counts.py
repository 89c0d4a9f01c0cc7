"""How many rows the tables of a live database have, and how many children their parents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sqlalchemy import ColumnClause, Connection

    from syndata_engine.reading.sql import Catalogue
    from syndata_engine.reading.sql.catalogue import SqlReference, SqlTable

_ESTIMATED: Final = 1_000_000
"""From so many rows on, what PostgreSQL estimates will do: counting them reads the whole table."""


def count_rows(connection: Connection, catalogue: Catalogue) -> None:
    """Set the rows of every table, and the families of its references where no more than a million rows are read for it.

    A table that may not be read gets a remark and stays without.
    """
    from sqlalchemy.exc import DBAPIError

    for table in catalogue.tables:
        try:
            # A statement that fails would end the transaction.
            with connection.begin_nested():
                table.rows = _estimated(connection, table) or _counted(connection, table)
        except DBAPIError:
            catalogue.remark("its rows could not be counted", None, table)
    for table in catalogue.tables:
        for reference in table.references:
            parent = catalogue.table(reference.table)
            if parent is not None and parent.rows and table.rows and table.rows < _ESTIMATED:
                reference.families = _families(connection, table, reference, parent.rows)


def _families(
    connection: Connection, table: SqlTable, reference: SqlReference, parents: int
) -> tuple[tuple[int, int], ...]:
    """How many parents have how many children; empty where there are more families than parents."""
    from sqlalchemy import and_, column, func, select
    from sqlalchemy import table as named

    columns: list[ColumnClause[Any]] = [column(name) for name in reference.columns]
    counted = func.count().label("children")
    whole = and_(*(one.is_not(None) for one in columns))
    source = named(table.name, *columns, schema=table.schema or None)
    families = select(counted).select_from(source).where(whole).group_by(*columns).subquery()
    statement = select(families.c.children, func.count()).group_by(families.c.children).order_by(families.c.children)
    found = [(int(children), int(number)) for children, number in connection.execute(statement)]
    childless = parents - sum(number for _, number in found)
    if childless < 0:
        return ()
    return tuple(([(0, childless)] if childless else []) + found)


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
