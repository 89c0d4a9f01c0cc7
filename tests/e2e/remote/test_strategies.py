"""Strategies over HTTP: listed with JSON Schemas, and taken wherever a configuration is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

import syndata
from syndata.client import Client
from tests.e2e.remote.serving import Server
from tests.running import Command

GRAPH: dict[str, Any] = {"strategy": "graph", "parameters": {"nodes": 60, "communities": 2, "max_degree": 5}}


def ask(server: Server, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Status and document of an answer."""
    head = {"X-API-Key": server.key, "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = Request(f"{server.url}/api/v1{path}", data, head, method=method)  # noqa: S310 -- our own server
    try:
        with urlopen(request, timeout=60) as answer:  # noqa: S310 -- our own server
            return answer.status, json.load(answer)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_the_list_is_the_one_of_python(server: Server) -> None:
    listed = ask(server, "GET", "/strategies")[1]["data"]["strategies"]

    assert {one["name"]: one["parameters"] for one in listed} == {
        one.name: json.loads(json.dumps(one.schema())) for one in syndata.STRATEGIES
    }


def test_rows_over_http_are_those_of_python(server: Server) -> None:
    _, answer = ask(server, "POST", "/previews", {**GRAPH, "table": "edges", "start": 40, "count": 3})
    here = syndata.rows(syndata.strategy("graph", GRAPH["parameters"]), "edges", 40, 3).to_pylist()

    assert [(row["source"], row["target"]) for row in answer["data"]["rows"]] == [
        (row["source"], row["target"]) for row in here
    ]


def test_a_strategy_is_kept_as_the_configuration_that_it_amounts_to(server: Server) -> None:
    assert ask(server, "PUT", "/schemas/small-graph", GRAPH)[0] == 201
    kept = ask(server, "GET", "/schemas/small-graph")[1]["data"]["config"]

    assert json.loads(kept) == syndata.strategy("graph", GRAPH["parameters"])


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"strategy": "graph", "parameters": {"nods": 3}}, "parameters.nods"),
        ({"strategy": "graph", "parameters": {"nodes": "many"}}, "parameters.nodes"),
        ({"strategy": "graf"}, "strategy"),
        ({"preset": "user", "parameters": {"nodes": 3}}, "parameters"),
        ({"preset": "user", "strategy": "graph"}, "config"),
        ({}, "config"),
    ],
)
def test_wrong_parameters_are_refused_with_their_places(server: Server, body: dict[str, Any], path: str) -> None:
    status, answer = ask(server, "POST", "/schemas/validate", body)

    assert status == 422
    assert [(error["path"], bool(error["fix"])) for error in answer["errors"]] == [(path, True)]


def test_a_job_of_a_strategy_is_made(inside: Command, server: Server, tmp_path: Path) -> None:
    typed = ("--strategy", "customer_data", "--param", "count=30", "--output-dir", "out")
    outcome = inside("submit", *typed, "--server", server.url, "--api-key-file", server.key_file)

    assert outcome.code == 0, outcome.err
    assert len((tmp_path / "out" / "customers.csv").read_text().splitlines()) == 31
    with Client(server.url, server.key) as client:
        assert client.validate(syndata.strategy("time_series")).tables
