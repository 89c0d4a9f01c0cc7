"""Points on the globe, and codes that the world has agreed upon."""

from __future__ import annotations

import math
import re
from collections import Counter
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

import pytest
from faker.providers.date_time import Provider as Countries
from mimesis.datasets import COUNTRY_CODES

from syndata_engine.generation.kinds.codes_of_the_world import ALPHA_3, LANGUAGES, LOCALES, TIME_ZONES
from syndata_engine.generation.kinds.points import _BOXES, _sine
from tests.unit.kinds.making import batch_of, by, column_of, refusal_of, table_of


def test_points_are_spread_evenly_over_the_sphere() -> None:
    """The sine of the latitude, and the longitude, are uniform: so equal areas get equally many points."""
    rows = batch_of({"latitude": "latitude", "longitude": "longitude"}, 40_000).to_pydict()
    by_area = Counter(int((math.sin(math.radians(value)) + 1) * 10) for value in rows["latitude"])
    by_side = Counter(int((value + 180) / 36) for value in rows["longitude"])

    assert all(1_800 < by_area[band] < 2_200 for band in range(20))
    assert all(3_700 < by_side[band] < 4_300 for band in range(10))


@pytest.mark.parametrize("degrees", [0, 0.1, 30, 45.5, 89.9, 90, -60, -90])
def test_sines_are_right(degrees: float) -> None:
    assert math.isclose(_sine(round(degrees * 10**6)) / 2**60, math.sin(math.radians(degrees)), abs_tol=1e-15)


def test_columns_of_one_point_agree() -> None:
    columns = {"lat": {"rule": "latitude"}, "lng": {"rule": "longitude"}, "location": {"rule": "coordinates"},
               "home_lat": {"rule": "latitude"}, "home": {"rule": by("coordinates", entity="home", separator=" ")["rule"]}}  # fmt: skip
    table = table_of(columns, 500)
    for row in table.batch(0, 500).to_pylist():
        assert row["location"] == f"{row['lat']:.6f}, {row['lng']:.6f}"
        assert row["home"].split(" ")[0] == f"{row['home_lat']:.6f}"
        assert row["home_lat"] != row["lat"]
    assert table.batch(200, 210).to_pylist() == table.batch(0, 500).to_pylist()[200:210]


@pytest.mark.parametrize(
    "box", [(46.5, 6.0, 47.75, 9.5), (-1.0, -1.0, 1.0, 1.0), (0.05, 0, 0.07, 0.0), (48, 16, 48, 16), (-90, -180, -89.999, 180), (89.95, 0, 90, 1)]
)  # fmt: skip
def test_points_lie_in_their_box(box: tuple[float, ...]) -> None:
    south, west, north, east = box
    columns = {"lat": by("latitude", box=list(box)), "lng": by("longitude", box=list(box))}
    rows = batch_of(columns, 2_000).to_pydict()

    assert all(south <= value <= north for value in rows["lat"])
    assert all(west <= value <= east for value in rows["lng"])
    if north > south:
        assert max(rows["lat"]) - min(rows["lat"]) > (north - south) * 0.9


@pytest.mark.parametrize("country", sorted(_BOXES))
def test_boxes_of_countries_are_on_the_globe(country: str) -> None:
    rows = batch_of({"lat": by("latitude", country=country), "lng": by("longitude", country=country)}, 300).to_pydict()
    south, west, north, east = (tenths / 10 for tenths in _BOXES[country])

    assert -90 <= south < north <= 90
    assert -180 <= west < east <= 180
    assert all(south <= value <= north for value in rows["lat"])
    assert all(west <= value <= east for value in rows["lng"])


@pytest.mark.parametrize(("kind", "limit"), [("latitude", 90), ("longitude", 180)])
@pytest.mark.parametrize("scale", [0, 1, 4, 6, 8])
def test_degrees_keep_the_digits_of_their_type(kind: str, limit: int, scale: int) -> None:
    values = column_of({"type": f"decimal(12,{scale})", "rule": kind}, 500)

    assert all(
        isinstance(value, Decimal) and -int(value.as_tuple().exponent) == scale and abs(value) <= limit
        for value in values
    )
    if scale < 6:
        floats = column_of({"type": "float", "scale": scale, "rule": kind}, 500)
        assert [float(value) for value in values] == floats


def test_codes_of_countries_are_those_of_the_standard() -> None:
    """By the word of two other libraries, which know fewer of them."""
    others = {country.alpha_2_code: country.alpha_3_code for country in Countries.countries}

    assert len(ALPHA_3) == len(set(ALPHA_3.values())) == 249
    assert {code: ALPHA_3[code] for code in others if code in ALPHA_3} == {
        code: three for code, three in others.items() if code in ALPHA_3
    }
    assert set(others) - set(ALPHA_3) <= {"XK"}
    assert len(set(ALPHA_3.values()) - set(COUNTRY_CODES["a3"])) < 5
    assert len(set(ALPHA_3) - set(COUNTRY_CODES["a2"])) < 5


def test_time_zones_languages_and_locales_exist() -> None:
    assert set(TIME_ZONES) <= available_timezones()
    assert len(LANGUAGES) == len(set(LANGUAGES)) == 183
    assert all(re.fullmatch("[a-z]{2}", code) for code in LANGUAGES)
    assert all(re.fullmatch("(fil|[a-z]{2})_[A-Z]{2}", code) and code[-2:] in ALPHA_3 for code in LOCALES)
    assert {code[:2] for code in LOCALES if not code.startswith("fil")} <= set(LANGUAGES)


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        ("timezone", set(TIME_ZONES)),
        ("language_code", set(LANGUAGES)),
        ("locale_code", set(LOCALES)),
        ("country_alpha3", set(ALPHA_3.values())),
    ],
)
def test_lists_are_drawn_from(kind: str, known: set[str]) -> None:
    values = column_of(kind, 5_000)

    assert set(values) == known
    assert set(column_of(by("locale_code", separator="-"), 5_000)) == {code.replace("_", "-") for code in LOCALES}


def test_codes_follow_other_columns() -> None:
    columns = {
        "country": {"null_rate": 0.2, **by("country_code", any=True)}, "iso3": by("country_alpha3", column="country"),
        "currency": "currency_code", "sign": by("currency_symbol", column="currency"), "named": by("currency_name", column="currency"),
        "two": {"rule": ["AT", "DE"]}, "three": by("country_alpha3", column="two"),
    }  # fmt: skip
    for row in batch_of(columns, 2_000).to_pylist():
        assert row["iso3"] == (None if row["country"] is None else ALPHA_3[row["country"]])
        assert row["sign"] == {"EUR": "€", "GBP": "£", "USD": "$", "INR": "₹"}.get(row["currency"], row["sign"])
        assert row["named"] == {"EUR": "Euro", "GBP": "Pound sterling", "USD": "United States dollar"}.get(
            row["currency"], row["named"]
        )
        assert row["three"] == {"AT": "AUT", "DE": "DEU"}[row["two"]]


@pytest.mark.parametrize("locale", ["de_DE", "en_US", "ru_RU", "fr_FR", "ja_JP"])
def test_names_of_currencies_follow_their_codes_in_every_locale(locale: str) -> None:
    named = batch_of({"c": "currency_code", "n": by("currency_name", column="c")}, 5_000, locale=locale).to_pydict()
    pairs = set(zip(named["c"], named["n"], strict=True))

    assert len({code for code, _ in pairs}) == len(pairs) > 150


def test_colours() -> None:
    assert all(re.fullmatch("#[0-9a-f]{6}", value) for value in column_of("hex_color", 500))
    for value in column_of({"unique": True, "rule": "rgb_color"}, 2_000):
        match = re.fullmatch(r"rgb\((\d+), (\d+), (\d+)\)", value)
        assert match
        assert all(int(part) <= 255 and part == str(int(part)) for part in match.groups())


def test_diagnoses_lie_in_their_chapters() -> None:
    assert all(re.fullmatch(r"[A-TV-Z]\d\d\.\d", value) for value in column_of("icd10", 3_000))
    lungs = column_of(by("icd10", chapters=["X", "III"], subcategory=False), 3_000)
    assert {value[0] for value in lungs} == {"J", "D"}
    assert {value for value in lungs if value[0] == "D"} == {f"D{number}" for number in range(50, 90)}
    assert len(set(column_of({"unique": True, **by("icd10", chapters=["III"])}, 400))) == 400


@pytest.mark.parametrize(
    ("column", "option"),
    [
        (by("latitude", country="XX"), "country"),
        (by("latitude", country="AT", box=[1, 2, 3, 4]), "box"),
        (by("latitude", box=[3, 2, 1, 4]), "box"),
        (by("longitude", box=[1, 4, 3, 2]), "box"),
        (by("longitude", box=[-91, 0, 0, 0]), "box"),
        (by("coordinates", box=[0, 0, 0, 181]), "box"),
        (by("coordinates", separator=""), "separator"),
        (by("country_alpha3", column="word"), "column"),
        (by("country_alpha3", column="letter"), "column"),
        (by("currency_symbol", column="amount"), "column"),
        (by("currency_name", column="nothing"), "column"),
        (by("icd10", chapters=["A"]), "chapters"),
        (by("icd10", chapters=[]), "chapters"),
        (by("locale_code", separator="."), "separator"),
    ],
)
def test_what_cannot_be_is_refused_at_its_option(column: dict[str, Any], option: str) -> None:
    beside = {"word": "word", "letter": {"rule": ["AT", "Austria"]}, "amount": {"type": "int"}}

    assert refusal_of({**beside, "x": column}).path == f"tables.t.columns.x.rule.{option}"
