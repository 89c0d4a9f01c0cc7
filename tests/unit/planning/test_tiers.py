"""Weights of parents: customers of one tier order more than those of another, in exact shares."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.kinds.making import by, dataset_of, faults_of, plan_of

TIERS = by("choice", value={"gold": 10, "silver": 30, "none": 60}, exact=True)
Weights = dict[str, Any]
USUAL: Weights = {"tier": {"gold": 5, "silver": 1, "none": 0}}


def shop(
    customers: int = 100, orders: int = 1_000, *, weights: Any = USUAL, tier: Any = TIERS, **reference: Any
) -> dict[str, Any]:
    """Customers by tier, and their orders."""
    return {
        "tables": {
            "customers": {
                "rows": customers,
                "columns": {
                    "id": {"primary_key": True, "rule": "sequence"},
                    "tier": tier,
                    "orders": by("count", table="orders"),
                    "spent": {"type": "int", **by("sum", table="orders", column="price")},
                },
            },
            "orders": {
                "rows": orders,
                "columns": {
                    "customer": {
                        "references": {"table": "customers", "column": "id", "weights": weights, **reference},
                    },
                    "price": {"type": "int", **by("range", min=1, max=99)},
                    "number": by("position"),
                },
            },
        }
    }


def made(document: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """All customers and all orders."""
    tables = dataset_of(document).tables
    customers, orders = (
        tables[name].batch(0, tables[name].planned.rows).to_pylist() for name in ("customers", "orders")
    )
    return customers, orders


def test_each_tier_gets_its_share_and_inside_it_counts_differ_by_one() -> None:
    """10 x 5 + 30 x 1 = 80 parts: 1,000 orders make 625 of gold and 375 of silver customers."""
    customers, _ = made(shop())
    counts = Counter((customer["tier"], customer["orders"]) for customer in customers)

    assert counts == {("gold", 62): 5, ("gold", 63): 5, ("silver", 12): 15, ("silver", 13): 15, ("none", 0): 60}


@pytest.mark.parametrize("null_rate", [0, 0.25])
def test_parents_count_and_sum_the_children_that_refer_to_them(null_rate: Any) -> None:
    customers, orders = made(shop(null_rate=null_rate))
    counts = Counter(order["customer"] for order in orders)
    for customer in customers:
        own = [order for order in orders if order["customer"] == customer["id"]]
        assert customer["orders"] == counts[customer["id"]] == len(own)
        assert customer["spent"] == sum(order["price"] for order in own)
        assert sorted(order["number"] for order in own) == list(range(1, len(own) + 1))


def test_orders_of_a_tier_are_scattered() -> None:
    customers, orders = made(shop(1_000, 20_000))
    gold = {customer["id"] for customer in customers if customer["tier"] == "gold"}
    for start in range(0, 20_000, 2_000):
        share = sum(order["customer"] in gold for order in orders[start : start + 2_000])
        assert abs(share - 1_250) < 5 * 22


@pytest.mark.parametrize(
    ("tier", "weights", "counts"),
    [
        (by("boolean", true="0.5", exact=True), {"tier": {"true": 3, "false": 1}}, {True: 750, False: 250}),
        ({"type": "int", **by("choice", value=[1, 2], exact=True)}, {"tier": {"2": 1, "1": 0}}, {2: 1_000}),
        (by("choice", value=["a", None], exact=True), {"tier": {"a": 1, "null": 4}}, {"a": 200, None: 800}),
    ],
)
def test_values_of_every_sort_have_weights(tier: Any, weights: Weights, counts: dict[Any, int]) -> None:
    customers, orders = made(shop(tier=tier, weights=weights))
    tiers = {customer["id"]: customer["tier"] for customer in customers}

    assert Counter(tiers[order["customer"]] for order in orders) == counts


@given(st.integers(1, 60), st.integers(0, 400), st.lists(st.integers(0, 5), min_size=3, max_size=3), st.data())
@settings(max_examples=30)
def test_any_slice_is_the_same_rows_of_the_whole(
    customers: int, orders: int, weights: list[int], data: st.DataObject
) -> None:
    weighed = dict(zip(("gold", "silver", "none"), weights, strict=True))
    weighed["none"] += 1
    document = shop(customers, orders, weights={"tier": weighed})
    parents, children = made(document)
    table = dataset_of(document).tables["orders"]
    start = data.draw(st.integers(0, orders))
    stop = data.draw(st.integers(start, orders))

    assert table.batch(start, stop).to_pylist() == children[start:stop]
    assert sum(parent["orders"] for parent in parents) == orders
    assert all(parent["orders"] == 0 for parent in parents if not weighed[parent["tier"]])


def test_a_trillion_orders_answer_anywhere() -> None:
    table = dataset_of(shop(10**9, 10**12)).tables["orders"]

    assert len(set(table.batch(10**12 - 100, 10**12).column("customer").to_pylist())) > 90


def test_a_plan_without_weights_is_written_as_before() -> None:
    document = {
        "tables": {"a": {"columns": {"id": {"primary_key": True}}}, "b": {"columns": {"a": {"references": "a.id"}}}}
    }

    assert b"weights" not in plan_of(document).to_bytes()


@pytest.mark.parametrize(
    ("said", "place", "word"),
    [
        ({"weights": {"teir": {"gold": 1}}}, ".teir", "no column 'teir'"),
        ({"weights": {}}, "", "expected a column of the parent with weights"),
        ({"weights": 5}, "", "expected a column of the parent with weights"),
        ({"weights": {"tier": 5}}, ".tier", "expected weights by value"),
        ({"weights": {"tier": {"gold": -1}}}, ".tier.gold", "-1 is no weight"),
        ({"weights": {"tier": {"gold": "many"}}}, ".tier.gold", "expected a weight"),
        ({"weights": {"tier": {"gold": 1}}}, "", "no weight is given for none, silver"),
        ({"weights": {"tier": {**USUAL["tier"], "tin": 1}}}, "", "never is 'tin'"),
        ({"weights": {"tier": {"gold": 0, "silver": 0, "none": 0}}}, "", "every row of customers has the weight 0"),
        ({"weights": {"id": {"1": 2}}}, "", "rows of customers have each value of id: it belongs to a key"),
        (
            {"tier": by("choice", value=["gold", "silver", "none"])},
            "",
            "each value of tier: its values are drawn by chance",
        ),
        ({"tier": {**TIERS, "null_rate": 0.1}}, "", "some of its values are missing by chance"),
        ({"tier": {**TIERS, "null_when": "id == 1"}}, "", "some of its values are missing by chance"),
        ({"tier": "word"}, "", "the rule word lists no values"),
        ({"fan_out": "0..20"}, "", "40 customers with a weight above 0 x at most 20 = 800, and 1,000 rows refer"),
        (
            {"fan_out": "1..50"},
            "",
            "a value of tier has the weight 0, and the fan-out gives every parent 1 children at least",
        ),
        ({"choice": "independent"}, "", "`weights` and `choice` both say"),
        ({"owning": True}, "", "`weights` and `owning` both say"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(said: dict[str, Any], place: str, word: str) -> None:
    document = shop(**said)
    for name in ("orders", "spent"):
        del document["tables"]["customers"]["columns"][name]
    del document["tables"]["orders"]["columns"]["number"]
    (fault,) = faults_of(document)

    assert fault.path == f"tables.orders.columns.customer.references.weights{place}"
    assert word in fault.what


def test_a_weighed_reference_may_be_part_of_a_key_with_its_position_only() -> None:
    document = shop()
    document["tables"]["orders"]["primary_key"] = ["customer", "number"]
    orders = made(document)[1]
    assert len({(order["customer"], order["number"]) for order in orders}) == 1_000

    document["tables"]["orders"]["primary_key"] = ["customer", "price"]
    assert any("is part of a key without its position" in fault.what for fault in faults_of(document))


# -- with a fan-out --------------------------------------------------------------------------------------------


def test_a_fan_out_varies_the_children_of_each_tier_around_its_share() -> None:
    """10 x 5 + 30 x 1 + 60 x 0 = 80 parts of 400 orders: gold has 25 on average, and silver 5."""
    customers, _ = made(shop(orders=400, fan_out="0..40"))
    counts = {
        tier: sorted(one["orders"] for one in customers if one["tier"] == tier) for tier in ("gold", "silver", "none")
    }

    assert {tier: sum(found) for tier, found in counts.items()} == {"gold": 250, "silver": 150, "none": 0}
    assert len(set(counts["gold"])) > 5
    assert len(set(counts["silver"])) > 5
    assert max(counts["gold"]) <= 40


def test_a_fan_out_gives_the_rows_where_none_are_stated() -> None:
    document = shop(fan_out="0..6")
    del document["tables"]["orders"]["rows"]
    weights = {"tier": {"gold": 1.5, "silver": 1.2, "none": 0.8}}
    document["tables"]["orders"]["columns"]["customer"]["references"]["weights"] = weights
    customers, orders = made(document)
    means = {
        tier: sum(one["orders"] for one in customers if one["tier"] == tier) / size
        for tier, size in (("gold", 10), ("silver", 30), ("none", 60))
    }

    assert len(orders) == 300
    assert means == {"gold": 4.6, "silver": pytest.approx(3.7, abs=0.1), "none": pytest.approx(2.4, abs=0.1)}


@given(
    st.integers(0, 50),
    st.integers(0, 4),
    st.integers(0, 6),
    st.lists(st.integers(1, 20), min_size=3, max_size=3),
    st.fractions(0, 1),
    st.booleans(),
)
@settings(max_examples=40)
def test_every_parent_keeps_inside_the_fan_out_and_tiers_get_what_they_leave(
    customers: int, low: int, width: int, weights: list[int], place: Any, zipf: bool
) -> None:
    """Whatever total min..max allows is met; a tier that could have more by weight has its bound."""
    orders = int(customers * (low + place * width))
    fan_out: Any = {"min": low, "max": low + width, **({"distribution": "zipf"} if zipf and width else {})}
    document = shop(
        customers,
        orders,
        weights={"tier": dict(zip(("gold", "silver", "none"), weights, strict=True))},
        fan_out=fan_out,
    )
    parents, children = made(document)
    counts = Counter(child["customer"] for child in children)

    assert len(children) == orders
    assert all(low <= parent["orders"] == counts[parent["id"]] <= low + width for parent in parents)
    by_weight = sorted((weight, tier) for tier, weight in zip(("gold", "silver", "none"), weights, strict=True))
    means = [
        sum(one["orders"] for one in own) / len(own)
        for _, tier in by_weight
        if (own := [one for one in parents if one["tier"] == tier])
    ]
    assert all(later >= earlier - 1 for earlier, later in pairwise(means))


def test_weights_may_go_by_a_column_of_an_exact_combination() -> None:
    document = shop(weights={"tier": {"gold": 3, "silver": 1}})
    table = document["tables"]["customers"]
    table["combinations"] = [{"columns": ["tier", "rank"], "values": [["gold", 1], ["silver", 2], ["silver", 3]], "exact": True, "weights": [2, 1, 1]}]  # fmt: skip
    table["columns"] |= {"tier": None, "rank": {"type": "int"}}
    customers, _ = made(document)
    sums = Counter[str]()
    for customer in customers:
        sums[customer["tier"]] += customer["orders"]

    assert sums == {"gold": 750, "silver": 250}
    assert Counter(customer["tier"] for customer in customers) == {"gold": 50, "silver": 50}
