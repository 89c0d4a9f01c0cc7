"""Faults that reading finds hide none of planning's but those that only follow from them."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndata.configuration import read_config
from syndata.preparing import prepare
from syndata_contracts.errors import Refused

CLINIC: dict[str, Any] = {
    "tables": {
        "staff": {
            "rows": 20,
            "columns": {
                "id": {"type": "int", "primary_key": True, "rule": "sequence"},
                "grade": {"type": "str", "rule": ["a", "b"]},
                "paid": {"type": "int", "rule": {"type": "sum", "table": "pay", "column": "amount"}},
                "age": {"type": "int", "rule": {"type": "range", "min": 18, "max": 67}},
            },
        },
        "pay": {
            "primary_key": ["staff", "line"],
            "columns": {
                "staff": {"references": {"table": "staff", "column": "id", "fan_out": "1..6"}},
                "line": {"rule": {"type": "position", "via": "staff"}},
                "amount": {"type": "int", "rule": {"type": "range", "min": 1, "max": 9}},
                "double": {"rule": {"type": "formula", "formula": "amount * 2"}},
                "grade": {"rule": {"type": "lookup", "column": "grade"}},
                "word": {"rule": "word", "conditional_rules": [{"when": "grade == a", "rule": "city"}]},
                "low": {"type": "int", "rule": {"type": "range", "min": 0, "max": 50}},
                "high": {"type": "int", "rule": {"type": "range", "min": 40, "max": 90}},
            },
            "constraints": ["high >= low"],
        },
        "notes": {"rows": 9, "columns": {"by": {"references": "staff.id"}, "text": {"rule": "sentence"}}},
    }
}
Path = tuple[str | int, ...]


def places(value: Any, path: Path = ()) -> list[Path]:
    """Every place of a document but its root and whole columns, which take what they say of others with them."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [place for key, child in children for place in [(*path, key), *places(child, (*path, key))]]
    return [place for place in found if len(place) != 4 or place[2] != "columns"]


def changed(path: Path, value: Any) -> dict[str, Any]:
    """The clinic with one value in another's place."""
    document = copy.deepcopy(CLINIC)
    inner: Any = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return document


def told(document: dict[str, Any]) -> list[str]:
    """Paths of the faults of a document, in the tables' part."""
    with pytest.raises(Refused) as refusal:
        prepare(document)
    return [fault.path.removeprefix("tables.") for fault in refusal.value.faults]


def test_the_clinic_has_no_fault() -> None:
    prepare(CLINIC)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(places(CLINIC)), st.sampled_from(["wrod", -1, 10**20, [1], {}, {"x": 1}, "9..1", True]))
def test_one_mistake_of_writing_brings_no_fault_of_planning(path: Path, value: Any) -> None:
    """The rest of the document is right, so whatever else is told would only follow from the mistake."""
    document = changed(path, value)
    faults = read_config(document).faults
    if faults:
        assert len(told(document)) == len(faults)


def test_what_two_parts_of_one_table_have_wrong_is_told_at_once() -> None:
    """A rule and a type that reading refuses, a sum and a range that planning refuses."""
    document = copy.deepcopy(CLINIC)
    staff = document["tables"]["staff"]["columns"]
    staff["id"]["rule"], staff["grade"]["type"] = "seqence", "strnig"
    staff["paid"]["rule"]["column"] = "amout"
    staff["age"]["rule"]["min"] = 70
    document["tables"]["pay"]["columns"]["double"]["rule"]["formula"] = "amonut * 2"

    assert sorted(told(document)) == [
        "pay.columns.double.rule.expression",
        "staff.columns.age.rule.min",
        "staff.columns.grade.type",
        "staff.columns.id.rule",
        "staff.columns.paid.rule.column",
    ]


@pytest.mark.parametrize("key", ["rows", "locale", "id"])
def test_a_wrong_setting_of_a_table_hides_none_of_its_columns(key: str) -> None:
    document = changed(("tables", "staff", key), -1)
    document["tables"]["staff"]["columns"]["age"]["rule"]["min"] = 70

    assert told(document) == [f"staff.{key}", "staff.columns.age.rule.min"]


def test_a_key_too_small_is_told_beside_a_wrong_column_that_is_no_key() -> None:
    document = changed(("tables", "staff", "columns", "grade", "type"), "strnig")
    document["tables"]["staff"]["columns"]["id"]["rule"] = {"type": "range", "min": 1, "max": 9}

    assert told(document) == ["staff.columns.grade.type", "staff.rows"]


def test_a_key_that_is_misspelt_and_wrong_is_one_fault() -> None:
    """It says both things, and hides no wrong `via` in the same table, which is one fault too."""
    document = changed(("tables", "pay", "columns", "staff", "references"), {"table": "staff", "column": "id", "fanout": "0-6"})  # fmt: skip
    document["tables"]["pay"]["columns"]["line"]["rule"]["via"] = "stfaf"
    with pytest.raises(Refused) as refusal:
        prepare(document)
    first, second = refusal.value.faults

    assert "'fanout' is not known here; as 'fan_out': expected" in first.what
    assert first.fix.endswith("write 0..6")
    assert second.path == "tables.pay.columns.line.rule.via"


def test_a_wrong_via_of_a_key_is_one_fault() -> None:
    assert told(changed(("tables", "pay", "columns", "line", "rule", "via"), "stfaf")) == ["pay.columns.line.rule.via"]


@pytest.mark.parametrize("kind", ["share", "balanced_share"])
def test_what_reads_a_faulty_column_of_the_parent_is_no_second_fault(kind: str) -> None:
    parents = {
        "rows": 3,
        "columns": {"id": {"type": "int", "primary_key": True, "rule": "sequence"}, "total": {"type": "nope"}},
    }
    children = {"columns": {"of": {"references": {"table": "p", "column": "id", "fan_out": 4}},
                            "part": {"rule": {"type": kind, "column": "total"}}}}  # fmt: skip

    assert len(told({"tables": {"p": parents, "c": children}})) == 1
