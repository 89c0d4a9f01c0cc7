"""Corners where data once was silently wrong, or a fault of ours was shown for one of the asker's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import syndata
from syndata_contracts.errors import Refused
from syndata_engine.generation.families.fan_out import FanOutMap

KEY = {"type": "int", "primary_key": True}


def one(columns: dict[str, Any], rows: int = 20, **table: Any) -> dict[str, list[Any]]:
    made: dict[str, list[Any]] = syndata.generate({"tables": {"t": {"rows": rows, "columns": columns, **table}}})[
        "t"
    ].to_pydict()
    return made


def test_a_parent_that_is_not_there_has_no_children() -> None:
    """Row 0 stands in for the parent of a NULL reference, also where the parent has no rows."""
    first, last = FanOutMap(0, 0, 0, 1, 0).children_of(np.zeros(1, np.int64))

    assert first[0] == last[0] == 0


@pytest.mark.parametrize(
    ("type_name", "values", "distinct"),
    [("str", [1, "1", "x"], 2), ("decimal", [1, "1.0", "1.00", 2], 2), ("date", ["2026-01-01", "as_of"], 1)],
)
def test_a_unique_choice_takes_a_written_value_once(type_name: str, values: list[Any], distinct: int) -> None:
    column = {"type": type_name, "unique": True, "rule": {"type": "choice", "value": values}}

    assert len(set(one({"a": column}, distinct)["a"])) == distinct
    with pytest.raises(Refused, match=f"{distinct:,} row"):
        one({"a": column}, distinct + 1)


def test_a_value_too_long_for_a_pool_is_refused() -> None:
    with pytest.raises(Refused, match="characters"):
        one({"a": {"type": "str", "rule": {"type": "choice", "value": ["x" * 1_100_000, "y"]}}})


def test_a_sequence_that_would_leave_64_bits_is_refused() -> None:
    column = {"type": "int", "rule": {"type": "sequence", "start": 2**62, "step": 2**31}}

    with pytest.raises(Refused, match="64 bits"):
        syndata.plan({"tables": {"t": {"rows": 2**40, "columns": {"a": column}}}})


def test_an_ordering_between_far_scales_keeps_both_ranges() -> None:
    columns = {
        "a": {"type": "int", "rule": {"type": "range", "min": -(10**15), "max": 10**15}},
        "b": {"type": "decimal", "scale": 4, "rule": {"type": "range", "min": 0, "max": 100}},
    }
    made = one(columns, 500, constraints=["b >= a"])

    assert all(0 <= b <= 100 and b >= a for a, b in zip(made["a"], made["b"], strict=True))


def test_only_a_date_brings_its_whole_day() -> None:
    """`-3 minutes` has ten characters too."""
    column = {"type": "datetime", "rule": {"type": "range", "min": "-5 minutes", "max": "-3 minutes"}}
    made = one({"a": column}, 200)["a"]

    assert {moment.strftime("%H:%M") for moment in made} <= {"23:55", "23:56", "23:57"}


def test_a_self_reference_refuses_what_depth_and_roots_decide() -> None:
    boss = {"references": {"table": "t", "column": "id", "null_rate": 0.5, "depth": 3}}

    with pytest.raises(Refused, match="depth and roots"):
        one({"id": KEY, "boss": boss})


def test_a_key_that_holds_half_a_reference_is_refused() -> None:
    tables = {
        "p": {
            "columns": {
                "a": KEY,
                "b": {"type": "int", "primary_key": True, "rule": {"type": "range", "min": 1, "max": 9}},
            }
        },
        "c": {
            "columns": {"a": {"type": "int", "primary_key": True}, "b": {"type": "int"}},
            "foreign_keys": [{"child_columns": ["a", "b"], "parent_table": "p", "parent_columns": ["a", "b"]}],
        },
    }

    with pytest.raises(Refused, match="only a part of the reference"):
        syndata.plan({"rows": 50, "tables": tables})


def test_a_quotient_is_rounded_once() -> None:
    """1.4999999999 is 1, and not 2 by way of 1.500000."""
    columns = {
        "a": {"type": "int", "rule": {"type": "range", "min": 1, "max": 1}},
        "q": {"type": "int", "rule": {"type": "formula", "formula": "a * 14999999999 / 10000000000"}},
    }

    assert set(one(columns)["q"]) == {1}


def test_a_quotient_over_null_is_null() -> None:
    columns = {
        "a": {"type": "int", "rule": {"type": "choice", "value": [1, 2, None]}},
        "q": {"type": "decimal", "scale": 2, "rule": {"type": "formula", "formula": "1 / a"}},
    }
    made = one(columns, 100)

    assert all((q is None) == (a is None) for a, q in zip(made["a"], made["q"], strict=True))


@pytest.mark.parametrize("formula", ["1e99999999 * a", "a + 1e-400"])
def test_a_number_beyond_all_digits_is_refused(formula: str) -> None:
    columns = {
        "a": {"type": "int", "rule": {"type": "range", "min": 1, "max": 9}},
        "q": {"rule": {"type": "formula", "formula": formula}},
    }

    with pytest.raises(Refused, match="digits"):
        one(columns)


@pytest.mark.parametrize("regex", ["\\ud800x", "[\\ud800-\\ud803]"])
def test_half_a_character_is_refused(regex: str) -> None:
    with pytest.raises(Refused, match=r"surrogate|no printable"):
        one({"a": {"type": "str", "rule": {"type": "regex", "regex": regex}}})


def test_dates_beyond_the_calendar_are_refused() -> None:
    rule = {"type": "range", "min": "0001-01-01T00:00:00+05:00", "max": "9999-12-31T23:00:00-05:00"}

    with pytest.raises(Refused, match="years 1 to 9999"):
        one({"a": {"type": "datetime", "rule": rule}})


def test_nobody_is_older_than_the_calendar() -> None:
    with pytest.raises(Refused, match="years old yet"):
        syndata.generate({"as_of": "0050-01-01", "tables": {"t": {"rows": 3, "columns": {"a": {"rule": "age"}}}}})


def test_a_decimal_may_use_all_of_its_digits() -> None:
    rule = {"type": "range", "min": "12.34567891", "max": "12.34567899"}
    made = one({"a": {"type": "decimal", "scale": 8, "rule": rule}})["a"]

    assert all(str(value).startswith("12.3456789") for value in made)


def test_the_same_set_of_columns_is_one_key() -> None:
    columns = {
        name: {"type": "int", "rule": {"type": "range", "min": 1, "max": 9}, "primary_key": True} for name in "ab"
    }
    made = one(columns, 81, unique=[["b", "a"]])

    assert len(set(zip(made["a"], made["b"], strict=True))) == 81


def test_weights_may_name_their_values() -> None:
    rule = {"type": "choice", "value": ["a", "b"], "weights": {"b": 0, "a": 1}}

    assert set(one({"x": {"rule": rule}})["x"]) == {"a"}
    with pytest.raises(Refused, match="no weight is given for 'b'"):
        one({"x": {"rule": {**rule, "weights": {"a": 1}}}})


def test_a_mapping_of_values_to_weights_says_both() -> None:
    """Under `value` as under `weights`, and for numbers too."""
    for option in ("value", "weights"):
        rule = {"type": "choice", option: {"1": 0, "2": 5}}

        assert set(one({"x": {"type": "int", "rule": rule}})["x"]) == {2}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"value": ["done", "cancelled"], "weights": {"done": 8, "canceled": 1}}, "'canceled' is not one of the values; did you mean 'cancelled'"),
        ({"value": {"done": 8, "cancelled": "few"}}, "the weight of 'cancelled' is 'few', which is not a number"),
        ({"value": {"done": 8}, "weights": [1]}, "holds the weights already"),
        ({"value": ["a", "a"], "weights": {"a": 1}}, "'a' stands twice"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_weights_by_name_is_named(options: dict[str, Any], told: str) -> None:
    with pytest.raises(Refused, match=told):
        one({"x": {"rule": {"type": "choice", **options}}})


@pytest.mark.parametrize("line", [{"type": "int", "rule": "sequence"}, {"type": "int"}], ids=["stated", "inferred"])
@pytest.mark.parametrize("beside", ["reference", "range"])
def test_a_sequence_makes_any_composite_key_unique(line: dict[str, Any], beside: str) -> None:
    """It counts over the whole table; `position` counts within a parent."""
    visit = {"reference": {"references": "visits.id"}, "range": {"type": "int", "rule": {"type": "range", "max": 5}}}
    made = syndata.generate({
        "tables": {
            "visits": {"rows": 5, "columns": {"id": KEY}},
            "lines": {"rows": 40, "primary_key": ["visit", "line"], "columns": {"visit": visit[beside], "line": line}},
        }
    })["lines"].to_pydict()  # fmt: skip

    assert made["line"] == list(range(1, 41))
    assert len(set(made["visit"])) == 5 + (beside == "range")


def test_numbers_with_a_point_are_numbers_without_a_type() -> None:
    """As they are in a range; quoted ones stay text, and whole ones stay whole."""
    made = one({"a": [1.5, 2], "b": {"rule": {"type": "constant", "value": 1.5}}, "c": ["1.5"], "d": [1, 2], "e": [1.5, "x"]})  # fmt: skip

    assert set(made["a"]) == {1.5, 2.0}
    assert all(isinstance(value, float) for value in made["a"])
    assert set(made["b"]) == {1.5}
    assert set(made["c"]) == {"1.5"}
    assert set(made["d"]) == {1, 2}
    assert set(made["e"]) == {"1.5", "x"}


def test_a_text_among_floats_is_refused() -> None:
    with pytest.raises(Refused, match="'a' is not a number"):
        one({"x": {"type": "float", "rule": ["a", 1]}})


def test_a_fraction_among_whole_numbers_is_refused_in_a_condition() -> None:
    columns = {
        "n": {"type": "int"},
        "x": {"rule": "word", "conditional_rules": [{"when": "n in [1.5]", "rule": "city"}]},
    }

    with pytest.raises(Refused, match=r"'1\.5' is not a whole number"):
        one(columns)


def test_a_conflict_shows_the_other_lines_that_take_part() -> None:
    with pytest.raises(Refused, match="can tell apart 9 rows") as refusal:
        one({"k": {"type": "int", "unique": True, "rule": {"type": "range", "min": 1, "max": 9}}}, 10)

    assert "together with: tables.t.columns.k" in str(refusal.value)


def test_null_stated_at_a_references_column_means_no_parent() -> None:
    """As stated at the reference: what is looked up is NULL as well, and the share is exact."""
    parents = {"rows": 5, "columns": {"id": {"type": "int", "primary_key": True, "rule": "sequence"}, "name": "word"}}

    def children(column: dict[str, Any]) -> dict[str, Any]:
        own = {"parent": column, "name": {"rule": {"type": "lookup", "via": "parent", "column": "name"}}}
        return {"tables": {"p": parents, "c": {"rows": 12, "columns": own}}}

    reference = {"table": "p", "column": "id"}
    at_column = syndata.generate(children({"null_rate": 0.5, "references": reference}))["c"]
    assert at_column.equals(syndata.generate(children({"references": {**reference, "null_rate": 0.5}}))["c"])
    assert at_column["parent"].null_count == at_column["name"].null_count == 6


def test_a_share_of_null_is_stated_once() -> None:
    reference = {"table": "p", "column": "id", "null_rate": 0.1}
    document = {"tables": {"p": {"rows": 5, "columns": {"id": {"type": "int", "primary_key": True, "rule": "sequence"}}},
                           "c": {"columns": {"parent": {"null_rate": 0.5, "references": reference}}}}}  # fmt: skip
    with pytest.raises(Refused) as refusal:
        syndata.plan(document)
    assert "both state a share of NULL" in refusal.value.faults[0].what


def test_a_fix_for_a_key_of_several_columns_does_not_name_the_rule_that_is_there() -> None:
    columns = {
        "a": {"type": "uuid", "rule": "uuid"},
        "b": {"type": "int", "rule": {"type": "range", "min": 1, "max": 9}},
    }
    with pytest.raises(Refused) as refusal:
        syndata.plan({"tables": {"t": {"rows": 5, "primary_key": ["a", "b"], "columns": columns}}})
    (fault,) = refusal.value.faults

    assert fault.what == "a must be unique, but values of the rule uuid cannot be numbered"
    assert fault.fix == (
        "use sequence, range, pattern, choice, email or username for unique columns, or let a be unique by itself"
    )
