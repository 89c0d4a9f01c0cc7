"""Laws 1 and 3, for what runs along a family: a patient reader finds the same, whichever rows are asked for."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.families import Draw, by_parent, families, rows_of
from tests.properties.made import bound, slice_of, values_of
from tests.properties.profiles import examples

WALK: dict[str, Any] = {"a": {"a": 1, "b": 2}, "b": {"c": 3, "a": 1}, "c": {"c": 1, "d": 1}}


def streams(draw: Draw) -> dict[str, Any]:
    """Columns along a family, of any form that can be met."""
    least = draw(st.integers(1, 20))
    gap = draw(st.sampled_from(["1s", {"type": "exponential", "mean": "20s", "max": "50s"}, {"type": "range", "min": "0s", "max": "59s"}]))  # fmt: skip
    time: dict[str, Any] = {"type": "event_time", "start": "2025-01-01T10:00:00Z", "gap": gap}
    if draw(st.booleans()):
        events = draw(st.sampled_from([1, 3, {"type": "range", "min": 1, "max": 5}]))
        time["sessions"] = {"events": events, "pause": {"type": "range", "min": f"{least}min", "max": "40min"}}
    if draw(st.booleans()):
        time["rhythm"] = {"day": draw(st.lists(st.integers(0, 3), min_size=24, max_size=24).filter(any))}
    if draw(st.booleans()):
        time["lasts"] = "takes"
    return {
        "takes": {"type": "duration", "rule": {"type": "range", "min": "0s", "max": "30s"}},
        "at": {"type": "datetime", "scale": draw(st.sampled_from([0, 3])), "rule": time},
        "session": {"rule": {"type": "session", "time": "at", "timeout": f"{least}min", "via": "parent"}},
        "step": {"rule": {"type": "session", "time": "at", "timeout": f"{least}min", "value": "position"}},
        "state": {"rule": {"type": "markov", "transitions": WALK, "absorbing": ["d"], "start": "a"}},
        "anew": {"rule": {"type": "markov", "transitions": WALK, "absorbing": ["d"], "start": "a", "within": "session"}},
        "passed": {"type": "duration", "rule": {"type": "running_sum", "column": "takes"}},
        "arrived": {"rule": {"type": "arrival", "column": "at", "late": 0.3, "late_delay": "1h", "exact": draw(st.booleans())}},
        "late": {"rule": {"type": "is_late", "column": "arrived"}},
    }  # fmt: skip


@examples(60)
@given(st.data())
def test_streams_are_what_their_rows_say(data: st.DataObject) -> None:
    columns = streams(data.draw)
    wait = timedelta(minutes=int(columns["session"]["rule"]["timeout"].removesuffix("min")))
    made = values_of(families(data.draw, {}, columns))
    for family in by_parent(made).values():
        for row in family[:1]:
            assert (row["session"], row["step"], row["state"], row["anew"]) == (1, 1, "a", "a")
        for before, row in pairwise(family):
            first = row["at"] - before["at"] >= wait
            assert row["at"] >= before["at"] + (before["takes"] if "lasts" in columns["at"]["rule"] else timedelta())
            assert row["session"] == before["session"] + first
            assert row["step"] == (1 if first else before["step"] + 1)
            assert row["state"] in WALK.get(before["state"], "d")
            assert row["anew"] in ("a" if first else WALK.get(before["anew"], "d"))
            assert row["passed"] == before["passed"] + row["takes"]
    for row in rows_of(made["children"]):
        if row["of"] is None:
            assert all(row[name] is None for name in ("at", "session", "state", "passed", "arrived"))
        else:
            assert row["arrived"] == row["at"] + timedelta(hours=row["late"])


@examples(60)
@given(st.data())
def test_any_rows_are_the_rows_of_the_whole(data: st.DataObject) -> None:
    """Slices, and rows in any order with some twice."""
    columns = streams(data.draw)
    children = bound(families(data.draw, {}, columns)).tables["children"]
    rows = children.planned.rows
    whole = slice_of(children, 0, rows)
    start = data.draw(st.integers(0, rows))
    stop = data.draw(st.integers(start, rows))

    assert slice_of(children, start, stop) == {name: values[start:stop] for name, values in whole.items()}
    places = np.array(data.draw(st.lists(st.integers(0, max(rows - 1, 0)), max_size=30 if rows else 0)), np.int64)
    for name in columns:
        node = children.columns[name].code
        assert node is not None
        in_order = children.span(0, rows).get(node)
        np.testing.assert_array_equal(children.frame(places).get(node), in_order[places])
        low, high = children.columns[name].low, children.columns[name].high
        assert low is not None
        assert high is not None
        assert all(low <= code <= high for code in in_order)


@pytest.mark.parametrize("owning", [True, False])
def test_what_runs_along_is_carried_over_families_of_any_size(owning: bool) -> None:
    """Two families, each longer than what is computed together."""
    gap = {"type": "exponential", "mean": "20s", "max": "9min"}
    pause = {"type": "range", "min": "10min", "max": "1h"}
    time = {"type": "event_time", "start": "2025-01-01", "gap": gap, "sessions": {"events": 70, "pause": pause}}
    columns = {
        "of": {"references": {"table": "parents", "column": "id", "fan_out": 90_000, "owning": owning}},
        "place": {"rule": "position"},
        "at": {"type": "datetime", "rule": time},
        "session": {"rule": {"type": "session", "time": "at", "timeout": "10min"}},
        "state": {"rule": {"type": "markov", "transitions": {"a": {"b": 1}, "b": {"c": 1}, "c": {"a": 1}}, "start": "a"}},
    }  # fmt: skip
    parents = {"rows": 2, "columns": {"id": {"type": "int", "primary_key": True, "rule": "sequence"}}}
    children = bound({"tables": {"parents": parents, "children": {"columns": columns}}}).tables["children"]
    rows = [rows_of(slice_of(children, low, low + 60_000)) for low in (0, 60_000, 120_000)]
    for parent in (1, 2):
        family = sorted((row for part in rows for row in part if row["of"] == parent), key=lambda row: row["place"])
        assert [row["state"] for row in family] == list("abc" * 30_000)
        assert [row["session"] for row in family] == [1 + n // 70 for n in range(90_000)]
        assert all(after["at"] >= before["at"] for before, after in pairwise(family))
