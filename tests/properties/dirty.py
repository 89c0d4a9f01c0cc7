"""Random tables with random dirt, and the same without it."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

Document = dict[str, Any]
TEXTS = ("name", "city", "street", "note")
NUMBERS = ("count", "price", "weight", "day", "moment")
COLUMNS: Document = {
    "name": {"rule": {"type": "full_name"}},
    "city": {"rule": ["Rome", "Zürich", "New York", ""]},
    "street": {"rule": {"type": "street_address"}},
    "note": {"rule": {"type": "sentence"}},
    "count": {"type": "int", "rule": {"type": "range", "min": -5, "max": 5}},
    "price": {"type": "decimal(9,2)", "rule": {"type": "range", "min": 0, "max": 999}},
    "weight": {"type": "float", "rule": {"type": "normal", "mean": 70, "stddev": 9, "min": 0, "max": 200}},
    "day": {"type": "date", "rule": {"type": "range", "min": "1990-01-01", "max": "2020-12-31"}},
    "moment": {"type": "datetime", "rule": {"type": "range", "min": "1990-01-01", "max": "2020-12-31"}},
    "flag": {"type": "bool", "rule": "boolean"},
    "day_text": {"type": "str", "rule": {"type": "formula", "expression": "day"}},
    "other": {"rule": ["Rome", "Oslo"]},
}
WHERES = (None, "count > 0", "flag", "city == Rome", "price > 500 and not flag", "name is null")
RATES = ("0.4%", "3%", "9.55%")


@st.composite
def dirty_tables(draw: DrawFn) -> Document:
    """A table `t` with a key, its truth `truth`, and dirt of every kind at rates that fit."""
    columns: Document = {"id": {"type": "int", "primary_key": True, "rule": "sequence"}}
    for name, column in COLUMNS.items():
        rate = draw(st.sampled_from([0, 0, "20%", "70%"]))
        columns[name] = {**column, "null_rate": rate}
    rules = draw(st.lists(_rules(), min_size=1, max_size=6))
    rows = draw(st.one_of(st.integers(0, 60), st.integers(0, 2_000), st.just(20_000)))
    table = {"rows": rows, "columns": columns, "dirt": {"truth": "truth", "rules": rules}}
    return {"seed": draw(st.integers(0, 9)), "tables": {"t": table}}


@st.composite
def _rules(draw: DrawFn) -> Document:
    kind = draw(
        st.sampled_from(
            ["missing", "typo", "case", "whitespace", "encoding", "format", "variant", "outlier", "swap", "placeholder"]
        )
    )
    rule: Document = {"kind": kind, "rate": draw(st.sampled_from(RATES)), "columns": _columns(draw, kind)}
    where = draw(st.sampled_from(WHERES))
    if kind == "placeholder":
        rule["values"] = draw(st.sampled_from([["N/A"], ["Rome", "?"]]))
    if kind == "outlier" and draw(st.booleans()):
        rule["columns"], rule["sigma"] = ["count", "price"], 7
    return rule if where is None else {**rule, "where": where}


def _columns(draw: DrawFn, kind: str) -> Any:
    some = {"missing": (*TEXTS, *NUMBERS, "flag", "day_text", "other"), "outlier": NUMBERS, "format": ("day_text",),
            "variant": ("city", "other"), "placeholder": (*TEXTS, "other")}.get(kind, (*TEXTS, "day_text"))  # fmt: skip
    if kind == "swap":
        return list(draw(st.sampled_from([("city", "other"), ("name", "street"), ("note", "name")])))
    return draw(st.lists(st.sampled_from(some), min_size=1, max_size=3, unique=True))
