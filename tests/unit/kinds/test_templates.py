"""Texts composed of other columns."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from tests.unit.kinds.making import Columns, batch_of, by, column_of, file_of, refusal_of, table_of

PERSON: Columns = {
    "first_name": "first_name",
    "last_name": "last_name",
    "email": "email",
    "joined": {"type": "date"},
    "paid": {"type": "decimal(8,2)"},
    "code": "uuid",
    "nick": {"null_rate": 0.5, "rule": "word"},
    "about": by("sentence"),
}


def rows_of(template: str, locale: str = "en_US", **options: Any) -> list[dict[str, Any]]:
    """Rows of a person, with the template's text as `x`."""
    found = batch_of({**PERSON, "x": by("template", template=template, **options)}, 300, locale=locale).to_pylist()
    return list(found)


def test_a_template_holds_the_row_s_own_values() -> None:
    for row in rows_of("{{{first_name} {last_name}}} <{email}> {joined} {paid} {code}"):
        name = f"{row['first_name']} {row['last_name']}"
        assert row["x"] == f"{{{name}}} <{row['email']}> {row['joined']} {row['paid']} {row['code']}"


@pytest.mark.parametrize("locale", ["en_US", "fr_FR", "ru_RU", "ja_JP"])
def test_letter_case_and_initials(locale: str) -> None:
    for row in rows_of(
        "{first_name|upper} {last_name|lower} {last_name|initial}. {last_name | initial | lower}", locale
    ):
        first, last = row["first_name"], row["last_name"]
        assert row["x"] == f"{first.upper()} {last.lower()} {last[0]}. {last[0].lower()}"


def test_slugs_are_made_of_plain_letters_digits_and_hyphens() -> None:
    rows = rows_of("/{joined|slug}/{last_name|slug}/{about|slug}-{code|slug}", "fr_FR")
    accents = str.maketrans("éèêëàâçîïôöûüù", "eeeeaaciioouuu")
    for row in rows:
        words = (
            row["about"].lower().translate(accents).replace("œ", "oe").rstrip(".").replace("'", "-").replace(" ", "-")
        )
        last = row["last_name"].lower().translate(accents).replace(" ", "-")
        assert row["x"] == f"/{row['joined']}/{last}/{words}-{row['code']}"
    assert any("é" in row["about"] for row in rows)


def test_null_makes_the_text_null_or_is_replaced() -> None:
    whole, replaced = rows_of("<{nick}>"), rows_of("<{nick|upper}>", missing="nobody")

    assert {row["nick"] is None for row in whole} == {True, False}
    for row in whole:
        assert row["x"] == (None if row["nick"] is None else f"<{row['nick']}>")
    for row in replaced:
        assert row["x"] == ("<nobody>" if row["nick"] is None else f"<{row['nick'].upper()}>")


def test_the_short_form_and_composed_columns_of_composed_columns() -> None:
    table = {"a": [1, 2], "b": {"rule": {"template": "{a}-{a}"}}, "c": {"rule": {"template": "{b|slug}/{b|slug}!"}}}
    for row in batch_of(table, 20).to_pylist():
        assert row["b"] == f"{row['a']}-{row['a']}"
        assert row["c"] == f"{row['b']}/{row['b']}!"


def test_a_pattern_under_this_name_is_the_rule_pattern() -> None:
    """As it was before templates read columns."""
    assert column_of(by("template", pattern="A-##")) == column_of(by("pattern", pattern="A-##"))
    assert len(set(column_of({"unique": True, **by("template", pattern="A-##")}, 100))) == 100


@pytest.mark.parametrize("mark", [",", '"', "\n", "\\", "'", "é雪"])
def test_every_format_says_the_same(mark: str) -> None:
    columns = {
        **PERSON,
        "x": by("template", template=f'{mark}{{nick}} "{{about}}", {{last_name|slug}}{mark}', missing=mark),
    }
    table = table_of(columns, 50)
    wanted = table.batch(0, 50).column("x").to_pylist()

    assert [row["x"] for row in csv.DictReader(io.StringIO(file_of(table, "csv").decode(), newline=""))] == wanted
    assert [json.loads(line)["x"] for line in file_of(table, "jsonl").decode().splitlines()] == wanted
    assert table.batch(20, 30).column("x").to_pylist() == wanted[20:30]


def test_a_slug_of_nothing_is_an_empty_text_and_no_null() -> None:
    table = table_of({"a": ["!!", "b"], "x": by("template", template="{a|slug}")}, 40)
    lines = file_of(table, "csv").decode().splitlines()[1:]

    assert set(lines) == {'!!,""', "b,b"}
    assert set(table.batch(0, 40).column("x").to_pylist()) == {"", "b"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"template": "{nobody}"}, "has no column 'nobody'"),
        ({"template": "{}"}, "has no column ''"),
        ({"template": "{nick"}, "stands alone"),
        ({"template": "nick}"}, "stands alone"),
        ({"template": "{nick|shout}"}, "'shout'"),
        ({"template": "{code|upper}"}, "no upper form"),
        ({"template": "{paid|initial}"}, "no initial form"),
        ({"template": "{made|slug}"}, "a slug already"),
        ({"template": ""}, "0 characters"),
        ({}, "nothing to compose"),
        ({"template": "{nick}", "pattern": "##"}, "a template and a pattern"),
    ],
)
def test_what_cannot_be_composed_is_refused(options: dict[str, Any], said: str) -> None:
    made = by("template", template="{nick} {nick|slug}")
    fault = refusal_of({**PERSON, "made": made, "x": by("template", **options)})

    assert said in fault.what
    assert fault.path == "tables.t.columns.x.rule.template"


def test_a_template_of_itself_is_refused() -> None:
    fault = refusal_of({"a": by("template", template="{b}"), "b": by("template", template="{a}")})

    assert "defined by each other" in fault.what


def test_a_rule_that_has_no_template_is_refused_at_its_place() -> None:
    assert refusal_of({"x": "template"}).path == "tables.t.columns.x.template"
