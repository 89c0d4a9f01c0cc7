"""Names of columns, and what is made for them; lengths are kept whatever it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
import yaml

import syndata
from syndata.databases import read_ddl
from syndata.preparing import prepare
from syndata.tables import bound
from syndata_engine.generation.texts.text import Case, Chars, Digits, Item, Lit, Masked, Pick, Piece, Switch, Text
from syndata_engine.planning import Overrides
from syndata_engine.reading.guesses import LONGEST, LONGEST_SENTENCE, SHORTEST, follows
from syndata_engine.reading.sql.sql_types import read_type


def rule(column: str, table: str = "things", before: str = "") -> object:
    """The rule of one column, as the configuration has it."""
    text = read_ddl(f"CREATE TABLE {table} ({before}{column} NOT NULL)", "sqlite")
    return yaml.safe_load(text)["tables"][0]["columns"][-1]["rule"]


@pytest.mark.parametrize(
    ("column", "table", "kind"),
    [
        ("email VARCHAR(255)", "users", "email"),
        ("customer_email TEXT", "orders", "email"),
        ("BillingEmailAddress VARCHAR(80)", "orders", "email"),
        ("firstName TEXT", "t", "first_name"),
        ("LAST_NAME VARCHAR(40)", "t", "last_name"),
        ("phone VARCHAR(30)", "t", "phone"),
        ("HomePhone TEXT", "t", "phone"),
        ("city VARCHAR(30)", "t", "city"),
        ("ShipPostalCode VARCHAR(10)", "t", "postal_code"),
        ("zip CHAR(5)", "t", "postal_code"),
        ("street TEXT", "t", "street_address"),
        ("country VARCHAR(60)", "t", "country"),
        ("country CHAR(2)", "t", "country_code"),
        ("state CHAR(2)", "t", {"type": "regex", "regex": "[a-z]{2}"}),
        ("CompanyName VARCHAR(60)", "t", "company"),
        ("name VARCHAR(80)", "suppliers", "company"),
        ("name VARCHAR(80)", "customers", "full_name"),
        ("name VARCHAR(80)", "products", "catch_phrase"),
        ("name VARCHAR(80)", "Categories", "word"),
        ("city_name VARCHAR(80)", "t", "city"),
        ("homepage VARCHAR(200)", "t", "website"),
        ("avatar_url TEXT", "t", "website"),
        ("username VARCHAR(50)", "t", "username"),
        ("ip_address VARCHAR(45)", "t", "ipv4"),
        ("currency CHAR(3)", "t", "currency_code"),
        ("description TEXT", "t", "sentence"),
        ("RegionDescription TEXT", "t", "sentence"),
        ("title VARCHAR(200)", "employees", "job"),
        ("title VARCHAR(200)", "books", "sentence"),
        ("notes TEXT", "t", "text"),
        ("birth_date DATE", "t", "date_of_birth"),
        (
            "status VARCHAR(20)",
            "orders",
            {"type": "choice", "value": ["pending", "paid", "shipped", "delivered", "cancelled"]},
        ),
        ("price DECIMAL(8,2)", "t", {"type": "range", "min": 1, "max": 500}),
        ("total_amount DECIMAL(4,2)", "t", {"type": "range", "min": 1, "max": 99.99}),
        ("quantity INT", "t", {"type": "range", "min": 1, "max": 20}),
        ("is_active INTEGER", "t", {"type": "choice", "value": [0, 1]}),
        ("is_deleted BOOLEAN", "t", {"type": "boolean", "probability": 0.05}),
        ("latitude DOUBLE", "t", {"type": "range", "min": -90, "max": 90}),
        ("due_date DATE", "t", {"type": "range", "min": "-1y", "max": "+3mo"}),
        ("created_at TIMESTAMP", "t", {"type": "range", "min": "-2y", "max": "as_of"}),
        ("whatever VARCHAR(20)", "t", "word"),
        ("email INT", "t", {"type": "range", "min": 0, "max": 1000}),
        ("seats INT CHECK (seats BETWEEN 50 AND 20000)", "t", {"type": "range", "min": 50, "max": 20000}),
        ("seats INT CHECK (seats > 50)", "t", {"type": "range", "min": 51, "max": 1000}),
        (
            "torque DECIMAL(8,2) CHECK (torque > 0 AND torque < 9000)",
            "t",
            {"type": "range", "min": 0.01, "max": 8999.99},
        ),
        ("comment INT CHECK (comment > 5 AND comment < 9)", "t", {"type": "range", "min": 6, "max": 8}),
        ("load INT CHECK (load IN (1, 2))", "t", {"type": "choice", "value": [1, 2]}),
        ("price DECIMAL(8,2) CHECK (price BETWEEN 0 AND 9000)", "t", {"type": "range", "min": 1, "max": 500}),
    ],
)
def test_a_name_says_what_a_column_holds(column: str, table: str, kind: object) -> None:
    """In snake_case, CamelCase and capitals, with prefixes, and only where the type can hold it."""
    assert rule(column, table) == kind


def test_an_address_beside_a_city_is_its_street() -> None:
    assert rule("address TEXT", before="city TEXT, ") == "street_address"
    assert rule("address TEXT") == "address"


@pytest.mark.parametrize("length", [1, 2, 3, 5, 8, 13, 21, 34, 60, 100, 400])
@pytest.mark.parametrize("marks", ["NOT NULL", "NOT NULL UNIQUE"])
def test_texts_keep_inside_their_length(length: int, marks: str) -> None:
    """Of every guess, and where the guess is too long for the column; unique ones differ besides."""
    names = [
        "email",
        "first_name",
        "phone",
        "city",
        "address",
        "country",
        "company",
        "website",
        "username",
        "status",
        "notes",
        "description",
        "zip",
        "code",
        "name",
        "job_title",
        "ip",
        "region",
        "domain",
        "customer_name",
        "whatever",
        "color",
        "language",
        "uuid",
    ]
    for start in range(0, len(names), 8):
        columns = ", ".join(f"{name} VARCHAR({length}) {marks}" for name in names[start : start + 8])
        made = syndata.generate(read_ddl(f"CREATE TABLE people ({columns})", rows=300))["people"]
        for name in made.column_names:
            values = made[name].to_pylist()
            assert all(0 < len(value) <= length for value in values), name
            assert "UNIQUE" not in marks or len(set(values)) == len(values), name


def test_lengths_of_checks_are_kept() -> None:
    ddl = "CREATE TABLE t (a TEXT CHECK (length(a) BETWEEN 20 AND 30), email TEXT CHECK (length(email) <= 12), c CHAR(9) UNIQUE CHECK (length(c) = 9))"
    rows = syndata.generate(read_ddl(ddl))["t"].to_pylist()

    assert all(20 <= len(row["a"]) <= 30 for row in rows if row["a"])
    assert all(len(row["email"]) <= 12 for row in rows if row["email"])
    assert {len(row["c"]) for row in rows} == {9}


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        ("created_at", "updated_at", True),
        ("CreatedAt", "UpdatedAt", True),
        ("OrderDate", "ShippedDate", True),
        ("start_date", "end_date", True),
        ("valid_from", "valid_to", True),
        ("lease_start", "lease_end", True),
        ("lease_start", "trial_end", False),
        ("updated_at", "created_at", False),
        ("created_at", "created_at", False),
        ("seen", "born", False),
    ],
)
def test_dates_follow_one_another_by_their_names(earlier: str, later: str, expected: bool) -> None:
    assert follows(earlier, later) is expected


@pytest.mark.parametrize(
    ("text", "dialect", "family", "low", "high"),
    [
        ("smallint", "postgres", "int", -(2**15), 2**15 - 1),
        ("tinyint unsigned", "mysql", "int", 0, 255),
        ("bigint(20) unsigned", "mysql", "int", 0, 2**63 - 1),
        ("int4", "postgres", "int", -(2**31), 2**31 - 1),
        ("serial", "postgres", "int", -(2**31), 2**31 - 1),
        ("tinyint(1)", "mysql", "bool", None, None),
        ("bit(1)", "mysql", "bool", None, None),
        ("character varying", "postgres", "str", None, None),
        ("citext", "postgres", "str", None, None),
        ("double precision", "postgres", "float", None, None),
        ("timestamp(3) without time zone", "postgres", "datetime", None, None),
        ("timestamp with time zone", "postgres", "datetime", None, None),
        ("integer[]", "postgres", "array", None, None),
        ("unsigned big int", "sqlite", "int", -(2**63), 2**63 - 1),
        ("varying character(30)", "sqlite", "str", None, None),
        ("", "sqlite", "str", None, None),
        ("bytea", "postgres", "bytes", None, None),
        ("interval day to second", "postgres", "interval", None, None),
        ("uniqueidentifier", "tsql", "uuid", None, None),
        ("frobnicator(3)", "postgres", "other", None, None),
    ],
)
def test_types_are_told_by_what_they_hold(
    text: str, dialect: str, family: str, low: int | None, high: int | None
) -> None:
    found = read_type(text, dialect)

    assert (found.family, found.low, found.high) == (family, low, high)


Choose = Callable[[Iterable[int]], int]


def length(text: Text, pick: Choose) -> int:
    """Characters that a text can have at most, or at least."""
    return sum(_length(piece, pick) for piece in text)


def _length(piece: Piece, pick: Choose) -> int:  # noqa: PLR0911 -- one return for each piece
    match piece:
        case Lit():
            return len(piece.text)
        case Pick() | Item():
            return pick(map(len, piece.pool.values))
        case Digits():
            return piece.count
        case Chars():
            return pick((piece.low, piece.high)) * pick(map(len, piece.pool.values))
        case Switch() | Case():
            return pick(length(option, pick) for option in piece.options)
        case Masked():
            return pick(len(mask.text) for mask in piece.masks)
    return {"Uuid": 36, "Integer": pick((1, 20))}[type(piece).__name__]


@pytest.mark.parametrize("kind", [*LONGEST, "sentence"])
def test_the_table_of_lengths_knows_the_vocabulary(kind: str) -> None:
    """What is said to fit into a column does, with every entry of the packs."""
    plain, unique = LONGEST.get(kind, (LONGEST_SENTENCE, None))

    assert length(written(kind, unique=False), max) <= plain
    assert length(written(kind, unique=False), min) >= SHORTEST.get(kind, 1)
    if unique is not None:
        assert length(written(kind, unique=True), max) <= unique
        assert length(written(kind, unique=True), min) >= SHORTEST.get(kind, 1)


def written(kind: str, *, unique: bool) -> Text:
    """What a column of a kind writes."""
    prepared = prepare(
        {"tables": {"t": {"columns": {"c": {"type": "str", "rule": kind, "unique": unique}}}}}, Overrides()
    )
    return bound(prepared).tables["t"].columns["c"].written()
