"""Law 3, for children: what a row is among its siblings is exact, whichever rows are asked for."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndata_engine.generation.families.shares import Share
from syndata_engine.generation.families.siblings import ordered_places
from syndata_engine.generation.tables.binding import BoundTable
from tests.properties.families import Row, by_parent, families, rows_of
from tests.properties.made import bound, slice_of, values_of
from tests.properties.profiles import examples

TOTALS: dict[str, Any] = {
    "total": {"type": "decimal(12,2)", "null_rate": 0.1, "rule": {"type": "range", "min": 0, "max": "99999.99"}},
    "few": {"type": "int", "rule": {"type": "range", "min": 0, "max": 3}},
    "vast": {"type": "int", "rule": {"type": "range", "min": 0, "max": 900_000_000_000_000_000}},
}
ALONG: dict[str, Any] = {
    "so_far": {"rule": {"type": "running_sum", "column": "amount"}},
    "count_so_far": {"rule": {"type": "running_sum", "column": "few", "via": "parent"}},
    "rank": {"rule": {"type": "rank", "column": "few"}},
    "top": {"rule": {"type": "rank", "column": "amount", "order": "descending"}},
    "like_sports": {"rule": {"type": "rank", "column": "few", "ties": "min"}},
    "dense": {"rule": {"type": "rank", "column": "day", "ties": "dense", "order": "descending"}},
    "before": {"rule": {"type": "previous", "column": "who"}},
    "serial_before": {"rule": {"type": "previous", "column": "serial"}},
    "part": {"rule": {"type": "share", "column": "total"}},
    "few_of": {"rule": {"type": "share", "column": "parents.few"}},
    "vast_of": {"rule": {"type": "share", "column": "vast", "via": "parent"}},
}


def ranked(family: list[Row], name: str, ties: str, *, descending: bool = False) -> list[int | None]:
    """Ranks of a family in plain Python."""
    known = [row[name] for row in family if row[name] is not None]
    found: list[int | None] = []
    for number, row in enumerate(family):
        value = row[name]
        if value is None:
            found.append(None)
            continue
        ahead = [other for other in known if (other > value if descending else other < value)]
        if ties == "dense":
            found.append(1 + len(set(ahead)))
        else:
            equal = sum(other[name] == value for other in family[:number]) if ties == "position" else 0
            found.append(1 + len(ahead) + equal)
    return found


@examples(60)
@given(st.data())
def test_what_a_row_is_among_its_siblings_is_what_their_rows_say(data: st.DataObject) -> None:
    made = values_of(families(data.draw, TOTALS, ALONG))
    for family in by_parent(made).values():
        assert [row["so_far"] for row in family] == list(accumulate(row["amount"] or 0 for row in family))
        assert [row["count_so_far"] for row in family] == list(accumulate(row["few"] for row in family))
        assert [row["rank"] for row in family] == ranked(family, "few", "position")
        assert [row["top"] for row in family] == ranked(family, "amount", "position", descending=True)
        assert [row["like_sports"] for row in family] == ranked(family, "few", "min")
        assert [row["dense"] for row in family] == ranked(family, "day", "dense", descending=True)
        for name, of in (("before", "who"), ("serial_before", "serial")):
            assert [row[name] for row in family] == [None, *(row[of] for row in family)][: len(family)]
    orphans = [row for row in rows_of(made["children"]) if row["of"] is None]
    assert all(row[name] is None for row in orphans for name in ALONG)


@examples(60)
@given(st.data())
def test_shares_add_up_to_the_parents_total(data: st.DataObject) -> None:
    """To the last digit, none below 0, and NULL where the total is."""
    made = values_of(families(data.draw, TOTALS, ALONG))
    for parent, family in zip(rows_of(made["parents"]), by_parent(made).values(), strict=True):
        for name, of in (("part", "total"), ("few_of", "few"), ("vast_of", "vast")):
            shares = [row[name] for row in family]
            if parent[of] is None:
                assert shares == [None] * len(family)
            elif family:
                assert sum(shares) == parent[of]
                assert min(shares) >= 0


def remainders(total: int, weights: list[int]) -> list[int]:
    """The method of the largest remainder, in fractions."""
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [int(share) for share in exact]
    order = sorted(range(len(parts)), key=lambda n: (parts[n] - exact[n], n))
    for n in order[: total - sum(parts)]:
        parts[n] += 1
    return parts


def drawn_weights(table: BoundTable, column: str) -> list[int]:
    """The weights of all rows."""
    node = table.columns[column].code
    assert isinstance(node, Share)
    return [int(word >> 48) + 1 for word in table.span(0, table.planned.rows).words(node.word)]


@examples(40)
@given(st.data())
def test_shares_follow_the_largest_remainder_of_their_weights(data: st.DataObject) -> None:
    dataset = bound(families(data.draw, TOTALS, ALONG))
    made = {name: slice_of(table, 0, table.planned.rows) for name, table in dataset.tables.items()}
    weights = dict(zip(made["children"]["serial"], drawn_weights(dataset.tables["children"], "vast_of"), strict=True))
    for total, family in zip(made["parents"]["vast"], by_parent(made).values(), strict=True):
        if family:
            expected = remainders(total, [weights[row["serial"]] for row in family])
            assert [row["vast_of"] for row in family] == expected


@examples(40)
@given(st.data())
def test_any_rows_are_the_rows_of_the_whole(data: st.DataObject) -> None:
    """Slices, and rows in any order with some twice."""
    children = bound(families(data.draw, TOTALS, ALONG)).tables["children"]
    rows = children.planned.rows
    whole = slice_of(children, 0, rows)
    start = data.draw(st.integers(0, rows))
    stop = data.draw(st.integers(start, rows))

    assert slice_of(children, start, stop) == {name: values[start:stop] for name, values in whole.items()}
    if rows:
        places = np.array(data.draw(st.lists(st.integers(0, rows - 1), max_size=30)), np.int64)
        for name in ("so_far", "rank", "vast_of"):
            node = children.columns[name].code
            assert node is not None
            in_order = children.span(0, rows).get(node)
            np.testing.assert_array_equal(children.frame(places).get(node), in_order[places])


@examples(60)
@given(st.lists(st.lists(st.integers(-3, 3), max_size=70), max_size=6))
def test_large_families_are_ordered_as_small_ones_are(families: list[list[int]]) -> None:
    """Equals keep their order, whichever way of sorting is the faster one."""
    values = np.array([value for family in families for value in family], np.int64)
    counts = np.array([len(family) for family in families], np.int64)
    owners = np.repeat(np.arange(len(families)), counts)

    np.testing.assert_array_equal(ordered_places(values, owners, counts), np.lexsort((values, owners)))


@pytest.mark.parametrize("owning", [True, False])
def test_families_beyond_what_is_computed_together(owning: bool) -> None:
    """A running sum is carried on; ranks and shares take whole families."""
    document: dict[str, Any] = {
        "tables": {
            "parents": {
                "rows": 4,
                "columns": {
                    "id": {"type": "int", "primary_key": True, "rule": "sequence"},
                    "total": {"type": "int", "rule": {"type": "range", "min": 10**6, "max": 10**9}},
                },
            },
            "children": {
                "columns": {
                    "of": {"references": {"table": "parents", "column": "id", "fan_out": 50_000, "owning": owning}},
                    "place": {"rule": "position"},
                    "n": {"type": "int", "rule": {"type": "range", "min": -5, "max": 5}},
                    "so_far": {"type": "int", "rule": {"type": "running_sum", "column": "n"}},
                    "rank": {"rule": {"type": "rank", "column": "n"}},
                    "part": {"rule": {"type": "share", "column": "total"}},
                }
            },
        }
    }
    made = values_of(document)
    for number, family in enumerate(by_parent(made).values()):
        assert [row["so_far"] for row in family] == list(accumulate(row["n"] for row in family))
        ranks = sorted((row["n"], row["place"], row["rank"]) for row in family)
        assert [rank for _, _, rank in ranks] == list(range(1, 50_001))
        assert sum(row["part"] for row in family) == made["parents"]["total"][number]


def test_a_running_sum_is_carried_over_families_of_any_size() -> None:
    children = bound(
        {
            "tables": {
                "parents": {"rows": 2, "columns": {"id": {"type": "int", "primary_key": True, "rule": "sequence"}}},
                "children": {
                    "columns": {
                        "of": {"references": {"table": "parents", "column": "id", "fan_out": 200_000}},
                        "n": {"type": "int", "rule": {"type": "range", "min": -5, "max": 5}},
                        "so_far": {"type": "int", "rule": {"type": "running_sum", "column": "n"}},
                    }
                },
            }
        }
    ).tables["children"]
    made = slice_of(children, 0, 400_000)
    sums = [*accumulate(made["n"][:200_000]), *accumulate(made["n"][200_000:])]

    for start in (0, 131_000, 199_990, 399_000):
        assert slice_of(children, start, start + 1_000)["so_far"] == sums[start : start + 1_000]
