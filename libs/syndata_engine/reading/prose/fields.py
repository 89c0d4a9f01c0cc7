"""A described table as a list of fields: what clients show and change before they ask for the data."""

from __future__ import annotations

import re
from decimal import Decimal
from math import ceil, floor
from typing import Any, Final

from syndata_engine.reading.prose.columns import Decided

_TYPES: Final = {"int": "integer", "str": "string", "bool": "boolean"}
_SHAPES: Final = {"#": "[0-9]", "%": "[1-9]", "?": "[a-z]", "^": "[A-Z]"}
_BOUNDED: Final = {"range", "age"}
_SPREADS: Final = 3
"""Standard deviations that a field's bounds leave of a normal distribution."""


def fields_of(columns: tuple[Decided, ...]) -> list[dict[str, Any]]:
    """One document for each column, of name, type, description and constraints, as a list of fields has them.

    What a list of fields cannot say stays in the description: shares and references.
    """
    return [_field(column) for column in columns]


def _field(column: Decided) -> dict[str, Any]:
    kind, options = (column.rule["type"], column.rule) if isinstance(column.rule, dict) else (column.rule, {})
    family = column.type.partition("(")[0]
    field: dict[str, Any] = {"name": column.name, "type": _TYPES.get(family, family)}
    field["description"] = "; ".join(part for part in (column.text, *column.remarks) if part)
    constraints = _constraints(kind, options, whole=family == "int")
    if kind == "normal":
        field["description"] += "; of a normal distribution, whose bounds these are"
    if kind not in {
        "choice",
        "pattern",
        "range",
        "normal",
        "formula",
        "boolean",
        "sequence",
        "uuid",
        None,
    } | _BOUNDED & {kind if "min" in options else None}:
        field["type"] = kind
    if family == "decimal" and constraints:
        constraints["decimal_places"] = int(column.type.rstrip(")").rpartition(",")[2])
    if column.key:
        constraints["primary_key"] = True
    if column.unique and not column.key:
        constraints["unique"] = True
    if column.null_rate is not None:
        constraints["nullable"] = True
    return {**field, **({"constraints": constraints} if constraints else {})}


def _constraints(kind: str | None, options: dict[str, Any], *, whole: bool) -> dict[str, Any]:
    match kind:
        case "choice":
            return {"enum": [_plain(value) for value in options["value"]]}
        case "formula":
            return {"formula": options["formula"]}
        case "pattern":
            return {"pattern": "".join(_SHAPES.get(mark, re.escape(mark)) for mark in options["pattern"])}
        case "range" | "age" if "min" in options:
            return {"min_value": _plain(options["min"]), "max_value": _plain(options["max"])}
        case "normal":
            middle, reach = options["mean"], _SPREADS * options["stddev"]
            low, high = options.get("min", middle - reach), options.get("max", middle + reach)
            ends = (Decimal(floor(low)), Decimal(ceil(high))) if whole else (low, high)
            return {"min_value": _plain(ends[0]), "max_value": _plain(ends[1])}
    return {}


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)
