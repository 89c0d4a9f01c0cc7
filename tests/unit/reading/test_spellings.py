"""What reading accepts, and what it makes of it."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from syndata_contracts.schema import ColumnSchema, ColumnType, Condition, DatasetSchema, ForeignKeySchema, Rule
from syndata_engine.generation.kinds.registry import kind_named
from syndata_engine.reading import read_document, read_schema
from syndata_engine.reading.rules import CHOICES


def read(text: str | bytes, file: str = "shop.yaml") -> DatasetSchema:
    """The schema of a document that has no faults."""
    reading = read_schema(text, file=file)
    assert reading.faults == ()
    assert reading.schema is not None
    return reading.schema


def read_table(body: dict[str, Any], *others: dict[str, Any], **top: Any) -> DatasetSchema:
    """The schema of a dataset whose first table, `t`, has this body."""
    reading = read_document({"tables": [{"table_name": "t", **body}, *others], **top})
    assert reading.faults == ()
    assert reading.schema is not None
    return reading.schema


def read_column(body: dict[str, Any]) -> ColumnSchema:
    """The column `c` with this body, in a table with a column `other`."""
    return read_table({"columns": [{"name": "c", **body}, {"name": "other"}]}).tables[0].columns[0]


def read_rule(rule: Any) -> Rule:
    """The rule that this spelling stands for."""
    found = read_column({"rule": rule}).rule
    assert found is not None
    return found


PARENT = {"table_name": "p", "columns": [{"name": "id", "primary_key": True}, {"name": "region"}]}


def read_reference(body: dict[str, Any], *columns: dict[str, Any]) -> ForeignKeySchema:
    """The reference with this body, from a table with columns a and b to the table p."""
    table = {"columns": [{"name": "a"}, {"name": "b"}, *columns], "foreign_keys": [body]}
    return read_table(table, PARENT).tables[0].foreign_keys[0]


def test_a_document_of_the_first_source_system_loads_as_it_stands(company_yaml: str) -> None:
    """Promises 1.8 to 1.10, in YAML."""
    schema = read(company_yaml)

    departments, employees = schema.tables
    assert (schema.locale, schema.rows, schema.output_format) == ("en_US", 1000, "csv")
    assert departments.columns[0].primary_key
    assert departments.columns[0].rule == Rule(kind="range", options={"min": 1, "max": 10}, path=_rule(0, 0))
    assert employees.columns[1].rule == Rule(kind="first_name", path=_rule(1, 1))
    assert employees.columns[3].rule == Rule(
        kind="email", options={"regex": r"[a-z]{5,10}@company\.com"}, path=_rule(1, 3)
    )
    assert employees.columns[1].sensitivity == "PII"
    salary = employees.columns[6].conditional_rules[0]
    assert (salary.condition.column, salary.condition.operator, salary.condition.value) == ("dept_id", "==", 1)
    assert salary.rule.options == {"min": 80000, "max": "150000.5"}
    key = employees.foreign_keys[0]
    assert (key.parent_table, key.parent_columns, key.child_columns) == ("departments", ("dept_id",), ("dept_id",))


def _rule(table: int, column: int) -> str:
    return f"tables[{table}].columns[{column}].rule"


def test_yaml_json_and_python_values_of_one_document_give_one_schema(
    company_yaml: str, company: dict[str, Any]
) -> None:
    """The format a document is written in decides nothing, neither does the way JSON is laid out."""
    from_yaml = read(company_yaml)

    assert read(json.dumps(company), "shop.json") == from_yaml
    assert read(json.dumps(company, indent="\t"), "shop.json") == from_yaml
    assert read(json.dumps(company), "shop.yaml") == from_yaml
    assert read_document(company).schema == from_yaml


def test_every_part_of_the_language_reads(shop_yaml: str) -> None:
    """Tables and columns as mappings, short forms, aliases, sizes, references of every sort."""
    schema = read(shop_yaml)

    customers, orders, staff = schema.tables
    assert (schema.name, schema.locale, schema.seed, schema.secret_id) == ("shop", "de_DE", 42, "shop-2026")
    assert (schema.as_of, schema.output_format) == (datetime(2026, 3, 1, tzinfo=UTC), "parquet")
    assert [column.name for column in customers.columns] == ["customer_id", "city", "note", "code"]
    assert customers.columns[2].null_rate == Decimal("0.05")
    assert [column.primary_key for column in orders.columns[:3]] == [True, True, False]
    assert (orders.unique, orders.columns[2].unique) == ((("customer", "ordered_at"),), True)
    assert [(o.later, o.earlier, o.strict) for o in orders.constraints] == [
        ("shipped_at", "ordered_at", False),
        ("paid_at", "ordered_at", True),
    ]
    total = orders.columns[7]
    assert (total.name, total.type, total.precision, total.scale) == ("total", "decimal", 10, 2)
    owner, subject = sorted(orders.foreign_keys, key=lambda key: key.id)
    assert (owner.fan_out and (owner.fan_out.min, owner.fan_out.max), owner.owning) == ((1, 5), True)
    assert owner.null_rate == Decimal("0.025")
    assert [(p.table, p.label, p.weight) for p in subject.parents] == [
        ("customers", "customers", 1),
        ("staff", "employee", 3),
    ]
    assert (staff.foreign_keys[0].depth, staff.foreign_keys[0].roots) == (4, 2)


def test_every_part_of_a_schema_says_where_it_stood(shop_yaml: str) -> None:
    """Planning points at lines through these paths, so none may be missing or unknown."""
    reading = read_schema(shop_yaml, file="shop.yaml")
    assert reading.schema is not None

    paths = [table.path for table in reading.schema.tables]
    for table in reading.schema.tables:
        parts = [*table.columns, *table.foreign_keys, *table.constraints]
        parts += [column.rule for column in table.columns if column.rule]
        parts += [rule for column in table.columns for rule in column.conditional_rules]
        parts += [rule.condition for column in table.columns for rule in column.conditional_rules]
        parts += [parent for key in table.foreign_keys for parent in key.parents]
        paths += [part.path for part in parts]

    assert set(paths) <= set(reading.places)


@pytest.mark.parametrize(
    ("said", "kind", "options"),
    [
        ("first_name", "first_name", {}),
        ({"type": "range", "min": 1, "max": 10}, "range", {"min": 1, "max": 10}),
        ({"kind": "phone", "type": "mobile"}, "phone", {"type": "mobile"}),
        ({"type": "choice", "value": ["a", 1, None]}, "choice", {"value": ["a", 1, None]}),
        ({"range": {"min": 0.10, "max": 10}}, "range", {"min": "0.1", "max": 10}),
        ({"choice": {"value": ["a"]}}, "choice", {"value": ["a"]}),
        ({"choice": ["a", "b"]}, "choice", {"value": ["a", "b"]}),
        (["a", "b"], "choice", {"value": ["a", "b"]}),
        ({"choice": {"new": 3, "done": 1.5}}, "choice", {"value": {"new": 3, "done": "1.5"}}),
        ({"pattern": {"pattern": "A-##"}}, "pattern", {"pattern": "A-##"}),
        ({"one_of": {"new": 3}}, "one_of", {"value": {"new": 3}}),
        ({"choice": {"weights": {"a": 1}}}, "choice", {"weights": {"a": 1}}),
        ({"uuid": None}, "uuid", {}),
        ({"type": "range", "parameters": {"min": 1}, "max": 2}, "range", {"min": 1, "max": 2}),
        ({"type": "range", "options": {"min": 1}}, "range", {"min": 1}),
        ({"type": "choice", "options": ["a"]}, "choice", {"options": ["a"]}),
        (
            {"custom_class": "A", "custom_method": "m", "parameters": {"x": 1.5}},
            "custom",
            {"custom_class": "A", "custom_method": "m", "parameters": {"x": "1.5"}},
        ),
        (
            {"type": "custom", "custom_class": "A", "custom_method": "m"},
            "custom",
            {"custom_class": "A", "custom_method": "m"},
        ),
    ],
)
def test_rules_have_many_spellings(said: Any, kind: str, options: dict[str, Any]) -> None:
    """Promise 1.9, and the short forms. Numbers with a point stay as written, as text."""
    rule = read_rule(said)

    assert (rule.kind, rule.options) == (kind, options)
    assert json.loads(json.dumps(rule.options)) == rule.options


def test_numbers_with_a_point_are_never_rounded() -> None:
    """A double would make 0.1 of the first and 1 of the second; both stay what was written."""
    digits = "0.1000000000000000000000000000000000000001"
    schema = read(f"tables: [{{name: t, columns: [{{name: c, rule: {{type: range, min: {digits}, max: 1.00}}}}]}}]")

    rule = schema.tables[0].columns[0].rule
    assert rule is not None
    assert rule.options == {"min": digits, "max": "1.00"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("int", "int"), ("Integer", "int"), ("BIGINT", "int"), ("str", "str"), ("string", "str"), ("text", "str"),
        ("varchar", "str"), ("float", "float"), ("double", "float"), ("real", "float"), ("decimal", "decimal"),
        ("numeric", "decimal"), ("money", "decimal"), ("bool", "bool"), ("boolean", "bool"), ("date", "date"),
        ("datetime", "datetime"), ("timestamp", "datetime"), ("uuid", "uuid"), ("number", "float"),
    ],
)  # fmt: skip
def test_types_have_many_spellings(said: str, expected: ColumnType) -> None:
    """Letter case aside."""
    assert read_column({"type": said}).type == expected


def test_number_is_decided_by_the_rest_of_the_column() -> None:
    """Digits make it a decimal, a key is whole."""
    assert read_column({"type": "number", "primary_key": True}).type == "int"
    assert read_column({"type": "number", "decimals": 2}).type == "decimal"


def test_a_type_may_state_its_digits() -> None:
    """`decimal(10, 2)` is precision and scale; a text's length is accepted and not enforced, which is said."""
    money = read_column({"type": "DECIMAL(10, 2)"})
    assert (money.precision, money.scale) == (10, 2)

    reading = read_document({"tables": [{"name": "t", "columns": [{"name": "c", "type": "varchar(30)"}]}]})
    assert reading.faults == ()
    assert "30 is not enforced" in reading.warnings[0].what


@pytest.mark.parametrize("said", ["PK", ["pk"], ["primary_key"], "Primary Key", ["PRIMARY_KEY", "not null"]])
def test_a_primary_key_has_many_spellings(said: Any) -> None:
    """However it is said, it is a key and never NULL."""
    column = read_column({"constraints": said})

    assert (column.primary_key, column.nullable) == (True, False)
    assert read_column({"primary_key": True}).primary_key
    assert read_table({"columns": [{"name": "c"}], "primary_key": "c"}).tables[0].columns[0].primary_key


@pytest.mark.parametrize(
    ("body", "nullable", "rate"),
    [
        ({}, True, "0"),
        ({"nullable": True}, True, "0"),
        ({"nullable": False}, False, "0"),
        ({"nullable": 0.25}, True, "0.25"),
        ({"nullable": "5%"}, True, "0.05"),
        ({"null_rate": "12.5 %"}, True, "0.125"),
        ({"null_rate": 1}, True, "1"),
        ({"constraints": ["NOT NULL"]}, False, "0"),
        ({"constraints": ["not_null", "UNIQUE"]}, False, "0"),
    ],
)
def test_null_has_many_spellings(body: dict[str, Any], *, nullable: bool, rate: str) -> None:
    """A share may be a number or a percentage."""
    column = read_column(body)

    assert (column.nullable, column.null_rate) == (nullable, Decimal(rate))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"condition": {"column": "other", "value": 1}}, ("==", 1)),
        ({"condition": {"column": "other", "operator": "=", "value": 1}}, ("==", 1)),
        ({"condition": {"column": "other", "operator": "<>", "value": "x"}}, ("!=", "x")),
        ({"condition": {"column": "other", "operator": "NOT_IN", "value": [1, 2.5]}}, ("not in", [1, "2.5"])),
        ({"condition": {"column": "other", "value": None}}, ("==", None)),
        ({"when": "other == 1"}, ("==", 1)),
        ({"when": "other=1"}, ("==", 1)),
        ({"when": '"other" <= 2.50'}, ("<=", "2.50")),
        ({"when": "`other` != 'it''s'"}, ("!=", "it's")),
        ({"when": "other > -3"}, (">", -3)),
        ({"when": "other == active"}, ("==", "active")),
        ({"when": "other == true"}, ("==", True)),
        ({"when": "other in [1, 'two', \"three\"]"}, ("in", [1, "two", "three"])),
        ({"when": "other NOT IN (1, 2)"}, ("not in", [1, 2])),
        ({"condition": "other >= 2026-01-01"}, (">=", "2026-01-01")),
    ],
)
def test_conditions_have_many_spellings(said: dict[str, Any], expected: tuple[str, Any]) -> None:
    """Promise 1.10, and one comparison as text."""
    conditional = read_column({"conditional_rules": [{**said, "rule": "uuid"}]}).conditional_rules[0]

    assert conditional.condition.column == "other"
    assert (conditional.condition.operator, conditional.condition.value) == expected
    assert isinstance(conditional.condition, Condition)


@pytest.mark.parametrize(
    ("said", "expected"), [(3, (3, 3)), ("1..5", (1, 5)), ({"min": 1, "max": 5}, (1, 5)), ({"max": 5}, (0, 5))]
)
def test_fan_out_has_many_spellings(said: Any, expected: tuple[int, int]) -> None:
    """A number means exactly that many."""
    key = read_reference({"parent_table": "p", "parent_column": "id", "child_column": "a", "fan_out": said})

    assert key.fan_out is not None
    assert (key.fan_out.min, key.fan_out.max) == expected


def test_references_have_many_spellings() -> None:
    """An entry of the table, an entry beside the tables, and two short forms in the column mean the same."""
    columns = [{"name": "a"}, {"name": "b"}]
    entry = {"parent_table": "p", "parent_column": "id", "child_column": "a"}
    plural = {"parent_table": "p", "parent_columns": ["id"], "child_columns": ["a"]}
    spelt = [
        read_table({"columns": columns, "foreign_keys": [entry]}, PARENT),
        read_table({"columns": columns, "foreign_keys": [plural]}, PARENT),
        read_table({"columns": columns}, PARENT, foreign_keys=[{"child_table": "t", **entry}]),
        read_table({"columns": [{"name": "a", "references": "p.id"}, {"name": "b"}]}, PARENT),
        read_table({"columns": [{"name": "a", "references": {"table": "p", "column": "id"}}, {"name": "b"}]}, PARENT),
    ]

    keys = [schema.tables[0].foreign_keys for schema in spelt]
    assert {tuple(key.model_dump_json() for key in found) for found in keys} == {(keys[0][0].model_dump_json(),)}
    assert keys[0][0].id == "a"


def test_a_reference_may_have_several_columns_and_a_column_several_references() -> None:
    """Two composite keys may share a column; their ids differ because their columns do."""
    keys = [
        {"parent_table": "p", "parent_columns": ["id", "region"], "child_columns": ["a", "b"]},
        {"parent_table": "p", "parent_column": "region", "child_column": "b"},
    ]
    table = read_table({"columns": [{"name": "a"}, {"name": "b"}], "foreign_keys": keys}, PARENT).tables[0]

    assert [key.id for key in table.foreign_keys] == ["a,b", "b"]


def test_names_with_dots_are_found_in_a_short_reference() -> None:
    """The split that names a known column is the one that is meant."""
    parent = {"table_name": "sales.eu", "columns": [{"name": "id.x", "primary_key": True}]}
    table = read_table({"columns": [{"name": "a", "references": "sales.eu.id.x"}]}, parent).tables[0]

    assert (table.foreign_keys[0].parent_table, table.foreign_keys[0].parent_columns) == ("sales.eu", ("id.x",))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2026-01-02", datetime(2026, 1, 2, tzinfo=UTC)),
        ("2026-01-02 03:04", datetime(2026, 1, 2, 3, 4, tzinfo=UTC)),
        ("2026-01-02T03:04:05.5Z", datetime(2026, 1, 2, 3, 4, 5, 500000, tzinfo=UTC)),
        ("2026-01-02T03:04:05+02:00", datetime(2026, 1, 2, 1, 4, 5, tzinfo=UTC)),
    ],
)
def test_as_of_is_a_moment_in_utc(said: str, expected: datetime) -> None:
    """Whatever zone the reader's machine is in."""
    assert read_table({"columns": [{"name": "c"}]}, as_of=said).as_of == expected


def test_words_mean_what_yaml_1_2_says() -> None:
    """Norway's code is text, and so are dates and switches; null and true are not."""
    text = """
    tables: [{name: t, columns: [{name: c, rule: [no, on, 2026-01-01, 1:30, 0x1F, 0o17, 1e3, ~, True, "1", 1_000]}]}]
    """
    rule = read(text).tables[0].columns[0].rule

    assert rule is not None
    assert rule.options["value"] == ["no", "on", "2026-01-01", "1:30", 31, 15, "1E+3", None, True, "1", "1_000"]


def test_lost_leading_zeros_are_warned_about() -> None:
    """A postal code without quotes is a number, and would lose its zero in silence."""
    reading = read_schema("tables:\n- name: t\n  columns:\n  - name: zip\n    rule: [01234, 12345]\n", file="t.yaml")

    assert reading.faults == ()
    assert [(warning.line, warning.path) for warning in reading.warnings] == [(5, "tables[0].columns[0].rule[0]")]
    assert "01234" in reading.warnings[0].what


@pytest.mark.parametrize("encode", [lambda text: b"\xef\xbb\xbf" + text.encode(), lambda text: "\ufeff" + text])
def test_a_byte_order_mark_is_accepted(encode: Any, company_yaml: str) -> None:
    """Editors on Windows write one."""
    assert read(encode(company_yaml)) == read(company_yaml)


def test_line_endings_of_any_system_are_accepted(company_yaml: str) -> None:
    """Faults would still name the right line, as lines are counted the same."""
    assert read(company_yaml.replace("\n", "\r\n")) == read(company_yaml)


def test_json_may_write_any_character_as_an_escape() -> None:
    """JSON writers escape characters beyond the first plane as two halves, which YAML's parser refuses."""
    document = {"tables": [{"name": "t", "columns": [{"name": "c", "rule": ["\U0001d11e"]}]}]}
    rule = read(json.dumps(document), "t.conf").tables[0].columns[0].rule

    assert rule is not None
    assert rule.options["value"] == ["\U0001d11e"]


def test_editors_and_anchors_have_keys_of_their_own() -> None:
    """`$schema` names the JSON Schema, `x-...` holds what aliases repeat."""
    read('{"$schema": "config.json", "x-any": 1, "tables": [{"name": "t", "columns": [{"name": "c"}]}]}', "t.json")


def test_two_hundred_columns_read_at_once() -> None:
    """Well under half a second, so that an editor can check on every key."""
    columns = [{"name": f"c{j}", "type": "int", "rule": {"type": "range", "min": 1, "max": 10}} for j in range(7)]
    text = json.dumps({"tables": [{"table_name": f"t{i}", "columns": columns} for i in range(30)]}, indent=1)
    started = time.process_time()
    read("# not JSON\n" + text)

    assert time.process_time() - started < 0.5


def test_a_mapping_of_weights_may_stand_for_any_spelling_of_choice() -> None:
    """Reading knows the spellings of that kind, and the kind's own list is the one that counts."""
    choice = kind_named("choice")

    assert choice is not None
    assert {choice.name, *choice.aliases} == CHOICES
