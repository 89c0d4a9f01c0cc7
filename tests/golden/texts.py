"""plan.json and manifest.json of one small dataset, as the command writes them."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import syndata
from tests.golden.datasets import HERE, WHOLE_TEXTS


def whole_texts() -> dict[str, bytes]:
    """Both texts, by the names of their golden files."""
    with TemporaryDirectory() as directory:
        syndata.write(HERE / "schemas" / f"{WHOLE_TEXTS}.yaml", directory)
        return {
            f"{WHOLE_TEXTS}.{name}.json": (Path(directory) / f"{name}.json").read_bytes()
            for name in ("plan", "manifest")
        }
