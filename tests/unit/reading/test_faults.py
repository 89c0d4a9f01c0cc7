"""What reading refuses: the line, what is wrong, and what to do about it."""

from __future__ import annotations

import json
import textwrap
import time
from collections.abc import Iterable
from typing import Any

import pytest

from syndata_contracts.errors import Fault
from syndata_contracts.schema import Rule
from syndata_engine.reading import Reading, read_document, read_schema
from tests.unit.reading.faulty import TWO_TABLES, Said, all_cases, in_column, in_table


@pytest.mark.parametrize(("text", "said"), list(all_cases()))
def test_a_fault_names_its_line_what_is_wrong_and_the_way_out(text: str, said: Said) -> None:
    """One cause gives one fault, at its line."""
    reading = read_schema(text, file="orders.yaml")

    found = [(fault.line, fault.what, fault.fix) for fault in reading.faults]
    assert len(found) == 1, found
    line, what, fix = found[0]
    assert line == said[0]
    assert said[1] in what
    assert said[2] in fix
    assert reading.faults[0].file == "orders.yaml"
    assert reading.faults[0].column is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", (1, "is empty", "tables")),
        ('{"rows": 1,\n}', (2, "} stands where a value is expected", "remove the comma")),
        ('{"rows": 1\n"seed": 2}', (2, "where a comma", "comma between")),
        ('{"rows": [1,\n]}', (2, "] stands where a value", "remove the comma")),
        ('{\n"rows" 1}', (2, "no colon after the key 'rows'", "colon")),
        ("{\n'rows': 1}", (2, "a single quote", "double quotes")),
        ("{\nrows: 1}", (2, "where a key is expected", "double quotes")),
        ('{\n// few\n"rows": 1}', (2, "a comment", "no comments")),
        ('{"rows":\n 01}', (2, "where a comma", "comma")),
        ('{"name": "a\tb"}', (1, "Invalid control character", r"\t")),
        ('{"name": "a', (1, "Unterminated string", "close the quotes")),
        ('{"rows":\n', (2, "ends too early", "close every bracket")),
        ('{"a": 1}\n{}', (2, "text follows the end", "one JSON value")),
        ("rows: 1\n", (1, "where a value is expected", "double quotes")),
    ],
)
def test_a_file_named_json_holds_strict_json(text: str, said: Said) -> None:
    """What only looks like JSON would be refused by every other program that reads it."""
    [fault] = read_schema(text, file="orders.json").faults

    assert (fault.line, said[1] in fault.what, said[2] in fault.fix) == (said[0], True, True), fault


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"rows": 1', '"rows": 1, "rows": 2', "'rows' stands twice"),
        ('"rows": 1', '"rows": NaN', "NaN is not a finite number"),
        ('"rows": 1', '"rows": -Infinity', "-Infinity is not a finite number"),
        ('"rows": 1', '"name": "\\ud800"', "half of a surrogate pair"),
        ('"rows": 1', '"seed": 1e999', "1e999 is out of range"),
    ],
)
def test_what_json_parsers_let_pass_is_a_fault_with_a_line(before: str, after: str, said: str) -> None:
    """The standard library's parser takes the last of two keys and numbers that JSON does not have."""
    sound = '{\n"rows": 1,\n"tables": [{"name": "t", "columns": [{"name": "c"}]}]}'
    assert read_schema(sound, file="t.json").faults == ()

    [fault] = read_schema(sound.replace(before, after), file="t.json").faults

    assert fault.line == 2
    assert said in fault.what


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (b"rows: 1\nname: \xe4\n", 2, "0xE4 is not UTF-8"),
        ("tables".encode("utf-16"), 1, "is not UTF-8"),
        (b"\x00\x01\x02", 1, "U+0000"),
        ("rows: '\ud800'", 1, "surrogate"),
        ("#" * (4 * 1024 * 1024 + 1), 1, "larger than 4 MiB"),
        ("a: " * 3 + "[" * 40 + "]" * 40, 1, "not YAML"),
        ("a: " + "[" * 40 + "]" * 40, 1, "deeper than 32"),
        ("[" * 100_000, 1, "deeper than 32"),
        ('{"a":' * 100_000, 1, "deeper than 32"),
        ("a: &a [1]\nb: [" + "*a," * 101 + "]", 2, "more than 100 aliases"),
        (
            "x0: &x0 [" + "1," * 9 + "]\n" + "".join(f"x{n}: &x{n} [{f'*x{n - 1},' * 9}]\n" for n in range(1, 10)),
            6,
            "250,000",
        ),
        ("a: &a " + "[" * 20 + "]" * 20 + "\nb: " + "[" * 15 + "*a" + "]" * 15, 2, "aliases included"),
        ("[" + "1," * 250_001 + "]", 1, "250,000"),
    ],
)
def test_texts_that_would_fill_the_memory_are_refused(text: str | bytes, line: int, what: str) -> None:
    """Limits hold for what a text expands to; bytes that are not text are named."""
    [fault] = read_schema(text, file="x.yaml").faults

    assert fault.line == line
    assert what in fault.what


def test_all_faults_are_told_at_once_in_the_order_of_the_document() -> None:
    """Twelve mistakes are twelve faults, not twelve attempts."""
    text = textwrap.dedent(
        """\
        rows: -1
        output_format: xml
        tables:
          - table_name: a/b
            rows: many
            columns:
              - {name: id, type: in, primary_key: true, null_rate: 0.5}
              - {nam: x, type: int}
          - table_name: orders
            columns:
              - {name: id, rule: {range: {min: 1}, max: 2}}
              - {name: customer, constraints: [FK, PKK]}
            foreign_keys:
              - {parent_table: customers, parent_column: id, child_column: customer}
            unique: [nothing]
        colour: red
        """
    )
    reading = read_schema(text, file="t.yaml")

    lines = [fault.line for fault in reading.faults]
    assert lines == [1, 2, 4, 5, 7, 7, 8, 11, 12, 14, 15, 16]
    assert reading.left_out == {"a/b", "a/b.id", "a/b.x", "orders", "orders.id", "orders.customer"}


def test_a_mistaken_name_causes_one_fault() -> None:
    """What refers to something that is named wrong, or not at all, is not reported as well."""
    text = TWO_TABLES.replace("name: customer_id", "nme: customer_id").replace("- table_name: c", "- tabel_name: c")
    reading = read_schema(
        text + "{parent_table: customers, parent_column: customer_id, child_column: customer}\n", file="x"
    )

    assert [(fault.line, fault.path) for fault in reading.faults] == [
        (2, "tables[0].tabel_name"),
        (4, "tables[0].columns[0].nme"),
    ]


def test_a_table_that_cannot_be_named_hides_no_other_fault() -> None:
    """References to tables are only trusted once all names are known; the rest is still checked."""
    text = TWO_TABLES.replace("table_name: customers", "rows: 1")
    reading = read_schema(
        text + "{parent_table: customers, parent_column: customer_id, child_column: custmer}\n", file="x"
    )

    assert [fault.line for fault in reading.faults] == [2, 12]


def test_what_is_faulty_is_left_out_and_named() -> None:
    """Planning checks the rest, and takes no left-out name for a dangling one."""
    reading = read_schema(in_column("type: intt", "rule: uuid"), file="t.yaml")

    assert reading.schema is not None
    assert [column.name for column in reading.schema.tables[0].columns] == ["id"]
    assert reading.left_out == {"orders.amount"}


def test_kinds_check_their_own_options() -> None:
    """A fault at a path below the rule's is placed at the option, whichever way that was written."""

    def check(rule: Rule) -> Iterable[Fault]:
        return [Fault(f"{rule.path}.{option}", "too small") for option in rule.options if option == "min"]

    text = """\
tables:
- name: t
  columns:
  - name: a
    rule: {type: range,
           min: 1}
  - name: b
    rule:
      range:
        min: 1
  - name: c
    rule:
      type: range
      parameters:
        min: 1
  - name: d
    conditional_rules:
    - when: a == 1
      rule: {range: {min: 3}}
  - name: e
    rule: first_name
"""
    reading = read_schema(text, file="t.yaml", check_rule=check)

    assert [fault.line for fault in reading.faults] == [6, 10, 15, 19]
    assert reading.left_out == {"t.a", "t.b", "t.c", "t.d"}


def test_a_bare_list_is_placed_item_by_item() -> None:
    """`rule: [a, b]` is the option `value` of a choice, so its items are `rule.value[n]`."""
    reading = read_schema(in_column("rule:", "  - a", "  - b"), file="t.yaml")

    place = reading.locate(Fault("tables[0].columns[1].rule.value[1]", "what"))
    assert (place.file, place.line, place.column) == ("t.yaml", 10, 13)


def test_a_path_that_does_not_stand_in_the_document_is_placed_at_its_nearest_part() -> None:
    """A fault about something that is missing points at what lacks it."""
    reading = read_schema(in_table(), file="t.yaml")

    assert reading.locate(Fault("tables[0].columns[1].rule.min", "what")).line == 7
    assert reading.locate(Fault("nothing[3]", "what")).line == 1
    assert reading.locate(Fault("", "what", line=77)).line == 77


def test_names_are_quoted_in_paths_where_they_are_not_words() -> None:
    """So that a path never has two readings."""
    text = 'tables:\n  "my table":\n    columns:\n      "a.b":\n        type: intt\n'
    [fault] = read_schema(text, file="t.yaml").faults

    assert (fault.path, fault.line) == ('tables["my table"].columns["a.b"].type', 5)


def test_what_aliases_repeat_is_said_once() -> None:
    """It is wrong at one place only."""
    text = "x-a: &a {type: intt}\ntables: {t: {columns: {b: *a, c: *a, d: {type: int}}}}\n"
    [fault] = read_schema(text, file="t.yaml").faults

    assert fault.line == 1


def test_python_values_give_faults_with_paths() -> None:
    """There are no lines; order and paths are those of the mapping."""
    loop: dict[str, Any] = {"name": "c"}
    loop["rule"] = {"type": "x", "y": loop}
    assert "deeper" in read_document({"tables": [{"name": "t", "columns": [loop]}]}).faults[0].what

    column = {"name": "c", "rule": [float("nan"), object()]}
    document: dict[Any, Any] = {"tables": [{"name": "t", "columns": [column]}], 1: 2, "rows": -1}
    reading = read_document(document)
    assert [fault.path for fault in reading.faults] == [
        "",
        "tables[0].columns[0].rule[0]",
        "tables[0].columns[0].rule[1]",
        "rows",
    ]
    assert reading.places == {}


def test_a_reading_is_found_by_its_text_and_not_by_its_name_alone() -> None:
    """Braces under a name that is not JSON's may be either language; the fault is the likelier one's."""
    flow: Reading = read_schema("{tables: {t: {columns: {c: uuid}}}}", file="t.yaml")
    assert flow.faults == ()

    broken = json.dumps({"tables": 1})[:-1]
    assert "not JSON" in read_schema(broken, file="config").faults[0].what
    assert "not YAML" in read_schema(broken, file="config.yaml").faults[0].what


def test_reading_stops_after_a_thousand_faults() -> None:
    """Ten thousand names that dangle among as many columns would else be compared letter by letter for minutes."""
    columns = "".join(f"  - name: c{n}\n" for n in range(5000))
    text = f"tables:\n- name: t\n  columns:\n{columns}  unique:\n" + "".join(f"  - x{n}\n" for n in range(5000))
    started = time.process_time()
    reading = read_schema(text, file="t.yaml")

    assert time.process_time() - started < 5
    assert (len(reading.faults), reading.schema) == (1001, None)
    assert "more than 1,000 faults" in reading.faults[-1].what


def test_nothing_that_is_kept_refers_to_what_could_not_be_named() -> None:
    """Planning would report as dangling what is only misspelt."""
    text = """\
tables:
- columns: [{name: id, primary_key: true}]
- table_name: orders
  columns:
  - {type: str}
  - {name: customer, type: int}
  - {name: total, conditional_rules: [{when: kind == 1, rule: uuid}]}
  foreign_keys:
  - {parent_table: customers, parent_column: id, child_column: customer}
  - {type_column: kind, parents: [orders.total], child_column: customer, id: other}
"""
    reading = read_schema(text, file="t.yaml")

    assert [fault.line for fault in reading.faults] == [2, 5]
    assert reading.schema is not None
    assert reading.schema.tables[0].foreign_keys == ()
    assert reading.left_out == {"orders.kind"}
