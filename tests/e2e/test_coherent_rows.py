"""Rows whose columns agree, through the command: several locales, real places, cards, numbers, products, telephones."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.e2e.typed import Row, made, written
from tests.running import Command

SHOPS = """\
syndata: 1
locale: {en_US: 5, de_DE: 3, fr_FR: 2}
places: real
rows: 600
tables:
  customers:
    columns:
      id: {type: int, primary_key: true, rule: sequence}
      locale: row_locale
      name: full_name
      gender: gender
      email: {rule: email, unique: true}
      born: date_of_birth
      personal_number: {rule: {type: national_id, country: PL, birth: born}}
      mobile: {rule: {type: phone, format: e164}}
      street: street_address
      city: city
      state: state
      postal_code: postal_code
      country_code: country_code
      latitude: latitude
      longitude: longitude
      timezone: timezone
      currency: {rule: {type: currency_code, local: true}}
      card_brand: card_brand
      card_number: {rule: {type: credit_card, brand: any}}
      card_cvv: card_cvv
      card_expiry: card_expiry
  orders:
    rows: 900
    columns:
      id: {type: int, primary_key: true, rule: sequence}
      customer: {references: customers.id}
      currency: {rule: {type: lookup, column: customers.currency}}
      product: product_name
      category: product_category
      unit_price: product_price
      quantity: {type: int, rule: {type: range, min: 1, max: 5}}
      total: {type: "decimal(10,2)", rule: {type: formula, formula: unit_price * quantity}}
"""
COUNTRIES = {
    "en_US": ("US", "+1", "USD", "America/"),
    "de_DE": ("DE", "+49", "EUR", "Europe/Berlin"),
    "fr_FR": ("FR", "+33", "EUR", "Europe/Paris"),
}


@pytest.fixture
def shops(tmp_path: Path) -> Path:
    return written(tmp_path, SHOPS, "shops.yaml")


def agrees(row: Row) -> bool:
    """Whether all that follows from the row's locale is of its country."""
    country, calling, currency, zone = COUNTRIES[row["locale"]]
    return (
        row["country_code"] == country
        and row["mobile"].startswith(calling)
        and row["currency"] == currency
        and row["timezone"].startswith(zone if country != "US" else ("America/", "Pacific/Honolulu"))
        and (float(row["longitude"]) < -60) == (country == "US")
    )


def test_rows_agree_and_are_proved(inside: Command, shops: Path, tmp_path: Path) -> None:
    tables = made(inside, tmp_path, "--config", shops, "--workers", "2")
    customers = {row["id"]: row for row in tables["customers"]}

    assert {row["locale"] for row in customers.values()} == set(COUNTRIES)
    assert all(map(agrees, customers.values()))
    assert len({row["email"] for row in customers.values()}) == 600
    assert all(order["currency"] == customers[order["customer"]]["currency"] for order in tables["orders"])
    assert all(
        len(row["card_cvv"]) == (4 if row["card_brand"] == "American Express" else 3) for row in customers.values()
    )
    assert all(re.fullmatch(r"\d{11}", row["personal_number"]) for row in customers.values())


def test_every_format_holds_the_same_and_any_row_can_be_shown(inside: Command, shops: Path, tmp_path: Path) -> None:
    for output_format in ("csv", "jsonl", "parquet", "sql"):
        outcome = inside("generate", "--config", shops, "--output-format", output_format, "--output-dir", output_format)
        assert outcome.code == 0, outcome.err
        assert inside("verify", output_format).code == 0
    rows = list(csv.DictReader((tmp_path / "csv" / "customers.csv").read_text().splitlines()))
    lines = [json.loads(line) for line in (tmp_path / "jsonl" / "customers.jsonl").read_text().splitlines()]
    shown = inside(
        "rows", "--config", shops, "--table", "customers", "--start", "431", "--count", "1", "--json"
    ).document["rows"][0]

    assert pq.read_table(tmp_path / "parquet" / "customers.parquet").column("city").to_pylist() == [
        row["city"] for row in rows
    ]
    assert [line["timezone"] for line in lines] == [row["timezone"] for row in rows]
    assert (shown["name"], shown["postal_code"]) == (rows[431]["name"], rows[431]["postal_code"])
    assert f"'{rows[0]['card_number']}'" in (tmp_path / "sql" / "customers.sql").read_text()


def test_the_plan_tells_the_locales_and_the_vocabularies(inside: Command, shops: Path, tmp_path: Path) -> None:
    assert "locales en_US 50 %, de_DE 30 %, fr_FR 20 %" in inside("plan", "--config", shops).out
    assert inside("generate", "--config", shops, "--output-dir", "out").code == 0
    plan = json.loads((tmp_path / "out" / "plan.json").read_text())

    assert set(plan["vocabularies"]) == {*COUNTRIES, "places/US", "places/DE", "places/FR", "phones"}


@pytest.mark.parametrize("name", ["places/DE", "phones", "fr_FR"])
def test_a_dataset_of_other_vocabularies_is_not_made_again(
    inside: Command, shops: Path, tmp_path: Path, name: str
) -> None:
    """As after an upgrade that changed them: other bytes are never passed for the same."""
    assert inside("generate", "--config", shops, "--output-dir", "out").code == 0
    path = tmp_path / "out" / "plan.json"
    plan = json.loads(path.read_text())
    digest = plan["vocabularies"][name]
    path.write_text(path.read_text().replace(digest, "0" * len(digest)))
    outcome = inside("verify", "out")

    assert outcome.code != 0
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("{en_US: 5, de_DE: 3, fr_FR: 2}", "[en_US, ja_JP]", "no real cities are known for the locale ja_JP"),
        ("{en_US: 5, de_DE: 3, fr_FR: 2}", "{en_US: 5, de_DE: 0}", "the weight is 0"),
        ("{en_US: 5, de_DE: 3, fr_FR: 2}", "[en_US, xx_YY]", "no vocabulary for the locale 'xx_YY'"),
        ("places: real", "places: reel", "did you mean `real`?"),
        ("birth: born", "birth: name", "name is no date"),
        ("brand: any", "brand: anyone", "cannot take 'anyone'"),
        ("format: e164", "format: e164, country: ZZ", "no mobile numbers of ZZ are known"),
        ("local: true", "locl: true", "did you mean local?"),
    ],
)  # fmt: skip
def test_what_cannot_agree_is_refused_at_its_line(
    inside: Command, shops: Path, before: str, after: str, said: str
) -> None:
    shops.write_text(SHOPS.replace(before, after))
    outcome = inside("validate", "--config", shops)

    assert outcome.code == 3
    assert said in outcome.err
    assert re.search(r"shops\.yaml:\d+:\d+", outcome.err)
