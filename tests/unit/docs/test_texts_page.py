"""What docs/texts.md shows can be copied."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from syndata_engine.generation.kinds import registry
from tests.running import REPOSITORY
from tests.unit.kinds.making import dataset_of

PAGE = (REPOSITORY / "docs" / "texts.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
CODE = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES)
def test_its_documents_make_rows(text: str) -> None:
    dataset = dataset_of(text)

    for table in dataset.tables.values():
        rows = table.batch(0, table.planned.rows)
        assert rows.num_rows == yaml.safe_load(text)["tables"][table.planned.name]["rows"]


def test_there_are_examples_of_everything() -> None:
    assert len(EXAMPLES) == 5
    assert len(CODE) == 1


def test_its_python_runs() -> None:
    registry.all_kinds()  # what is loaded later would be forgotten below, and not loaded again
    kinds, names = dict(registry.KINDS), dict(registry._ALIASES)
    space: dict[str, Any] = {}
    try:
        exec(compile(CODE[0], "docs/texts.md", "exec"), space)  # noqa: S102 -- our own page
        rows = space["tables"]["parcels"].to_pylist()
    finally:
        for known, before in ((registry.KINDS, kinds), (registry._ALIASES, names)):
            for name in set(known) - set(before):
                del known[name]

    assert all(3.5 <= float(row["postage"]) - row["weight"] < 4.5 for row in rows)
