"""The trial of a newcomer: five tables written from README and reference alone are right at the second try.

Each story is a first try as it was written, what the refusal said of it, and the second try that does what it said.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import pytest

import syndata

WAREHOUSE = """
syndata: 1
rows: 2000
tables:
  warehouses:
    rows: 12
    columns:
      code: {type: str, primary_key: true, rule: {type: pattern, pattern: "WH-##"}}
      opened_on: {type: date, rule: {type: range, min: 2005-01-01, max: 2020-12-31}}
  bins:
    primary_key: [warehouse, bin_no]
    columns:
      warehouse: {references: {table: warehouses, column: code, fan_out: 20..60}}
      bin_no: {rule: position}
      kind: {rule: {choice: {shelf: 8, pallet: 3, cold: 1}}}
  categories:
    rows: 60
    columns:
      id: {type: int, primary_key: true, rule: sequence}
      parent_id: {references: {table: categories, column: id, depth: 3, roots: 5}}
  receipts:
    rows: 500
    constraints: [received_on >= ordered_on]
    columns:
      id: {type: int, primary_key: true, rule: sequence}
      warehouse: {type: str}
      bin_no: {type: int}
      ordered_on: {type: date, rule: {type: range, min: -2y, max: today}}
      received_on: {type: date, rule: {type: range, min: -2y, max: today}}
      total: {type: "decimal(12,2)", rule: {type: sum, table: receipt_lines, column: amount}}
    foreign_keys:
      - {child_columns: [warehouse, bin_no], parent_table: bins, parent_columns: [warehouse, bin_no]}
  receipt_lines:
    primary_key: [receipt, line]
    columns:
      receipt: {references: {table: receipts, column: id, fan_out: 1..8}}
      line: {rule: position}
      category: {references: categories.id}
      quantity: {type: int, rule: {type: range, min: 1, max: 50}}
      price: {type: "decimal(8,2)", rule: {type: range, min: 0.5, max: 250}}
      amount: {type: "decimal(12,2)", rule: {type: formula, formula: quantity * price}}
"""
INSURANCE = """
syndata: 1
tables:
  - table_name: agents
    rows: 80
    unique: [email]
    columns:
      - {name: agent_id, type: int, constraints: [PK], rule: {type: range, min: 100, max: 999}}
      - {name: email, type: str, rule: email}
      - {name: manager_id, type: int, nullable: true, constraints: [FK]}
    foreign_keys:
      - {parent_table: agents, parent_column: agent_id, child_column: manager_id, depth: 4, roots: 2}
  - table_name: policies
    rows: 300
    primary_key: [branch, policy_no]
    constraints: [ends_on > starts_on]
    columns:
      - {name: branch, type: str, rule: {type: choice, value: [HH, B, M]}}
      - {name: policy_no, type: int, rule: {type: range, min: 10000, max: 19999}}
      - {name: agent_id, type: int, references: agents.agent_id}
      - {name: starts_on, type: date, rule: {type: range, min: 2020-01-01, max: 2024-12-31}}
      - {name: ends_on, type: date, rule: {type: offset, column: starts_on, min: 1y, max: 1825d}}
      - {name: claimed, type: decimal(12,2), rule: {type: sum, table: claims, column: amount}}
  - table_name: claims
    columns:
      - {name: claim_id, type: uuid, constraints: [PK], rule: uuid}
      - {name: branch, type: str}
      - {name: policy_no, type: int}
      - {name: happened_on, type: date, rule: {type: offset, column: policies.starts_on, before: policies.ends_on}}
      - {name: amount, type: "decimal(10,2)", rule: {type: range, min: 50, max: 10000}}
    foreign_keys:
      - {parent_table: policies, parent_columns: [branch, policy_no], child_columns: [branch, policy_no], fan_out: 0..4}
  - table_name: payments
    primary_key: [claim_id, nr]
    columns:
      - {name: claim_id, type: uuid, references: {table: claims, column: claim_id, fan_out: 1..3}}
      - {name: nr, type: int, rule: position}
      - {name: amount, type: "decimal(10,2)", rule: {type: share, column: amount}}
  - table_name: experts
    rows: 20
    columns:
      - {name: id, type: int, constraints: [PK]}
      - {name: phone, type: str, rule: phone, unique: true}
"""

SITES = """
syndata: 1
rows: 400
tables:
  workspaces:
    rows: 20
    columns:
      id: {type: int, primary_key: true, rule: sequence}
      plan: {rule: {choice: {free: 6, team: 3, firm: 1}}}
  members:
    primary_key: [workspace, no]
    unique:
      - workspace where role == owner
    columns:
      workspace: {references: {table: workspaces, column: id, fan_out: 2..12, weights: {plan: {free: 1, team: 3, firm: 10}}}}
      no: {rule: position}
      role: {rule: {choice: {owner: 1, editor: 4, reader: 9}}}
  pages:
    unique: [workspace, slug] where deleted_at is null
    columns:
      id: {type: int, primary_key: true, rule: sequence}
      workspace: {references: workspaces.id}
      parent: {references: {table: pages, column: id, depth: 3}}
      slug: {rule: {pattern: {pattern: "???-##"}}}
      views: {rule: {type: sum, table: visits, column: n}}
      deleted_at: {type: datetime, null_rate: 80%}
  visits:
    columns:
      page: {references: {table: pages, column: id, fan_out: 0..9}}
      n: {type: int, rule: {range: {min: 1, max: 20}}}
  invoices:
    constraints: [paid_at >= sent_at]
    columns:
      id: {type: int, primary_key: true}
      workspace: {references: workspaces.id}
      sent_at: {type: date}
      paid_at: {type: date, null_rate: 20%}
"""

Rows = list[dict[str, Any]]


def made(text: str) -> dict[str, Rows]:
    """All rows of all tables."""
    return {name: table.to_pylist() for name, table in syndata.generate(text).items()}


def refusal_of(text: str) -> list[str]:
    """What is said of a text, each fault with its way out."""
    with pytest.raises(syndata.Refused) as refusal:
        syndata.plan(text)
    return [f"{fault.what}: {fault.fix}" for fault in refusal.value.faults]


def test_a_warehouse_is_right_at_the_second_try() -> None:
    """The position among several references is asked for, with what to write; nothing else is wrong."""
    (said,) = refusal_of(WAREHOUSE)
    assert said.startswith("receipt_lines has several references: add the option `via: receipt`")

    tables = made(WAREHOUSE.replace("line: {rule: position}", "line: {rule: {type: position, via: receipt}}"))

    bins = {(row["warehouse"], row["bin_no"]) for row in tables["bins"]}
    assert len(bins) == len(tables["bins"])
    assert {(row["warehouse"], row["bin_no"]) for row in tables["receipts"]} <= bins
    assert sum(row["parent_id"] is None for row in tables["categories"]) == 5
    assert all(row["received_on"] >= row["ordered_on"] for row in tables["receipts"])
    totals: dict[int, Any] = defaultdict(int)
    for line in tables["receipt_lines"]:
        totals[line["receipt"]] += line["amount"]
    assert all(row["total"] == totals[row["id"]] for row in tables["receipts"])


def test_an_insurance_is_right_at_the_second_try() -> None:
    """Each of the three mistakes is one fault, and its way out is what the second try says."""
    said = refusal_of(INSURANCE)
    assert len(said) == 3
    for word in ('type: "decimal(12,2)"', "use sequence, range, uuid", "'1y' has no fixed length, as 365d has"):
        assert any(word in one for one in said), (word, said)

    second = INSURANCE.replace("type: decimal(12,2)", 'type: "decimal(12,2)"').replace("min: 1y", "min: 365d")
    tables = made(second.replace(", rule: phone, unique: true", ", rule: phone"))

    policies = {(row["branch"], row["policy_no"]): row for row in tables["policies"]}
    assert len(policies) == 300
    claimed: dict[Any, Any] = defaultdict(int)
    for claim in tables["claims"]:
        policy = policies[claim["branch"], claim["policy_no"]]
        assert policy["starts_on"] <= claim["happened_on"] <= policy["ends_on"]
        claimed[claim["branch"], claim["policy_no"]] += claim["amount"]
    assert all(row["claimed"] == claimed[key] for key, row in policies.items())
    paid: Counter[str] = Counter()
    for payment in tables["payments"]:
        paid[payment["claim_id"]] += payment["amount"]
    assert all(paid[claim["claim_id"]] == claim["amount"] for claim in tables["claims"])


def test_sites_say_what_to_quote_and_then_what_weights_need() -> None:
    """A text that is no YAML hides what else is wrong: the third try is right, and each refusal says what to write."""
    (said,) = refusal_of(SITES)
    assert 'write the whole in quotes: "workspace, slug where deleted_at is null"' in said
    quoted = SITES.replace("[workspace, slug] where deleted_at is null", '"workspace, slug where deleted_at is null"')
    (said,) = refusal_of(quoted)
    assert "its values are drawn by chance: add `exact: true` to the rule of plan" in said

    exact = quoted.replace("{choice: {free: 6, team: 3, firm: 1}}", "{type: choice, value: {free: 6, team: 3, firm: 1}, exact: true}")  # fmt: skip
    tables = made(exact)

    owners = Counter(row["workspace"] for row in tables["members"] if row["role"] == "owner")
    assert set(owners.values()) == {1}
    assert len({(row["workspace"], row["no"]) for row in tables["members"]}) == len(tables["members"])
    live = [(row["workspace"], row["slug"]) for row in tables["pages"] if row["deleted_at"] is None]
    assert len(set(live)) == len(live)
    views: Counter[int] = Counter()
    for visit in tables["visits"]:
        views[visit["page"]] += visit["n"]
    assert all(row["views"] == views[row["id"]] for row in tables["pages"])
    assert all(row["paid_at"] is None or row["paid_at"] >= row["sent_at"] for row in tables["invoices"])
