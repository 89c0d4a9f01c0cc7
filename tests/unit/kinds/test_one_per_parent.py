"""One child of each parent: the primary address, the first contact, the line that takes the rest."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.kinds.making import by, dataset_of, faults_of

Rows = list[dict[str, Any]]


def homes(*, customers: int = 60, **one: Any) -> dict[str, Any]:
    """Customers and their addresses, of which one is the primary one."""
    return {
        "tables": {
            "customers": {
                "rows": customers,
                "columns": {
                    "id": {"primary_key": True, "rule": "sequence"},
                    "homes": by("count", table="addresses"),
                    "primary": by("count", table="addresses", where="is_primary == true"),
                },
            },
            "addresses": {
                "columns": {
                    "customer": {"references": {"table": "customers", "column": "id", "fan_out": "0..5", **one.pop("fk", {})}},
                    "place": {"rule": "position"},
                    "is_primary": by("one_per_parent", **one),
                }
            },
        }
    }  # fmt: skip


def made(document: dict[str, Any]) -> tuple[Rows, Rows]:
    """All customers and all addresses."""
    dataset = dataset_of(document)
    customers, addresses = (
        table.batch(0, table.planned.rows).to_pylist()
        for table in (dataset.tables["customers"], dataset.tables["addresses"])
    )
    return customers, addresses


@pytest.mark.parametrize("owning", [True, False])
def test_every_parent_that_has_children_has_exactly_one(owning: bool) -> None:
    customers, addresses = made(homes(fk={"owning": owning}))
    marked = Counter(address["customer"] for address in addresses if address["is_primary"])

    assert {customer["homes"] for customer in customers} == {0, 1, 2, 3, 4, 5}
    for customer in customers:
        assert marked[customer["id"]] == customer["primary"] == min(customer["homes"], 1)


def test_each_sibling_is_as_likely() -> None:
    _, addresses = made(homes(customers=6_000, fk={"fan_out": 4}))
    places = Counter(address["place"] for address in addresses if address["is_primary"])

    assert set(places) == {1, 2, 3, 4}
    assert all(abs(count - 1_500) < 5 * 34 for count in places.values())


def test_it_may_be_the_first_or_the_last() -> None:
    _, first = made(homes(which="first"))
    _, last = made(homes(which="last"))

    assert all(address["is_primary"] == (address["place"] == 1) for address in first)
    for _, family in groupby(last, key=lambda address: address["customer"]):
        *others, end = family
        assert end["is_primary"]
        assert not any(address["is_primary"] for address in others)


@pytest.mark.parametrize(("share", "parents"), [("0", 0), ("0.25", 15), ("0.99", 59), ("1", 60)])
def test_a_share_of_the_parents_has_one_to_the_row(share: str, parents: int) -> None:
    customers, _ = made(homes(share=share, fk={"fan_out": "1..4"}))

    assert Counter(customer["primary"] for customer in customers) == Counter({1: parents, 0: 60 - parents})


def test_children_without_a_parent_are_none() -> None:
    _, addresses = made(homes(fk={"null_rate": "20%"}))
    alone = [address for address in addresses if address["customer"] is None]

    assert alone
    assert not any(address["is_primary"] for address in alone)


def test_it_chooses_among_conditions_as_any_other_flag() -> None:
    document = homes()
    document["tables"]["addresses"]["columns"]["label"] = {
        "rule": {"type": "choice", "value": ["second"]},
        "conditional_rules": [{"when": "is_primary == true", "rule": ["home"]}],
    }
    _, addresses = made(document)

    assert all((address["label"] == "home") == address["is_primary"] for address in addresses)


@given(st.integers(1, 40), st.sampled_from(["any", "first", "last"]), st.booleans(), st.data())
@settings(max_examples=25)
def test_any_slice_is_the_same_rows_of_the_whole(customers: int, which: str, owning: bool, data: st.DataObject) -> None:
    document = homes(customers=customers, which=which, share="0.7", fk={"owning": owning, "fan_out": "1..9"})
    table = dataset_of(document).tables["addresses"]
    rows = table.planned.rows
    whole = table.batch(0, rows).to_pylist()
    start = data.draw(st.integers(0, rows))
    stop = data.draw(st.integers(start, rows))

    assert table.batch(start, stop).to_pylist() == whole[start:stop]


@pytest.mark.parametrize(
    ("one", "place", "word"),
    [
        ({"via": "nobody"}, "rule.via", "no reference 'nobody'"),
        ({"share": "1.5"}, "rule.share", "cannot take '1.5'"),
        ({"which": "middle"}, "rule.which", "cannot take 'middle'"),
        ({"of": 3}, "rule.of", "no option 'of'"),
        ({"fk": {"choice": "independent"}}, "rule", "picks each parent independently"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(one: dict[str, Any], place: str, word: str) -> None:
    faults = faults_of(homes(**one))

    assert any(fault.path == f"tables.addresses.columns.is_primary.{place}" and word in fault.what for fault in faults)
