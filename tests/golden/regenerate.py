"""Write the golden files anew: `python -m tests.golden.regenerate`. README.md says when that is allowed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.golden.datasets import FILES, NAMES, dataset, first_rows, remembered
from tests.golden.texts import whole_texts


def contents() -> dict[str, bytes]:
    """Every golden file by its name."""
    found: dict[str, bytes] = {}
    for name in NAMES:
        found[f"{name}.json"] = json.dumps(remembered(name), indent=1).encode() + b"\n"
        for table, bound in dataset(name).tables.items():
            found[f"{name}.{table}.csv"] = first_rows(bound).encode()
    return found | whole_texts()


def main() -> None:
    """Write what changed, and tell which files that were."""
    FILES.mkdir(exist_ok=True)
    wanted = contents()
    for path in sorted(FILES.iterdir()):
        if path.name not in wanted:
            path.unlink()
            sys.stdout.write(f"removed {path.name}\n")
    for name, body in wanted.items():
        path = FILES / name
        if not path.exists() or path.read_bytes() != body:
            Path(path).write_bytes(body)
            sys.stdout.write(f"wrote {name}\n")


if __name__ == "__main__":
    main()
