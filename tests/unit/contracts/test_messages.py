"""Messages are read back as they were sent, and whatever else arrives is a Defect, never a crash."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndata_contracts.errors import Defect
from syndata_contracts.messages import (
    CompileSchema,
    Failure,
    GenerateTask,
    JobEvent,
    Refusal,
    SweepJob,
    decode_message,
    encode_message,
)
from tests.properties.profiles import examples
from tests.unit.contracts.examples import EVENTS, FAULTS

SWEEP: Final = {"type": "export.sweep", "workspace": "default", "job": "j"}
LONGEST_COMPLAINT: Final = 500


def text(message: Any, **envelope: Any) -> bytes:
    """A body that carries this as its message."""
    return json.dumps({"format": 1, "message": message} | envelope).encode()


def complaint(body: bytes) -> str:
    """What the Defect says."""
    with pytest.raises(Defect) as caught:
        decode_message(body)
    return str(caught.value)


@pytest.mark.parametrize("event", EVENTS)
def test_what_was_sent_is_read(event: str) -> None:
    message = JobEvent(workspace="default", job="j", event=EVENTS[event])

    assert decode_message(encode_message(message)) == message


@examples(200)
@given(st.text(), st.text(), st.integers(-(2**70), 2**70), st.booleans())
def test_any_text_and_number_is_read_as_it_was_sent(what: str, name: str, seed: int, later: bool) -> None:
    """Quotes, control characters, characters beyond the first plane, numbers beyond 64 bits."""
    for message in (Failure(later=later, what=what), CompileSchema(workspace="default", name=name, seed=seed)):
        assert decode_message(encode_message(message)) == message


@examples(300)
@given(st.binary(max_size=200))
def test_bytes_that_are_no_message_are_a_defect(body: bytes) -> None:
    assert complaint(body)


JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=10,
)


@examples(300)
@given(JSON, st.sampled_from(["envelope", "message", "event"]))
def test_json_that_is_no_message_is_a_defect(value: Any, place: str) -> None:
    """Wherever in a message it stands."""
    bodies = {
        "envelope": json.dumps(value).encode(),
        "message": text(value),
        "event": text({"type": "job.event", "workspace": "default", "job": "j", "event": value}),
    }

    assert complaint(bodies[place])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"' + b"x" * 100_000 + b'"',
        b"[" * 200_000,
        b'{"format":1,"message":' * 50_000,
        b'{"format":' + b"1" * 100_000 + b"}",
        text(SWEEP)[:-1],
        text(SWEEP) + b"{}",
        text(SWEEP).decode().encode("utf-16"),
        text({**SWEEP, "job": "\ud800"}),
        b'{"format":1,"message":{"type":"export.sweep","workspace":"default","job":"\xff"}}',
    ],
    ids=[
        "nothing", "null", "a list", "a long text", "deep lists", "deep objects", "a long number", "torn", "two at once",
        "UTF-16", "half a surrogate pair", "not UTF-8",
    ],
)  # fmt: skip
def test_garbage_is_a_defect_that_is_told_in_a_few_words(body: bytes) -> None:
    """It goes into logs and headers."""
    assert len(complaint(body)) <= LONGEST_COMPLAINT


@pytest.mark.parametrize("wrong", [0, 2, -1, "1", None, [1], 1.5])
def test_other_formats_are_a_defect_that_says_so(wrong: Any) -> None:
    """Whatever they carry: the next format may have another shape."""
    assert complaint(text(SWEEP, format=wrong)) == "not a message of format 1"
    assert complaint(text({"type": "of.a.newer.version"}, format=wrong)) == "not a message of format 1"


def test_a_message_without_a_format_is_a_defect() -> None:
    assert complaint(json.dumps({"message": SWEEP}).encode()) == "not a message of format 1"


@pytest.mark.parametrize("kind", ["of.a.newer.version", "", "x" * 60_000, None, 7, ["export.sweep"]])
def test_unknown_types_are_a_defect(kind: Any) -> None:
    assert len(complaint(text({**SWEEP, "type": kind}))) <= LONGEST_COMPLAINT
    assert len(complaint(text({"type": "job.event", "workspace": "a", "job": "j", "event": {"type": kind}}))) <= (
        LONGEST_COMPLAINT
    )


def test_unknown_fields_are_skipped_wherever_they_stand() -> None:
    newer = {"of_a_newer_version": {"deep": [1]}}
    fault = {"path": "", "what": "it cannot be", **newer}
    message = {"type": "refusal", "faults": [fault], **newer}

    read = decode_message(text(message, **newer))

    assert isinstance(read, Refusal)
    assert read.faults[0].what == "it cannot be"
    assert "of_a_newer_version" not in encode_message(read).decode()


@pytest.mark.parametrize("field", [name for name in GenerateTask.model_fields if name != "type"])
def test_a_missing_field_is_a_defect_that_names_it(field: str) -> None:
    whole = {
        "type": "generate.task", "workspace": "default", "job": "j", "epoch": 0, "task": 0, "table": 0, "first": 0,
        "parts": 1, "plan": "p", "output_format": "csv", "digest_algorithm": "blake3",
    }  # fmt: skip
    assert isinstance(decode_message(text(whole)), GenerateTask)
    del whole[field]

    assert complaint(text(whole)) == f"not a message: message.generate.task.{field}: Field required"


def test_fields_that_have_a_default_may_be_missing() -> None:
    """As in messages of an older version."""
    read = decode_message(text({"type": "schema.compile", "workspace": "default"}))

    assert read == CompileSchema(workspace="default")


@pytest.mark.parametrize("name", ["", "A", "a b", "a/b", "..", "a\n", "-a", "a-", "ä", "a" * 64, "a:b", "a.b"])
def test_a_workspace_that_would_not_fit_a_key_is_a_defect(name: str) -> None:
    assert "workspace" in complaint(text({**SWEEP, "workspace": name}))


def test_complaints_tell_nothing_of_what_a_field_holds() -> None:
    """Texts in messages may come from people; complaints are logged."""
    assert "secret" not in complaint(text({"type": "failure", "later": "secret", "what": ["secret"]}))
    assert "secret" not in complaint(text({**SWEEP, "workspace": "secret!"}))
    assert "secret" not in complaint(b'{"secret": ')


def test_a_message_is_one_line_of_utf_8() -> None:
    body = encode_message(Refusal(faults=(FAULTS[0].model_copy(update={"what": "Größe\n—"}),)))

    assert b"\n" not in body
    assert "Größe" in body.decode("utf-8")


def test_a_message_carries_its_type_and_every_field() -> None:
    """Also those at their default: the reader's default may be another."""
    assert json.loads(encode_message(SweepJob(workspace="default", job="j"))) == {"format": 1, "message": SWEEP}
    assert set(json.loads(encode_message(CompileSchema(workspace="default")))["message"]) == set(
        CompileSchema.model_fields
    )
