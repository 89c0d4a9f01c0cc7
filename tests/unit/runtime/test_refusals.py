"""Faults that travel: as many as a message holds, the others counted, and nothing lost on the second leg."""

from __future__ import annotations

import pytest

from syndata_contracts.errors import Fault
from syndata_runtime.refusals import MOST_BYTES, MOST_FAULTS, carried_faults


def faults(count: int, length: int = 20) -> list[Fault]:
    """So many faults, each with texts of that length."""
    return [Fault(f"tables[{number}]", "w" * length, "f" * length) for number in range(count)]


@pytest.mark.parametrize(("count", "length"), [(1, 20), (3, 20), (499, 20), (500, 5), (501, 5), (3000, 5), (1000, 600)])
def test_what_was_carried_is_carried_whole_again(count: int, length: int) -> None:
    once = carried_faults(faults(count, length))
    twice = carried_faults([record.to_fault() for record in once])

    assert twice == once
    assert sum(len(record.model_dump_json().encode()) + 1 for record in once) <= MOST_BYTES
    assert len(once) <= MOST_FAULTS


@pytest.mark.parametrize(("count", "length"), [(501, 5), (3000, 5), (1000, 600)])
def test_the_last_record_counts_those_left_out(count: int, length: int) -> None:
    *told, last = carried_faults(faults(count, length))

    assert last.what == f"{count - len(told):,} more faults are not listed"
    assert [record.path for record in told] == [f"tables[{number}]" for number in range(len(told))]


def test_one_fault_is_told_however_little_room_there_is() -> None:
    first, last = carried_faults(faults(3, 900), most_bytes=100)

    assert first.path == "tables[0]"
    assert last.what == "2 more faults are not listed"
