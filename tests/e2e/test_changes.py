"""A change log as its users have it: written, verified, applied by a database, and looked at anywhere."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

import syndata as library
from syndata.local.verifying import verify
from tests.e2e.sql.test_sqlite import load
from tests.running import Command
from tests.unit.changes.shop import SHOP

FORMATS = ["csv", "json", "jsonl", "parquet", "sql", "copy"]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The shop as a file."""
    path = tmp_path / "shop.yaml"
    path.write_text(yaml.safe_dump(SHOP, sort_keys=False))
    return path


@pytest.mark.parametrize("output_format", FORMATS)
def test_it_is_written_and_verified_in_every_format(
    syndata: Command, config: Path, tmp_path: Path, output_format: str
) -> None:
    made = syndata("generate", "--config", config, "--output-format", output_format, "--output-dir", "out")
    assert made.code == 0, made.err

    names = {path.stem for path in (tmp_path / "out").glob(f"customers*.{output_format}")}
    assert names == {"customers", "customers_log", "customers_history", "customers_later"}
    outcome = syndata("verify", "out")
    assert (outcome.code, outcome.out.split(":")[0]) == (0, "verified"), outcome.out


def test_a_changed_byte_of_a_log_is_found(syndata: Command, config: Path, tmp_path: Path) -> None:
    syndata("generate", "--config", config, "--output-dir", "out")
    path = tmp_path / "out" / "customers_log.csv"
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(body)

    outcome = syndata("verify", "out")
    assert outcome.code == 5
    assert "customers_log.csv" in outcome.out


def test_lines_of_the_log_applied_to_lines_of_the_first_snapshot_are_the_later_file(tmp_path: Path) -> None:
    """Byte for byte: `after` is what the table's own line says."""
    library.write(SHOP, tmp_path, output_format="jsonl")
    lines = {json.loads(line)["id"]: line for line in (tmp_path / "customers.jsonl").read_text().splitlines()}
    for change in (tmp_path / "customers_log.jsonl").read_text().splitlines():
        told = json.loads(change)
        key, before = told["key"]["id"], within(change, "before")
        if told["op"] != "c":
            assert lines.pop(key) == before if told["op"] == "d" else lines[key] == before
        if told["op"] != "d":
            lines[key] = within(change, "after")

    assert "".join(f"{line}\n" for line in lines.values()) == (tmp_path / "customers_later.jsonl").read_text()


def within(line: str, name: str) -> str:
    """The text of an object inside a line, as it stands there."""
    start = line.index(f'"{name}":') + len(name) + 3
    _, end = json.JSONDecoder().raw_decode(line, start)
    return line[start:end]


def test_a_database_applies_the_log(tmp_path: Path) -> None:
    """Statements made of the log alone turn the first snapshot into the later one, keys and references on."""
    library.write(SHOP, tmp_path, output_format="sql")
    with closing(sqlite3.connect(load(tmp_path))) as database:
        database.execute("PRAGMA foreign_keys = ON")
        names = [row[1] for row in database.execute("PRAGMA table_info(customers)")]
        for op, key, after in database.execute('SELECT op, "key", after FROM customers_log ORDER BY ts_ms').fetchall():
            row: dict[str, Any] = json.loads(after) if after else {}
            if op == "d":
                database.execute("DELETE FROM customers WHERE id = ?", (json.loads(key)["id"],))
            elif op == "u":
                said = ", ".join(f'"{name}" = ?' for name in names)
                database.execute(f"UPDATE customers SET {said} WHERE id = ?", (*row.values(), row["id"]))  # noqa: S608 -- names of our own
            else:
                marks = ", ".join("?" for _ in names)
                database.execute(f"INSERT INTO customers VALUES ({marks})", tuple(row.values()))  # noqa: S608 -- names of our own

        columns = ", ".join(f'"{name}"' for name in names)
        for other in ("customers_later", "customers_history WHERE is_current"):
            wanted = database.execute(f"SELECT {columns} FROM {other} ORDER BY id").fetchall()  # noqa: S608 -- names of our own
            assert database.execute(f"SELECT {columns} FROM customers ORDER BY id").fetchall() == wanted  # noqa: S608 -- names of our own


def test_it_is_the_same_for_any_workers_and_any_choice(syndata: Command, config: Path, tmp_path: Path) -> None:
    one = syndata("generate", "--config", config, "--output-format", "parquet", "--workers", "1", "--output-dir", "one")
    two = syndata("generate", "--config", config, "--output-format", "parquet", "--workers", "2", "--tables",
                  "customers_log,customers_later", "--output-dir", "two")  # fmt: skip
    assert (one.code, two.code) == (0, 0), two.err

    for name in ("customers_log", "customers_later"):
        first, second = (tmp_path / run / f"{name}.parquet" for run in ("one", "two"))
        assert first.read_bytes() == second.read_bytes()
    assert verify(tmp_path / "two").findings == []
    log = pq.read_table(tmp_path / "one" / "customers_log.parquet")
    assert str(log.schema.field("after").type).startswith("struct<id: int64 not null, name: string not null")


def test_any_row_is_looked_at_without_the_others(syndata: Command, tmp_path: Path) -> None:
    """Of ten billion changes."""
    document = {
        "tables": {
            "meters": {
                "rows": 10**9,
                "columns": {"id": {"type": "int", "primary_key": True, "rule": "sequence"}, "state": ["on", "off", "out"]},
                "changes": {"to": "+2y", "inserts": 10**7, "updates": "1000%", "deletes": 10**7, "columns": ["state"]},
            }
        }
    }  # fmt: skip
    (tmp_path / "meters.json").write_text(json.dumps(document))

    found = syndata(
        "rows", "--config", "meters.json", "--table", "meters_log", "--start", "9000000000", "--count", "3", "--json"
    )
    assert found.code == 0, found.err
    rows = found.document["rows"]
    assert [row["source"]["lsn"] for row in rows] == [9_000_000_001, 9_000_000_002, 9_000_000_003]
    assert rows[0]["ts_ms"] < rows[1]["ts_ms"] < rows[2]["ts_ms"]


def test_the_plan_says_what_follows_from_what(syndata: Command, config: Path) -> None:
    shown = syndata("plan", "--config", config).out
    told = {
        table["name"]: table["derived"] for table in syndata("plan", "--config", config, "--json").document["tables"]
    }

    assert "customers_log: 705 rows [every change]" in shown
    assert "changes from as_of to +30d: 60 inserts, 600 updates, 45 deletes" in shown
    assert told["customers"] is None
    assert told["customers_history"] == {"table": "customers", "form": "history"}
