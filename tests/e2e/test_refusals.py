"""What cannot be done as asked ends in a clear text, the right exit code, no traceback, and nothing written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.running import SHOP, Command

TARGET = ("--output-dir", "out")

USAGE = {
    "no command": (),
    "unknown command": ("generat",),
    "unknown option": ("generate", "--preset", "user", *TARGET, "--colour", "red"),
    "no configuration": ("generate", *TARGET),
    "config and preset": ("generate", "--config", "shop.yaml", "--preset", "user", *TARGET),
    "unknown preset": ("generate", "--preset", "users", *TARGET),
    "no output directory": ("generate", "--preset", "user"),
    "rows that are no number": ("generate", "--preset", "user", *TARGET, "--rows", "many"),
    "negative rows": ("generate", "--preset", "user", *TARGET, "--rows", "-1"),
    "unknown format": ("generate", "--preset", "user", *TARGET, "--output-format", "xml"),
    "no workers": ("generate", "--preset", "user", *TARGET, "--workers", "0"),
    "seed beyond 64 bits": ("generate", "--preset", "user", *TARGET, "--seed", str(2**64)),
    "a moment that is none": ("generate", "--preset", "user", *TARGET, "--as-of", "yesterday"),
    "rows without a table": ("rows", "--config", "shop.yaml"),
    "negative sample": ("verify", "out", "--sample", "-1"),
}


@pytest.mark.parametrize("arguments", USAGE.values(), ids=USAGE.keys())
def test_wrong_usage(inside: Command, shop: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    outcome = inside(*arguments)

    assert outcome.code == 2
    assert outcome.err or outcome.out
    assert [path.name for path in tmp_path.iterdir()] == ["shop.yaml"]


@pytest.mark.parametrize("arguments", list(USAGE.values())[1:], ids=list(USAGE)[1:])
def test_wrong_usage_as_json(inside: Command, shop: Path, arguments: tuple[str, ...]) -> None:
    outcome = inside(*arguments, "--json")

    assert outcome.code == 2
    assert outcome.document["error"]["type"] == "usage"


FILES = {
    "missing, with one nearby": ("shop.yml", "shop.yaml"),
    "a directory": (".", "directory"),
    "beneath a file": ("shop.yaml/inner.yaml", "path"),
    "binary": ("binary.yaml", ""),
    "empty": ("empty.yaml", ""),
    "not a mapping": ("list.yaml", ""),
    "broken yaml": ("broken.yaml", ""),
    "broken json": ("broken.json", ""),
}


@pytest.mark.parametrize(("name", "hint"), FILES.values(), ids=FILES.keys())
def test_a_file_that_is_no_configuration(
    syndata: Command, inside: Command, shop: Path, tmp_path: Path, name: str, hint: str
) -> None:
    (tmp_path / "binary.yaml").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "empty.yaml").write_text("")
    (tmp_path / "list.yaml").write_text("- 1\n- 2\n")
    (tmp_path / "broken.yaml").write_text("tables: [\n")
    (tmp_path / "broken.json").write_text('{"tables": [}')

    outcome = syndata("generate", "--config", name, *TARGET)
    document = inside("validate", "--config", name, "--json").document

    assert outcome.code == 3
    assert name in outcome.err
    assert hint in outcome.err
    assert document["error"]["type"] == "refused"
    assert document["error"]["faults"][0]["what"]
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(inside: Command, shop: Path) -> None:
    shop.chmod(0)

    assert inside("generate", "--config", shop, *TARGET).code == 3


CHANGES = {
    "unknown key": ("locale: en_US", "locale: en_US\ncolour: red"),
    "unknown locale": ("locale: en_US", "locale: xx_YY"),
    "unknown rule": ("rule: first_name", "rule: frist_name"),
    "unknown type": ("type: str, rule: email", "type: strnig, rule: email"),
    "unknown option": ("min: 1, max: 100000", "min: 1, maximum: 100000"),
    "empty range": ("min: 1, max: 100000", "min: 5, max: 1"),
    "no such parent": ("parent_table: customers", "parent_table: customer"),
    "no such parent column": ("parent_column: customer_id", "parent_column: id"),
    "no such child column": ("child_column: customer_id", "child_column: client_id"),
    "key too small for its rows": ("min: 1, max: 100000", "min: 1, max: 10"),
    "rows that are no number": ("rows: 300", "rows: lots"),
    "negative rows": ("rows: 300", "rows: -5"),
    "a table twice": ("table_name: orders", "table_name: customers"),
    "a column twice": ("name: status", "name: order_id"),
    "another language": ("syndata: 1", "syndata: 99"),
    "a key twice in one mapping": ("locale: en_US", "locale: en_US\nlocale: de_DE"),
}


@pytest.mark.parametrize(("old", "new"), CHANGES.values(), ids=CHANGES.keys())
def test_a_faulty_configuration(inside: Command, tmp_path: Path, old: str, new: str) -> None:
    """Each fault is told with file and line."""
    assert old in SHOP
    (tmp_path / "bad.yaml").write_text(SHOP.replace(old, new, 1))

    outcome = inside("generate", "--config", "bad.yaml", *TARGET)
    faults = inside("plan", "--config", "bad.yaml", "--json").document["error"]["faults"]

    assert outcome.code == 3
    assert "bad.yaml:" in outcome.err
    assert all(fault["line"] and fault["what"] and fault["fix"] for fault in faults)
    assert not (tmp_path / "out").exists()


def test_all_faults_are_told_at_once(inside: Command, tmp_path: Path) -> None:
    text = SHOP.replace("rule: first_name", "rule: frist_name").replace("parent_table: customers", "parent_table: x")
    (tmp_path / "bad.yaml").write_text(text.replace("rows: 1000", "rows: -1"))

    faults = inside("validate", "--config", "bad.yaml", "--json").document["error"]["faults"]

    assert len(faults) >= 3


def test_table_names_that_cannot_be_files(inside: Command, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(SHOP.replace("table_name: orders", "table_name: manifest"))

    assert inside("generate", "--config", "bad.yaml", *TARGET, "--output-format", "json").code == 3
    assert not (tmp_path / "out").exists()


def test_an_output_directory_that_is_a_file(inside: Command, shop: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")

    assert inside("generate", "--config", shop, *TARGET).code == 3
    assert inside("generate", "--config", shop, "--output-dir", "out/deeper").code == 3
    assert (tmp_path / "out").read_text() == "mine"


def test_a_table_whose_name_is_taken_by_a_directory(inside: Command, shop: Path, tmp_path: Path) -> None:
    (tmp_path / "out" / "orders.csv").mkdir(parents=True)

    assert inside("generate", "--config", shop, *TARGET).code == 3
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["orders.csv"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_output_directory_that_may_not_be_written(inside: Command, shop: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o500)

    assert inside("generate", "--config", shop, *TARGET).code == 3


@pytest.mark.parametrize(
    ("table", "start"), [("order", "0"), ("orders", "1000"), ("orders", str(2**70))], ids=["table", "end", "far"]
)
def test_rows_that_do_not_exist(inside: Command, shop: Path, table: str, start: str) -> None:
    assert inside("rows", "--config", shop, "--table", table, "--start", start).code == 3


def test_verify_what_is_no_dataset(inside: Command, tmp_path: Path) -> None:
    assert inside("verify", "nowhere").code == 3
    outcome = inside("verify", tmp_path)
    assert outcome.code == 5
    assert "manifest.json" in outcome.out
