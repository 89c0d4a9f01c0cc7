"""A real PostgreSQL: read live and from its own dump, and rows that load back with all constraints on."""

from __future__ import annotations

import itertools
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml

import syndata
from syndata.databases import import_database, import_ddl
from tests.e2e.sql.cluster import Postgresql

SHOP = r"""
CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s');
CREATE DOMAIN positive AS integer NOT NULL CHECK (VALUE > 0);
CREATE TABLE people (
    id serial PRIMARY KEY, "Full Name" varchar(60) NOT NULL, email varchar(40) NOT NULL UNIQUE, feeling mood NOT NULL,
    born date CHECK (born < '2010-01-01'), seen timestamptz, noted timestamp(0), balance numeric(10,2) NOT NULL CHECK (balance >= 0),
    token uuid NOT NULL, tags text[] NOT NULL, data jsonb NOT NULL, addr inet, net cidr, score double precision CHECK (score BETWEEN 0 AND 1),
    kind varchar(12) NOT NULL CHECK (kind IN ('new', 'old')), size positive, code char(3) CHECK (code ~ '^[A-Z]{3}$'),
    at time, lasts interval, raw bytea NOT NULL, mask bit(5), mac macaddr, doubled int GENERATED ALWAYS AS (id * 2) STORED,
    boss_id int REFERENCES people, CHECK (length("Full Name") > 2)
);
COMMENT ON TABLE people IS 'Who we know';
COMMENT ON COLUMN people.seen IS 'Last seen';
CREATE UNIQUE INDEX people_lower ON people (lower(email));
CREATE TABLE rooms (site char(4) NOT NULL, floor smallint NOT NULL, starts date NOT NULL, ends date NOT NULL, name text,
    PRIMARY KEY (site, floor), CHECK (ends > starts));
CREATE SCHEMA audit;
CREATE TABLE audit.visits (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, person_id int NOT NULL REFERENCES people ON DELETE CASCADE,
    site char(4), floor smallint, FOREIGN KEY (site, floor) REFERENCES rooms (site, floor),
    came_at timestamp NOT NULL, left_at timestamp, CHECK (left_at >= came_at), UNIQUE (person_id, came_at)
);
CREATE TABLE visit_lines (visit_id bigint REFERENCES audit.visits, line smallint, price numeric(6,2) CHECK (price > 0), PRIMARY KEY (visit_id, line));
"""
ORDER = {"people": "people", "rooms": "rooms", "visits": "audit.visits", "visit_lines": "visit_lines"}
"""Tables by the names of their files, parents first."""
_numbers = itertools.count()


@pytest.fixture
def database(postgresql: Postgresql, tmp_path: Path) -> str:
    """A database with the tables in it."""
    name = f"imported{next(_numbers)}"
    postgresql.create(name)
    (tmp_path / "shop.sql").write_text(SHOP)
    done = postgresql.run(name, "-f", str(tmp_path / "shop.sql"))
    assert done.returncode == 0, done.stderr
    return name


def url_of(postgresql: Postgresql, database: str) -> str:
    """Where SQLAlchemy finds the server: a socket in its directory."""
    socket = quote(f"{postgresql.directory}/.s.PGSQL.5432", safe="")
    return f"postgresql+pg8000://tester:not-asked-for@/{database}?unix_sock={socket}"


def load(postgresql: Postgresql, database: str, configuration: str, directory: Path) -> None:
    """Make CSV files and copy them in, every constraint on."""
    syndata.write(configuration, directory / "out", output_format="csv")
    directory.chmod(0o755)
    script = ""
    for file, table in ORDER.items():
        path = directory / "out" / f"{file}.csv"
        names = ", ".join(f'"{name}"' for name in path.read_text().splitlines()[0].replace('"', "").split(","))
        script += f"\\copy {table} ({names}) FROM '{path}' WITH (FORMAT csv, HEADER true)\n"
    (directory / "load.sql").write_text(script)
    done = postgresql.run(database, "-1", "-f", str(directory / "load.sql"))
    assert done.returncode == 0, done.stderr
    for table in ORDER.values():
        assert postgresql.ask(database, f"SELECT count(*) FROM {table}") == "120"  # noqa: S608 -- our own names


def test_what_was_read_from_a_live_server_loads_into_it(postgresql: Postgresql, database: str, tmp_path: Path) -> None:
    imported = import_database(url_of(postgresql, database), rows=120)

    assert not [warning for warning in imported.warnings if "not taken over" in warning.what]
    load(postgresql, database, imported.text, tmp_path)


def test_what_was_read_from_the_ddl_loads_into_it(postgresql: Postgresql, database: str, tmp_path: Path) -> None:
    imported = import_ddl(SHOP, rows=120)

    assert not [warning for warning in imported.warnings if "not taken over" in warning.what]
    load(postgresql, database, imported.text, tmp_path)


def test_a_dump_of_the_server_is_read_too(postgresql: Postgresql, database: str, tmp_path: Path) -> None:
    dumped = subprocess.run(
        ["pg_dump", "--schema-only", database],
        env=postgresql.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    imported = import_ddl(dumped.stdout, rows=120)

    assert not [warning for warning in imported.warnings if "not taken over" in warning.what]
    load(postgresql, database, imported.text, tmp_path)


def test_live_and_written_say_the_same(postgresql: Postgresql, database: str) -> None:
    """Tables, names, types, rules, keys and references are those that the DDL gives."""
    live = yaml.safe_load(import_database(url_of(postgresql, database), rows=50).text)["tables"]
    written = yaml.safe_load(import_ddl(SHOP, "postgres", rows=50).text)["tables"]

    by_name = {table["table_name"]: table for table in live}
    for table in written:
        assert by_name[table["table_name"]] == table, table["table_name"]


def test_rows_of_a_live_server_are_counted_and_those_of_large_tables_taken_from_its_statistics(
    postgresql: Postgresql, database: str
) -> None:
    """In every schema; empty ones are guessed."""
    postgresql.ask(
        database, "INSERT INTO rooms SELECT 'a', n, '2020-01-01', '2020-02-01' FROM generate_series(1, 11) n"
    )
    postgresql.ask(database, "UPDATE pg_class SET reltuples = 2500000 WHERE relname = 'people'")
    visit = "INSERT INTO audit.visits (person_id, came_at) VALUES (1, now())"
    postgresql.ask(database, f"SET session_replication_role = replica; {visit}")
    tables = yaml.safe_load(import_database(url_of(postgresql, database)).text)["tables"]

    assert {table["table_name"]: table["rows"] for table in tables} == {
        "people": 2_500_000, "rooms": 11, "visits": 1, "visit_lines": 9000,
    }  # fmt: skip


def test_tables_that_may_not_be_read_are_said_and_guessed(postgresql: Postgresql, database: str) -> None:
    postgresql.ask(database, "CREATE ROLE clerk LOGIN; GRANT USAGE ON SCHEMA audit TO clerk")
    postgresql.ask(
        database, "INSERT INTO rooms SELECT 'a', n, '2020-01-01', '2020-02-01' FROM generate_series(1, 11) n"
    )
    postgresql.ask(database, "GRANT SELECT ON rooms TO clerk")
    imported = import_database(url_of(postgresql, database).replace("tester", "clerk"))

    assert [warning.path for warning in imported.warnings if "rows could not be counted" in warning.what] == [
        "people", "visit_lines", "visits",
    ]  # fmt: skip
    assert {table["table_name"]: table.get("rows") for table in yaml.safe_load(imported.text)["tables"]} == {
        "people": None, "rooms": 11, "visit_lines": 9000, "visits": 3000,
    }  # fmt: skip


def test_a_live_server_is_only_read_and_its_credentials_are_not_told(postgresql: Postgresql, database: str) -> None:
    """The comment that says where the tables come from names the database, and no user, password or option."""
    text = import_database(url_of(postgresql, database)).text

    assert f"postgresql database {database}" in text.splitlines()[0]
    assert "tester" not in text
    assert "not-asked-for" not in text
    assert str(postgresql.directory) not in text
