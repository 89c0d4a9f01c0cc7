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

Said = tuple[int, str, str]
"""Line, part of what is wrong, part of the fix."""


def in_column(*lines: str) -> str:
    """A sound document whose second column, `amount`, has these lines from line 8 on."""
    return _document([], list(lines))


def in_table(*lines: str) -> str:
    """A sound document whose table, `orders`, has these lines from line 3 on."""
    return _document(list(lines), ["type: float"])


def in_dataset(*lines: str) -> str:
    """A sound document that starts with these lines."""
    return "\n".join(lines) + "\n" + in_table()


def _document(table: list[str], column: list[str]) -> str:
    head = ["tables:", "  - table_name: orders", *(f"    {line}" for line in table), "    columns:"]
    columns = ["- name: id", "  type: int", "  primary_key: true", "- name: amount", *(f"  {line}" for line in column)]
    return "\n".join([*head, *(f"      {line}" for line in columns)]) + "\n"


TWO_TABLES = """\
tables:
  - table_name: customers
    columns:
      - {name: customer_id, type: int, primary_key: true}
      - {name: region, type: str}
  - table_name: orders
    columns:
      - {name: order_id, type: int, primary_key: true}
      - {name: customer, type: int, nullable: false}
      - {name: kind, type: str}
    foreign_keys:
      - """

TEXT_FAULTS: dict[str, tuple[str, Said]] = {
    "empty": ("", (1, "is empty", "tables:")),
    "only a comment": ("# nothing\n", (1, "is empty", "tables:")),
    "null": ("~\n", (1, "is empty", "tables:")),
    "two documents": (in_table() + "---\na: 1\n", (9, "second document", "one document per file")),
    "tab": ("tables:\n\t- name: t\n", (2, "cannot start any token", "spaces, not tabs")),
    "open bracket": ("rows: [1\ntables: 2\n", (2, "not YAML", "bracket")),
    "colon in text": (in_column("description: a: b"), (8, "mapping values", "quote text")),
    "indentation": ("rows: 1\n  seed: 2\n", (2, "mapping values", "indentation")),
    "list at the top": ("- a\n", (1, "expected a mapping with `tables:`, got a list of 1", "tables")),
    "key twice": (in_dataset("rows: 1", "rows: 2"), (2, "'rows' stands twice here, first on line 1", "keep one")),
    "key that is a number": (in_column("rule: {type: weights, 1: 2}"), (8, "the key 1 is not text", '"1"')),
    "key that is a list": (in_column("rule: {[a]: 2}"), (8, "a key is a list", "quoted text")),
    "merge key": (in_column("<<: {type: int}"), (8, "merge keys", "write the keys out")),
    "tag": (in_column("rule: !!python/object:os.system x"), (8, "the tag !!python/object:os.system", "remove")),
    "text tag": (in_column("description: !!str 12"), (8, "the tag !!str", "quote the value")),
    "unknown alias": (in_column("rule: *nothing"), (8, "names an anchor that no line before it sets", "&nothing")),
    "alias of itself": (in_column("rule: &me [*me]"), (8, "holds itself", "write the value out")),
    "not a number": (in_column("rule: {type: range, min: .nan}"), (8, ".nan is not a finite number", "finite")),
    "infinity": (in_column("rule: {type: range, max: -.inf}"), (8, "-.inf is not a finite number", "finite")),
    "long number": (in_column("rule: [" + "9" * 65 + "]"), (8, "too long", "64")),
    "wide exponent": (in_column("rule: [1e999999999]"), (8, "out of range", "308")),
    "control character": ("rows: 1\nname: a\x01b\n", (2, "U+0001", "remove")),
}

DATASET_FAULTS: dict[str, tuple[str, Said]] = {
    "no tables": ("rows: 5\n", (1, "'tables' is missing", "add `tables:`")),
    "empty tables": ("rows: 5\ntables: []\n", (2, "the list is empty", "at least one")),
    "null tables": ("rows: 5\ntables:\n", (2, "'tables' is empty", "at least one table")),
    "unknown key": (in_dataset("sead: 1"), (1, "'sead' is not known", "did you mean `seed`?")),
    "version": (in_dataset("syndata: 2"), (1, "version 2", "syndata: 1")),
    "negative rows": (in_dataset("rows: -1"), (1, "-1 is out of bounds", "at least 0")),
    "rows as text": (in_dataset("rows: 1_000"), (1, 'got "1_000"', "write 1000")),
    "rows with a point": (in_dataset("rows: 1e6"), (1, "got 1E+6", "write 1000000")),
    "large seed": (in_dataset("seed: 18446744073709551616"), (1, "out of bounds", "at most 18446744073709551615")),
    "now": (in_dataset("as_of: now"), (1, "`now` differs every time", "--as-of now")),
    "not a date": (in_dataset("as_of: 2026-02-30"), (1, "'2026-02-30' is not a date", "2026-01-01")),
    "sql": (in_dataset("output_format: SQL"), (1, "SQL is not there yet", "csv, json, jsonl, parquet")),
    "format": (in_dataset("output_format: parket"), (1, "'parket' is not known", "did you mean `parquet`?")),
    "locale": (in_dataset("locale: english"), (1, "'english' is not a locale", "en_US")),
}

TABLE_FAULTS: dict[str, tuple[str, Said]] = {
    "no name": ("tables:\n- columns: [{name: a}]\n", (2, "'table_name' is missing", "table_name:")),
    "no columns": ("tables:\n- name: t\n", (2, "'columns' is missing", "at least one column")),
    "empty columns": ("tables:\n- name: t\n  columns: []\n", (3, "the list is empty", "at least one")),
    "table is text": ("tables:\n- orders\n", (2, "expected a table, such as", "table_name")),
    "unknown key": (in_table("colour: red"), (3, "'colour' is not known", "known keys")),
    "negative rows": (in_table("rows: -5"), (3, "-5 is out of bounds", "at least 0")),
    "two names": (in_table("name: orders"), (3, "says the same as 'table_name'", "keep one")),
    "slash": ("tables:\n- name: a/b\n  columns: [{name: a}]\n", (2, "'a/b' holds '/'", "letters, digits")),
    "leading dot": ("tables:\n- name: .a\n  columns: [{name: a}]\n", (2, "starts or ends with a dot", "'a'")),
    "device": ("tables:\n- name: Con\n  columns: [{name: a}]\n", (2, "reserved", "another name")),
    "long name": ("tables:\n- name: " + "a" * 129 + "\n  columns: [{name: a}]\n", (2, "129 characters", "128")),
    "control": ('tables:\n- name: "a\\tb"\n  columns: [{name: a}]\n', (2, "U+0009", "remove")),
    "empty name": ('tables:\n- name: ""\n  columns: [{name: a}]\n', (2, "the name is empty", "write a name")),
    "same table": (
        in_table() + "  - table_name: Orders\n    columns: [{name: a}]\n",
        (9, "'Orders' makes the same file as 'orders'", "rename"),
    ),
    "same table id": (
        in_table("id: x") + "  - table_name: b\n    id: x\n    columns: [{name: a}]\n",
        (11, "the table id 'x' is taken by 'orders'", "its own id"),
    ),
    "unique column": (in_table("unique: [[id, amuont]]"), (3, "no column 'amuont'", "did you mean `amount`?")),
    "unique twice": (in_table("unique: [[id, amount], [amount, id]]"), (3, "amount, id stands twice", "keep one")),
    "primary key column": (in_table("primary_key: nr"), (3, "no column 'nr'", "its columns: id, amount")),
    "two primary keys": (in_table("primary_key: amount"), (3, "is amount here and id in the columns", "one place")),
    "constraint column": (in_table("constraints: [id <= amunt]"), (3, "no column 'amunt'", "`amount`")),
    "constraint": (in_table("constraints: [id = amount]"), (3, "'id = amount' is not a constraint", "<, <=, > or >=")),
    "constraint of one": (in_table("constraints: [id < id]"), (3, "compared with itself", "two columns")),
    "constraint mapping": (in_table("constraints:", "  - later: id"), (4, "'earlier' is missing", "earlier:")),
}

COLUMN_FAULTS: dict[str, tuple[str, Said]] = {
    "no name": (in_column("type: float", "name:").replace("- name: amount\n", "-\n"), (9, "'name' is empty", "name:")),
    "unknown key": (in_column("tipe: int"), (8, "'tipe' is not known", "did you mean `type`?")),
    "same name": (in_column("type: int", "").replace("amount", "id"), (7, "'id' stands twice", "rename")),
    "same id": (in_column("id: id"), (8, "the column id 'id' is taken by 'id'", "its own id")),
    "type": (in_column("type: integr"), (8, "the type 'integr' is not known", "did you mean `integer`?")),
    "type of a size": (in_column("type: int(11)"), (8, "takes no size", "write int")),
    "digits": (in_column("type: decimal(20,2)"), (8, "out of bounds", "decimal(10,2)")),
    "scale of an int": (in_column("type: int", "scale: 2"), (9, "no digits after the point", "type: decimal")),
    "scale above precision": (
        in_column("type: decimal", "precision: 3", "scale: 4"),
        (10, "4 digits after the point of 3 in all", "lower `scale`"),
    ),
    "constraint": (in_column("constraints: [UNIQE]"), (8, "'UNIQE' is not known", "did you mean `UNIQUE`?")),
    "yes": (in_column("unique: yes"), (8, 'expected true or false, got "yes"', "write true")),
    "nullable one": (in_column("nullable: 1"), (8, "expected true, false or a share, got 1", "write true")),
    "share": (in_column("null_rate: 1.5"), (8, "1.5 is not a share", '"5%"')),
    "share of a key": (in_column("primary_key: true", "null_rate: 0.1"), (9, "never NULL", "remove the share")),
    "share without null": (in_column("nullable: false", "null_rate: 0.1"), (9, "ruled out", "remove one")),
    "two shares": (in_column("nullable: 0.1", "null_rate: 0.2"), (9, "the same as 'nullable'", "keep one")),
    "uncovered reference": (
        in_column("constraints: FK"),
        (8, "marked FK and no foreign key names it", "child_column: amount"),
    ),
    "rule is a number": (in_column("rule: 5"), (8, "got 5", "{type: choice, value: [5]}")),
    "rule without type": (in_column("rule: {min: 1, max: 3}"), (8, "does not say its type", "type: range")),
    "rule without type, one key": (in_column("rule: {value: [a]}"), (8, "does not say its type", "type: choice")),
    "rule is a sentence": (in_column("rule: 1 to 3"), (8, "'1 to 3' is not the name of a rule", "first_name")),
    "option twice": (
        in_column("rule:", "  type: range", "  min: 1", "  options: {min: 2}"),
        (11, "the option 'min' stands twice", "keep one"),
    ),
    "condition column": (
        in_column("conditional_rules:", "  - condition: {column: idd, value: 1}", "    rule: uuid"),
        (9, "no column 'idd'", "did you mean `id`?"),
    ),
    "condition on itself": (
        in_column("conditional_rules:", "  - {when: amount == 1, rule: uuid}"),
        (9, "depends on itself", "another column"),
    ),
    "condition value": (
        in_column("conditional_rules:", "  - {condition: {column: id}, rule: uuid}"),
        (9, "'value' is missing", "value:"),
    ),
    "condition operator": (
        in_column("conditional_rules:", "  - {condition: {column: id, operator: like, value: 1}, rule: uuid}"),
        (9, "'like' is not known", "operators: =="),
    ),
    "condition list": (
        in_column("conditional_rules:", "  - {condition: {column: id, operator: in, value: 1}, rule: uuid}"),
        (9, "expected a list of values for `in`", "[1, 2]"),
    ),
    "two comparisons": (
        in_column("conditional_rules:", "  - {when: id == 1 and id == 2, rule: uuid}"),
        (9, "is not a condition", "one comparison"),
    ),
    "no rule": (
        in_column("conditional_rules:", "  - {when: id == 1}"),
        (9, "'rule' is missing", "add `rule: ...`"),
    ),
    "short reference": (in_column("references: orders"), (8, "expected `table.column`", "departments.dept_id")),
    "short reference column": (in_column("references: orders.idd"), (8, "no column 'idd'", "did you mean `id`?")),
}

REFERENCE_FAULTS: dict[str, tuple[str, Said]] = {
    "parent table": (
        "{parent_table: customer, parent_column: customer_id, child_column: customer}",
        (12, "there is no table 'customer'", "did you mean `customers`?"),
    ),
    "parent column": (
        "{parent_table: customers, parent_column: id, child_column: customer}",
        (12, "the table 'customers' has no column 'id'", "customer_id"),
    ),
    "child column": (
        "{parent_table: customers, parent_column: customer_id, child_column: custmer}",
        (12, "the table 'orders' has no column 'custmer'", "did you mean `customer`?"),
    ),
    "missing parent column": (
        "{parent_table: customers, child_column: customer}",
        (12, "'parent_column' is missing", "parent_column: customer_id"),
    ),
    "missing child column": (
        "{parent_table: customers, parent_column: customer_id}",
        (12, "'child_column' is missing", "child_column:"),
    ),
    "numbers of columns": (
        "{parent_table: customers, parent_columns: [customer_id, region], child_column: customer}",
        (12, "2 parent columns for 1 child columns", "as many"),
    ),
    "fan-out": (
        "{parent_table: customers, parent_column: customer_id, child_column: customer, fan_out: {min: 5, max: 1}}",
        (12, "min 5 is more than max 1", "smaller number"),
    ),
    "fan-out text": (
        "{parent_table: customers, parent_column: customer_id, child_column: customer, fan_out: many}",
        (12, 'got "many"', "{min: 1, max: 5}"),
    ),
    "choice": (
        "{parent_table: customers, parent_column: customer_id, child_column: customer, choice: any}",
        (12, "'any' is not known", "exact, independent"),
    ),
    "depth": (
        "{parent_table: customers, parent_column: customer_id, child_column: customer, depth: 3}",
        (12, "`depth` belongs to a reference of a table to itself", "remove"),
    ),
    "share": (
        "{parent_table: customers, parent_column: customer_id, child_column: customer, null_rate: 0.1}",
        (12, "NULL is ruled out", "remove one"),
    ),
    "share of a key": (
        "{parent_table: customers, parent_column: customer_id, child_column: order_id, null_rate: 0.1}",
        (12, "a primary key is never NULL", "remove the share"),
    ),
    "both sorts": (
        "{parent_table: customers, type_column: kind, parents: [customers.customer_id], child_column: customer}",
        (12, "exclude each other", "for several tables"),
    ),
    "type column": (
        "{type_column: knd, parents: [customers.customer_id], child_column: customer}",
        (12, "no column 'knd'", "did you mean `kind`?"),
    ),
    "no parents": (
        "{type_column: kind, child_column: customer}",
        (12, "'parents' is missing", "parents:"),
    ),
    "label twice": (
        "{type_column: kind, parents: [customers.customer_id, customers.customer_id], child_column: customer}",
        (12, "the label 'customers' stands twice", "its own `label`"),
    ),
    "same reference": (
        """{parent_table: customers, parent_column: customer_id, child_column: customer}
      - {parent_table: customers, parent_column: region, child_column: customer}""",
        (13, "'customer' has a foreign key already", "its own `id`"),
    ),
}


def _cases() -> Iterable[Any]:
    groups = {"text": TEXT_FAULTS, "dataset": DATASET_FAULTS, "table": TABLE_FAULTS, "column": COLUMN_FAULTS}
    for group, faults in groups.items():
        for name, (text, said) in faults.items():
            yield pytest.param(text, said, id=f"{group}: {name}")
    for name, (entry, said) in REFERENCE_FAULTS.items():
        yield pytest.param(TWO_TABLES + entry + "\n", said, id=f"reference: {name}")


@pytest.mark.parametrize(("text", "said"), list(_cases()))
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
    started = time.perf_counter()
    reading = read_schema(text, file="t.yaml")

    assert time.perf_counter() - started < 5
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
