"""Graphs: edges by the stated degrees, inside of communities by the stated share, none to itself, none twice, at any size."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import combinations, permutations
from math import exp, factorial
from typing import Any

import numpy as np
import pytest

import syndata
from syndata_engine.generation import Dataset
from tests.unit.kinds.making import by, dataset_of, faults_of

Row = dict[str, Any]
DEGREES: Row = {"min": 0, "max": 18, "distribution": "zipf", "exponent": Decimal("1.2")}
SIZES: Row = {"min": 39, "max": 150, "distribution": "zipf"}
HALF: Row = {"from": "source", "within": "community", "inside": "60%"}


def document(edge: Row, nodes: int = 600, degrees: Any = None, sizes: Any = None, *, unique: bool = True, **source: Any) -> Row:  # fmt: skip
    """Communities, nodes, and edges between them."""
    home = {"table": "communities", "column": "id", **({} if sizes is None else {"fan_out": sizes})}
    number = {"type": "int", "primary_key": True, "rule": "sequence"}
    begin = {"table": "nodes", "column": "id", "fan_out": DEGREES if degrees is None else degrees, **source}
    return {
        "tables": {
            "communities": {"rows": 10, "columns": {"id": number}},
            "nodes": {"rows": nodes, "columns": {"id": number, "community": {"references": home}}},
            "edges": {
                **({"primary_key": ["source", "target"]} if unique else {}),
                "columns": {
                    "source": {"references": begin},
                    "target": {"references": {"table": "nodes", "column": "id", "edge": edge}},
                },
            },
        }
    }


def edges_of(made: Dataset) -> tuple[list[tuple[int, int]], dict[int, int]]:
    """All edges, and the community of each node; edges alone are the same as among all."""
    nodes, edges = made.tables["nodes"], made.tables["edges"]
    rows = edges.batch(0, edges.planned.rows).to_pylist()
    step = max(len(rows) // 7, 1)
    slices = [edges.batch(low, min(low + step, len(rows))).to_pylist() for low in range(0, len(rows), step)]
    assert [row for part in slices for row in part] == rows
    home = {row["id"]: row["community"] for row in nodes.batch(0, nodes.planned.rows).to_pylist()}
    return [(row["source"], row["target"]) for row in rows], home


def graph(edge: Row, nodes: int = 600, degrees: Any = None, sizes: Any = None, **more: Any) -> tuple[list[tuple[int, int]], dict[int, int]]:  # fmt: skip
    return edges_of(dataset_of(document(edge, nodes, degrees, sizes, **more)))


def staying(edges: list[tuple[int, int]], home: dict[int, int]) -> int:
    """How many edges stay in their communities."""
    return sum(home[source] == home[target] for source, target in edges)


def modularity(edges: list[tuple[int, int]], home: dict[int, int]) -> float:
    """Newman's: the share of edges that stay, less what it would be if ends met by chance."""
    ends = Counter(home[node] for edge in edges for node in edge)
    return staying(edges, home) / len(edges) - sum((count / 2 / len(edges)) ** 2 for count in ends.values())


@pytest.mark.parametrize("owning", [True, False])
@pytest.mark.parametrize("sizes", [None, SIZES])
@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("undirected", [True, False])
@pytest.mark.parametrize("inside", ["60%", 0, 1])
def test_no_edge_leads_to_itself_or_stands_twice(inside: Any, undirected: bool, exact: bool, sizes: Any, owning: bool) -> None:  # fmt: skip
    said = {**HALF, "inside": inside, "exact": exact, "undirected": undirected}
    edges, home = graph(said, sizes=sizes, owning=owning)
    known = [frozenset(edge) if undirected else edge for edge in edges]

    assert len(edges) > 1_500
    assert all(source != target for source, target in edges)
    assert len(set(known)) == len(edges)
    if inside in {0, 1}:
        assert staying(edges, home) == inside * len(edges)


@pytest.mark.parametrize(("share", "undirected"), [("80%", False), ("33.3%", True), ("0.01%", False)])
def test_an_exact_share_is_met_to_the_row(share: str, undirected: bool) -> None:
    edges, home = graph({**HALF, "inside": share, "exact": True, "undirected": undirected}, sizes=SIZES)
    wanted = float(share.removesuffix("%")) / 100

    assert staying(edges, home) == round(len(edges) * wanted)


@pytest.mark.parametrize("unique", [True, False])
def test_a_share_without_exact_is_met_by_chance(unique: bool) -> None:
    edges, home = graph({**HALF, "inside": "80%"}, 4_000, unique=unique)

    assert staying(edges, home) / len(edges) == pytest.approx(0.8, abs=0.01)
    assert staying(edges, home) != round(len(edges) * 0.8)


@pytest.mark.parametrize("undirected", [True, False])
def test_modularity_is_that_of_the_share_and_the_sizes(undirected: bool) -> None:
    """Ten communities of a tenth each: the share that stays, less a tenth; of none, about nothing."""
    said = {**HALF, "inside": "75%", "exact": True, "undirected": undirected}

    assert modularity(*graph(said, 2_000)) == pytest.approx(0.65, abs=0.005)
    assert modularity(*graph({**said, "inside": "10%"}, 2_000)) == pytest.approx(0, abs=0.005)


@pytest.mark.parametrize("undirected", [True, False])
def test_every_node_begins_as_many_edges_as_stated(undirected: bool) -> None:
    """By zipf: r + 1 edges from the least are r ** -2 times as frequent; by uniform all numbers alike; by poisson as its law."""
    said = {**HALF, "undirected": undirected}
    laws: list[tuple[Row, Any]] = [
        ({"min": 1, "max": 40, "distribution": "zipf", "exponent": 2}, lambda n: n**-2.0),
        ({"min": 2, "max": 9}, lambda _: 1.0),
        ({"min": 0, "max": 40, "distribution": "poisson", "mean": 4}, lambda n: exp(-4) * 4**n / factorial(n)),
    ]
    for degrees, weight in laws:
        edges, home = graph(said, 2_048, degrees)
        begun = Counter(source for source, _ in edges)
        counts = Counter(begun[node] for node in home)
        whole = sum(weight(n) for n in range(degrees["min"], degrees["max"] + 1))
        for n in range(degrees["min"], degrees["min"] + 6):
            assert counts[n] / 2_048 == pytest.approx(weight(n) / whole, abs=0.002)


def test_what_nodes_receive_is_as_by_chance() -> None:
    edges, home = graph(HALF, 4_000, {"min": 0, "max": 30, "distribution": "poisson", "mean": 5})
    received = Counter(target for _, target in edges)
    counts = np.array([received[node] for node in home])

    assert counts.var() / counts.mean() == pytest.approx(1, abs=0.08)


def test_degrees_of_an_undirected_graph_are_poissons_where_what_begins_is() -> None:
    edges, home = graph(
        {**HALF, "undirected": True}, 4_000, {"min": 0, "max": 30, "distribution": "poisson", "mean": 3}
    )
    degrees = Counter(node for edge in edges for node in edge)
    counts = Counter(degrees[node] for node in home)

    for n in range(13):
        assert counts[n] / 4_000 == pytest.approx(exp(-6) * 6**n / factorial(n), abs=0.012)


def test_a_power_law_shows_in_the_tail_of_an_undirected_graph() -> None:
    """Beyond what is received by chance, twice the degree is a quarter as frequent: the tail of exponent 2 falls by half."""
    edges, _ = graph(
        {"from": "source", "undirected": True}, 20_000, {"min": 1, "max": 2_000, "distribution": "zipf", "exponent": 2}
    )
    degrees = np.array(list(Counter(node for edge in edges for node in edge).values()))

    assert (degrees > 100).sum() / (degrees > 50).sum() == pytest.approx(0.5, abs=0.1)
    assert degrees.max() > 10 * np.median(degrees)


@pytest.mark.parametrize("undirected", [True, False])
def test_every_pair_is_as_likely_as_any_other(undirected: bool) -> None:
    """Over many seeds, of pairs inside of a community, and of pairs across."""
    met: Counter[Any] = Counter()
    made = document({**HALF, "inside": "50%", "undirected": undirected}, 30, 1)
    made["tables"]["communities"]["rows"] = 6
    for seed in range(700):
        edges, home = edges_of(dataset_of({**made, "seed": seed}))
        met.update(frozenset(edge) if undirected else edge for edge in edges)
    pairs = (frozenset(pair) for pair in combinations(home, 2)) if undirected else permutations(home, 2)
    found = {True: list[int](), False: list[int]()}
    for pair in pairs:
        one, other = pair
        found[home[one] == home[other]].append(met[pair])
    for counts in found.values():
        mean = sum(counts) / len(counts)
        # Chi-square over its degrees of freedom; what is chosen without repetition varies a little less.
        assert 0.6 < sum((count - mean) ** 2 / mean for count in counts) / (len(counts) - 1) < 1.6


def test_without_communities_edges_lead_anywhere() -> None:
    edges, _ = graph({"from": "source"}, 50, 49)

    assert len(set(edges)) == 50 * 49
    edges, _ = graph({"from": "source", "undirected": True}, 51, 25)
    assert len({frozenset(edge) for edge in edges}) == 51 * 50 // 2


def test_edges_that_may_stand_twice_sometimes_do_and_need_no_room() -> None:
    edges, home = graph({**HALF, "inside": "90%"}, 20, 30, unique=False)

    assert len(set(edges)) < len(edges) == 600
    assert all(source != target for source, target in edges)
    assert 500 < staying(edges, home) < 580


def test_a_constraint_that_says_the_same_is_no_contradiction() -> None:
    for unique in (True, False):
        made = document(HALF, unique=unique)
        plain = edges_of(dataset_of(made))
        made["tables"]["edges"]["constraints"] = ["source != target"]
        assert edges_of(dataset_of(made)) == plain


def test_other_columns_and_tables_change_no_edge() -> None:
    made = document(HALF)
    plain = edges_of(dataset_of(made))
    made["tables"]["edges"]["columns"]["weight"] = by("range", min=1, max=5)
    made["tables"]["nodes"]["columns"]["begun"] = by("count", table="edges", via="source")
    assert edges_of(dataset_of(made)) == plain


@pytest.mark.parametrize("undirected", [True, False])
def test_a_graph_of_a_trillion_nodes_is_looked_at_anywhere(undirected: bool) -> None:
    made = document({**HALF, "exact": True, "undirected": undirected}, 10**12, 3)
    made["tables"]["communities"]["rows"] = 10**9
    for start in (0, 2 * 10**12, 3 * 10**12 - 50):
        edges = syndata.rows(made, "edges", start, 50).to_pylist()
        assert len({(edge["source"], edge["target"]) for edge in edges}) == 50
        near = sum(abs(edge["source"] - edge["target"]) < 10**7 for edge in edges)
        assert near == 0  # numbers of a shuffled community lie anywhere
        assert all(edge["source"] != edge["target"] for edge in edges)


def test_a_smaller_dataset_of_the_same_shape_is_still_a_graph() -> None:
    made = document({**HALF, "exact": True}, 5_000, sizes={"min": 30, "max": 2_000})
    tables = {name: table.to_pylist() for name, table in syndata.generate(made, scale=0.1).items()}
    edges = [(row["source"], row["target"]) for row in tables["edges"]]

    assert len(tables["nodes"]) < 5_000
    assert len(set(edges)) == len(edges) > 0


def test_sizes_of_communities_may_follow_weights_and_edges_alone_are_those_among_all() -> None:
    made = document({**HALF, "inside": "80%", "exact": True})
    made["tables"]["communities"]["columns"]["size"] = by("choice", value={"big": 2, "small": 8}, exact=True)
    made["tables"]["nodes"]["columns"]["community"]["references"]["weights"] = {"size": {"big": 6, "small": 1}}
    edges, home = edges_of(dataset_of(made))

    assert Counter(Counter(home.values()).values()) == {30: 8, 180: 2}
    assert staying(edges, home) == round(len(edges) * 0.8)
    assert syndata.generate(made, tables=["edges"])["edges"].equals(syndata.generate(made)["edges"])


REFUSED: list[tuple[Row, Row, str, str, str]] = [
    ({"within": "community"}, {}, "edge", "'from' is missing", "add `from"),
    ({"from": "nobody"}, {}, "edge.from", "no reference 'nobody'", "via is one of"),
    ({"from": "target"}, {}, "edge.from", "not two references", "where edges begin"),
    ({**HALF, "within": "nobody"}, {}, "edge.within", "no reference 'nobody'", ""),
    ({"from": "source", "inside": "50%"}, {}, "edge.inside", "inside of", "within"),
    ({**HALF, "inside": "150%"}, {}, "edge.inside", "not a share", ""),
    ({**HALF, "undirected": "perhaps"}, {}, "edge.undirected", "true or false", ""),
    ({**HALF, "outside": 1}, {}, "edge.outside", "outside", ""),
    ({**HALF, "undirected": True}, {"unique": False}, "edge", "may stand twice", "primary_key: [source, target]"),
    (HALF, {"degrees": {"min": 0, "max": 100}, "nodes": 200}, "source.references.fan_out", "100", "at least 101 nodes"),
    ({**HALF, "undirected": True}, {"degrees": 10, "nodes": 200}, "source.references.fan_out", "only 9 others", "at least 21 nodes"),
    ({**HALF, "inside": 0}, {"degrees": 10, "nodes": 11}, "source.references.fan_out", "begin at one of", "largest of communities"),
    ({"from": "source"}, {"degrees": 10, "nodes": 10}, "source.references.fan_out", "begin at one of", "rows of nodes to 11"),
    ({**HALF, "inside": 1}, {"unique": False, "nodes": 10, "degrees": 2}, "edge", "no other", "at least 2 nodes"),
    (HALF, {"null_rate": 0.1}, "edge", "may be NULL", "plain"),
]  # fmt: skip


@pytest.mark.parametrize(("edge", "more", "place", "what", "fix"), REFUSED)
def test_what_cannot_be_a_graph_is_refused_at_its_place(edge: Row, more: Row, place: str, what: str, fix: str) -> None:
    unique = more.get("unique", True) and "null_rate" not in more
    faults = faults_of(document(edge, **{**more, "unique": unique}))

    assert any(place in fault.path and what in fault.what and fix in fault.fix for fault in faults), faults


@pytest.mark.parametrize(
    ("target", "what"),
    [
        ({"fan_out": "0..3"}, "nothing else can say how"),
        ({"owning": True}, "nothing else can say how"),
        ({"choice": "independent"}, "nothing else can say how"),
        ({"null_rate": 0.1}, "may be NULL"),
    ],
)
def test_the_other_end_is_chosen_beside_the_first(target: Row, what: str) -> None:
    made = document(HALF, unique=False)
    made["tables"]["edges"]["columns"]["target"]["references"].update(target)

    assert any(what in fault.what for fault in faults_of(made))


def test_nodes_without_a_community_and_other_keys_are_refused() -> None:
    homeless = document(HALF)
    homeless["tables"]["nodes"]["columns"]["community"]["references"]["null_rate"] = 0.1
    wide = document(HALF)
    wide["tables"]["edges"]["columns"]["day"] = by("choice", value=["a", "b"])
    wide["tables"]["edges"]["primary_key"].append("day")
    counted = document(HALF)
    counted["tables"]["nodes"]["columns"]["received"] = by("count", table="edges", via="target")

    assert "may have no communities" in faults_of(homeless)[0].what
    assert "more columns" in faults_of(wide)[0].what
    assert "cannot be counted" in faults_of(counted)[0].what


def test_edges_are_a_table_of_their_own_and_always_lead_somewhere() -> None:
    tree = document(HALF)
    parent = {"table": "nodes", "column": "id", "edge": {"from": "community"}}
    tree["tables"]["nodes"]["columns"]["parent"] = {"references": parent}
    either = document(HALF, unique=False)
    either["tables"]["edges"]["columns"]["near"] = {"references": "communities.id"}
    either["tables"]["edges"]["constraints"] = [{"exactly_one": ["target", "near"]}]

    assert "not two references" in faults_of(tree)[0].what
    assert any("another reference" in fault.what for fault in faults_of(either)), faults_of(either)


def test_an_edge_leads_to_one_table() -> None:
    made = document(HALF, unique=False)
    made["tables"]["edges"]["columns"]["about"] = {"type": "str"}
    made["tables"]["edges"]["columns"]["target"] = {
        "references": {"type_column": "about", "parents": ["nodes.id", "communities.id"], "edge": {"from": "source"}}
    }
    assert any("leads to one table" in fault.what for fault in faults_of(made))
