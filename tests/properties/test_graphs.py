"""Laws 1 to 3, for edges: whatever graph can be planned keeps its promises, whichever rows are asked for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import given, reject
from hypothesis import strategies as st

from syndata_contracts.errors import Refused
from syndata_engine.generation.tables.binding import BoundTable
from tests.properties.families import Draw
from tests.properties.made import bound, slice_of
from tests.properties.profiles import examples


def graphs(draw: Draw) -> dict[str, Any]:
    """Nodes, perhaps in communities, and edges of any form; not each can be met."""
    most = draw(st.integers(0, 5))
    number = {"type": "int", "primary_key": True, "rule": draw(st.sampled_from(["sequence", {"type": "range", "min": 1, "max": 5_000}]))}  # fmt: skip
    home: dict[str, Any] = {"table": "communities", "column": "id", "owning": draw(st.booleans())}
    if draw(st.booleans()):
        home["fan_out"] = {"min": draw(st.integers(0, 12)), "max": draw(st.integers(12, 80)), "distribution": "zipf"}
    begin: dict[str, Any] = {"table": "nodes", "column": "id"}
    edges: dict[str, Any] = {}
    if draw(st.booleans()):
        begin |= {"fan_out": {"min": 0, "max": most}, "owning": draw(st.booleans())}
    else:
        edges["rows"] = draw(st.integers(0, 120))
    end: dict[str, Any] = {"from": "source", "undirected": draw(st.booleans()), "exact": draw(st.booleans())}
    if draw(st.integers(0, 3)):
        end |= {"within": "community", "inside": draw(st.sampled_from([0, Decimal("0.3"), Decimal("0.9"), 1]))}
    if end["undirected"] or draw(st.booleans()):
        edges["primary_key"] = ["source", "target"]
    references = {"source": begin, "target": {"table": "nodes", "column": "id", "edge": end}}
    return {
        "seed": draw(st.integers(0, 2**64 - 1)),
        "tables": {
            "communities": {"rows": draw(st.integers(1, 5)), "columns": {"id": number}},
            "nodes": {"rows": draw(st.integers(2, 90)), "columns": {"id": number, "community": {"references": home}}},
            "edges": {**edges, "columns": {name: {"references": said} for name, said in references.items()}},
        },
    }


def made(draw: Draw) -> tuple[dict[str, Any], dict[str, BoundTable]]:
    """A document that can be met, and its tables."""
    document = graphs(draw)
    try:
        return document, bound(document).tables
    except Refused:
        reject()


@examples(150)
@given(st.data())
def test_edges_lead_elsewhere_once_and_inside_by_their_share(data: st.DataObject) -> None:
    document, tables = made(data.draw)
    nodes, edges = (slice_of(tables[name], 0, tables[name].planned.rows) for name in ("nodes", "edges"))
    home = dict(zip(nodes["id"], nodes["community"], strict=True))
    pairs = list(zip(edges["source"], edges["target"], strict=True))
    said = document["tables"]["edges"]["columns"]["target"]["references"]["edge"]

    assert all(source != target and source in home and target in home for source, target in pairs)
    if "primary_key" in document["tables"]["edges"]:
        assert len(set(map(frozenset, pairs) if said["undirected"] else pairs)) == len(pairs)
    if "within" in said and (said["exact"] or said["inside"] in {0, 1}):
        staying = sum(home[source] == home[target] for source, target in pairs)
        assert abs(staying - len(pairs) * said["inside"]) <= Decimal("0.5")


@examples(80)
@given(st.data())
def test_any_edges_are_those_of_the_whole(data: st.DataObject) -> None:
    """Slices, and rows in any order with some twice."""
    edges = made(data.draw)[1]["edges"]
    rows = edges.planned.rows
    whole = slice_of(edges, 0, rows)
    start = data.draw(st.integers(0, rows))
    stop = data.draw(st.integers(start, rows))

    assert slice_of(edges, start, stop) == {name: values[start:stop] for name, values in whole.items()}
    if rows:
        places = np.array(data.draw(st.lists(st.integers(0, rows - 1), max_size=30)), np.int64)
        node = edges.columns["target"].code
        assert node is not None
        np.testing.assert_array_equal(edges.frame(places).get(node), edges.span(0, rows).get(node)[places])
