"""Every way between rows, versions and changes agrees with living through the period once."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndata_engine.generation.changes.kernels import DELETE, INSERT, UPDATE
from syndata_engine.generation.changes.lives import ROUNDS, Counts, Lives
from tests.properties.profiles import examples

ROWS = st.one_of(st.integers(0, 40), st.sampled_from([200, 1_000]))


@st.composite
def lives(draw: st.DrawFn) -> Lives:
    """Any counts that can be met."""
    rows, inserts = draw(ROWS), draw(ROWS)
    deletes = draw(st.integers(0, Counts(rows, inserts, 0, 0).deletable))
    found = Lives(Counts(rows, inserts, 0, deletes), 0)
    updates = draw(st.one_of(st.integers(0, 60), st.integers(0, 3_000))) if found.can_update else 0
    return Lives(Counts(rows, inserts, updates, deletes), draw(st.integers(0, 2**64 - 1)))


@dataclass
class Lived:
    """What becomes of the rows when all changes happen one after another."""

    last: dict[int, int]
    """The version of every row that lives."""
    born: dict[tuple[int, int], int] = field(default_factory=dict)
    ended: dict[tuple[int, int], int] = field(default_factory=dict)

    @classmethod
    def through(cls, found: Lives) -> Lived:
        counts = found.counts
        lived = cls(dict.fromkeys(range(counts.rows), 0))
        newest = counts.rows
        described = found.describe(np.arange(counts.changes, dtype=np.int64))
        for change, (row, version, operation) in enumerate(zip(*(one.tolist() for one in described), strict=True)):
            if operation == INSERT:
                assert (row, version) == (newest, 0), "rows are inserted in their order"
                newest += 1
            elif operation == UPDATE:
                assert lived.last[row] == version - 1, "versions of a row follow each other"
                lived.ended[row, version - 1] = change
            else:
                assert operation == DELETE
                assert lived.last.pop(row) == version
                lived.ended[row, version] = change
                continue
            lived.last[row] = version
            lived.born[row, version] = change
        assert newest == counts.rows + counts.inserts
        return lived


@examples(150)
@given(lives())
def test_changes_fit_each_other_and_counts_are_exact(found: Lives) -> None:
    Lived.through(found)

    ops = found.describe(np.arange(found.counts.changes, dtype=np.int64))[2]
    counts = found.counts
    assert np.bincount(ops, minlength=3).tolist() == [counts.inserts, counts.updates, counts.deletes]


@examples(150)
@given(lives())
def test_a_version_knows_the_changes_that_made_and_ended_it(found: Lives) -> None:
    lived = Lived.through(found)
    versions = [(row, 0) for row in range(found.counts.rows)] + list(lived.born)
    rows, numbers = np.array(versions, np.int64).reshape(-1, 2).T.copy()

    assert found.born(rows, numbers).tolist() == [lived.born.get(one, -1) for one in versions]
    assert found.ended(rows, numbers).tolist() == [lived.ended.get(one, -1) for one in versions]
    assert len(versions) == found.counts.versions
    made = found.made(np.arange(found.counts.inserts + found.counts.updates, dtype=np.int64))
    assert made.tolist() == sorted(lived.born.values())


@examples(150)
@given(lives())
def test_the_rows_that_are_left_stand_in_order_each_in_its_last_version(found: Lives) -> None:
    rows, versions = found.left(np.arange(found.counts.left, dtype=np.int64))

    assert list(zip(rows.tolist(), versions.tolist(), strict=True)) == sorted(Lived.through(found).last.items())


@examples(100)
@given(lives(), st.integers(0, 10**12))
def test_moments_ascend_and_lie_in_the_period(found: Lives, more: int) -> None:
    changes = np.arange(found.counts.changes, dtype=np.int64)
    span = found.counts.changes + more
    moments = found.moments(changes, span)

    assert bool((np.diff(moments) > 0).all())
    assert all(0 <= one < span for one in moments.tolist())


@examples(100)
@given(lives(), st.data())
def test_any_changes_in_any_order_are_what_they_are_among_all(found: Lives, data: st.DataObject) -> None:
    numbers = st.integers(0, max(found.counts.changes - 1, 0))
    asked = np.array(data.draw(st.lists(numbers, max_size=5)) if found.counts.changes else [], np.int64)
    whole = found.describe(np.arange(found.counts.changes, dtype=np.int64))

    for some, all_of in zip(found.describe(asked), whole, strict=True):
        assert some.tolist() == all_of[asked].tolist()


def test_a_billion_changes_are_looked_at_anywhere() -> None:
    """Far ends, in 64 bits; what a change says of itself holds both ways."""
    found = Lives(Counts(10**9, 10**8, 10**10, 10**8), 7)
    assert found.is_countable
    changes = np.concatenate([np.arange(50), found.counts.changes - 1 - np.arange(50), np.arange(50) * 10**8])
    rows, versions, ops = found.describe(changes)

    made = ops != DELETE
    assert found.born(rows[made], versions[made]).tolist() == changes[made].tolist()
    assert found.ended(rows[~made], versions[~made]).tolist() == changes[~made].tolist()
    assert bool((rows < 11 * 10**8).all())
    assert bool((np.diff(found.moments(np.unique(changes), 10**11)) > 0).all())


def test_rows_are_updated_about_equally_often() -> None:
    found = Lives(Counts(1_000, 0, 10_000, 0), 3)
    rows = found.describe(np.arange(10_000, dtype=np.int64))[0]
    times = np.bincount(rows, minlength=1_000)

    assert times.mean() == 10
    assert 4 <= times.min() < 10 < times.max() <= ROUNDS


def test_another_key_touches_other_rows() -> None:
    counts = Counts(1_000, 0, 500, 0)
    one, other = (Lives(counts, key).describe(np.arange(500, dtype=np.int64))[0] for key in (1, 2))

    assert len(set(one.tolist()) & set(other.tolist())) < 350


@pytest.mark.parametrize(
    ("counts", "countable"),
    [
        (Counts(2**40, 0, 1_000, 0), True),
        (Counts(2**40, 2**20, 1_000, 2**20), True),
        (Counts(2**40, 0, 0, 2**30), False),
        (Counts(10, 0, 2**36, 0), False),
    ],
)
def test_what_would_leave_64_bits_is_told(counts: Counts, countable: bool) -> None:
    assert Lives(counts, 1).is_countable is countable
