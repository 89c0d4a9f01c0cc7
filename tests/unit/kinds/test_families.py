"""Kinds are loaded by the family, when one of their names is asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from syndata_engine.generation import kinds
from syndata_engine.generation.kinds import FAMILIES, load


@pytest.mark.parametrize("family", FAMILIES)
def test_the_table_names_every_kind_of_the_family(family: str) -> None:
    assert FAMILIES[family] == tuple(name for kind in load(family) for name in (kind.name, *kind.aliases))


def test_every_file_with_kinds_is_a_family() -> None:
    folder = Path(kinds.__file__).parent
    with_kinds = {path.stem for path in folder.glob("*.py") if "\nKINDS = " in path.read_text(encoding="utf-8")}

    assert with_kinds == set(FAMILIES)


def test_a_dataset_loads_no_family_that_it_does_not_name() -> None:
    """What it reads from files of others is loaded with it, and no more."""
    code = """
import sys
import syndata
syndata.generate({"tables": {"t": {"rows": 3, "columns": {"a": {"rule": "first_name"}}}}})
print(*(name for name in sys.modules if name.startswith("syndata_engine.generation.kinds.")))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.rpartition(".")[2] for name in done.stdout.split()}

    assert "people" in loaded
    assert not loaded & {"network", "national_ids", "ibans", "world", "timelines", "distributions", "nesting"}
