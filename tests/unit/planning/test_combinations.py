"""Columns that are drawn together from a list of rows."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

import syndata
from syndata_contracts.errors import Refused
from tests.unit.kinds.making import by, faults_of
from tests.unit.planning.one_table import made, table

PLACES = [["DE", "EUR", 83], ["CH", "CHF", 9], ["FR", "EUR", 68]]


def places(**said: Any) -> dict[str, Any]:
    """Columns that are drawn together from the places."""
    one = {"columns": ["country", "currency", "millions"], "values": PLACES, **said}
    return table(1_000, combinations=[one], columns={"country": "str", "currency": "str", "millions": "int"})


def test_columns_of_a_combination_are_a_row_of_the_list() -> None:
    found = Counter(tuple(row.values()) for row in made(places()))

    assert set(found) == {tuple(place) for place in PLACES}
    assert all(abs(count - 333) < 5 * 15 for count in found.values())


def test_combinations_are_drawn_by_weight_or_met_to_the_row() -> None:
    drawn = Counter(row["country"] for row in made(places(weights=[8, 1, 1])))
    exact = Counter(row["country"] for row in made(places(weights=[8, 0.5, 1.5], exact=True)))

    assert abs(drawn["DE"] - 800) < 5 * 13
    assert exact == {"DE": 800, "CH": 50, "FR": 150}


def test_values_take_the_types_of_their_columns_and_may_be_null() -> None:
    document = table(
        combinations=[{"columns": ["d", "p", "n"], "values": [["2024-02-29", 9.90, None], ["2025-01-01", 3, 1.5]]}],
        columns={"d": "date", "p": "decimal(5,2)", "n": None},
    )
    assert {(str(row["d"]), row["p"], row["n"]) for row in made(document)} == {
        ("2024-02-29", Decimal("9.90"), None),
        ("2025-01-01", Decimal("3.00"), "1.5"),
    }


def test_a_key_among_the_columns_takes_every_row_of_the_list_once() -> None:
    document = places()
    document["tables"]["t"] |= {"rows": 3, "primary_key": "country"}

    assert sorted(list(row.values()) for row in made(document)) == sorted(PLACES)
    document["tables"]["t"]["rows"] = 4
    (fault,) = faults_of(document)
    assert "t.country can tell apart 3 rows, but t has 4" in fault.what


def test_other_tables_refer_to_a_listed_key() -> None:
    document = places()
    document["tables"]["t"] |= {"rows": 3, "primary_key": "country"}
    document["tables"]["u"] = {
        "rows": 50,
        "columns": {"at": {"references": "t.country"}, "in": by("lookup", column="currency")},
    }

    assert {(row["at"], row["in"]) for row in made(document, "u")} == {("DE", "EUR"), ("CH", "CHF"), ("FR", "EUR")}


def test_two_combinations_are_drawn_apart_and_the_order_of_columns_changes_nothing() -> None:
    values = [["a", 1], ["b", 2]]
    both = [{"columns": ["x", "y"], "values": values}, {"columns": ["v", "w"], "values": values}]
    columns = {"x": "str", "y": "int", "v": "str", "w": "int"}
    found = made(table(10_000, combinations=both, columns=columns))
    turned = [{"columns": ["y", "x"], "values": [[1, "a"], [2, "b"]]}, both[1]]

    assert abs(sum(row["x"] == row["v"] for row in found) - 5_000) < 5 * 50
    assert made(table(10_000, combinations=turned, columns=columns)) == found


def test_a_fault_of_a_combination_names_its_line() -> None:
    text = """\
tables:
  t:
    combinations:
      - columns: [a, b]
        values:
          - [1, x]
          - [two, y]
    columns:
      a: int
      b: str
"""
    with pytest.raises(Refused) as refusal:
        syndata.plan(text)
    (fault,) = refusal.value.faults

    assert (fault.line, fault.column) == (7, 14)
    assert "two" in fault.what


@pytest.mark.parametrize(
    ("said", "path", "word"),
    [
        ({"values": PLACES}, "", "'columns' is missing"),
        ({"columns": ["a", "b"]}, "", "'values' is missing"),
        ({"columns": ["a", "c"], "values": [[1, 2]]}, ".columns[1]", "no column 'c'"),
        ({"columns": ["a", "a"], "values": [[1, 2]]}, ".columns[1]", "stands twice"),
        ({"columns": ["a", "b"], "values": []}, ".values", "nothing to draw from"),
        ({"columns": ["a", "b"], "values": [[1, 2], [3]]}, ".values[1]", "2 columns, and 1 values"),
        ({"columns": ["a", "b"], "values": [[1, 2], 3]}, ".values[1]", "expected a list of 2 values"),
        ({"columns": ["a", "b"], "values": [[1, [2]]]}, ".values[0][1]", "expected one value"),
        ({"columns": ["a", "b"], "values": [[1, 2]], "weights": [1, 2]}, ".weights", "2 weights for 1"),
        ({"columns": ["a", "b"], "values": [[1, 2]], "weights": [0]}, ".weights", "every weight is 0"),
        ({"columns": ["a", "b"], "values": [[1, 2]], "weights": [-1]}, ".weights[0]", "-1 is no weight"),
        ({"columns": ["a", "b"], "values": [[1, 2]], "weights": ["x"]}, ".weights[0]", "expected a weight"),
        ({"columns": ["a", "b"], "values": [[1, 2]], "exact": "maybe"}, ".exact", "expected true or false"),
        ({"columns": ["a", "ruled"], "values": [[1, 2]]}, ".columns[1]", "rule of its own"),
        ({"columns": ["a", "up"], "values": [[1, 2]]}, ".columns[1]", "refers to another table"),
        ({"columns": ["a", "b"], "values": [[1, 2]], "wieghts": [1]}, ".wieghts", "not known here"),
    ],
)
def test_what_is_no_combination_is_refused_where_it_stands(said: dict[str, Any], path: str, word: str) -> None:
    document = table(combinations=[said], columns={"a": None, "b": None, "ruled": "word", "up": {"references": "u.id"}})
    document["tables"]["u"] = {"columns": {"id": {"primary_key": True}}}
    (fault,) = faults_of(document)

    assert fault.path == f"tables.t.combinations[0]{path}"
    assert word in fault.what


def test_a_column_of_two_combinations_is_refused() -> None:
    one = {"columns": ["a", "b"], "values": [[1, 2]]}
    other = {"columns": ["b", "c"], "values": [[1, 2]]}
    (fault,) = faults_of(table(combinations=[one, other], columns={"a": None, "b": None, "c": None}))

    assert fault.path == "tables.t.combinations[1].columns[0]"
    assert fault.related == ("tables.t.combinations[0].columns[1]",)


def test_a_listed_key_has_no_weights_and_no_value_twice() -> None:
    weighted, twice, together = places(weights=[1, 1, 2]), places(), places()
    weighted["tables"]["t"] |= {"rows": 3, "primary_key": "country"}
    twice["tables"]["t"] |= {"rows": 3, "unique": ["currency"]}
    together["tables"]["t"] |= {"rows": 3, "unique": [["country", "currency"]]}

    assert ["taken once" in fault.what for fault in faults_of(weighted)] == [True]
    assert ["stands twice" in fault.what for fault in faults_of(twice)] == [True]
    assert any("cannot be numbered" in fault.what for fault in faults_of(together))
