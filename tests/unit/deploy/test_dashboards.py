"""Dashboards: written by a script, provisioned from files, asking what Prometheus understands."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.grafana.panels import COLUMNS, queries
from deploy.grafana.written import DIRECTORY, texts

PROVISIONING = DIRECTORY.parent / "provisioning"
QUESTIONS = {
    "Is it healthy?",
    "What are jobs doing?",
    "Where is time going?",
    "What does a workspace cost?",
}


def dashboards() -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(DIRECTORY.glob("*.json"))}


def test_the_files_are_what_the_script_writes() -> None:
    """Stale? `python -m deploy.grafana` writes them anew."""
    assert {path.name: path.read_text(encoding="utf-8") for path in DIRECTORY.iterdir()} == texts()


def test_there_is_one_dashboard_per_question() -> None:
    assert {one["title"] for one in dashboards().values()} == QUESTIONS
    assert [name for name, one in dashboards().items() if one["uid"] != name] == []


@pytest.mark.parametrize("name", dashboards())
def test_every_panel_says_what_it_shows_and_has_its_own_place(name: str) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in dashboards()[name]["panels"]:
        assert panel["title"]
        assert panel.get("description") or panel["options"].get("content")
        place = panel["gridPos"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                 for y in range(place["y"], place["y"] + place["h"])}  # fmt: skip
        assert place["x"] + place["w"] <= COLUMNS
        assert not cells & taken, panel["title"]
        taken |= cells


def test_panels_ask_a_source_that_is_provisioned() -> None:
    sources = yaml.safe_load((PROVISIONING / "datasources" / "sources.yml").read_text(encoding="utf-8"))["datasources"]
    known = {source["uid"]: source["type"] for source in sources}
    asked = [panel["datasource"] for one in dashboards().values() for panel in one["panels"] if "datasource" in panel]

    assert asked
    assert [one for one in asked if known.get(one["uid"]) != one["type"]] == []
    for source in sources:
        for destination in source.get("jsonData", {}).get("exemplarTraceIdDestinations", ()):
            assert destination["datasourceUid"] in known


def test_grafana_looks_where_the_dashboards_are() -> None:
    (provider,) = yaml.safe_load((PROVISIONING / "dashboards" / "syndata.yml").read_text(encoding="utf-8"))["providers"]

    assert provider["options"]["path"] == "/etc/grafana/dashboards"
    assert provider["allowUiUpdates"] is False, "what is changed there would be lost"


def test_every_query_is_understood_by_prometheus(tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        reason = "promtool is not installed (Debian, Ubuntu: apt-get install prometheus)"
        if "prometheus" in os.environ.get("SYNDATA_REQUIRE", ""):
            pytest.fail(f"SYNDATA_REQUIRE names prometheus, but {reason}", pytrace=False)
        pytest.skip(reason)
    asked = [query for one in dashboards().values() for query in queries(one)]
    rules = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(asked)]
    path = tmp_path / "queries.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}), encoding="utf-8")

    done = subprocess.run([promtool, "check", "rules", path], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(asked)} rules found" in done.stdout
