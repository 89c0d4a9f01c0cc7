"""What happens inside a worker process: one part becomes a file, some rows become JSON."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from syndata_contracts.digests import Algorithm, hasher
from syndata_contracts.errors import Defect, Fault, Refused, Unavailable
from syndata_contracts.schema import OutputFormat
from syndata_engine.formats import encode_part, json_rows
from syndata_runtime.plans import dataset_in

MOST_PREVIEWED: Final = 10_000
"""Rows of one preview."""


@dataclass(frozen=True, slots=True)
class MadePart:
    """A part that stands in a file."""

    table: str
    rows: int
    size: int
    digest: str
    tail: bytes = field(repr=False)
    cpu_seconds: float = 0.0
    """Processor time of this process, all threads."""


def warm_up() -> None:
    """Load what every part needs."""
    from syndata_engine.generation.warm import warm  # noqa: PLC0415 -- compiles or loads kernels

    warm()


def make_part(plan: str, table: int, part: int, form: tuple[OutputFormat, Algorithm], into: str) -> MadePart:
    """Make a part of a plan's table (by position) into a file; Unavailable when it cannot be written, Defect without it."""
    begun = time.process_time()
    dataset = dataset_in(plan)
    if not (0 <= table < len(dataset.plan.tables) and 0 <= part < dataset.plan.tables[table].parts):
        raise Defect(f"the plan has no part {part} of a table {table}")
    bound = dataset.tables[dataset.plan.tables[table].name]
    output_format, algorithm = form
    hashed = hasher(algorithm)
    size = 0
    try:
        with Path(into).open("xb", buffering=0) as file:

            def write(view: memoryview) -> None:
                nonlocal size
                hashed.update(view)
                done = 0
                while done < len(view):
                    done += file.write(view[done:])
                size += done

            tail = encode_part(bound, part, output_format, write)
    except OSError as error:
        Path(into).unlink(missing_ok=True)
        raise Unavailable(f"the scratch directory does not take a part: {error.strerror or error}") from error
    spent = time.process_time() - begun
    return MadePart(bound.planned.name, tail.rows, size, hashed.hexdigest(), tail.tail, spent)


def rows_as_json(plan: str, table: str, start: int, count: int) -> bytes:
    """Rows of a plan's table, never stored, as one JSON document; Refused outside the table."""
    dataset = dataset_in(plan)
    if table not in dataset.tables:
        known = ", ".join(dataset.tables)
        raise Refused(Fault("table", f"the plan has no table {table!r}", f"its tables are {known}"))
    bound = dataset.tables[table]
    rows = bound.planned.rows
    if not 0 <= start <= rows:
        raise Refused(Fault("start", f"{start} lies outside the {rows} rows of {table}", f"ask from 0 to {rows}"))
    if not 0 <= count <= MOST_PREVIEWED:
        raise Refused(Fault("count", f"{count} rows are not shown at once", f"ask for 0 to {MOST_PREVIEWED}"))
    stop = min(rows, start + count)
    head = json.dumps({"table": table, "start": start, "count": stop - start}, ensure_ascii=False)
    return head[:-1].encode() + b', "rows": [' + b",\n".join(json_rows(bound, start, stop)) + b"]}\n"
