"""Law 4: ranges, orderings, conditions and formulas hold in every row; capacities are exact; conflicts are told."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndata_contracts.errors import Refused
from syndata_contracts.schema import ColumnSchema, Condition, Rule
from tests.properties.columns import chains, day, tangles
from tests.properties.made import Made, Values, planned, values_of
from tests.properties.profiles import examples
from tests.properties.strategies import Document, datasets


@examples(50)
@given(datasets())
def test_values_lie_in_their_ranges(document: Document) -> None:
    """Both ends included; under conditions, in the range of the first condition that holds, else NULL."""
    made = Made.of(document)
    for table in made.schema.tables:
        values = made.values[table.name]
        free = {name for one in table.alternatives for name in one.columns}
        for column in table.columns:
            for row, value in enumerate(values[column.name]):
                rule = _rule_in_force(column, values, row)
                if value is None:
                    missing = column.null_rate or column.name in free
                    assert rule is None or missing or rule.kind not in {"range", "formula"}
                elif rule is not None and rule.kind == "range":
                    assert _literal(rule.options["min"], value) <= value
                    assert _as_day(value) <= _as_day(_literal(rule.options["max"], value))


@examples(60)
@given(datasets())
def test_orderings_hold_in_every_row(document: Document) -> None:
    """Between numbers of different scales, and dates and times, in chains."""
    made = Made.of(document)
    for table in made.schema.tables:
        for ordering in table.constraints:
            for later, earlier in made.tuples(table.name, (ordering.later, ordering.earlier)):
                one, other = _comparable(later), _comparable(earlier)
                assert one > other if ordering.strict else one >= other


@examples(50)
@given(datasets())
def test_formulas_are_exact(document: Document) -> None:
    made = Made.of(document)
    known = {"min": min, "max": max, "abs": abs}
    for table in made.schema.tables:
        values = made.values[table.name]
        for column in table.columns:
            if column.rule is None or column.rule.kind != "formula":
                continue
            for row, found in enumerate(values[column.name]):
                names = {
                    name: _exact(cells[row]) for name, cells in values.items() if name in column.rule.options["formula"]
                }
                expected = eval(column.rule.options["formula"], {**known, **names})  # noqa: S307 -- arithmetic that columns.py wrote
                assert found == Decimal(expected).quantize(Decimal("0.0001"), ROUND_HALF_EVEN)


@examples(80)
@given(chains("c"), st.integers(0, 2**64 - 1))
def test_chains_keep_their_order(chain: tuple[list[dict[str, Any]], list[str]], seed: int) -> None:
    """The orderings alone, on more rows than random datasets have."""
    columns, written = chain
    values = values_of(
        {"seed": seed, "tables": [{"name": "t", "rows": 300, "columns": columns, "constraints": written}]}
    )["t"]
    for constraint in written:
        later, sign, earlier = constraint.split()
        for one, other in zip(values[later], values[earlier], strict=True):
            first, second = _comparable(one), _comparable(other)
            assert first > second if sign == ">" else first >= second


@examples(400)
@given(tangles("c"), st.integers(0, 2**64 - 1))
def test_orderings_of_computed_columns_hold_or_are_refused(
    tangle: tuple[list[dict[str, Any]], list[str]], seed: int
) -> None:
    """Never silently broken: choices, formulas, offsets and conditions beside ranges, in any order."""
    columns, written = tangle
    document = {"seed": seed, "tables": [{"name": "t", "rows": 60, "columns": columns, "constraints": written}]}
    try:
        values = values_of(document)["t"]
    except Refused:
        return
    for constraint in written:
        later, sign, earlier = constraint.split()
        for one, other in zip(values[later], values[earlier], strict=True):
            if one is not None and other is not None:
                first, second = _comparable(one), _comparable(other)
                assert first > second if sign == ">" else first >= second


SHIPPING: list[tuple[list[dict[str, Any]], list[str]]] = [
    ([{"name": "ordered", "type": "datetime", "rule": {"type": "range", "min": day(0), "max": day(99)}},
      {"name": "paid", "type": "datetime", "rule": {"type": "range", "min": day(0), "max": day(99)}},
      {"name": "shipped", "type": "datetime", "rule": {"type": "offset", "column": "paid", "min": "1h", "max": "5d"}}],
     ["paid >= ordered", "shipped > paid", "shipped >= ordered"]),
    ([{"name": "kind", "rule": ["x", "y"]},
      {"name": "low", "type": "int", "rule": {"type": "range", "min": 0, "max": 99}},
      {"name": "high", "type": "int", "rule": {"type": "range", "min": 10, "max": 20},
       "conditional_rules": [{"when": "kind == 'x'", "rule": {"type": "range", "min": 50, "max": 60}}]}],
     ["high > low"]),
    ([{"name": "size", "type": "int", "rule": {"type": "choice", "value": [5, 10, 15]}},
      {"name": "middle", "type": "int", "rule": {"type": "range", "min": 0, "max": 50}},
      {"name": "least", "type": "int", "rule": {"type": "range", "min": 0, "max": 50}}],
     ["middle >= least", "size > middle"]),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "written"), SHIPPING)
def test_natural_orderings_are_met(columns: list[dict[str, Any]], written: list[str]) -> None:
    """What is drawn gives way to what is computed."""
    values = values_of({"tables": [{"name": "t", "rows": 500, "columns": columns, "constraints": written}]})["t"]
    for constraint in written:
        later, sign, earlier = constraint.split()
        pairs = list(zip(values[later], values[earlier], strict=True))
        assert all(one > other if sign == ">" else one >= other for one, other in pairs)


CAPACITIES: list[tuple[list[dict[str, Any]], int]] = [
    ([{"name": "k", "type": "int", "rule": {"type": "range", "min": -3, "max": 26}}], 30),
    ([{"name": "k", "type": "decimal", "precision": 4, "scale": 1, "rule": {"type": "range", "min": 0, "max": 2}}], 21),
    ([{"name": "k", "type": "date", "rule": {"type": "range", "min": day(0), "max": day(11)}}], 12),
    ([{"name": "k", "rule": {"type": "choice", "value": list("abcdef")}}], 6),
    ([{"name": "k", "rule": {"type": "pattern", "pattern": "x%#"}}], 90),
    ([{"name": "k", "rule": {"type": "regex", "regex": "[ab]{3}[0-4]"}}], 40),
    ([{"name": part, "type": "int", "rule": {"type": "range", "min": 1, "max": size}} for part, size in (("a", 5), ("b", 7))], 35),
    ([{"name": "a", "rule": [1, 2, 3]}, {"name": "b", "rule": {"type": "pattern", "pattern": "#"}}], 30),
]  # fmt: skip


@pytest.mark.parametrize("form", ["primary_key", "unique"])
@pytest.mark.parametrize(("columns", "capacity"), CAPACITIES)
def test_as_many_rows_as_a_key_can_tell_apart_and_not_one_more(
    columns: list[dict[str, Any]], capacity: int, form: str
) -> None:
    """At its capacity a key takes every value once; beyond, the refusal names table, column, capacity and a way out."""
    names = [column["name"] for column in columns]
    key = {"primary_key": names} if form == "primary_key" else {"unique": [names]}
    table = {"name": "items", "rows": capacity, "columns": columns, **key}
    values = values_of({"tables": [table]})["items"]

    assert len(set(zip(*values.values(), strict=True))) == capacity
    with pytest.raises(Refused) as refusal:
        planned({"tables": [{**table, "rows": capacity + 1}]})
    (fault,) = refusal.value.faults
    assert all(text in fault.what for text in (f"items.{names[0]}", f" {capacity} rows", f"{capacity + 1}"))
    assert f"lower rows to {capacity}" in fault.fix
    assert fault.path == "tables[0].rows"


@examples(60)
@given(st.integers(0, 40), st.integers(0, 3), st.integers(0, 3), st.integers(0, 400))
def test_rows_that_a_fan_out_cannot_make_are_refused_with_those_it_can(
    parents: int, low: int, more: int, rows: int
) -> None:
    document = _family(parents, {"min": low, "max": low + more}, rows)
    least, most = parents * low, parents * (low + more)
    if least <= rows <= most:
        assert planned(document).plan.table("child").rows == rows
        return
    with pytest.raises(Refused) as refusal:
        planned(document)
    (fault,) = refusal.value.faults
    assert "child" in fault.what
    assert parents == 0 or f"at {f'most {most:,}' if rows > most else f'least {least:,}'} rows for child" in fault.fix


@examples(40)
@given(st.integers(1, 40), st.integers(0, 3), st.integers(1, 3))
def test_a_fan_out_alone_gives_the_rows(parents: int, low: int, more: int) -> None:
    rows = planned(_family(parents, {"min": low, "max": low + more}, None)).plan.table("child").rows

    assert parents * low <= rows <= parents * (low + more)


CONFLICTS: list[tuple[list[tuple[int, int]], list[str], set[str]]] = [
    ([(50, 60), (0, 10)], ["b > a"], {"columns[0].rule", "columns[1].rule", "constraints[0]"}),
    (
        [(50, 60), (0, 99), (0, 10)],
        ["b > a", "c > b"],
        {"columns[0].rule", "columns[2].rule", "constraints[0]", "constraints[1]"},
    ),
    ([(0, 9), (0, 9), (0, 9)], ["b > a", "c > b", "a > c"], {"constraints[0]", "constraints[1]", "constraints[2]"}),
    ([(5, 5), (5, 5), (0, 99)], ["b > a", "c > a"], {"columns[0].rule", "columns[1].rule", "constraints[0]"}),
]


@pytest.mark.parametrize(("ranges", "written", "lines"), CONFLICTS)
def test_contradictory_orderings_name_every_line_that_takes_part(
    ranges: list[tuple[int, int]], written: list[str], lines: set[str]
) -> None:
    """And none that does not."""
    columns = [
        {"name": name, "type": "int", "rule": {"type": "range", "min": low, "max": high}}
        for name, (low, high) in zip("abc", ranges, strict=False)
    ]
    with pytest.raises(Refused) as refusal:
        planned({"tables": [{"name": "t", "columns": columns, "constraints": written}]})
    (fault,) = refusal.value.faults
    told = {fault.path, *fault.related}
    assert {f"tables[0].{line}" for line in lines} <= told
    assert not {path for path in told if path.removeprefix("tables[0].") not in lines}


def _family(parents: int, fan_out: dict[str, int], rows: int | None) -> dict[str, Any]:
    key = {"name": "id", "type": "int", "rule": "sequence", "primary_key": True}
    child: dict[str, Any] = {
        "name": "child",
        "columns": [{"name": "of", "references": {"table": "parent", "column": "id", "fan_out": fan_out}}],
    }
    if rows is not None:
        child["rows"] = rows
    return {"tables": [{"name": "parent", "rows": parents, "columns": [key]}, child]}


def _rule_in_force(column: ColumnSchema, values: Values, row: int) -> Rule | None:
    for branch in column.conditional_rules:
        if _holds(branch.condition, values[branch.condition.column][row]):
            return branch.rule
    return column.rule


def _holds(condition: Condition, value: Any) -> bool:
    if value is None:
        return False
    match condition.operator:
        case "==":
            return bool(value == condition.value)
        case "!=":
            return bool(value != condition.value)
        case "<":
            return bool(value < condition.value)
        case ">=":
            return bool(value >= condition.value)
        case "in":
            return value in condition.value
    raise AssertionError(condition.operator)


def _literal(text: Any, like: Any) -> Any:
    """A range's end as the type of a value."""
    if isinstance(like, datetime):
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    return date.fromisoformat(text) if isinstance(like, date) else text


def _as_day(value: Any) -> Any:
    """A range of times that ends at a date holds that whole day."""
    return value.date() if isinstance(value, datetime) else value


def _comparable(value: Any) -> Any:
    if isinstance(value, datetime) or not isinstance(value, date):
        return _exact(value) if isinstance(value, float) else value
    return datetime.combine(value, time(), UTC)


def _exact(value: Any) -> Decimal:
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
