"""Any Faker provider: asked when planning, kept in the plan, and never asked again."""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from faker import VERSION
from faker.providers.address.de_DE import Provider as German
from faker.providers.address.fr_FR import Provider as French

from syndata_contracts.plan import Plan
from syndata_engine.generation import bind
from syndata_engine.vocabularies import Vocabularies
from syndata_vocabularies import available_locales, read_pack
from syndata_vocabularies.sampling import sample_faker
from tests.unit.kinds.making import batch_of, by, column_of, faults_of, plan_of, refusal_of, table_of


def document(columns: dict[str, Any], rows: int = 500) -> dict[str, Any]:
    return {"tables": {"t": {"rows": rows, "columns": columns}}}


def test_values_are_what_the_provider_says() -> None:
    """Of the table's locale, or of the option's."""
    columns = {"a": by("faker", provider="country"), "b": by("faker", provider="country", locale="fr_FR")}
    batch = batch_of(columns, 500, locale="de_DE").to_pydict()

    assert set(batch["a"]) <= set(German.countries)
    assert set(batch["b"]) <= set(French.countries)
    assert len(set(batch["a"]) - set(French.countries)) > 50


@pytest.mark.parametrize(
    ("provider", "arguments", "kind"),
    [
        ("catch_phrase", {}, str),
        ("uuid4", {}, str),
        ("random_int", {"min": -5, "max": 5}, int),
        ("pybool", {}, bool),
        ("pyfloat", {"min_value": 1, "max_value": 2, "right_digits": 4}, float),
        ("pydecimal", {"left_digits": 3, "right_digits": 2}, Decimal),
        ("random_element", {"elements": ["x", "y"]}, str),
        ("random_element", {"elements": [20_000, 30_000]}, int),
        ("numerify", {"text": "##-%%"}, str),
        ("timezone", {}, str),
        ("emoji", {}, str),
    ],
)
def test_types_follow_what_the_provider_makes(provider: str, arguments: dict[str, Any], kind: type) -> None:
    column = by("faker", provider=provider, arguments=arguments, size=300)
    table = table_of({"x": column}, 2_000)
    values = table.batch(0, 2_000).column("x").to_pylist()

    assert {type(value) for value in values} == {kind}
    assert table.batch(900, 950).column("x").to_pylist() == values[900:950]
    assert all(isinstance(value, str) for value in column_of({"type": "str", **column}, 50))


def test_declared_types_are_met_or_refused() -> None:
    numbers = by("faker", provider="random_int", arguments={"max": 99})

    assert {type(value) for value in column_of({"type": "decimal(6,2)", **numbers}, 50)} == {Decimal}
    assert refusal_of({"x": {"type": "int", **by("faker", provider="word")}}).path.startswith("tables.t.columns.x")
    days = by("faker", provider="numerify", arguments={"text": "2024-01-1#"})
    assert {type(value) for value in column_of({"type": "date", **days}, 50)} == {date}


def test_numbers_with_a_point_in_a_document_reach_the_provider() -> None:
    values = column_of(
        by("faker", provider="pyfloat", arguments={"min_value": Decimal("0.5"), "max_value": Decimal("0.75")}), 300
    )

    assert all(0.5 <= value <= 0.75 for value in values)
    assert set(column_of(by("faker", provider="numerify", arguments={"text": "1.5"}), 9)) == {"1.5"}


def test_frequent_values_are_as_frequent_as_the_provider_makes_them() -> None:
    found = Counter(
        column_of(by("faker", provider="random_element", arguments={"elements": ["often"] * 9 + ["rarely"]}), 20_000)
    )

    assert 0.08 < found["rarely"] / 20_000 < 0.12


def test_the_plan_keeps_the_pool_and_who_made_it() -> None:
    plan = plan_of(document({"x": by("faker", provider="job", size=40)}))
    rule = plan.schema_.tables[0].columns[0].rule
    assert rule is not None
    sampled = rule.options["sampled"]

    assert sampled["by"] == f"Faker {VERSION}"
    assert sum(sampled.get("weights", [1] * len(sampled["values"]))) == 40
    assert len(set(sampled["values"])) == len(sampled["values"])
    assert plan_of(document({"x": by("faker", provider="job", size=40)})).to_bytes() == plan.to_bytes()


def test_the_same_plan_gives_the_same_rows_without_faker(monkeypatch: pytest.MonkeyPatch) -> None:
    """And so with any other version of it: nothing but the plan is read."""
    columns = {
        "x": by("faker", provider="company_suffix"),
        "y": {"unique": True, **by("faker", provider="numerify", size=2_000)},
    }
    body = plan_of(document(columns)).to_bytes()
    monkeypatch.setitem(sys.modules, "faker", None)
    plain = Vocabularies(read_pack, available_locales())
    made = bind(Plan.from_bytes(body), plain).tables["t"].batch(0, 500)

    monkeypatch.undo()
    assert made.equals(batch_of(columns, 500))


def test_another_seed_draws_other_rows_from_the_same_pool() -> None:
    column = by("faker", provider="word", size=50)
    first, second = (column_of(column, 500, seed=seed) for seed in (1, 2))

    assert first != second
    assert set(first) == set(second)


def test_unique_columns_take_each_value_once() -> None:
    column = {"unique": True, **by("faker", provider="bothify", arguments={"text": "#"}, size=2_000)}

    assert set(column_of(column, 10)) == set("0123456789")
    assert "10 rows" in refusal_of({"x": column}, 11).what


def test_providers_stand_in_conditions_and_templates() -> None:
    columns = {
        "x": by("faker", provider="random_element", arguments={"elements": ["a", "b"]}),
        "y": {"rule": by("faker", provider="word")["rule"],
              "conditional_rules": [{"when": "x == a", "rule": by("faker", provider="random_int")["rule"]}], "type": "str"},
        "z": {"rule": {"template": "{x|upper}-{y}"}},
    }  # fmt: skip
    for row in batch_of(columns, 300).to_pylist():
        assert row["y"].isdigit() == (row["x"] == "a")
        assert row["z"] == f"{row['x'].upper()}-{row['y']}"


@pytest.mark.parametrize(
    ("options", "option", "said"),
    [
        ({"provider": "catch_phrse"}, "provider", "did you mean catch_phrase"),
        ({"provider": "seed_instance"}, "provider", "no provider"),
        ({"provider": "add_provider"}, "provider", "no provider"),
        ({"provider": "__class__"}, "provider", "cannot take"),
        ({"provider": "os.system"}, "provider", "cannot take"),
        ({"provider": "date_this_year"}, "provider", "counts from today"),
        ({"provider": "simple_profile"}, "provider", "counts from today"),
        ({"provider": "pylist"}, "provider", "no single value"),
        ({"provider": "binary", "arguments": {"length": 3}}, "provider", "no single value"),
        ({"provider": "binary"}, "size", "characters"),
        ({"provider": "word", "locale": "de_XX"}, "locale", "no locale"),
        ({"provider": "word", "arguments": {"colour": "red"}}, "arguments", "colour"),
        ({"provider": "random_int", "arguments": {"min": 5, "max": 1}}, "arguments", "fails"),
        ({"provider": "binary", "arguments": {"length": 10**12}}, "arguments", "at most 10,000"),
        ({"provider": "zip", "arguments": {"uncompressed_size": 10**11}}, "arguments", "at most 10,000"),
        ({"provider": "image", "arguments": {"size": [10**6, 10**6]}}, "arguments", "at most 10,000"),
        ({"provider": "pystr", "arguments": {"max_chars": 10**9}}, "arguments", "at most 10,000"),
        ({"provider": "word", "size": 0}, "size", "greater than or equal"),
        ({"provider": "word", "size": 10_001}, "size", "less than or equal"),
        ({"provider": "word", "sampled": "refused", "locale": "xx"}, "locale", "no locale"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_at_its_option(options: dict[str, Any], option: str, said: str) -> None:
    fault = refusal_of({"x": by("faker", **options)})

    assert fault.path == f"tables.t.columns.x.rule.{option}"
    assert said in f"{fault.what} {fault.fix}"


def test_every_fault_is_told_once_and_together() -> None:
    """Also where another column reads the one that cannot be made, and where it is NOT NULL, unique or a number."""
    columns = {
        "x": {"type": "int", "nullable": False, **by("faker", provider="nothing_like_it")},
        "y": {"unique": True, **by("faker", provider="date_this_year")},
        "z": {"rule": {"template": "{x}"}},
        "w": by("range", min=2, max=1),
    }
    faults = faults_of(document(columns))

    assert sorted(fault.path for fault in faults) == [
        "tables.t.columns.w.rule.min",
        "tables.t.columns.x.rule.provider",
        "tables.t.columns.y.rule.provider",
    ]


def test_without_faker_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faker", None)
    fault = refusal_of({"x": by("faker", provider="word", size=777)})

    assert "not installed" in fault.what
    assert "pip install 'faker>=40'" in fault.fix


def test_a_pool_is_the_same_in_every_process_and_plain_json() -> None:
    """Kept for one version of Faker by this text; another version may say otherwise, and its plans say so."""
    pool = sample_faker("numerify", "en_US", {"text": "%#"}, 5)

    assert json.loads(json.dumps(pool)) == pool
    assert sample_faker("numerify", "en_US", {"text": "%#"}, 5) == pool
    assert all(10 <= int(value) <= 99 for value in pool["values"])
