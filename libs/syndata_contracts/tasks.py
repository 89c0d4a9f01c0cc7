"""Tasks: runs of consecutive parts of one table, numbered through all tables in the plan's order."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import Final

from syndata_contracts.plan import Plan, Tolerant

_MOST_PARTS: Final = 8
"""Parts of one task: some seconds of work, so that a lost task costs little and a message is worth its way."""
_FEWEST_TASKS: Final = 64
"""Below so many parts every part is a task of its own, so that small jobs spread over all generators too."""


class Task(Tolerant):
    """What a generator is asked to make at once."""

    number: int
    table: int
    """Position of the table in the plan."""
    first: int
    """The first part."""
    parts: int


class TableWork(Tolerant):
    """A table as its job sees it."""

    name: str
    rows: int
    parts: int
    parts_per_task: int

    @property
    def tasks(self) -> int:
        """How many tasks the table is made of."""
        return -(-self.parts // self.parts_per_task)


def table_works(plan: Plan) -> tuple[TableWork, ...]:
    """How a plan is cut into tasks: a function of the plan alone."""
    parts = sum(table.parts for table in plan.tables)
    per_task = max(1, min(_MOST_PARTS, parts // _FEWEST_TASKS))
    return tuple(
        TableWork(name=table.name, rows=table.rows, parts=table.parts, parts_per_task=per_task) for table in plan.tables
    )


def count_tasks(works: tuple[TableWork, ...]) -> int:
    """Tasks of all tables."""
    return sum(work.tasks for work in works)


def task_of(works: tuple[TableWork, ...], number: int) -> Task:
    """The task of this number; IndexError when there is none."""
    ends = list(accumulate(work.tasks for work in works))
    if not 0 <= number < (ends[-1] if ends else 0):
        raise IndexError(f"there is no task {number}")
    table = bisect_right(ends, number)
    work = works[table]
    first = (number - (ends[table] - work.tasks)) * work.parts_per_task
    return Task(number=number, table=table, first=first, parts=min(work.parts_per_task, work.parts - first))
