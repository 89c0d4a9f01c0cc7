"""Writes the dashboards: `python -m deploy.grafana`."""

from __future__ import annotations

from deploy.grafana.written import DIRECTORY, texts


def main() -> None:
    """Write every dashboard, and remove those that are no more."""
    written = texts()
    DIRECTORY.mkdir(exist_ok=True)
    for path in DIRECTORY.glob("*.json"):
        if path.name not in written:
            path.unlink()
    for name, text in written.items():
        (DIRECTORY / name).write_text(text, encoding="utf-8")


main()
