"""A plan becomes files: one per table, what creates the tables where the format is SQL, `plan.json` and `manifest.json`."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing as closed_after
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from syndata.binding import bind_plan, kernels_compiled, load_kernels
from syndata.local.dispatch import Told, make_parts
from syndata.local.landing import PLAN, Landing
from syndata.local.parts import Order, PartJob, PartMade
from syndata_contracts.digests import Algorithm
from syndata_contracts.manifest import Manifest
from syndata_contracts.version import __version__

if TYPE_CHECKING:
    from syndata_contracts.plan import Plan
    from syndata_contracts.schema import OutputFormat
    from syndata_engine.formats import PartFact
    from syndata_engine.planning import Prepared

SMALL_WORK_BYTES: Final = 64 * 1024 * 1024
"""Below this one process is done before others would have started."""


@dataclass(frozen=True, slots=True)
class Output:
    """How and where a dataset is written."""

    directory: Path
    output_format: OutputFormat = "csv"
    workers: int | None = None
    """None: as many as there are cores, one for small work."""
    algorithm: Algorithm = "blake3"


@dataclass(frozen=True, slots=True)
class Written:
    """What a run wrote, and how long it took."""

    manifest: Manifest
    directory: Path
    seconds: float
    table_seconds: Mapping[str, float]
    """What each table took of the whole, with workers side by side counted once."""
    workers: int


def write_dataset(prepared: Prepared, output: Output, told: Told | None = None) -> Written:
    """Generate every table into `output.directory`.

    Files appear under their names only when all of them are whole. Refused when the directory or a table's name
    cannot be used; Unavailable when the disk is full or a worker is lost.
    """
    plan = prepared.plan
    from syndata_engine.formats import Deliverable, describe, file_names, schema_file_names, schema_files

    files = file_names(plan, output.output_format)
    order = Order(plan, output.output_format, output.algorithm)
    workers = output.workers or workers_for(plan)
    begun = time.monotonic()
    with Landing(output.directory, (*files.values(), *schema_file_names(output.output_format), PLAN)) as landing:
        dataset = bind_plan(plan, prepared.vocabularies)
        definitions = schema_files(dataset, output.output_format)
        if workers > 1 and not kernels_compiled():
            load_kernels()
        landing.create(PLAN)
        landing.write(PLAN, plan.to_bytes())
        for name, body in definitions.items():
            landing.create(name)
            landing.write(name, body)
        paths = {table: landing.create(file) for table, file in files.items()}
        jobs = [PartJob(table.name, part, paths[table.name]) for table in plan.tables for part in range(table.parts)]
        with closed_after(make_parts(dataset, order, jobs, workers, told or _unheard)) as parts:
            made = by_table(parts)
        form = Deliverable(output.output_format, output.algorithm, __version__)
        manifest, closings = describe(dataset, form, facts_of(made))
        for record in manifest.tables:
            landing.write(record.file, closings[record.name], record.bytes - record.closing.bytes)
        landing.keep(manifest.to_bytes())
    workers = min(workers, len(jobs))
    seconds = {name: max(sum(part.seconds for part in parts) / workers, 1e-6) for name, parts in made.items()}
    return Written(manifest, output.directory, time.monotonic() - begun, seconds, workers)


def facts_of(made: Mapping[str, list[PartMade]]) -> dict[str, list[PartFact]]:
    """What a manifest needs to know of finished parts, in order."""
    from syndata_engine.formats import PartFact

    return {
        table: [
            PartFact(part.rows, part.size, part.digest, part.tail)
            for part in sorted(parts, key=lambda part: part.job.part)
        ]
        for table, parts in made.items()
    }


def workers_for(plan: Plan) -> int:
    """As many workers as there are cores for us, one when the work is small."""
    if sum(table.rows * table.row_bytes for table in plan.tables) < SMALL_WORK_BYTES:
        return 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def by_table(parts: Iterable[PartMade]) -> dict[str, list[PartMade]]:
    """Gather parts under the names of their tables."""
    made: dict[str, list[PartMade]] = defaultdict(list)
    for part in parts:
        made[part.job.table].append(part)
    return made


def _unheard(_count: int) -> None:
    return
