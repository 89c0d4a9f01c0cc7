"""What services of different versions say to each other, and leave for each other, is still read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, get_args

import pytest
from pydantic import BaseModel

from syndata_contracts.events import Event
from syndata_contracts.jobs import Job
from syndata_contracts.messages import JobEvent, Message, decode_message
from syndata_contracts.records import TaskMade
from tests.golden.messages.examples import EVENTS, FILES, JOB, MESSAGES, RECORD, contents, kept, sent

HOW: Final = "see tests/golden/messages/README.md before you regenerate"
NEWER: Final = {"of_a_newer_version": [1, {"x": None}]}


def read(name: str, body: bytes) -> BaseModel:
    """Read a golden file as the services do."""
    if name in sent():
        return decode_message(body)
    return Job.model_validate(json.loads(body)) if name == "document.job.json" else TaskMade.from_bytes(body)


def written(name: str) -> BaseModel:
    """What the golden file was written from."""
    return sent()[name] if name in sent() else kept()[name][0]


def from_a_newer_version(document: Any) -> Any:
    """The document with a field more in every object, but in mappings whose keys are data."""
    if isinstance(document, list):
        return [from_a_newer_version(one) for one in document]
    if not isinstance(document, dict):
        return document
    known = {
        key: value if key in {"trace", "notes"} else from_a_newer_version(value) for key, value in document.items()
    }
    return known | NEWER


@pytest.mark.parametrize("name", contents())
def test_todays_code_writes_exactly_these_bytes(name: str) -> None:
    assert contents()[name].decode() == (FILES / name).read_bytes().decode(), HOW


@pytest.mark.parametrize("name", contents())
def test_todays_code_reads_them(name: str) -> None:
    assert read(name, (FILES / name).read_bytes()) == written(name), HOW


@pytest.mark.parametrize("name", contents())
def test_fields_of_a_newer_version_are_skipped_wherever_they_stand(name: str) -> None:
    """So that services can be replaced one after another."""
    document = from_a_newer_version(json.loads((FILES / name).read_bytes()))

    assert read(name, json.dumps(document).encode()) == written(name)


@pytest.mark.parametrize("name", contents())
def test_the_order_of_fields_does_not_matter(name: str) -> None:
    """A document store may keep another."""
    document = json.loads((FILES / name).read_bytes(), object_pairs_hook=lambda pairs: dict(reversed(pairs)))

    assert read(name, json.dumps(document).encode()) == written(name)


def fields(value: BaseModel, place: str = "") -> Iterator[tuple[str, BaseModel, str]]:
    """Every field of every value inside, but the discriminators and formats."""
    for name in type(value).model_fields:
        yield f"{place}{name}", value, name
        inside = getattr(value, name)
        for one in inside if isinstance(inside, tuple) else (inside,):
            if isinstance(one, BaseModel):
                yield from fields(one, f"{place}{name}.")


@pytest.mark.parametrize("example", [*MESSAGES, *EVENTS, JOB, RECORD], ids=lambda example: type(example).__name__)
def test_every_field_is_pinned_by_a_value_of_its_own(example: BaseModel) -> None:
    """A field left at its default would not tell if it was lost on the way."""
    told = {place for place, value, name in fields(example) if name in value.model_fields_set}
    silent = {place for place, _, name in fields(example) if name not in {"type", "format"}} - told

    assert not silent


def test_every_message_and_every_event_is_pinned() -> None:
    assert {type(message) for message in sent().values()} == set(get_args(Message))
    assert {type(message.event) for message in sent().values() if isinstance(message, JobEvent)} == set(get_args(Event))


def test_no_golden_message_is_left_over() -> None:
    assert {path.name for path in FILES.glob("*.json")} == set(contents())
