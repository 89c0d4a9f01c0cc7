"""Documents that the tests of reading share."""

from __future__ import annotations

from typing import Any

import pytest

COMPANY_YAML = r"""
locale: en_US
rows: 1000
output_format: csv
tables:
  - table_name: departments
    columns:
      - name: dept_id
        type: int
        constraints: [PK]
        rule: {type: range, min: 1, max: 10}
      - name: dept_name
        type: str
        rule:
          type: choice
          value: [Engineering, Sales, Marketing, Finance]
  - table_name: employees
    columns:
      - name: emp_id
        type: int
        constraints: [PK]
        rule:
          type: range
          min: 1000
          max: 9999
      - name: first_name
        type: str
        rule: first_name
        sensitivity: PII
      - name: last_name
        type: str
        rule: last_name
        sensitivity: PII
      - name: email
        type: str
        sensitivity: PII
        rule:
          type: email
          regex: '[a-z]{5,10}@company\.com'
      - name: grade
        type: str
        rule:
          type: custom
          custom_class: Grades
          custom_method: pick
          parameters: {best: 1, worst: 6.5}
      - name: dept_id
        type: int
        constraints: [FK]
      - name: salary
        type: float
        conditional_rules:
          - condition: {column: dept_id, operator: "==", value: 1}
            rule: {type: range, min: 80000, max: 150000.5}
    foreign_keys:
      - parent_table: departments
        parent_column: dept_id
        child_column: dept_id
"""
"""Written as the first source system's users wrote theirs (promises 1.8 to 1.10)."""

COMPANY: dict[str, Any] = {
    "locale": "en_US",
    "rows": 1000,
    "output_format": "csv",
    "tables": [
        {
            "table_name": "departments",
            "columns": [
                {
                    "name": "dept_id",
                    "type": "int",
                    "constraints": ["PK"],
                    "rule": {"type": "range", "min": 1, "max": 10},
                },
                {
                    "name": "dept_name",
                    "type": "str",
                    "rule": {"type": "choice", "value": ["Engineering", "Sales", "Marketing", "Finance"]},
                },
            ],
        },
        {
            "table_name": "employees",
            "columns": [
                {
                    "name": "emp_id",
                    "type": "int",
                    "constraints": ["PK"],
                    "rule": {"type": "range", "min": 1000, "max": 9999},
                },
                {"name": "first_name", "type": "str", "rule": "first_name", "sensitivity": "PII"},
                {"name": "last_name", "type": "str", "rule": "last_name", "sensitivity": "PII"},
                {
                    "name": "email",
                    "type": "str",
                    "sensitivity": "PII",
                    "rule": {"type": "email", "regex": r"[a-z]{5,10}@company\.com"},
                },
                {
                    "name": "grade",
                    "type": "str",
                    "rule": {
                        "type": "custom",
                        "custom_class": "Grades",
                        "custom_method": "pick",
                        "parameters": {"best": 1, "worst": 6.5},
                    },
                },
                {"name": "dept_id", "type": "int", "constraints": ["FK"]},
                {
                    "name": "salary",
                    "type": "float",
                    "conditional_rules": [
                        {
                            "condition": {"column": "dept_id", "operator": "==", "value": 1},
                            "rule": {"type": "range", "min": 80000, "max": 150000.5},
                        },
                    ],
                },
            ],
            "foreign_keys": [
                {"parent_table": "departments", "parent_column": "dept_id", "child_column": "dept_id"},
            ],
        },
    ],
}
"""The same, as Python values."""

SHOP_YAML = """
syndata: 1
name: shop
locale: de-DE
seed: 42
as_of: 2026-03-01
secret_id: shop-2026
output_format: Parquet
x-money: &money {type: "decimal(10,2)", null_rate: 0}
tables:
  customers:
    rows: 500
    columns:
      customer_id: {type: integer, primary_key: true, rule: {sequence: {start: 1}}}
      city: [Rome, Oslo]
      note: {type: varchar(30), nullable: 5%}
      code: {type: str, rule: {choice: [a, b]}, unique: true}
  orders:
    locale: en-GB
    primary_key: [order_id, line]
    unique: [[customer, ordered_at], code]
    constraints:
      - shipped_at >= ordered_at
      - {later: paid_at, earlier: ordered_at, strict: true}
    columns:
      order_id: {type: bigint}
      line: {type: number, constraints: NOT NULL}
      code: uuid
      customer:
        references: {table: customers, column: customer_id, fan_out: 1..5, owning: true, null_rate: "2.5%"}
      ordered_at: {type: timestamp}
      shipped_at: {type: datetime, conditional_rules: [{when: "line != 1", rule: past_datetime}]}
      paid_at: {type: datetime}
      total: *money
      subject_kind: {type: text}
      subject: {type: int}
    foreign_keys:
      - child_column: subject
        type_column: subject_kind
        parents: [customers.customer_id, {table: staff, column: id, label: employee, weight: 3}]
  staff:
    columns:
      id: {type: int, constraints: [pk]}
      boss: {type: int, constraints: [foreign_key]}
foreign_keys:
  - {child_table: staff, child_column: boss, parent_table: staff, parent_column: id, depth: 4, roots: 2, nullable: 0.1}
"""
"""Uses every part of the language once."""


@pytest.fixture(scope="session")
def company_yaml() -> str:
    """A document of the first source system, in YAML."""
    return COMPANY_YAML


@pytest.fixture(scope="session")
def company() -> dict[str, Any]:
    """The same document, as Python values."""
    return COMPANY


@pytest.fixture(scope="session")
def shop_yaml() -> str:
    """A document that uses every part of the language."""
    return SHOP_YAML
