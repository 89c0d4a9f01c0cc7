"""Dirt through the command line: the same bytes for any workers, verified, counted, and loaded as far as it may be."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import syndata
from syndata.local.verifying import verify
from tests.e2e.remote.serving import up
from tests.e2e.sql.test_sqlite import load
from tests.running import Command

DOCUMENT = """
seed: 5
tables:
  customers:
    rows: 20000
    columns:
      customer_id: {type: int, primary_key: true, rule: sequence}
      name: full_name
      age: {type: int, rule: {type: range, min: 18, max: 90}}
      income: {type: "decimal(10,2)", null_rate: 4%, rule: {type: range, min: 0, max: 90000}}
      tier: [gold, silver, bronze]
    dirt:
      truth: customers_truth
      rules:
        - {kind: missing, columns: income, rate: 30%, where: age > 60}
        - {kind: typo, columns: name, rate: 2%}
        - {kind: outlier, columns: [income, age], rate: 1%}
        - {kind: variant, columns: tier, rate: 0.5%}
  orders:
    rows: 400
    columns:
      id: {type: int, primary_key: true, rule: sequence}
      customer_id: {references: customers.customer_id}
"""
FORMATS = ("csv", "json", "jsonl", "parquet", "sql", "copy")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The document as a file."""
    path = tmp_path / "dirt.yaml"
    path.write_text(DOCUMENT)
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    """A CSV file's rows."""
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("output_format", FORMATS)
def test_a_dataset_with_dirt_is_verified(inside: Command, config: Path, tmp_path: Path, output_format: str) -> None:
    out = tmp_path / output_format
    assert inside("generate", "--config", config, "--output-dir", out, "--output-format", output_format).code == 0
    outcome = inside("verify", out)

    assert outcome.code == 0, outcome.out
    assert (out / f"customers_truth.{output_format}").exists()


def test_truth_and_table_are_the_same_for_any_number_of_workers_and_alone(
    syndata: Command, config: Path, tmp_path: Path
) -> None:
    assert syndata("generate", "--config", config, "--output-dir", tmp_path / "one", "--workers", "1").code == 0
    assert syndata("generate", "--config", config, "--output-dir", tmp_path / "two", "--workers", "2").code == 0
    some = syndata("generate", "--config", config, "--output-dir", tmp_path / "some", "--tables", "customers_truth")
    assert some.code == 0, some.err

    for name in ("customers.csv", "customers_truth.csv", "orders.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert (tmp_path / "some" / "customers_truth.csv").read_bytes() == (
        tmp_path / "one" / "customers_truth.csv"
    ).read_bytes()


def test_files_hold_what_the_truth_tells(inside: Command, config: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean.yaml"
    clean.write_text(DOCUMENT[: DOCUMENT.index("    dirt:")] + DOCUMENT[DOCUMENT.index("  orders:") :])
    for path, out in ((config, tmp_path / "dirty"), (clean, tmp_path / "clean")):
        assert inside("generate", "--config", path, "--output-dir", out, "--output-format", "csv").code == 0
    dirty, was = rows_of(tmp_path / "dirty" / "customers.csv"), rows_of(tmp_path / "clean" / "customers.csv")
    for told in rows_of(tmp_path / "dirty" / "customers_truth.csv"):
        row = dirty[int(told["row_number"])]
        assert row["customer_id"] == told["customer_id"]
        assert row[told["column_name"]] == told["dirty_value"] != told["clean_value"]
        row[told["column_name"]] = told["clean_value"]

    assert dirty == was


def test_the_plan_tells_how_many_cells_are_hit(inside: Command, config: Path) -> None:
    text = inside("plan", "--config", config).out
    document = inside("plan", "--config", config, "--json").document
    customers, truth = document["tables"][0], document["tables"][2]

    assert "customers_truth: " in text
    assert "; tells the dirt of customers" in text
    assert "dirt: typo in name: 400 of 20,000 cells (2.0%)" in text
    assert "dirt: variant in tier: 100 of 20,000 cells (0.5%)" in text
    assert [one["kind"] for one in customers["dirt"]] == ["missing", "typo", "outlier", "outlier", "variant"]
    assert sum(one["hits"] * len(one["columns"]) for one in customers["dirt"]) == truth["rows"]
    assert {column["kind"] for column in truth["columns"]} == {"truth"}
    assert "dirt" not in document["tables"][1]


def test_a_smaller_database_has_the_same_shares(inside: Command, config: Path) -> None:
    document = inside("plan", "--config", config, "--json", "--scale", "0.1").document
    shares = {one["kind"]: one["hits"] for one in document["tables"][0]["dirt"]}

    assert document["tables"][0]["rows"] == 2_000
    assert shares["typo"] == 40
    assert document["tables"][2]["rows"] == sum(one["hits"] for one in document["tables"][0]["dirt"])


def test_rows_are_shown_dirty_and_parquet_is_nullable_where_values_go_missing(
    inside: Command, config: Path, tmp_path: Path
) -> None:
    assert (
        inside("generate", "--config", config, "--output-dir", tmp_path / "out", "--output-format", "parquet").code == 0
    )
    rows = pq.read_table(tmp_path / "out" / "customers.parquet").to_pylist()
    truth = pq.read_table(tmp_path / "out" / "customers_truth.parquet").to_pylist()
    shown = inside("rows", "--table", "customers_truth", "--config", config, "--start", 7, "--count", 1)

    assert shown.code == 0, shown.err
    assert truth[7]["kind"] in shown.out
    assert sum(row["income"] is None for row in rows) > 0.04 * 20_000
    assert max(row["age"] for row in rows) > 180


def test_databases_hold_only_what_is_not_damaged_to_the_document(inside: Command, config: Path, tmp_path: Path) -> None:
    assert inside("generate", "--config", config, "--output-dir", tmp_path / "sql", "--output-format", "sql").code == 0
    with closing(sqlite3.connect(load(tmp_path / "sql"), isolation_level=None)) as database:
        database.execute("PRAGMA foreign_keys = ON")
        found = database.execute(
            "SELECT count(*) FROM customers_truth JOIN customers USING (customer_id) "
            "WHERE column_name = 'name' AND name = dirty_value AND name <> clean_value"
        ).fetchone()
        assert found == (400,)
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            database.execute("UPDATE orders SET customer_id = -1")
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            database.execute("UPDATE customers SET customer_id = 1")
        database.execute("UPDATE customers SET age = 900, tier = 'x'")


def test_what_cannot_be_is_refused_with_its_line(inside: Command, config: Path) -> None:
    config.write_text(DOCUMENT.replace("columns: name, rate: 2%", "columns: age, rate: 2%"))
    outcome = inside("validate", "--config", config)
    outcome = outcome if outcome.code else inside("plan", "--config", config)

    assert outcome.code == 3
    assert "dirt.yaml:16:" in outcome.err
    assert "typo cannot damage age, which is int" in outcome.err


def test_the_services_write_what_the_command_writes(config: Path, tmp_path: Path) -> None:
    with up(tmp_path / "server") as server, syndata.Client(server.url, server.key) as client:
        job = client.create_job(DOCUMENT, output_format="csv")
        client.wait(job.id)
        client.download(job.id, tmp_path / "there")
    syndata.write(config, tmp_path / "here", output_format="csv")

    for name in ("customers.csv", "customers_truth.csv", "plan.json", "manifest.json"):
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()
    assert not verify(tmp_path / "there").findings
