"""Datasets that make a database work for its constraints, and how to read rows back."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from syndata_engine.generation import BoundTable

NASTY = ["it's", "''", "C:\\temp", "\\N", "\\.", "a\tb", "line\nbreak", "a\rb", "\v\f\b\x01", 'say "hi"', "NULL", "", " ", ":name", ":'x'",
         "$$", "'); DROP TABLE parents; --", "\\! touch x", "Zoë 雪 👋🏽", "/* no", "\\", "\\\\'"]  # fmt: skip

TANGLED: dict[str, Any] = {
    "syndata": 1,
    "seed": 5,
    "tables": {
        # Children stand first, so that the order of loading is not the document's.
        "lines": {
            "rows": 3_000,
            "primary_key": ["order", "line"],
            "columns": {
                "order": {"type": "uuid", "references": {"table": "orders", "column": "id"}},
                "line": {"type": "int", "rule": {"type": "position", "via": "order"}},
                "amount": {"type": "decimal(18,2)", "rule": {"type": "range", "min": "-9999999999999999.99", "max": "9999999999999999.99"}},
                "share": {"type": "float", "rule": {"type": "range", "min": 0, "max": 1}, "null_rate": 0.1},
                "about": {"type": "str"},
                "about_kind": {"type": "str"},
            },
            "foreign_keys": [
                {
                    "child_column": "about", "type_column": "about_kind", "null_rate": 0.1,
                    "parents": [{"table": "regions", "column": "code"}, {"table": "staff", "column": "badge"}],
                }
            ],
        },
        "orders": {
            "rows": 2_000,
            "columns": {
                "id": {"type": "uuid", "primary_key": True},
                "seller": {"type": "int", "references": {"table": "staff", "column": "id"}},
                "ordered": {"type": "datetime", "rule": {"type": "range", "min": "2020-01-01", "max": "2024-12-31"}},
                "shipped": {"type": "datetime", "null_rate": 0.2, "rule": {"type": "range", "min": "2020-01-01", "max": "2024-12-31"}},
                "paid": {"type": "bool", "null_rate": 0.1},
                "note": {"type": "str", "rule": {"type": "choice", "value": NASTY}},
            },
            "constraints": ["shipped >= ordered"],
        },
        "staff": {
            "rows": 1_500,
            "columns": {
                "id": {"type": "int", "primary_key": True, "rule": {"type": "range", "min": 1, "max": 9_000_000_000}},
                "badge": {"unique": True, "rule": {"type": "pattern", "pattern": "'^^^##"}},
                "boss": {"type": "int", "references": {"table": "staff", "column": "id", "depth": 4, "roots": 3}},
                "region": {"type": "str"},
                "site": {"type": "int"},
                "born": {"type": "date", "rule": {"type": "range", "min": "1950-01-01", "max": "2004-12-31"}},
            },
            "foreign_keys": [{"id": "workplace", "child_columns": ["region", "site"], "parent_table": "sites", "parent_columns": ["region", "number"]}],
        },
        "sites": {
            "rows": 60,
            "primary_key": ["region", "number"],
            "columns": {
                "region": {"type": "str", "references": {"table": "regions", "column": "code"}},
                "number": {"type": "int", "rule": {"type": "position", "via": "region"}},
                # With staff.workplace a circle of two tables.
                "manager": {"type": "int", "references": {"table": "staff", "column": "id", "null_rate": 0.2}},
            },
        },
        "regions": {"rows": 9, "columns": {"code": {"primary_key": True, "rule": {"type": "pattern", "pattern": "^^"}}}},
        "nothing": {"rows": 0, "columns": {"id": {"type": "int", "primary_key": True}, "x": "email"}},
    },
}  # fmt: skip

HOSTILE: dict[str, Any] = {
    "syndata": 1,
    "rows": 50,
    "tables": {
        "select -1 -- x": {
            "columns": {
                'id"': {"type": "int", "primary_key": True},
                "it's \\ :x $$ /*": {"rule": {"type": "choice", "value": NASTY}},
                'x"); SELECT 1/0; --': {"rule": {"type": "choice", "value": NASTY}, "null_rate": 0.3},
                "from": {"type": "str"},
                "from\u2028kind": {"type": "str"},
            },
            "foreign_keys": [
                {
                    "child_column": "from", "type_column": "from\u2028kind",
                    "parents": [{"table": "drop table parents", "column": 'k"; SELECT 1/0;'}, {"table": "parents", "column": "id"}],
                }
            ],
        },
        "drop table parents": {"columns": {'k"; SELECT 1/0;': {"type": "str", "primary_key": True}}},
        "parents": {"columns": {"id": {"type": "uuid", "primary_key": True}}},
    },
}  # fmt: skip
"""Names that reading lets through; what it does not, tests/unit/formats writes down by itself."""


def rows_of(table: BoundTable) -> list[tuple[Any, ...]]:
    """A table's rows as Arrow has them."""
    batch = table.batch(0, table.planned.rows)
    return list(zip(*(batch.column(number).to_pylist() for number in range(batch.num_columns)), strict=True))


_UNESCAPED = {"\\": "\\", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def read_copied(text: str) -> list[list[str | None]]:
    """What `COPY … TO stdout` wrote."""
    rows = text.split("\n")[:-1]
    return [
        [None if field == "\\N" else re.sub(r"\\(.)", lambda found: _UNESCAPED[found[1]], field) for field in row.split("\t")]
        for row in rows
    ]  # fmt: skip


def digits(value: Any) -> str:
    """A number as text. SQLite promises 15 digits of a double, and may miss the nearest one by its last bit."""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def as_arrow(name: str, value: Any) -> Any:
    """A value that a database handed out, as Arrow hands it out."""
    readers: dict[str, Any] = {
        "int": int,
        "float": lambda value: float(digits(value)),
        "decimal": lambda value: Decimal(digits(value)),
        "bool": lambda value: value in {1, "t"},
        "date": lambda value: datetime.fromisoformat(value).date(),
        "datetime": datetime.fromisoformat,
    }
    return None if value is None else readers.get(name, str)(value)


def read_back(table: BoundTable, rows: list[Any]) -> list[tuple[Any, ...]]:
    """Rows that a database handed out, as Arrow has them."""
    types = [column.type for column in table.planned.columns]
    return [tuple(as_arrow(name, value) for name, value in zip(types, row, strict=True)) for row in rows]


def quoted(name: str) -> str:
    """A name as SQL reads it."""
    return '"' + name.replace('"', '""') + '"'
