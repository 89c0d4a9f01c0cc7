"""Strategies that make one table."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from syndata_contracts.strategies.parameters import Parameter, Strategy, Values

_MOST_ROWS: Final = 10**15

_CYCLE: Final[tuple[tuple[str, str, Any], ...]] = (
    ("int", "int", {"type": "range", "min": 0, "max": 1000}),
    ("float", "float", {"type": "normal", "mean": 0, "stddev": 1, "min": -6, "max": 6}),
    ("category", "str", {"type": "choice", "value": ["A", "B", "C", "D", "E"], "weights": [40, 25, 20, 10, 5]}),
    ("flag", "bool", {"type": "boolean"}),
    ("date", "date", {"type": "range", "min": "-2y", "max": "today"}),
    ("amount", "decimal(12,2)", {"type": "lognormal", "median": 100, "sigma": 1, "min": 0, "max": 100000}),
    ("word", "str", "word"),
    ("moment", "datetime", {"type": "range", "min": "-2y", "max": "as_of"}),
)


def _tabular_random(values: Values) -> dict[str, Any]:
    columns: list[dict[str, Any]] = [{"name": "id", "type": "int", "constraints": ["PK"], "rule": "sequence"}]
    for number in range(1, values["num_columns"]):
        word, kind, rule = _CYCLE[(number - 1) % len(_CYCLE)]
        columns.append({"name": f"{word}_{number}", "type": kind, "rule": rule, "null_rate": values["null_rate"]})
    return {"tables": [{"table_name": "data", "rows": values["num_rows"], "columns": columns}]}


TABULAR_RANDOM: Final = Strategy(
    "tabular_random",
    "tabular",
    "A table of independent columns of all types.",
    (
        Parameter("num_rows", "integer", 1000, "Rows of the table.", 0, _MOST_ROWS),
        Parameter("num_columns", "integer", 10, "Columns, the key among them.", 1, 1000),
        Parameter("null_rate", "number", Decimal(0), "Share of values that are NULL, outside of the key.", "0", "1"),
    ),
    _tabular_random,
)


def _customer_data(values: Values) -> dict[str, Any]:
    def column(name: str, kind: str, rule: Any, **more: Any) -> dict[str, Any]:
        return {"name": name, "type": kind, "rule": rule, **more}

    pii = {"sensitivity": "PII"}
    personal = [
        column("first_name", "str", "first_name", **pii),
        column("last_name", "str", "last_name", **pii),
        column("email", "str", "email", constraints=["UNIQUE"], **pii),
        column("phone", "str", "phone", **pii),
        column("date_of_birth", "date", {"type": "date_of_birth", "min": 18, "max": 85}, **pii),
        column("street_address", "str", "street_address", **pii),
        column("postal_code", "str", "postal_code", **pii),
    ]
    columns = [
        column("customer_id", "int", {"type": "sequence", "start": 1}, constraints=["PK"]),
        *(personal if values["include_pii"] else []),
        column("age", "int", {"type": "age", "min": 18, "max": 85}),
        column("gender", "str", "gender"),
        column("city", "str", "city"),
        column("state", "str", "state"),
        column(
            "segment",
            "str",
            {"type": "choice", "value": ["new", "regular", "loyal", "vip"], "weights": [30, 45, 20, 5]},
        ),
        column("registered_on", "date", {"type": "range", "min": "-4y", "max": "today"}),
        column("orders", "int", {"type": "geometric", "probability": "0.15", "min": 0, "max": 200}),
        column(
            "average_order", "decimal(10,2)", {"type": "lognormal", "median": 45, "sigma": "0.7", "min": 5, "max": 2000}
        ),
        column("total_spent", "decimal(12,2)", {"type": "formula", "formula": "orders * average_order"}),
        column("is_active", "bool", {"type": "boolean", "true": "0.8"}),
    ]
    return {"tables": [{"table_name": "customers", "rows": values["count"], "columns": columns}]}


CUSTOMER_DATA: Final = Strategy(
    "customer_data",
    "tabular",
    "Customers with what they ordered and spent; with names and addresses on demand.",
    (
        Parameter("count", "integer", 1000, "Customers.", 0, _MOST_ROWS),
        Parameter(
            "include_pii",
            "boolean",
            default=False,
            says="Adds names, addresses and other columns that identify a person.",
        ),
    ),
    _customer_data,
)
