"""What a refusal says to type works for who runs from a checkout, from a folder, from Git and from an index."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from syndata_contracts import installing
from syndata_contracts.installing import to_install
from tests.running import REPOSITORY


class Installed:
    """A distribution that came from somewhere."""

    def __init__(self, told: dict[str, Any] | None) -> None:
        self._told = told

    def read_text(self, name: str) -> str | None:
        assert name == "direct_url.json"
        return None if self._told is None else json.dumps(self._told)


def test_a_checkout_is_told_its_own_folder() -> None:
    assert to_install("up") == f"make install in {REPOSITORY}, or pip install 'syndata[up] @ {REPOSITORY.as_uri()}'"


@pytest.mark.parametrize(
    ("told", "typed"),
    [
        (None, "pip install 'syndata[up]'"),
        ({"url": "file:///srv/my%20code", "dir_info": {}}, "pip install 'syndata[up] @ file:///srv/my%20code'"),
        (
            {"url": "https://example.org/s.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
            "pip install 'syndata[up] @ git+https://example.org/s.git@abc'",
        ),
    ],
    ids=["index", "folder", "repository"],
)
def test_what_is_installed_is_told_where_it_came_from(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: dict[str, Any] | None, typed: str
) -> None:
    monkeypatch.setattr(installing, "__file__", str(tmp_path / "site-packages" / "syndata_contracts" / "installing.py"))
    monkeypatch.setattr(installing, "distribution", lambda _name: Installed(told))

    assert to_install("up") == typed
    Requirement(typed.split("'")[1])


def test_every_extra_that_is_named_is_one() -> None:
    known = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    sources = [path.read_text() for room in ("libs", "services") for path in (REPOSITORY / room).rglob("*.py")]
    named = [text.split('to_install("')[1].split('"')[0] for text in sources if 'to_install("' in text]

    assert named
    assert set(named) <= set(known)
    assert not any("pip install 'syndata[" in text for text in sources if "def to_install" not in text)
