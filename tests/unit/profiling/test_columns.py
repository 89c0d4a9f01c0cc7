"""What is found in a column."""

from __future__ import annotations

import math
import statistics
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.profiling.csvs import column_of, profiled


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "-20", "0"], "int"),
        (["9223372036854775807", "-9223372036854775808"], "int"),
        (["9223372036854775808", "1"], "decimal"),
        (["12.50", "-3.10", "0.00"], "decimal"),
        (["0.1", "12.25", "1e-7"], "float"),
        (["1.0", "2.0"], "float"),
        (["1", "2.5"], "float"),
        (["1.5", "nan", "-inf"], "float"),
        (["true", "False", "TRUE"], "bool"),
        (["2024-02-29", "0001-01-01"], "date"),
        (["2024-02-29 10:00", "2024-02-29T10:00:01.5"], "datetime"),
        (["2024-02-29 10:00:00+02", "2024-02-29T10:00:00Z"], "datetime"),
        (["123E4567-e89b-12d3-a456-426614174000"], "uuid"),
        (["new", "paid"], "str"),
        ([], "str"),
    ],
)
def test_a_type_is_found_that_every_value_has(values: list[str], kind: str) -> None:
    column = column_of(*values, "")

    assert column.type == kind
    assert column.nulls == 1


@pytest.mark.parametrize(
    "values",
    [
        ["01234", "99999"],  # post codes
        ["+431234", "+491234"],  # telephone numbers
        ["4" * 39, "5"],  # no type holds them
        ["2023-02-29"],  # no such day
        ["2024-01-01", "2024-01-01 10:00"],
        ["2024-01-01 10:00", "2024-01-01 10:00Z"],
        ["nan", "nan"],
        ["1e999", "1"],
        [" 1", "2"],
        ["1 5"],
        ["true", "1"],
        ["1", "2", "x"],
    ],
)
def test_what_no_other_type_holds_in_full_is_text(values: list[str]) -> None:
    column = column_of(*values)

    assert column.type == "str"
    assert column.range is None
    assert column.spread is None


def test_a_decimal_tells_its_digits() -> None:
    column = column_of("12.50", "-1234.10", "0.05")

    assert (column.precision, column.scale) == (6, 2)
    assert column.range is not None
    assert (column.range.minimum, column.range.maximum) == ("-1234.10", "12.50")


def test_moments_in_time_are_ranged_in_utc_where_offsets_are_told() -> None:
    column = column_of("2024-01-01T00:30:00+01:00", "2023-12-31T23:45:00Z")

    assert column.zoned is True
    assert column.range is not None
    assert (column.range.minimum, column.range.maximum) == ("2023-12-31T23:30:00Z", "2023-12-31T23:45:00Z")


def near(found: float | None, exact: Fraction) -> bool:
    """Whether a float is the nearest to an exact number, or one beside it."""
    return found is not None and abs(Fraction(found) - exact) <= Fraction(math.ulp(found))


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=40))
def test_mean_and_deviation_of_floats_are_those_of_exact_arithmetic(values: list[float]) -> None:
    column = column_of(*map(repr, [*values, 0.5]))
    exact = [Fraction(value) for value in [*values, 0.5]]

    assert column.type in {"float", "decimal"}
    assert column.spread is not None
    assert column.spread.mean == float(sum(exact) / len(exact))
    if column.spread.standard_deviation is None:
        assert max(map(abs, values)) > 1e307
    else:
        assert near(column.spread.standard_deviation, root_of(statistics.variance(exact)))


@given(st.lists(st.integers(-(10**30), 10**30), min_size=2, max_size=40))
def test_mean_and_deviation_of_integers_of_any_size_are_exact(values: list[int]) -> None:
    column = column_of(*map(str, values))
    exact = [Fraction(value) for value in values]

    assert column.spread is not None
    assert column.spread.mean == float(sum(exact) / len(exact))
    assert near(column.spread.standard_deviation, root_of(statistics.variance(exact)))


def root_of(square: Fraction) -> Fraction:
    """The square root, to sixty digits behind the first of the square."""
    digits = 10**400
    return Fraction(math.isqrt(square.numerator * digits**2 // square.denominator), digits)


@given(st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1, max_size=40))
def test_the_mean_of_money_is_exact(values: list[Decimal]) -> None:
    column = column_of(*map(str, values), "0.10")

    assert column.type == "decimal"
    assert column.spread is not None
    assert column.spread.mean == float((sum(map(Fraction, values)) + Fraction(1, 10)) / (len(values) + 1))


def test_nan_and_infinities_are_counted_apart() -> None:
    column = column_of("1.5", "nan", "NaN", "-inf", "2.5")

    assert column.spread is not None
    assert column.spread.not_finite == 3
    assert column.spread.mean == 2.0
    assert column.range is not None
    assert column.range.maximum == "2.5"


def test_lengths_are_counted_in_characters() -> None:
    column = column_of("é", "日本語")

    assert column.lengths is not None
    assert (column.lengths.minimum, column.lengths.mean, column.lengths.maximum) == (1, 2.0, 3)


def test_a_value_that_occurs_less_than_five_times_is_not_kept() -> None:
    profile = profiled("state\n" + "ill\n" * 4 + "well\n" * 5 + "unique-person\n")
    categories = profile.columns[0].categories

    assert categories is not None
    assert [(one.value, one.count) for one in categories.frequent] == [("well", 5)]
    assert (categories.rare_values, categories.rare_rows) == (2, 5)
    assert b"ill" not in profile.to_bytes()
    assert b"unique-person" not in profile.to_bytes()


def test_texts_with_many_values_leave_none_of_them_in_the_profile() -> None:
    body = "name\n" + "".join(f"person-{number % 300}\n" for number in range(3000))
    profile = profiled(body)

    assert profile.columns[0].categories is None
    assert profile.columns[0].distinct == 300
    assert b"person-" not in profile.to_bytes()


@pytest.mark.parametrize(("count", "exact"), [(10_000, True), (10_001, False)])
def test_different_values_are_counted_up_to_ten_thousand(count: int, exact: bool) -> None:
    column = column_of(*(f"v{number}" for number in range(count)), "v0")

    assert column.distinct_exact is exact
    assert abs(column.distinct - count) <= (0 if exact else count * 0.05)


@pytest.mark.parametrize("count", [30_000, 200_000])
def test_more_values_are_estimated_within_five_in_a_hundred(count: int) -> None:
    """Five standard errors, and the values are always the same."""
    column = column_of(*(f"v{number % count}" for number in range(count + 50_000)))

    assert not column.distinct_exact
    assert abs(column.distinct - count) <= count * 0.05


def test_a_key_has_every_value_once_and_no_null() -> None:
    keys = column_of("a", "b", "c")
    repeated = column_of("a", "b", "a")
    missing = column_of("a", "b", "")

    assert (keys.candidate_key, keys.candidate_key_exact) == (True, True)
    assert (repeated.candidate_key, repeated.candidate_key_exact) == (False, True)
    assert (missing.candidate_key, missing.candidate_key_exact) == (False, True)


def test_numbers_that_only_rise_are_a_key_however_many() -> None:
    rising = column_of(*map(str, range(20_000)))
    shuffled = column_of(*(str(number * 7919 % 20_011) for number in range(20_000)))

    assert (rising.candidate_key, rising.candidate_key_exact, rising.distinct) == (True, True, 20_000)
    assert (shuffled.candidate_key, shuffled.candidate_key_exact) == (True, False)


def test_many_repeats_are_seen_in_a_column_too_large_to_know_in_full() -> None:
    column = column_of(*(f"v{number // 2}" for number in range(60_000)))

    assert (column.candidate_key, column.candidate_key_exact) == (False, True)
