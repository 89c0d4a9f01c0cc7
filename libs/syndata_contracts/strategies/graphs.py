"""Strategies that make nodes and edges."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from syndata_contracts.errors import Fault
from syndata_contracts.strategies.parameters import Parameter, Strategy, Values


def _sizes(values: Values) -> tuple[int, int]:
    """Least and most nodes of a community, so that each has enough others for its edges, inside and outside."""
    nodes, most, share = values["nodes"], values["max_degree"], values["inside_rate"]
    least = 1
    if share > 0:
        least = most + 1 if values["directed"] else 2 * most + 1
    greatest = nodes
    if share < 1:
        greatest = nodes - most if values["directed"] else (nodes - 1) // 2 + 1 - most
    return least, greatest


def _conflicts(values: Values) -> Iterator[Fault]:
    nodes, communities, most = values["nodes"], values["communities"], values["max_degree"]
    least, greatest = _sizes(values)
    related = ("parameters.nodes", "parameters.communities")
    if values["min_degree"] > most:
        what = f"min_degree {values['min_degree']} is above max_degree {most}"
        yield Fault("parameters.min_degree", what, "swap them", related=("parameters.max_degree",))
    if communities == 1 and values["inside_rate"] < 1:
        what = "there is no other community that an edge could lead to"
        fix = "write 1, or at least two communities"
        yield Fault("parameters.inside_rate", what, fix, related=("parameters.communities",))
    elif nodes // communities < least:
        what = f"{nodes} nodes in {communities} communities have too few others for {most} edges each"
        each = nodes // communities - 1
        fit = each if values["directed"] else each // 2
        fix = f"write at most {fit}" if fit > 0 else f"write at least {communities * least} nodes"
        yield Fault("parameters.max_degree", what, f"{fix}, or more nodes, or fewer communities", related=related)
    elif -(-nodes // communities) > greatest:
        what = f"the nodes outside of one of {communities} communities are too few for {most} edges each"
        yield Fault("parameters.max_degree", what, "write a lower one, or more nodes, or more communities", related=related)  # fmt: skip


def _degrees(values: Values) -> dict[str, Any]:
    law: dict[str, dict[str, Any]] = {
        "zipf": {"exponent": values["exponent"]},
        "poisson": {"mean": values["mean_degree"]},
        "uniform": {},
    }
    kind = values["degrees"]
    return {"min": values["min_degree"], "max": values["max_degree"], "distribution": kind, **law[kind]}


def _home(values: Values) -> dict[str, Any]:
    """The reference of a node to its community."""
    home: dict[str, Any] = {"table": "communities", "column": "community_id", "owning": True}
    if values["community_sizes"] == "zipf":
        least, greatest = _sizes(values)
        home["fan_out"] = {"min": least, "max": greatest, "distribution": "zipf"}
    return home


def _number(name: str, rule: Any = None, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "int", **({} if rule is None else {"rule": rule}), **more}


def _edges(values: Values) -> dict[str, Any]:
    to_node = {"table": "nodes", "column": "node_id"}
    end: dict[str, Any] = {"from": "source", "within": "community_id", "inside": values["inside_rate"]}
    end |= {"exact": values["exact"], "undirected": not values["directed"]}
    homes = [
        _number(f"{end}_community", {"type": "lookup", "column": "community_id", "via": end})
        for end in ("source", "target")
    ]
    inside = {"type": "formula", "formula": "source_community == target_community"}
    weight = {"name": "weight", "type": "decimal(6,3)", "rule": {"type": "range", "min": "0.001", "max": 1}}
    return {
        "table_name": "edges",
        "primary_key": ["source", "target"],
        "columns": [
            _number("source", references={**to_node, "fan_out": _degrees(values)}),
            _number("target", references={**to_node, "edge": end}),
            *homes,
            {"name": "is_inside", "type": "bool", "rule": inside},
            weight,
        ],
    }


def _graph(values: Values) -> dict[str, Any]:
    communities = [
        _number("community_id", "sequence", constraints=["PK"]),
        _number("nodes", {"type": "count", "table": "nodes"}),
    ]
    nodes = [
        _number("node_id", "sequence", constraints=["PK"]),
        _number("community_id", references=_home(values)),
        {"name": "name", "type": "str", "rule": "username"},
        _number("out_degree", {"type": "count", "table": "edges", "via": "source"}),
    ]
    return {
        "tables": [
            {"table_name": "communities", "rows": values["communities"], "columns": communities},
            {"table_name": "nodes", "rows": values["nodes"], "columns": nodes},
            _edges(values),
        ]
    }


GRAPH: Final = Strategy(
    "graph",
    "graph",
    "Nodes in communities, and edges by a law of degrees, of which a stated share stays inside of a community.",
    (
        Parameter("nodes", "integer", 1000, "Nodes, numbered from 1.", 2, 10**12),
        Parameter("communities", "integer", 10, "How many there are.", 1, 10**9),
        Parameter("community_sizes", "text", "even", "How nodes are shared among them.", among=("even", "zipf")),
        Parameter(
            "degrees", "text", "zipf", "Law of the edges that a node begins.", among=("zipf", "poisson", "uniform")
        ),
        Parameter("min_degree", "integer", 1, "Edges that a node begins, at least.", 0, 10_000),
        Parameter("max_degree", "integer", 40, "Edges that a node begins, at most.", 1, 10_000),
        Parameter("exponent", "number", Decimal("1.5"), "Of zipf: the higher, the fewer have many.", "0.01", "10"),
        Parameter("mean_degree", "number", Decimal(5), "Of poisson: the mean.", "0.001", "10000"),
        Parameter("inside_rate", "number", Decimal("0.9"), "Share of edges inside of a community.", "0", "1"),
        Parameter("exact", "boolean", default=True, says="The share is met to the row, not by chance."),
        Parameter("directed", "boolean", default=True, says="False: an edge and its reverse are the same."),
    ),
    _graph,
    _conflicts,
)
