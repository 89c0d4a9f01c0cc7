"""A priority decides how much of the generators a job gets beside others; none gets nothing."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndata_contracts.events import Started
from syndata_contracts.jobs import MOST_WINDOW, Job, Priority, window_of
from syndata_contracts.lifecycle import advance
from tests.unit.contracts.examples import NOW, done, job

PRIORITIES: Sequence[Priority] = ("low", "normal", "high")


def served(priorities: Sequence[Priority], *, turns: int, window: int = 16) -> Counter[int]:
    """How many tasks of each job are done when generators, who take what was asked for first, did so many in all."""
    jobs: list[Job] = []
    line: deque[tuple[int, int]] = deque()
    for number, priority in enumerate(priorities):
        first = job(tasks=1_000_000, window=window_of(priority, window), priority=priority)
        begun, commands = advance(first, [Started()], NOW)
        jobs.append(begun)
        line.extend((number, command.task or 0) for command in commands)
    made: Counter[int] = Counter()
    for _ in range(turns):
        number, task = line.popleft()
        made[number] += 1
        jobs[number], commands = advance(jobs[number], [done(task, 0)], NOW)
        line.extend((number, command.task or 0) for command in commands)
    return made


def test_a_normal_job_has_the_window_that_is_set() -> None:
    assert window_of("normal", 16) == 16


def test_a_high_job_gets_four_times_as_much_as_a_normal_one_and_that_four_times_as_much_as_a_low_one() -> None:
    made = served(["low", "normal", "high"], turns=2_520)

    assert made[1] / made[0] == pytest.approx(4, rel=0.05)
    assert made[2] / made[1] == pytest.approx(4, rel=0.05)


def test_a_high_job_that_comes_later_waits_for_no_more_than_what_is_handed_out_already() -> None:
    """And what it waits for is bounded by the others' windows, not by their sizes."""
    made = served(["normal", "normal", "high"], turns=33)

    assert made[2] == 1


@settings(max_examples=25)
@given(st.lists(st.sampled_from(PRIORITIES), min_size=1, max_size=4), st.integers(1, 32))
def test_no_job_starves_whatever_runs_beside_it(priorities: list[Priority], window: int) -> None:
    """In the time in which every window goes round once, each job gets something."""
    around = sum(window_of(one, window) for one in priorities)

    assert all(served(priorities, turns=around, window=window)[number] for number in range(len(priorities)))


@given(st.sampled_from(PRIORITIES), st.integers(1, MOST_WINDOW))
def test_a_window_is_one_that_a_job_can_have(priority: Priority, window: int) -> None:
    assert 1 <= window_of(priority, window) <= MOST_WINDOW
    assert window_of("low", window) <= window_of("normal", window) <= window_of("high", window)
