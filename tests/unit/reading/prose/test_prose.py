"""What people write of their tables is read as they mean it, or they are told what was not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import yaml

import syndata
from syndata.describing import read_description
from syndata_engine.reading.prose import read_prose
from syndata_engine.reading.prose.numbers import number
from syndata_engine.reading.prose.splitting import split


def column(line: str, table: str = "customers") -> dict[str, Any]:
    """The column that one line gives."""
    document = yaml.safe_load(read_prose(f"10 {table}:\n- {line}\n").text)
    found: dict[str, Any] = document["tables"][0]["columns"][-1]
    return found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,000", 1000),
        ("10k", 10_000),
        ("$1,250.50", "1250.50"),
        ("2 million", 2_000_000),
        ("-20.5", "-20.5"),
        ("ten", 10),
        ("5", 5),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, value: int | str) -> None:
    assert number(text) == Decimal(value)


@pytest.mark.parametrize(
    ("line", "name", "detail"),
    [
        ("Customer name (full name)", "customer_name", "full name"),
        ("Age: between 18 and 80", "age", "between 18 and 80"),
        ("the customer's age between 18 and 80", "customer_age", "between 18 and 80"),
        ("price $10-$500", "price", "$10-$500"),
        ("Date of birth", "date_of_birth", ""),
        ("number of visits: at least 1", "number_of_visits", "at least 1"),
        ("status of active, inactive or closed", "status", "active, inactive or closed"),
        ("US phone number", "phone_number", "US"),
        ("total = quantity * price", "total", "= quantity * price"),
        ("registration date in the last 2 years", "registration_date", "in the last 2 years"),
        ("Battery level field", "battery_level", ""),
    ],
)
def test_a_line_is_a_name_and_what_is_said_of_it(line: str, name: str, detail: str) -> None:
    assert split(line) == (name, detail)


@pytest.mark.parametrize(
    ("line", "kind", "rule"),
    [
        ("age: 18-80", "int", {"type": "age", "min": 18, "max": 80}),
        ("quantity (1-10)", "int", {"type": "range", "min": 1, "max": 10}),
        ("price from $10 to $500", "decimal(6,2)", {"type": "range", "min": 10, "max": 500}),
        ("salary between 30k and 120k", "decimal(9,2)", {"type": "range", "min": 30000, "max": 120000}),
        ("bonus $1-5k", "decimal(7,2)", {"type": "range", "min": 1000, "max": 5000}),
        ("temperature: -20.5 to 45.0", "decimal(5,2)", {"type": "range", "min": -20.5, "max": 45}),
        ("weight, average 70 and sd 12", "int", {"type": "normal", "mean": 70, "stddev": 12}),
        ("debts: mean 10 with a standard deviation of 5", "int", {"type": "normal", "mean": 10, "stddev": 5, "min": 0}),
        ("visits: at most 9", "int", {"type": "range", "min": 0, "max": 9}),
        ("score (float) 0 to 1", "float", {"type": "range", "min": 0, "max": 1}),
        ("signed up on: last 90 days", "date", {"type": "range", "min": "-90d", "max": "as_of"}),
        ("signed up at within two years", "datetime", {"type": "range", "min": "-2y", "max": "as_of"}),
        ("expires: next 6 months", "date", {"type": "range", "min": "as_of", "max": "+6mo"}),
        ("founded between 1990 and 2020", "date", {"type": "range", "min": "1990-01-01", "max": "2020-12-31"}),
        ("joined 2020-01-01 to 2020-06-30", "date", {"type": "range", "min": "2020-01-01", "max": "2020-06-30"}),
        ("status: active, inactive, or suspended", "str", {"type": "choice", "value": ["active", "inactive", "suspended"]}),
        ("size (S/M/L)", "str", {"type": "choice", "value": ["S", "M", "L"]}),
        ("rating: 1, 2, 3, 4 or 5", "int", {"type": "choice", "value": [1, 2, 3, 4, 5]}),
        ("tier (gold 10%, silver 30%, basic)", "str", {"type": "choice", "value": ["gold", "silver", "basic"], "weights": [10, 30, 60]}),
        ("payment method (4 payment methods)", "str", {"type": "choice", "value": ["card", "transfer", "cash", "invoice"]}),
        ("is member", "bool", {"type": "boolean", "true": 0.5}),
        ("newsletter (yes/no)", "bool", {"type": "boolean", "true": 0.5}),
        ("damaged? (yes/no, 2% yes)", "bool", {"type": "boolean", "true": 0.02}),
        ("VIP (10% true)", "bool", {"type": "boolean", "true": 0.1}),
        ("active: false 100%", "bool", {"type": "boolean", "true": 0}),
        ("price > 0 and < 99.99", "decimal(5,2)", {"type": "range", "min": 0, "max": 99.99}),
        ("discount -5% to 15%", "int", {"type": "range", "min": -5, "max": 15}),
        ("drift -5 to 5", "int", {"type": "range", "min": -5, "max": 5}),
        ("balance average -50 and sd 10", "decimal(6,2)", {"type": "normal", "mean": -50, "stddev": 10}),
        ("joined between Sept 2007 and Aug 2018", "date", {"type": "range", "min": "2007-09-01", "max": "2018-08-31"}),
        ("hire date before 2010-01-01", "date", {"type": "range", "min": "2000-01-01", "max": "2010-01-01"}),
        ("hire date after 2015", "date", {"type": "range", "min": "2015-12-31", "max": "as_of"}),
        ("invoice date in 2024", "date", {"type": "range", "min": "2024-01-01", "max": "2024-12-31"}),
        ("last seen in the last 24 hours", "datetime", {"type": "range", "min": "-24h", "max": "as_of"}),
        ("start time (past 6 months)", "datetime", {"type": "range", "min": "-6mo", "max": "as_of"}),
        ("year built 2005-2024", "int", {"type": "range", "min": 2005, "max": 2024}),
        ("latitude between 53 and 55", "decimal(8,5)", {"type": "range", "min": 53, "max": 55}),
        ("size S, M, L", "str", {"type": "choice", "value": ["S", "M", "L"]}),
        ("currency EUR/USD/GBP", "str", {"type": "choice", "value": ["EUR", "USD", "GBP"]}),
        ("VAT rate: 0%, 7% or 19%", "int", {"type": "choice", "value": [0, 7, 19]}),
        ("email address", "str", "email"),
        ("contact (email)", "str", "email"),
        ("home town (city)", "str", "city"),
        ("coupon, format SAVE-##", "str", {"type": "pattern", "pattern": "SAVE-##"}),
        ("badge like 'AB-1234'", "str", {"type": "pattern", "pattern": "AB-####"}),
        ("ISBN", "str", "isbn"),
        ("date of birth", "date", "date_of_birth"),
    ],
)  # fmt: skip
def test_what_a_line_asks_for_is_made(line: str, kind: str, rule: object) -> None:
    found = column(line)

    assert (found["type"], found["rule"]) == (kind, rule)


def test_columns_may_be_empty_and_keys_are_unique() -> None:
    assert column("nickname (optional)")["null_rate"] == "10%"
    assert column("notes, 30% empty")["null_rate"] == "30%"
    assert column("badge (unique, format AB-####)")["unique"] is True
    assert column("customer id")["constraints"] == ["PK"]
    assert column("ticket number (primary key, integer)")["constraints"] == ["PK"]


@pytest.mark.parametrize(
    ("line", "name", "note"),
    [
        ("number of stops: mostly 1, sometimes 2-5", "number_of_stops", "mostly"),
        ("sku: 8 characters, uppercase", "sku", "8 characters"),
        ("invoice no (INV-2024-00001 and counting)", "invoice_no", "counting"),
        ("colour not red", "colour", "not red"),
        ("school they work at", "school_they_work_at", "does not say"),
        ("reference text up to 140 chars", "reference_text", "up to 140 chars"),
        ("motto", "motto", "does not say"),
    ],
)
def test_a_wish_that_is_not_met_is_told(line: str, name: str, note: str) -> None:
    table = read_prose(f"10 things:\n- {line}\n").tables[0]
    found = table.columns[-1]

    assert found.name == name
    assert any(note in remark for remark in found.remarks), found.remarks


def test_first_and_last_name_are_two_columns() -> None:
    assert [one.name for one in read_prose("10 people:\n- first & last name\n").tables[0].columns[1:]] == [
        "first_name",
        "last_name",
    ]


HEADINGS = """\
Vehicles (20):
- number plate

Service jobs: 3 per vehicle
- cost 50-500

Teachers (5), each belongs to a vehicle:
- name

products with 500 rows
- price 1-9

40 employees
- name
- manager (references employees)
- age between 18 and 65
- birthday
"""


def test_headings_say_how_many_there_are_and_whom_they_belong_to() -> None:
    described = read_description(HEADINGS)

    assert [(table.name, table.rows) for table in described.tables] == [
        ("vehicles", 20),
        ("service_jobs", 60),
        ("teachers", 5),
        ("products", 500),
        ("employees", 40),
    ]
    made = syndata.generate(described.text)
    vehicles = set(made["vehicles"]["vehicle_id"].to_pylist())
    assert (
        set(made["service_jobs"]["vehicle_id"].to_pylist()) | set(made["teachers"]["vehicle_id"].to_pylist())
        <= vehicles
    )
    people = set(made["employees"]["employee_id"].to_pylist())
    assert set(made["employees"]["manager_id"].to_pylist()) - {None} <= people


def test_one_column_is_a_table_and_a_line_may_list_them() -> None:
    assert [one.name for one in read_prose("100 people with name").tables[0].columns] == ["people_id", "name"]
    (table,) = read_prose("Customers: id, name, email (unique), created at").tables
    assert (table.name, [one.name for one in table.columns]) == ("customers", ["id", "name", "email", "created_at"])
    score = read_prose("100 tests with score (average 70 and sd 12) and a title").tables[0].columns[1]
    assert score.rule == {"type": "normal", "mean": 70, "stddev": 12}


ORDERS = """\
Create 5,000 e-commerce orders:
1. quantity (1-10)
2. **Unit price** \u2013 $10 to $500
3. discount: 0 to 0.3
4. total: {formula}
"""


@pytest.mark.parametrize(
    ("formula", "meant"),
    [
        ("calculated", "quantity * unit_price"),
        ("calculated as quantity \u00d7 unit price", "quantity * unit_price"),
        ("computed: price times quantity", "unit_price * quantity"),
        ("= quantity * price * (1 - discount)", "quantity * unit_price * (1 - discount)"),
        ("derived from the sum of quantity and discount", "quantity + discount"),
        ("calculated as 20% of unit price", "0.2 * unit_price"),
    ],
)
def test_totals_are_formulas_over_other_columns(formula: str, meant: str) -> None:
    document = yaml.safe_load(read_prose(ORDERS.format(formula=formula)).text)

    table = document["tables"][0]
    assert (table["table_name"], table["rows"]) == ("orders", 5000)
    assert table["columns"][-1]["rule"] == {"type": "formula", "formula": meant}


SHOP = """\
Some data for our shop, please.

# Customers (200)
- name
- email address
- customer type: private or business

**Orders**, 1,000 rows:
* customer
* ordered on: last 90 days
* shipped on: last 60 days
* customer (references customers)
"""


def test_tables_refer_to_tables_above_them() -> None:
    described = read_description(SHOP.replace("* customer\n", "", 1))
    tables = syndata.generate(described.text)

    assert {name: table.num_rows for name, table in tables.items()} == {"customers": 200, "orders": 1000}
    known = set(tables["customers"]["customer_id"].to_pylist())
    assert set(tables["orders"]["customer_id"].to_pylist()) <= known
    rows = tables["orders"].to_pylist()
    assert all(row["ordered_on"] <= row["shipped_on"] for row in rows)


def test_a_sentence_is_enough() -> None:
    text = syndata.describe(
        "I need 500 employees with name, email, salary between 30k and 120k and department (Sales, IT or HR)."
    )

    table = syndata.generate(text)["employees"]
    assert table.num_rows == 500
    assert table.column_names == ["employee_id", "name", "email", "salary", "department"]
    assert set(table["department"].to_pylist()) == {"Sales", "IT", "HR"}


def test_a_country_sets_the_locale() -> None:
    described = read_prose("20 customers:\n- name\n- phone (German)\n")

    assert described.locale == "de_DE"


def test_the_names_and_the_email_of_a_customer_belong_together() -> None:
    table = syndata.generate(syndata.describe("300 customers with customer first name, customer last name and email"))[
        "customers"
    ]

    rows = table.to_pylist()
    own = sum(row["customer_last_name"].lower()[:4] in row["email"].lower() for row in rows)
    assert own > len(rows) / 2


def test_what_is_not_understood_is_said() -> None:
    described = read_prose("10 pets:\n- name\n- mood (quixotic blorp)\nMake it nice.\n")

    said = [(note.line, note.what) for note in described.remarks]
    assert (3, "not understood: quixotic blorp") in said
    assert (4, "not understood: Make it nice.") in said
    assert "quixotic blorp" in described.text
    assert "# line 4 is not understood: Make it nice." in described.text
