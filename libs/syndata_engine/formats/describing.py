"""What finished parts amount to: the manifest, and the bytes that close each table's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from syndata_contracts.digests import Algorithm, digest, digest_of_digests
from syndata_contracts.errors import Fault, Refused
from syndata_contracts.manifest import Manifest, PartRecord, TableRecord
from syndata_contracts.plan import Plan
from syndata_contracts.schema import OutputFormat
from syndata_contracts.workspaces import DEFAULT_WORKSPACE
from syndata_engine.formats.encoding import closing
from syndata_engine.formats.sql_names import name_faults, schema_file_names
from syndata_engine.generation.tables.binding import Dataset

PLAN_FILE = "plan.json"
MANIFEST_FILE = "manifest.json"

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class PartFact:
    """What is known of a finished part."""

    rows: int
    size: int
    """In bytes."""
    digest: str
    tail: bytes = field(default=b"", repr=False)
    """What the table's closing bytes need to know of it."""


@dataclass(frozen=True, slots=True)
class Deliverable:
    """How a dataset is written down."""

    output_format: OutputFormat
    algorithm: Algorithm
    engine: str
    """Version of syndata that made the parts."""
    workspace: str = DEFAULT_WORKSPACE


def describe(
    dataset: Dataset, form: Deliverable, parts: Mapping[str, Sequence[PartFact]]
) -> tuple[Manifest, dict[str, bytes]]:
    """Return the manifest, and each table's closing bytes; `parts` holds all parts of each table, in order."""
    files = file_names(dataset.plan, form.output_format)
    records = []
    closings = {}
    for table in dataset.plan.tables:
        facts = parts[table.name]
        tails, sizes = [fact.tail for fact in facts], [fact.size for fact in facts]
        body = closing(dataset.tables[table.name], form.output_format, tails, sizes)
        closings[table.name] = body
        kept = tuple(PartRecord(rows=fact.rows, bytes=fact.size, digest=fact.digest) for fact in facts)
        end = PartRecord(rows=0, bytes=len(body), digest=digest(body, form.algorithm))
        records.append(
            TableRecord(
                name=table.name,
                file=files[table.name],
                rows=sum(part.rows for part in kept),
                bytes=sum(part.bytes for part in kept) + end.bytes,
                parts=kept,
                closing=end,
                digest=digest_of_digests((*(part.digest for part in kept), end.digest), form.algorithm),
            )
        )
    manifest = Manifest(
        workspace=form.workspace,
        plan=dataset.plan.digest,
        output_format=form.output_format,
        digest_algorithm=form.algorithm,
        engine=form.engine,
        tables=tuple(records),
    )
    return manifest, closings


def file_names(plan: Plan, output_format: OutputFormat) -> dict[str, str]:
    """Return each table's file name; Refused when a table's name cannot be one, or names cannot stand in the format."""
    faults = [fault for table in plan.tables for fault in name_faults(table, output_format)]
    files: dict[str, str] = {}
    taken = {PLAN_FILE: "the plan", MANIFEST_FILE: "the manifest"}
    taken |= dict.fromkeys(schema_file_names(output_format), "the tables' definitions")
    for table in plan.tables:
        name = f"{table.name}.{output_format}"
        if "/" in name or "\\" in name or name.startswith(".") or not name.isprintable():
            faults.append(Fault(f"tables.{table.name}", f"no file can be called {name!r}", "rename the table"))
        elif len(name.encode()) > _LONGEST_NAME:
            what = f"the file name is {len(name.encode())} bytes long, of at most {_LONGEST_NAME}"
            faults.append(Fault(f"tables.{table.name}", what, "rename the table"))
        elif name.casefold() in taken:
            what = f"the file {name} would also be that of {taken[name.casefold()]}"
            faults.append(Fault(f"tables.{table.name}", what, "rename the table, or choose another output format"))
        taken[name.casefold()] = f"table {table.name}"
        files[table.name] = name
    if faults:
        raise Refused(faults)
    return files
