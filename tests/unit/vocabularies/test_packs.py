"""What every pack promises to its readers, checked on the packs as shipped."""

from __future__ import annotations

import json
import re
from graphlib import TopologicalSorter
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from syndata_vocabularies import UnknownLocale, available_locales, pack_digest, read_pack
from tests.unit.vocabularies.expander import Expander, references

PROMISED = frozenset(
    [
        "first_name",
        "first_name_male",
        "first_name_female",
        "last_name",
        "last_name_male",
        "last_name_female",
        "prefix_male",
        "prefix_female",
        "suffix_male",
        "suffix_female",
        "name",
        "name_male",
        "name_female",
        "building_number",
        "street_name",
        "street_address",
        "secondary_address",
        "city",
        "state",
        "state_abbr",
        "postcode",
        "country",
        "country_code",
        "current_country",
        "current_country_code",
        "address",
        "company",
        "company_suffix",
        "catch_phrase",
        "bs",
        "company_email_domain",
        "tld",
        "free_email_domain",
        "job",
        "phone_number",
        "word",
        "color_name",
        "currency_code",
        "currency_name",
        "language_name",
        "credit_card_provider",
        "file_extension",
        "mime_type",
        "license_plate",
        "ssn",
        "bban",
    ]
)
NAMES = ("first_name", "first_name_male", "first_name_female", "last_name", "last_name_male", "last_name_female")


def index() -> dict[str, Any]:
    """The index as shipped."""
    text = (files("syndata_vocabularies") / "packs" / "index.json").read_text(encoding="utf-8")
    packs: dict[str, Any] = json.loads(text)["packs"]
    return packs


@pytest.fixture(scope="module")
def bodies() -> dict[str, bytes]:
    """Every pack, read once."""
    return {locale: read_pack(locale) for locale in available_locales()}


@pytest.fixture(scope="module")
def packs(bodies: dict[str, bytes]) -> dict[str, dict[str, Any]]:
    """The symbols of every pack."""
    return {locale: json.loads(body)["symbols"] for locale, body in bodies.items()}


def reachable(symbols: dict[str, Any], name: str) -> set[str]:
    """Return the names that a symbol leads to, itself included."""
    found, waiting = set(), [name]
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            waiting += references(symbols[at])
    return found


def test_packs_are_canonical_and_those_of_the_index(bodies: dict[str, bytes]) -> None:
    """The digest that plans name is of these bytes, and one pack has one text."""
    listed = index()
    for locale, body in bodies.items():
        pack = json.loads(body)
        assert json.dumps(pack, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == body, locale
        assert (pack["format"], pack["locale"]) == (1, locale)
        assert listed[locale]["digest"] == pack_digest(body), locale


def test_packs_have_what_readers_count_on(packs: dict[str, dict[str, Any]]) -> None:
    for locale, symbols in packs.items():
        assert symbols.keys() >= PROMISED, (locale, PROMISED - symbols.keys())


def test_pools_are_sound(packs: dict[str, dict[str, Any]]) -> None:
    """No pool is empty; weights and spellings are as many as the values; values differ."""
    paired = {"state", "state_abbr", "currency_code", "currency_name", "country_code"}
    for locale, symbols in packs.items():
        for name, symbol in symbols.items():
            values = symbol.get("values")
            if values is None:
                continue
            where = (locale, name)
            assert values, where
            assert all(isinstance(value, str) for value in values), where
            assert name in paired or len(set(values)) == len(values), where
            weights = symbol.get("weights", [1] * len(values))
            assert len(weights) == len(values), where
            assert all(0 < weight <= 2**31 for weight in weights), where


def test_grammars_are_sound(packs: dict[str, dict[str, Any]]) -> None:
    """References resolve and never lead back to where they came from."""
    for locale, symbols in packs.items():
        graph = {name: references(symbol) for name, symbol in symbols.items()}
        for name, found in graph.items():
            assert set(found) <= symbols.keys(), (locale, name)
        list(TopologicalSorter(graph).static_order())
        for name, symbol in symbols.items():
            if "by" not in symbol and "templates" in symbol:
                assert symbol["templates"], (locale, name)
                assert all(0 < weight <= 2**31 for _, weight in symbol["templates"]), (locale, name)


def test_names_can_be_spelled_in_a_mail_address(packs: dict[str, dict[str, Any]]) -> None:
    """Every pool that a name is drawn from has spellings, each of letters a to z."""
    for locale, symbols in packs.items():
        for name in {part for each in NAMES for part in reachable(symbols, each)}:
            symbol = symbols[name]
            if "values" in symbol:
                assert len(symbol["ascii"]) == len(symbol["values"]), (locale, name)
                assert all(re.fullmatch("[a-z]+", spelling) for spelling in symbol["ascii"]), (locale, name)


def test_codes_stand_beside_their_names(packs: dict[str, dict[str, Any]]) -> None:
    """Index by index: states with codes and postcodes, currencies with codes."""
    for locale, symbols in packs.items():
        state, code, postcodes = symbols["state"], symbols["state_abbr"], symbols.get("postcode_by_state")
        assert state.keys() == code.keys(), locale
        assert len(state.get("values", ())) == len(code.get("values", ())), locale
        assert len(symbols["currency_code"]["values"]) == len(symbols["currency_name"]["values"]), locale
        if postcodes is not None:
            known = postcodes.get("ranges", postcodes.get("templates"))
            assert len(known) == len(state["values"]), locale
            assert all(known), locale
    american = packs["en_US"]
    at = american["state"]["values"].index("New Hampshire")
    assert american["state_abbr"]["values"][at] == "NH"
    assert american["postcode_by_state"]["ranges"][at] == [[3031, 3897]]


def test_a_country_is_the_locale_s_own_where_any_locale_knows_places_of_it(packs: dict[str, dict[str, Any]]) -> None:
    """Else it is American, as the places are; the state, the telephone and the country come from one locale."""
    known = {symbols["current_country_code"]["values"][0] for symbols in packs.values()}
    for locale, symbols in packs.items():
        [code], region = symbols["current_country_code"]["values"], locale.partition("_")[2]
        elsewhere = {"es_CA": "ES", "fr_QC": "CA", "en_MS": "MY"}.get(locale, region)
        american = elsewhere not in known or locale in {"en_TH", "ar_AA"}
        if region:
            assert code == ("US" if american else elsewhere), locale
    assert packs["dk_DK"]["state"] == packs["da_DK"]["state"]
    assert packs["fr_BE"]["phone_number"] == packs["nl_BE"]["phone_number"]


def test_currencies_have_codes(packs: dict[str, dict[str, Any]]) -> None:
    """Three letters of the alphabet that ISO 4217 uses, each beside its name."""
    for locale, symbols in packs.items():
        assert all(re.fullmatch("[A-Z]{3}", code, re.ASCII) for code in symbols["currency_code"]["values"]), locale
    bengali = packs["bn_BD"]
    named = dict(zip(bengali["currency_code"]["values"], bengali["currency_name"]["values"], strict=True))
    assert named["BDT"] == "বাংলাদেশি টাকা"


def test_every_symbol_says_something(bodies: dict[str, bytes]) -> None:
    """The reference reader can draw each symbol of each pack, and no text keeps a placeholder."""
    for locale, body in bodies.items():
        expander = Expander(body)
        for name, symbol in expander.symbols.items():
            if "by" not in symbol:
                assert "{{" not in expander.draw(name), (locale, name)


def test_japanese_names_put_the_family_first(packs: dict[str, dict[str, Any]]) -> None:
    templates = [template for template, _ in packs["ja_JP"]["name_male"]["templates"]]
    assert templates == ["{last_name} {first_name_male}"]
    assert "taro" in packs["ja_JP"]["first_name_male"]["ascii"]


def test_an_unknown_locale_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(UnknownLocale, match="did you mean en_US"):
        read_pack("en-us")
    with pytest.raises(KeyError, match="known are am_ET"):
        read_pack("?")


def test_the_readme_owns_up_to_what_is_sampled() -> None:
    """Every sampled symbol stands in the table, with its locales."""
    table = (
        Path(str(files("syndata_vocabularies") / "README.md")).read_text(encoding="utf-8").partition("## What is")[2]
    )
    for locale, entry in index().items():
        for symbol, count in entry["sampled"].items():
            row = next(line for line in table.splitlines() if line.startswith(f"| `{symbol}` | {count:,} |"))
            assert locale in row.replace(",", "").split(), (locale, symbol)
