"""`syndata plan` draws how tables hang together and says what they would cost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import Command

DOCUMENT = """
tables:
  lines:
    columns:
      order: {references: {table: orders, column: id, fan_out: 1..6}}
      product: {references: {table: products, column: id, null_rate: 0.1}}
  orders:
    columns:
      id: {type: int, primary_key: true, rule: sequence}
      customer: {references: {table: customers, column: id, fan_out: 0..8}}
  customers:
    rows: 1000
    columns:
      id: {type: int, primary_key: true, rule: {range: {min: 1, max: 9999}}}
  products:
    rows: 50
    columns: {id: {type: int, primary_key: true, rule: sequence}}
  staff:
    rows: 20
    columns:
      id: {type: int, primary_key: true, rule: sequence}
      boss: {references: staff.id}
      room: {references: rooms.id}
  rooms:
    rows: 9
    columns:
      id: {type: int, primary_key: true, rule: sequence}
      keeper: {references: staff.id}
  notes:
    rows: 5
    columns: {kind: {type: str}, about: {type: int}}
    foreign_keys:
      - {child_column: about, type_column: kind, parents: [customers.id, orders.id]}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The document as a file."""
    path = tmp_path / "graph.yaml"
    path.write_text(DOCUMENT)
    return path


def test_tables_hang_under_their_parents_each_once(inside: Command, config: Path) -> None:
    text = inside("plan", "--config", config).out
    drawn = text.split("\n\n", maxsplit=1)[0].splitlines()

    assert [line.rstrip() for line in drawn] == [
        "tables, parents first",
        "├── customers: 1,000 rows",
        "│   └── orders: 4,000 rows; customer -> customers (id), 0..8 each",
        "│       └── lines: 14,000 rows; order -> orders (id), 1..6 each; product -> products (id), 0.1 NULL",
        "├── products: 50 rows",
        "├── notes: 5 rows; about -> one of customers, orders [polymorphic]",
        "└── staff: 20 rows; boss -> staff (id) [self]; room -> rooms (id) [circular]",
        "    └── rooms: 9 rows; keeper -> staff (id)",
    ]


def test_keys_work_bytes_and_time_are_said_to_be_estimates(inside: Command, config: Path) -> None:
    text = inside("plan", "--config", config).out

    assert "primary key id: 1,000 of 9,999 possible (10.0%)" in text
    assert "primary key id: no limit" in text
    assert all(word in text for word in ("cells", "work", "parquet", "copy", "below 1 s"))
    assert "sizes and times are estimates" in text


def test_the_document_carries_the_same(inside: Command, config: Path) -> None:
    document = inside("plan", "--config", config, "--json").document
    tables = {table["name"]: table for table in document["tables"]}
    shapes = {(one["child"], *one["columns"]): one["shape"] for one in document["graph"]["references"]}

    assert document["graph"]["order"] == ["customers", "orders", "products", "lines", "notes", "staff", "rooms"]
    assert shapes["staff", "boss"] == "self"
    assert shapes["staff", "room"] == "circular"
    assert shapes["notes", "about"] == "polymorphic"
    assert shapes["lines", "product"] == "plain"
    assert tables["customers"]["keys"] == [
        {"columns": ["id"], "primary": True, "used": 1000, "capacity": 9999, "within": None}
    ]
    assert tables["lines"]["columns"][0]["cells"] >= 1
    assert set(tables["lines"]["estimate"]["bytes"]) == {"csv", "json", "jsonl", "parquet", "sql", "copy"}
    assert document["estimate"]["seconds"] >= tables["lines"]["estimate"]["seconds"] > 0


def test_tables_that_are_not_made_are_drawn_and_said_to_be_so(inside: Command, config: Path) -> None:
    text = inside("plan", "--config", config, "--tables", "orders").out
    document = inside("plan", "--config", config, "--tables", "orders", "--json").document

    assert "customers: 1,000 rows, not made" in text
    assert [table["name"] for table in document["tables"]] == ["orders"]
    assert "customers" in document["graph"]["not_made"]


def test_a_scale_shows_in_every_count(inside: Command, config: Path) -> None:
    assert "customers: 100 rows" in inside("plan", "--config", config, "--scale", "0.1").out
    assert inside("validate", "--config", config, "--scale", "0.1").code == 0
    assert (
        inside("rows", "--config", config, "--table", "customers", "--scale", "0.002", "--json").document["count"] == 2
    )


@pytest.mark.parametrize("scale", ["0", "1.1", "many"])
def test_what_is_no_scale_is_a_usage_error(inside: Command, config: Path, scale: str) -> None:
    outcome = inside("plan", "--config", config, "--scale", scale)

    assert outcome.code == 2
    assert "such as 0.001" in outcome.err


def test_some_tables_are_written_and_prove_themselves(inside: Command, config: Path, tmp_path: Path) -> None:
    options = ("--config", config, "--output-dir", "out", "--scale", "0.05")
    outcome = inside("generate", *options, "--tables", "orders+parents", "--tables", "notes")

    assert outcome.code == 0, outcome.err
    assert sorted(path.name for path in (tmp_path / "out").glob("*.csv")) == [
        "customers.csv",
        "notes.csv",
        "orders.csv",
    ]
    assert inside("verify", "out").out.startswith("verified")
    assert inside("generate", *options, "--tables", "ordrs").code == 3


def test_edges_are_told_from_other_references(inside: Command) -> None:
    drawn = inside("plan", "--strategy", "graph").out
    references = inside("plan", "--strategy", "graph", "--json").document["graph"]["references"]

    assert "target -> nodes (node_id), edges from source, 0.9 inside community_id" in drawn
    assert [(one["edge_from"], one["inside"]) for one in references if "edge_from" in one] == [("source", 0.9)]
