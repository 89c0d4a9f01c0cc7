"""`syndata import`, as a user runs it: from a file of SQL, and from a SQLite database."""

from __future__ import annotations

import csv
import sqlite3
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from tests.running import REPOSITORY, Command
from tests.unit.reading.sql import shapes
from tests.unit.reading.sql.loading import load_into_sqlite


@pytest.fixture
def crm(tmp_path: Path) -> Path:
    """A file of SQL."""
    path = tmp_path / "crm.sql"
    path.write_text(shapes.CRM)
    return path


def test_from_a_file_of_sql_to_rows_in_its_database(syndata: Command, crm: Path, tmp_path: Path) -> None:
    """Import, validate, generate, insert: what the command says is next works as it stands."""
    outcome = syndata("import", "--ddl", crm, "--rows", "50", "--output", tmp_path / "crm.yaml")
    assert outcome.code == 0, outcome.err
    assert "5 tables" in outcome.err
    assert "next: syndata generate --config" in outcome.err

    assert syndata("validate", "--config", tmp_path / "crm.yaml", "--strict").code == 0
    counts = load_into_sqlite(shapes.CRM, (tmp_path / "crm.yaml").read_text(), tmp_path / "out")
    assert set(counts.values()) == {50}


def test_without_output_the_configuration_goes_to_standard_output(inside: Command, crm: Path) -> None:
    outcome = inside("import", "--ddl", crm)

    assert outcome.out.startswith(f"# Read from {crm}")
    assert "table_name: deals" in outcome.out
    assert "5 tables" in outcome.err


def test_as_json(inside: Command, tmp_path: Path) -> None:
    (tmp_path / "t.sql").write_text("CREATE TABLE t (a int, CHECK (a % 2 = 0));\nDROP TABLE x;")
    document = inside("import", "--ddl", tmp_path / "t.sql", "--json").document

    assert (document["tables"], document["columns"], document["references"]) == (1, 1, 0)
    assert any("a % 2 = 0" in warning for warning in document["warnings"])
    assert any("DROP TABLE" in warning for warning in document["warnings"])
    assert "table_name: t" in document["configuration"]


def test_broken_sql_is_refused_with_file_line_and_fix(inside: Command, tmp_path: Path) -> None:
    path = tmp_path / "broken.sql"
    path.write_text("CREATE TABLE t (\n  a int,\n  , b int\n);\n")
    outcome = inside("import", "--ddl", path)

    assert outcome.code == 3
    assert f"{path}:" in outcome.err
    assert "fix: remove the comma" in outcome.err


def test_a_file_that_is_there_already_is_kept(inside: Command, crm: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("tables: {}\n")
    outcome = inside("import", "--ddl", crm, "--output", tmp_path / "mine.yaml")

    assert outcome.code == 3
    assert (tmp_path / "mine.yaml").read_text() == "tables: {}\n"


@pytest.mark.parametrize(
    "arguments",
    [[], ["--ddl", "x.sql", "--database", "sqlite:///x"], ["--database", "sqlite:///x", "--dialect", "mysql"]],
)
def test_one_source_is_named(inside: Command, arguments: list[str]) -> None:
    assert inside("import", *arguments).code == 2


def test_files_of_sql_server_are_utf_16(inside: Command, tmp_path: Path) -> None:
    (tmp_path / "t.sql").write_text(
        "CREATE TABLE [dbo].[größe] ([id] INT IDENTITY(1,1) PRIMARY KEY)\nGO\n", encoding="utf-16"
    )
    outcome = inside("import", "--ddl", tmp_path / "t.sql")

    assert 'table_name: "größe"' in outcome.out
    assert "rule: sequence" in outcome.out


@pytest.mark.parametrize(
    "ddl",
    [shapes.NORTHWIND, shapes.WORKSPACES, shapes.SQLITE, shapes.TREE],
    ids=["northwind", "workspaces", "sqlite", "tree"],
)
def test_a_live_database_says_what_its_ddl_says(inside: Command, ddl: str, tmp_path: Path) -> None:
    """Reflected tables make rows that load, and the file is not touched."""
    path = tmp_path / "live.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(ddl)
    before = path.read_bytes()
    outcome = inside("import", "--database", f"sqlite:///{path}", "--rows", "40", "--output", tmp_path / "live.yaml")

    assert outcome.code == 0, outcome.err
    counts = load_into_sqlite(ddl, (tmp_path / "live.yaml").read_text(), tmp_path / "out")
    assert set(counts.values()) == {40}
    assert path.read_bytes() == before
    assert {entry.name for entry in tmp_path.iterdir()} >= {"live.db", "live.yaml"}


def test_tables_of_a_live_database_get_the_rows_that_they_have(inside: Command, tmp_path: Path) -> None:
    """Also where a child has many more than its parent; one that is empty is guessed, and said to be."""
    path = tmp_path / "live.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(SHOP)
        database.executemany(
            "INSERT INTO customers VALUES (?, ?, 'x')", [(number, f"c{number}") for number in range(7)]
        )
        database.executemany("INSERT INTO orders VALUES (?, ?)", [(number, number % 3) for number in range(45)])
        database.commit()
    outcome = inside("import", "--database", f"sqlite:///{path}", "--output", tmp_path / "live.yaml")

    assert outcome.code == 0, outcome.err
    text = (tmp_path / "live.yaml").read_text()
    assert "rows: 7  # as in the database" in text
    assert "rows: 9000  # there are none in the database; guessed: 3 for each of orders" in text
    assert "fan_out: {histogram: [[0, 4], [15, 3]]}" in text
    counts = load_into_sqlite(SHOP, text, tmp_path / "out")
    assert counts == {"customers": 7, "orders": 45, "lines": 9000}
    orders = Counter(row["customer_id"] for row in rows_in(tmp_path / "out" / "orders.csv"))
    assert sorted(orders.values()) == [15, 15, 15]


def test_children_per_parent_and_missing_parents_are_those_of_the_database(inside: Command, tmp_path: Path) -> None:
    """Also where references are a key together; with very many numbers of children, neighbours are one."""
    ddl = """
    CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, boss INT REFERENCES people(id));
    CREATE TABLE clubs (id INTEGER PRIMARY KEY, label TEXT, motto TEXT);
    CREATE TABLE members (person INT NOT NULL REFERENCES people(id), club INT NOT NULL REFERENCES clubs(id), PRIMARY KEY (person, club));
    CREATE TABLE calls (id INTEGER PRIMARY KEY, person INT REFERENCES people(id), minutes INT);
    CREATE TABLE cards (person INT PRIMARY KEY REFERENCES people(id), code TEXT);
    """
    path = tmp_path / "live.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(ddl)
        database.executemany("INSERT INTO people VALUES (?, 'x', NULL, NULL)", [(one,) for one in range(120)])
        database.executemany("INSERT INTO clubs VALUES (?, 'x', NULL)", [(one,) for one in range(9)])
        pairs = [(one, club) for one in range(120) for club in range(one % 4)]
        database.executemany("INSERT INTO members VALUES (?, ?)", pairs)
        calls = [(one,) for one in range(120) for _ in range(one)] + [(None,)] * 60
        database.executemany("INSERT INTO calls (person) VALUES (?)", calls)
        database.executemany("INSERT INTO cards VALUES (?, 'x')", [(one,) for one in range(50)])
        database.commit()
    outcome = inside("import", "--database", f"sqlite:///{path}", "--output", tmp_path / "live.yaml")

    assert outcome.code == 0, outcome.err
    assert "not taken over" not in outcome.err
    assert "as many each" not in outcome.err
    assert load_into_sqlite(ddl, (tmp_path / "live.yaml").read_text(), tmp_path / "out") == {
        "people": 120, "clubs": 9, "members": len(pairs), "calls": len(calls), "cards": 50,
    }  # fmt: skip
    families = Counter(row["person"] for row in rows_in(tmp_path / "out" / "members.csv"))
    assert set(families.values()) == {1, 2, 3}
    assert len(families) < 120
    called = Counter(row["person"] for row in rows_in(tmp_path / "out" / "calls.csv"))
    assert called.pop("") == 60
    assert min(called.values()) < 5
    assert 110 < max(called.values()) <= 119


def test_a_live_database_without_rows_is_guessed_as_its_ddl_is(inside: Command, tmp_path: Path) -> None:
    (tmp_path / "shop.sql").write_text(SHOP)
    with closing(sqlite3.connect(tmp_path / "live.db")) as database:
        database.executescript(SHOP)
    live = inside("import", "--database", f"sqlite:///{tmp_path}/live.db").out
    written = inside("import", "--ddl", tmp_path / "shop.sql").out

    assert yaml.safe_load(live) | {"tables": 0} == yaml.safe_load(written) | {"tables": 0}
    assert rows_of(live) == rows_of(written) | {"customers": 1000}
    assert rows_of(written) == {"customers": None, "orders": 3000, "lines": 9000}


def rows_in(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(path.read_text().splitlines()))


def rows_of(configuration: str) -> dict[str, int | None]:
    """What each table states."""
    return {table["table_name"]: table.get("rows") for table in yaml.safe_load(configuration)["tables"]}


SHOP = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INT NOT NULL REFERENCES customers(id));
CREATE TABLE lines (order_id INT NOT NULL REFERENCES orders(id), line INT NOT NULL, price REAL, PRIMARY KEY (order_id, line));
"""


def test_unique_indexes_of_a_live_database_are_kept_or_said(inside: Command, tmp_path: Path) -> None:
    path = tmp_path / "live.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript("""
            CREATE TABLE t (a TEXT NOT NULL, b INT NOT NULL, c INT, d INT NOT NULL);
            CREATE UNIQUE INDEX one ON t (a COLLATE NOCASE DESC);
            CREATE UNIQUE INDEX two ON t (b) WHERE c > 3;
            CREATE UNIQUE INDEX three ON t (c + d);
            CREATE UNIQUE INDEX four ON t (d) WHERE abs(c) > 3;
        """)
    outcome = inside("import", "--database", f"sqlite:///{path}")

    assert outcome.out.count("unique: true") == 2
    assert '- {columns: [b], where: {column: c, operator: ">", value: 3}}' in outcome.out
    assert "(d) is unique everywhere, not only WHERE abs(c) > 3" in outcome.out
    assert "three" in outcome.out


def test_a_database_that_is_not_there_is_not_made(inside: Command, tmp_path: Path) -> None:
    outcome = inside("import", "--database", f"sqlite:///{tmp_path}/none.db")

    assert outcome.code == 3
    assert "there is no such file" in outcome.err
    assert not (tmp_path / "none.db").exists()


def test_what_is_not_installed_is_named(inside: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    outcome = inside("import", "--database", f"sqlite:///{tmp_path}/any.db")

    assert outcome.code == 3
    assert "needs sqlalchemy, which is not installed" in outcome.err
    assert f"make install in {REPOSITORY}, or pip install 'syndata[databases] @ file://{REPOSITORY}'" in outcome.err


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql://someone:hunter2@127.0.0.1:1/shop?application_name=hunter2", 4),
        ("klingon://someone:hunter2@host/shop", 3),
        ("someone:hunter2@host", 3),
        ("postgresql://someone:hunter2@host:port/shop", 3),
    ],
)
def test_credentials_are_never_shown(inside: Command, url: str, code: int) -> None:
    """Not when the server is away, and not when the URL is wrong."""
    outcome = inside("import", "--database", url)

    assert outcome.code == code, outcome.err
    assert "hunter2" not in outcome.out + outcome.err
    assert "someone" not in outcome.out + outcome.err
