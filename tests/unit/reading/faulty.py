"""Faulty documents: what is written, and what reading says of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

Said = tuple[int, str, str]
"""Line, part of what is wrong, part of the fix."""


def in_column(*lines: str) -> str:
    """A sound document whose second column, `amount`, has these lines from line 8 on."""
    return sound_document([], list(lines))


def in_table(*lines: str) -> str:
    """A sound document whose table, `orders`, has these lines from line 3 on."""
    return sound_document(list(lines), ["type: float"])


def in_dataset(*lines: str) -> str:
    """A sound document that starts with these lines."""
    return "\n".join(lines) + "\n" + in_table()


def sound_document(table: list[str], column: list[str]) -> str:
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
    "key with a condition": (
        "tables:\n  t:\n    unique: [a, b] where c is null\n",
        (3, "not YAML", 'in quotes: "a, b where c is null"'),
    ),
    "condition with brackets": (
        in_column("null_when: [{when: b not in [x, y], rate: 1}]"),
        (8, "not YAML", 'in quotes: "b not in [x, y]"'),
    ),
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
    "digits cut off": (
        in_column("rule: word", "- {name: paid, type: decimal(6,2)}").replace("  - {name: paid", "- {name: paid"),
        (9, "cut at its comma", 'type: "decimal(6,2)"'),
    ),
    "digits without their type": (in_column("type: int", "2):"), (9, "'2)' is not known", "known keys")),
    "digits": (in_column("type: decimal(20,2)"), (8, "out of bounds", "decimal(10,2)")),
    "scale of an int": (in_column("type: int", "scale: 2"), (9, "no digits after the point", "type: decimal")),
    "scale above precision": (
        in_column("type: decimal", "precision: 3", "scale: 4"),
        (10, "4 digits after the point of 3 in all", "lower `scale`"),
    ),
    "constraint": (in_column("constraints: [UNIQE]"), (8, "'UNIQE' is not known", "did you mean `UNIQUE`?")),
    "yes": (in_column("unique: yes"), (8, 'expected true or false, got "yes"', "write true")),
    "nullable one": (in_column("nullable: 1"), (8, "expected true, false or a share, got 1", "write true")),
    "share": (in_column("null_rate: 1.5"), (8, "1.5 is not a share", '"1.5%"')),
    "percents without a sign": (in_column("null_rate: 3"), (8, "3 is not a share", 'from 0 to 1, or "3%"')),
    "negative share": (in_column("null_rate: -3"), (8, "-3 is not a share", '"5%"')),
    "share above all": (in_column("null_rate: 300%"), (8, "is not a share", '"5%"')),
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
    "half of two comparisons": (
        in_column("conditional_rules:", "  - {when: id == 1 and, rule: uuid}"),
        (9, "is not a condition: this is not an expression: it ends too early, at character 12", "dept_id == 1"),
    ),
    "a condition on nothing": (
        in_column("conditional_rules:", "  - {when: 1 == 1 or true, rule: uuid}"),
        (9, "it reads no column", "compare a column"),
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


def all_cases() -> Iterable[Any]:
    groups = {"text": TEXT_FAULTS, "dataset": DATASET_FAULTS, "table": TABLE_FAULTS, "column": COLUMN_FAULTS}
    for group, faults in groups.items():
        for name, (text, said) in faults.items():
            yield pytest.param(text, said, id=f"{group}: {name}")
    for name, (entry, said) in REFERENCE_FAULTS.items():
        yield pytest.param(TWO_TABLES + entry + "\n", said, id=f"reference: {name}")
