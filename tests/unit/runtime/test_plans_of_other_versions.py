"""A plan that this version cannot use waits for a version that can; a plan without its secret is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import syndata
from syndata_contracts.errors import Refused, Unavailable
from syndata_contracts.plan import canonical
from syndata_contracts.version import __version__
from syndata_export.jobs import _release
from syndata_runtime.plans import dataset_in

CONFIG = """\
syndata: 1
tables:
  - table_name: canary-table
    rows: 3
    columns: [{ name: canary-column, type: str, rule: first_name }]
"""


def newer_values(plan: dict[str, Any]) -> None:
    plan["tables"][0]["columns"][0]["values_version"] += 1


def newer_kind(plan: dict[str, Any]) -> None:
    plan["schema_"]["tables"][0]["columns"][0]["rule"]["kind"] = "canary-kind"


def newer_schema(plan: dict[str, Any]) -> None:
    plan["schema_"]["tables"][0]["canary-field"] = 1


def newer_vocabulary(plan: dict[str, Any]) -> None:
    plan["vocabularies"] = dict.fromkeys(plan["vocabularies"], "0" * 64)


def written(directory: Path, change: Callable[[dict[str, Any]], None] | None = None, head: str = "") -> str:
    """A plan's file, changed as a newer version would have written it."""
    path = directory / "config.yaml"
    path.write_text(CONFIG.replace("tables:\n", f"{head}tables:\n"))
    plan = json.loads(syndata.plan(path).to_bytes())
    if change is not None:
        change(plan)
    file = directory / "plan.json"
    file.write_bytes(canonical(plan))
    return str(file)


def test_a_plan_of_this_version_is_bound(tmp_path: Path) -> None:
    """Else the tests below would prove nothing."""
    assert list(dataset_in(written(tmp_path)).tables) == ["canary-table"]


@pytest.mark.parametrize("change", [newer_values, newer_kind, newer_schema, newer_vocabulary])
def test_what_another_version_planned_is_left_to_it(tmp_path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """To be tried again, by another process perhaps; and what is told of it names no word of the plan's."""
    with pytest.raises(Unavailable) as unavailable:
        dataset_in(written(tmp_path, change))

    assert __version__ in str(unavailable.value)
    assert "canary" not in str(unavailable.value)


def test_a_plan_whose_secret_is_not_here_is_refused_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SYNDATA_SECRET_PEOPLE", raising=False)
    file = written(tmp_path, head="secret_id: people\n")

    with pytest.raises(Refused, match="SYNDATA_SECRET_PEOPLE"):
        dataset_in(file)
    monkeypatch.setenv("SYNDATA_SECRET_PEOPLE", "enough")
    assert list(dataset_in(file).tables) == ["canary-table"]


def test_the_tenth_release_comes_after_the_ninth() -> None:
    """A manifest names the newest of the versions that made its parts."""
    assert max(["0.9.2", "0.10.0", "0.2.11"], key=_release) == "0.10.0"
