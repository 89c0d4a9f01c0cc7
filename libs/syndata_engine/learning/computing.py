"""Numbers that follow from other numbers of their row: sums, differences and products, to the last digit."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations
from typing import Any, Final

import numpy as np

from syndata_engine.learning.columns import Learnt
from syndata_engine.learning.result import LearntTable

_LEAST_ROWS: Final = 50
_ALIKE: Final = 0.999
"""Share of the rows in which it must be so."""
_MOST_COLUMNS: Final = 16
_LOOKED_AT: Final = 40
"""Rows that decide most often."""
_LARGEST: Final = 2.0**52
_NUMBERS: Final = frozenset({"int", "decimal", "float"})


def learn_formulas(table: LearntTable) -> None:
    """Give numbers that follow from others of their row the rule `formula`; the others are drawn as ever."""
    if table.observed.sampled < _LEAST_ROWS:
        return
    columns = [column for column in table.columns if _takes_part(column)][:_MOST_COLUMNS]
    computed: set[str] = set()
    # What stands last is most often what follows from the others. Parts are never computed yet, so there is no circle.
    for column in reversed(columns):
        others = [one for one in columns if one is not column and one.name not in computed]
        found = next((formula for formula in _formulas(others) if _holds(column, formula)), None)
        if found is None:
            continue
        operator, parts = found
        computed.add(column.name)
        told = f" {operator} ".join(f"`{part.name}`" for part in parts)
        column.role, column.drawn, column.categories = "computed", column.body, []
        column.body = {key: value for key, value in column.body.items() if key != "null_rate"}
        column.body |= {"type": _wide(column), "rule": {"type": "formula", "formula": told}}
        column.remarks = ["so in every row of the source"]


def _wide(column: Learnt) -> str:
    """The column's type, with room for what the greatest of the others may give."""
    declared = str(column.body["type"])
    return f"decimal(18,{_scale(column)})" if declared.startswith("decimal") else declared


def _takes_part(column: Learnt) -> bool:
    ordered = column.ordered
    if ordered is None or ordered.type not in _NUMBERS or column.role != "numbers" or "`" in column.name:
        return False
    return len(np.unique(ordered.units)) > 2  # a flag times a number is no product to speak of


def _formulas(columns: list[Learnt]) -> Iterator[tuple[str, tuple[Learnt, ...]]]:
    for pair in combinations(columns, 2):
        yield "*", pair
        yield "+", pair
    for ordered in permutations(columns, 2):
        yield "-", ordered
    for triple in combinations(columns, 3):
        yield "+", triple


def _holds(column: Learnt, formula: tuple[str, tuple[Learnt, ...]]) -> bool:
    """Whether it gives the column's value in nearly every row, and is missing where that is."""
    operator, parts = formula
    wanted, present = _filled(column)
    for rows in (slice(0, _LOOKED_AT), slice(None)):
        known = np.logical_and.reduce([_filled(part)[1][rows] for part in parts])
        if int((known != present[rows]).sum()) > (1 - _ALIKE) * len(known) or not known.any():
            return False
        found = _result(operator, parts, rows, _scale(column))
        if found is None or int((found != wanted[rows])[known].sum()) > (1 - _ALIKE) * int(known.sum()):
            return False
    return True


def _result(operator: str, parts: tuple[Learnt, ...], rows: slice, scale: int) -> Any:
    """In units of the last of so many digits, halves rounded to even; None where floats would not hold it."""
    numbers = [_filled(part)[0][rows].astype(np.float64) for part in parts]
    scales = [_scale(part) for part in parts]
    if operator == "*":
        exact, digits = numbers[0] * numbers[1], sum(scales)
    else:
        digits = max(scales)
        raised = [number * 10.0 ** (digits - one) for number, one in zip(numbers, scales, strict=True)]
        exact = raised[0] - raised[1] if operator == "-" else sum(raised[1:], raised[0])
    if np.abs(exact).max(initial=0.0) >= _LARGEST:
        return None
    if digits > scale:
        return np.rint(exact / 10.0 ** (digits - scale))
    return exact * 10.0 ** (scale - digits)


def _scale(column: Learnt) -> int:
    return column.ordered.scale if column.ordered is not None else 0


def _filled(column: Learnt) -> tuple[Any, Any]:
    """The values of all rows of the sample, 0 where there is none, and where there is one."""
    ordered = column.ordered
    if ordered is None:
        empty = np.zeros(len(column.observed.texts), dtype=np.int64)
        return empty, empty > 0
    units = np.zeros(len(ordered.present), dtype=np.int64)
    units[ordered.present] = ordered.units
    return units, ordered.present
