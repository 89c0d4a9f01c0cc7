"""Tables with dirt, beside the same tables without it."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from syndata_contracts.plan import Plan, PlannedTable
from syndata_engine.generation import BoundTable, bind
from tests.unit.kinds.making import by, dataset_of, plan_of, vocabularies

Row = dict[str, Any]
PERSONS: dict[str, Any] = {
    "person_id": {"type": "int", "primary_key": True, **by("sequence")},
    "first_name": "first_name",
    "last_name": {"null_rate": 0.1, **by("last_name")},
    "city": {"rule": ["Rome", "Oslo", "New York", "Bern"]},
    "age": {"type": "int", **by("range", min=0, max=99)},
    "income": {"type": "decimal(9,2)", "null_rate": 0.2, **by("range", min=0, max=90_000)},
    "height": {"type": "float", **by("normal", mean=170, stddev=10)},
    "joined": {"type": "date", **by("range", min="2000-01-01", max="2024-12-31")},
    "seen": {"type": "datetime", **by("range", min="2020-01-01", max="2024-12-31")},
    "day": {"type": "str", **by("date_between", min="2000-01-01", max="2024-12-31")},
    "price": {"type": "str", **by("formula", expression="income * 1")},
    "member": {"type": "bool", **by("boolean")},
    "tags": {"type": "json", **by("struct", fields={"a": "word", "b": "city"})},
}


def document(rules: list[Row], rows: int = 3_000, columns: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """One table `t` with this dirt, and its truth."""
    table = {"rows": rows, "columns": columns or PERSONS, "dirt": {"rules": rules, "truth": "truth"}}
    return copy.deepcopy({"tables": {"t": table}, **more})


@dataclass(frozen=True)
class Pair:
    """A table as it leaves, as it is clean, and what the truth tells."""

    table: BoundTable
    planned: PlannedTable
    dirty: list[Row]
    clean: list[Row]
    truth: list[Row]

    @property
    def changed(self) -> set[tuple[int, str]]:
        """Cells that differ."""
        return {
            (number, name)
            for number, (one, other) in enumerate(zip(self.dirty, self.clean, strict=True))
            for name in one
            if one[name] != other[name]
        }

    @property
    def told(self) -> set[tuple[int, str]]:
        """Cells that the truth tells of."""
        return {(row["row_number"], row["column_name"]) for row in self.truth}

    def hits(self, kind: str, column: str) -> int:
        """Cells of a column that the truth says a kind has damaged."""
        return sum(row["kind"] == kind and row["column_name"] == column for row in self.truth)


def pair(described: dict[str, Any]) -> Pair:
    """Both, of all rows; the dirty one through its plan's text, as services and `verify` know it."""
    bare = copy.deepcopy(described)
    del bare["tables"]["t"]["dirt"]
    plan = Plan.from_bytes(plan_of(described).to_bytes())
    dataset = bind(plan, vocabularies())
    table, truth = dataset.tables["t"], dataset.tables["truth"]
    clean = dataset_of(bare).tables["t"]
    rows = table.planned.rows
    return Pair(
        table,
        plan.table("t"),
        table.batch(0, rows).to_pylist(),
        clean.batch(0, rows).to_pylist(),
        truth.batch(0, truth.planned.rows).to_pylist(),
    )
