"""Records of tasks, and faults on their way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndata_contracts.errors import Defect, Fault
from syndata_contracts.faults import FaultRecord, fault_records
from syndata_contracts.records import PartMade, TaskMade
from tests.properties.profiles import examples

PART = PartMade(rows=1, size=2, digest="ab", tail=b"QUJD")


@examples(200)
@given(st.binary(max_size=300))
def test_a_tail_is_read_back_byte_for_byte(tail: bytes) -> None:
    """Also one that looks like base64 itself."""
    record = TaskMade(engine="1", parts=(PART, PART.model_copy(update={"tail": tail})))

    assert TaskMade.from_bytes(record.to_bytes()) == record


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{}", b"[]", b"\xff", b"[" * 100_000, b'{"format":2,"engine":"1","parts":[]}', b'{"format":1,"parts":[]}',
        b'{"format":1,"engine":"1","parts":[{"rows":1,"size":2,"digest":"ab","tail":"*"}]}',
    ],
)  # fmt: skip
def test_what_is_no_record_is_a_defect(body: bytes) -> None:
    with pytest.raises(Defect, match="not a record of a task"):
        TaskMade.from_bytes(body)


TEXTS = st.text(max_size=20)
NUMBERS = st.none() | st.integers(1, 10**6)
FAULTS = st.builds(Fault, TEXTS, TEXTS, TEXTS, st.none() | TEXTS, NUMBERS, NUMBERS, st.lists(TEXTS).map(tuple))


@examples(100)
@given(st.lists(FAULTS))
def test_faults_arrive_as_they_were_sent(faults: list[Fault]) -> None:
    arrived = [FaultRecord.model_validate_json(record.model_dump_json()) for record in fault_records(faults)]

    assert [record.to_fault() for record in arrived] == faults
