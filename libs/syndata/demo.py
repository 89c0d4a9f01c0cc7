"""`make demo`: two datasets in two formats, shown, and checked by a reader that is not ours."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from syndata.cli.edge import FAILED, OK
from syndata.cli.telling import human_bytes, looked_at, say, warn
from syndata.local.dispatch import make_parts
from syndata.local.parts import Order, PartJob
from syndata.local.writing import Output, Written, write_dataset
from syndata.preparing import prepare
from syndata.tables import bound
from syndata_engine.planning import Overrides, Prepared

if TYPE_CHECKING:
    from syndata_contracts.plan import Plan
    from syndata_contracts.schema import OutputFormat, TableSchema

SHOWN_ROWS = 5
CUSTOMERS = 10_000
MANY_CUSTOMERS = 500_000
EXAMPLE = "departments.yaml"
_FORMATS: tuple[OutputFormat, ...] = ("csv", "parquet")


def demo(directory: Path) -> int:
    """Generate, show and check; return the exit code."""
    failures = 0
    example = directory / EXAMPLE
    directory.mkdir(parents=True, exist_ok=True)
    example.write_text(files("syndata").joinpath("examples", EXAMPLE).read_text(encoding="utf-8"), encoding="utf-8")
    datasets = {"customers": prepare("user", Overrides(rows=CUSTOMERS)), "company": prepare(example)}
    for name, prepared in datasets.items():
        say(f"\n== {name} ==\n")
        warn(prepared)
        for output_format in _FORMATS:
            written = _write(prepared, directory / name / output_format, output_format)
            tables = read_back(written)
            if output_format == _FORMATS[0]:
                _show(tables)
            _tell(written)
            failures += _report(check(prepared.plan, tables))
    say(_speed())
    say(_next_steps(directory))
    return FAILED if failures else OK


def _write(prepared: Prepared, directory: Path, output_format: OutputFormat) -> Written:
    """Write twice: the first time loads the compiled kernels, the second tells how fast they are."""
    write_dataset(prepared, Output(directory, output_format))
    return write_dataset(prepared, Output(directory, output_format))


def read_back(written: Written) -> dict[str, pa.Table]:
    """Read the files with Arrow's own readers, CSV as text, so that nothing is guessed."""
    tables = {}
    for record in written.manifest.tables:
        path = written.directory / record.file
        if written.manifest.output_format == "parquet":
            tables[record.name] = pa_parquet.read_table(path)
        else:
            names = pa_csv.open_csv(path).schema.names
            as_text = pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True)
            tables[record.name] = pa_csv.read_csv(path, convert_options=as_text)
    return tables


def check(plan: Plan, tables: dict[str, pa.Table]) -> Iterator[tuple[bool, str]]:
    """Check every primary key and every reference; yield whether it holds, and what was checked."""
    for schema in plan.schema_.tables:
        table = tables[schema.name]
        key = [column.name for column in schema.columns if column.primary_key]
        if key:
            distinct = table.group_by(key).aggregate([]).num_rows
            empty = table.num_rows - table.select(key).drop_null().num_rows
            holds = distinct == table.num_rows and not empty
            yield (
                holds,
                f"key {_named(schema.name, key)}: {distinct:,} distinct in {table.num_rows:,} rows, {empty} NULL",
            )
        yield from _references(schema, tables)


def _references(schema: TableSchema, tables: dict[str, pa.Table]) -> Iterator[tuple[bool, str]]:
    for reference in schema.foreign_keys:
        if reference.parent_table is None:
            continue
        child_columns, parent_columns = list(reference.child_columns), list(reference.parent_columns)
        children = tables[schema.name].select(child_columns).drop_null()
        parents = tables[reference.parent_table].select(parent_columns)
        orphans = children.join(parents, child_columns, parent_columns, "left anti").num_rows
        names = f"{_named(schema.name, child_columns)} -> {_named(reference.parent_table, parent_columns)}"
        yield not orphans, f"reference {names}: {orphans} orphans in {children.num_rows:,} rows"


def _named(table: str, columns: Sequence[str]) -> str:
    return f"{table}.{columns[0]}" if len(columns) == 1 else f"{table} ({', '.join(columns)})"


def _show(tables: dict[str, pa.Table]) -> None:
    """The first rows, as the file has them: every column of it was read as text."""
    for name, table in tables.items():
        say(f"{name}, the first rows of {table.num_rows:,}:")
        rows = table.slice(0, SHOWN_ROWS).to_pylist()
        looked_at([json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows], name, 0, as_json=False)


def _tell(written: Written) -> None:
    for record in written.manifest.tables:
        rate = record.rows / written.table_seconds[record.name]
        path = written.directory / record.file
        say(f"{path}: {record.rows:,} rows, {human_bytes(record.bytes)}, {rate:,.0f} rows/s")


def _report(checks: Iterator[tuple[bool, str]]) -> int:
    failures = 0
    for holds, what in checks:
        say(f"  {'ok' if holds else 'BROKEN'}  {what}")
        failures += not holds
    return failures


def _speed() -> str:
    """Make many rows as CSV on one core, digests included, and keep none."""
    prepared = prepare("user", Overrides(rows=MANY_CUSTOMERS))
    table = prepared.plan.tables[0]
    jobs = [PartJob(table.name, part, None) for part in range(table.parts)]
    begun = time.monotonic()
    made = list(make_parts(bound(prepared), Order(prepared.plan, "csv", "blake3"), jobs, 1, lambda _size: None))
    rate = MANY_CUSTOMERS / (time.monotonic() - begun)
    size = human_bytes(sum(part.size for part in made))
    return f"\nMore at once: {MANY_CUSTOMERS:,} customers as CSV ({size}, not kept): {rate:,.0f} rows/s on one core"


def _next_steps(directory: Path) -> str:
    installed = Path(sys.executable).parent / "syndata"
    command = os.path.relpath(installed) if installed.exists() else "syndata"
    return f"""
Everything is in {directory}. What to try next:
  {command} verify {directory}/customers/csv        prove every byte from the plan
  {command} generate --preset ecommerce --rows 1000000 --output-dir out/orders
  {command} rows --preset user --rows 1000000000 --table customers --start 999999990 --count 5
  {command} generate --config {directory / EXAMPLE} --output-dir out/mine      yours to change
"""


if __name__ == "__main__":
    sys.exit(demo(Path(sys.argv[1] if len(sys.argv) > 1 else "out/demo")))
