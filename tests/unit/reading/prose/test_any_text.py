"""What contradicts itself is refused at its line; any text is read or refused, soon; and fields are what clients take further."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import syndata
from syndata.describing import read_description
from syndata_contracts.errors import Refused
from syndata_engine.reading.prose import read_prose
from syndata_engine.reading.prose.fields import fields_of


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 1, "describes no column"),
        ("Hello there.", 1, "describes no column"),
        ("10 pets:\n- name\n- name\n", 3, "has this column on line 2 already"),
        ("10 pets:\n- age: 90-10\n", 2, "90 is more than 10"),
        ("10 pets:\n- owner (references owners)\n", 2, "refers to 'owners', which is no table above it"),
        ("10 pets:\n- bill: calculated\n", 2, "nothing says from what"),
        ("10 pets:\n- price: 1-5\n- bill: calculated as price * weight\n", 3, "'weight', which is no column"),
        ("10 pets:\n- mood (one of 3)\n", 2, "how many values there are is said, and not which"),
        ("10 pets:\n- mood (glad 80%, sad 40%)\n", 2, "the shares add up to 120 %"),
        ("10 pets:\n- tag: 120% empty\n", 2, "are more than all"),
        ("99999999999999999999 pets:\n- name\n", 1, "rows cannot be made"),
        ("10 pets:\n- " + "name " * 300, 2, "more than 1000 characters"),
        ("10 pets:\n- (1-5)\n", 2, "nothing names the column"),
        ("0 pets:\n- name\n", 1, "0 rows cannot be made"),
        ("10 pets:\n- phone (US)\n- fax (German)\n", 1, "two countries are named"),
        ("10 pets:\n- tag (unique, a or b)\n", 1, "can tell apart 2 rows"),
    ],
)
def test_what_cannot_be_is_refused_at_its_line(text: str, line: int, what: str) -> None:
    with pytest.raises(Refused) as refused:
        read_description(text, file="wish.txt")

    fault = next(fault for fault in refused.value.faults if what in fault.what)
    assert (fault.file, fault.line) == ("wish.txt", line)
    assert fault.fix


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(Refused) as refused:
        read_prose("10 pets:\n- age: 90-10\n- bill: calculated\n- mood (one of 9)\n")

    assert [fault.line for fault in refused.value.faults] == [2, 3, 4]


LABELS = st.sampled_from(
    ["name", "Order ID", "e-mail", "unit price", "created at", "is active", "notes", "№ 5", "état", "x" * 70, "date", "a.b", "yes", "null", "rate", "title"]
)  # fmt: skip
DETAILS = st.sampled_from(
    ["", "(1-10)", ": between 5 and 9", "$5k", "(a, b or c)", "unique", "optional", "= 2 * 3", "(10%)", "in the last 3 weeks", "since 1999", "like AB-12",
     "integer", "{x: 1}", "# no", '"quoted"', "- - -", ": : :", "(((", "1e999", "average 5", "at least 3", "text", "yes/no", "of 3"]
)  # fmt: skip


@given(st.lists(st.tuples(LABELS, DETAILS), min_size=1, max_size=6), st.text(max_size=30))
def test_any_text_becomes_a_configuration_that_plans_or_is_refused(lines: list[tuple[str, str]], heading: str) -> None:
    text = "\n".join([heading, *(f"- {label} {detail}" for label, detail in lines)])
    with suppress(Refused):
        assert syndata.plan(read_description(text).text).tables


UNITS = st.sampled_from(
    ["0", "1,", "a ", "a", "- ", "(", "a, ", "1 ", "and ", "between ", "% ", "$", "1-", "a-", "'", "10 a ", "with ", "of ", "last ", "x or ", "= ", "a * ", "2020-01-01 ", "A1-"]
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(UNITS, min_size=1, max_size=4), st.sampled_from(["", "- ", "10 pets with ", "- a: "]))
def test_no_text_takes_long(units: list[str], begun: str) -> None:
    """Processor time, so that a busy machine does not matter; what looks back too far takes minutes."""
    line = (begun + "".join(units) * 1_000)[:1_000]
    before = time.process_time()
    with suppress(Refused):
        read_prose("\n".join([line] * 8))

    assert time.process_time() - before < 5


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_no_text_is_a_fault_of_ours(text: str) -> None:
    with suppress(Refused):
        read_description(text)


WISH = """\
40 employees:
- name
- seniority: average 7 and sd 2
- email
- age 18-67
- salary between 30k and 120k
- grade (junior or senior)
- badge, format AB-####
- joined in the last 3 years
- weight, average 70 and sd 12
- is manager
- bonus = salary * 0.1
- nickname (optional)
"""


def test_a_column_without_bounds_is_a_field_of_its_kind() -> None:
    (table,) = read_prose("10 users with name, email and age").tables

    assert fields_of(table.columns)[-1] == {"name": "age", "type": "age", "description": "age"}


def test_a_described_table_is_a_list_of_fields_that_is_made_as_it_stands() -> None:
    """With an id that the text does not name, and JSON that clients can change."""
    (table,) = read_prose(WISH).tables
    fields = json.loads(json.dumps(fields_of(table.columns)))

    assert fields[0] == {
        "name": "employee_id",
        "type": "uuid",
        "description": "not in the text: every table has a key",
        "constraints": {"primary_key": True},
    }
    by_name = {field["name"]: field for field in fields}
    assert by_name["age"]["constraints"] == {"min_value": 18, "max_value": 67}
    assert by_name["grade"]["constraints"] == {"enum": ["junior", "senior"]}
    assert by_name["badge"]["constraints"] == {"pattern": "AB\\-[0-9][0-9][0-9][0-9]"}
    assert by_name["bonus"]["constraints"]["formula"] == "salary * 0.1"
    assert by_name["email"]["type"] == "email"
    assert by_name["nickname"]["constraints"] == {"nullable": True}

    made = syndata.generate({"schema": {"fields": fields}, "total_rows": 40})["records"]
    assert made.num_rows == 40
    assert set(made["grade"].to_pylist()) == {"junior", "senior"}
    assert all(18 <= age <= 67 for age in made["age"].to_pylist())
    pairs = zip(made["salary"].to_pylist(), made["bonus"].to_pylist(), strict=True)
    assert all(abs(float(salary) / 10 - float(bonus)) < 0.01 for salary, bonus in pairs)
