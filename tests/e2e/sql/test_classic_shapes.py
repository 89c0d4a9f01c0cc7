"""Every classic shape of a database: made from examples/, loaded with all constraints on, and asked for what it promises."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

import syndata
from syndata.configuration import read_config
from syndata.databases import import_ddl
from syndata_contracts.schema import DatasetSchema
from tests.e2e.sql.cluster import Postgresql
from tests.e2e.sql.promises import PROMISES
from tests.e2e.sql.test_postgresql import FORMATS
from tests.e2e.sql.test_postgresql import load as load_postgresql
from tests.e2e.sql.test_sqlite import load as load_sqlite
from tests.running import REPOSITORY

EXAMPLES = REPOSITORY / "examples"
LOADS = [(name, output_format) for name in PROMISES for output_format in FORMATS]


def schema_of(name: str) -> DatasetSchema:
    """An example as it is read: without faults and warnings."""
    reading = read_config(EXAMPLES / f"{name}.yaml")
    assert not reading.faults
    assert not reading.warnings
    assert reading.schema is not None
    return reading.schema


def declared(schema: DatasetSchema) -> Counter[str]:
    """The primary keys, references and sets that the document states, as PostgreSQL names kinds of constraints."""
    counts: Counter[str] = Counter()
    for table in schema.tables:
        counts["p"] += any(column.primary_key for column in table.columns)
        counts["f"] += sum(not fk.parents for fk in table.foreign_keys)
        counts["u"] += len(table.unique) + sum(column.unique for column in table.columns)
    return counts


def test_every_example_has_promises() -> None:
    assert {path.stem for path in EXAMPLES.iterdir()} == set(PROMISES)
    assert len(schema_of("erp").tables) >= 40


@pytest.mark.parametrize(("name", "output_format"), LOADS)
def test_postgresql_finds_every_promise_kept(
    postgresql: Postgresql, tmp_path: Path, name: str, output_format: str
) -> None:
    syndata.write(EXAMPLES / f"{name}.yaml", tmp_path, output_format=output_format)  # type: ignore[arg-type] # one of FORMATS
    database = f"{name}_{output_format}"
    postgresql.create(database)
    done = load_postgresql(postgresql, database, tmp_path)

    assert done.returncode == 0, done.stderr
    kinds = "FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND convalidated"
    found = dict(line.split("|") for line in postgresql.ask(database, f"SELECT contype, count(*) {kinds} GROUP BY 1").splitlines())  # fmt: skip
    stated = declared(schema_of(name))
    assert [int(found.get(kind, 0)) for kind in "pf"] == [stated[kind] for kind in "pf"]
    # A sequence is unique without being told.
    assert int(found.get("u", 0)) >= stated["u"]
    broken = {promise: rows for promise, query in PROMISES[name].items() if (rows := postgresql.ask(database, query))}
    assert not broken


@pytest.mark.parametrize("name", PROMISES)
def test_sqlite_finds_every_promise_kept(tmp_path: Path, name: str) -> None:
    syndata.write(EXAMPLES / f"{name}.yaml", tmp_path, output_format="sql")

    with closing(sqlite3.connect(load_sqlite(tmp_path))) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        kept = sum(len(re.findall(r"FOREIGN KEY \(", sql)) for (sql,) in database.execute("SELECT sql FROM sqlite_schema WHERE sql LIKE 'CREATE TABLE%'"))  # fmt: skip
        assert kept == declared(schema_of(name))["f"]
        broken = {promise: rows for promise, query in PROMISES[name].items() if (rows := database.execute(query).fetchmany(3))}  # fmt: skip
        assert not broken


BREAKS = [
    ("social", "UPDATE follows SET follower_id = followed_id", "CHECK"),
    ("social", "UPDATE comments SET parent_id = 99 WHERE parent_id IS NOT NULL", "FOREIGN KEY"),
    ("workspaces", "UPDATE issues SET author_id = reviewer_id", "CHECK"),
    ("workspaces", "UPDATE people SET manager_id = 1000 WHERE manager_id IS NOT NULL", "FOREIGN KEY"),
    ("workspaces", "UPDATE comments SET place = 1", "UNIQUE"),
    ("ledger", "UPDATE lines SET amount = NULL", "NOT NULL"),
    ("ledger", "DELETE FROM accounts", "FOREIGN KEY"),
    ("organisation", "UPDATE departments SET head_id = 1", "FOREIGN KEY"),
    ("northwind", 'UPDATE "Orders" SET "ShippedDate" = \'1990-01-01\'', "CHECK"),
    ("crm", "UPDATE opportunities SET contact_id = (SELECT max(id) FROM contacts)", "FOREIGN KEY|CHECK"),
]


@pytest.mark.parametrize(("name", "change", "error"), BREAKS)
def test_the_database_itself_keeps_it_so(tmp_path_factory: pytest.TempPathFactory, name: str, change: str, error: str) -> None:  # fmt: skip
    directory = tmp_path_factory.mktemp(name)
    syndata.write(EXAMPLES / f"{name}.yaml", directory, output_format="sql")

    with closing(sqlite3.connect(load_sqlite(directory), isolation_level=None)) as database:
        database.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError, match=error):
            database.execute(change)


UNNOTICED = [
    ("northwind", 'UPDATE "Orders" SET "ShipCity" = \'elsewhere\' WHERE "OrderID" = 10300', "an order goes where its customer lives"),
    ("crm", "UPDATE activities SET about_id = 1000000 WHERE id = 7", "what is done is about something"),
    ("erp", "UPDATE payments SET amount = amount + 0.01 WHERE id = 20", "invoices.paid sums payments"),
    ("organisation", "UPDATE employees SET manager_id = id WHERE id = (SELECT max(id) FROM employees)", "employees.manager_id holds every row once"),
    ("social", "DELETE FROM follows WHERE rowid = 5", "users.followers counts follows"),
    ("analytics", "UPDATE actions SET happened_at = '2035-01-01T00:00:00Z' WHERE id = 5", "a visit ends with its last action"),
    ("analytics", "DELETE FROM friendships WHERE one_city <> other_city", "four friendships in five stay in the city"),
    ("workspaces", "UPDATE people SET manager_id = NULL WHERE id = 2", "people.manager_id has 1 roots in each workspace_id"),
    ("ledger", "UPDATE lines SET amount = amount + 0.01 WHERE rowid = 100", "every day cancels out over all accounts"),
    ("ledger", "UPDATE lines SET account_id = (SELECT max(id) FROM accounts), place = 0 WHERE rowid = 100", "the closing balances of every account and day follow from its lines"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "promise"), UNNOTICED)
def test_a_broken_promise_is_found(tmp_path: Path, name: str, change: str, promise: str) -> None:
    """What no constraint of the database notices, the question finds."""
    syndata.write(EXAMPLES / f"{name}.yaml", tmp_path, output_format="sql")

    with closing(sqlite3.connect(load_sqlite(tmp_path), isolation_level=None)) as database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        assert database.execute(change).rowcount >= 1
        assert database.execute(PROMISES[name][promise]).fetchone() is not None


@pytest.mark.parametrize("name", PROMISES)
def test_any_slice_is_what_the_whole_has_there(name: str) -> None:
    """Rows in the middle of every table, made alone, are those of the whole."""
    from tests.unit.kinds.making import dataset_of

    for table in dataset_of(EXAMPLES / f"{name}.yaml").tables.values():
        rows = table.planned.rows
        whole = table.batch(0, rows)
        for first, last in ((rows // 3, rows // 3 + 7), (max(rows - 5, 0), rows)):
            last = min(last, rows)  # noqa: PLW2901 -- small tables end sooner
            assert table.batch(first, last).equals(whole.slice(first, last - first))


@pytest.mark.parametrize("name", PROMISES)
def test_a_description_read_from_its_own_tables_loads_too(tmp_path: Path, name: str) -> None:
    """What creates the tables is a description again: with rows by guesses, and the same constraints."""
    syndata.write(EXAMPLES / f"{name}.yaml", tmp_path / "first", output_format="sql")
    text = import_ddl((tmp_path / "first" / "schema.postgresql.sql").read_text(), rows=120).text
    (tmp_path / "read.yaml").write_text(text)
    syndata.write(tmp_path / "read.yaml", tmp_path / "second", output_format="sql")

    with closing(sqlite3.connect(load_sqlite(tmp_path / "second"))) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        assert set(tables) == {table.name for table in schema_of(name).tables}
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
