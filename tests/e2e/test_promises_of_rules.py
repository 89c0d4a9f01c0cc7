"""Promises 1.8 to 1.10: tables, rules and conditional rules, typed as the users of that system type them."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.typed import made, written
from tests.running import Command

COMPANY = """\
locale: en_US
rows: 1000
output_format: csv
tables:
  - table_name: departments
    columns:
      - name: dept_id
        type: int
        constraints: [PK]
        rule:
          type: range
          min: 1
          max: 10
      - name: dept_name
        type: str
        rule:
          type: choice
          value: ["Engineering", "Sales", "Marketing", "HR", "Finance"]
  - table_name: employees
    columns:
      - name: emp_id
        type: int
        constraints: [PK]
        rule: {type: range, min: 1000, max: 9999}
      - name: first_name
        type: str
        rule: first_name
        sensitivity: PII
      - name: last_name
        type: str
        rule: last_name
        sensitivity: ["PII"]
      - name: email
        type: str
        rule:
          type: email
          regex: "[a-z]{5,10}@company\\\\.com"
      - name: dept_id
        type: int
        constraints: [FK]
      - name: salary
        type: float
        conditional_rules:
          - condition:
              column: dept_id
              operator: "=="
              value: 1
            rule:
              type: range
              min: 80000
              max: 150000
    foreign_keys:
      - parent_table: departments
        parent_column: dept_id
        child_column: dept_id
"""


@pytest.mark.parametrize("name", ["company.yaml", "company.json"])
def test_1_8_tables_of_columns_rules_and_foreign_keys(inside: Command, tmp_path: Path, name: str) -> None:
    """Promises 1.8 and 1.6, in both languages; X17 and X18: what cannot be met is warned of."""
    path = written(tmp_path, COMPANY if name.endswith("yaml") else yaml.safe_load(COMPANY), name)
    checked = inside("validate", "--config", path)
    assert checked.code == 0
    assert "departments" in checked.err

    tables = made(inside, tmp_path, "--config", path)
    departments, employees = tables["departments"], tables["employees"]
    assert [len(departments), len(employees)] == [10, 1000]
    assert {int(row["dept_id"]) for row in departments} == set(range(1, 11))
    assert {row["dept_id"] for row in employees} == {row["dept_id"] for row in departments}
    assert len({row["emp_id"] for row in employees}) == 1000
    assert all(1000 <= int(row["emp_id"]) <= 9999 and row["first_name"] and row["last_name"] for row in employees)


def test_1_8_rows_and_format_of_the_command_are_over_those_of_the_document(inside: Command, tmp_path: Path) -> None:
    path = written(tmp_path, COMPANY)
    outcome = inside("generate", "--config", path, "--rows", "50", "--output-format", "json", "--output-dir", "out")

    assert outcome.code == 0
    assert len(json.loads((tmp_path / "out" / "employees.json").read_text())) == 50


def test_1_9_rules_by_word_range_choice_and_regex(inside: Command, tmp_path: Path) -> None:
    employees = made(inside, tmp_path, "--config", written(tmp_path, COMPANY))["employees"]
    departments = made(inside, tmp_path, "--config", written(tmp_path, COMPANY))["departments"]

    assert all(re.fullmatch(r"[a-z]{5,10}@company\.com", row["email"]) for row in employees)
    assert {row["dept_name"] for row in departments} <= {"Engineering", "Sales", "Marketing", "HR", "Finance"}


RULES = '''\
import syndata

LEVELS = ("junior", "senior", "lead")


@syndata.rule("EmployeeRules.badge", reads=["emp_id"])
def badge(random, emp_id, *, start=100):
    """The number on an employee's badge."""
    return start + emp_id * 10 + random % 10


@syndata.rule("EmployeeRules.level", makes="str", reads=["emp_id"], values=LEVELS, per_row=True)
def level(random, emp_id, best="lead"):
    return best if emp_id % 10 == 0 else LEVELS[random % 2]
'''
OWN = """\
rows: 300
tables:
  - table_name: employees
    columns:
      - {name: emp_id, type: int, constraints: [PK], rule: {type: range, min: 1000, max: 9999}}
      - name: badge
        type: int
        rule: {type: custom, custom_class: EmployeeRules, custom_method: badge, parameters: {start: 7}}
      - {name: level, type: str, rule: {custom_class: EmployeeRules, custom_method: level}}
"""


def test_1_9_custom_classes_and_methods(syndata: Command, tmp_path: Path) -> None:
    """The code is the user's, in a file that the command names; a configuration carries none."""
    path = written(tmp_path, OWN)
    written(tmp_path, RULES, "rules.py")
    outcome = syndata("generate", "--config", path, "--rules", "rules.py", "--workers", "2", "--output-dir", "out")
    assert outcome.code == 0, outcome.err
    rows = list(csv.DictReader((tmp_path / "out" / "employees.csv").read_text().splitlines()))

    assert all(0 <= int(row["badge"]) - 10 * int(row["emp_id"]) - 7 <= 9 for row in rows)
    assert all((row["level"] == "lead") == (int(row["emp_id"]) % 10 == 0) for row in rows)
    assert {row["level"] for row in rows} == {"junior", "senior", "lead"}
    assert syndata("verify", "out", "--rules", "rules.py").code == 0
    shown = syndata(
        "rows",
        "--config",
        path,
        "--rules",
        "rules.py",
        "--table",
        "employees",
        "--start",
        "7",
        "--count",
        "1",
        "--json",
    )
    assert shown.document["rows"][0]["badge"] == int(rows[7]["badge"])


@pytest.mark.parametrize(
    ("file", "body", "said"),
    [
        (None, "", "rules.py: there is no such file"),
        ("rules.py", "1 / 0", "rules.py:1: ZeroDivisionError"),
        ("rules.py", "raise SystemExit(0)", "rules.py:1: SystemExit"),
        ("rules.py", "def x(", "rules.py:1:6: this is not Python"),
        ("rules.py", "import syndata\nsyndata.rule('range')(print)\n", "rules.py:2: ValueError"),
        ("rules.py", "", "--rules"),
    ],
)
def test_1_9_custom_code_that_is_not_there_is_told(
    syndata: Command, tmp_path: Path, file: str | None, body: str, said: str
) -> None:
    path = written(tmp_path, OWN)
    if file:
        written(tmp_path, body, file)
    outcome = syndata("validate", "--config", path, "--rules", "rules.py")

    assert outcome.code == 3
    assert said in outcome.err


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_function_that_ends_the_process_is_no_success(syndata: Command, tmp_path: Path, workers: str) -> None:
    body = "import syndata\n@syndata.rule('leaver', makes='int')\ndef leaver(random):\n    raise SystemExit(0)\n"
    written(tmp_path, body, "rules.py")
    path = written(tmp_path, "tables: {t: {rows: 40000, columns: {a: {type: int, rule: leaver}}}}")
    outcome = syndata("generate", "--config", path, "--rules", "rules.py", "--workers", workers, "--output-dir", "out")

    assert outcome.code == 3
    assert "rules.py:4: the function leaver of the rule leaver fails for row 0 of t.a: SystemExit: 0" in outcome.err
    assert not (tmp_path / "out").exists()


FAILING = """\
import syndata


def inner(random, number):
    return 10 // (number - 29_999)


@syndata.rule("fragile", reads=["n"]{more})
def fragile(random, n):
    return inner(random, n){tail}
"""


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize(
    ("more", "tail", "line", "said"),
    [
        (", per_row=True", "", 5, "the function inner of the rule fragile fails for row 29,998 of t.a: ZeroDivisionError"),
        ("", " if (n != 29_999).all() else 1 / 0", 10, "the function fragile of the rule fragile fails for row 29,998 of t.a: Zero"),
        ("", "[1:]", 8, "fails for rows 0 to 4,095 of t.a: it returned (4095,) values for 4096 rows"),
        (", makes='str', values=['a']", " * 0 + (n > 20_000)", 8, "for row 20,000 of t.a: IndexError: it returned an index beyond its 1 texts"),
    ],
    ids=["of one row", "of arrays", "too few values", "an index too high"],
)  # fmt: skip
def test_a_function_that_fails_is_refused_with_its_line_and_the_row(
    syndata: Command, tmp_path: Path, workers: str, more: str, tail: str, line: int, said: str
) -> None:
    """The first row that it fails for among those made together, by any number of workers; nothing is written."""
    written(tmp_path, FAILING.format(more=more, tail=tail), "rules.py")
    path = written(
        tmp_path, "tables: {t: {rows: 40000, columns: {n: {primary_key: true, type: int, rule: sequence}, a: fragile}}}"
    )
    typed = ("--config", path, "--rules", "rules.py")
    outcome = syndata("generate", *typed, "--workers", workers, "--output-dir", "out")

    assert outcome.code == 3, outcome.err
    assert f"rules.py:{line}: " in outcome.err
    assert said in outcome.err
    assert "nothing was written" in outcome.err
    assert not (tmp_path / "out").exists()


def test_rows_that_a_function_fails_for_are_refused_and_others_shown(syndata: Command, tmp_path: Path) -> None:
    written(tmp_path, FAILING.format(more=", per_row=True", tail=""), "rules.py")
    path = written(
        tmp_path, "tables: {t: {rows: 40000, columns: {n: {primary_key: true, type: int, rule: sequence}, a: fragile}}}"
    )
    typed = ("rows", "--config", path, "--rules", "rules.py", "--table", "t", "--json")
    refused = syndata(*typed, "--start", "29990")

    assert refused.code == 3
    [fault] = refused.document["error"]["faults"]
    assert (fault["file"], fault["line"]) == ("rules.py", 5)
    assert "row 29,998" in fault["what"]
    assert syndata(*typed, "--start", "30000").code == 0


CONDITIONS: tuple[tuple[Any, Callable[[int, str, str], object]], ...] = (
    ({"column": "dept_id", "operator": "==", "value": 1}, lambda dept, _city, _left: dept == 1),
    ({"column": "dept_id", "operator": "!=", "value": 1}, lambda dept, _city, _left: dept != 1),
    ({"column": "dept_id", "operator": "<", "value": 4}, lambda dept, _city, _left: dept < 4),
    ({"column": "dept_id", "operator": "<=", "value": 4}, lambda dept, _city, _left: dept <= 4),
    ({"column": "dept_id", "operator": ">", "value": 4}, lambda dept, _city, _left: dept > 4),
    ({"column": "dept_id", "operator": ">=", "value": 4}, lambda dept, _city, _left: dept >= 4),
    ({"column": "dept_id", "operator": "in", "value": [2, 4]}, lambda dept, _city, _left: dept in (2, 4)),
    ({"column": "dept_id", "operator": "not in", "value": [2, 4]}, lambda dept, _city, _left: dept not in (2, 4)),
    ({"column": "dept_id", "operator": "gte", "value": 4}, lambda dept, _city, _left: dept >= 4),
    ({"column": "dept_id", "operator": "between", "value": [2, 5]}, lambda dept, _city, _left: 2 <= dept <= 5),
    ({"column": "city", "operator": "starts_with", "value": "R"}, lambda _dept, city, _left: city.startswith("R")),
    ({"column": "city", "operator": "contains", "value": "o"}, lambda _dept, city, _left: "o" in city),
    ({"column": "city", "operator": "not ends with", "value": "a"}, lambda _dept, city, _left: not city.endswith("a")),
    ({"column": "left_on", "operator": "is null"}, lambda _dept, _city, left: not left),
    ({"column": "left_on", "operator": "is not null"}, lambda _dept, _city, left: left),
    ({"column": "left_on", "operator": ">", "value": "2024-06-30"}, lambda _dept, _city, left: left and left > "2024-06-30"),
    ({"and": [{"column": "dept_id", "operator": ">", "value": 2}, {"column": "city", "value": "Rome"}]}, lambda dept, city, _left: dept > 2 and city == "Rome"),
    ({"or": [{"column": "dept_id", "operator": "<", "value": 3}, "city == Lima"]}, lambda dept, city, _left: dept < 3 or city == "Lima"),
    ({"not": {"column": "dept_id", "operator": "in", "value": [1, 2]}}, lambda dept, _city, _left: dept not in (1, 2)),
    ({"and": [{"or": ["dept_id == 1", "dept_id == 7"]}, {"not": {"column": "city", "operator": "eq", "value": "Oslo"}}]}, lambda dept, city, _left: dept in (1, 7) and city != "Oslo"),
    ("dept_id == 1", lambda dept, _city, _left: dept == 1),
    ("dept_id > 2 and not (city == 'Rome' or left_on is null)", lambda dept, city, left: dept > 2 and not (city == "Rome" or not left)),
)  # fmt: skip


@pytest.mark.parametrize(("condition", "meaning"), CONDITIONS)
def test_1_10_conditional_rules_by_every_operator(
    inside: Command, tmp_path: Path, condition: Any, meaning: Callable[[int, str, str], object]
) -> None:
    """And `and`, `or`, `not`, however nested; the rule of the column itself applies where none holds."""
    columns = [
        {"name": "dept_id", "type": "int", "rule": {"type": "range", "min": 1, "max": 8}},
        {"name": "city", "type": "str", "rule": {"type": "choice", "value": ["Rome", "Oslo", "Lima"]}},
        {"name": "left_on", "type": "date", "null_rate": 0.5, "rule": {"type": "range", "min": "2024-01-01", "max": "2024-12-31"}},
        {"name": "salary", "type": "int", "rule": {"type": "range", "min": 1, "max": 9},
         "conditional_rules": [{"condition": condition, "rule": {"type": "range", "min": 100, "max": 900}}]},
    ]  # fmt: skip
    document = {"tables": [{"table_name": "staff", "rows": 200, "columns": columns}]}
    rows = made(inside, tmp_path, "--config", written(tmp_path, document, "config.json"))["staff"]

    seen = {
        (bool(meaning(int(row["dept_id"]), row["city"], row["left_on"])), int(row["salary"]) >= 100) for row in rows
    }
    assert seen == {(True, True), (False, False)}
