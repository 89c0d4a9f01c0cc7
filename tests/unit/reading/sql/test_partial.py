"""Unique indexes with WHERE: taken over where rows can be drawn for them, unique everywhere otherwise."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

import syndata

TABLES = """
CREATE TYPE state AS ENUM ('active', 'former');
CREATE TABLE customers (id serial PRIMARY KEY);
CREATE TABLE addresses (
  id serial PRIMARY KEY,
  customer_id int NOT NULL REFERENCES customers (id),
  status state NOT NULL,
  kind text NOT NULL CHECK (kind IN ('home', 'work', 'other')),
  slug varchar(20) NOT NULL,
  note text,
  is_primary boolean NOT NULL,
  points int NOT NULL,
  deleted_at timestamp
);
"""


def read(index: str) -> tuple[dict[str, Any], str]:
    """The table with an index, and the whole text."""
    text = syndata.read_ddl(f"{TABLES}\nCREATE UNIQUE INDEX one ON {index};", rows=50)
    return next(table for table in yaml.safe_load(text)["tables"] if table["table_name"] == "addresses"), text


@pytest.mark.parametrize(
    ("index", "where"),
    [
        ("addresses (slug) WHERE deleted_at IS NULL", ("deleted_at", "==", None)),
        ("addresses (slug) WHERE (deleted_at IS NOT NULL)", ("deleted_at", "!=", None)),
        ("addresses (slug) WHERE NOT deleted_at IS NULL", ("deleted_at", "!=", None)),
        ("addresses USING btree (slug) WHERE ((status)::text = 'active'::text)", ("status", "==", "active")),
        ("addresses (slug) WHERE kind = ANY (ARRAY['home'::text, 'work'::text])", ("kind", "in", ["home", "work"])),
        ("addresses (slug) WHERE kind NOT IN ('home')", ("kind", "not in", ["home"])),
        ("addresses (slug) WHERE is_primary", ("is_primary", "==", True)),
        ("addresses (slug) WHERE NOT is_primary", ("is_primary", "==", False)),
        ("addresses (slug) WHERE is_primary IS TRUE", ("is_primary", "==", True)),
        ("addresses (slug) WHERE 10 < points", ("points", ">", 10)),
        ("addresses (slug) WHERE deleted_at > '2025-06-01'::timestamp", ("deleted_at", ">", "2025-06-01")),
        ("addresses (customer_id) WHERE status = 'active'", ("status", "==", "active")),
        ("addresses (customer_id) WHERE deleted_at IS NULL", ("deleted_at", "==", None)),
        ("addresses (customer_id, slug) WHERE deleted_at IS NULL", ("deleted_at", "==", None)),
    ],
)
def test_a_comparison_is_taken_over_and_rows_can_be_made(index: str, where: tuple[str, str, object]) -> None:
    table, text = read(index)

    (key,) = table["unique"]
    assert (key["where"]["column"], key["where"]["operator"], key["where"]["value"]) == where
    assert "unique everywhere" not in text
    assert syndata.generate(text)["addresses"].num_rows == 50


def test_comparisons_that_and_joins_are_taken_over_together() -> None:
    index = "addresses (slug) WHERE (((status)::text = 'active'::text) AND (deleted_at IS NULL) AND kind <> 'other' AND points >= 2)"
    table, text = read(index)

    assert table["unique"][0]["where"] == "`status` == 'active' and `deleted_at` is null and `kind` != 'other' and `points` >= 2"  # fmt: skip
    rows = syndata.generate(text)["addresses"].to_pylist()
    live = [row["slug"] for row in rows if row["status"] == "active" and row["deleted_at"] is None]
    assert len(set(live)) == len(live)


@pytest.mark.parametrize(
    "index",
    [
        "addresses (slug) WHERE status = 'active' OR deleted_at IS NULL",
        "addresses (slug) WHERE status = 'active' AND lower(note) = 'x'",
        "addresses (customer_id) WHERE status = 'active' AND deleted_at IS NULL",
        "addresses (slug) WHERE lower(note) = 'x'",
        "addresses (slug) WHERE note = 'x'",
        "addresses (slug) WHERE slug <> ''",
        "addresses (slug) WHERE id > 10",
        "addresses (customer_id) WHERE points > 10",
    ],
)
def test_what_cannot_be_asked_of_rows_is_unique_everywhere_and_said_so(index: str) -> None:
    """More than one comparison, texts that are no list, a key's own columns: the stronger promise is kept instead."""
    table, text = read(index)

    assert "is unique everywhere, not only WHERE" in text
    marked = [column["name"] for column in table["columns"] if column.get("unique")]
    assert marked == [index.partition("(")[2].partition(")")[0]]
    assert syndata.generate(text)["addresses"].num_rows == 50


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "sqlite"])
def test_is_not_null_means_the_same_in_every_dialect(dialect: str) -> None:
    """A check that a column is not NULL rules NULL out; beside OR it is not taken for a check that it is."""
    text = syndata.read_ddl(
        "CREATE TABLE t (id INT PRIMARY KEY, a INT CHECK (a IS NOT NULL), b INT, CHECK (b IS NOT NULL OR b > 3));",
        dialect,
    )
    (table,) = yaml.safe_load(text)["tables"]
    a, b = table["columns"][1:]

    assert a["nullable"] is False
    assert b["rule"]["min"] == 0
