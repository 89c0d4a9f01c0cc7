"""Rows like some values: of their types, their words, their spread, and as often missing."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import syndata
from syndata_contracts.errors import Refused
from syndata_gateway.dialects.samples import configuration_of

ROWS = 2_000


def made(data: dict[str, list[Any]], rows: int = ROWS) -> dict[str, list[Any]]:
    return dict(syndata.generate(configuration_of(data, rows))["records"].to_pydict())


def test_words_are_those_that_were_sent_as_often_as_they_were() -> None:
    found = Counter(made({"city": ["Oslo", "Oslo", "Oslo", "Bergen"]})["city"])

    assert set(found) == {"Oslo", "Bergen"}
    assert found["Oslo"] / ROWS == pytest.approx(0.75, abs=0.05)


def test_numbers_of_which_there_are_many_have_the_same_quantiles() -> None:
    """And stay inside what was sent, whole where it was."""
    sent = [value * value for value in range(1_001)]
    found = sorted(made({"n": sent})["n"])

    assert all(isinstance(value, int) for value in found)
    assert 0 <= found[0] <= found[-1] <= 1_000_000
    for share in (0.1, 0.5, 0.9):
        assert found[int(share * ROWS)] == pytest.approx(sent[int(share * 1_000)], rel=0.15)


def test_numbers_of_which_there_are_few_are_codes() -> None:
    assert set(made({"code": [10, 20, 20, 99]})["code"]) == {10, 20, 99}


def test_whole_numbers_among_floats_are_floats() -> None:
    assert {type(value) for value in made({"x": [1, 2.5, 3]})["x"]} == {float}


def test_floats_of_any_number_of_digits_are_taken() -> None:
    assert len(made({"x": [0.1234567890123456, 1e-12, 98765.4321]})["x"]) == ROWS


def test_booleans_are_no_numbers() -> None:
    assert set(made({"ok": [True, False, True]})["ok"]) == {True, False}


def test_values_are_missing_as_often_as_they_were() -> None:
    found = made({"a": ["x", None, None, "x"]})["a"]

    assert found.count(None) / ROWS == pytest.approx(0.5, abs=0.05)


def test_the_same_values_make_the_same_rows() -> None:
    data: dict[str, list[Any]] = {"a": ["x", "y"], "n": [1.5, 2.5]}

    assert made(data) == made(data)


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"a": []}, "data.a"),
        ({"a": [None, None]}, "data.a"),
        ({"a": [1, "x"]}, "data.a"),
        ({"a": [True, 1]}, "data.a"),
        ({"a": [["x"]]}, "data.a"),
        ({"a": [{"b": 1}]}, "data.a"),
        ({"a": [1], "b": [1, 2]}, "data"),
    ],
    ids=str,
)
def test_values_that_make_no_column_are_refused(data: dict[str, list[Any]], path: str) -> None:
    with pytest.raises(Refused) as refusal:
        configuration_of(data, 10)

    assert [fault.path for fault in refusal.value.faults] == [path]
    assert all(fault.fix for fault in refusal.value.faults)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(Refused) as refusal:
        configuration_of({"a": [None], "b": [1, "x"]}, 10)

    assert [fault.path for fault in refusal.value.faults] == ["data.a", "data.b", "data"]


_LISTS = st.one_of(
    st.lists(st.integers(-(2**53), 2**53), min_size=1, max_size=60),
    st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=60),
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20), min_size=1, max_size=60
    ),
    st.lists(st.booleans(), min_size=1, max_size=10),
)


@settings(max_examples=60)
@given(_LISTS)
def test_any_plain_values_make_a_column_that_stays_among_them(values: list[Any]) -> None:
    found = made({"c": values}, rows=50)["c"]

    assert len(found) == 50
    if isinstance(values[0], (bool, str)):
        assert set(found) <= set(values)
    else:
        close = 1e-5  # floats have room for 15 digits
        assert min(values) - close <= min(found) <= max(found) <= max(values) + close
