"""Strategies that make nodes and edges."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from syndata_contracts.errors import Fault
from syndata_contracts.strategies.parameters import Parameter, Strategy, Values


def _conflicts(values: Values) -> Iterator[Fault]:
    nodes, communities, most = values["nodes"], values["communities"], values["max_degree"]
    others = nodes // communities - 1
    if others < 1:
        what = f"{nodes} nodes leave some of {communities} communities without two"
        yield Fault("parameters.nodes", what, f"write at least {2 * communities}, or fewer communities")
    elif most > others:
        what = f"a node of the smallest community has {others} others, and cannot have {most} edges"
        fix = f"write at most {others}, or more nodes, or fewer communities"
        yield Fault("parameters.max_degree", what, fix, related=("parameters.nodes", "parameters.communities"))
    if values["min_degree"] > most:
        what = f"min_degree {values['min_degree']} is above max_degree {most}"
        yield Fault("parameters.min_degree", what, "swap them", related=("parameters.max_degree",))
    if values["bridge_rate"] and communities == 1:
        what = "there is no other community that a bridge could lead to"
        yield Fault(
            "parameters.bridge_rate", what, "write 0, or at least two communities", related=("parameters.communities",)
        )


def _graph(values: Values) -> dict[str, Any]:
    degrees = {
        "min": values["min_degree"],
        "max": values["max_degree"],
        "distribution": "zipf",
        "exponent": values["exponent"],
    }

    def to_node(community: str, node: str, **more: Any) -> dict[str, Any]:
        parent = {"parent_table": "nodes", "parent_columns": ["community_id", "node_id"]}
        return {"child_columns": [community, node], **parent, **more}

    def number(name: str, rule: Any = None, **more: Any) -> dict[str, Any]:
        return {"name": name, "type": "int", **({} if rule is None else {"rule": rule}), **more}

    weight = {"name": "weight", "type": "decimal(6,3)", "rule": {"type": "range", "min": "0.001", "max": 1}}
    community = {"table": "communities", "column": "community_id"}
    inside = {
        "table_name": "edges",
        "primary_key": ["community_id", "source", "target"],
        "columns": [number("community_id"), number("source"), number("target"), weight],
        "constraints": ["source != target"],
        "foreign_keys": [to_node("community_id", "source", fan_out=degrees), to_node("community_id", "target")],
    }
    across = {
        "table_name": "bridges",
        "rows": int(values["nodes"] * values["bridge_rate"]),
        "primary_key": ["source_community", "source"],
        "columns": [
            number("source_community", references=community),
            number("source"),
            number("target_community", references=community),
            number("target"),
            weight,
        ],
        "constraints": ["source_community != target_community"],
        "foreign_keys": [to_node("source_community", "source"), to_node("target_community", "target")],
    }
    return {
        "tables": [
            {
                "table_name": "communities",
                "rows": values["communities"],
                "columns": [
                    number("community_id", "sequence", constraints=["PK"]),
                    number("nodes", {"type": "count", "table": "nodes"}),
                ],
            },
            {
                "table_name": "nodes",
                "rows": values["nodes"],
                "primary_key": ["community_id", "node_id"],
                "columns": [
                    number("community_id", references={**community, "owning": True}),
                    number("node_id", "sequence"),
                    {"name": "name", "type": "str", "rule": "username"},
                    number("out_degree", {"type": "count", "table": "edges", "via": "source"}),
                ],
            },
            inside,
            *([across] if values["bridge_rate"] > Decimal(0) else []),
        ]
    }


GRAPH: Final = Strategy(
    "graph",
    "graph",
    "Nodes in communities; directed edges inside of a community by a power law of out-degrees; bridges to others.",
    (
        Parameter("nodes", "integer", 1000, "Nodes, numbered from 1.", 2, 10**12),
        Parameter("communities", "integer", 10, "Nodes are shared among them evenly.", 1, 10**9),
        Parameter("min_degree", "integer", 1, "Edges that leave a node, at least.", 0, 10_000),
        Parameter("max_degree", "integer", 50, "Edges that leave a node, at most.", 1, 10_000),
        Parameter("exponent", "number", Decimal("1.5"), "The higher, the fewer nodes have many edges.", "0.01", "10"),
        Parameter(
            "bridge_rate", "number", Decimal("0.1"), "Share of nodes with an edge to another community.", "0", "1"
        ),
    ),
    _graph,
    _conflicts,
)
