"""What the source systems' users wrote, typed as they would type it: each test names its promise by id.

A document that was good there makes, through the command, what it says, and `verify` proves it. Promises 1.8 to 1.10 are in
`test_promises_of_rules.py`.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from syndata_contracts.presets import PRESETS
from tests.e2e.typed import made, written
from tests.running import Command

TEMPLATE = {
    "name": "Customer Template",
    "description": "Basic customer data",
    "schema_fields": [
        {"name": "id", "field_type": "uuid", "nullable": False},
        {"name": "name", "field_type": "name", "nullable": False},
        {"name": "email", "field_type": "email", "nullable": False},
        {"name": "age", "field_type": "integer", "nullable": True},
        {"name": "phone", "field_type": "phone", "nullable": True},
        {"name": "address", "field_type": "address", "nullable": True},
        {"name": "balance", "field_type": "float", "nullable": True},
        {"name": "is_active", "field_type": "boolean", "nullable": False},
        {"name": "signup_date", "field_type": "date", "nullable": True},
        {"name": "created_at", "field_type": "datetime", "nullable": False},
        {"name": "notes", "field_type": "text", "nullable": True},
        {"name": "title", "field_type": "string"},
    ],
}


def test_2_4_templates_list_fields_with_their_types(inside: Command, tmp_path: Path) -> None:
    path = written(tmp_path, TEMPLATE, "template.json")
    rows = made(inside, tmp_path, "--config", path, "--rows", "100")["Customer Template"]

    assert list(rows[0]) == [str(field["name"]) for field in TEMPLATE["schema_fields"]]  # type: ignore[index]
    assert len({row["id"] for row in rows}) == len(rows) == 100
    for row in rows:
        assert row["name"].count(" ") >= 1
        assert re.fullmatch(r"[^@\s]+@example\.(com|org|net)", row["email"])
        assert 0 <= int(row["age"]) <= 130
        assert sum(character.isdigit() for character in row["phone"]) >= 7
        assert row["is_active"] in {"true", "false"}
        assert date.fromisoformat(row["signup_date"]).year >= 2023
        assert datetime.fromisoformat(row["created_at"]).tzinfo is not None
        assert row["notes"]
        assert float(row["balance"]) >= 0


FIELDS = {
    "user": "id first_name last_name full_name email phone date_of_birth age gender street_address city state postal_code country username "
            "job_title company salary created_at is_active",
    "ecommerce": "order_id transaction_id customer_id customer_email product_id product_name product_category quantity unit_price "
                 "discount_percent subtotal tax_amount shipping_cost total_amount currency payment_method order_status shipping_method "
                 "shipping_address order_date shipped_date delivered_date",
    "company": "id company_name trading_name industry sub_industry company_type founded_year employee_count size_category annual_revenue "
               "revenue_growth_percent market_cap stock_symbol stock_exchange headquarters_address headquarters_city headquarters_country "
               "website email phone ceo_name description is_active created_at",
}  # fmt: skip


@pytest.mark.parametrize(("preset", "count"), [("user", 20), ("ecommerce", 22), ("company", 24)])
def test_2_6_to_2_8_presets_have_the_documented_fields(
    inside: Command, tmp_path: Path, preset: str, count: int
) -> None:
    assert preset in PRESETS
    (rows,) = made(inside, tmp_path, "--preset", preset, "--rows", "200").values()

    assert list(rows[0]) == FIELDS[preset].split()
    assert len(rows[0]) == count
    assert len({next(iter(row.values())) for row in rows}) == len(rows) == 200


def test_2_6_a_user_agrees_with_themselves(inside: Command, tmp_path: Path) -> None:
    (rows,) = made(inside, tmp_path, "--preset", "user", "--rows", "200").values()

    for row in rows:
        born, as_of = date.fromisoformat(row["date_of_birth"]), date(2026, 1, 1)
        assert row["full_name"] == f"{row['first_name']} {row['last_name']}"
        assert int(row["age"]) == as_of.year - born.year - ((as_of.month, as_of.day) < (born.month, born.day))
        assert row["gender"] in {"male", "female"}
        assert "" not in row.values()


def test_2_7_an_order_adds_up_and_its_dates_stand_in_order(inside: Command, tmp_path: Path) -> None:
    (rows,) = made(inside, tmp_path, "--preset", "ecommerce", "--rows", "200").values()

    for row in rows:
        paid = Decimal(row["subtotal"]) + Decimal(row["tax_amount"]) + Decimal(row["shipping_cost"])
        moments = [row[name] for name in ("order_date", "shipped_date", "delivered_date") if row[name]]
        assert Decimal(row["total_amount"]) == paid
        assert moments == sorted(moments)
        assert bool(row["delivered_date"]) == (row["order_status"] in {"delivered", "returned"})


def test_2_8_a_company_s_size_listing_and_site_agree(inside: Command, tmp_path: Path) -> None:
    (rows,) = made(inside, tmp_path, "--preset", "company", "--rows", "200").values()

    for row in rows:
        listed = row["company_type"] == "Public"
        assert bool(row["stock_symbol"]) == bool(row["stock_exchange"]) == bool(row["market_cap"]) == listed
        assert row["email"].partition("@")[2] == row["website"].rpartition("www.")[2]
        assert (row["size_category"] == "Micro") == (int(row["employee_count"]) < 10)


JOB = {
    "schema": {
        "fields": [
            {"name": "customer_id", "type": "uuid", "description": "Unique identifier", "constraints": {}},
            {"name": "name", "type": "string", "description": "Full name", "constraints": {"min_length": 2, "max_length": 50}},
            {"name": "email", "type": "email", "description": "Email address", "constraints": None},
            {"name": "age", "type": "integer", "constraints": {"min_value": 18, "max_value": 80}},
            {"name": "balance", "type": "float", "constraints": {"min_value": 0, "max_value": 10000, "decimal_places": 2}},
            {"name": "score", "type": "number", "min_value": 1, "max_value": 5},
            {"name": "interest", "type": "decimal", "constraints": {"formula": "balance * 0.05", "decimal_places": 2}},
            {"name": "twice", "type": "integer", "constraints": {"formula": "age * 2"}},
            {"name": "registered", "type": "date", "constraints": {"start_date": "2024-01-01", "end_date": "2025-12-31"}},
            {"name": "status", "type": "categorical", "constraints": {"categories": ["active", "inactive", "pending"]}},
            {"name": "sku", "type": "string", "constraints": {"regex": r"[A-Z]{3}-\d{4}"}},
            {"name": "code", "type": "string", "required": True, "constraints": {"max_length": 12}},
            {"name": "is_premium", "type": "boolean", "constraints": {}},
        ]
    },
    "total_rows": 400,
    "chunk_size": 100,
    "output_format": "csv",
}  # fmt: skip


def test_3_7_fields_with_constraints(inside: Command, tmp_path: Path) -> None:
    rows = made(inside, tmp_path, "--config", written(tmp_path, JOB, "job.json"))["records"]

    assert len(rows) == 400
    for row in rows:
        assert 2 <= len(row["name"]) <= 50
        assert 18 <= int(row["age"]) <= 80
        assert 0 <= Decimal(row["balance"]) <= 10000
        assert len(row["balance"].partition(".")[2]) <= 2
        assert 1 <= float(row["score"]) <= 5
        assert abs(Decimal(row["interest"]) - Decimal(row["balance"]) / 20) < Decimal("0.01")
        assert int(row["twice"]) == 2 * int(row["age"])
        assert "2024-01-01" <= row["registered"] <= "2025-12-31"
        assert row["status"] in {"active", "inactive", "pending"}
        assert re.fullmatch(r"[A-Z]{3}-\d{4}", row["sku"])
        assert 1 <= len(row["code"]) <= 12


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ({"type": "integer", "constraints": {"max_length": 5}}, "only a field of type string has a length"),
        ({"type": "email", "constraints": {"max_length": 5}}, "only a field of type string has a length"),
        ({"type": "string", "constraints": {"min_length": 9, "max_length": 5}}, "beyond the greatest"),
        ({"type": "string", "constraints": {"max_length": 0}}, "out of bounds"),
        ({"type": "string", "constraints": {"max_length": 5, "enum": ["a"]}}, "rule each other out"),
        ({"type": "integer", "constraints": {"decimal_places": 2}}, "has digits after the point"),
        ({"type": "integer", "constraints": {"formula": "y + 1"}}, "has no column 'y'"),
        ({"type": "integer", "constraints": {"formula": "x + 1"}}, "x"),
        ({"type": "integer", "constraints": {"formula": "1 +"}}, "it ends too early"),
        ({"type": "integer", "constraints": {"formula": 7}}, "formula"),
        ({"type": "integer", "constraints": {"formula": "1 + 1", "max_value": 5}}, "rule each other out"),
        ({"type": "email", "constraints": {"formula": "1 + 1"}}, "no formula"),
        ({"type": "integer", "min_value": 1, "constraints": {"min_value": 2}}, "the min stands twice"),
        ({"type": "integer", "constraints": {"mx_value": 2}}, "did you mean `max_value`?"),
    ],
)
def test_3_7_constraints_that_cannot_be_are_refused_at_their_line(
    inside: Command, tmp_path: Path, field: dict[str, Any], said: str
) -> None:
    document = {"fields": [{"name": "id", "type": "uuid"}, {"name": "x", **field}]}
    outcome = inside("validate", "--config", written(tmp_path, document, "job.json"))

    assert outcome.code == 3
    assert "job.json:1:" in outcome.err
    assert said in outcome.err


PATIENTS: dict[str, Any] = {
    "patient_id": "number",
    "diagnosis_code": "icd10_code",
    "email": "email",
    "visit_date": "date",
    "notes": "text",
}


@pytest.mark.parametrize("bodies", [False, True])
def test_4_2_names_with_types(inside: Command, tmp_path: Path, bodies: bool) -> None:
    """The types seen there; each may also be a body with a description and marks."""
    document = PATIENTS
    if bodies:
        document = {name: {"type": word, "description": "said in words"} for name, word in PATIENTS.items()}
        document["email"] |= {"unique": True, "not_null": True}
        document["patient_id"] |= {"primary_key": True}
    rows = made(inside, tmp_path, "--config", written(tmp_path, document, "patients.json"), "--rows", "60")["records"]

    assert [row["patient_id"] for row in rows] == [str(number) for number in range(1, 61)]
    assert all(re.fullmatch(r"[A-TV-Z]\d\d\.\d", row["diagnosis_code"]) for row in rows)
    assert all("@" in row["email"] and row["visit_date"] >= "2023-01-01" and row["notes"] for row in rows)


def test_4_2_a_foreign_key_of_a_single_table_is_warned_of(inside: Command, tmp_path: Path) -> None:
    path = written(tmp_path, {**PATIENTS, "doctor_id": "foreign_key"}, "patients.json")
    outcome = inside("generate", "--config", path, "--rows", "20", "--output-dir", "out")

    assert outcome.code == 0
    assert "refers to nothing" in outcome.err


def test_0_5_strategies_by_their_documented_parameters(inside: Command, tmp_path: Path) -> None:
    params = ("--param", "num_rows=200", "--param", "num_columns=7")
    (rows,) = made(inside, tmp_path, "--strategy", "tabular_random", *params).values()
    assert (len(rows), len(rows[0])) == (200, 7)

    params = ("--param", "count=150", "--param", "include_pii=false")
    plain = made(inside, tmp_path, "--strategy", "customer_data", *params)["customers"]
    full = made(inside, tmp_path, "--strategy", "customer_data", "--param", "count=150", "--param", "include_pii=true")
    assert len(plain) == len(full["customers"]) == 150
    assert {"first_name", "email"} <= full["customers"][0].keys() - plain[0].keys()


def test_0_6_parameters_follow_their_json_schema(inside: Command) -> None:
    listed = {one["name"]: one["parameters"] for one in inside("strategies", "--json").document["strategies"]}
    schema = Draft202012Validator(listed["tabular_random"])

    for given in ({"num_rows": 5}, {"num_rows": -1}, {"num_rows": "many"}, {"num_columns": 0}, {"num_colums": 3}):
        typed = [part for name, value in given.items() for part in ("--param", f"{name}={value}")]
        outcome = inside("validate", "--strategy", "tabular_random", *typed)
        assert (outcome.code == 0) == schema.is_valid(given), outcome.err
