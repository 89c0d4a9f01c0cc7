"""Numbers, dates, times and UUIDs as text, against Python's own formatting."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndata_engine.generation.nodes.codes import EPOCH, MAX_DAY, MIN_DAY
from syndata_engine.generation.texts.text import Bool, Date, Digits, Fixed, Integer, Timestamp, Uuid
from syndata_engine.generation.words.bits import mix64_int
from tests.unit.rendering.writing import written

INT64 = st.integers(1 - 2**63, 2**63 - 1)
EDGES = sorted(
    {sign * (10**n + step) for n in range(19) for step in (-1, 0, 1) for sign in (1, -1)} | {2**63 - 1, 1 - 2**63}
)
"""Where a number gets one more digit."""


def test_every_boundary_of_digits() -> None:
    assert written(lambda node: (Integer(node),), EDGES) == [str(value) for value in EDGES]


@given(st.lists(INT64, min_size=1, max_size=50))
def test_integers(values: list[int]) -> None:
    assert written(lambda node: (Integer(node),), values) == [str(value) for value in values]


@pytest.mark.parametrize("width", [*range(20)])
def test_zeros_fill_to_a_width(width: int) -> None:
    """The sign comes before the zeros and is not counted; longer numbers keep all digits."""
    values = [value for value in EDGES if abs(value) < 2**63]
    wanted = [("-" if value < 0 else "") + str(abs(value)).zfill(width) for value in values]

    assert written(lambda node: (Integer(node, width),), values) == wanted


@given(st.integers(1, 17), st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=20), st.data())
def test_drawn_digits_lie_in_their_range(count: int, words: list[int], data: st.DataObject) -> None:
    low = data.draw(st.integers(0, 10**count - 1))
    size = data.draw(st.integers(1, 10**count - low))
    key = data.draw(st.integers(1, 2**64 - 1))
    wanted = [str(low + (mix64_int((word + key) % 2**64) * size >> 64)).zfill(count) for word in words]

    assert written(lambda node: (Digits(node, key, count, low, size),), words) == wanted


@given(st.integers(1, 18), st.lists(INT64, min_size=1, max_size=30))
def test_decimals(scale: int, values: list[int]) -> None:
    exact = [Decimal(value).scaleb(-scale) for value in values]

    assert written(lambda node: (Fixed(node, scale),), values) == [f"{value:.{scale}f}" for value in exact]


@pytest.mark.parametrize("scale", range(1, 19))
def test_decimals_at_every_boundary(scale: int) -> None:
    assert written(lambda node: (Fixed(node, scale),), EDGES) == [
        f"{Decimal(v).scaleb(-scale):.{scale}f}" for v in EDGES
    ]


@given(st.integers(0, 18), st.lists(INT64, min_size=1, max_size=30))
def test_trimmed_decimals_keep_one_digit(scale: int, values: list[int]) -> None:
    def trimmed(value: int) -> str:
        whole, _, digits = f"{Decimal(value).scaleb(-scale):.{scale}f}".partition(".")
        return f"{whole}.{digits.rstrip('0') or '0'}"

    assert written(lambda node: (Fixed(node, scale, trim=True),), values) == [trimmed(value) for value in values]


def test_booleans() -> None:
    assert written(lambda node: (Bool(node),), [0, 1, 0]) == ["false", "true", "false"]


def test_days_of_the_years_1_to_9999() -> None:
    """Every 29th day, and each month's first and last."""
    days = set(range(MIN_DAY, MAX_DAY + 1, 29)) | {MIN_DAY, MAX_DAY}
    for month in np.arange("0001-02", "9999-12", dtype="datetime64[M]").astype("datetime64[D]").astype(int).tolist():
        days |= {month - 1, month}
    ordered = sorted(days)
    zero = EPOCH.date().toordinal()

    assert written(lambda node: (Date(node),), ordered) == [date.fromordinal(zero + day).isoformat() for day in ordered]


def test_29_february_comes_when_it_should() -> None:
    years = [4, 100, 400, 1600, 1900, 1904, 2000, 2024, 2100, 9996]
    ends = [(date(year, 3, 1).toordinal() - 1) - EPOCH.date().toordinal() for year in years]
    wanted = [f"{year:04}-02-{29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28}" for year in years]

    assert written(lambda node: (Date(node),), ends) == wanted


@given(st.lists(st.datetimes(timezones=st.just(UTC)), min_size=1, max_size=30), st.sampled_from([0, 3, 6]))
def test_times(moments: list[datetime], scale: int) -> None:
    """The fraction is cut, not rounded, also before 1970."""
    shape = {0: "seconds", 3: "milliseconds", 6: "microseconds"}[scale]
    micros = [(moment - EPOCH) // timedelta(microseconds=1) for moment in moments]
    wanted = [moment.replace(tzinfo=None).isoformat(timespec=shape) + "Z" for moment in moments]

    assert written(lambda node: (Timestamp(node, scale),), micros) == wanted


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=30), st.integers(0, 2**64 - 1))
def test_uuids_hold_their_word(words: list[int], key: int) -> None:
    """Version 4, variant 10, and all 64 bits of the word, so that different words differ."""
    for word, text in zip(words, written(lambda node: (Uuid(node, key),), words), strict=True):
        number = UUID(text).int

        assert str(UUID(text)) == text
        assert (number >> 76 & 0xF, number >> 62 & 3) == (4, 2)
        first, middle, third = number >> 96, number >> 80 & 0xFFFF, number >> 64 & 0xFFF
        assert first << 28 | middle << 12 | third == word & (2**60 - 1)
        assert number >> 58 & 0xF == word >> 60
        assert number & (2**58 - 1) == mix64_int((word + key) % 2**64) & (2**58 - 1)
