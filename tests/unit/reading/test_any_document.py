"""Whatever is read, reading ends with a schema or with faults, never with an exception."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syndata_contracts.schema import DatasetSchema
from syndata_engine.reading import Reading, read_document, read_schema

WORDS = st.sampled_from(
    [
        "syndata",
        "name",
        "table_name",
        "id",
        "rows",
        "locale",
        "columns",
        "foreign_keys",
        "unique",
        "primary_key",
        "constraints",
        "type",
        "precision",
        "scale",
        "rule",
        "conditional_rules",
        "condition",
        "when",
        "column",
        "operator",
        "value",
        "nullable",
        "null_rate",
        "references",
        "sensitivity",
        "parent_table",
        "table",
        "parent_column",
        "child_column",
        "child_table",
        "fan_out",
        "min",
        "max",
        "owning",
        "choice",
        "depth",
        "roots",
        "type_column",
        "parents",
        "label",
        "weight",
        "later",
        "earlier",
        "strict",
        "seed",
        "as_of",
        "secret_id",
        "output_format",
        "tables",
        "custom_class",
        "parameters",
        "options",
        "range",
        "kind",
    ]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    WORDS,
    st.sampled_from(
        ["PK", "FK", "now", "5%", "1..5", "a.b", "t.c", "c > d", "c == 1", "c in [1]", "int", "decimal(3,9)"]
    ),
)
KEYS = st.one_of(WORDS, st.text(max_size=8))
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=25
)


def ends_well(reading: Reading, *, has_lines: bool) -> None:
    """A reading without faults has a schema, and every fault of a text has a place."""
    assert reading.schema is not None or reading.faults
    for fault in (*reading.faults, *reading.warnings):
        assert fault.what
        assert fault.fix
        assert (fault.line is not None and fault.column is not None) == has_lines
        assert fault.path == "" or not has_lines or reading.locate(fault) == fault
    if reading.schema is not None:
        dumped = reading.schema.model_dump(mode="json")
        assert DatasetSchema.model_validate(json.loads(json.dumps(dumped))).model_dump(mode="json") == dumped


@given(st.dictionaries(KEYS, VALUES, max_size=6) | VALUES)
@settings(max_examples=200, deadline=None)
def test_any_value_is_read_to_an_end(document: Any) -> None:
    """As Python values, as JSON and as YAML."""
    ends_well(read_document(document), has_lines=False)
    ends_well(read_schema(json.dumps(document), file="any.json"), has_lines=True)
    ends_well(read_schema(json.dumps(document), file="any.yaml"), has_lines=True)


@given(st.text(max_size=200) | st.binary(max_size=200), st.sampled_from(["a.json", "a.yaml", "a"]))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_to_an_end(text: str | bytes, file: str) -> None:
    """Also what is no text at all."""
    ends_well(read_schema(text, file=file), has_lines=True)


@given(
    st.lists(
        st.sampled_from([*"-:[]{}&*!|>'\"#%@`,? \n\t", "a", "1", "tables", "&a", "*a", "<<", "\n  ", "- "]), max_size=40
    )
)
@settings(max_examples=200, deadline=None)
def test_any_punctuation_is_read_to_an_end(parts: list[str]) -> None:
    """YAML's grammar is large; whatever its parser says, reading says it as faults."""
    ends_well(read_schema("".join(parts), file="a.yaml"), has_lines=True)


def nodes_of(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside a document."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, child in children for found in nodes_of(child, (*path, key)))]


def mutate(document: Any, path: tuple[Any, ...], action: str, value: Any) -> Any:
    """A copy in which one value is deleted, renamed, doubled or replaced."""
    root = {"root": copy.deepcopy(document)}
    holder: Any = root
    for key in ("root", *path)[:-1]:
        holder = holder[key]
    last = ("root", *path)[-1]
    if action == "delete" and path:
        del holder[last]
    elif action == "rename" and path and isinstance(holder, dict):
        holder[str(last) + "x"] = holder.pop(last)
    elif action == "double" and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[last]))
    else:
        holder[last] = value
    return root["root"]


@pytest.mark.parametrize("which", ["company", "shop"])
@given(data=st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_slip_in_a_sound_document_reads_clean_or_gives_faults_with_lines(
    which: str, company_yaml: str, shop_yaml: str, data: st.DataObject
) -> None:
    """Also when several slips come together."""
    document = yaml.safe_load(company_yaml if which == "company" else shop_yaml)
    document = json.loads(json.dumps(document, default=str))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(nodes_of(document)))
        action = data.draw(st.sampled_from(["delete", "rename", "double", "replace"]))
        document = mutate(document, path, action, data.draw(VALUES))

    reading = read_schema(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), file="a.yaml")
    ends_well(reading, has_lines=True)
    from_json = read_schema(json.dumps(document), file="a.json")
    ends_well(from_json, has_lines=True)


@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_one_misspelt_key_is_one_fault(company: dict[str, Any], data: st.DataObject) -> None:
    """A slip of one letter in any key of the language causes one fault and no others."""
    keyed = [path for path in nodes_of(company) if path and isinstance(path[-1], str) and "rule" not in path]
    keyed = [path for path in keyed if len(path[-1]) > 4]
    path = data.draw(st.sampled_from(keyed))
    reading = read_document(mutate(company, path, "rename", None))

    assert len(reading.faults) == 1, reading.faults
    assert f"did you mean `{path[-1]}`?" in reading.faults[0].fix
