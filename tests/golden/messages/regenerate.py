"""Write the golden messages anew: `python -m tests.golden.messages.regenerate`. README.md says when that is allowed."""

from __future__ import annotations

import sys

from tests.golden.messages.examples import FILES, contents


def main() -> None:
    """Write what changed, and tell which files that were."""
    wanted = contents()
    for path in sorted(FILES.glob("*.json")):
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
