"""Lists of fields, as three other tools write them, are configurations as they stand."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest

import syndata
from syndata_contracts.errors import Refused
from syndata_engine.generation.kinds.registry import check_rule
from syndata_engine.reading import read_document, read_schema
from tests.running import REPOSITORY

TEMPLATE: dict[str, Any] = {
    "name": "User Template",
    "description": "people",
    "schema_fields": [
        {"name": "id", "field_type": "uuid", "nullable": False},
        {"name": "full_name", "field_type": "name", "nullable": False},
        {"name": "email", "field_type": "email", "nullable": True},
        {"name": "age", "field_type": "integer", "nullable": True},
    ],
}
"""Promise 2.4."""
JOB: dict[str, Any] = {
    "schema": {
        "fields": [
            {"name": "employee_id", "type": "uuid", "description": "tells employees apart"},
            {"name": "name", "type": "string"},
            {"name": "email", "type": "email"},
            {"name": "age", "type": "integer", "constraints": {"min_value": 18, "max_value": 65}},
        ]
    },
    "total_rows": 300,
    "chunk_size": 100,
    "output_format": "csv",
}
"""Promises 3.2 and 3.7."""
PATIENTS = {
    "patient_id": "number",
    "diagnosis_code": "icd10_code",
    "email": "email",
    "visit_date": "date",
    "notes": "text",
}
"""Promise 4.2."""


def made(document: dict[str, Any], rows: int | None = None) -> list[dict[str, Any]]:
    """The rows of the one table."""
    (table,) = syndata.generate(document, rows=rows).values()
    return list(table.to_pylist())


def faults(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Path and text of everything that is wrong."""
    return [(fault.path, fault.what) for fault in read_document(document, check_rule=check_rule).faults]


def test_a_template_makes_its_fields() -> None:
    rows = made(TEMPLATE, 50)

    assert list(rows[0]) == ["id", "full_name", "email", "age"]
    assert len({row["id"] for row in rows}) == 50
    assert all("@" in row["email"] and " " in row["full_name"] and 0 <= row["age"] <= 130 for row in rows)
    assert list(syndata.generate(TEMPLATE)) == ["User Template"]


def test_bounds_and_rows_of_a_job_are_met() -> None:
    rows = made(JOB)

    assert len(rows) == 300
    assert {18, 65} < {row["age"] for row in rows} <= set(range(18, 66))
    assert len({row["employee_id"] for row in rows}) == 300


def test_names_with_types_are_a_schema() -> None:
    rows = made(PATIENTS, 15)

    assert [row["patient_id"] for row in rows] == list(range(1, 16))
    assert all(re.fullmatch(r"[A-TV-Z]\d\d\.\d", row["diagnosis_code"]) for row in rows)
    assert all(isinstance(row["visit_date"], date) and row["notes"].endswith(".") for row in rows)


@pytest.mark.parametrize("document", [TEMPLATE, JOB, PATIENTS])
def test_any_rows_are_those_of_the_whole(document: dict[str, Any]) -> None:
    (name,) = syndata.generate(document, rows=40)

    assert syndata.rows(document, name, 13, 9, rows=40) == syndata.generate(document, rows=40)[name].slice(13, 9)


def test_the_examples_of_the_reference_can_be_made() -> None:
    page = (REPOSITORY / "docs" / "schema-reference.md").read_text()
    examples = re.findall(r"```json\n(.*?)```", page.split("## A list of fields")[1].split("\n## ")[0], re.DOTALL)

    assert len(examples) == 3
    assert all(syndata.generate(json.loads(text), rows=5, strict=True) for text in examples)


@pytest.mark.parametrize("document", [TEMPLATE, JOB, PATIENTS])
def test_they_are_read_from_a_text_as_well(document: dict[str, Any]) -> None:
    reading = read_schema(json.dumps(document), file="template.json", check_rule=check_rule)

    assert (reading.faults, reading.warnings) == ((), ())


def test_what_other_constraints_say_is_kept() -> None:
    fields = [
        {"name": "code", "type": "string", "constraints": {"pattern": "[a-c]{3}-[0-9]{6}", "unique": True}},
        {"name": "state", "type": "enum", "constraints": {"enum": ["on", "off"]}},
        {"name": "day", "type": "date", "constraints": {"min_value": "2025-03-01", "max_value": "2025-03-04"}},
        {"name": "price", "type": "decimal(8,2)", "constraints": {"min_value": 0.5, "max_value": 0.75}},
    ]
    rows = made({"fields": fields, "rows": 200})

    assert len({row["code"] for row in rows}) == 200
    assert all(re.fullmatch("[a-c]{3}-[0-9]{6}", row["code"]) for row in rows)
    assert {row["state"] for row in rows} == {"on", "off"}
    assert {row["day"].isoformat() for row in rows} == {f"2025-03-0{day}" for day in range(1, 5)}
    assert all(0.5 <= row["price"] <= 0.75 for row in rows)


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"x": "int", "id": "int"}, "id"),
        ({"order_id": "uuid", "shop_id": "uuid"}, "order_id"),
        ({"city": "city", "shop_id": "int"}, None),
        ({"id": {"type": "int", "nullable": True}}, None),
        ({"id": "int", "code": {"type": "uuid", "primary_key": True}}, "code"),
        ({"id": {"type": "int", "primary_key": False}}, None),
    ],
)
def test_which_field_is_the_key(fields: dict[str, Any], key: str | None) -> None:
    reading = read_document({"fields": fields}, check_rule=check_rule)
    assert reading.schema is not None
    marked = [column.name for column in reading.schema.tables[0].columns if column.primary_key]

    assert marked == ([key] if key else [])


def test_a_reference_to_nothing_is_told() -> None:
    """It makes numbers; who is strict is refused."""
    document = {"visit_id": "number", "doctor_id": "foreign_key"}

    assert all(1 <= row["doctor_id"] <= 1000 for row in made(document, 20))
    with pytest.raises(Refused, match="refers to nothing"):
        syndata.generate(document, strict=True)


def test_all_faults_of_a_list_are_told_at_once_with_their_places() -> None:
    text = """\
name: a/b
total_rows: -1
fields:
  - {name: a, type: integr}
  - {name: b, type: emial}
  - {name: c, type: int, constraints: {size: 3}}
  - {name: d, type: string, constraints: {enum: [x], min_value: 1}}
  - {type: int}
  - {name: e}
  - {name: a, type: int}
  - {name: f, type: int, nullable: maybe}
  - 7
"""
    found = read_schema(text, file="t.yaml", check_rule=check_rule).faults

    assert [fault.line for fault in found] == [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert all(fault.fix for fault in found)
    assert "did you mean integer?" in found[2].fix
    assert "email" in found[3].fix


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"fields": []}, "fields"),
        ({"fields": {}}, "fields"),
        ({"fields": "name"}, "fields"),
        ({"schema": 5}, "schema"),
        ({"schema": {"fields": None}}, "schema.fields"),
        ({"fields": {"": "int"}}, 'fields[""]'),
        ({"fields": {"a": 5}}, "fields.a"),
        ({"fields": {"a": "int"}, "colour": "red"}, "colour"),
        ({"fields": {"a": "int"}, "schema_fields": {"a": "int"}}, "fields"),
        ({"fields": {"a": "int"}, "chunk_size": 0}, "chunk_size"),
        ({"patient_id": "numbr", "email": "email"}, "patient_id"),
    ],
)
def test_what_is_no_list_of_fields_is_refused(document: dict[str, Any], path: str) -> None:
    assert [where for where, _ in faults(document)] == [path]
    with pytest.raises(Refused):
        syndata.generate(document)


@pytest.mark.parametrize("document", [{"rows": 5}, {"name": "shop", "locale": "de_AT"}, {"table": []}])
def test_a_document_without_tables_is_still_told_so(document: dict[str, Any]) -> None:
    assert any("tables" in f"{path} {what}" for path, what in faults(document)), faults(document)


def test_a_list_may_be_of_several_locales_and_real_places() -> None:
    fields = [
        {"name": "city", "type": "city"},
        {"name": "country", "type": "country_code"},
        {"name": "zone", "type": "timezone"},
    ]
    rows = made({"fields": fields, "locale": ["de_DE", "it_IT"], "places": "real", "rows": 60})
    zones = {"DE": "Europe/Berlin", "IT": "Europe/Rome"}

    assert {row["country"] for row in rows} == set(zones)
    assert all(row["zone"] in {zones[row["country"]], "Europe/Zurich"} for row in rows)


def test_bounds_the_wrong_way_round_are_refused() -> None:
    fields = [{"name": "age", "type": "integer", "constraints": {"min_value": 80, "max_value": 18}}]

    with pytest.raises(Refused, match="80"):
        syndata.generate({"fields": fields})
