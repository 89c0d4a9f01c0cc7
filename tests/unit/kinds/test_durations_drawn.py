"""Lengths of time by distribution: their parameters are lengths of time too."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.kinds.making import by, column_of, refusal_of
from tests.unit.kinds.streaming import faults

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("rule", "mean", "half"),
    [
        (by("exponential", mean="40s"), 40, 27.7),
        (by("exponential", mean="1min", start="10s"), 70, 51.6),
        (by("normal", mean="2h", stddev="5min"), 7_200, 7_200),
        (by("lognormal", median="1min", sigma="0.5"), 68, 60),
    ],
)
def test_lengths_are_distributed_as_stated(rule: dict[str, Any], mean: float, half: float) -> None:
    values = sorted(one / SECOND for one in column_of({"type": "duration", "scale": 3, **rule}, 20_000))

    assert sum(values) / len(values) == pytest.approx(mean, rel=0.03)
    assert values[len(values) // 2] == pytest.approx(half, rel=0.03)


def test_lengths_are_cut_by_lengths_and_have_the_digits_of_their_column() -> None:
    whole = column_of({"type": "duration", **by("exponential", mean="40s", min="10s", max="1min")}, 3_000)

    assert (min(whole), max(whole)) == (10 * SECOND, 60 * SECOND)
    assert all(one % SECOND == timedelta() for one in whole)


@pytest.mark.parametrize(
    ("rule", "place", "what"),
    [
        (by("exponential", rate=2), "rate", "no unit of time"),
        (by("exponential", mean="soon"), "mean", "not a length of time"),
        (by("exponential", mean="0s"), "mean", "above 0"),
        (by("exponential", mean="40s", max="100ms"), "max", "not a length of time"),
        (by("exponential", mean="9000000d"), "max", "70,000 years"),
        (by("lognormal", mu=1, sigma=1), "mu", "no unit"),
        (by("gamma", shape=1), "", "cannot make"),
    ],
)
def test_what_is_no_length_of_time_is_refused(rule: dict[str, Any], place: str, what: str) -> None:
    fault = refusal_of({"x": {"type": "duration", **rule}})

    assert fault.path.startswith(f"tables.t.columns.x.rule{'.' if place else ''}{place}")
    assert what in fault.what


@pytest.mark.parametrize(
    ("column", "what"), [({"type": "int"}, "is a duration"), ({"type": "duration"}, "finer than its sum")]
)
def test_a_running_sum_of_lengths_is_a_length_with_at_least_their_digits(column: dict[str, Any], what: str) -> None:
    took = {"type": "duration", "scale": 3, **by("range", min="1s", max="2s")}
    (fault,) = faults(by("running_sum", column="took")["rule"], column, took=took)

    assert fault.path == "tables.events.columns.x.rule"
    assert what in fault.what
