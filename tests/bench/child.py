"""One measurement in a process of its own: `python -m tests.bench.child peer record output rows` prints JSON."""

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import cast

from tests.bench import ours, rivals, timing
from tests.bench.record import Output, Record

Maker = Callable[[Record, Output, int, Path], Callable[[], None]]
PEERS: dict[str, Maker] = {
    "Faker": rivals.faker,
    "Mimesis": rivals.mimesis,
    "DuckDB": rivals.duckdb,
    "Polars": rivals.polars,
    "PyArrow": rivals.arrow,
    "Syndata": ours.syndata,
}


def measure(peer: str, record: Record, output: Output, rows: int) -> dict[str, float]:
    """Rows per second, after a small run of the same that brings in imports, kernels and pools."""
    with tempfile.TemporaryDirectory(dir=timing.scratch()) as folder:
        PEERS[peer](record, output, max(1, rows // 20), Path(folder, "warm"))()
        work = PEERS[peer](record, output, rows, Path(folder, "rows"))
        taken = timing.seconds(work)
        written = sum(file.stat().st_size for file in Path(folder).glob("rows*/*" if peer == "Syndata" else "rows"))
    return {"rows_per_second": rows / taken, "bytes_per_row": written / rows}


def main() -> None:
    """Measure what the arguments name."""
    peer, record, output, rows = sys.argv[1:]
    timing.pin()
    os.environ["POLARS_MAX_THREADS"] = "1"
    print(json.dumps(measure(peer, cast("Record", record), cast("Output", output), int(rows))))


if __name__ == "__main__":
    main()
