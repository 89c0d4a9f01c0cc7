"""docs/kinds.md is what the registry says."""

from __future__ import annotations

import re
from typing import Any

import pytest

from syndata_engine.generation.kinds.registry import all_kinds
from tests.running import REPOSITORY
from tests.unit.kinds.drawings import ROWS, drawing
from tests.unit.kinds.examples import BESIDE, OF_OTHERS
from tests.unit.kinds.limits import LIMITS
from tests.unit.kinds.making import by, table_of
from tests.unit.kinds.reference import PAGE, page
from tests.unit.kinds.related import OF_LINES, OF_ORDERS, related


def test_the_page_is_not_stale() -> None:
    assert PAGE.read_text() == page(), "run: python -m tests.unit.kinds.reference"


def test_every_kind_alias_and_option_is_on_the_page() -> None:
    text = PAGE.read_text()
    for kind in all_kinds():
        section = re.split(r"\n## ", text.split(f"\n## {kind.name}\n", 1)[1])[0]
        assert kind.summary in section
        assert all(f"`{alias}`" in section for alias in kind.aliases)
        assert all(f"`{field.alias or name}`" in section for name, field in kind.options.model_fields.items())


def test_every_kind_has_an_example_a_drawing_and_limits() -> None:
    """But what other packages bring: nothing is known of it here."""
    text = PAGE.read_text()
    for kind in all_kinds():
        section = re.split(r"\n## ", text.split(f"\n## {kind.name}\n", 1)[1])[0]
        assert re.search(r"^- limits: \S.*\w", section, re.MULTILINE), kind.name
        if kind.name not in OF_OTHERS:
            assert "- example: `{type: " in section
            assert "```text\n" in section or "- its shape: `" in section
    assert set(LIMITS) <= {kind.name for kind in all_kinds()}


@pytest.mark.parametrize("kind", sorted({*OF_ORDERS, *OF_LINES}))
def test_examples_of_what_reads_other_rows_are_made(kind: str) -> None:
    table = related(kind)
    column = table.batch(0, 500).column("x")

    assert column.null_count < 500
    assert table.batch(137, 138).column("x").to_pylist() == column.slice(137, 1).to_pylist()


@pytest.mark.parametrize(
    ("values", "lines"),
    [
        (by("constant", value=7), ["7  ████████████████████████████████████████  100.0 %"]),
        ({**by("choice", value=["a", "b"], weights=[3, 1], exact=True)}, ["a  ████████████████████████████████████████  75.0 %", "b  █████████████                             25.0 %"]),
        ({**by("sequence"), "type": "int"}, ["████████████████████████████████████████  101 to 9900"]),
        (by("pattern", pattern="##-######"), [None, None, None, "always 9 characters", None]),
        ({**by("constant", value=1), "null_when": "size == 'S'"}, [None, "1  ████████████████████████████████████████  100.0 %"]),
        (by("null"), ["NULL in 100.0 % of rows"]),
    ],
)  # fmt: skip
def test_drawings_show_how_values_are_spread(values: dict[str, Any], lines: list[str | None]) -> None:
    drawn = drawing(table_of({**BESIDE, "x": values}, ROWS))

    assert len(drawn) == len(lines)
    assert all(wanted in {None, line} for line, wanted in zip(drawn, lines, strict=True)), drawn


def test_pages_refer_to_each_other() -> None:
    reference = (REPOSITORY / "docs" / "schema-reference.md").read_text()

    assert "(kinds.md)" in reference
    assert "(formats.md)" in reference
