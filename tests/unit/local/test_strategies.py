"""Strategies make what they promise of any parameters they accept, and refuse the others with their places."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import syndata
from tests.running import REPOSITORY

Rows = list[dict[str, Any]]
NAMES = [one.name for one in syndata.STRATEGIES]
PAGE = (REPOSITORY / "docs" / "strategies.md").read_text()


def made(name: str, **parameters: Any) -> dict[str, Rows]:
    """The tables of a strategy; a warning would refuse it."""
    tables = syndata.generate(syndata.strategy(name, parameters), strict=True)
    return {table: rows.to_pylist() for table, rows in tables.items()}


def refused(name: str, **parameters: Any) -> dict[str, str]:
    """Place and fix of every fault."""
    with pytest.raises(syndata.Refused) as caught:
        syndata.strategy(name, parameters)
    assert all(fault.what and fault.fix for fault in caught.value.faults)
    return {fault.path: fault.fix for fault in caught.value.faults}


@pytest.mark.parametrize("name", NAMES)
def test_defaults_are_enough_and_the_configuration_is_plain_json(name: str) -> None:
    configuration = syndata.strategy(name)

    assert json.loads(json.dumps(configuration)) == configuration
    assert syndata.plan(configuration, strict=True).digest == syndata.plan(json.dumps(configuration)).digest


@pytest.mark.parametrize("name", NAMES)
def test_any_rows_are_those_of_the_whole(name: str) -> None:
    configuration = syndata.strategy(name)
    for table, whole in syndata.generate(configuration).items():
        start = whole.num_rows // 2
        assert syndata.rows(configuration, table, start, 7) == whole.slice(start, 7)


def test_promised_names_and_parameters_are_there() -> None:
    """Promise 0.5, and 0.6: by JSON Schema."""
    told = {one.name: set(one.schema()["properties"]) for one in syndata.STRATEGIES}

    assert told["tabular_random"] >= {"num_rows", "num_columns"}
    assert told["customer_data"] == {"count", "include_pii"}
    assert {one.family for one in syndata.STRATEGIES} == {"tabular", "time-series", "graph"}
    for one in syndata.STRATEGIES:
        Draft202012Validator.check_schema(one.schema())
        assert Draft202012Validator(one.schema()).is_valid(
            {name: each["default"] for name, each in one.schema()["properties"].items()}
        )


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("tabular_random", {"num_rows": 5, "num_columns": 3}),
        ("tabular_random", {"num_rows": -1}),
        ("tabular_random", {"num_rows": 1.5}),
        ("tabular_random", {"num_rows": "5"}),
        ("tabular_random", {"num_rows": True}),
        ("tabular_random", {"num_columns": 0}),
        ("tabular_random", {"null_rate": 0.25}),
        ("tabular_random", {"null_rate": 1.01}),
        ("tabular_random", {"rows": 5}),
        ("customer_data", {"include_pii": True}),
        ("customer_data", {"include_pii": "yes"}),
        ("customer_data", {"count": None}),
        ("time_series", {"level": -3.5, "spread": 0.001}),
        ("time_series", {"spread": 0}),
        ("time_series", {"start": 7}),
        ("graph", {"exponent": 2}),
        ("graph", {"exponent": [2]}),
        ("graph", {"degrees": "poisson"}),
        ("graph", {"degrees": "Poisson"}),
        ("graph", {"degrees": 1}),
    ],
)
def test_the_json_schema_says_what_is_taken(name: str, parameters: dict[str, Any]) -> None:
    """A program that checks parameters before it sends them is not told otherwise later."""
    (one,) = (one for one in syndata.STRATEGIES if one.name == name)
    try:
        syndata.strategy(name, parameters)
        taken = True
    except syndata.Refused:
        taken = False

    assert Draft202012Validator(one.schema()).is_valid(parameters) == taken


@pytest.mark.parametrize(("rows", "columns"), [(0, 1), (1, 1), (40, 10), (3, 60)])
def test_a_random_table_has_the_rows_and_columns_asked_for(rows: int, columns: int) -> None:
    table = syndata.generate(syndata.strategy("tabular_random", num_rows=rows, num_columns=columns))["data"]

    assert (table.num_rows, table.num_columns) == (rows, columns)
    assert table.equals(
        syndata.generate(syndata.strategy("tabular_random", num_rows=rows, num_columns=70))["data"].select(
            table.column_names
        )
    )


def test_random_values_are_missing_as_often_as_asked() -> None:
    data = made("tabular_random", num_rows=4000, null_rate=0.25)["data"]
    missing = Counter(name for row in data for name, value in row.items() if value is None)

    assert "id" not in missing
    assert len(missing) == 9
    assert all(880 < count < 1120 for count in missing.values())


def test_customers_have_no_names_unless_asked_for() -> None:
    plain, personal = made("customer_data", count=80), made("customer_data", count=80, include_pii=True)
    columns = set(plain["customers"][0])

    assert not columns & {"first_name", "last_name", "email", "phone", "date_of_birth", "street_address"}
    assert [{name: row[name] for name in columns} for row in personal["customers"]] == plain["customers"]
    assert len({row["email"] for row in personal["customers"]}) == 80
    assert all(row["total_spent"] == row["orders"] * row["average_order"] for row in plain["customers"])
    schema = syndata.plan(syndata.strategy("customer_data", include_pii=True)).schema_
    assert {column.name for column in schema.tables[0].columns if column.sensitivity == "PII"} >= {"email", "phone"}


@pytest.mark.parametrize("trend", [0, -0.5, 2])
def test_readings_stand_at_regular_times_around_level_trend_and_day(trend: float) -> None:
    tables = made("time_series", entities=4, points=60, interval_minutes=30, trend=trend, daily=8, noise=0.5)
    levels = {row["entity_id"]: row for row in tables["entities"]}
    for entity, whole in levels.items():
        mine = [row for row in tables["readings"] if row["entity_id"] == entity]
        assert [row["number"] for row in mine] == list(range(1, 61))
        assert mine[0]["read_at"] == datetime(2025, 1, 1, tzinfo=UTC)
        assert all(b["read_at"] - a["read_at"] == timedelta(minutes=30) for a, b in pairwise(mine))
        for row in mine:
            day = 8 * (1 - abs(row["read_at"].hour - 12) / 6)
            middle = float(whole["level"]) + trend * (row["number"] - 1) + day
            assert abs(float(row["value"]) - middle) <= 2.51
        values = [row["value"] for row in mine]
        assert (whole["points"], whole["least"], whole["greatest"]) == (60, min(values), max(values))


def test_levels_differ_between_entities_by_the_spread_and_values_may_be_missing() -> None:
    tables = made("time_series", entities=400, points=5, level=50, spread=4, missing_rate=0.1)
    levels = [row["level"] for row in tables["entities"]]
    missing = sum(row["value"] is None for row in tables["readings"])

    assert abs(sum(levels) / 400 - 50) < 1
    assert 34 <= min(levels) < 43
    assert 57 < max(levels) <= 66
    assert 140 < missing < 260


@pytest.mark.parametrize(
    "parameters",
    [
        {"nodes": 300, "communities": 3, "max_degree": 20},
        {"nodes": 120, "communities": 1, "inside_rate": 1},
        {"nodes": 104, "communities": 2, "inside_rate": 0.5, "max_degree": 51},
        {"nodes": 60, "communities": 4, "min_degree": 0, "max_degree": 14, "exponent": 0.5, "exact": False},
        {"nodes": 800, "communities": 8, "community_sizes": "zipf", "degrees": "poisson"},
        {"nodes": 900, "communities": 6, "community_sizes": "zipf", "degrees": "uniform", "directed": False},
        {"nodes": 500, "communities": 9, "inside_rate": 0, "directed": False},
        {"nodes": 4, "communities": 2, "max_degree": 1},
    ],
)
def test_a_graph_has_no_loop_and_no_double_edge_and_its_share_inside(parameters: dict[str, Any]) -> None:
    tables = made("graph", **parameters)
    home = {row["node_id"]: row["community_id"] for row in tables["nodes"]}
    edges = [(row["source"], row["target"]) for row in tables["edges"]]
    known = edges if parameters.get("directed", True) else [frozenset(edge) for edge in edges]
    inside = sum(home[source] == home[target] for source, target in edges)

    assert set(home) == set(range(1, parameters["nodes"] + 1))
    assert Counter(home.values()) == {row["community_id"]: row["nodes"] for row in tables["communities"]}
    assert len(set(known)) == len(edges)
    assert all(source != target for source, target in edges)
    assert inside == sum(row["is_inside"] for row in tables["edges"])
    if parameters.get("exact", True):
        assert abs(inside - len(edges) * parameters.get("inside_rate", 0.9)) <= 0.5
    degrees = Counter(source for source, _ in edges)
    assert {row["node_id"]: row["out_degree"] for row in tables["nodes"]} == {node: degrees[node] for node in home}
    assert parameters.get("min_degree", 1) <= min(degrees[node] for node in home)
    assert max(degrees.values()) <= parameters.get("max_degree", 40)


def test_communities_of_a_graph_are_alike_or_few_are_large() -> None:
    even, zipf = (
        sorted(row["nodes"] for row in made("graph", nodes=5_000, communities=30, community_sizes=sizes)["communities"])
        for sizes in ("even", "zipf")
    )

    assert even[-1] - even[0] <= 1
    assert zipf[-1] > 10 * zipf[15]
    assert zipf[0] >= 41


def test_degrees_of_a_graph_follow_a_power_law() -> None:
    """Number r, counted from the least, is r ** -2 times as frequent as the least; met as evenly as whole nodes allow."""
    nodes = made("graph", nodes=2048, communities=2, max_degree=100, exponent=2)["nodes"]
    found = Counter(row["out_degree"] for row in nodes)

    assert abs(found[2] / found[1] - 1 / 4) < 0.02
    assert abs(found[3] / found[1] - 1 / 9) < 0.02
    assert max(found) > 30


def test_parameters_that_are_wrong_are_refused_together_with_place_and_fix() -> None:
    wrong = refused("graph", nods=3, communities=0, exponent="steep", inside_rate=2, degrees="zipff")

    assert wrong["parameters.nods"] == "did you mean nodes?"
    assert list(wrong) == [
        f"parameters.{name}" for name in ("nods", "communities", "degrees", "exponent", "inside_rate")
    ]
    assert wrong["parameters.degrees"] == "did you mean zipf?"


@pytest.mark.parametrize(
    ("name", "parameters", "path", "fix"),
    [
        ("graph", {"nodes": 10, "communities": 6, "max_degree": 1}, "parameters.max_degree", "at least 12 nodes"),
        ("graph", {"nodes": 100, "communities": 5}, "parameters.max_degree", "at most 19"),
        ("graph", {"nodes": 100, "communities": 5, "directed": False}, "parameters.max_degree", "at most 9"),
        (
            "graph",
            {"nodes": 100, "communities": 2, "inside_rate": 0, "max_degree": 60},
            "parameters.max_degree",
            "more nodes",
        ),
        ("graph", {"community_sizes": "any"}, "parameters.community_sizes", "even or zipf"),
        ("graph", {"degrees": ["zipf"]}, "parameters.degrees", "zipf"),
        ("graph", {"min_degree": 60}, "parameters.min_degree", "swap"),
        ("graph", {"communities": 1}, "parameters.inside_rate", "write 1"),
        ("time_series", {"start": "2025-02-30"}, "parameters.start", "2025-01-01"),
        ("time_series", {"level": float("inf")}, "parameters.level", "a number"),
        ("time_series", {"level": 10**40}, "parameters.level", "a number"),
        ("time_series", {"noise": 1e-9}, "parameters.noise", "a number"),
        ("tabular_random", {"num_rows": {}}, "parameters.num_rows", "a whole number"),
    ],
)
def test_what_cannot_be_made_is_refused(name: str, parameters: dict[str, Any], path: str, fix: str) -> None:
    assert fix in refused(name, **parameters)[path]


@pytest.mark.parametrize(
    "parameters",
    [
        {"points": 100_000, "trend": 1000, "level": 10**6, "spread": 10**6, "daily": 10**6, "noise": 10**6},
        {"points": 100_000, "trend": -1000, "level": -(10**6), "daily": -(10**6), "interval_minutes": 10_080},
        {"entities": 10**9, "points": 1, "noise": 0.000001},
    ],
)
def test_extremes_of_a_series_can_be_planned_and_looked_at(parameters: dict[str, Any]) -> None:
    configuration = syndata.strategy("time_series", parameters)

    assert syndata.plan(configuration, strict=True).tables
    assert syndata.rows(configuration, "readings", parameters["points"] - 1, 1)["value"].null_count == 0


def test_an_unknown_strategy_is_refused_with_what_was_meant() -> None:
    with pytest.raises(syndata.Refused, match="did you mean graph"):
        syndata.strategy("graphs")
    with pytest.raises(syndata.Refused, match="strategies are tabular_random"):
        syndata.strategy("x")


def test_the_page_has_every_parameter_with_its_default_and_runs() -> None:
    for one in syndata.STRATEGIES:
        for each in one.parameters:
            assert f"| `{one.name}` | `{each.name}` | {str(each.default).lower()} |" in PAGE
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    scope: dict[str, Any] = {}
    exec(example, scope)  # noqa: S102 -- our own page
    assert scope["tables"]["customers"].num_rows == 500
