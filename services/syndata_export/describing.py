"""What happens inside a worker process: what is known of a job's parts becomes its manifest and closings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from syndata_contracts.digests import Algorithm
from syndata_contracts.schema import OutputFormat
from syndata_engine.formats import Deliverable, PartFact, describe, schema_files
from syndata_runtime.plans import dataset_in


@dataclass(frozen=True, slots=True)
class Described:
    """A job's deliverables, but for the parts."""

    manifest: bytes
    closings: tuple[bytes, ...]
    """By the table's position in the plan."""
    definitions: dict[str, bytes]
    """Files that create the tables, for formats that have such."""


def warm_up() -> None:
    """Be there: what every description needs was loaded with this module."""


def describe_parts(
    plan: str,
    form: tuple[OutputFormat, Algorithm, str, str],
    parts: Mapping[str, Sequence[PartFact]],
) -> Described:
    """Describe finished parts of a plan's tables; `form` is format, digest algorithm, engine version and workspace."""
    dataset = dataset_in(plan)
    output_format, algorithm, engine, workspace = form
    manifest, closings = describe(dataset, Deliverable(output_format, algorithm, engine, workspace), parts)
    ordered = tuple(closings[table.name] for table in dataset.plan.tables)
    return Described(manifest.to_bytes(), ordered, schema_files(dataset, output_format))
