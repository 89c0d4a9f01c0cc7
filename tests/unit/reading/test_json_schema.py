"""The published JSON Schema accepts what reading accepts, and is the one that the code makes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from syndata_engine.reading import json_schema, read_schema
from syndata_engine.reading.columns import COLUMN_KEYS
from syndata_engine.reading.conditions import CONDITION_KEYS, LOGIC_KEYS
from syndata_engine.reading.dataset import DATASET_KEYS
from syndata_engine.reading.dirt import DIRT_KEYS, RULE_KEYS
from syndata_engine.reading.references import FOREIGN_KEY_KEYS, PARENT_KEYS, REFERENCES_KEYS
from syndata_engine.reading.rules import CONDITIONAL_KEYS, MISSING_KEYS
from syndata_engine.reading.tables import TABLE_KEYS

ROOT = Path(__file__).parents[3]
DOCUMENTS = sorted(
    path
    for folder, pattern in (("examples", "*.json"), ("examples", "*.yaml"), ("libs", "*.yaml"))
    for path in (ROOT / folder).rglob(pattern)
    if re.search(r"^(tables:|\s*\"tables\":)", path.read_text("utf-8"), re.MULTILINE)
)


def refusals(text: str) -> list[str]:
    """What the JSON Schema says against a document. Read as JSON does: no dates, no switches."""
    document = json.loads(json.dumps(yaml.load(text, Loader=yaml.SafeLoader), default=str))
    return [error.message for error in Draft202012Validator(json_schema()).iter_errors(document)]


def test_it_is_a_schema_of_its_draft() -> None:
    """Editors refuse a schema that is not."""
    Draft202012Validator.check_schema(json_schema())


def test_the_published_file_is_what_the_code_makes() -> None:
    """When it is stale, write `json.dumps(json_schema(), indent=1)` and a line break to it."""
    assert (ROOT / "schemas" / "config.json").read_text("utf-8") == json.dumps(json_schema(), indent=1) + "\n"


def test_it_accepts_every_part_of_the_language(company_yaml: str, shop_yaml: str) -> None:
    """What reads without faults is never underlined by an editor."""
    assert refusals(company_yaml) == []
    assert refusals(shop_yaml) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_it_accepts_every_example_and_preset(path: Path) -> None:
    """And so does reading."""
    text = path.read_text("utf-8")

    assert refusals(text) == []
    assert read_schema(text, file=path.name).faults == ()


@pytest.mark.parametrize(
    ("keys", "shape"),
    [
        (DATASET_KEYS, ()),
        (TABLE_KEYS, ("$defs", "table")),
        (COLUMN_KEYS, ("$defs", "column")),
        (CONDITIONAL_KEYS, ("$defs", "conditional")),
        (MISSING_KEYS, ("$defs", "missing")),
        (RULE_KEYS, ("$defs", "dirt")),
        (DIRT_KEYS, ("$defs", "table", "properties", "dirt", "anyOf", 1)),
        (FOREIGN_KEY_KEYS, ("$defs", "foreignKey")),
        (REFERENCES_KEYS, ("$defs", "reference", "anyOf", 1)),
        (PARENT_KEYS, ("$defs", "foreignKey", "properties", "parents", "items", "anyOf", 1)),
        (CONDITION_KEYS, ("$defs", "condition", "anyOf", 0)),
        (LOGIC_KEYS, ("$defs", "condition", "anyOf", 1)),
    ],
)
def test_it_knows_the_keys_that_reading_knows(keys: tuple[str, ...], shape: tuple[Any, ...]) -> None:
    """A key added to one is added to the other; every one of them is explained or obvious."""
    found: Any = json_schema()
    for step in shape:
        found = found[step]

    assert set(found["properties"]) - {"$schema", "child_table"} == set(keys)


@pytest.mark.parametrize(
    "text",
    [
        "rows: 5",
        "tables: []",
        "tables: [{name: t, columns: [{name: a}], colour: red}]",
        "tables: [{name: t, columns: [{type: int}]}]",
        "tables: [{name: t, columns: [{name: a, type: intt}]}]",
        "tables: [{name: t, columns: [{name: a, constraints: [PKK]}]}]",
        "{rows: -1, tables: {t: {columns: {a: uuid}}}}",
        "tables: [{name: t, columns: [{name: a}], dirt: [{kind: tpyo, columns: a, rate: 0.1}]}]",
        "tables: [{name: t, columns: [{name: a}], dirt: {truth: x}}]",
        "{output_format: xlsx, tables: {t: {columns: {a: uuid}}}}",
    ],
)
def test_it_underlines_the_common_mistakes(text: str) -> None:
    """Otherwise it would be no help."""
    assert refusals(text)
    assert read_schema(text, file="t.yaml").faults


def test_the_reference_explains_every_key() -> None:
    """docs/schema-reference.md is written by hand; a key without a word in it is found here."""
    reference = (ROOT / "docs" / "schema-reference.md").read_text("utf-8")
    keys = {
        *DATASET_KEYS,
        *TABLE_KEYS,
        *COLUMN_KEYS,
        *CONDITIONAL_KEYS,
        *FOREIGN_KEY_KEYS,
        *REFERENCES_KEYS,
        *PARENT_KEYS,
    }

    assert [key for key in sorted(keys | set(CONDITION_KEYS)) if f"`{key}`" not in reference] == []


def test_the_examples_of_the_reference_read_without_faults() -> None:
    """What the page shows is what a user copies."""
    reference = (ROOT / "docs" / "schema-reference.md").read_text("utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", reference, re.DOTALL)

    assert len(examples) >= 10
    for text in examples:
        assert read_schema(text, file="t.yaml").faults == ()
        assert refusals(text) == []
