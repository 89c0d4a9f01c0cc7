"""A caller has so many requests in a minute, at once or evenly, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from syndata_gateway import limits
from syndata_gateway.limits import Limits

KEY = b"a key of sixteen characters"


class Clock:
    """Goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def request(key: str = "", address: str = "10.0.0.1", query: str = "", bearer: str = "") -> Request:
    headers = (
        [(b"x-api-key", key.encode())] if key else [(b"authorization", f"Bearer {bearer}".encode())] if bearer else []
    )
    scope: dict[str, Any] = {
        "type": "http",
        "headers": headers,
        "client": (address, 1),
        "query_string": query.encode(),
        "path": "/",
    }
    return Request(scope)


def admitted(limiter: Limits, asked: Sequence[Request]) -> list[bool]:
    found = [limiter.take(one) for one in asked]
    return [one is not None and one.wait == 0 for one in found]


def test_a_minutes_requests_may_come_at_once_and_the_next_waits_its_turn() -> None:
    clock = Clock()
    limiter = Limits(60, (KEY,), clock)
    assert all(admitted(limiter, [request()] * 60))

    refused = limiter.take(request())
    assert refused is not None
    assert refused.wait == pytest.approx(1)
    assert refused.headers == {"RateLimit-Policy": '"minute";q=60;w=60', "RateLimit": '"minute";r=0;t=60'}

    clock.now += 1
    assert admitted(limiter, [request()] * 2) == [True, False]


def test_what_is_refused_costs_nothing() -> None:
    clock = Clock()
    limiter = Limits(1, (), clock)
    assert admitted(limiter, [request()] * 100) == [True, *[False] * 99]

    clock.now += 60
    assert admitted(limiter, [request()]) == [True]


def test_a_key_is_one_caller_from_anywhere_and_does_not_pay_for_its_neighbours() -> None:
    limiter = Limits(2, (KEY, b"another key of ours"), Clock())
    key = KEY.decode()

    assert admitted(
        limiter, [request(key, "10.0.0.1"), request(bearer=key, address="10.0.0.2"), request(key, "10.0.0.3")]
    ) == [True, True, False]
    assert admitted(limiter, [request("another key of ours"), request()]) == [True, True]
    assert admitted(limiter, [request(query=f"api_key={key}".replace(" ", "%20"))]) == [False]


def test_keys_that_are_guessed_are_counted_together_by_their_address() -> None:
    limiter = Limits(3, (KEY,), Clock())

    assert admitted(limiter, [request(f"guess {number}") for number in range(5)]) == [True, True, True, False, False]
    assert admitted(limiter, [request("guess", "10.0.0.2")]) == [True]


def test_without_a_limit_nothing_is_counted() -> None:
    assert Limits(0, (KEY,)).take(request()) is None


def test_callers_without_number_take_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_MOST_CALLERS", 10)
    limiter = Limits(1, (), Clock())
    for number in range(100):
        limiter.take(request(address=f"10.0.1.{number}"))

    assert len(limiter._full_at) == 10
    assert admitted(limiter, [request(address="10.0.1.99"), request(address="10.0.1.0")]) == [False, True]


@given(st.integers(1, 50), st.lists(st.floats(0, 90), max_size=60))
def test_in_no_minute_are_more_than_two_minutes_worth_let_in(per_minute: int, pauses: list[float]) -> None:
    """A full bucket, and what it is refilled by meanwhile."""
    clock = Clock()
    limiter = Limits(per_minute, (), clock)
    entered: list[float] = []
    for pause in pauses:
        clock.now += pause
        for _ in range(per_minute + 1):
            allowance = limiter.take(request())
            assert allowance is not None
            assert 0 <= allowance.left <= per_minute
            if allowance.wait == 0:
                entered.append(clock.now)

    assert all(sum(start <= moment < start + 60 for moment in entered) <= 2 * per_minute for start in entered)
