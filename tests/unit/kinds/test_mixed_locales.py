"""Tables of several locales: every row is of one of them, all through."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from syndata_engine.generation.kinds.registry import all_kinds
from syndata_engine.reading import read_document
from tests.unit.kinds.examples import BESIDE, OF_OTHERS, OF_RELATIONS, example
from tests.unit.kinds.making import batch_of, by, dataset_of, plan_of, refusal_of, table_of, vocabularies

LOCALES = ["en_US", "de_DE", "ja_JP", "pl_PL"]
ROWS = 300
KINDS = [
    kind.name
    for kind in all_kinds()
    if kind.name not in {*OF_RELATIONS, *OF_OTHERS, "national_id", "iban", "row_locale"}
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_is_what_it_would_be_in_a_table_of_its_locale(kind: str) -> None:
    """So nothing of another locale shows, and giving a table a further locale changes no value of the rows that keep theirs."""
    columns = {**BESIDE, "loc": "row_locale", "x": example(kind)}
    mixed = batch_of(columns, ROWS, locale=LOCALES).to_pylist()
    single = {locale: batch_of(columns, ROWS, locale=locale).to_pylist() for locale in LOCALES}

    assert {row["loc"] for row in mixed} == set(LOCALES)
    assert mixed == [single[row["loc"]][number] for number, row in enumerate(mixed)]


def test_names_mail_and_phone_of_a_row_are_of_one_locale() -> None:
    columns = {name: name for name in ("row_locale", "first_name", "last_name", "full_name", "country_code", "phone")}
    columns["email"] = {"unique": True, **by("email")}  # type: ignore[assignment]
    rows = batch_of(columns, 1000, locale={"en_US": 1, "fr_FR": 1, "ja_JP": 1}).to_pylist()

    assert len({row["email"] for row in rows}) == 1000
    for row in rows:
        assert row["country_code"] == row["row_locale"][-2:]
        glued = row["last_name"] + " " + row["first_name"]
        assert row["full_name"] == (
            glued if row["row_locale"] == "ja_JP" else f"{row['first_name']} {row['last_name']}"
        )
        assert row["full_name"].isascii() or row["row_locale"] != "en_US"


def test_locales_are_drawn_by_weight() -> None:
    shares = Counter(
        row["x"]
        for row in batch_of({"x": by("row_locale")}, 20_000, locale={"en_US": Decimal("2.5"), "de_AT": 1}).to_pylist()
    )

    assert abs(shares["en_US"] / 20_000 - 2.5 / 3.5) < 0.01
    assert set(shares) == {"en_US", "de_AT"}


def test_any_rows_are_those_of_the_whole() -> None:
    columns = {"x": "full_name", "y": "city", "z": "job"}
    table = table_of(columns, 500, locale=LOCALES)

    assert table.batch(313, 340).equals(table.batch(0, 500).slice(313, 27))


def test_tables_may_have_locales_of_their_own_and_children_read_them() -> None:
    people = {
        "rows": 50,
        "locale": ["de_DE", "it_IT"],
        "columns": {"id": {"type": "int", "primary_key": True}, "name": "full_name", "loc": "row_locale"},
    }
    visits = {"rows": 200, "locale": "en_GB", "columns": {
        "who": {"references": "people.id"}, "name": by("lookup", column="people.name"), "loc": by("lookup", column="people.loc"), "own": "row_locale",
    }}  # fmt: skip
    dataset = dataset_of(
        {
            "locale": ["ja_JP", "ko_KR"],
            "tables": {"people": people, "visits": visits, "others": {"columns": {"x": "row_locale"}}},
        }
    )
    found = {name: table.batch(0, table.planned.rows).to_pylist() for name, table in dataset.tables.items()}
    named = {row["id"]: (row["name"], row["loc"]) for row in found["people"]}

    assert {row["loc"] for row in found["people"]} == {"de_DE", "it_IT"}
    assert all((row["name"], row["loc"]) == named[row["who"]] and row["own"] == "en_GB" for row in found["visits"])
    assert {row["x"] for row in found["others"]} == {"ja_JP", "ko_KR"}


def test_conditions_find_texts_that_stand_in_several_vocabularies() -> None:
    columns = {"loc": "row_locale", "name": "last_name", "odd": {"type": "int", **by("constant", value=0), "conditional_rules": [
        {"condition": "loc == 'de_AT' and name == 'Huber'", "rule": by("constant", value=1)["rule"]},
        {"condition": {"column": "name", "value": "Huber"}, "rule": by("constant", value=2)["rule"]},
    ]}}  # fmt: skip
    rows = batch_of(columns, 30_000, locale=["de_AT", "de_DE", "de_CH"]).to_pylist()

    for row in rows:
        assert row["odd"] == (0 if row["name"] != "Huber" else 1 if row["loc"] == "de_AT" else 2)
    assert {row["odd"] for row in rows} == {0, 1, 2}


def test_numbers_of_persons_and_banks_are_those_of_the_row_s_country() -> None:
    rows = batch_of(
        {"loc": "row_locale", "id": "national_id", "bank": "iban"}, 300, locale=["pl_PL", "de_DE", "fr_FR"]
    ).to_pylist()

    for row in rows:
        assert row["bank"].startswith(row["loc"][-2:])
        assert len(row["id"]) == {"pl_PL": 11, "de_DE": 11, "fr_FR": 15}[row["loc"]]


def test_the_currency_may_be_that_of_the_row_s_country() -> None:
    columns = {
        "loc": "row_locale",
        "currency": by("currency_code", local=True),
        "sign": by("currency_symbol", column="currency"),
    }
    rows = batch_of(columns, 200, locale=["en_US", "de_AT", "ja_JP", "en_GB"]).to_pylist()
    expected = {"en_US": ("USD", "$"), "de_AT": ("EUR", "€"), "ja_JP": ("JPY", "¥"), "en_GB": ("GBP", "£")}

    assert all((row["currency"], row["sign"]) == expected[row["loc"]] for row in rows)
    assert "names no country" in refusal_of({"x": by("currency_code", local=True)}, locale="la").what


def test_every_locale_s_currency_is_one_that_the_vocabularies_know() -> None:
    known = set(vocabularies().pack("en_US").pool("currency_code").values)
    for locale in vocabularies().locales:
        if "_" in locale and locale != "ar_AA":
            (currency,) = set(
                batch_of({"x": by("currency_code", local=True)}, 2, locale=locale).column("x").to_pylist()
            )
            assert currency in known | {"EUR"}, locale


def test_bank_and_account_may_be_of_one_country() -> None:
    rows = batch_of(
        {"loc": "row_locale", "iban": "iban", "bic": by("bic", local=True)}, 200, locale=["fr_FR", "pl_PL", "it_IT"]
    ).to_pylist()

    assert all(row["iban"][:2] == row["bic"][4:6] == row["loc"][-2:] for row in rows)
    assert "names no country" in refusal_of({"x": by("bic", local=True)}, locale="la").what
    assert "local" in refusal_of({"x": by("bic", local=True, country="DE")}).what


def test_a_plan_names_every_vocabulary_and_a_single_locale_s_plan_stays_what_it_was() -> None:
    document = {"tables": {"t": {"columns": {"x": "city"}}}}
    assert set(plan_of({"locale": LOCALES, **document}).vocabularies) == set(LOCALES)
    assert plan_of({"locale": ["de_DE"], **document}) == plan_of({"locale": "de_DE", **document})
    assert "locales" not in json.dumps(plan_of({"locale": "de_DE", **document}).model_dump(mode="json"))


@pytest.mark.parametrize("kind", ["job", "word", "color"])
def test_values_of_several_vocabularies_cannot_be_numbered(kind: str) -> None:
    fault = refusal_of({"x": {"unique": True, **by(kind)}}, locale=["en_US", "de_DE"])

    assert "several locales" in fault.what
    assert "one locale" in fault.fix


@pytest.mark.parametrize(
    ("locale", "path", "what"),
    [
        ([], "locale", "no locale"),
        ({}, "locale", "no locale"),
        (["en_US", "en-us"], "locale[1]", "stands twice"),
        (["en_US", "Deutsch"], "locale[1]", "is not a locale"),
        (["en_US", 3], "locale[1]", "expected a locale"),
        ({"en_US": 0, "de_DE": 1}, "locale.en_US", "the weight is 0"),
        ({"en_US": -1, "de_DE": 1}, "locale.en_US", "is no weight"),
        ({"en_US": "many"}, "locale.en_US", "expected a weight"),
        ([f"{a}a_XX" for a in "abcdefghijklmnopqrstuvwxyz"], "locale", "26 locales"),
    ],
)  # fmt: skip
def test_what_is_no_list_of_locales_is_refused_at_its_place(locale: Any, path: str, what: str) -> None:
    for document, before in (({"locale": locale, "tables": {"t": {"columns": {"x": "city"}}}}, ""),
                             ({"tables": {"t": {"locale": locale, "columns": {"x": "city"}}}}, "tables.t.")):  # fmt: skip
        faults = read_document(document).faults
        assert [fault.path for fault in faults] == [before + path]
        assert what in faults[0].what


def test_a_locale_that_has_no_vocabulary_is_refused_with_the_nearest() -> None:
    fault = refusal_of({"x": "city"}, locale={"en_US": 1, "de_DX": 2})

    assert (fault.path, "de_DE" in fault.fix) == ("locale.de_DX", True)
