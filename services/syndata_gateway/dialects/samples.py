"""A configuration out of some values of each column: made-up rows with columns of the same types and spread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from syndata_contracts.errors import Fault, Refused

TABLE: Final = "records"
_FEW: Final = 20
"""Different numbers up to which each is a word of its own, with its share; above, they are a distribution."""
_POINTS: Final = 100
_DIGITS: Final = 15
"""Of a number, that columns of floats keep exactly."""
_KINDS: Final[dict[type, str]] = {bool: "bool", int: "int", float: "float", str: "str"}


def configuration_of(data: Mapping[str, Sequence[Any]], rows: int) -> dict[str, Any]:
    """A table of these columns; Refused where values are of several types, none, or no plain ones."""
    faults: list[Fault] = []
    columns = []
    for name, values in data.items():
        try:
            columns.append({"name": name, **_column(f"data.{name}", values)})
        except Refused as refusal:
            faults += refusal.faults
    if len({len(values) for values in data.values()}) > 1:
        faults.append(Fault("data", "columns have different numbers of values", "send as many of each, null for none"))
    if faults:
        raise Refused(faults)
    return {"tables": [{"table_name": TABLE, "rows": rows, "columns": columns}]}


def _column(path: str, values: Sequence[Any]) -> dict[str, Any]:
    known = [value for value in values if value is not None]
    if not known:
        raise Refused(Fault(path, "there is no value", "send one at least, or leave the column out"))
    types = {type(value) for value in known}
    if types <= {int, float} and float in types:
        known, types = _rounded(known), {float}
    kind = _KINDS.get(next(iter(types))) if len(types) == 1 else None
    if kind is None:
        raise Refused(Fault(path, "values are not all of one plain type", "send numbers, or texts, or booleans"))
    missing = {"null_rate": 1 - len(known) / len(values)} if len(known) < len(values) else {}
    return {"type": kind, "rule": _rule(known, kind), **missing}


def _rounded(values: Sequence[float]) -> list[float]:
    """Numbers with as many digits after the point as a column has room for beside those before it."""
    before = len(str(int(max(map(abs, values))) + 1))  # rounding may carry
    return [round(float(value), max(0, _DIGITS - before)) for value in values]


def _rule(values: list[Any], kind: str) -> dict[str, Any]:
    counts = Counter(values)
    if kind in {"int", "float"} and len(counts) > _FEW:
        ordered = sorted(values)
        last = len(ordered) - 1
        places = sorted({round(last * step / _POINTS) for step in range(_POINTS + 1)})
        return {"type": "quantiles", "points": [[place / last, ordered[place]] for place in places]}
    return {"type": "choice", "value": list(counts), "weights": list(counts.values())}
