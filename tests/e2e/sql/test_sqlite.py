"""What was written loads into SQLite by the command in its first lines, with all constraints on."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import syndata
from syndata_contracts.presets import PRESETS
from tests.e2e.sql.stories import HOSTILE, TANGLED, quoted, read_back, rows_of
from tests.running import REPOSITORY
from tests.unit.kinds.making import dataset_of

GOLDEN = REPOSITORY / "tests" / "golden" / "schemas"
LOADED = tuple(name for name in PRESETS if name != "iot")
"""Presets; the one that is left out has tens of thousands of rows."""


def load(directory: Path) -> Path:
    """Load a directory as the first lines of its schema say; the program's place is taken by Python's own SQLite where it is missing."""
    path = directory / "data.db"
    command = (directory / "schema.sqlite.sql").read_text().splitlines()[1].removeprefix("--").strip()
    statements, _, program = command.partition(" | ")
    assert program == "sqlite3 -bail data.db"
    if shutil.which("sqlite3"):
        done = subprocess.run(
            ["bash", "-c", command], cwd=directory, capture_output=True, text=True, timeout=300, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        return path
    piped = subprocess.run(["bash", "-c", statements], cwd=directory, capture_output=True, timeout=300, check=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript(piped.stdout.decode())
    return path


@pytest.mark.parametrize(
    "config",
    ["tangled", "hostile", *LOADED, "relational", "departments", "kinds", "locales", "conditional_keys", "dirt"],
)
def test_every_dataset_loads_cell_by_cell(tmp_path: Path, config: str) -> None:
    own: dict[str, Any] = {"tangled": TANGLED, "hostile": HOSTILE}
    preset = config in PRESETS
    document = config if preset else own.get(config, GOLDEN / f"{config}.yaml")
    syndata.write(document, tmp_path, output_format="sql", rows=300 if preset else None)

    with closing(sqlite3.connect(load(tmp_path))) as database:
        for name, table in dataset_of(document, **({"rows": 300} if preset else {})).tables.items():
            rows = database.execute(f"SELECT * FROM {quoted(name)}").fetchall()  # noqa: S608 -- a name of ours, quoted
            assert sorted(read_back(table, rows), key=repr) == sorted(rows_of(table), key=repr), name
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.fixture(scope="module")
def tangled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that holds TANGLED."""
    directory = tmp_path_factory.mktemp("tangled")
    syndata.write(TANGLED, directory, output_format="sql")
    return load(directory)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ("DELETE FROM regions", "FOREIGN KEY"),
        ("UPDATE staff SET boss = -1", "FOREIGN KEY"),
        ("UPDATE sites SET manager = -1", "FOREIGN KEY"),
        ("UPDATE staff SET site = 99", "FOREIGN KEY"),
        ("UPDATE staff SET badge = 'x'", "UNIQUE"),
        ("UPDATE lines SET line = 1", "UNIQUE"),
        ("UPDATE orders SET seller = NULL", "NOT NULL"),
        ("UPDATE orders SET shipped = '2019-12-31T00:00:00Z'", "CHECK"),
        ("UPDATE orders SET shipped = '2020-01-01T00:00:00Z' WHERE ordered > '2021-01-01T00:00:00Z'", "CHECK"),
        ("UPDATE orders SET note = 'other'", "CHECK"),
        ("UPDATE staff SET born = '2005-01-01'", "CHECK"),
    ],
)
def test_what_breaks_a_rule_of_the_document_is_refused_afterwards(tangled: Path, change: str, error: str) -> None:
    with closing(sqlite3.connect(tangled, isolation_level=None)) as database:
        database.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError, match=error):
            database.execute(change)


def test_no_reference_of_a_circle_is_checked_before_the_transaction_ends(tmp_path: Path) -> None:
    """The same files outside a transaction are refused, so the deferring is what lets them load."""
    syndata.write(TANGLED, tmp_path, output_format="sql")

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.execute("PRAGMA foreign_keys = ON")
        database.executescript((tmp_path / "schema.sqlite.sql").read_text())
        database.executescript((tmp_path / "regions.sql").read_text())
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            database.executescript((tmp_path / "sites.sql").read_text())
