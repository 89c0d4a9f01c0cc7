"""A table that changes, and what is told of it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import syndata

Document = dict[str, Any]
Row = dict[str, Any]

KEY = {"type": "int", "primary_key": True, "rule": "sequence"}
SHOP: Document = {
    "name": "shop",
    "tables": {
        "countries": {"rows": 9, "columns": {"id": KEY, "name": "country"}},
        "customers": {
            "rows": 300,
            "columns": {
                "id": KEY,
                "name": {"rule": "full_name", "sensitivity": "PII"},
                "street": "street_address",
                "city": "city",
                "postcode": "postcode",
                "country": {"references": "countries.id"},
                "agent": {"references": {"table": "countries", "column": "id", "choice": "independent"}},
                "status": ["active", "dormant", "closed"],
                "opened": {"type": "date", "rule": {"range": {"min": "2020-01-01", "max": "2022-12-31"}}},
                "closed": {
                    "type": "date",
                    "rule": {"range": {"min": "2020-01-01", "max": "2024-12-31"}},
                    "null_when": "status != 'closed'",
                },
                "limit": {"type": "decimal(9,2)", "rule": {"range": {"min": 0, "max": 900}}},
                "half": {"type": "decimal(9,3)", "rule": {"type": "formula", "formula": "limit * 0.5"}},
                "created": {"type": "datetime", "rule": {"range": {"min": "2020-01-01", "max": "2024-12-31"}}},
                "updated": {"type": "datetime", "rule": {"range": {"min": "2020-01-01", "max": "2025-12-31"}}},
            },
            "constraints": ["closed >= opened", "updated >= created"],
            "changes": {
                "to": "+30d",
                "inserts": 60,
                "updates": "200%",
                "deletes": 45,
                "columns": {"status": 2, "limit": 1, "city": 1},
                "inserted_at": "created",
                "changed_at": "updated",
            },
        },
    },
}


def changed(change: Callable[[Document], object]) -> Document:
    """The shop with something else in it; `change` gets its tables."""
    document = copy.deepcopy(SHOP)
    change(document["tables"])
    return document


def changes_of(**said: Any) -> Document:
    """The shop with other changes."""
    return changed(lambda tables: tables["customers"]["changes"].update(said))


def rows_of(document: Document = SHOP, **options: Any) -> dict[str, list[Row]]:
    """All rows of every table."""
    return {name: table.to_pylist() for name, table in syndata.generate(document, **options).items()}
