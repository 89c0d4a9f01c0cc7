"""One parent with very many children: what reads a family is split, or refused quickly by name; memory stays flat."""

from __future__ import annotations

import time
import tracemalloc
from typing import Any

import numpy as np
import pytest

from syndata_engine.generation import BoundTable
from syndata_engine.generation.families.siblings import LARGEST_WHOLE
from tests.unit.kinds.making import by, dataset_of, faults_of

SKEWED = 800_000_000
SPLIT: dict[str, dict[str, Any]] = {
    "position": by("position"),
    "part": {"type": "int", **by("share", column="total")},
    "posting": {"type": "int", **by("balanced_share", column="total")},
    "before": by("previous", column="amount"),
    "chosen": by("one_per_parent"),
    "at": {"type": "datetime", **by("timeline", step="1s", start="2000-01-01")},
}
"""What any row can have of a family of any size."""
WHOLE: dict[str, dict[str, Any]] = {
    "rank": by("rank", column="amount"),
    "so_far": {"type": "int", **by("running_sum", column="amount")},
}
"""What needs all siblings, or all before the row."""


def books(fan_out: Any, parents: int = 1, least: int = 10**9, **reference: Any) -> dict[str, Any]:
    """Parents with a total, and their children, who have nothing of it yet."""
    columns = {"id": {"primary_key": True, "rule": "sequence"}, "total": {"type": "int", **by("range", min=least, max=2 * least)}}  # fmt: skip
    refers = {"table": "parents", "column": "id", "fan_out": fan_out, **reference}
    children = {"of": {"references": refers}, "amount": {"type": "int", **by("range", min=1, max=99)}}
    return {"tables": {"parents": {"rows": parents, "columns": columns}, "children": {"columns": children}}}


def with_columns(document: dict[str, Any], **columns: Any) -> dict[str, Any]:
    """The document with further columns of the children."""
    document["tables"]["children"]["columns"] |= columns
    return document


def all_of(table: BoundTable) -> dict[str, Any]:
    """Every column as an array."""
    batch = table.batch(0, table.planned.rows)
    return {name: batch.column(name).to_numpy(zero_copy_only=False) for name in batch.schema.names}


@pytest.mark.parametrize(
    ("owning", "sizes"),
    [(True, (2, LARGEST_WHOLE, LARGEST_WHOLE + 1, 150_000)), (False, (2, 1_024, 1_025, LARGEST_WHOLE + 1))],
)
def test_parts_add_up_to_the_total_whatever_the_size_of_the_family(owning: bool, sizes: tuple[int, ...]) -> None:
    """Families of one piece, of two, and of many, in one table; and any slice has the rows of the whole."""
    document = books({"histogram": [[size, 1] for size in sizes]}, 4, owning=owning)
    document = with_columns(document, part=SPLIT["part"], posting=SPLIT["posting"])
    dataset = dataset_of(document)
    parents, table = all_of(dataset.tables["parents"]), dataset.tables["children"]
    children = all_of(table)
    of = children["of"] - 1

    assert tuple(sorted(np.bincount(of))) == sizes
    sums = np.zeros((3, 4), np.int64)
    for line, column in enumerate((children["part"], np.maximum(children["posting"], 0), children["posting"])):
        np.add.at(sums[line], of, column)
    np.testing.assert_array_equal(sums, [parents["total"], parents["total"], np.zeros(4, np.int64)])
    assert (children["posting"] != 0).all()
    assert (children["part"] >= 0).all()
    for start in (0, 65_000, table.planned.rows - 900):
        batch = table.batch(start, start + 900)
        for name in ("part", "posting"):
            np.testing.assert_array_equal(batch.column(name).to_numpy(), children[name][start : start + 900])


def test_weights_differ_inside_a_piece_and_pieces_have_what_their_size_says() -> None:
    table = dataset_of(with_columns(books(200_000), part=SPLIT["part"])).tables["children"]
    parts = all_of(table)["part"]
    mean = parts.mean()

    assert 0.5 * mean < parts.std() < 0.65 * mean
    marks = np.arange(197) * 200_000 // 196
    np.testing.assert_allclose(np.add.reduceat(parts, marks[:-1]), mean * np.diff(marks), atol=1)


def test_the_least_total_gives_every_line_of_a_large_family_its_unit() -> None:
    """One less than there are siblings: every piece has as much as its own lines need."""
    document = with_columns(books(100_000, least=49_999), posting=SPLIT["posting"])
    document["tables"]["parents"]["columns"]["total"] = by("choice", value=[99_999])
    found = all_of(dataset_of(document).tables["children"])["posting"]

    assert (found != 0).all()
    assert (found.sum(), np.maximum(found, 0).sum()) == (0, 99_999)


@pytest.mark.parametrize("name", sorted(SPLIT))
@pytest.mark.parametrize("owning", [True, False])
def test_rows_amid_800_million_siblings_cost_what_they_cost_elsewhere(name: str, owning: bool) -> None:
    dataset = dataset_of(with_columns(books(SKEWED, owning=owning), **{name: SPLIT[name]}))
    table = dataset.tables["children"]
    table.batch(0, 10)
    tracemalloc.start()
    began = time.perf_counter()
    batch = table.batch(SKEWED // 2, SKEWED // 2 + (7_000 if owning else 70))
    seconds, (_, peak) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert batch.num_rows == (7_000 if owning else 70)
    assert peak < 64 * 2**20
    assert seconds < 10, "a machine under load may take ten times what it takes alone"


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_what_needs_all_800_million_siblings_is_refused_at_once_by_name(name: str) -> None:
    document = with_columns(books(SKEWED), **{name: WHOLE[name]})
    faults_of(document)
    began = time.perf_counter()
    (fault,) = faults_of(document)

    assert time.perf_counter() - began < 2
    assert fault.path.startswith(f"tables.children.columns.{name}")
    assert f"children.{name}" in fault.what
    assert "800,000,0" in fault.what
    assert "fan-out" in fault.fix


def test_more_siblings_than_can_share_are_refused_by_name() -> None:
    (fault,) = faults_of(with_columns(books(2**31 + 1), part=SPLIT["part"]))

    assert fault.path == "tables.children.columns.part.rule"
    assert "shares up to 2,147,483,649 siblings together, beyond 2,147,483,648" in fault.what


@pytest.mark.parametrize("kind", ["sum", "min", "max", "first", "last", "count"])
def test_a_parent_may_read_as_many_children_as_it_would_take_to_make_them(kind: str) -> None:
    """Two million for one parent, a stretch at a time."""
    document = books(2_000_000)
    where = {} if kind in {"first", "last"} else {"where": "amount > 50"}
    document["tables"]["parents"]["columns"]["x"] = {"type": "int", **by(kind, table="children", column="amount", **where)}  # fmt: skip
    table = dataset_of(document).tables["parents"]
    tracemalloc.start()
    (value,) = table.batch(0, 1).column("x").to_pylist()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert value > 0
    assert peak < 64 * 2**20
