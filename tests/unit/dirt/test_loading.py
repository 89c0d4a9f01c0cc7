"""Who has no dirt loads none of it: a short command must not wait for what it does not use."""

from __future__ import annotations

import subprocess
import sys

from tests.running import environment

SCRIPT = """
import sys, syndata
syndata.generate({"rows": 5, "tables": {"t": {"columns": {"a": "first_name", "b": ["x"]}, DIRT}}})
print(sorted(name for name in sys.modules if "dirt" in name or name.endswith(".damage")))
"""


def loaded(dirt: str) -> str:
    """Modules of dirt that a process has after it made a table."""
    script = SCRIPT.replace("DIRT", dirt)
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(), capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout.strip()


def test_nothing_of_dirt_is_loaded_without_it() -> None:
    assert loaded("") == "[]"


def test_no_kernel_of_damaged_texts_is_loaded_for_values_that_go_missing() -> None:
    found = loaded("'dirt': [{'kind': 'missing', 'columns': 'b', 'rate': 0.5}]")

    assert "syndata_engine.generation.dirt.layer" in found
    assert "rendering.dirty" not in found
