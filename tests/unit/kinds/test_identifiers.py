"""Identifiers are valid by the word of another library, different where they must be, and the same for each row alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import stdnum.be.nn
import stdnum.bic
import stdnum.br.cpf
import stdnum.ch.ssn
import stdnum.de.idnr
import stdnum.ean
import stdnum.es.dni
import stdnum.fi.hetu
import stdnum.fr.nir
import stdnum.iban
import stdnum.imei
import stdnum.isbn
import stdnum.lei
import stdnum.luhn
import stdnum.nl.bsn
import stdnum.pl.pesel
import stdnum.se.personnummer
import stdnum.us.itin
import stdnum.us.ssn

from tests.unit.kinds.making import by, column_of, refusal_of, table_of

ROWS = 1_500
IBANS = ("AT", "BE", "CH", "DE", "DK", "ES", "FR", "GB", "IE", "IT", "LI", "NL", "PL")


def iban(number: str) -> bool:
    """By structure and check digits; whether a Belgian bank exists, the library knows and we do not promise."""
    stdnum.iban.validate(number, check_country=not number.startswith("BE"))
    return not number.startswith("BE") or int(number[4:14]) % 97 == int(number[14:]) % 97


def hetu(number: str) -> bool:
    return stdnum.fi.hetu.validate(number, allow_temporary=True) == number


def vin(number: str) -> bool:
    """The check of 49 CFR 565.15, from its tables."""
    values = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True))
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    total = sum((int(c) if c.isdigit() else values[c]) * weight for c, weight in zip(number, weights, strict=True))
    return number[8] == "0123456789X"[total % 11]


VALID: list[tuple[dict[str, Any], Callable[[str], bool]]] = [
    (by("credit_card", brand="visa"), stdnum.luhn.is_valid),
    (by("credit_card", brand="amex"), stdnum.luhn.is_valid),
    (by("imei"), stdnum.imei.is_valid),
    (by("imei", prefix="86012304"), stdnum.imei.is_valid),
    *((by("ean", length=length), stdnum.ean.is_valid) for length in (8, 12, 13, 14)),
    (by("ean", prefix=""), stdnum.ean.is_valid),
    (by("isbn"), lambda number: stdnum.isbn.isbn_type(number) == "ISBN13"),
    (by("isbn", length=10), lambda number: stdnum.isbn.isbn_type(number) == "ISBN10"),
    (by("vin"), vin),
    (by("lei"), stdnum.lei.is_valid),
    (by("bic"), lambda code: len(code) == 8 and stdnum.bic.is_valid(code)),
    (by("bic", branch=True, country="NL"), lambda code: code[4:6] == "NL" and len(code) == 11 and stdnum.bic.is_valid(code)),
    *((by("iban", country=country), lambda number, c=country: number.startswith(c) and iban(number)) for country in IBANS),
    (by("national_id", country="BE"), stdnum.be.nn.is_valid),
    (by("national_id", country="BR"), stdnum.br.cpf.is_valid),
    (by("national_id", country="CH"), stdnum.ch.ssn.is_valid),
    (by("national_id", country="DE"), stdnum.de.idnr.is_valid),
    (by("national_id", country="ES"), stdnum.es.dni.is_valid),
    (by("national_id", country="FI"), hetu),
    (by("national_id", country="FR"), stdnum.fr.nir.is_valid),
    (by("national_id", country="NL"), stdnum.nl.bsn.is_valid),
    (by("national_id", country="PL"), stdnum.pl.pesel.is_valid),
    (by("national_id", country="SE"), stdnum.se.personnummer.is_valid),
]  # fmt: skip


def spelled(case: Any) -> str | None:
    return "-".join(map(str, case["rule"].values())) if isinstance(case, dict) else None


@pytest.mark.parametrize(("column", "valid"), VALID, ids=spelled)
def test_identifiers_are_valid(column: dict[str, Any], valid: Callable[[str], bool]) -> None:
    """Drawn or unique; and a slice holds the same rows as the whole."""
    drawn = column_of(column, ROWS)
    table = table_of({"x": {"unique": True, **column}}, ROWS)
    unique = table.batch(0, ROWS).column(0).to_pylist()

    assert all(valid(number) for number in (*drawn, *unique))
    assert len(set(drawn)) > ROWS * 0.99
    assert len(set(unique)) == ROWS
    assert table.batch(700, 750).column(0).to_pylist() == unique[700:750]


def test_the_check_of_vehicles_knows_published_numbers() -> None:
    assert vin("1M8GDM9AXKP042788")
    assert vin("11111111111111111")
    assert not vin("1M8GDM9A1KP042788")


@pytest.mark.parametrize(
    ("brand", "expression"),
    [
        ("visa", r"4\d{15}"),
        ("mastercard", r"(5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"),
        ("amex", r"3[47]\d{13}"),
        ("discover", r"(6011|64[4-9]\d|65\d\d)\d{12}"),
        ("diners", r"36\d{12}"),
        ("jcb", r"35(2[89]|[3-8]\d)\d{12}"),
    ],
)
def test_cards_of_a_brand_have_its_digits(brand: str, expression: str) -> None:
    numbers = column_of(by("credit_card", brand=brand), ROWS)

    assert all(re.fullmatch(expression, number) and stdnum.luhn.is_valid(number) for number in numbers)


def test_numbers_of_the_united_states_are_never_issued() -> None:
    """Neither as a social security number nor as a taxpayer's number."""
    for number in column_of(by("national_id", country="US"), ROWS):
        assert re.fullmatch(r"9\d\d-(0[1-9]|[1-4]\d)-\d{4}", number)
        assert not number.endswith("0000")
        assert not stdnum.us.ssn.is_valid(number)
        assert not stdnum.us.itin.is_valid(number)


def test_german_tax_numbers_repeat_one_digit_and_lack_one() -> None:
    for number in column_of(by("national_id", country="DE"), ROWS):
        counts = sorted(number[:10].count(digit) for digit in "0123456789")
        assert counts == [0, *[1] * 8, 2]


def test_dutch_numbers_reach_every_check_digit_evenly() -> None:
    """No digit is favoured by the rule that bars one of the eighth digits."""
    numbers = column_of(by("national_id", country="NL"), 20_000)
    for place in (7, 8):
        counts = [sum(number[place] == digit for number in numbers) for digit in "0123456789"]
        assert min(counts) > 1_500


def test_dutch_accounts_pass_their_own_check() -> None:
    """Their digits, weighted from 10 to 1, add up to a multiple of 11."""
    for unique in (False, True):
        numbers = column_of({"unique": unique, **by("iban", country="NL")}, ROWS)
        assert all(
            sum(int(digit) * weight for digit, weight in zip(n[8:], range(10, 0, -1), strict=True)) % 11 == 0
            for n in numbers
        )
        assert {number[-1] for number in numbers} == set("0123456789")


@pytest.mark.parametrize(("locale", "country"), [("fr_FR", "FR"), ("de_CH", "CH"), ("en_GB", "GB"), ("ja_JP", "DE")])
def test_accounts_are_of_the_locales_country_or_else_german(locale: str, country: str) -> None:
    assert all(number.startswith(country) for number in column_of("iban", 50, locale=locale))


@pytest.mark.parametrize(
    ("column", "capacity"), [(by("ean", length=8), 10**6), (by("national_id", country="US"), 100 * 49 * 9_999)]
)
def test_capacity_is_exact(column: dict[str, Any], capacity: int) -> None:
    assert f"can tell apart {capacity:,} rows" in refusal_of({"x": {"unique": True, **column}}, 2**40).what


def test_every_number_of_a_small_range_comes_once() -> None:
    numbers = column_of({"unique": True, **by("ean", length=8, prefix="211111")}, 10)

    assert len(set(numbers)) == 10
    assert all(number.startswith("211111") and stdnum.ean.is_valid(number) for number in numbers)


@pytest.mark.parametrize(
    ("column", "option"),
    [
        (by("credit_card", brand="visa", prefix="4000"), "prefix"),
        (by("credit_card", brand="maestro"), "brand"),
        (by("iban", country="US"), "country"),
        (by("iban", country="de"), "country"),
        (by("national_id", country="XX"), "country"),
        (by("ean", length=9), "length"),
        (by("ean", prefix="12a"), "prefix"),
        (by("ean", prefix="1234567"), "prefix"),
        (by("isbn", length=11), "length"),
        (by("imei", prefix=""), "prefix"),
        (by("bic", country="Germany"), "country"),
        (by("bic", branch="yes please"), "branch"),
    ],
    ids=spelled,
)
def test_what_cannot_be_is_refused_at_its_option(column: dict[str, Any], option: str) -> None:
    assert refusal_of({"x": column}).path == f"tables.t.columns.x.rule.{option}"


def test_a_locale_without_known_numbers_is_refused_with_a_way_out() -> None:
    fault = refusal_of({"x": "national_id"}, locale="ja_JP")

    assert "JP" in fault.what
    assert "BR" in fault.fix
