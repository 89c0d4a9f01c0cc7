"""Alerts: their files, what raises them, and what to do then."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[3]
PROMETHEUS = REPOSITORY / "deploy" / "prometheus"
RUNBOOK = REPOSITORY / "docs" / "runbook.md"
RULES = sorted((PROMETHEUS / "rules").glob("*.yml"))
STORIES = sorted((PROMETHEUS / "tests").glob("*.yml"))
PROMISED = {
    "job failures": "JobsFailing",
    "long-running jobs": "JobRunsLong",
    "high memory": "MemoryHigh",
    "API errors": "ApiErrors",
}
HARMLESS_LABELS = {"job", "instance", "dependency", "queue", "status"}
"""None of them holds a word that a user wrote."""


def rules() -> list[dict[str, Any]]:
    return [
        rule
        for path in RULES
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
    ]


def alerts() -> dict[str, dict[str, Any]]:
    found = [rule for rule in rules() if "alert" in rule]
    named = {rule["alert"]: rule for rule in found}
    assert len(named) == len(found), "two alerts have the same name"
    return named


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.fixture
def promtool() -> str:
    found = shutil.which("promtool")
    if found is None:
        reason = "promtool is not installed (Debian, Ubuntu: apt-get install prometheus)"
        if "prometheus" in os.environ.get("SYNDATA_REQUIRE", ""):
            pytest.fail(f"SYNDATA_REQUIRE names prometheus, but {reason}", pytrace=False)
        pytest.skip(reason)
    return found


def test_every_promised_alert_exists() -> None:
    assert set(PROMISED.values()) <= set(alerts())


@pytest.mark.parametrize("name", alerts())
def test_an_alert_says_how_bad_it_is_what_happened_and_where_to_read_on(name: str) -> None:
    alert = alerts()[name]
    notes = alert["annotations"]

    assert alert["labels"]["severity"] in {"critical", "warning"}
    assert notes["summary"]
    assert notes["description"]
    assert re.fullmatch(r"\d+[mh]", alert["for"]), "it would fire over a single look"
    assert notes["runbook_url"] == f"docs/runbook.md#{name.lower()}"
    assert name.lower() in anchors(RUNBOOK)


@pytest.mark.parametrize("name", alerts())
def test_an_alert_holds_nothing_that_users_wrote(name: str) -> None:
    notes = " ".join(alerts()[name]["annotations"].values())

    assert set(re.findall(r"\$labels\.(\w+)", notes)) <= HARMLESS_LABELS


def test_the_runbook_describes_no_alert_that_does_not_exist() -> None:
    described = re.findall(r"^### ([A-Z][A-Za-z]+)$", RUNBOOK.read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(described) == sorted(alerts())


@pytest.mark.parametrize("name", alerts())
def test_an_alert_has_a_story_in_which_it_fires_and_one_in_which_it_does_not(name: str) -> None:
    told = [story["name"] for path in STORIES for story in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]]

    assert any(story.startswith(f"{name} fires: ") for story in told)
    assert any(story.startswith(f"{name} is silent: ") for story in told)


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_a_story_looks_for_what_its_name_says(path: Path) -> None:
    """The name alone decides whether the alert is to be there."""
    for story in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]:
        (looked,) = story["promql_expr_test"]
        name, fires = story["name"].split(" ")[0], " fires: " in story["name"]
        assert f'alertname="{name}",alertstate="firing"' in looked["expr"]
        assert bool(looked["exp_samples"]) is fires, story["name"]


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_alerts_fire_when_they_should_and_else_are_silent(promtool: str, path: Path) -> None:
    done = subprocess.run([promtool, "test", "rules", path], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_prometheus_accepts_the_configuration_and_its_rules(promtool: str) -> None:
    done = subprocess.run(
        [promtool, "check", "config", PROMETHEUS / "prometheus.yml"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("rule files found") == 1
    for path in RULES:
        assert path.name in done.stdout


def test_prometheus_asks_every_service() -> None:
    """By name, so that it finds as many as there are."""
    asked = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text(encoding="utf-8"))["scrape_configs"]
    services = {one["job_name"]: one["dns_sd_configs"] for one in asked if one["job_name"].startswith("syndata-")}

    assert services == {
        f"syndata-{name}": [{"names": [name], "type": "A", "port": 8000, "refresh_interval": "15s"}]
        for name in ("gateway", "schema", "profiler", "generator", "export")
    }
