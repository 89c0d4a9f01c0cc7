"""What a command line makes, once it is verified."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from tests.running import Command

Row = dict[str, str]


def made(inside: Command, folder: Path, *arguments: Any) -> dict[str, list[Row]]:
    """The tables that a command line makes, once verified."""
    outcome = inside("generate", *arguments, "--output-dir", "out")
    assert outcome.code == 0, outcome.err
    assert inside("verify", "out").code == 0
    return {path.stem: list(csv.DictReader(path.read_text().splitlines())) for path in (folder / "out").glob("*.csv")}


def written(folder: Path, document: Any, name: str = "config.yaml") -> Path:
    """A document as a file."""
    path = folder / name
    path.write_text(json.dumps(document) if name.endswith(".json") else document)
    return path
