"""`POST /schema/extract`: plain English becomes fields, which become rows, by the documents of `studio`; no model is asked."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pytest

from tests.e2e.dialects.asked import Place, with_key

CUSTOMERS: Final = """\
Generate 1000 customers with the following fields:
- Customer name
- Email address
- Phone number (US format)
- Age between 18 and 80
- Registration date (within the last 2 years)
- Account status (active, inactive, suspended)
- Account balance between $0 and $10,000
"""
ORDERS: Final = """\
Create 5000 orders with:
- Quantity (1-10)
- Unit price ($10-$500)
- Total (calculated)
- Order date in the last 90 days
- Order status (pending, processing, shipped, delivered)
- Payment method (credit card, debit card, PayPal, bank transfer)
"""
AS_OF: Final = date(2026, 1, 1)


def rows_of(place: Place, extracted: dict[str, Any], output_format: str = "json") -> list[dict[str, Any]]:
    """What is made of fields as they came."""
    wanted = {"schema": extracted["schema"], "total_rows": extracted["total_rows"], "output_format": output_format}
    job = place.post("/jobs/create", wanted).good()["job_id"]
    place.until(f"/jobs/{job}/status", lambda seen: seen["status"] == "completed")
    return list(json.loads(place.get(f"/jobs/{job}/download").body, parse_float=Decimal))


def test_story_of_customers(place: Place) -> None:
    open_place = with_key(place, None)
    extracted = open_place.post("/schema/extract", {"user_input": CUSTOMERS}).good()
    fields = extracted["schema"]["fields"]

    assert extracted["total_rows"] == 1000
    assert fields[0]["name"] == "customer_id", "an id that the text does not name"
    assert all(field.keys() >= {"name", "type", "description"} for field in fields)
    assert {field["description"] for field in fields} >= {"Age between 18 and 80", "Email address"}

    rows = rows_of(open_place, extracted)
    assert len({row["customer_id"] for row in rows}) == len(rows) == 1000
    assert {row["account_status"] for row in rows} == {"active", "inactive", "suspended"}
    for row in rows:
        assert "@" in row["email_address"]
        assert 18 <= row["age"] <= 80
        assert 0 <= row["account_balance"] <= 10_000
        assert 0 <= (AS_OF - date.fromisoformat(row["registration_date"])).days <= 731


def test_story_of_orders_whose_total_is_calculated(place: Place) -> None:
    open_place = with_key(place, None)
    extracted = open_place.post("/schema/extract", {"user_input": ORDERS}).good()

    rows = rows_of(open_place, extracted)
    assert len(rows) == 5000
    assert len({row["order_status"] for row in rows}) == len({row["payment_method"] for row in rows}) == 4
    for row in rows:
        assert 1 <= row["quantity"] <= 10
        assert 10 <= row["unit_price"] <= 500
        assert row["total"] == row["quantity"] * row["unit_price"]
        assert 0 <= (AS_OF - date.fromisoformat(row["order_date"])).days <= 90


def test_the_same_text_has_the_same_fields(up: Place) -> None:
    answers = [up.post("/schema/extract", {"user_input": ORDERS}).body for _ in range(2)]

    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({}, "required"),
        ({"user_input": ""}, "at least 1"),
        ({"user_input": "hello"}, "no column"),
        ({"user_input": "x" * 8001}, "at most"),
        ({"user_input": 5}, "string"),
        ({"user_input": "5 pets:\n- age between 90 and 10"}, "90"),
        ({"user_input": f"{CUSTOMERS}\n{ORDERS}"}, "2 tables: customers, orders"),
        ({"text": CUSTOMERS}, "not permitted"),
    ],
)
def test_a_text_that_describes_no_single_table_is_400(up: Place, body: dict[str, Any], word: str) -> None:
    assert word in json.dumps(up.post("/schema/extract", body).refusal(400)["errors"])
