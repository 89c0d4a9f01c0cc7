"""Proof that a directory holds what its plan gives: every byte by digest, and again from the plan."""

from __future__ import annotations

from collections import defaultdict
from contextlib import closing as closed_after
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from syndata.binding import bind_plan
from syndata.local.damage import Finding, Stretch, inspect, locate, stretches
from syndata.local.dispatch import Told, make_parts
from syndata.local.landing import MANIFEST, PLAN
from syndata.local.parts import Order, PartJob, PartMade
from syndata.local.writing import facts_of, workers_for
from syndata_contracts.errors import Fault, Refused, Unavailable
from syndata_contracts.manifest import Manifest
from syndata_contracts.plan import Plan
from syndata_contracts.version import __version__

if TYPE_CHECKING:
    from syndata_engine.generation import Dataset

LOCATED: Final = 16
"""Damaged parts of a table that are searched for the very bytes; more are only named."""


@dataclass(slots=True)
class Verification:
    """What was checked, and what was found."""

    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What is worth knowing and no fault."""
    rows: int = 0
    bytes: int = 0
    """Bytes checked by digest."""
    parts: int = 0
    regenerated: int = 0
    """Parts made again from the plan."""


def verify(directory: Path, sample: int | None = None, told: Told | None = None) -> Verification:
    """Check every byte by digest, and make all parts again, or `sample` parts of each table spread evenly.

    Refused when `directory` is none. What differs is found, not raised.
    """
    if not directory.is_dir():
        fix = "name the directory that --output-dir named"
        raise Refused(Fault("directory", f"{directory} is not a directory", fix))
    seen = Verification()
    plan = _plan(directory, seen)
    manifest = _manifest(directory, seen)
    if plan is None or manifest is None or not _belong_together(plan, manifest, seen):
        return seen
    order = Order(plan, manifest.output_format, manifest.digest_algorithm)
    dataset = bind_plan(plan)
    _check_origin(dataset, order, manifest, sample, (seen, told or _unheard))
    _check_definitions(directory, dataset, manifest, seen)
    for record in manifest.tables:
        findings, wrong = inspect(directory, record, manifest.digest_algorithm)
        seen.findings.extend(findings)
        seen.rows += record.rows
        seen.bytes += record.bytes
        seen.parts += len(record.parts)
        for count, stretch in enumerate(wrong):
            path = directory / record.file
            place: tuple[int, int] | None = (stretch.start, stretch.stop)
            if count < LOCATED:
                place = locate(path, stretch, dataset.tables[record.name], manifest.output_format)
            seen.findings.append(_differing(record.file, stretch, place))
    seen.notes.extend(_strangers(directory, manifest))
    return seen


def _differing(file: str, stretch: Stretch, place: tuple[int, int] | None) -> Finding:
    if place is None:
        what = "is what the plan gives, but not what the manifest says"
        return Finding(file, what, stretch.part, stretch.start, stretch.stop)
    what = "was changed after it was written" if stretch.part is not None else "the closing bytes were changed"
    return Finding(file, what, stretch.part, *place)


def _plan(directory: Path, seen: Verification) -> Plan | None:
    body = _read(directory / PLAN, seen)
    try:
        return None if body is None else Plan.from_bytes(body, file=PLAN)
    except Refused as refusal:
        seen.findings.extend(Finding(PLAN, fault.what) for fault in refusal.faults)
        return None


def _manifest(directory: Path, seen: Verification) -> Manifest | None:
    body = _read(directory / MANIFEST, seen)
    try:
        return None if body is None else Manifest.from_bytes(body, file=MANIFEST)
    except Refused as refusal:
        seen.findings.extend(Finding(MANIFEST, fault.what) for fault in refusal.faults)
        return None


def _read(path: Path, seen: Verification) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        seen.findings.append(Finding(path.name, "is missing, so nothing here can be proved"))
        return None
    except OSError as error:
        raise Unavailable(f"{path} could not be read: {error.strerror}") from error


def _belong_together(plan: Plan, manifest: Manifest, seen: Verification) -> bool:
    """The manifest speaks of this plan, and of all its parts."""
    if manifest.engine != __version__:
        text = f"written by syndata {manifest.engine}, verified by {__version__}: a difference may be one of versions"
        seen.notes.append(text)
    if manifest.plan != plan.digest:
        seen.findings.append(Finding(PLAN, f"is not the plan that {MANIFEST} names"))
        return False
    planned = {table.name: (table.rows, table.parts) for table in plan.tables}
    recorded = {table.name: (table.rows, len(table.parts)) for table in manifest.tables}
    if planned != recorded:
        seen.findings.append(Finding(MANIFEST, "does not list the tables, rows and parts of the plan"))
        return False
    return True


def _check_origin(
    dataset: Dataset, order: Order, manifest: Manifest, sample: int | None, heard: tuple[Verification, Told]
) -> None:
    """Make parts again and compare them with the manifest; with all parts, compare the whole manifest."""
    from syndata_engine.formats import Deliverable, describe

    seen, told = heard
    jobs = _chosen(manifest, sample)
    records = {record.name: record for record in manifest.tables}
    places = {record.name: list(stretches(record)) for record in manifest.tables}
    made: dict[str, list[PartMade]] = defaultdict(list)
    with closed_after(make_parts(dataset, order, jobs, workers_for(order.plan), told)) as parts:
        for part in parts:
            seen.regenerated += 1
            made[part.job.table].append(part)
            record = records[part.job.table]
            kept = record.parts[part.job.part]
            if (part.rows, part.size, part.digest) != (kept.rows, kept.bytes, kept.digest):
                stretch = places[record.name][part.job.part]
                what = f"is not what the plan gives ({kept.bytes} bytes here, {part.size} from the plan)"
                seen.findings.append(Finding(record.file, what, part.job.part, stretch.start, stretch.stop))
    whole = len(jobs) == sum(len(record.parts) for record in manifest.tables)
    form = Deliverable(manifest.output_format, manifest.digest_algorithm, manifest.engine, manifest.workspace)
    if whole and not seen.findings and describe(dataset, form, facts_of(made))[0] != manifest:
        seen.findings.append(Finding(MANIFEST, "is not what the plan gives: closing bytes, names or digests differ"))


def _check_definitions(directory: Path, dataset: Dataset, manifest: Manifest, seen: Verification) -> None:
    """Compare the files that create tables with what the plan gives: like plan.json, they are named by its digest."""
    from syndata_engine.formats import schema_files

    for name, made in schema_files(dataset, manifest.output_format).items():
        if not (directory / name).exists():
            # Rows load as well into tables that are there already.
            seen.notes.append(f"{name}, which creates the tables, is not here; the rows are whole without it")
            continue
        found = _read(directory / name, seen)
        if found is not None and found != made:
            what = "is not what the plan gives"
            seen.findings.append(Finding(name, what, None, *_difference(found, made)))


def _difference(found: bytes, made: bytes) -> tuple[int, int]:
    """The first byte that differs, and one past the last; to the end where the lengths differ."""
    shorter = min(len(found), len(made))
    different = [at for at in range(shorter) if found[at] != made[at]]
    if len(found) != len(made):
        return (different or [shorter])[0], max(len(found), len(made))
    return different[0], different[-1] + 1


def _chosen(manifest: Manifest, sample: int | None) -> list[PartJob]:
    jobs: list[PartJob] = []
    for record in manifest.tables:
        count = len(record.parts)
        if sample is not None and sample < count:
            chosen = [(2 * index + 1) * count // (2 * sample) for index in range(sample)]
        else:
            chosen = list(range(count))
        jobs.extend(PartJob(record.name, part, None) for part in chosen)
    return jobs


def _strangers(directory: Path, manifest: Manifest) -> list[str]:
    """Files beside the dataset that look like a table of it, left from a run in another format."""
    from syndata_engine.formats import SQL_FORMATS, schema_file_names

    own = {record.file for record in manifest.tables} | {PLAN, MANIFEST, *schema_file_names(manifest.output_format)}
    names = {record.name for record in manifest.tables}
    older = {name for output_format in SQL_FORMATS for name in schema_file_names(output_format)}
    files = {path.name for path in directory.iterdir() if path.stem in names or path.name in older}
    others = sorted(files - own)
    return [f"{name} is no part of this dataset; it may be older" for name in others]


def _unheard(_count: int) -> None:
    return
