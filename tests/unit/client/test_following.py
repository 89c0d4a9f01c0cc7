"""Waiting for a job: events where they come through, asking where they do not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndata.client.errors import JobFailed
from syndata.client.following import Events
from syndata.client.steps import Ask
from syndata.client.verbs import Verbs
from syndata_contracts.errors import Unavailable
from tests.unit.client.performing import BROKEN, ID, JOB, SILENT, URL, Played, event, problem, stream, success

DONE: dict[str, Any] = {**JOB, "state": "completed", "version": 9}


def wait(*answers: Any, **more: Any) -> Played:
    return Played(Verbs(URL, 30.0).wait(ID, **more), *answers)


def test_every_change_is_told_once_and_in_order() -> None:
    heard: list[int] = []
    told = [event(version=1), event(version=3) + event(version=2), event(version=9, state="completed")]

    played = wait(success(JOB), stream(), *told, told=lambda job: heard.append(job.version))

    assert heard == [1, 3, 9]
    assert played.result.state == "completed"


def test_a_job_that_has_ended_is_not_followed() -> None:
    assert len(wait(success(DONE)).asked) == 1


@pytest.mark.parametrize("ended", ["failed", "cancelled"])
def test_a_job_that_does_not_complete_is_an_error_that_carries_it(ended: str) -> None:
    faults = [{"path": "tables[0]", "what": "too many rows", "fix": "ask for fewer"}]
    with pytest.raises(JobFailed, match=rf"(?s)job {ID} .*{ended}: no space.*too many rows.*ask for fewer") as failure:
        wait(success(JOB), stream(), event(version=2, state=ended, reason="no space", errors=faults))

    assert failure.value.job.state == ended


@pytest.mark.parametrize("broken", [BROKEN, SILENT, b""])
def test_a_broken_stream_is_taken_up_behind_the_last_whole_event(broken: Any) -> None:
    half = event(version=5)[:-20]

    played = wait(success(JOB), stream(), event(version=4) + half, broken, stream(), event(**DONE))

    streams = [request for request in played.asked if request.streamed]
    assert "Last-Event-ID" not in streams[0].headers
    assert streams[1].headers["Last-Event-ID"] == "4"
    assert played.result.version == 9


@pytest.mark.parametrize("answer", [stream("text/html"), problem(404), problem(503), stream(status=204)])
def test_where_events_are_not_served_the_job_is_asked_for_now_and_then(answer: Any) -> None:
    heard: list[int] = []
    later = success({**JOB, "version": 2})
    played = wait(success(JOB), answer, later, later, success(DONE), told=lambda job: heard.append(job.version))

    assert heard == [1, 2, 9]
    assert [request.streamed for request in played.asked] == [False, True, False, False, False]
    assert 0 < played.rests[0] < played.rests[-1]


def test_where_something_keeps_events_back_the_job_is_asked_for() -> None:
    played = wait(success(JOB), stream(), SILENT, success(DONE))

    assert played.result.state == "completed"


def test_a_server_that_stays_away_ends_waiting() -> None:
    with pytest.raises(Unavailable, match="broken"):
        Played(Verbs(URL, 0.05).wait(ID), success(JOB), BROKEN)


def test_waiting_ends_when_time_is_up() -> None:
    with pytest.raises(Unavailable, match="still generating when time was up; it goes on"):
        wait(success(JOB), timeout=0)


def test_silence_is_awaited_no_longer_than_there_is_time() -> None:
    played = wait(success(JOB), stream(), event(**DONE), timeout=5)

    (followed,) = [request for request in played.asked if request.streamed]
    assert isinstance(followed, Ask)
    assert 0 < followed.silence <= 5


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=5), st.data())
def test_events_are_the_same_however_the_stream_is_cut_into_pieces(versions: list[int], data: st.DataObject) -> None:
    text = b"retry: 1000\n\n: still here\r\n\r\n" + b"".join(
        f"id: {one}\ndata: a {one}\ndata:ü\n\n".encode() for one in versions
    )
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    events = Events()

    pieces = [text[low:high] for low, high in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    found = [one for piece in pieces for one in events.feed(piece)]

    assert found == [f"a {one}\nü" for one in versions]
    assert events.last == str(versions[-1])
