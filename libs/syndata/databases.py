"""Schemas of databases: read from their DDL, or asked of a live one. The only place that touches a database."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from syndata_contracts.errors import Fault, Refused, Unavailable
from syndata_contracts.installing import to_install

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine, Inspector
    from sqlalchemy.engine.interfaces import ReflectedColumn

    from syndata_engine.reading.sql import Catalogue, Imported
    from syndata_engine.reading.sql.catalogue import SqlColumn, SqlTable

_POSTGRES_DRIVERS: Final = ("psycopg", "pg8000", "psycopg2")
_DIALECTS: Final = {"postgresql": "postgres", "mariadb": "mysql", "mssql": "tsql"}
"""What sqlglot calls the databases that SQLAlchemy knows by another name."""
_CONNECT_SECONDS: Final = 10


def read_ddl(text: str, dialect: str | None = None, *, rows: int | None = None, file: str = "ddl") -> str:
    """A configuration (YAML) for the tables that a text of SQL makes; `generate` takes it as it is.

    Args:
        text: CREATE TABLE, ALTER TABLE, CREATE TYPE ... AS ENUM, CREATE UNIQUE INDEX and COMMENT ON statements.
            Nothing is executed, and what else there is, is passed over with a comment.
        dialect: `postgres`, `mysql`, `sqlite` or another that sqlglot knows; else told by the text's own words.
        rows: how many rows tables get, as far as their keys allow; when left out, guessed by who refers to whom.
        file: what faults and comments call the text.

    Raises:
        Refused: the text cannot be read; every fault with its line.
    """
    return import_ddl(text, dialect, rows=rows, file=file).text


def import_ddl(text: str, dialect: str | None = None, *, rows: int | None = None, file: str = "ddl") -> Imported:
    """As `read_ddl`, with what was not taken over as a list of its own."""
    try:
        from syndata_engine.reading import sql

        return _imported(sql.read_ddl(text, file=file, dialect=dialect), rows)
    except ModuleNotFoundError as missing:
        raise _not_installed(missing) from None


def read_database(url: str, *, rows: int | None = None) -> str:
    """A configuration (YAML) for the tables of a live database, which is only read.

    Args:
        url: as SQLAlchemy takes it: `postgresql://user:password@host/name`, `sqlite:///file.db`.
        rows: how many rows tables get, as far as their keys allow; as many as there are when left out.

    Raises:
        Refused: the URL cannot be used, or there are no tables.
        Unavailable: the database cannot be reached.
    """
    return import_database(url, rows=rows).text


def import_database(url: str, *, rows: int | None = None) -> Imported:
    """As `read_database`, with what was not taken over as a list of its own."""
    try:
        return _imported(reflect(url, counted=rows is None), rows)
    except ModuleNotFoundError as missing:
        raise _not_installed(missing) from None


def reflect(url: str, *, counted: bool = False) -> Catalogue:
    """What a live database says of its tables, with their rows where they are to be counted.

    Its credentials show nowhere: not in faults, not in comments.
    """
    from sqlalchemy import inspect

    from syndata.row_counts import count_rows
    from syndata_engine.reading.sql import Catalogue

    parsed = _url(url)
    shown = _shown(parsed)
    with (
        warnings.catch_warnings(record=True) as doubts,
        _engine(parsed, shown) as engine,
        engine.connect() as connection,
    ):
        # SQLAlchemy says by warnings what it did not understand.
        warnings.simplefilter("always")
        inspector = inspect(connection)
        dialect = _DIALECTS.get(engine.dialect.name, engine.dialect.name)
        catalogue = Catalogue(shown, dialect)
        for schema in _schemas(inspector, engine):
            for name in inspector.get_table_names(schema=schema):
                catalogue.tables.append(_table(catalogue, inspector, engine, name, schema))
        if counted:
            count_rows(connection, catalogue)
    for doubt in dict.fromkeys(
        str(doubt.message) for doubt in doubts if not issubclass(doubt.category, ResourceWarning)
    ):
        catalogue.remark(doubt)
    if not catalogue.tables:
        raise Refused(Fault("", "the database has no tables", "check which database the URL names", shown))
    return catalogue


def _url(url: str) -> URL:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # The URL itself stays out of the text: it may hold a password.
        fix = "write it as postgresql://user:password@host:5432/name, or sqlite:///file.db"
        raise Refused(Fault("--database", "this is no URL of a database", fix)) from None
    if parsed.drivername == "postgres":
        parsed = parsed.set(drivername="postgresql")
    if parsed.drivername == "postgresql":
        driver = next((name for name in _POSTGRES_DRIVERS if find_spec(name)), None)
        if driver is None:
            raise Refused(Fault("--database", "no driver for PostgreSQL is installed", to_install("databases")))
        parsed = parsed.set(drivername=f"postgresql+{driver}")
    if parsed.get_backend_name() == "sqlite":
        return _read_only_file(parsed)
    return parsed


def _read_only_file(parsed: URL) -> URL:
    """The URL of a SQLite file that is there; SQLite would make it otherwise."""
    path = parsed.database or ""
    if path in {"", ":memory:"} or path.startswith("file:"):
        fix = "name a file: sqlite:///file.db, or with four slashes sqlite:////whole/path.db"
        raise Refused(Fault("--database", "this SQLite URL names no file", fix))
    if not os.path.isfile(path):  # noqa: PTH113 -- a text from a URL, used as one
        raise Refused(Fault("--database", "there is no such file", "check the path after sqlite:///", path))
    whole = quote(os.path.abspath(path))  # noqa: PTH100 -- the same
    return parsed.set(database=f"file:{whole}", query={"mode": "ro", "uri": "true"})


def _shown(parsed: URL) -> str:
    """A database as people know it, without user, password and options."""
    name = (parsed.database or "").removeprefix("file:").rpartition("/")[2]
    return f"{parsed.get_backend_name()} database {name}" + (f" on {parsed.host}" if parsed.host else "")


@contextmanager
def _engine(parsed: URL, shown: str) -> Iterator[Engine]:
    """Yield an engine whose transactions cannot write, and close what it opened."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError
    from sqlalchemy.pool import NullPool

    postgres = parsed.get_backend_name() == "postgresql"
    read_only: dict[str, Any] = {"postgresql_readonly": True} if postgres else {}
    timeout = {"timeout": _CONNECT_SECONDS} if "pg8000" in parsed.drivername else {}
    timeout = {"connect_timeout": _CONNECT_SECONDS} if "psycopg" in parsed.drivername else timeout
    try:
        engine = create_engine(
            parsed, poolclass=NullPool, hide_parameters=True, execution_options=read_only, connect_args=timeout
        )
    except NoSuchModuleError:
        what = f"databases of the kind {parsed.drivername!r} are not known"
        raise Refused(Fault("--database", what, "use postgresql:// or sqlite:///")) from None
    try:
        yield engine
    except DBAPIError as error:
        raise Unavailable(f"{shown} could not be read: {_scrubbed(error, parsed)}") from None
    except SQLAlchemyError as error:
        raise Unavailable(f"{shown} could not be read: {type(error).__name__}") from None
    finally:
        engine.dispose()


def _scrubbed(error: Exception, parsed: URL) -> str:
    """The first line of what a driver said, without the password."""
    said = (str(getattr(error, "orig", error)).splitlines() or [""])[0][:300]
    for secret in filter(None, (parsed.password, *map(str, parsed.query.values()))):
        said = said.replace(secret, "***")
    return said


def _schemas(inspector: Inspector, engine: Engine) -> list[str | None]:
    """The schemas to read: the connection's own first, and in PostgreSQL all that are not the server's."""
    if engine.dialect.name != "postgresql":
        return [None]
    own = inspector.default_schema_name
    others = [name for name in inspector.get_schema_names() if name not in {own, "information_schema"}]
    return [None, *(name for name in others if not name.startswith("pg_"))]


def _table(catalogue: Catalogue, inspector: Inspector, engine: Engine, name: str, schema: str | None) -> SqlTable:
    from syndata_engine.reading.sql.catalogue import SqlCheck, SqlReference, SqlTable

    table = SqlTable(schema or "", name)
    primary = inspector.get_pk_constraint(name, schema=schema)
    table.primary_key = tuple(primary.get("constrained_columns") or ())
    for column in inspector.get_columns(name, schema=schema):
        table.columns.append(_column(column, engine, catalogue.dialect))
        # A domain's own condition says VALUE for the column.
        condition = getattr(column["type"], "check", None)
        if condition is not None:
            quoted = column["name"].replace('"', '""')
            table.checks.append(SqlCheck(re.sub(r"\bVALUE\b", f'"{quoted}"', str(condition))))
    for unique in inspector.get_unique_constraints(name, schema=schema):
        table.uniques.append(tuple(unique["column_names"]))
    _unique_indexes(catalogue, inspector, table, schema)
    for key in inspector.get_foreign_keys(name, schema=schema):
        parent = key["referred_table"]
        full = f"{key['referred_schema']}.{parent}" if key.get("referred_schema") else parent
        table.references.append(
            SqlReference(tuple(key["constrained_columns"]), full, tuple(key["referred_columns"] or ()))
        )
    for check in inspector.get_check_constraints(name, schema=schema):
        table.checks.append(SqlCheck(check["sqltext"]))
    if engine.dialect.supports_comments:
        table.comment = inspector.get_table_comment(name, schema=schema).get("text")
    table.uniques = list(dict.fromkeys(table.uniques))
    return table


def _unique_indexes(catalogue: Catalogue, inspector: Inspector, table: SqlTable, schema: str | None) -> None:
    from syndata_engine.reading.sql.catalogue import PartialKey
    from syndata_engine.reading.sql.elements import names_in_key

    # SQLite's own indexes tell of uniques that SQLAlchemy does not find in the DDL.
    own = {"include_auto_indexes": True} if catalogue.dialect == "sqlite" else {}
    for index in inspector.get_indexes(table.name, schema=schema, **own):
        if not index["unique"]:
            continue
        elements = index.get("expressions") or [f'"{name}"' for name in index["column_names"]]
        names = names_in_key([str(element) for element in elements], "postgres")
        if names is None:
            catalogue.remark(f"not taken over: a unique index over {', '.join(map(str, elements))}", None, table)
            continue
        found = [value for key, value in index.get("dialect_options", {}).items() if key.endswith("_where")]
        if found:
            table.partial.append(PartialKey(names, str(found[0])))
        else:
            table.uniques.append(names)


def _column(column: ReflectedColumn, engine: Engine, dialect: str) -> SqlColumn:
    from sqlalchemy.exc import CompileError, UnsupportedCompilationError

    from syndata_engine.reading.sql.catalogue import SqlColumn, SqlType
    from syndata_engine.reading.sql.sql_types import read_type

    kind = getattr(column["type"], "data_type", column["type"])
    listed = getattr(kind, "enums", None)
    try:
        text = kind.compile(dialect=engine.dialect)
    except (CompileError, UnsupportedCompilationError):
        text = ""
    sql_type = SqlType(text or "enum", "str", values=tuple(listed)) if listed else read_type(text, dialect)
    default = column.get("default")
    counts = bool(column.get("identity")) or "nextval(" in (default or "").lower()
    computed = column.get("computed")
    return SqlColumn(
        column["name"],
        sql_type,
        nullable=bool(column["nullable"]) and not getattr(column["type"], "not_null", False),
        counts=counts,
        default=None if counts or computed else default,
        computed=computed["sqltext"] if computed else None,
        comment=column.get("comment"),
    )


def _imported(catalogue: Catalogue, rows: int | None) -> Imported:
    from syndata_engine.reading.sql import import_catalogue

    return import_catalogue(catalogue, _faults, rows)


def _faults(document: Mapping[str, Any]) -> tuple[Fault, ...]:
    """What planning refuses of a document."""
    from syndata.preparing import prepare

    try:
        prepare(document)
    except Refused as refusal:
        return refusal.faults
    return ()


def _not_installed(missing: ModuleNotFoundError) -> Refused:
    what = f"reading databases needs {(missing.name or '').partition('.')[0]}, which is not installed"
    return Refused(Fault("", what, to_install("databases")))
