"""The commands, typed as a user types them."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from syndata_contracts.presets import PRESETS
from tests.running import Command, environment

FORMATS = ["csv", "json", "jsonl", "parquet"]


def read(path: Path) -> list[dict[str, object]]:
    """Read a table's file with a reader that is not ours, every value as text."""
    match path.suffix:
        case ".csv":
            return list(csv.DictReader(io.StringIO(path.read_text())))
        case ".json":
            rows = json.loads(path.read_text())
        case ".jsonl":
            rows = [json.loads(line) for line in path.read_text().splitlines()]
        case _:
            rows = pq.read_table(path).to_pylist()
    return [{name: str(value) for name, value in row.items()} for row in rows]


@pytest.mark.parametrize("output_format", FORMATS)
def test_generate_writes_every_table_a_plan_and_a_manifest(
    syndata: Command, shop: Path, tmp_path: Path, output_format: str
) -> None:
    outcome = syndata("generate", "--config", shop, "--output-format", output_format, "--output-dir", "out")

    assert outcome.code == 0, outcome.err
    names = {"plan.json", "manifest.json", f"customers.{output_format}", f"orders.{output_format}"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == names
    customers = read(tmp_path / "out" / f"customers.{output_format}")
    orders = read(tmp_path / "out" / f"orders.{output_format}")
    keys = {row["customer_id"] for row in customers}
    assert len(customers) == len(keys) == 300
    assert len(orders) == 1000
    assert {row["customer_id"] for row in orders} <= keys


def test_formats_hold_the_same_values(inside: Command, shop: Path, tmp_path: Path) -> None:
    for output_format in FORMATS:
        inside("generate", "--config", shop, "--output-format", output_format, "--output-dir", output_format)

    tables = [read(tmp_path / one / f"orders.{one}") for one in FORMATS]
    assert all(table == tables[0] for table in tables)


def test_generate_says_what_is_in_force(inside: Command, shop: Path) -> None:
    outcome = inside("generate", "--config", shop, "--output-dir", "out", "--seed", "7")

    assert "seed 7, as of 2026-01-01T00:00:00Z" in outcome.out
    assert "rows/s" in outcome.out
    assert "out/orders.csv" in outcome.out
    assert not outcome.err


def test_generate_tells_json(inside: Command, shop: Path) -> None:
    document = inside("generate", "--config", shop, "--output-dir", "out", "--json").document

    assert document["seed"] == 0
    assert document["rows"] == 1300
    assert [table["name"] for table in document["tables"]] == ["customers", "orders"]
    assert document["warnings"] == []


def test_the_seed_and_the_moment_decide(inside: Command, tmp_path: Path) -> None:
    """Same seed and moment, same bytes; another seed or moment, others."""
    runs = {
        "a": (),
        "b": ("--seed", "0", "--as-of", "2026-01-01"),
        "c": ("--seed", "1"),
        "d": ("--as-of", "2020-02-29T12:00:00+02:00"),
    }
    bytes_of = {}
    for name, options in runs.items():
        outcome = inside("generate", "--preset", "user", "--rows", "200", "--output-dir", name, *options)
        assert outcome.code == 0, outcome.err
        bytes_of[name] = next((tmp_path / name).glob("*.csv")).read_bytes()

    assert bytes_of["a"] == bytes_of["b"]
    assert len(set(bytes_of.values())) == 3


def test_rows_that_no_table_takes_are_warned_of(inside: Command, tmp_path: Path) -> None:
    """They change nothing, and whoever asks for them should not have to find out by counting."""
    own, from_fan_out = "a: {rows: 5, columns: {id: {type: int, primary_key: true}}}", "fan_out: 2..2"
    more = "b: {columns: {of: {references: {table: a, column: id%s}}}}"
    (tmp_path / "fixed.yaml").write_text(f"tables:\n  {own}\n  {more % f', {from_fan_out}'}\n")
    (tmp_path / "open.yaml").write_text(f"tables:\n  {own}\n  {more % ''}\n")

    fixed = inside("plan", "--config", "fixed.yaml", "--rows", "77", "--json").document
    strict = inside("plan", "--config", "fixed.yaml", "--rows", "77", "--strict")
    taken = inside("plan", "--config", "open.yaml", "--rows", "77", "--json").document
    unasked = inside("plan", "--config", "fixed.yaml", "--strict")

    assert [table["rows"] for table in fixed["tables"]] == [5, 10]
    assert ["77 asked for change nothing" in warning["what"] for warning in fixed["warnings"]] == [True]
    assert (strict.code, unasked.code) == (3, 0)
    assert ([table["rows"] for table in taken["tables"]], taken["warnings"]) == ([5, 77], [])


def test_as_of_now_is_printed(inside: Command, shop: Path) -> None:
    document = inside("plan", "--config", shop, "--as-of", "now", "--json").document

    assert document["as_of"] > "2026-01-02"


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_generate(inside: Command, preset: str) -> None:
    outcome = inside("generate", "--preset", preset, "--rows", "50", "--strict", "--output-dir", "out", "--json")

    assert outcome.code == 0, outcome.err
    assert outcome.document["tables"][0]["rows"] == 50


def test_rows_are_a_default(inside: Command, tmp_path: Path) -> None:
    """Tables that state their own rows keep them; a key's capacity lowers the default, with a warning (X17)."""
    (tmp_path / "c.yaml").write_text(
        """\
rows: 1000
tables:
  - table_name: departments
    columns: [{name: id, type: int, constraints: [PK], rule: {type: range, min: 1, max: 10}}]
  - table_name: own
    rows: 7
    columns: [{name: id, type: int, constraints: [PK], rule: {type: range, min: 1, max: 100}}]
"""
    )

    outcome = inside("generate", "--config", "c.yaml", "--rows", "500", "--output-dir", "out", "--json")
    strict = inside("generate", "--config", "c.yaml", "--output-dir", "strict", "--strict")

    assert [table["rows"] for table in outcome.document["tables"]] == [10, 7]
    assert any("10" in warning["what"] for warning in outcome.document["warnings"])
    assert strict.code == 3
    assert not (tmp_path / "strict").exists()


def test_validate(inside: Command, shop: Path, tmp_path: Path) -> None:
    assert inside("validate", "--config", shop).out.startswith("valid: 2 tables")
    assert inside("validate", "--config", shop, "--json").document["valid"] is True
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shop.yaml"]


def test_plan_shows_what_would_be_made(inside: Command, shop: Path) -> None:
    text = inside("plan", "--config", shop).out
    document = inside("plan", "--config", shop, "--json").document

    assert "customer_id -> customers (customer_id)" in text
    orders = document["tables"][1]
    assert orders["rows"] == 1000
    assert orders["parts"] == 1
    assert orders["references"][0]["parent"] == "customers"
    assert {column["name"] for column in orders["columns"]} == {"order_id", "customer_id", "status"}


def test_rows_shows_rows_that_generate_would_write(inside: Command, shop: Path, tmp_path: Path) -> None:
    inside("generate", "--config", shop, "--output-dir", "out")
    look = inside("rows", "--config", shop, "--table", "orders", "--start", "990", "--count", "20", "--json").document

    assert look["count"] == 10
    shown = [{name: str(value) for name, value in row.items()} for row in look["rows"]]
    assert shown == read(tmp_path / "out" / "orders.csv")[990:]


def test_rows_far_beyond_what_was_ever_made(inside: Command) -> None:
    outcome = inside(
        *("rows", "--preset", "user", "--rows", str(10**12), "--table", "customers"),
        *("--start", str(10**12 - 2), "--count", "5", "--json"),
    )

    assert outcome.code == 0, outcome.err
    assert outcome.document["count"] == 2


def test_kinds_are_listed(inside: Command) -> None:
    kinds = inside("kinds", "--json").document["kinds"]

    assert {"range", "choice", "email", "first_name"} <= {kind["name"] for kind in kinds}
    assert "first_name" in inside("kinds").out


def test_one_kind_is_explained(inside: Command) -> None:
    """By any of its names; a type or a misspelt one is told what it is, or may have meant."""
    said = inside("kinds", "gaussian").out
    [listed] = inside("kinds", "normal", "--json").document["kinds"]
    misspelt, of_type = inside("kinds", "normel"), inside("kinds", "int")

    assert said.startswith("normal: Around a mean")
    assert ["stddev", "required", "standard"] in [line.split()[:3] for line in said.splitlines()]
    assert "stddev" in listed["options"]
    assert (misspelt.code, of_type.code) == (3, 3)
    assert "did you mean normal" in misspelt.err
    assert "a type, not a rule" in of_type.err


def test_version(syndata: Command) -> None:
    assert syndata("--version").out.startswith("syndata ")


def test_other_files_stay_and_same_names_are_replaced(inside: Command, shop: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    (out / "orders.csv").write_text("old")

    assert inside("generate", "--config", shop, "--output-dir", "out").code == 0
    assert (out / "notes.txt").read_text() == "mine"
    assert (out / "orders.csv").read_text().startswith("order_id,")
    assert inside("verify", "out").code == 0


def test_a_reader_that_goes_away_is_no_fault(inside: Command, shop: Path, tmp_path: Path) -> None:
    """`syndata rows ... | head -1` ends quietly."""
    command = f"{sys.executable} -m syndata rows --config {shop} --table orders --count 1000 --json | head -c 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=environment(), check=False)

    assert not done.stderr


def test_rows_of_every_type_are_one_json_document(inside: Command, tmp_path: Path) -> None:
    """Digit by digit as JSON Lines writes them: decimals, moments of every zone, lengths of time and bytes, in structs too."""
    columns = """
      price: {type: "decimal(8,2)", rule: [12.50, 3.00]}
      share: {type: float, rule: [0.000001, 100]}
      big: {type: int, rule: [9007199254740993]}
      at: {type: datetime, rule: {type: range, min: 2024-01-01, max: 2024-02-01}}
      there: {type: datetime, zone: Europe/Rome, scale: 3, rule: {type: range, min: 2024-01-01, max: 2024-02-01}}
      clock: {type: datetime, zone: none, rule: {type: range, min: 2024-01-01, max: 2024-02-01}}
      noted: {type: json, rule: ['{"a": [1.0]}']}
      said: {type: str, rule: ['say "hi", {[']}
      wait: {type: duration, rule: {type: range, min: 1h, max: 9h}}
      lag: {type: duration, scale: 6, rule: {type: range, min: PT-0.000009S, max: PT0.000020S}}
      token: {type: binary, rule: bytes}
      both: {rule: {type: struct, fields: {a: {type: duration, rule: [90min]}, b: {type: binary, rule: bytes}}}}
"""
    (tmp_path / "c.yaml").write_text(f"tables:\n  t:\n    rows: 3\n    columns:{columns}")
    shown = inside("rows", "--config", "c.yaml", "--table", "t", "--json")
    assert shown.code == 0, shown.err
    assert inside("generate", "--config", "c.yaml", "--output-format", "jsonl", "--output-dir", "out").code == 0
    lines = (tmp_path / "out" / "t.jsonl").read_text().splitlines()

    assert shown.document["rows"] == [json.loads(line) for line in lines]
    assert shown.out == f'{{"table": "t", "start": 0, "count": 3, "rows": [{", ".join(lines)}]}}\n'


def test_people_see_rows_as_files_have_them(inside: Command, tmp_path: Path) -> None:
    """Also without a row."""
    columns = """
      price: {type: "decimal(8,2)", rule: [12.50]}
      at: {type: datetime, zone: Europe/Rome, rule: [2024-01-31T23:00:00Z]}
      both: {rule: {type: struct, fields: {a: {type: "decimal(8,2)", rule: [3.00]}, b: [x]}}}
      none: {type: str, rule: "null"}
      said: {type: str, rule: ['say "hi"']}
"""
    (tmp_path / "c.yaml").write_text(f"tables:\n  t:\n    rows: 1\n    columns:{columns}")
    shown = inside("rows", "--config", "c.yaml", "--table", "t").out
    [line] = [line for line in shown.splitlines() if line.strip().startswith("0 ")]

    for cell in ("12.50", "2024-02-01T00:00:00+01:00", '{"a":3.00,"b":"x"}', "NULL", 'say "hi"'):
        assert f" {cell} " in line
    assert "t: no rows" in inside("rows", "--config", "c.yaml", "--table", "t", "--count", "0").out
