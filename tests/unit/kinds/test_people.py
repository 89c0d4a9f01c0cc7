"""People, places and companies: columns of one of them agree."""

from __future__ import annotations

import re
from typing import Any

import pytest

from syndata_engine.vocabularies import Pack
from tests.unit.kinds.making import batch_of, by, column_of, refusal_of, vocabularies

RESERVED = ("example.com", "example.org", "example.net")
LOCALES = ["en_US", "de_DE", "ja_JP", "ru_RU", "fr_FR", "pt_BR"]
ROWS = 2_000
PERSON = {
    name: {"rule": name} for name in ("first_name", "last_name", "full_name", "gender", "email", "username", "prefix")
}


def people(locale: str, **more: Any) -> list[dict[str, Any]]:
    """Rows of people of a locale."""
    rows: list[dict[str, Any]] = batch_of({**PERSON, **more}, ROWS, locale=locale).to_pylist()
    return rows


def pool(locale: str, symbol: str) -> list[str]:
    """A pool of names, through templates that only name another."""
    pack = vocabularies().pack(locale)
    while (templates := pack.templates(symbol)) is not None:
        symbol = templates[0][0].strip("{}")
    return list(pack.pool(symbol).values)


def slugs(pack: Pack, symbol: str) -> dict[str, str]:
    """Names of a pool and their spelling in a to z."""
    while (templates := pack.templates(symbol)) is not None:
        symbol = templates[0][0].strip("{}")
    return dict(zip(pack.pool(symbol).values, pack.pool(symbol, ascii_only=True).values, strict=True))


@pytest.mark.parametrize("locale", LOCALES)
def test_names_agree_with_gender(locale: str) -> None:
    first = {gender: set(pool(locale, f"first_name_{gender}")) for gender in ("male", "female")}
    last = {gender: set(pool(locale, f"last_name_{gender}")) for gender in ("male", "female")}
    rows = people(locale)

    assert all(row["first_name"] in first[row["gender"]] for row in rows)
    assert all(row["last_name"] in last[row["gender"]] for row in rows)
    assert abs(sum(row["gender"] == "male" for row in rows) - ROWS / 2) < 5 * (ROWS / 4) ** 0.5


@pytest.mark.parametrize("locale", LOCALES)
def test_full_names_are_first_and_last_name(locale: str) -> None:
    for row in people(locale):
        joined = {
            f"{row['first_name']} {row['last_name']}",
            f"{row['last_name']} {row['first_name']}",
            row["last_name"] + row["first_name"],
        }
        assert row["full_name"] in joined


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("unique", [False, True])
def test_accounts_are_made_from_the_names_and_mail_reaches_nobody(locale: str, unique: bool) -> None:
    """First name or initial, last name, and digits, spelt in a to z, under a domain that RFC 2606 reserves."""
    pack = vocabularies().pack(locale)
    first = slugs(pack, "first_name_male") | slugs(pack, "first_name_female")
    last = slugs(pack, "last_name_male") | slugs(pack, "last_name_female")
    rows = people(locale, email={"rule": "email", "unique": unique}, username={"rule": "username", "unique": unique})

    for row in rows:
        box, _, domain = row["email"].partition("@")
        name, family = first[row["first_name"]], last[row["last_name"]]
        wanted = rf"({name}[._]?|{name[:1]}){family}\d{{{'1,' if unique else '0,4'}}}"
        assert domain in RESERVED
        assert re.fullmatch(wanted, row["username"]), row
        assert re.fullmatch(wanted, box), row
        assert row["email"].isascii()


def test_unique_accounts_are_unique_far_beyond_the_names() -> None:
    batch = batch_of({"e": {"unique": True, **by("email")}, "u": {"unique": True, **by("username")}}, 200_000)

    assert len(set(batch.column("e").to_pylist())) == len(set(batch.column("u").to_pylist())) == 200_000


def test_domains_can_be_given() -> None:
    assert all(text.endswith("@test.invalid") for text in column_of(by("email", domain="test.invalid"), 100))
    assert {text.split("@")[1] for text in column_of(by("email", domain=["a.test", "b.test"]), 100)} == {
        "a.test",
        "b.test",
    }
    wrong: str | list[str]
    for wrong in ("a@b", "", []):
        assert refusal_of({"x": by("email", domain=wrong)}).path.endswith("rule.domain")


def test_an_email_of_a_regex_matches_it() -> None:
    values = column_of(by("email", regex=r"[a-z]{3}\d@corp\.test"), 200)

    assert all(re.fullmatch(r"[a-z]{3}\d@corp\.test", value) for value in values)


def test_two_people_of_a_row_are_two() -> None:
    columns = {
        "first_name": by("first_name"), "email": by("email"), "manager_first_name": by("first_name"), "manager_email": by("email"),
        "given": by("first_name", entity="manager"),
    }  # fmt: skip
    rows = batch_of(columns, ROWS).to_pylist()
    same = sum(row["first_name"] == row["manager_first_name"] for row in rows)

    assert all(row["given"] == row["manager_first_name"] for row in rows)
    assert same < ROWS / 20
    assert all(row["manager_email"].startswith(row["manager_first_name"][0].lower()) for row in rows)


def test_gender_takes_the_given_words() -> None:
    rows = batch_of({"g": by("gender", values=["M", "F"]), "gender": by("gender")}, 300).to_pylist()

    assert {row["g"] for row in rows} == {"M", "F"}


def test_titles_keep_the_names() -> None:
    rows = batch_of(
        {"full_name": by("full_name", titles=True), "first_name": by("first_name"), "last_name": by("last_name")}, ROWS
    ).to_pylist()

    assert all(row["first_name"] in row["full_name"] and row["last_name"] in row["full_name"] for row in rows)
    assert any(row["full_name"] != f"{row['first_name']} {row['last_name']}" for row in rows)


def test_postal_codes_lie_in_their_state() -> None:
    pack = vocabularies().pack("en_US")
    entry = pack.symbols["postcode_by_state"]
    states = pack.pool("state").values
    ranges = {state: entry["ranges"][n] for n, state in enumerate(states)}
    columns = {name: {"rule": name} for name in ("state", "state_abbr", "postal_code", "city", "address")}
    rows = batch_of(columns, 20_000).to_pylist()
    codes = dict(zip(states, pack.pool("state_abbr").values, strict=True))

    for row in rows:
        assert len(row["postal_code"]) == entry["width"]
        assert any(low <= int(row["postal_code"]) <= high for low, high in ranges[row["state"]])
        assert row["state_abbr"] == codes[row["state"]]
        assert row["address"].endswith(f", {row['city']}, {row['state_abbr']} {row['postal_code']}")
    assert {row["state"] for row in rows} == set(states)


@pytest.mark.parametrize("locale", LOCALES)
def test_countries_are_the_locales_own(locale: str) -> None:
    columns = {"country": by("country"), "code": by("country_code"), "any": by("country", any=True)}
    rows = batch_of(columns, 500, locale=locale).to_pylist()

    assert len({(row["country"], row["code"]) for row in rows}) == 1
    assert rows[0]["code"] == locale[-2:]
    assert len({row["any"] for row in rows}) > 50


def test_two_addresses_of_a_row_are_two() -> None:
    columns = {
        name: {"rule": name.split("_", 1)[1]}
        for name in ("billing_city", "billing_state", "shipping_city", "shipping_state")
    }
    rows = batch_of(columns, 500).to_pylist()

    assert sum(row["billing_state"] == row["shipping_state"] for row in rows) < 50


@pytest.mark.parametrize("locale", LOCALES)
def test_companies_stand_under_a_reserved_domain(locale: str) -> None:
    columns = {name: {"rule": name} for name in ("website", "domain", "business_email", "company")}
    for row in batch_of(columns, 500, locale=locale).to_pylist():
        assert re.fullmatch(r"[a-z0-9-]+\.example\.com", row["domain"]), row
        assert row["website"] == f"https://www.{row['domain']}"
        assert re.fullmatch(rf"(info|contact|office|hello)@{re.escape(row['domain'])}", row["business_email"])


def test_domains_follow_from_the_companys_name() -> None:
    rows = batch_of({"company": {"rule": "company"}, "domain": {"rule": "domain"}}, 500).to_pylist()

    for row in rows:
        letters = iter(row["company"].lower())
        # What has no spelling in a to z ("and", "-") is left out; the rest keeps its order.
        assert all(letter in letters for letter in row["domain"].removesuffix(".example.com")), row


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", ["job", "phone", "color", "word", "license_plate", "street_name", "catch_phrase"])
def test_words_of_every_locale_are_whole(locale: str, kind: str) -> None:
    """No template's mark is left in them."""
    values = column_of(by(kind), 300, locale=locale)

    assert all(value.strip() for value in values)
    assert not [value for value in values if set("{}\\") & set(value) or "##" in value]


def test_unknown_locales_are_refused_with_what_is_near() -> None:
    fault = refusal_of({"x": "city"}, locale="de_XX")

    assert "de_" in fault.fix
