"""How an extra of this distribution is installed beside what runs: from where that itself came."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

_NAME = "syndata"


def to_install(extra: str) -> str:
    """What to type for an extra (of pyproject.toml) to be there: the fix of a refusal for want of it."""
    checkout = Path(__file__).resolve().parents[2]
    if _is_checkout(checkout):
        return f"make install in {checkout}, or pip install '{_NAME}[{extra}] @ {checkout.as_uri()}'"
    source = _source()
    return f"pip install '{_NAME}[{extra}] @ {source}'" if source else f"pip install '{_NAME}[{extra}]'"


def _is_checkout(folder: Path) -> bool:
    """Whether this code lies in the repository's own folder, and not among installed packages."""
    try:
        return f'name = "{_NAME}"' in (folder / "pyproject.toml").read_text(encoding="utf-8")
    except OSError:
        return False


def _source() -> str | None:
    """The folder, archive or repository that the installed distribution came from; None: an index (PEP 610)."""
    try:
        told = json.loads(distribution(_NAME).read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return None
    url, repository = told.get("url"), told.get("vcs_info")
    return f"{repository['vcs']}+{url}@{repository['commit_id']}" if url and repository else url
