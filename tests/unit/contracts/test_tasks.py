"""How tables are cut into tasks."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndata_contracts.plan import Plan, PlannedTable
from syndata_contracts.schema import DatasetSchema
from syndata_contracts.tasks import TableWork, count_tasks, table_works, task_of
from tests.properties.profiles import examples

PART_ROWS = 16_384
MOST_PARTS = 8
PARTS = st.one_of(st.integers(0, 70), st.integers(0, 2_000))
WORKS = st.lists(
    st.builds(
        TableWork, name=st.just("t"), rows=st.just(0), parts=st.integers(1, 60), parts_per_task=st.integers(1, 20)
    ),
    max_size=6,
).map(tuple)


def planned(*parts: int) -> Plan:
    """A plan of tables of so many parts; one of 0 has no rows, and a part all the same."""
    tables = tuple(
        PlannedTable(
            id=str(number), name=f"t{number}", rows=count * PART_ROWS, part_rows=PART_ROWS, row_bytes=50,
            locale="en_US", columns=(),
        )
        for number, count in enumerate(parts)
    )  # fmt: skip
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return Plan(seed=0, as_of=moment, vocabularies={}, schema_=DatasetSchema(tables=()), tables=tables)


@examples(100)
@given(st.lists(PARTS, min_size=1, max_size=5))
def test_every_part_of_every_table_belongs_to_exactly_one_task(parts: list[int]) -> None:
    plan = planned(*parts)
    works = table_works(plan)
    tasks = [task_of(works, number) for number in range(count_tasks(works))]
    made = Counter((task.table, part) for task in tasks for part in range(task.first, task.first + task.parts))

    assert made == {(table, part): 1 for table, one in enumerate(plan.tables) for part in range(one.parts)}


@examples(100)
@given(st.lists(PARTS, min_size=1, max_size=5))
def test_tasks_are_worth_a_message_and_not_too_dear_to_lose(parts: list[int]) -> None:
    """Few parts are tasks of their own, so that every generator finds work; none is of more than eight."""
    plan = planned(*parts)
    works = table_works(plan)
    sizes = {task_of(works, number).parts for number in range(count_tasks(works))}

    assert 1 <= min(sizes) <= max(sizes) <= MOST_PARTS
    if sum(table.parts for table in plan.tables) < 128:
        assert sizes == {1}


def test_many_parts_are_made_by_tasks_of_eight() -> None:
    works = table_works(planned(1_000, 3))

    assert [work.tasks for work in works] == [125, 1]
    assert task_of(works, 125).model_dump() == {"number": 125, "table": 1, "first": 0, "parts": 3}


@examples(100)
@given(WORKS)
def test_any_tables_are_cut_into_runs_in_order_that_leave_nothing_out(works: tuple[TableWork, ...]) -> None:
    """Tables as an older or newer version may have cut them."""
    expected = [
        (table, first, min(work.parts_per_task, work.parts - first))
        for table, work in enumerate(works)
        for first in range(0, work.parts, work.parts_per_task)
    ]
    tasks = [task_of(works, number) for number in range(count_tasks(works))]

    assert [(task.table, task.first, task.parts) for task in tasks] == expected
    assert [task.number for task in tasks] == list(range(len(tasks)))


@examples(50)
@given(WORKS, st.integers(0, 10**12))
def test_there_is_no_task_before_the_first_nor_behind_the_last(works: tuple[TableWork, ...], beyond: int) -> None:
    for number in (-1 - beyond, count_tasks(works) + beyond):
        with pytest.raises(IndexError, match=f"no task {number}"):
            task_of(works, number)
