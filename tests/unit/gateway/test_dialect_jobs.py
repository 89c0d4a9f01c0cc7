"""What dialects tell of a job: ids in any form, progress in units, errors in words."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndata_contracts.faults import FaultRecord
from syndata_contracts.jobs import Job, JobState
from syndata_contracts.tasks import TableWork
from syndata_gateway.dialects.jobs import UNIT, error_of, is_id_of, moment, own_id, percent_of, units_of
from syndata_gateway.dialects.templates import id_of
from syndata_runtime.problems import Problem

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


def job(rows: int = 1000, **more: Any) -> Job:
    """A job of one table."""
    table = TableWork(name="t", rows=rows, parts=1, parts_per_task=1)
    known = {"id": str(uuid4()), "workspace": "default", "created_at": NOW, "updated_at": NOW}
    return Job(**{**known, "plan": "p", "seed": 0, "as_of": NOW, "tables": (table,), **more})


@given(
    rows=st.integers(0, 10**12),
    share=st.fractions(0, 1),
    size=st.integers(1, 2**31 - 1),
    state=st.sampled_from(JobState),
)
def test_units_and_percent_never_say_more_than_is_there(rows: int, share: Any, size: int, state: JobState) -> None:
    done = int(rows * share)
    one = job(rows, rows_done=done, notes={UNIT: size}, state=state)

    finished, units = units_of(one)

    assert (units - 1) * size < rows <= units * size or rows == units == 0
    assert 0 <= finished <= units
    assert (finished == units) == (done == rows)
    assert isinstance(percent_of(one), float)
    assert 0 <= percent_of(one) <= 100
    if state is not JobState.COMPLETED and done < rows:
        assert percent_of(one) < 100


@pytest.mark.parametrize("notes", [{}, {UNIT: 0}, {UNIT: -5}, {UNIT: "300"}, {"other": 7}])
def test_a_job_that_nobody_gave_a_unit_is_counted_in_thousands(notes: dict[str, Any]) -> None:
    assert units_of(job(2500, rows_done=1000, notes=notes)) == (1, 3)


@pytest.mark.parametrize("form", ["{}", "job_{}", "JOB_{}"])
@pytest.mark.parametrize("change", [str, str.upper, lambda text: text.replace("-", "")])
def test_an_id_is_the_same_in_any_form(form: str, change: Any) -> None:
    one = str(uuid4())
    text = form.format(change(one))

    assert own_id(text) == one
    assert is_id_of(text, one)
    assert not is_id_of(text, str(uuid4()))


@given(st.text(max_size=80))
def test_what_is_no_id_is_404(text: str) -> None:
    with pytest.raises(Problem) as raised:
        own_id(text)

    assert raised.value.status == 404
    assert not is_id_of(text, str(uuid4()))


def test_why_a_job_has_no_files_is_told_in_words() -> None:
    faults = (FaultRecord(path="a", what="too many", fix="fewer"), FaultRecord(path="b", what="too wide"))

    assert error_of(job(state=JobState.FAILED, faults=faults, reason="refused")) == "too many; too wide"
    assert error_of(job(state=JobState.FAILED, reason="a disk is full")) == "a disk is full"
    assert error_of(job(state=JobState.FAILED)) == "the job failed"
    assert error_of(job(state=JobState.CANCELLED)) == "the job was cancelled"
    assert [
        error_of(job(state=state, reason="asked")) for state in JobState if state not in {"failed", "cancelled"}
    ] == [None] * 5


def test_times_are_told_in_utc() -> None:
    assert moment(NOW) == "2026-11-20T08:30:00Z"
    assert moment(None) is None


@given(st.text(min_size=1, max_size=128))
def test_every_name_of_a_template_has_an_id_that_names_a_schema_and_itself(name: str) -> None:
    made = id_of(name)

    assert re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", made)
    assert id_of(made) == made


def test_names_keep_what_tells_them_apart() -> None:
    assert id_of("Contacts of ours") == "contacts-of-ours"
    assert id_of("名前") != id_of("連絡先")
