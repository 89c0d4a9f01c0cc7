"""Parents and children as hypothesis likes them, and what a patient reader would count from their rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.properties.made import Values

Row = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]

CHILD_COLUMNS: dict[str, Any] = {
    "place": {"rule": {"type": "position", "via": "parent"}},
    "amount": {"type": "decimal(8,2)", "null_rate": 0.2, "rule": {"type": "range", "min": "-9.50", "max": "99.99"}},
    "few": {"type": "int", "rule": {"type": "range", "min": -2, "max": 2}},
    "day": {"type": "date", "null_rate": 0.5, "rule": {"type": "range", "min": "2024-01-01", "max": "2024-02-01"}},
    "kind": {"rule": ["a", "b", "c"]},
    "who": {"rule": "full_name", "null_rate": 0.3},
    "serial": {"rule": "sequence", "unique": True},
}
CONDITIONS: dict[str, Callable[[Row], bool]] = {
    "amount >= 40": lambda row: row["amount"] is not None and row["amount"] >= 40,
    "kind in [a, b]": lambda row: row["kind"] in {"a", "b"},
    "few == 2": lambda row: row["few"] == 2,
    "day != null": lambda row: row["day"] is not None,
    "kind == c": lambda row: row["kind"] == "c",
}
"""What is written, and what it means."""


def families(draw: Draw, parent: dict[str, Any], child: dict[str, Any]) -> dict[str, Any]:
    """A document of parents and children under one of the ways in which they can belong together."""
    low = draw(st.integers(0, 3))
    fan_out = {"min": low, "max": low + draw(st.integers(0, 9))}
    reference: dict[str, Any] = {"table": "parents", "column": "id", "id": "parent"}
    how = draw(st.sampled_from(["owning", "shuffled", "even", "nullable"]))
    rows: dict[str, Any] = {}
    if how in {"owning", "shuffled"}:
        reference |= {"fan_out": fan_out, "owning": how == "owning"}
    else:
        rows = {"rows": draw(st.integers(1, 150))}
        reference |= {"null_rate": 0.25} if how == "nullable" else {}
    return {
        "seed": draw(st.integers(0, 2**64 - 1)),
        "tables": {
            "parents": {
                "rows": draw(st.integers(1, 30)),
                "columns": {"id": {"type": "int", "primary_key": True, "rule": "sequence"}, **parent},
            },
            "children": {**rows, "columns": {"of": {"references": reference}, **CHILD_COLUMNS, **child}},
        },
    }


def rows_of(values: Values) -> list[Row]:
    """A table row by row."""
    return [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]


def by_parent(made: dict[str, Values]) -> dict[Any, list[Row]]:
    """Every parent's children by their position."""
    found: dict[Any, list[Row]] = {key: [] for key in made["parents"]["id"]}
    for row in rows_of(made["children"]):
        if row["of"] is not None:
            found[row["of"]].append(row)
    return {key: sorted(family, key=lambda row: row["place"]) for key, family in found.items()}
