"""Telephone numbers that are valid in their country (ITU-T E.164), and those that are as a locale writes them."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import phonenumbers
import pytest

from syndata_vocabularies import read_pack
from tests.unit.kinds.making import batch_of, by, plan_of, refusal_of, vocabularies

PLANS = json.loads(read_pack("phones"))["countries"]
LINES = [(country, line) for country, plan in PLANS.items() for line in ("mobile", "fixed") if line in plan]


def numbers(**options: Any) -> list[str]:
    return batch_of({"x": by("phone", format="e164", **options)}, 200).column("x").to_pylist()  # type: ignore[no-any-return]


@pytest.mark.parametrize(("country", "line"), LINES)
def test_numbers_are_those_of_their_country_and_line(country: str, line: str) -> None:
    shape = re.compile("|".join(f"(?:{way})" for way, _ in PLANS[country][line]))

    for number in numbers(country=country, line=line):
        code = str(PLANS[country]["code"])
        assert re.fullmatch(r"\+[1-9]\d{5,14}", number)
        assert number[1:].startswith(code)
        assert shape.fullmatch(number[1 + len(code) :])


def test_they_are_valid_for_the_library_of_record() -> None:
    for country, line in LINES:
        for number in numbers(country=country, line=line):
            assert phonenumbers.is_valid_number(phonenumbers.parse(number)), (country, line, number)


def test_every_country_of_a_locale_has_mobile_numbers() -> None:
    locales = {locale.rpartition("_")[2] for locale in vocabularies().locales if "_" in locale}

    assert {country for country, line in LINES if line == "mobile"} >= locales - {"AA", "QC"}


def test_area_codes_are_as_frequent_as_they_have_numbers() -> None:
    areas = Counter(number[2:5] for number in batch_of({"x": by("phone", format="e164")}, 5000).column("x").to_pylist())

    assert len(areas) > 300
    assert max(areas.values()) < 5000 * 0.03


def test_a_row_of_several_locales_has_a_number_of_its_country() -> None:
    rows = batch_of(
        {"loc": "row_locale", "x": by("phone", format="e164")}, 300, locale=["fr_FR", "ja_JP", "pt_BR"]
    ).to_pylist()

    assert all(row["x"].startswith({"fr_FR": "+33", "ja_JP": "+81", "pt_BR": "+55"}[row["loc"]]) for row in rows)


def test_the_plan_names_where_numbers_come_from_and_nothing_else_does() -> None:
    def names(rule: Any) -> set[str]:
        return set(plan_of({"tables": {"t": {"columns": {"x": rule}}}}).vocabularies)

    assert names(by("phone", format="e164")) == {"en_US", "phones"}
    assert names("phone") == {"en_US"}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (by("phone", line="fixed"), "a line is given"),
        (by("phone", country="DE"), "a country is given"),
        (by("phone", format="e164", country="XX"), "no mobile numbers of XX are known"),
        (by("phone", format="e123"), "cannot take 'e123'"),
        ({"unique": True, **by("phone", format="e164")}, "cannot be numbered"),
    ],
)
def test_what_is_no_number_is_refused(rule: Any, said: str) -> None:
    assert said in refusal_of({"x": rule}).what
