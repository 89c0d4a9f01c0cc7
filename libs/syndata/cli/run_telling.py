"""What is told of a run beside its files: where the time went, and how tables hang together."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from syndata.local.writing import Written
    from syndata_engine.planning import Prepared


class Steps:
    """A watch that is read at the end of each step."""

    def __init__(self) -> None:
        self._at = time.monotonic()
        self.seconds: dict[str, float] = {}

    def done(self, step: str) -> None:
        """What has passed since the last reading was this step."""
        now = time.monotonic()
        self.seconds[step] = now - self._at
        self._at = now


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be told."""

    relationships: bool
    performance: bool


def accounts(asked: Asked, steps: Steps, prepared: Prepared, written: Written, *, quiet: bool) -> dict[str, Any]:
    """What was asked for, as JSON shows it; told on standard error as well, unless `quiet`."""
    found: dict[str, Any] = {}
    if asked.relationships:
        from syndata.cli.relationships import describe_relationships, relationships

        found["relationships"] = relationships(prepared)
        if not quiet:
            describe_relationships(prepared)
    if asked.performance:
        found["performance"] = _performance(steps, prepared, written)
        if not quiet:
            _tell_performance(found["performance"])
    return found


def _performance(steps: Steps, prepared: Prepared, written: Written) -> dict[str, Any]:
    """Time by step and by table, and what planning can tell of columns."""
    from syndata_engine.planning.estimates import estimate

    shares = {one.name: one.columns for one in estimate(prepared.plan, prepared.vocabularies)}
    tables = []
    for record in written.manifest.tables:
        seconds = written.table_seconds[record.name]
        columns = sorted(shares[record.name], key=lambda column: -column.share)
        tables.append({
            "name": record.name,
            "seconds": round(seconds, 6),
            "rows_per_second": round(record.rows / seconds),
            "bytes_per_second": round(record.bytes / seconds),
            "columns": [{"name": one.name, "share_of_work": round(one.share, 4)} for one in columns],
        })  # fmt: skip
    steps_document = {name: round(seconds, 6) for name, seconds in steps.seconds.items()}
    return {"steps": steps_document, "workers": written.workers, "tables": tables}


def _tell_performance(document: dict[str, Any]) -> None:
    steps = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in document["steps"].items())
    sys.stderr.write(f"time: {steps}\n")
    for table in document["tables"]:
        dear = ", ".join(f"{one['name']} {one['share_of_work']:.0%}" for one in table["columns"][:3])
        rate = f"{table['rows_per_second']:,} rows/s, {table['bytes_per_second'] / 2**20:,.1f} MiB/s"
        sys.stderr.write(f"  {table['name']}: {table['seconds']:.2f} s, {rate}; most work by estimate: {dear}\n")
