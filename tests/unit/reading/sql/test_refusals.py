"""SQL that cannot be read is refused with its place; nothing else stops an import."""

from __future__ import annotations

import pytest

from syndata.databases import read_ddl
from syndata_contracts.errors import Refused


@pytest.mark.parametrize(
    ("ddl", "line", "what"),
    [
        ("CREATE TABLE t (a int,\n, b int)", 2, "a comma too many"),
        ("CREATE TABLE t (a int,\n b varchar(3)", 1, "never closed"),
        ("CREATE TABLE t (\n a int, b int, a text)", 2, "two columns a"),
        ("\nCRATE TABLE t (a int)", 2, "'CRATE' begins no statement"),
        ("CREATE TABLE t (\n a int DEFAULT 'x\n)", 2, "has no ' at its end"),
        ("CREATE TABLE t (a int);\n/* and so on", 2, "has no */ at its end"),
        ("CREATE TABLE t (a int, PRIMARY KEY (b))", 1, "names b, which is no column"),
        ("CREATE TABLE t (a int);\nCREATE TABLE t (a int)", 2, "was made in line 1 already"),
        ("CREATE TABLE t (a int);\nALTER TABLE u ADD PRIMARY KEY (a)", 2, "there is no table u above"),
        ("CREATE TABLE t (a int, b int, FOREIGN KEY (a, b) REFERENCES t (a))", 1, "2 columns refer to 1"),
        ("CREATE TABLE t (a int, FOREIGN KEY (a))", 1, "without REFERENCES"),
        ("SELECT 1", 1, "no CREATE TABLE"),
        ("CREATE TABLE", 1, "ends too early"),
        ("CREATE TABLE 5 (a int)", 1, "expected the name of the table, got '5'"),
        ("CREATE TABLE t ()", 1, "empty"),
    ],
)
def test_broken_sql_is_refused_with_its_place(ddl: str, line: int, what: str) -> None:
    with pytest.raises(Refused) as refused:
        read_ddl(ddl, file="shop.sql")

    fault = refused.value.faults[0]
    assert (fault.file, fault.line) == ("shop.sql", line)
    assert what in fault.what
    assert fault.fix


def test_every_fault_is_told_at_once() -> None:
    ddl = "CREATE TABLE t (a int, , b int);\nCREATE TABLE u (a int, a int);\nCRATE TABLE v (a int);"

    with pytest.raises(Refused) as refused:
        read_ddl(ddl)
    assert [fault.line for fault in refused.value.faults] == [1, 2, 3]


def test_an_unknown_dialect_is_refused() -> None:
    with pytest.raises(Refused, match="dialect 'klingon' is not known"):
        read_ddl("CREATE TABLE t (a int)", "klingon")


@pytest.mark.parametrize(
    "ddl",
    [
        "CREATE TABLE t (a int REFERENCES nowhere(id))",
        "CREATE TABLE t (a int, b int, FOREIGN KEY (a, b) REFERENCES u (c, d)); CREATE TABLE u (c int)",
        "CREATE TABLE t (a frobnicator(3, 4) NOT NULL GLORIOUS)",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a) STORED, UNIQUE (b), PRIMARY KEY (a, b))",
        "CREATE TABLE t (a int NOT NULL REFERENCES t(b), b int NOT NULL REFERENCES t(a), PRIMARY KEY (a, b))",
        "CREATE TABLE a (id int primary key references b); CREATE TABLE b (id int primary key references a)",
        "CREATE TABLE t (a int PRIMARY KEY, b int CHECK (b > 5 AND b < 3))",
        "CREATE TABLE t (a int PRIMARY KEY, b int, c int, CHECK (b > c), CHECK (c > b))",
        "CREATE TABLE t (a boolean PRIMARY KEY, b json UNIQUE, c bytea NOT NULL UNIQUE)",
        "CREATE TABLE t (a decimal(40,20) PRIMARY KEY, b decimal(3,3) UNIQUE, c varchar(1) UNIQUE)",
        "CREATE TABLE t (a text, b text, c text, UNIQUE (a, b), UNIQUE (b, c), UNIQUE (c, a))",
        "CREATE TABLE t (a text CHECK (a ~ '^(?=x)x$'), b text CHECK (length(b) > 200 AND length(b) < 100))",
        "CREATE TABLE t (a date PRIMARY KEY CHECK (a > '2020-01-01'), b date CHECK (b < '1999-12-31'))",
        'CREATE TABLE "a/b" (" " int, "x\ty" int, "z#: {" int)',
        "CREATE TABLE plan (a int); CREATE TABLE con (b int)",
    ],
)
def test_whatever_a_table_demands_it_becomes_a_configuration(ddl: str) -> None:
    """Planning takes what is handed over; what cannot be met is given up, and said."""
    from syndata import plan

    assert plan(read_ddl(ddl)).tables


def test_a_database_of_which_no_column_can_be_made_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        read_ddl('CREATE TABLE "t" (" " int);')

    (fault,) = refusal.value.faults
    assert "the table t is left out: it has no columns to make" in fault.what
    assert fault.line == 1
    assert fault.fix
