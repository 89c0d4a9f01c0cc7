"""Dashboards, read by Grafana's own library, where that is installed: `pip install grafana-foundation-sdk`.

It knows every field of every kind of panel. What it does not know is lost when it writes a dashboard again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from deploy.grafana.written import DIRECTORY

sdk = pytest.importorskip("grafana_foundation_sdk.models.dashboard", reason="grafana-foundation-sdk is not installed")


def read_and_written(document: dict[str, Any]) -> Any:
    """A dashboard as Grafana's library understands it."""
    encoder, plugins = (import_module(f"grafana_foundation_sdk.cog.{name}") for name in ("encoder", "plugins"))
    plugins.register_default_plugins()
    return json.loads(encoder.JSONEncoder().encode(sdk.Dashboard.from_json(document)))


def lost(before: Any, after: Any, place: str = "") -> Iterator[str]:
    """Places whose value is gone, or another one."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name, value in before.items():
            yield from lost(value, after[name], f"{place}.{name}") if name in after else [f"{place}.{name}"]
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from lost(one, other, f"{place}[{number}]")
    elif before != after:
        yield place


@pytest.mark.parametrize("name", sorted(path.name for path in DIRECTORY.glob("*.json")))
def test_grafanas_library_knows_every_field(name: str) -> None:
    document = json.loads((DIRECTORY / name).read_text(encoding="utf-8"))

    assert list(lost(document, read_and_written(document))) == []


def test_what_grafana_does_not_know_would_be_seen() -> None:
    """In a panel's options, and in the dashboard itself."""
    document = json.loads(next(DIRECTORY.glob("*.json")).read_text(encoding="utf-8"))
    document["unknown"] = 1
    panel = next(number for number, panel in enumerate(document["panels"]) if panel["type"] == "stat")
    document["panels"][panel]["options"]["unknown"] = 1

    assert set(lost(document, read_and_written(document))) == {".unknown", f".panels[{panel}].options.unknown"}
