"""Strategies, typed as a user types them."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import syndata
from tests.running import REPOSITORY, Command


def test_strategies_are_listed_with_the_schemas_of_their_parameters(inside: Command) -> None:
    outcome = inside("strategies", "--json")

    assert outcome.code == 0
    listed = {one["name"]: one["parameters"] for one in outcome.document["strategies"]}
    assert set(listed) == {"tabular_random", "customer_data", "time_series", "event_stream", "graph"}
    for schema in listed.values():
        Draft202012Validator.check_schema(schema)
    assert all(name in inside("strategies").out for name in listed)


def test_the_parameters_of_one_are_shown(inside: Command) -> None:
    outcome = inside("strategies", "graph")

    assert outcome.code == 0
    assert all(each.name in outcome.out for one in syndata.STRATEGIES if one.name == "graph" for each in one.parameters)


def test_what_is_typed_makes_what_python_makes(inside: Command, tmp_path: Path) -> None:
    typed = ("--strategy", "time_series", "--param", "start=2025-03-01", "--param", "trend=-0.5", "--param", "points=4")
    wanted = syndata.strategy("time_series", start="2025-03-01", trend=-0.5, points=4)

    assert inside("generate", *typed, "--output-dir", "out").code == 0
    assert json.loads((tmp_path / "out" / "plan.json").read_text()) == json.loads(syndata.plan(wanted).to_bytes())
    assert inside("verify", "out").code == 0
    assert inside("validate", *typed, "--strict").code == 0
    assert inside("plan", *typed).code == 0
    assert inside("rows", *typed, "--table", "readings").code == 0


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("event_stream", ("--param", "users=80", "--param", "late_rate=0.1", "--output-format", "sql")),
        ("event_stream", ("--param", "users=80", "--param", "rhythm=false", "--output-format", "parquet")),
        ("graph", ("--param", "degrees=poisson", "--param", "directed=false", "--output-format", "jsonl")),
        ("graph", ("--param", "community_sizes=zipf", "--scale", "0.5", "--output-format", "copy")),
    ],
)
def test_events_and_graphs_are_the_same_for_any_workers_and_can_be_verified(
    inside: Command, tmp_path: Path, name: str, typed: tuple[str, ...]
) -> None:
    for workers in ("1", "2"):
        made = inside("generate", "--strategy", name, *typed, "--workers", workers, "--output-dir", f"out{workers}")
        assert made.code == 0
        assert inside("verify", f"out{workers}").code == 0
    files = [sorted(path.name for path in (tmp_path / f"out{workers}").iterdir()) for workers in "12"]

    assert files[0] == files[1]
    assert all((tmp_path / "out1" / file).read_bytes() == (tmp_path / "out2" / file).read_bytes() for file in files[0])


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        (("--strategy", "graphs"), 3, "did you mean graph?"),
        (("--strategy", "graph", "--param", "nods=3"), 3, "did you mean nodes?"),
        (("--strategy", "graph", "--param", "nodes=many"), 3, "a whole number"),
        (("--strategy", "graph", "--param", "nodes"), 2, "NAME=VALUE"),
        (("--strategy", "graph", "--param", "=3"), 2, "NAME=VALUE"),
        (("--strategy", "graph", "--param", "nodes=30", "--param", "nodes=40"), 2, "twice"),
        (("--preset", "user", "--param", "nodes=3"), 2, "only a strategy"),
        (("--preset", "user", "--strategy", "graph"), 2, "--strategy"),
        ((), 2, "--strategy"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    inside: Command, tmp_path: Path, typed: tuple[str, ...], code: int, said: str
) -> None:
    outcome = inside("generate", *typed, "--output-dir", "out")

    assert (outcome.code, said in outcome.err) == (code, True), outcome.err
    assert not (tmp_path / "out").exists()


def test_the_commands_of_the_page_run(inside: Command) -> None:
    page = (REPOSITORY / "docs" / "strategies.md").read_text()
    lines = page.split("```sh\n")[1].split("```")[0].splitlines()

    assert len(lines) == 2
    for line in lines:
        name, *arguments = shlex.split(line)
        assert (name, inside(*arguments).code) == ("syndata", 0)
