"""docs/kinds.md is what the registry says."""

from __future__ import annotations

import re

from syndata_engine.generation.registry import all_kinds
from tests.running import REPOSITORY
from tests.unit.kinds.reference import PAGE, page


def test_the_page_is_not_stale() -> None:
    assert PAGE.read_text() == page(), "run: python -m tests.unit.kinds.reference"


def test_every_kind_alias_and_option_is_on_the_page() -> None:
    text = PAGE.read_text()
    for kind in all_kinds():
        section = re.split(r"\n## ", text.split(f"\n## {kind.name}\n", 1)[1])[0]
        assert kind.summary in section
        assert all(f"`{alias}`" in section for alias in kind.aliases)
        assert all(f"`{field.alias or name}`" in section for name, field in kind.options.model_fields.items())


def test_pages_refer_to_each_other() -> None:
    reference = (REPOSITORY / "docs" / "schema-reference.md").read_text()

    assert "(kinds.md)" in reference
    assert "(formats.md)" in reference
