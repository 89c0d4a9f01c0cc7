"""Synthetic data: any amount, realistic, with references that hold, and the same bytes every time.

    import syndata

    tables = syndata.generate("shop.yaml", rows=1_000)      # {"customers": pyarrow.Table, ...}
    syndata.write("shop.yaml", "out", output_format="parquet")
    syndata.rows("shop.yaml", "orders", start=10**9, count=5)

With a server (`syndata up`), `Client` and `AsyncClient` ask it to do the work:

    with syndata.Client() as client:
        job = client.create_job("shop.yaml", rows=1_000_000)
        client.wait(job.id)
        client.download(job.id, "out")

Whatever cannot be done as asked raises `Refused`, which lists every fault with its place and a fix.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from syndata.configuration import Config
from syndata_contracts.errors import Defect, Fault, Refused, SyndataError, Unavailable
from syndata_contracts.presets import PRESETS, load_preset
from syndata_contracts.version import __version__

if TYPE_CHECKING:
    import pyarrow as pa

    from syndata.client import AsyncClient, Client, Damaged, JobFailed, Rejected
    from syndata.databases import read_database, read_ddl
    from syndata.describing import describe
    from syndata.evaluating import evaluate
    from syndata.functions import rule
    from syndata.local.verifying import Verification
    from syndata.local.writing import Written
    from syndata.profiles import Profile, profile
    from syndata_contracts.plan import Plan
    from syndata_contracts.schema import OutputFormat
    from syndata_contracts.strategies import STRATEGIES, strategy
    from syndata_engine.planning import Prepared

__all__ = [
    "PRESETS",
    "STRATEGIES",
    "AsyncClient",
    "Client",
    "Config",
    "Damaged",
    "Defect",
    "Fault",
    "JobFailed",
    "Profile",
    "Refused",
    "Rejected",
    "SyndataError",
    "Unavailable",
    "__version__",
    "describe",
    "evaluate",
    "generate",
    "load_preset",
    "plan",
    "profile",
    "read_database",
    "read_ddl",
    "rows",
    "rule",
    "strategy",
    "verify",
    "write",
]

_ELSEWHERE = {
    **dict.fromkeys(("AsyncClient", "Client", "Damaged", "JobFailed", "Rejected"), "syndata.client"),
    **dict.fromkeys(("read_database", "read_ddl"), "syndata.databases"),
    **dict.fromkeys(("Profile", "profile"), "syndata.profiles"),
    "describe": "syndata.describing",
    "evaluate": "syndata.evaluating",
    "rule": "syndata.functions",
    **dict.fromkeys(("STRATEGIES", "strategy"), "syndata_contracts.strategies"),
}
"""Names that are imported when they are asked for: most who import syndata want no server, no database, no strategy."""


def __getattr__(name: str) -> Any:
    if name not in _ELSEWHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_ELSEWHERE[name]), name)


class Wanted(TypedDict, total=False):
    """How much of a configuration is wanted; `generate` tells what each means."""

    strict: bool
    scale: str | float | Decimal | None
    tables: str | Sequence[str] | None


class Given(Wanted, total=False):
    """What a caller may say over the configuration's own words; `generate` tells what each means."""

    rows: int | None
    seed: int | None
    as_of: str | date | None


def generate(
    config: Config,
    rows: int | None = None,
    seed: int | None = None,
    as_of: str | date | None = None,
    **wanted: Unpack[Wanted],
) -> dict[str, pa.Table]:
    """Make every table in memory, or some of them.

    Args:
        config: a path, the configuration's own text, a mapping, or the name of a preset.
        rows: how many rows tables get that state none of their own.
        seed: another seed gives another dataset; without one here or in the configuration it is 0.
        as_of: the moment that relative dates count from: a date, ISO 8601 text or `now`.
        strict: refuse where there would be a warning.
        scale: share of every table's rows, above 0 and at most 1: `0.001` gives a small database of the same shape
            whose references close. A table that has rows keeps at least one.
        tables: only these, with the values that they have among all of them: names, in a list or separated by
            commas. `orders+parents` adds all that orders refer to, `orders+children` all that refers to orders,
            `orders+derived` their log, history, later snapshot and truth.

    Returns:
        The tables by name, in the order of the configuration.

    Raises:
        Refused: the configuration cannot be used; every fault is listed.
    """
    from syndata.tables import all_tables

    return all_tables(_prepare(config, rows=rows, seed=seed, as_of=as_of, **wanted))


def plan(
    config: Config,
    rows: int | None = None,
    seed: int | None = None,
    as_of: str | date | None = None,
    **wanted: Unpack[Wanted],
) -> Plan:
    """Decide a dataset without making a row: tables, rows, parts, kinds. Arguments and errors are `generate`'s."""
    return _prepare(config, rows=rows, seed=seed, as_of=as_of, **wanted).plan


def rows(config: Config, table: str, start: int = 0, count: int = 10, **given: Unpack[Given]) -> pa.Table:
    """Look at any rows of a table, however far in, without making the others.

    Past the table's last row there are none, so fewer than `count` may come back. Refused when there is no such
    table, or `start` lies beyond its end.
    """
    from syndata.tables import some_rows

    return some_rows(_prepare(config, **given), table, start, count)


def write(
    config: Config,
    directory: str | os.PathLike[str],
    *,
    output_format: OutputFormat | None = None,
    workers: int = 1,
    **given: Unpack[Given],
) -> Written:
    """Write every table to a file in `directory`, with `plan.json` and `manifest.json`.

    Files appear whole or not at all. Without `output_format` it is the configuration's, else CSV. More than one
    worker needs the usual `if __name__ == "__main__":` guard where the calling program has threads. Raises Refused
    for what was asked, Unavailable for a full disk.
    """
    from syndata.local.writing import Output, write_dataset

    prepared = _prepare(config, **given)
    chosen = output_format or prepared.output_format or "csv"
    return write_dataset(prepared, Output(Path(directory), chosen, workers))


def verify(directory: str | os.PathLike[str], sample: int | None = None) -> Verification:
    """Prove that a directory holds what its plan gives; what differs is in `findings`, empty when nothing does."""
    from syndata.local.verifying import verify as verify_directory

    return verify_directory(Path(directory), sample)


def _prepare(config: Config, **given: Unpack[Given]) -> Prepared:
    from syndata.preparing import overrides, prepare

    return prepare(config, overrides(**given))
