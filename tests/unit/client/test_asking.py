"""When a request is asked again, and what an answer that is no success means."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest

from syndata.client.errors import JobFailed, Rejected
from syndata.client.models import Job
from syndata.client.steps import Answer
from syndata.client.verbs import Verbs
from syndata_contracts.errors import Defect, Fault, Unavailable
from tests.unit.client.performing import BROKEN, ID, JOB, REFUSED, SILENT, URL, Played, problem, success


def verbs(patience: float = 30.0) -> Verbs:
    return Verbs(URL, patience)


@pytest.mark.parametrize("trouble", [BROKEN, SILENT, REFUSED, problem(503), problem(429), problem(502), problem(504)])
def test_trouble_that_passes_is_outlasted(trouble: Answer) -> None:
    played = Played(verbs().job(ID), trouble, trouble, success(JOB))

    assert played.result.id == ID
    assert len(played.asked) == 3
    assert 0 < played.rests[0] < played.rests[1]


def test_the_server_says_when_to_come_back() -> None:
    played = Played(verbs().job(ID), problem(503, headers={"retry-after": "4"}), success(JOB))

    assert played.rests == [4.0]


def test_the_moment_to_come_back_may_be_a_date() -> None:
    soon = datetime.now(UTC).replace(microsecond=0).strftime("%a, %d %b %Y %H:%M:%S GMT")
    played = Played(verbs().job(ID), problem(503, headers={"retry-after": soon}), success(JOB))

    assert played.rests[0] <= 1


def test_nobody_waits_longer_than_patience_lasts() -> None:
    with pytest.raises(Unavailable, match=f"{URL} is not available: what is wrong"):
        Played(verbs().job(ID), problem(503, headers={"retry-after": "31"}))


def test_a_server_that_never_answered_is_given_up_soon() -> None:
    """An address that is wrong should be told at once; one that was right before deserves patience."""
    stranger, known = verbs(patience=1e9), verbs(patience=1e9)
    Played(known.job(ID), success(JOB))

    with pytest.raises(Unavailable):
        Played(stranger.job(ID), *[REFUSED] * 99)
    assert Played(known.job(ID), *[REFUSED] * 99, success(JOB)).result.id == ID


def test_a_job_is_made_once_however_often_it_is_asked_for() -> None:
    """Every try carries the same key, and another request another."""
    one = verbs()
    first = Played(one.create_job(preset="user"), BROKEN, problem(503), success(JOB))
    second = Played(one.create_job(preset="user"), success(JOB))

    keys = [request.headers["Idempotency-Key"] for request in first.asked]
    assert len(set(keys)) == 1
    assert second.asked[0].headers["Idempotency-Key"] not in keys


def test_what_would_be_done_twice_is_only_repeated_when_it_never_arrived(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n")

    assert Played(verbs().upload(path), REFUSED, success({"id": ID, "bytes": 4})).result.bytes == 4
    with pytest.raises(Unavailable):
        Played(verbs().upload(path), BROKEN)
    with pytest.raises(Unavailable):
        Played(verbs().keep_schema("a", preset="user"), problem(503))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422])
def test_a_no_is_not_asked_again_and_says_what_programs_need(status: int) -> None:
    with pytest.raises(Rejected, match="what is wrong") as refusal:
        Played(verbs().job(ID), problem(status, "a_word"))

    assert (refusal.value.status, refusal.value.code, refusal.value.request_id) == (status, "a_word", "req_1")


def test_faults_of_a_refusal_are_the_errors_faults() -> None:
    listed = [{"path": "tables[0]", "what": "wrong", "fix": "mend", "line": 3, "new": 1}, {"path": "", "what": "too"}]
    with pytest.raises(Rejected) as refusal:
        Played(verbs().validate(preset="user"), problem(422, errors=listed))

    assert refusal.value.faults == (Fault("tables[0]", "wrong", "mend", line=3), Fault("", "too"))


@pytest.mark.parametrize("answer", [problem(500), Answer(500, {}, b"<html>")])
def test_the_servers_own_failure_is_a_defect_and_not_asked_again(answer: Answer) -> None:
    with pytest.raises(Defect, match=f"{URL} failed"):
        Played(verbs().job(ID), answer)


def test_a_request_id_leads_to_the_servers_log() -> None:
    with pytest.raises(Defect, match="req_1"):
        Played(verbs().job(ID), problem(500))


@pytest.mark.parametrize(
    "answer",
    [Answer(200, {}, b"<html>"), Answer(200, {}, b"[]"), success([]), success({"id": ID}), Answer(200, {}, b"\xff")],
)
def test_an_answer_of_something_else_is_a_defect(answer: Answer) -> None:
    with pytest.raises(Defect, match="is it a Syndata server"):
        Played(verbs().job(ID), answer)


@pytest.mark.parametrize("answer", [Answer(404, {}, b"<html>"), Answer(301, {"location": "http://elsewhere/"}, b"")])
def test_an_address_where_no_server_of_ours_is_can_be_mended(answer: Answer) -> None:
    """A redirect is not followed: the key would go where nobody said."""
    with pytest.raises(Rejected, match=f"check that {URL} is the address of a Syndata server"):
        Played(verbs().job(ID), answer)


def test_what_a_newer_server_adds_is_skipped() -> None:
    assert Played(verbs().job(ID), success({**JOB, "state": "dreaming", "new": {}})).result.state == "dreaming"


def test_errors_survive_a_process_boundary() -> None:
    rejected = Rejected(Fault("a", "b"), 404, "not_found", "req_1")
    failed = JobFailed(Job.model_validate({**JOB, "state": "failed", "reason": "no rows"}))

    again, back = pickle.loads(pickle.dumps(rejected)), pickle.loads(pickle.dumps(failed))  # noqa: S301 -- our own

    assert (again.faults, again.status, again.code, again.request_id) == (rejected.faults, 404, "not_found", "req_1")
    assert (str(back), back.job) == (str(failed), failed.job)
