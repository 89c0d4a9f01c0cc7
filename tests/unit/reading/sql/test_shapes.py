"""Databases of every shape: their rows load into them, with every constraint on."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import syndata
from syndata.databases import import_ddl
from tests.unit.reading.sql import shapes
from tests.unit.reading.sql.loading import load_into_sqlite

LOADED = {
    "tree": shapes.TREE,
    "crm": shapes.CRM,
    "workspaces": shapes.WORKSPACES,
    "circle": shapes.CIRCLE,
    "sqlite": shapes.SQLITE,
}


@pytest.mark.parametrize("ddl", LOADED.values(), ids=LOADED)
def test_rows_load_with_every_constraint_on(ddl: str, tmp_path: Path) -> None:
    """As many rows as were asked for in every table, and not one refused by the database."""
    imported = import_ddl(ddl, rows=90)

    assert set(load_into_sqlite(ddl, imported.text, tmp_path / "out").values()) == {90}


def test_northwind_loads(tmp_path: Path) -> None:
    """Eleven tables with a tree, pairs of references as keys, checks, and names in brackets and backticks."""
    imported = import_ddl(shapes.NORTHWIND, rows=77)

    assert not [warning for warning in imported.warnings if "not taken over" in warning.what]
    counts = load_into_sqlite(shapes.NORTHWIND, imported.text, tmp_path / "out")
    assert len(counts) == 11
    assert counts["Order Details"] == counts["Orders"] == 77


def columns(text: str, table: str) -> dict[str, dict[str, object]]:
    """The columns of a table of a configuration, by name."""
    tables = yaml.safe_load(text)["tables"]
    found = next(one for one in tables if one["table_name"] == table)
    return {column["name"]: column for column in found["columns"]}


def test_mysql_is_read_as_mysql_means_it() -> None:
    """Backticks, ENUM, tinyint(1), AUTO_INCREMENT, keys that come by ALTER TABLE, and comments."""
    text = syndata_text(shapes.MYSQL)
    users, posts = columns(text, "users"), columns(text, "posts")

    assert users["id"]["rule"] == posts["id"]["rule"] == "sequence"
    assert users["role"]["rule"] == {"type": "choice", "value": ["admin", "member"]}
    assert users["role"]["description"] == "what one may do"
    assert users["active"]["type"] == "bool"
    assert users["login"]["unique"] is True
    assert "rule" not in posts["user_id"]
    assert posts["user_id"]["nullable"] is False
    assert "# people" in text


def test_a_dump_of_postgresql_is_read() -> None:
    """Types and domains, keys and defaults that come later, casts in checks, rows of COPY, and two schemas."""
    text = syndata_text(shapes.POSTGRES)
    people, events = columns(text, "people"), columns(text, "events")

    assert people["id"]["rule"] == events["id"]["rule"] == "sequence"
    assert people["mood"]["rule"] == {"type": "choice", "value": ["sad", "ok", "happy"]}
    assert people["kind"]["rule"] == {"type": "choice", "value": ["new", "old"]}
    assert 'unique:\n      - {columns: [token], where: {column: kind, operator: "==", value: new}}' in text
    assert people["size"]["rule"]["min"] == 1  # type: ignore[index] # a mapping of the document
    assert people["seen"]["description"] == "Last seen"
    assert "Full Name" in people
    assert "rule" not in events["person_id"]
    assert "nonsense" not in text


def test_what_is_not_taken_over_is_said_with_its_line() -> None:
    text = syndata_text(shapes.POSTGRES)

    for line, what in (
        (23, "EXCLUDE USING gist"),
        (27, "not read: CREATE FUNCTION"),
    ):
        assert any(f"line {line}:" in comment and what in comment for comment in text.splitlines()), what


def test_columns_that_the_database_computes_are_left_out() -> None:
    text = syndata_text(shapes.SQLITE)

    assert "half" not in columns(text, "odd names")
    assert "half is left out" in text


def test_a_configuration_can_be_generated_from_as_it_stands() -> None:
    made = syndata.generate(import_ddl(shapes.CRM, rows=20).text)

    assert {table.num_rows for table in made.values()} == {20}
    assert set(made["deals"]["stage"].to_pylist()) <= {"lead", "open", "won", "lost"}


def test_tables_of_one_name_in_two_schemas_stay_apart() -> None:
    text = syndata_text("CREATE TABLE a.t (id int primary key); CREATE TABLE b.t (id int references a.t(id));")

    assert [table["table_name"] for table in yaml.safe_load(text)["tables"]] == ["a.t", "b.t"]
    assert "parent_table: a.t" in text


def test_small_keys_limit_the_rows() -> None:
    """A key of 3 values tells 3 rows apart, and so does the table that has one row for each of them."""
    ddl = """
    CREATE TABLE sizes (size CHAR(1) PRIMARY KEY CHECK (size IN ('S', 'M', 'L')));
    CREATE TABLE prices (size CHAR(1) PRIMARY KEY REFERENCES sizes, price DECIMAL(6,2) NOT NULL);
    CREATE TABLE shirts (id INT PRIMARY KEY, size CHAR(1) NOT NULL REFERENCES sizes);
    """
    made = syndata.generate(syndata_text(ddl))

    assert [made[name].num_rows for name in ("sizes", "prices", "shirts")] == [3, 3, 1000]


def test_checks_that_cannot_be_kept_are_said() -> None:
    text = syndata_text("CREATE TABLE t (a int primary key, b int, CHECK (a + b > 3),\n CHECK (b LIKE '1%'))")

    assert "line 1: CHECK (a + b > 3) is not taken over; rows may break it" in text
    assert "line 2: CHECK (b LIKE '1%') is not taken over; rows may break it" in text


def test_orders_of_columns_hold() -> None:
    ddl = """CREATE TABLE t (id int primary key, low decimal(8,2), high decimal(8,2), ordered date, shipped date,
    CHECK (high > low), CHECK (shipped >= ordered AND low >= 10))"""
    rows = syndata.generate(syndata_text(ddl))["t"].to_pylist()

    assert all(row["high"] > row["low"] >= 10 for row in rows if None not in {row["high"], row["low"]})
    assert all(row["shipped"] >= row["ordered"] for row in rows if None not in {row["shipped"], row["ordered"]})


def syndata_text(ddl: str) -> str:
    """The configuration of a text of SQL."""
    return import_ddl(ddl).text


APART = """
CREATE TABLE workspaces (id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 6));
CREATE TABLE accounts (workspace_id INT NOT NULL REFERENCES workspaces(id), id INT NOT NULL, parent_id INT,
  PRIMARY KEY (workspace_id, id), FOREIGN KEY (workspace_id, parent_id) REFERENCES accounts (workspace_id, id));
CREATE TABLE transfers (id INTEGER PRIMARY KEY, workspace_id INT NOT NULL REFERENCES workspaces(id), "from" INT NOT NULL, "to" INT NOT NULL,
  checker INT, CHECK ("from" <> "to"), FOREIGN KEY (workspace_id, "from") REFERENCES accounts (workspace_id, id),
  FOREIGN KEY (workspace_id, "to") REFERENCES accounts (workspace_id, id),
  FOREIGN KEY (workspace_id, checker) REFERENCES accounts (workspace_id, id));
"""


def test_trees_and_references_inside_a_workspace_are_taken_over(tmp_path: Path) -> None:
    """A forest in every workspace, two accounts of one that differ, and NULL for the column that may be."""
    imported = import_ddl(APART, rows=60)
    document = yaml.safe_load(imported.text)
    transfers = document["tables"][2]

    assert not [warning for warning in imported.warnings if "not taken over" in warning.what]
    assert transfers["constraints"] == ['"from" != "to"']
    assert [link.get("null_rate", 0) for link in transfers["foreign_keys"] if "checker" in str(link)] == ["10%"]
    assert load_into_sqlite(APART, imported.text, tmp_path / "out")["transfers"] == 60
    threads = import_ddl(shapes.WORKSPACES, rows=60)
    assert "parent_id" in threads.text.split("table_name: threads")[1].split("foreign_keys")[1]
    assert load_into_sqlite(shapes.WORKSPACES, threads.text, tmp_path / "threads")["threads"] == 60


def test_where_nobody_else_is_left_the_reference_stays_and_the_check_is_told() -> None:
    text = import_ddl(APART.replace(" CHECK (id BETWEEN 1 AND 6)", ""), rows=60).text

    assert (
        "CHECK (from <> to) is not taken over; rows may break it: some rows of workspaces have less than two accounts"
        in text
    )
    assert "FOREIGN KEY" not in text


def test_columns_that_differ_and_refer_to_nothing_are_told() -> None:
    text = syndata_text('CREATE TABLE t (a int, b int, CHECK (a <> b), "c`" int, CHECK (a <> a))')

    assert "CHECK (a <> b) is not taken over; rows may break it" in text
    assert "CHECK (a <> a) is not taken over; rows may break it" in text
