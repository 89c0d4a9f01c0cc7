"""Markov chains: states follow one another as often as stated, begin anew where they should, and end where they end."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from syndata.configuration import read_config
from syndata_engine.planning import compile_plan
from tests.unit.kinds.making import by, vocabularies
from tests.unit.kinds.streaming import document, families, faults, stream

SHOP: dict[str, Any] = {
    "home": {"home": 1, "search": 5, "item": 4},
    "search": {"item": 0.9, "search": 0.1},
    "item": {"search": 3, "cart": 2, "item": 5},
    "cart": {"paid": 30, "item": 70},
}
STATE = by("markov", start={"home": 3, "search": 1}, transitions=SHOP, absorbing=["paid"])


def states(column: dict[str, Any], fan_out: Any = "0..60", users: int = 600, **others: Any) -> list[list[Any]]:
    """The states of each user in their order."""
    return [[row["x"] for row in rows] for rows in families(stream({"x": column, **others}, fan_out, users))]


def test_states_follow_each_other_as_often_as_stated() -> None:
    found = states(STATE)
    first = Counter(family[0] for family in found)
    after = Counter(pair for family in found for pair in pairwise(family))

    assert set(first) == {"home", "search"}
    assert first["home"] / len(found) == pytest.approx(0.75, abs=0.05)
    for state, weights in SHOP.items():
        seen = sum(count for (before, _), count in after.items() if before == state)
        assert seen > 400
        assert {next_one for before, next_one in after if before == state} == set(weights)
        for next_one, weight in weights.items():
            assert after[state, next_one] / seen == pytest.approx(weight / sum(weights.values()), abs=0.03)
    assert {pair for pair in after if pair[0] == "paid"} == {("paid", "paid")}


def test_a_chain_settles_where_its_matrix_says() -> None:
    """Of two states that swap with 0.2 and 0.6, three quarters of the time are spent in the first."""
    column = {"type": "int", **by("markov", states=[7, 9], transitions=[[0.8, 0.2], [0.6, 0.4]], start=9)}
    found = states(column, 60, 800)
    late = Counter(state for family in found for state in family[20:])

    assert all(family[0] == 9 for family in found)
    assert late[7] / late.total() == pytest.approx(0.75, abs=0.01)


@pytest.mark.parametrize("start", [None, ["home", "search", "item", "cart"]])
def test_without_weights_states_that_can_be_left_begin_alike(start: Any) -> None:
    first = Counter(family[0] for family in states({"rule": {**STATE["rule"], "start": start}}, "1..2", 3_000))

    assert set(first) == set(SHOP)
    assert all(count / first.total() == pytest.approx(0.25, abs=0.03) for count in first.values())


def test_a_chain_begins_anew_within_each_session() -> None:
    at = {"type": "datetime", **by("event_time", start="2025-01-01", gap="5s", sessions={"events": 4, "pause": "1h"})}
    column = {"rule": {**STATE["rule"], "start": "home", "within": "session"}}
    for family in states(column, 60, 40, at=at, session=by("session", time="at")):
        assert family[::4] == ["home"] * 15
        assert "paid" not in family[::4]
        assert all("paid" not in family[n : n + 3] or family[n + 3] == "paid" for n in range(0, 60, 4))


def test_a_chain_within_a_choice_begins_anew_where_it_changes() -> None:
    column = {"rule": {**STATE["rule"], "start": "home", "within": "device"}}
    table = stream({"device": ["phone", "laptop"], "x": column}, "0..60", 100)
    for rows in families(table):
        for before, row in pairwise(rows):
            if before["device"] != row["device"]:
                assert row["x"] == "home"


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ({"type": "int", **by("markov", transitions={"1": {"2": 1}, "2": {"1": 1}})}, {1, 2}),
        ({"type": "bool", **by("markov", states=[True, False], transitions={"true": {"false": 1}, "false": {"true": 1}})}, {True, False}),
        (by("markov", states=["b", "a"], transitions={"a": {"b": 1}, "b": {"a": 1, "b": 0}}), {"a", "b"}),
    ],
)  # fmt: skip
def test_states_are_of_any_type(column: dict[str, Any], values: set[Any]) -> None:
    for family in states(column, "2..9", 50):
        assert set(family) == values
        assert all(before != after for before, after in pairwise(family))


def test_the_order_in_which_states_are_written_changes_nothing() -> None:
    turned = {state: dict(reversed(row.items())) for state, row in reversed(SHOP.items())}

    assert states({"rule": {**STATE["rule"], "transitions": turned}}) == states(STATE)


def test_other_columns_change_nothing() -> None:
    assert states(STATE, other="full_name") == states(STATE)


def test_any_slice_is_that_of_the_whole() -> None:
    table = stream({"x": STATE}, {"min": 0, "max": 20_000, "distribution": "zipf"}, 300)
    whole = table.batch(0, table.planned.rows).column("x")

    for start in (0, 1, 4_095, 70_000, table.planned.rows - 9):
        assert table.batch(start, start + 9).column("x").equals(whole.slice(start, 9))


def test_a_state_that_is_never_reached_is_warned_of() -> None:
    column = by("markov", start="a", transitions={"a": {"a": 1}, "b": {"a": 1}})
    schema = read_config(document({"x": column})).schema
    assert schema is not None
    warnings = compile_plan(schema, vocabularies()).warnings

    assert [one.what for one in warnings] == ["no row is ever 'b'"]


@pytest.mark.parametrize(
    ("options", "place", "what"),
    [
        ({}, "transitions", "needs the option"),
        ({"transitions": "often"}, "states", "no names"),
        ({"transitions": {"a": {"b": 1}}}, "transitions", "what follows 'b'"),
        ({"transitions": {"a": {"a": 1}}, "states": ["a", "b"]}, "transitions", "what follows 'b'"),
        ({"transitions": {"a": {"a": 1}}, "absorbing": ["a"]}, "absorbing.0", "never left"),
        ({"transitions": {"a": {"a": 1}, "b": {"aa": 1}}, "states": ["a", "b"]}, "transitions.b.aa", "no state 'aa'"),
        ({"transitions": {"a": {"a": 1}}, "states": ["a"], "absorbing": ["end"]}, "absorbing.0", "no state 'end'"),
        ({"transitions": {"a": {"a": 0}}}, "transitions.a", "above 0"),
        ({"transitions": {"a": {}}}, "transitions.a", "above 0"),
        ({"transitions": {"a": "b"}}, "transitions.a", "not a mapping"),
        ({"transitions": {"a": {"a": -1}}}, "transitions.a.a", "not a weight"),
        ({"transitions": {"a": {"a": "much"}}}, "transitions.a.a", "not a weight"),
        ({"transitions": {"a": {"a": True}}}, "transitions.a.a", "not a weight"),
        ({"transitions": {"a": {"a": "1e-12"}}}, "transitions.a.a", "too many digits"),
        ({"transitions": {"a": {"a": 1}}, "start": "b"}, "start", "no state 'b'"),
        ({"transitions": {"a": {"a": 1}}, "start": {"a": 0}}, "start", "above 0"),
        ({"transitions": [[1]]}, "states", "no names"),
        ({"transitions": [[1, 2]], "states": ["a", "b"]}, "transitions", "not 2 by 2"),
        ({"transitions": [[1], [2]], "states": ["a", "b"]}, "transitions", "not 2 by 2"),
        ({"transitions": {"a": {"a": 1}}, "states": ["a", "a"]}, "states", "twice"),
        ({"transitions": {"a": {"a": 1}}, "states": ["a", None]}, "states", "NULL"),
        ({"transitions": {"a": {"a": 1}}, "within": "nobody"}, "within", "no column"),
        ({"transitions": {"a": {"a": 1}}, "within": "who"}, "within", "told apart"),
        ({"transitions": {"a": {"a": 1}}, "via": "nobody"}, "via", "no reference"),
    ],
)
def test_what_cannot_be_met_is_refused_at_its_place(options: dict[str, Any], place: str, what: str) -> None:
    (fault,) = faults({"type": "markov", **options}, who="email")

    assert fault.path.startswith(f"tables.events.columns.x.rule.{place}")
    assert what in fault.what
    assert fault.fix


def test_a_misspelt_state_is_told_what_is_near() -> None:
    (fault,) = faults({"type": "markov", "states": ["home", "cart"], "transitions": {"home": {"crat": 1}}, "absorbing": ["cart"]})  # fmt: skip

    assert "'cart'" in fault.fix
