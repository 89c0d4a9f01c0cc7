"""Golden files of the SQL formats; `python -m tests.golden.sql_texts` writes them anew, when README.md allows it.

`sql/digests.json` holds the digest of every part and of the closing bytes, by dataset, table and format. One dataset is kept
whole as text, with the files that create its tables; of another, which has every type, only those files.
"""

from __future__ import annotations

import json
import sys

from blake3 import blake3

from syndata_engine.formats import SQL_FORMATS, schema_files
from tests.golden.datasets import HERE, PARTS, dataset, pieces

FILES = HERE / "sql"
WHOLE = "relational"
EVERY_TYPE = "kinds"
PINNED = ("user", "ecommerce", "company", "departments", WHOLE, "locales", EVERY_TYPE, PARTS)
SHOWN_LINES = 12
"""Lines kept of each table."""


def digests() -> dict[str, dict[str, dict[str, list[str]]]]:
    """The digest of every piece, by dataset, table and format."""
    return {
        name: {
            table: {form: [blake3(piece).hexdigest() for piece in pieces(bound, form)] for form in SQL_FORMATS}
            for table, bound in dataset(name).tables.items()
        }
        for name in PINNED
    }


def contents() -> dict[str, bytes]:
    """Every golden file by its name."""
    found = {"digests.json": json.dumps(digests(), indent=1).encode() + b"\n"}
    for name in (WHOLE, EVERY_TYPE):
        found |= {f"{name}.{file}": body for file, body in schema_files(dataset(name), "sql").items()}
    for table, bound in dataset(WHOLE).tables.items():
        for form in SQL_FORMATS:
            lines = b"".join(pieces(bound, form)).splitlines(keepends=True)
            found[f"{WHOLE}.{table}.{form}"] = b"".join(lines[:SHOWN_LINES])
    return found


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
            path.write_bytes(body)
            sys.stdout.write(f"wrote {name}\n")


if __name__ == "__main__":
    main()
