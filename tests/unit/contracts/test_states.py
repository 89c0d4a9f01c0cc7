"""Every event in every state: where it leads. A change of the lifecycle is seen here first."""

from __future__ import annotations

from itertools import product
from typing import Final, get_args

import pytest

from syndata_contracts.events import Event
from syndata_contracts.jobs import JobState
from syndata_contracts.lifecycle import advance
from tests.unit.contracts.examples import EPOCH, EVENTS, NOW, SITUATIONS

_PAUSE = "paused, asked, new epoch"
_BLOCK = "paused, blocked: storage is full, new epoch"
_CANCEL = "cancelled, asked, new epoch: sweep"
_FAIL = "failed, it broke"
_GENERATE = "generating, new epoch: generate 0, generate 1"
_EXPORT = "exporting, new epoch: export"
_COMPLETE = "completed"
_COUNT = "counted"
"""In the same state, with a task more that is done, or a fact more that is known."""
_EXPIRE = "counted: sweep"
_WISHES: Final = {"cancel asked": _CANCEL}
_RESUMES: Final = {"resume asked": _GENERATE, "resume asked of this pause": _GENERATE}
_RESUMES_EXPORT: Final = {"resume asked": _EXPORT, "resume asked of this pause": _EXPORT}
_ANY_TASK: Final = {
    "first task done": _COUNT,
    "last task done": _COUNT,
    "first task done in an older epoch": _COUNT,
    "last task done in an older epoch": _COUNT,
}
_AT_WORK: Final = {"failed": _FAIL, "blocked": _BLOCK, "pause asked": _PAUSE, "cancel asked": _CANCEL}
_ANY_EXPORT: Final = {"export done": _COMPLETE, "export done in an older epoch": _COMPLETE}

ALL: Final = list(product(SITUATIONS, EVENTS))

EXPECTED: Final[dict[str, dict[str, str]]] = {
    "pending": {
        "started": "generating: generate 0, generate 1",
        "pause asked": _PAUSE,
        "cancel asked": _CANCEL,
    },
    "generating": {
        **_AT_WORK,
        "first task done": "counted: generate 2",
        "first task done in an older epoch": "counted: generate 2",
        # It was handed out before a pause, and not yet again.
        "last task done": _COUNT,
        "last task done in an older epoch": _COUNT,
    },
    "generating the last task": {
        **_AT_WORK,
        "last task done": "exporting: export",
        "last task done in an older epoch": "exporting: export",
    },
    "exporting": {**_AT_WORK, **_ANY_EXPORT, "export progressed": _COUNT},
    "paused": {**_ANY_TASK, **_RESUMES, **_WISHES},
    "paused before it began": {**_ANY_TASK, **_RESUMES, **_WISHES},
    "paused amid the export": {**_ANY_EXPORT, **_RESUMES_EXPORT, **_WISHES},
    "blocked": {**_ANY_TASK, **_RESUMES, **_WISHES, "pause asked": _PAUSE},
    "failed": {**_ANY_TASK, **_RESUMES, **_WISHES, "expired": _EXPIRE},
    "failed amid the export": {**_RESUMES_EXPORT, **_WISHES, "expired": _EXPIRE},
    "completed": {"expired": _EXPIRE},
    "cancelled": {"cleared": _COUNT},
    # Their parts are gone, or about to go: nothing brings them back.
    "completed, expired": {"cleared": _COUNT},
    "completed, cleared": {},
    "failed, expired": {**_WISHES, "cleared": _COUNT},
    "cancelled, cleared": {},
}
"""What is not here changes nothing: no version is written, and nothing asked for."""


def outcome(situation: str, event: str) -> str | None:
    """What an event does, in words; None when nothing."""
    before = SITUATIONS[situation]
    after, commands = advance(before, [EVENTS[event]], NOW)
    if after is before:
        assert commands == ()
        return None
    words = [str(after.state)]
    if (after.state, after.epoch) == (before.state, before.epoch):
        words = [_COUNT]
    elif after.reason is not None:
        words.append(after.reason)
    if after.epoch != before.epoch:
        assert after.epoch == EPOCH + 1
        words.append("new epoch")
    asked = [command.kind if command.task is None else f"{command.kind} {command.task}" for command in commands]
    return ", ".join(words) + (": " + ", ".join(asked) if asked else "")


@pytest.mark.parametrize(("situation", "event"), ALL)
def test_every_event_in_every_state_leads_where_it_should(situation: str, event: str) -> None:
    assert outcome(situation, event) == EXPECTED[situation].get(event)


def test_every_state_and_every_event_is_tried() -> None:
    assert {job.state for job in SITUATIONS.values()} == set(JobState)
    assert {type(event) for event in EVENTS.values()} == set(get_args(Event))
    assert set(EXPECTED) == set(SITUATIONS)
    assert all(set(outcomes) <= set(EVENTS) for outcomes in EXPECTED.values())


@pytest.mark.parametrize(("situation", "event"), ALL)
def test_a_version_is_one_more_and_dated_when_something_changed(situation: str, event: str) -> None:
    """And stays the very same when nothing did: then nobody needs to write."""
    before = SITUATIONS[situation]
    after, commands = advance(before, [EVENTS[event]], NOW)

    if after is not before:
        assert (after.version, after.updated_at, after.outbox) == (before.version + 1, NOW, commands)


@pytest.mark.parametrize(("situation", "event"), ALL)
def test_the_same_event_twice_does_what_it_does_once(situation: str, event: str) -> None:
    """The bus delivers again at will."""
    once, _ = advance(SITUATIONS[situation], [EVENTS[event]], NOW)
    twice, commands = advance(once, [EVENTS[event]], NOW)

    assert twice is once
    assert commands == ()
