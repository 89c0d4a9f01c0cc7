"""Columns by distribution in order: each drawn from the part of its distribution that its neighbours leave."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from tests.unit.kinds import theory
from tests.unit.kinds.making import by, dataset_of, faults_of

ROWS = 20_000


def orders(columns: dict[str, Any], *constraints: str, **more: Any) -> dict[str, Any]:
    return {"tables": {"orders": {"rows": ROWS, "columns": columns, "constraints": [*constraints], **more}}}


NUMBER = {"type": "float", "scale": 6}
FREE = {**NUMBER, **by("normal", mean=0, stddev=1)}
PAIRS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (FREE, FREE),
    ({"type": "decimal(12,2)", **by("lognormal", median=100, sigma=1)}, {"type": "decimal(12,2)", **by("lognormal", median=100, sigma=1)}),
    (by("poisson", mean=5), by("poisson", mean=5)),
    ({"type": "int", **by("range", min=0, max=20)}, by("binomial", trials=20, p="0.5")),
    (by("geometric", p="0.2", max=60), {"type": "int", **by("range", min=0, max=60)}),
    ({"type": "int", **by("quantiles", points=[[0, 0], ["0.4", 0], [1, 9]])}, {"type": "int", **by("histogram", edges=[0, 4, 9], weights=[3, 1])}),
    ({"type": "date", **by("normal", mean="2024-06-01", stddev="30d")}, {"type": "datetime", **by("exponential", start="2024-01-01", mean="90d")}),
    ({"type": "datetime", **by("beta", alpha=2, beta=2, low="2024-01-01", high="2024-02-01")}, {"type": "date", **by("normal", mean="2024-01-20", stddev="9d")}),
]  # fmt: skip


@pytest.mark.parametrize("sign", ["<=", "<"])
@pytest.mark.parametrize(("low", "high"), PAIRS)
def test_no_row_is_out_of_order(low: dict[str, Any], high: dict[str, Any], sign: str) -> None:
    """Nor does a row depend on which rows are made with it."""
    table = dataset_of(orders({"a": low, "b": high}, f"a {sign} b")).tables["orders"]
    batch = table.batch(0, ROWS)
    rows = table.span(0, ROWS)
    a, b = (rows.get(column.code) for column in table.columns.values() if column.code)
    scales = [86_400_000_000 if column.type.name == "date" else 1 for column in table.columns.values()]
    left, right = (a * scales[0], b * scales[1]) if scales[0] != scales[1] else (a, b)

    assert (left < right).all() if sign == "<" else (left <= right).all()
    assert all(table.batch(row, row + 2).equals(batch.slice(row, 2)) for row in (0, 4_095, ROWS - 2))
    for column, codes in zip(table.columns.values(), (a, b), strict=True):
        assert column.low is not None
        assert column.high is not None
        assert column.low <= codes.min()
        assert codes.max() <= column.high


def test_a_later_column_has_its_distribution_from_the_earlier_value_on() -> None:
    """Its place inside what is left of its distribution is even (Kolmogorov and Smirnov, one sample in 10,000)."""
    table = dataset_of(orders({"a": FREE, "b": FREE}, "a <= b")).tables["orders"]
    cdf = theory.normal(0, 1)
    batch = table.batch(0, ROWS)
    pairs = zip(batch.column("a").to_pylist(), batch.column("b").to_pylist(), strict=True)
    places = np.sort([(cdf(b) - cdf(a)) / (1 - cdf(a)) for a, b in pairs if a < 4])

    assert np.max(np.abs(places - (np.arange(len(places)) + 0.5) / len(places))) < 2.2 / math.sqrt(ROWS)


def test_ordered_columns_can_be_correlated_too() -> None:
    document = orders({"a": FREE, "b": FREE}, "a <= b", correlate=[["a", "b", Decimal("0.8")]])
    batch = dataset_of(document).tables["orders"].batch(0, ROWS)
    a, b = (np.array(batch.column(name).to_pylist()) for name in ("a", "b"))

    assert (a <= b).all()
    assert np.corrcoef(a, b)[0, 1] > 0.7


def test_a_distribution_with_gaps_is_not_moved() -> None:
    gap = {"type": "int", **by("histogram", edges=[0, 3, 6, 9], weights=[1, 0, 1])}
    (fault,) = faults_of(orders({"a": gap, "b": gap}, "a <= b"))

    assert "computed" in fault.what
