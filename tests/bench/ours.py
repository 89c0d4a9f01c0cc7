"""The records by Syndata: the one place of the benchmarks that knows its API."""

import sys
from collections.abc import Callable
from pathlib import Path

from tests.bench.record import Output, Record

PRESET = "user"
COMMAND = (sys.executable, "-m", "syndata")


def syndata(record: Record, output: Output, rows: int, file: Path) -> Callable[[], None]:
    """Arrow batches made one after another, none kept; or files with their digests, plan and manifest."""
    if output == "memory":
        return lambda: _batches(record, rows)
    return lambda: _write(record, output, rows, file.with_suffix(".folder"))


def generate_command(rows: int, output: Output, directory: Path, workers: int = 1) -> list[str]:
    """The command line of a whole run."""
    options = {"--preset": PRESET, "--rows": rows, "--output-format": output, "--output-dir": directory}
    words = [str(word) for option in {**options, "--workers": workers}.items() for word in option]
    return [*COMMAND, "generate", *words]


def distinct(rows: int) -> dict[str, int]:
    """Distinct values per column in `rows` rows."""
    import syndata as front_door

    table = next(iter(front_door.generate(PRESET, rows=rows).values()))
    return {name: len(table[name].unique()) for name in table.column_names}


def _batches(record: Record, rows: int) -> None:
    from syndata.preparing import prepare
    from syndata.tables import BATCH_ROWS, bound
    from syndata_engine.planning import Overrides

    prepared = prepare(record, Overrides(rows=rows))
    table = bound(prepared).tables[prepared.plan.tables[0].name]
    for start in range(0, rows, BATCH_ROWS):
        table.batch(start, min(rows, start + BATCH_ROWS))


def _write(record: Record, output: Output, rows: int, directory: Path) -> None:
    import syndata as front_door

    if output != "memory":
        front_door.write(record, directory, output_format=output, rows=rows, workers=1)
