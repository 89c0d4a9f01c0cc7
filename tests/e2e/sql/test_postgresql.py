"""What was written loads into a real PostgreSQL by the command in its first lines, with all constraints on."""

from __future__ import annotations

import itertools
import subprocess
from pathlib import Path
from typing import Any

import pytest

import syndata
from syndata_contracts.schema import OutputFormat
from syndata_engine.generation import Dataset
from tests.e2e.sql.cluster import Postgresql
from tests.e2e.sql.stories import HOSTILE, TANGLED, quoted, read_back, read_copied, rows_of
from tests.running import REPOSITORY
from tests.unit.formats.cells import cells, table_of_cells, texts
from tests.unit.formats.test_sql_values import NASTY, alone
from tests.unit.kinds.making import dataset_of, file_of

FORMATS: tuple[OutputFormat, ...] = ("sql", "copy")
GOLDEN = REPOSITORY / "tests" / "golden" / "schemas"
_numbers = itertools.count()


@pytest.fixture
def database(postgresql: Postgresql) -> str:
    """An empty database."""
    name = f"d{next(_numbers)}"
    postgresql.create(name)
    return name


def load(postgresql: Postgresql, database: str, directory: Path) -> subprocess.CompletedProcess[str]:
    """Load a directory as the first lines of its schema say, typed into a shell as they stand there."""
    command = (directory / "schema.postgresql.sql").read_text().splitlines()[1].removeprefix("--").strip()
    assert command.startswith("psql ")
    environment = {**postgresql.environment, "PGDATABASE": database, "PGOPTIONS": "-c client_min_messages=warning"}
    return subprocess.run(
        ["bash", "-c", command], cwd=directory, env=environment, capture_output=True, text=True, timeout=300, check=False
    )  # fmt: skip


def stored(postgresql: Postgresql, database: str, table: str) -> list[list[str | None]]:
    """All rows of a table, in any order, as PostgreSQL writes them."""
    done = postgresql.run(database, "-c", f"COPY {quoted(table)} TO stdout")
    assert done.returncode == 0, done.stderr
    return read_copied(done.stdout)


def assert_loaded(postgresql: Postgresql, database: str, dataset: Dataset) -> None:
    """Every cell of every table is the one that Arrow holds."""
    for name, table in dataset.tables.items():
        assert in_order(read_back(table, stored(postgresql, database, name))) == in_order(rows_of(table)), name


def in_order(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The same rows, sorted: PostgreSQL puts a row wherever a page has room."""
    return sorted(rows, key=repr)


@pytest.mark.parametrize("output_format", FORMATS)
def test_references_of_every_shape_load_with_all_constraints_on(
    postgresql: Postgresql, database: str, tmp_path: Path, output_format: OutputFormat
) -> None:
    """Composite, self-referencing, circular, nullable and polymorphic ones, a table without rows, decimals of 18 digits."""
    syndata.write(TANGLED, tmp_path, output_format=output_format)
    done = load(postgresql, database, tmp_path)

    assert done.returncode == 0, done.stderr
    assert_loaded(postgresql, database, dataset_of(TANGLED))
    ours = "FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
    kinds = postgresql.ask(database, f"SELECT contype, count(*), bool_and(convalidated) {ours} GROUP BY 1 ORDER BY 1")
    deferred = postgresql.ask(database, f"SELECT conrelid::regclass, confrelid::regclass {ours} AND condeferred")
    assert kinds.splitlines() == ["c|8|t", "f|6|t", "p|6|t", "u|1|t"]
    assert set(deferred.splitlines()) == {"staff|staff", "staff|sites"}


@pytest.mark.parametrize("output_format", FORMATS)
@pytest.mark.parametrize(
    "config", ["user", "ecommerce", "company", "relational", "departments", "kinds", "locales", "dirt"]
)
def test_presets_and_every_kind_and_type_load_cell_by_cell(
    postgresql: Postgresql, database: str, tmp_path: Path, config: str, output_format: OutputFormat
) -> None:
    preset = config in {"user", "ecommerce", "company"}
    document: Any = config if preset else GOLDEN / f"{config}.yaml"
    syndata.write(document, tmp_path, output_format=output_format, rows=300 if preset else None)
    done = load(postgresql, database, tmp_path)

    assert done.returncode == 0, done.stderr
    assert_loaded(postgresql, database, dataset_of(document, **({"rows": 300} if preset else {})))


@pytest.mark.parametrize("output_format", FORMATS)
def test_hostile_names_and_values_are_only_names_and_values(
    postgresql: Postgresql, database: str, tmp_path: Path, output_format: OutputFormat
) -> None:
    syndata.write(HOSTILE, tmp_path, output_format=output_format)
    before = {path.name for path in tmp_path.iterdir()}
    done = load(postgresql, database, tmp_path)

    assert done.returncode == 0, done.stderr
    assert_loaded(postgresql, database, dataset_of(HOSTILE))
    assert postgresql.ask(database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "3"
    assert {path.name for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("output_format", FORMATS)
def test_the_ends_of_every_type_come_back(
    postgresql: Postgresql, database: str, tmp_path: Path, output_format: OutputFormat
) -> None:
    from syndata_engine.formats import schema_files
    from syndata_engine.generation.nodes.codes import MAX_DAY, MICROS_PER_DAY, MIN_DAY

    rows = len(NASTY)

    def ends(*values: int | None) -> list[int | None]:
        return [values[row % len(values)] for row in range(rows)]

    columns = {
        "text": texts(NASTY),
        "number": cells("int", ends(1 - 2**63, 2**63 - 1, None, 0)),
        "wide": cells("decimal", ends(1 - 10**18, 10**18 - 1, 1, None), 7, 18),
        "tiny": cells("decimal", ends(1 - 10**18, 1), 18, 18),
        "real": cells("float", ends(1 - 10**15, 10**15 - 1, 1, 0, None), 6),
        "truth": cells("bool", ends(0, 1, None)),
        "day": cells("date", ends(MIN_DAY, MAX_DAY, None)),
        "moment": cells("datetime", ends(MIN_DAY * MICROS_PER_DAY, (MAX_DAY + 1) * MICROS_PER_DAY - 1, -1), 6),
    }
    table = table_of_cells(columns, rows)
    files = {**schema_files(alone(table), output_format), "t": file_of(table, output_format)}
    for name, body in files.items():
        (tmp_path / name).write_bytes(body)
    done = postgresql.run(database, "-1", "-f", str(tmp_path / "schema.postgresql.sql"), "-f", str(tmp_path / "t"))

    assert done.returncode == 0, done.stderr
    assert in_order(read_back(table, stored(postgresql, database, "t"))) == in_order(rows_of(table))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ("DELETE FROM regions", "violates foreign key constraint"),
        ("UPDATE staff SET boss = -1", "violates foreign key constraint"),
        ("UPDATE sites SET manager = -1", "violates foreign key constraint"),
        ("UPDATE staff SET site = 99", "violates foreign key constraint"),
        ("UPDATE staff SET badge = 'x'", "violates unique constraint"),
        ("UPDATE lines SET line = 1", "violates unique constraint"),
        ("UPDATE orders SET seller = NULL", "violates not-null constraint"),
        ("UPDATE orders SET shipped = ordered - interval '1 day'", "violates check constraint"),
        ("UPDATE orders SET note = 'other'", "violates check constraint"),
        ("UPDATE staff SET born = '2005-01-01'", "violates check constraint"),
        ("UPDATE lines SET amount = amount * 10 WHERE amount > 1e15", "numeric field overflow"),
    ],
)
def test_what_breaks_a_rule_of_the_document_is_refused_afterwards(
    postgresql: Postgresql, tangled: str, change: str, error: str
) -> None:
    done = postgresql.run(tangled, "-c", change)

    assert done.returncode != 0
    assert error in done.stderr


@pytest.fixture(scope="module")
def tangled(postgresql: Postgresql, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database that holds TANGLED."""
    directory = tmp_path_factory.mktemp("tangled")
    syndata.write(TANGLED, directory, output_format="copy")
    postgresql.create("tangled")
    done = load(postgresql, "tangled", directory)
    assert done.returncode == 0, done.stderr
    return "tangled"
