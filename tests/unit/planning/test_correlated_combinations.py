"""A combination rises and falls with columns outside of it, by one of its columns, and stays one in every row."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np

from tests.unit.kinds.making import by, dataset_of, faults_of

ROWS = 20_000
VALUES: list[list[Any]] = [["S", 1, None], ["M", 2, "b"], ["M", 3, "c"], ["L", 4, "d"]]
WEIGHTS = [1, 4, 3, 2]


def people(correlate: Any = None, **more: Any) -> dict[str, Any]:
    body = {
        "rows": ROWS,
        "columns": {
            "height": {"type": "float", "scale": 6, **by("normal", mean=170, stddev=9)},
            "size": {"type": "str"},
            "number": {"type": "int"},
            "label": {"type": "str"},
            "luck": {"type": "float", "scale": 6, **by("normal", mean=0, stddev=1)},
        },
        "combinations": [{"columns": ["size", "number", "label"], "values": VALUES, "weights": WEIGHTS, **more}],
    }
    return {"tables": {"people": {**body, **({"correlate": correlate} if correlate else {})}}}


def rows_of(document: dict[str, Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = dataset_of(document).tables["people"].batch(0, ROWS).to_pydict()
    return found


def test_it_rises_in_the_order_of_its_list() -> None:
    made = rows_of(people([["height", "number", Decimal("0.8")]]))
    means = [
        np.mean([h for h, n in zip(made["height"], made["number"], strict=True) if n == place])
        for place in (1, 2, 3, 4)
    ]

    assert means == sorted(means)
    assert 0.7 < np.corrcoef(made["height"], made["number"])[0, 1] < 0.8
    assert abs(np.corrcoef(made["luck"], made["number"])[0, 1]) < 0.04


def test_rows_of_the_list_stay_whole_and_as_frequent() -> None:
    made = rows_of(people([["height", "number", Decimal("0.8")]]))
    listed: list[tuple[Any, ...]] = list(zip(made["size"], made["number"], made["label"], strict=True))

    assert set(listed) == {tuple(values) for values in VALUES}
    for values, weight in zip(VALUES, WEIGHTS, strict=True):
        assert abs(listed.count(tuple(values)) / ROWS - weight / 10) < 0.02


def test_columns_outside_keep_their_values() -> None:
    plain, made = rows_of(people()), rows_of(people([["height", "number", Decimal("0.8")]]))

    assert made["height"] == plain["height"]
    assert made["luck"] == plain["luck"]


def test_it_may_stand_first_and_others_follow_it() -> None:
    made = rows_of(people([["number", "height", Decimal("-0.9")], ["height", "luck", Decimal("0.5")]]))

    assert np.corrcoef(made["height"], made["number"])[0, 1] < -0.8
    assert abs(np.corrcoef(made["height"], made["luck"])[0, 1] - 0.5) < 0.04


def test_a_cell_is_the_same_alone() -> None:
    table = dataset_of(people([["height", "number", Decimal("0.8")]])).tables["people"]
    whole = table.batch(0, ROWS)

    assert all(table.batch(row, row + 3).equals(whole.slice(row, 3)) for row in (0, 4_095, 16_383, ROWS - 3))


def test_two_columns_of_one_combination_are_refused() -> None:
    (fault,) = faults_of(people([["height", "number", Decimal("0.8")], ["luck", "size", Decimal("0.2")]]))

    assert "size and number are drawn together" in fault.what
    assert "drop number" in fault.fix


def test_exact_shares_are_refused() -> None:
    (fault,) = faults_of(people([["height", "number", Decimal("0.8")]], exact=True))

    assert "number cannot be correlated" in fault.what
