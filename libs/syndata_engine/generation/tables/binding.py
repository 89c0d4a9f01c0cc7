"""From a plan to a dataset whose rows can be asked for in any order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.plan import Plan, PlannedTable
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.nodes.frame import Frame
from syndata_engine.generation.tables.tables import DatasetBuilder
from syndata_engine.generation.words.bits import Codes
from syndata_engine.vocabularies import Vocabularies

if TYPE_CHECKING:
    import pyarrow as pa

    from syndata_engine.generation.rendering.arrow import ArrowColumns


@dataclass(eq=False)
class BoundTable:
    """One table, ready to generate: `value(column, row)` for any row, in any order."""

    planned: PlannedTable
    key: int
    columns: dict[str, Column]
    programs: dict[str, object] = field(default_factory=dict)
    """Text programs that formats have compiled, by format."""

    @cached_property
    def arrow(self) -> ArrowColumns:
        """The table's columns as Arrow, which text formats never load."""
        from syndata_engine.generation.rendering.arrow import ArrowColumns

        return ArrowColumns(self.columns, self.key)

    def batch(self, start: int, stop: int, dictionaries: frozenset[str] = frozenset()) -> pa.RecordBatch:
        """Rows start..stop-1 (0 <= start <= stop <= rows) as a record batch; ValueError outside the table."""
        if not 0 <= start <= stop <= self.planned.rows:
            raise ValueError(f"{self.planned.name} has rows 0 to {self.planned.rows}, not {start} to {stop}")
        return self.arrow.batch(start, stop, dictionaries)

    def frame(self, rows: Codes) -> Frame:
        """A frame of any rows, in any order; int64[n]."""
        return Frame(self.key, rows)

    def span(self, start: int, stop: int) -> Frame:
        """A frame of consecutive rows."""
        return Frame(self.key, np.arange(start, stop, dtype=np.int64))


@dataclass(frozen=True, eq=False)
class Dataset:
    """All tables of a plan."""

    plan: Plan
    tables: dict[str, BoundTable]


def bind(plan: Plan, vocabularies: Vocabularies, secret: bytes = b"") -> Dataset:
    """Make a plan ready to generate.

    Refused when a vocabulary, a kind's values version or the secret is not the one the plan was made with.
    """
    for locale, digest in plan.vocabularies.items():
        if vocabularies.digest(locale) != digest:
            raise Refused(
                Fault(
                    "",
                    f"the plan was made with another vocabulary {locale}",
                    "install the syndata version that made the plan",
                )
            )
    if bool(plan.secret_id) != bool(secret):
        what = (
            f"the plan needs the secret {plan.secret_id!r}"
            if plan.secret_id
            else "the plan uses no secret, but one was given"
        )
        raise Refused(Fault("secret_id", what, "give exactly the secret that the plan names"))
    rows = {table.name: table.rows for table in (*plan.tables, *plan.others)}
    dirt = {table.name: table.dirt for table in (*plan.tables, *plan.others) if table.dirt}
    builder = DatasetBuilder(plan.schema_, plan.as_of, vocabularies, secret, rows, planned_dirt=dirt)
    tables = {table.name: _bound(builder, table) for table in plan.tables}
    for table in plan.others:
        # Their values may be read as well, so they too must be those that were planned.
        _bound(builder, table)
    return Dataset(plan, tables)


def _bound(builder: DatasetBuilder, planned: PlannedTable) -> BoundTable:
    columns = {}
    for column in planned.columns:
        built = builder.leaving(planned.name, column.name, "")
        if built.version != column.values_version:
            raise Refused(Fault("", f"{planned.name}.{column.name} was planned with version {column.values_version} of {column.kind}, "
                                f"this is version {built.version}", "install the syndata version that made the plan"))  # fmt: skip
        columns[column.name] = built
    return BoundTable(planned, builder.context(planned.name).key, columns)


def secret_in(variables: Mapping[str, str], secret_id: str | None) -> bytes:
    """The secret of this name, among environment variables; empty for none. Refused when it is not there."""
    if secret_id is None:
        return b""
    variable = "SYNDATA_SECRET_" + re.sub(r"[^A-Z0-9]+", "_", secret_id.upper())
    value = variables.get(variable, "")
    if not value:
        what = f"the secret {secret_id!r} is not known here"
        raise Refused(Fault("secret_id", what, f"set the environment variable {variable}"))
    return value.encode()
