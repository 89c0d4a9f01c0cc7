"""A score says how like real data synthetic data is: whole data, one pass, the same for any order of its batches."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndata_engine.quality import Link, TableScore, compare, link_scores


def people(rows: int, seed: int, *, shift: float = 0.0, together: bool = True) -> pa.Table:
    """Ages, incomes that follow them, towns by weight, dates, some missing."""
    random = np.random.default_rng(seed)
    age = random.normal(40 + shift, 10, rows)
    income = age * 1000 + random.normal(0, 2000, rows) if together else random.permutation(age) * 1000
    town = random.choice(["Ulm", "Bonn", "Kiel", "Trier"], rows, p=[0.5, 0.3, 0.15, 0.05])
    day = datetime(2026, 1, 1, tzinfo=UTC)
    return pa.table(
        {
            "age": pa.array(age),
            "income": pa.array(
                [None if lost else value for value, lost in zip(income, random.random(rows) < 0.1, strict=True)]
            ),
            "town": pa.array(town.tolist()),
            "since": pa.array([day - timedelta(days=int(days)) for days in random.integers(0, 400, rows)]),
            "paid": pa.array(
                [Decimal(int(cents)) / 100 for cents in random.integers(0, 9999, rows)], pa.decimal128(8, 2)
            ),
        }
    )


REAL = people(4_000, 1)


def scored(synthetic: pa.Table) -> TableScore:
    return compare("people", REAL, [synthetic])


def test_data_is_as_like_itself_as_can_be() -> None:
    found = scored(REAL)

    assert found.quality == found.shapes == found.trends == 1
    assert found.copies == 1


def test_rows_of_the_same_origin_reach_the_ceiling() -> None:
    found = scored(people(4_000, 2))

    assert found.quality > found.ceiling - 0.02
    assert found.ceiling > 0.9
    assert found.copies == found.copies_expected == 0


def test_columns_that_are_right_alone_and_wrong_together_lose_in_pairs() -> None:
    found = scored(people(4_000, 2, together=False))
    worst = min(found.pairs, key=lambda pair: pair.score)

    assert found.shapes > 0.9
    assert {worst.left, worst.right} == {"age", "income"}
    assert worst.score < 0.5


def test_a_shifted_column_loses_its_distance() -> None:
    """Half of the values lie above the real data's 99.4 %: Kolmogorov and Smirnov see that gap."""
    columns = {one.name: one for one in scored(people(4_000, 2, shift=25)).columns}

    assert columns["age"].score == pytest.approx(1 - 0.789, abs=0.03)  # 2 * Phi(1.25) - 1
    assert columns["town"].score > 0.95


def test_values_that_the_real_data_has_not_are_told() -> None:
    other = REAL.set_column(2, "town", pa.array(["Ulm", "Atlantis"] * 2_000))
    column = next(one for one in scored(other).columns if one.name == "town")

    assert column.unseen == 0.5
    assert column.score == pytest.approx(0.5, abs=0.02)


def test_missing_values_count_as_much_as_there_are() -> None:
    other = REAL.set_column(0, "age", pa.nulls(4_000, pa.float64()))
    column = next(one for one in scored(other).columns if one.name == "age")

    assert (column.missing_real, column.missing_synthetic, column.score) == (0, 1, 0)


@pytest.mark.parametrize("name", ["age", "since"])
def test_a_column_of_another_sort_scores_nothing_and_says_why(name: str) -> None:
    other = REAL.set_column(REAL.column_names.index(name), name, pa.array(["x"] * 4_000))
    column = next(one for one in scored(other).columns if one.name == name)

    assert column.score == 0
    assert column.remark


def test_a_column_that_is_not_there_scores_nothing() -> None:
    found = scored(REAL.drop_columns(["town"]))

    assert [one.name for one in found.columns if one.score == 0] == ["town"]
    assert "no such column" in found.columns[2].remark


def test_texts_are_compared_by_their_length() -> None:
    real = pa.table({"note": [f"note number {number}" for number in range(500)]})
    same, longer = (
        pa.table({"note": [f"{more}{number}" for number in range(500)]})
        for more in ("line number ", "a much longer line ")
    )

    assert compare("t", real, [same]).quality == 1
    assert compare("t", real, [longer]).quality < 0.1
    assert compare("t", real, [same]).columns[0].remark


def test_copies_are_counted_to_the_row() -> None:
    mixed = pa.concat_tables([REAL.slice(0, 300), people(700, 9)])

    assert scored(mixed).copies == pytest.approx(0.3)


def test_a_copy_is_one_however_its_file_writes_it() -> None:
    """Decimals, dates and whole numbers come back from a CSV file as other types."""
    real = pa.table(
        {
            "paid": pa.array([Decimal("1.50"), Decimal("2.00")], pa.decimal128(8, 2)),
            "on": [date(2020, 1, 1), date(2021, 1, 1)],
            "n": ["a", None],
        }
    )
    told = pa.table(
        {
            "paid": [1.5, 2.0],
            "on": pa.array([date(2020, 1, 1), date(2021, 1, 1)]).cast(pa.timestamp("s")),
            "n": ["a", None],
        }
    )

    assert compare("t", real, [told]).copies == 1


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 900), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_score_is_the_same_for_any_cut_and_order_of_batches(sizes: list[int], random: object) -> None:
    synthetic = people(1_000, 3)
    batches, start = [], 0
    for size in [*sizes, 1_000]:
        batches.append(synthetic.slice(start, size))
        start += size
    batches = [batch for batch in batches if batch.num_rows]
    random.shuffle(batches)  # type: ignore[attr-defined]

    assert compare("people", REAL, batches) == scored(synthetic)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.integers(-(2**40), 2**40)), min_size=1, max_size=40),
    st.lists(st.one_of(st.none(), st.text(max_size=3)), min_size=1, max_size=40),
    st.data(),
)
def test_every_score_lies_between_nothing_and_all(
    numbers: list[int | None], texts: list[str | None], data: st.DataObject
) -> None:
    rows = min(len(numbers), len(texts))
    real = pa.table({"n": pa.array(numbers[:rows], pa.int64()), "t": pa.array(texts[:rows], pa.string())})
    order = data.draw(st.lists(st.integers(0, rows - 1), max_size=30))
    found = compare("t", real, [real.take(pa.array(order, pa.int64()))])

    scores = [
        found.quality,
        found.shapes,
        found.trends,
        found.ceiling,
        found.copies,
        *(one.score for one in found.pairs),
    ]
    assert all(0 <= score <= 1 for score in scores)
    assert json.loads(json.dumps(found.document()))["table"] == "t"


def test_values_of_any_sort_are_compared() -> None:
    odd = pa.table(
        {
            "list": [[1, 2], [3], None],
            "struct": [{"a": 1}, {"a": 2}, {"a": 3}],
            "bytes": [b"x", b"\xff", None],
            "time": [time(1, 2), time(3, 4), None],
            "duration": pa.array([1, 2, 3], pa.duration("s")),
            "date": [date(2020, 1, 1)] * 3,
            "zoned": pa.array([datetime(2020, 1, 1, tzinfo=UTC)] * 3, pa.timestamp("ns", "Europe/Berlin")),
            "flag": [True, False, None],
            "listed": pa.array(["x", "y", "x"]).dictionary_encode(),
            "nothing": pa.nulls(3),
            "large": pa.array([2**62, 1, 2]),
            "unbounded": [float("nan"), float("inf"), 1.0],
        }
    )

    assert compare("odd", odd, [odd]).quality == 1
    assert compare("odd", odd, odd.slice(0, 2).to_batches(max_chunksize=1)).quality > 0.3


def test_no_synthetic_rows_score_nothing() -> None:
    assert compare("people", REAL, []).quality < 0.01


PARENTS = pa.table({"a": [1, 1, 2, 2], "b": ["x", "y", "x", "y"]})
LINK = Link("children", ("pa", "pb"), "parents", ("a", "b"))


def children(*keys: tuple[int | None, str | None]) -> pa.Table:
    return pa.table(
        {"pa": pa.array([one for one, _ in keys], pa.int64()), "pb": pa.array([two for _, two in keys], pa.string())}
    )


def test_orphans_are_counted_by_whole_keys_and_empty_references_are_none() -> None:
    found = {"parents": PARENTS, "children": children((1, "x"), (1, "z"), (3, "x"), (None, "x"), (2, "y"))}
    (score,) = link_scores([LINK], {}, found)

    assert (score.orphans, score.children, score.fan_out) == (2, 4, None)
    assert score.score == 0.5


def test_fan_out_is_compared_with_the_real_one() -> None:
    even = children((1, "x"), (1, "y"), (2, "x"), (2, "y"))
    uneven = children((1, "x"), (1, "x"), (1, "x"), (1, "x"))
    real = {"parents": PARENTS, "children": even}

    assert link_scores([LINK], real, {"parents": PARENTS, "children": even})[0].fan_out == 1
    assert link_scores([LINK], real, {"parents": PARENTS, "children": uneven})[0].fan_out == 0.25
    assert link_scores([LINK], real, {"parents": PARENTS}) == ()
