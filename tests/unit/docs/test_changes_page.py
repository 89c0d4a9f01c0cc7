"""docs/changes.md shows what can be made, and names all that can be said."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pyarrow as pa

import syndata
from syndata_engine.planning.deriving import HISTORY_COLUMNS, HISTORY_ID, LOG_COLUMNS
from syndata_engine.reading.changes import CHANGES_KEYS, CHANGING_KEYS
from tests.running import REPOSITORY

PAGE = (REPOSITORY / "docs" / "changes.md").read_text()
(EXAMPLE,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_the_example_makes_what_the_page_says() -> None:
    made = syndata.generate(EXAMPLE)
    ops = made["customers_log"]["op"].to_pylist()

    assert (ops.count("c"), ops.count("u"), ops.count("d")) == (50, 400, 20)
    inserted = [change["key"]["customer_id"] for change in made["customers_log"].to_pylist() if change["op"] == "c"]
    assert inserted == list(range(1001, 1051))
    assert made["customers_later"].num_rows == 1030
    current = made["customers_history"].filter(made["customers_history"]["is_current"])
    names = made["customers_later"].column_names
    assert sort(current.select(names)) == sort(made["customers_later"])


def test_the_proof_of_the_page_holds(tmp_path: Path) -> None:
    (proof,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    syndata.write(EXAMPLE, tmp_path / "out", output_format="jsonl")

    done = subprocess.run([sys.executable, "-c", proof], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def sort(table: pa.Table) -> pa.Table:
    """By the key."""
    return table.sort_by("customer_id").combine_chunks()


def test_every_key_and_column_is_on_the_page() -> None:
    said = (*CHANGES_KEYS, *CHANGING_KEYS, *LOG_COLUMNS, *HISTORY_COLUMNS, HISTORY_ID)

    assert [one for one in said if f"`{one}`" not in PAGE and one not in CHANGING_KEYS] == []
