"""Every kind of dirt: how many cells it hits, what it makes of them, and that the truth knows each."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from syndata_engine.generation import bind
from tests.unit.dirt.pairs import Pair, Row, document, pair
from tests.unit.kinds.making import by, dataset_of, plan_of, vocabularies


def of(rule: Row, rows: int = 3_000, columns: dict[str, Any] | None = None) -> Pair:
    """A table with one rule of dirt; all cells that differ are told, and no others."""
    found = pair(document([rule], rows, columns))
    assert found.changed == found.told
    assert len(found.told) == len(found.truth)
    assert {row["kind"] for row in found.truth} <= {rule["kind"]}
    return found


def moves(found: Pair, column: str) -> list[tuple[Any, Any]]:
    """Clean and dirty value of every damaged cell of a column."""
    numbers = [number for number, name in sorted(found.changed) if name == column]
    return [(found.clean[number][column], found.dirty[number][column]) for number in numbers]


def share(rate: str, cells: int) -> int:
    """The rate of so many cells, halves up."""
    return int((Decimal(rate) * cells).to_integral_value(ROUND_HALF_UP))


@pytest.mark.parametrize("kind", ["typo", "case", "whitespace", "encoding"])
def test_texts_are_damaged_where_they_have_a_value(kind: str) -> None:
    found = of({"kind": kind, "columns": ["first_name", "last_name"], "rate": "7.77%"})
    named = sum(row["last_name"] is not None for row in found.clean)

    assert found.hits(kind, "first_name") == share("0.0777", 3_000)
    assert found.hits(kind, "last_name") == share("0.0777", named)
    assert 2_600 < named < 2_800


def test_values_go_missing_where_there_was_one() -> None:
    found = of({"kind": "missing", "columns": ["income", "age", "tags", "member"], "rate": 0.25})
    paid = sum(row["income"] is not None for row in found.clean)

    assert found.hits("missing", "income") == share("0.25", paid)
    assert found.hits("missing", "tags") == 750
    assert all(dirty is None for _, dirty in moves(found, "age"))
    assert {row["dirty_value"] for row in found.truth} == {None}
    assert all(row["clean_value"] is not None for row in found.truth)


def test_values_go_missing_where_a_condition_holds_even_one_on_the_value_itself() -> None:
    found = of({"kind": "missing", "columns": "income", "rate": "40%", "where": "income > 60000 and age < 50"})
    eligible = [row for row in found.clean if row["income"] is not None and row["income"] > 60_000 and row["age"] < 50]

    assert len(found.truth) == share("0.4", len(eligible))
    assert all(found.clean[number]["income"] > 60_000 and found.clean[number]["age"] < 50 for number, _ in found.told)


def test_ways_of_a_kind_may_be_chosen() -> None:
    found = of({"kind": "typo", "columns": "city", "rate": 0.1, "ways": "delete"})
    spaces = of({"kind": "whitespace", "columns": "city", "rate": 0.1, "ways": ["before", "after"]})

    assert all(len(dirty) == len(clean) - 1 for clean, dirty in moves(found, "city"))
    assert all(dirty.strip() == clean for clean, dirty in moves(spaces, "city"))


def test_a_number_is_multiplied_and_zero_is_moved_too() -> None:
    """Otherwise a tenth of the cells of a column of few numbers would be told to be dirty, and would not be."""
    columns = {"n": {"type": "int", **by("range", min=0, max=3)}}
    found = of({"kind": "outlier", "columns": "n", "rate": 0.5}, 400, columns)
    other = of({"kind": "outlier", "columns": "n", "rate": 0.5, "factor": -1.5}, 400, columns)

    assert set(moves(found, "n")) == {(0, 10), (1, 10), (2, 20), (3, 30)}
    assert set(moves(other, "n")) == {(0, 1), (1, -2), (2, -3), (3, -5)}
    assert {
        dirty / clean
        for clean, dirty in moves(of({"kind": "outlier", "columns": "income", "rate": 0.1, "factor": 100}), "income")
    } == {100}


def test_a_number_moves_by_a_distance() -> None:
    found = of({"kind": "outlier", "columns": ["income", "age"], "rate": 0.1, "by": 1_000})

    for column in ("income", "age"):
        assert {dirty - clean for clean, dirty in moves(found, column)} == {1_000, -1_000}


def test_a_number_lies_so_many_standard_deviations_away() -> None:
    found = of({"kind": "outlier", "columns": ["height", "age"], "rate": 0.1, "sigma": 8})
    heights = [dirty for _, dirty in moves(found, "height")]

    assert len(heights) == 300
    assert all(78 < abs(height - 170) < 105 for height in heights)
    assert {height > 170 for height in heights} == {True, False}


def test_a_date_lies_a_hundred_years_away_or_as_far_as_is_said() -> None:
    found = of({"kind": "outlier", "columns": ["joined", "seen"], "rate": 0.1})
    near = of({"kind": "outlier", "columns": ["joined", "seen"], "rate": 0.1, "by": "3d"})

    assert all(36_525 <= abs((dirty - clean).days) <= 45_700 for clean, dirty in moves(found, "joined"))
    assert all(36_524 <= abs((dirty - clean).days) <= 45_700 for clean, dirty in moves(found, "seen"))
    assert {abs((dirty - clean).days) for clean, dirty in moves(near, "joined")} == {3}
    assert {abs((dirty - clean).total_seconds()) for clean, dirty in moves(near, "seen")} == {3 * 86_400}


def test_two_columns_exchange_their_values_where_these_differ() -> None:
    columns = {"a": {"rule": ["x", "y", "z"]}, "b": {"null_rate": 0.3, "rule": ["x", "y"]},
               "m": {"type": "int", **by("range", min=1, max=3)}, "n": {"type": "int", **by("range", min=2, max=4)}}  # fmt: skip
    found = of({"kind": "swap", "columns": ["a", "b"], "rate": 0.5}, 2_000, columns)
    numbers = of({"kind": "swap", "columns": ["m", "n"], "rate": 1}, 2_000, columns)

    eligible = sum(row["b"] is not None and row["a"] != row["b"] for row in found.clean)
    assert found.hits("swap", "a") == found.hits("swap", "b") == share("0.5", eligible)
    assert all(
        dirty["m"] == clean["n"] and dirty["n"] == clean["m"]
        for dirty, clean in zip(numbers.dirty, numbers.clean, strict=True)
    )
    assert len(numbers.truth) == 2 * sum(row["m"] != row["n"] for row in numbers.clean)


def test_names_are_swapped() -> None:
    found = of({"kind": "swap", "columns": ["first_name", "last_name"], "rate": 0.1})

    for number, _ in found.told:
        assert found.dirty[number]["first_name"] == found.clean[number]["last_name"]


DATES = {
    "dd/mm/yyyy": "%d/%m/%Y", "mm/dd/yyyy": "%m/%d/%Y", "dd.mm.yyyy": "%d.%m.%Y", "yyyy/mm/dd": "%Y/%m/%d", "yyyymmdd": "%Y%m%d",
}  # fmt: skip


@pytest.mark.parametrize("way", DATES)
def test_dates_in_texts_are_written_in_another_way(way: str) -> None:
    columns = {"day": {"type": "str", **by("date_between", min="1000-01-01", max="2024-12-31")},
               "moment": {"type": "datetime", **by("range", min="1900-01-01", max="2024-12-31")},
               "at": {"type": "str", **by("formula", expression="moment")}}  # fmt: skip
    found = of({"kind": "format", "columns": ["day", "at"], "rate": 0.5, "ways": way}, 500, columns)

    for clean, dirty in moves(found, "day"):
        assert date.fromisoformat(clean).strftime(DATES[way]) == dirty
    for clean, dirty in moves(found, "at"):
        assert datetime.fromisoformat(clean).strftime(DATES[way] + " %H:%M:%S") == dirty


def test_numbers_in_texts_are_written_in_another_way() -> None:
    columns = {"whole": {"type": "str", **by("range", min=-3_000_000, max=3_000_000)},
               "euro": {"type": "str", **by("formula", expression="base * 1")},
               "base": {"type": "decimal(12,2)", **by("range", min=-99_999, max=9_999_999)}}  # fmt: skip
    comma = of({"kind": "format", "columns": ["whole", "euro"], "rate": 1, "ways": ["comma"]}, 800, columns)
    money = of({"kind": "format", "columns": ["whole", "euro"], "rate": 1, "ways": ["currency"]}, 800, columns)

    for found, between, point, sign in ((comma, ".", ",", ""), (money, ",", ".", "$")):
        for column in ("whole", "euro"):
            for clean, dirty in moves(found, column):
                wanted = f"{abs(Decimal(clean)):,.2f}".replace(",", "_").replace(".", point).replace("_", between)
                assert dirty == f"{'-' if Decimal(clean) < 0 else ''}{sign}{wanted}"


def test_values_of_a_list_are_written_in_other_ways_none_of_which_is_in_the_list() -> None:
    found = of({"kind": "variant", "columns": "city", "rate": 0.3})
    dirty = {(clean, text) for clean, text in moves(found, "city")}

    assert not {text for _, text in dirty} & {"Rome", "Oslo", "New York", "Bern"}
    assert {text for clean, text in dirty if clean == "New York"} == {
        "NEW YORK", "new york", "New york", "New.", "New_York", "NewYork", "New York ",
    }  # fmt: skip


def test_variants_may_be_listed_and_only_what_has_one_is_eligible() -> None:
    values = {"Rome": ["Roma", "ROM"], "Bern": "Berne"}
    found = of({"kind": "variant", "columns": "city", "rate": 0.5, "values": values})
    eligible = sum(row["city"] in values for row in found.clean)

    assert len(found.truth) == share("0.5", eligible)
    assert set(moves(found, "city")) == {("Rome", "Roma"), ("Rome", "ROM"), ("Bern", "Berne")}


def test_placeholders_stand_for_what_is_missing() -> None:
    found = of({"kind": "placeholder", "columns": ["city", "first_name"], "rate": 0.1})
    typed = of({"kind": "placeholder", "columns": "age", "rate": 0.5, "values": [-1, 99, 50]})
    dated = of({"kind": "placeholder", "columns": ["joined", "seen"], "rate": 0.1, "values": ["1900-01-01"]})

    assert {dirty for _, dirty in moves(found, "city")} == {"N/A", "unknown", "-", "?"}
    assert len(typed.truth) == share("0.5", sum(row["age"] not in {99, 50} for row in typed.clean))
    assert {dirty for _, dirty in moves(typed, "age")} == {-1, 99, 50}
    assert {str(dirty) for _, dirty in moves(dated, "joined")} == {"1900-01-01"}


def test_the_truth_names_the_row_by_number_and_key_and_writes_values_as_csv_does() -> None:
    rules = [
        {"kind": "outlier", "columns": ["income", "joined"], "rate": 0.1},
        {"kind": "missing", "columns": ["tags", "member"], "rate": 0.1},
    ]
    found = pair(document(rules, 500))

    assert list(found.truth[0]) == ["row_number", "person_id", "column_name", "kind", "clean_value", "dirty_value"]
    for row in found.truth:
        clean, dirty = (rows[row["row_number"]] for rows in (found.clean, found.dirty))
        assert row["person_id"] == clean["person_id"]
        if row["column_name"] == "tags":
            assert json.loads(row["clean_value"]) == (
                json.loads(clean["tags"]) if isinstance(clean["tags"], str) else clean["tags"]
            )
        elif row["column_name"] == "member":
            assert row["clean_value"] == ("true" if clean["member"] else "false")
        else:
            assert row["clean_value"] == str(clean[row["column_name"]])
            assert row["dirty_value"] == str(dirty[row["column_name"]])
    assert re.fullmatch(r"\d+\.\d\d", next(row["clean_value"] for row in found.truth if row["column_name"] == "income"))


def test_nothing_else_of_the_dataset_reads_what_is_damaged() -> None:
    """Sums, look-ups, references and conditions hold for the clean table; the key of a parent is never touched."""
    described = {
        "tables": {
            "orders": {
                "rows": 200,
                "columns": {
                    "id": {"type": "int", "primary_key": True, **by("sequence")},
                    "city": {"rule": ["Rome", "Oslo"]},
                    "total": by("sum", table="lines", column="amount"),
                    "twice": by("formula", expression="total * 2"),
                    "north": {"rule": ["no"], "conditional_rules": [{"when": "city == Oslo", "rule": ["yes"]}]},
                },
                "dirt": [
                    {"kind": "outlier", "columns": "total", "rate": 0.2, "sigma": 9},
                    {"kind": "typo", "columns": "city", "rate": 0.3},
                ],
            },
            "lines": {
                "columns": {
                    "order_id": {"references": {"table": "orders", "column": "id", "fan_out": "1..5"}},
                    "amount": {"type": "int", **by("range", min=1, max=9)},
                    "town": by("lookup", column="city", via="order_id"),
                },
                "dirt": [{"kind": "outlier", "columns": "amount", "rate": 0.2}],
            },
        }
    }
    dirty = dataset_of(described)
    for table in described["tables"].values():
        del table["dirt"]  # type: ignore[attr-defined]
    clean = dataset_of(described)
    for name, damaged in (("orders", {"total", "city"}), ("lines", {"amount"})):
        rows = clean.tables[name].planned.rows
        one, other = (made.tables[name].batch(0, rows).to_pydict() for made in (dirty, clean))
        assert {column for column in one if one[column] != other[column]} == damaged


def test_sensitive_columns_are_damaged_under_a_secret() -> None:
    """Null rates are no secret, so they can be counted without it; values differ by the secret, and the hits do not."""
    columns = {
        "name": {"sensitivity": "PII", **by("full_name")},
        "income": {"type": "int", "null_rate": 0.3, "sensitivity": "PII", **by("range", min=1, max=99)},
    }
    rules = [{"kind": "typo", "columns": "name", "rate": 0.1}, {"kind": "outlier", "columns": "income", "rate": 0.1}]
    described = {**document(rules, 1_000, columns), "secret_id": "people"}
    plan = plan_of(described)
    tables = [bind(plan, vocabularies(), secret).tables for secret in (b"one secret", b"another secret")]
    truths = [made["truth"].batch(0, made["truth"].planned.rows).to_pydict() for made in tables]
    clean, dirty = (truths[0][f"{which}_value"] for which in ("clean", "dirty"))

    assert truths[0]["row_number"] == truths[1]["row_number"]
    assert clean != truths[1]["clean_value"]
    assert all(one is not None and one != other for one, other in zip(clean, dirty, strict=True))


def test_keys_of_several_columns_and_of_none_name_the_row() -> None:
    """A key may consist of references, and have the name of a column of the truth."""
    described = {
        "tables": {
            "orders": {"rows": 50, "columns": {"kind": {"type": "int", "primary_key": True, **by("sequence")}}},
            "lines": {
                "primary_key": ["kind", "line"],
                "columns": {
                    "kind": {"references": {"table": "orders", "column": "kind", "fan_out": "1..4"}},
                    "line": {"type": "int", **by("position", via="kind")},
                    "note": "sentence",
                },
                "dirt": {"truth": "lines_truth", "rules": [{"kind": "typo", "columns": "note", "rate": 0.3}]},
            },
            "loose": {
                "rows": 40,
                "columns": {"a": {**by("struct", fields={"x": "word"})}},
                "dirt": {"truth": "loose_truth", "rules": [{"kind": "missing", "columns": "a", "rate": 0.5}]},
            },
        }
    }
    made = dataset_of(described).tables
    lines = made["lines"].batch(0, made["lines"].planned.rows).to_pylist()
    told = made["lines_truth"].batch(0, made["lines_truth"].planned.rows).to_pylist()
    loose = made["loose"].batch(0, 40).to_pylist()

    assert list(told[0]) == ["row_number", "key_kind", "line", "column_name", "kind", "clean_value", "dirty_value"]
    assert {lines[row["row_number"]]["note"] == row["dirty_value"] for row in told} == {True}
    assert {
        (row["key_kind"], row["line"]) == tuple(lines[row["row_number"]][name] for name in ("kind", "line"))
        for row in told
    } == {True}
    assert made["loose_truth"].batch(0, 20).schema.names == [
        "row_number",
        "column_name",
        "kind",
        "clean_value",
        "dirty_value",
    ]
    assert sum(row["a"] is None for row in loose) == 20


def test_keys_and_references_are_damaged_where_that_is_asked() -> None:
    columns = {
        "code": {"unique": True, "type": "str", **by("pattern", pattern="AA-####")},
        "boss": {"references": "t.code"},
    }
    found = of({"kind": "typo", "columns": ["code", "boss"], "rate": 0.1, "keys": True}, 500, columns)
    refers = [row["boss"] is not None for row in found.clean]

    assert found.hits("typo", "code") == 50
    assert found.hits("typo", "boss") == share("0.1", sum(refers))


def test_a_rule_on_rows_without_any_eligible_cell_hits_nothing() -> None:
    found = pair(document([{"kind": "typo", "columns": "city", "rate": 1, "where": "age > 1000"}], 300))

    assert found.truth == []
    assert found.changed == set()


def test_rules_of_other_columns_and_kinds_move_no_hit() -> None:
    """A rule that looks at values keeps its cells when one that does not comes first and leaves them alone."""
    wanted = {"kind": "variant", "columns": "city", "rate": 0.2, "values": {"Rome": "Roma"}, "where": "age >= 50"}
    before = {"kind": "typo", "columns": "city", "rate": 0.2, "where": "age < 50"}
    alone = pair(document([wanted], 2_000))
    beside = pair(document([{"kind": "typo", "columns": "first_name", "rate": 0.5}, before, wanted], 2_000))

    assert alone.told == {cell for cell in beside.told if beside.dirty[cell[0]][cell[1]] == "Roma"}


def test_a_list_that_holds_its_own_variants_gets_others() -> None:
    columns = {"a": {"rule": ["x", "X", "x ", "X ", "x ?"]}}
    found = of({"kind": "variant", "columns": "a", "rate": 1}, 300, columns)

    assert not {dirty for _, dirty in moves(found, "a")} & {"x", "X", "x ", "X ", "x ?"}
