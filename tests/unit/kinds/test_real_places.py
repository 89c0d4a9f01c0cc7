"""Tables whose places are real: all columns of an address lie in one city that exists."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from faker.providers.geo import Provider as FakersPlaces

from syndata_engine.gazetteers import COUNTRIES, Gazetteer, folded
from syndata_engine.reading import read_document
from syndata_vocabularies import _gazetteers, available_locales, read_pack
from tests.unit.kinds.making import batch_of, by, faults_of, plan_of, refusal_of, table_of, vocabularies

COLUMNS: dict[str, Any] = {
    "street": "street_address",
    "city": "city",
    "state": "state",
    "state_abbr": "state_abbr",
    "zip": "postal_code",
    "country_code": "country_code",
    "latitude": "latitude",
    "longitude": "longitude",
    "coordinates": "coordinates",
    "timezone": "timezone",
    "address": "address",
    "office_city": "city",
    "office_lat": "latitude",
    "office_tz": "timezone",
}
LOCALES = {
    country: next(locale for locale in available_locales() if locale.endswith(f"_{country}")) for country in COUNTRIES
}


def gazetteer(country: str) -> Gazetteer:
    found = vocabularies().gazetteer(country)
    assert found is not None
    return found


def cities(country: str) -> dict[str, list[int]]:
    """The cities of each name."""
    found = defaultdict(list)
    for number, name in enumerate(gazetteer(country).names):
        found[name].append(number)
    return found


def test_the_countries_are_those_that_are_packed() -> None:
    assert sorted(COUNTRIES) == sorted(_gazetteers())
    assert vocabularies().gazetteer("JP") is None
    with pytest.raises(KeyError):
        read_pack("places/../packs/de_DE")


@pytest.mark.parametrize("country", COUNTRIES)
def test_cities_lie_where_another_source_has_them(country: str) -> None:
    """Faker's own list of land coordinates, of another year; zones are known to the tz database."""
    places, checked, zoned = gazetteer(country), 0, 0
    for latitude, longitude, name, code, zone in FakersPlaces.land_coords:
        numbers = cities(country).get(name, []) if code == country else []
        if not numbers:
            continue
        apart = min(
            abs(places.latitude[n] / 1e6 - float(latitude)) + abs(places.longitude[n] / 1e6 - float(longitude))
            for n in numbers
        )
        checked += 1
        assert apart < 0.35, name
        zoned += zone in {places.zones[places.zone[n]] for n in numbers}
    assert zoned >= checked * 0.9
    assert checked >= 2 or country in {"AT", "DK", "IE", "NO"}
    assert all(ZoneInfo(zone) for zone in places.zones)


@pytest.mark.parametrize("country", COUNTRIES)
def test_an_address_s_columns_are_those_of_one_city(country: str) -> None:
    places = gazetteer(country)
    known = cities(country)
    iso = {code: at for at, (code, _) in enumerate(places.divisions)}
    for row in batch_of(COLUMNS, 400, locale=LOCALES[country], places="real").to_pylist():
        fitting = [
            n for n in known[row["city"]]
            if iso[row["state_abbr"]] == places.division[n] and places.zones[places.zone[n]] == row["timezone"]
            and abs(places.latitude[n] / 1e6 - row["latitude"]) <= 0.0200001 and abs(places.longitude[n] / 1e6 - row["longitude"]) <= 0.0200001
        ]  # fmt: skip
        assert fitting, row
        assert row["country_code"] == country
        assert row["city"] in row["address"]
        assert row["zip"] in row["address"]
        assert row["coordinates"] == f"{row['latitude']:.6f}, {row['longitude']:.6f}"
        assert any(
            places.zones[places.zone[n]] == row["office_tz"]
            and abs(places.latitude[n] / 1e6 - row["office_lat"]) <= 0.0200001
            for n in known[row["office_city"]]
        )
        if places.postcodes:
            shapes = places.postcodes[iso[row["state_abbr"]]]
            assert any(re.fullmatch(shape.replace("#", r"\d").replace("^", "[A-Z]"), row["zip"]) for shape in shapes)


@pytest.mark.parametrize(
    ("locale", "city", "state", "zone", "zips"),
    [
        ("en_US", "Chicago", "Illinois", "America/Chicago", r"6\d{4}"),
        ("de_DE", "München", "Bayern", "Europe/Berlin", r"(8|9)\d{4}"),
        ("fr_FR", "Lyon", "Auvergne-Rhône-Alpes", "Europe/Paris", r"(01|03|07|15|26|38|42|43|63|69|73|74)\d{3}"),
        ("it_IT", "Napoli", "Campania", "Europe/Rome", r"8\d{4}"),
        ("es_ES", "Sevilla", "Andalucía", "Europe/Madrid", r"\d{5}"),
        ("pl_PL", "Warszawa", "Mazowieckie", "Europe/Warsaw", r"(0|2|9)\d-\d{3}"),
        ("en_AU", "Perth", "Western Australia", "Australia/Perth", r"6\d{3}"),
        ("pt_BR", "Manaus", "Amazonas", "America/Manaus", r"\d{5}-?\d{3}"),
    ],
)
def test_well_known_cities_stand_where_they_do(locale: str, city: str, state: str, zone: str, zips: str) -> None:
    rows = [row for row in batch_of(COLUMNS, 30_000, locale=locale, places="real").to_pylist() if row["city"] == city]

    assert len(rows) > 100
    assert {(folded(row["state"]), row["timezone"]) for row in rows} == {(folded(state), zone)}
    assert all(re.fullmatch(zips, row["zip"]) for row in rows)


def test_cities_are_as_frequent_as_they_are_large() -> None:
    places = gazetteer("DE")
    counts = Counter(batch_of({"city": "city"}, 100_000, locale="de_DE", places="real").column("city").to_pylist())
    total = sum(places.population)

    for number in sorted(range(len(places.names)), key=lambda n: -places.population[n])[:20]:
        share = places.population[number] / total
        assert abs(counts[places.names[number]] / 100_000 - share) < 0.15 * share + 0.001


def test_streets_and_names_stay_and_other_tables_too() -> None:
    """`places` changes nothing but what it says."""
    columns = {**COLUMNS, "name": "full_name"}
    real = batch_of(columns, 200, locale="de_DE", places="real")
    made = batch_of(columns, 200, locale="de_DE")

    assert real.column("street").equals(made.column("street"))
    assert real.column("name").equals(made.column("name"))
    assert not real.column("city").equals(made.column("city"))
    assert plan_of({"places": "made up", "tables": {"t": {"columns": {"x": "city"}}}}).vocabularies.keys() == {"en_US"}


def test_any_rows_are_those_of_the_whole() -> None:
    table = table_of(COLUMNS, 500, locale=["en_US", "it_IT", "en_GB"], places="real")

    assert table.batch(313, 340).equals(table.batch(0, 500).slice(313, 27))


def test_a_table_may_say_otherwise_and_the_plan_names_the_gazetteers() -> None:
    document = {"places": "real", "locale": "de_AT", "tables": {
        "real": {"columns": {"x": "city"}}, "made": {"places": "made up", "locale": "ja_JP", "columns": {"x": "city"}},
    }}  # fmt: skip

    assert set(plan_of(document).vocabularies) == {"de_AT", "ja_JP", "places/AT"}


def test_a_point_in_a_box_stays_in_its_box() -> None:
    rows = batch_of(
        {"city": "city", "latitude": by("latitude", country="FI"), "y": by("latitude", box=[1, 1, 2, 2])},
        100,
        places="real",
    )

    assert all(61 <= row["latitude"] <= 67 and 1 <= row["y"] <= 2 for row in rows.to_pylist())


def test_locales_without_real_cities_are_refused() -> None:
    fault = refusal_of({"x": "city"}, locale="ja_JP", places="real")
    mixed = faults_of({"tables": {"t": {"places": "real", "locale": ["de_DE", "ko_KR"], "columns": {"x": "city"}}}})

    assert (fault.path, mixed[0].path) == ("places", "tables.t.places")
    assert "ja_JP" in fault.what
    assert "ko_KR" in mixed[0].what
    assert "DE" in fault.fix


@pytest.mark.parametrize("said", ["reel", 3, ["real"]])
def test_what_places_cannot_be_is_refused(said: Any) -> None:
    (fault,) = read_document({"places": said, "tables": {"t": {"columns": {"x": "city"}}}}).faults

    assert fault.path == "places"
    assert "real" in fault.what + fault.fix
