"""Numbers of persons that agree with birth and sex, and payment cards whose columns agree: confirmed by python-stdnum."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
import stdnum.be.nn
import stdnum.fi.hetu
import stdnum.fr.nir
import stdnum.luhn
import stdnum.pl.pesel
import stdnum.se.personnummer

from tests.unit.kinds.making import batch_of, by, refusal_of, table_of

LIBRARIES = {"BE": stdnum.be.nn, "PL": stdnum.pl.pesel, "SE": stdnum.se.personnummer}
PERSON: dict[str, Any] = {
    "gender": "gender",
    "born": by("date_of_birth", min=0, max=110),
    "national_id": by("national_id", birth="born"),
}


@pytest.mark.parametrize("country", LIBRARIES)
def test_a_number_holds_the_birth_and_sex_of_the_row_s_person(country: str) -> None:
    columns = {**PERSON, "national_id": by("national_id", birth="born", country=country)}
    library = LIBRARIES[country]
    for row in batch_of(columns, 500).to_pylist():
        library.validate(row["national_id"])
        assert library.get_birth_date(row["national_id"]) == row["born"]
        assert {"M": "male", "F": "female"}[library.get_gender(row["national_id"])] == row["gender"]


def test_a_finnish_number_holds_them_too() -> None:
    """Of the range for use where nobody is meant, so its own library has no getters for it."""
    for row in batch_of({**PERSON, "national_id": by("national_id", birth="born", country="FI")}, 500).to_pylist():
        number = row["national_id"]
        stdnum.fi.hetu.validate(number, allow_temporary=True)
        assert number[:6] == f"{row['born']:%d%m%y}"
        assert number[6] == ("A" if row["born"].year >= 2000 else "-")
        assert (int(number[7:10]) % 2 == 1) == (row["gender"] == "male")


def test_a_french_number_begins_with_sex_year_and_month() -> None:
    for row in batch_of(PERSON, 500, locale="fr_FR").to_pylist():
        stdnum.fr.nir.validate(row["national_id"])
        sex = 1 if row["gender"] == "male" else 2
        assert row["national_id"].startswith(f"{sex}{row['born']:%y%m}")


def test_numbers_of_other_countries_hold_neither_and_are_what_they_were() -> None:
    alone = batch_of({**PERSON, "national_id": by("national_id")}, 50, locale="nl_NL")

    assert batch_of(PERSON, 50, locale="nl_NL").column("national_id").equals(alone.column("national_id"))


def test_a_person_may_be_named_and_a_birth_may_be_missing() -> None:
    columns = {
        "doctor_gender": "gender",
        "doctor_born": {"null_rate": 0.3, **by("date_of_birth", min=30, max=60)},
        "x": by("national_id", country="PL", birth="doctor_born", entity="doctor"),
    }
    rows = batch_of(columns, 300).to_pylist()

    assert all((row["x"] is None) == (row["doctor_born"] is None) for row in rows)
    assert all(
        {"M": "male", "F": "female"}[stdnum.pl.pesel.get_gender(row["x"])] == row["doctor_gender"]
        for row in rows
        if row["x"]
    )


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (by("national_id", birth="gender"), "is no date"),
        (by("national_id", birth="early"), "before 1900"),
        (by("national_id", birth="borm"), "no column 'borm'"),
        (by("national_id", birth="born", country="XX"), "not known here"),
        (by("national_id", entity="doctor"), "no column of births"),
        ({"unique": True, **by("national_id", birth="born", country="SE")}, "cannot be numbered"),
    ],
)
def test_what_gives_no_number_is_refused(rule: Any, said: str) -> None:
    early = {"type": "date", **by("range", min="1850-01-01", max="1950-01-01")}

    assert said in refusal_of({**PERSON, "national_id": by("national_id"), "early": early, "x": rule}).what


CARD: dict[str, Any] = {
    "card_brand": "card_brand",
    "card_number": by("credit_card", brand="any"),
    "card_cvv": "card_cvv",
    "card_expiry": "card_expiry",
    "card_valid_until": {"type": "date", **by("card_expiry")},
}
FIRST_DIGITS = {
    "Visa": ("4",),
    "Mastercard": ("5", "2"),
    "American Express": ("34", "37"),
    "Discover": ("6",),
    "Diners Club": ("36",),
    "JCB": ("35",),
}
LENGTHS = {"American Express": 15, "Diners Club": 14}


def test_number_code_and_expiry_are_those_of_the_brand() -> None:
    rows = batch_of(CARD, 3_000).to_pylist()

    for row in rows:
        brand, number, ends = row["card_brand"], row["card_number"], row["card_valid_until"]
        stdnum.luhn.validate(number)
        assert number.startswith(FIRST_DIGITS[brand])
        assert len(number) == LENGTHS.get(brand, 16)
        assert len(row["card_cvv"]) == (4 if brand == "American Express" else 3)
        assert row["card_expiry"] == f"{ends:%m/%y}"
        assert date(2026, 1, 31) <= ends <= date(2030, 12, 31)
        assert date.fromordinal(ends.toordinal() + 1).day == 1
    shares = Counter(row["card_brand"] for row in rows)
    assert set(shares) == set(FIRST_DIGITS)
    assert 0.55 < shares["Visa"] / 3_000 < 0.65


def test_two_cards_of_a_row_differ_and_any_rows_are_those_of_the_whole() -> None:
    table = table_of(
        {**CARD, "second_card_brand": "card_brand", "second_card_number": by("credit_card", brand="any")}, 400
    )
    rows = table.batch(0, 400).to_pylist()

    assert any(row["card_brand"] != row["second_card_brand"] for row in rows)
    assert all(row["second_card_number"].startswith(FIRST_DIGITS[row["second_card_brand"]]) for row in rows)
    assert table.batch(211, 240).equals(table.batch(0, 400).slice(211, 29))


def test_years_of_validity_may_be_stated() -> None:
    ends = (
        batch_of({"x": {"type": "date", **by("card_expiry", years=1)}}, 500, as_of="2025-07-15").column("x").to_pylist()
    )

    assert (min(ends), max(ends)) == (date(2025, 7, 31), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (by("credit_card", brand="any", prefix="4111"), "its own first digits"),
        (by("credit_card", brand="visa", entity="second"), "no brand that follows it"),
        ({"unique": True, **by("credit_card", brand="any")}, "cannot be numbered"),
        (by("card_expiry", years=0), "cannot take 0"),
        (by("card_expiry", years=21), "cannot take 21"),
    ],
)
def test_what_no_card_is_is_refused(rule: Any, said: str) -> None:
    assert said in refusal_of({"x": rule}).what
