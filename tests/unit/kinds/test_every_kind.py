"""What holds for every kind in the registry."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from syndata_engine.generation.kinds.registry import Kind, all_kinds, kind_named
from tests.unit.kinds.examples import BESIDE, OF_OTHERS, OF_RELATIONS, SPECIAL, example
from tests.unit.kinds.making import batch_of, by, faults_of, file_of, refusal_of, table_of

KINDS = [kind for kind in all_kinds() if kind.name not in OF_RELATIONS | OF_OTHERS]
SPELLINGS = [(kind.name, alias) for kind in KINDS for alias in kind.aliases]
ROWS = 300

UNIQUE = {
    "bic", "choice", "color", "company_suffix", "credit_card", "currency_code", "ean", "email", "file_extension", "hash", "hex_color",
    "iban", "icd10", "imei", "ipv4", "ipv6", "isbn", "job", "language", "language_code", "lei", "locale_code", "mac", "mime_type",
    "nanoid", "national_id", "pattern", "port", "range", "regex", "rgb_color", "semantic_version", "sequence", "timezone", "ulid",
    "username", "uuid", "vin", "word",
}  # fmt: skip
"""Kinds whose columns can be unique, in en_US."""


def named(kinds: list[Kind]) -> list[str]:
    return [kind.name for kind in kinds]


def test_examples_are_of_kinds_that_exist() -> None:
    assert set(SPECIAL) | OF_RELATIONS | OF_OTHERS <= {kind.name for kind in all_kinds()}


@pytest.mark.parametrize("kind", named(KINDS))
def test_a_kind_makes_its_first_type_and_says_what_it_makes(kind: str) -> None:
    """The Arrow column is valid, NULL only where the plan says so, and the same for each row alone."""
    table = table_of({**BESIDE, "x": example(kind)}, ROWS)
    batch = table.batch(0, ROWS)
    column = batch.column("x")
    column.validate(full=True)

    assert table.columns["x"].type.name in (kind_named(kind) or KINDS[0]).types
    assert column.null_count == (ROWS if kind == "null" else 0)
    assert table.batch(137, 138).column("x").to_pylist() == column.slice(137, 1).to_pylist()
    codes = table.columns["x"]
    if codes.code is not None and codes.low is not None and codes.high is not None:
        found = table.span(0, ROWS).get(codes.code)
        assert codes.low <= found.min()
        assert found.max() <= codes.high


@pytest.mark.parametrize(("kind", "alias"), SPELLINGS)
def test_an_alias_is_the_kind_itself(kind: str, alias: str) -> None:
    assert kind_named(alias) is kind_named(kind)
    assert kind_named(alias.upper().replace("_", "-")) is kind_named(kind)


def test_an_alias_makes_the_same_values() -> None:
    first = {kind.name: kind.aliases[0] for kind in KINDS if kind.aliases}
    by_name = batch_of({**BESIDE, **{kind: example(kind) for kind in first}}, 50)
    by_alias = batch_of({**BESIDE, **{kind: example(kind, alias) for kind, alias in first.items()}}, 50)

    assert by_name.equals(by_alias)


@pytest.mark.parametrize("kind", named(KINDS))
def test_an_option_that_a_kind_has_not_is_refused(kind: str) -> None:
    fault = refusal_of({**BESIDE, "x": {"rule": {**example(kind)["rule"], "wrong_option": 1}}})

    assert fault.path == "tables.t.columns.x.rule.wrong_option"
    assert "'wrong_option'" in fault.what
    assert "its options are" in fault.fix


@pytest.mark.parametrize("kind", named([kind for kind in KINDS if kind.options.model_fields]))
def test_an_option_of_the_wrong_shape_is_refused(kind: str) -> None:
    """Every declared option says no to a mapping of nonsense, at its own path or its partner's."""
    fields = (kind_named(kind) or KINDS[0]).options.model_fields
    for name, field in fields.items():
        option = field.alias or name
        if (kind, name) == ("struct", "fields"):
            continue  # any word may name a field
        faults = faults_of(document({**BESIDE, "x": {"rule": {**example(kind)["rule"], option: {"no": ["sense"]}}}}))
        assert any(fault.path.startswith("tables.t.columns.x.rule.") for fault in faults), (option, faults)


def document(columns: dict[str, Any], rows: int = 10) -> dict[str, Any]:
    return {"tables": {"t": {"rows": rows, "columns": columns}}}


@pytest.mark.parametrize("kind", named(KINDS))
def test_a_type_that_a_kind_cannot_make_is_refused(kind: str) -> None:
    """Text, and uuid as text, are always possible; what else a kind makes, it says."""
    types = (kind_named(kind) or KINDS[0]).types
    wrong = next((name for name in ("bool", "date", "int") if name not in types), None)
    if wrong is None:
        pytest.skip("makes every type")
    fault = refusal_of({**BESIDE, "x": {"type": wrong, **example(kind)}})

    assert fault.path.startswith("tables.t.columns.x")


@pytest.mark.parametrize("kind", named(KINDS))
def test_every_kind_can_be_declared_as_text(kind: str) -> None:
    """It is the text that CSV shows for the type the kind makes by itself."""
    plain = table_of({**BESIDE, "x": example(kind)}, 50)
    if plain.columns["x"].type.name in {"str", "uuid"}:
        return
    texts = table_of({**BESIDE, "x": {"type": "str", **example(kind)}}, 50).batch(0, 50).column("x").to_pylist()
    shown = [row[-1] for row in csv.reader(io.StringIO(file_of(plain, "csv").decode(), newline=""))][1:]

    assert texts == shown


@pytest.mark.parametrize("kind", named(KINDS))
def test_unique_columns_are_unique_or_refused(kind: str) -> None:
    column = {**example(kind), "unique": True}
    if kind == "choice":
        column["rule"].pop("weights")
    rows = 3 if kind == "choice" else 4 if kind == "company_suffix" else 30
    if kind not in UNIQUE:
        assert "unique" in refusal_of({**BESIDE, "x": column}, rows).what
        return
    if kind == "regex":
        # Branches could coincide, so only an expression without them can be numbered.
        column["rule"]["regex"] = r"[A-C]{2}\d{3}"
    values = batch_of({**BESIDE, "x": column}, rows).column("x").to_pylist()

    assert len(set(values)) == rows


def test_unknown_kinds_are_refused_with_what_is_near() -> None:
    fault = refusal_of({"x": by("first_nane")})

    assert fault.path == "tables.t.columns.x.rule"
    assert "first_name" in fault.fix


def test_the_default_of_a_dataset_without_seed_is_seed_0() -> None:
    assert batch_of({"x": "full_name"}, 20, seed=0).equals(batch_of({"x": "full_name"}, 20))
    assert not batch_of({"x": "full_name"}, 20, seed=1).equals(batch_of({"x": "full_name"}, 20))
