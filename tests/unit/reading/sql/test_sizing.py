"""How many rows a table of a text of SQL gets, where nobody says it."""

from __future__ import annotations

import pytest
import yaml

from syndata.databases import import_ddl
from tests.unit.reading.sql import shapes

ENTITY = "CREATE TABLE people (id INT PRIMARY KEY, name TEXT, email TEXT, born DATE);"


def rows(ddl: str) -> dict[str, int]:
    """The rows of each table, as the document means them."""
    document = yaml.safe_load(import_ddl(ddl).text)
    return {table["table_name"]: table.get("rows", document["rows"]) for table in document["tables"]}


def test_children_are_a_few_for_each_parent() -> None:
    """At every level of the reference graph; where there are several parents, of the largest."""
    assert rows(shapes.CRM) == {
        "accounts": 1000, "contacts": 3000, "deals": 9000, "deal_lines": 27_000, "account_settings": 1000,
    }  # fmt: skip


@pytest.mark.parametrize(
    "lookup",
    [
        "CREATE TABLE moods (id INT PRIMARY KEY, label TEXT);",
        "CREATE TABLE moods (code CHAR(4) PRIMARY KEY);",
        'CREATE TABLE "ticketStatuses" (id INT PRIMARY KEY, label TEXT, note TEXT, sort INT);',
        "CREATE TABLE categories (id INT PRIMARY KEY, label TEXT, note TEXT, parent_id INT REFERENCES categories(id));",
    ],
)
def test_tables_that_others_choose_from_are_small(lookup: str) -> None:
    """And those that refer to nothing else are no children of theirs."""
    name = lookup.split()[2].strip('"')
    key = "code CHAR(4)" if "code" in lookup else "mood INT"
    found = rows(f'{lookup} CREATE TABLE tickets (id INT PRIMARY KEY, {key} REFERENCES "{name}");')

    assert found == {name: 20, "tickets": 1000}


def test_a_small_table_that_nobody_refers_to_is_no_such_table() -> None:
    assert rows("CREATE TABLE notes (id INT PRIMARY KEY, body TEXT);") == {"notes": 1000}


def test_associations_are_no_more_than_half_of_all_pairs() -> None:
    ddl = (
        """
    CREATE TABLE roles (id INT PRIMARY KEY, name TEXT);
    CREATE TABLE permissions (id INT PRIMARY KEY, name TEXT);
    CREATE TABLE grants (role INT REFERENCES roles, permission INT REFERENCES permissions, PRIMARY KEY (role, permission));
    CREATE TABLE sizes (size CHAR(1) PRIMARY KEY CHECK (size IN ('S', 'M', 'L')));
    """
        + ENTITY
    )
    people = "CREATE TABLE worn (person INT REFERENCES people, size CHAR(1) REFERENCES sizes, UNIQUE (size, person));"

    assert rows(ddl + people) == {
        "roles": 20,
        "permissions": 20,
        "grants": 60,
        "sizes": 3,
        "people": 1000,
        "worn": 3000,
    }


def test_one_for_each_is_as_many_as_there_are() -> None:
    """Whether the reference is the primary key or unique."""
    ddl = (
        ENTITY
        + """
    CREATE TABLE settings (person INT PRIMARY KEY REFERENCES people, dark BOOLEAN);
    CREATE TABLE badges (id INT PRIMARY KEY, person INT NOT NULL UNIQUE REFERENCES people);
    """
    )

    assert rows(ddl) == {"people": 1000, "settings": 1000, "badges": 1000}


def test_in_a_circle_the_reference_that_may_be_null_waits() -> None:
    """Whatever the order the tables are written in, and whoever else refers into the circle."""
    departments = "CREATE TABLE departments (id INT PRIMARY KEY, name TEXT, head INT REFERENCES employees);"
    employees = "CREATE TABLE employees (id INT PRIMARY KEY, department INT NOT NULL REFERENCES departments);"
    desks = "CREATE TABLE desks (id INT PRIMARY KEY, employee INT REFERENCES employees);"
    expected = {"departments": 1000, "employees": 3000, "desks": 9000}

    assert rows(departments + employees + desks) == rows(desks + employees + departments) == expected


def test_long_chains_end_at_a_hundred_thousand() -> None:
    tables = [ENTITY.replace("people", "t0")]
    tables += [f"CREATE TABLE t{n} (id INT PRIMARY KEY, up INT NOT NULL REFERENCES t{n - 1});" for n in range(1, 8)]

    assert list(rows("".join(tables)).values())[-4:] == [81_000, 100_000, 100_000, 100_000]


def test_each_guess_says_that_it_is_one_and_why() -> None:
    text = import_ddl(shapes.CRM).text

    assert text.splitlines()[1].startswith("# Rows are guessed: 20 of what others choose from, 3 for each")
    assert "rows: 3000  # guessed: 3 for each of accounts" in text
    assert not [warning for warning in import_ddl(shapes.CRM).warnings if "guessed" in warning.what]


def test_asked_for_rows_are_those_of_every_table() -> None:
    text = import_ddl(shapes.CRM, rows=90).text

    assert "guessed: 3" not in text
    assert "Rows are guessed" not in text
    assert not any("rows" in table for table in yaml.safe_load(text)["tables"])
