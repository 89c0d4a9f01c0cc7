"""Bodies that nobody sends by accident: each is refused in words, none is a fault of ours."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from syndata_gateway import requests
from syndata_gateway.api.door import MOST_DEPTH, read_json
from tests.chaos.cluster import KEY, Running
from tests.e2e.hostile.asking import HEAD, VALIDATE, ask, config, spoken, table, validate

pytestmark = pytest.mark.slow

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=8), inside, max_size=4),
    max_leaves=12,
)
"""`st.text` makes no halves of surrogate pairs; those have a test of their own."""
WORDS = st.sampled_from(["config", "preset", "rows", "seed", "as_of", "strict", "table", "label", "syndata", "tables"])
many = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@many
@given(body=st.binary(max_size=200) | JSON_VALUES.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_answered_without_a_fault_of_ours(up: Running, body: bytes) -> None:
    answer = ask(up.port, "POST", VALIDATE, body)

    if answer.status != 200:
        answer.problem(422)


@many
@given(body=st.dictionaries(WORDS, JSON_VALUES | st.sampled_from(["user", "now", "company"]), max_size=5))
@pytest.mark.parametrize("path", ["/schemas/validate", "/previews", "/jobs"])
def test_any_value_in_any_known_field_is_taken_or_refused(up: Running, path: str, body: dict[str, Any]) -> None:
    answer = ask(up.port, "POST", f"/api/v1{path}", json.dumps(body).encode())

    if answer.status >= 300:
        assert answer.problem(422)["errors"]


@many
@given(value=JSON_VALUES)
def test_any_configuration_is_compiled_or_refused(up: Running, value: Any) -> None:
    answer = validate(up.port, {"syndata": 1, "tables": [{"table_name": "t", "rows": 1, "columns": value}]})

    if answer.status != 200:
        assert answer.problem(422)["errors"]


@given(JSON_VALUES)
def test_what_is_json_for_everyone_is_read_as_it_is(value: Any) -> None:
    assert read_json(json.dumps(value).encode()) == value
    assert read_json(json.dumps(value, ensure_ascii=False).encode()) == value


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"", "required"),
        (b"{", "not JSON"),
        (b"null", "dictionary"),
        (b"[]", "dictionary"),
        (b'{"config": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", "levels"),
        (b'{"config": {"a": ' + b"[" * MOST_DEPTH + b"]" * MOST_DEPTH + b"}}", "levels"),
        (b'{"config": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_000 + b"}", "levels"),
        (b'{"preset": "user", "preset": "company"}', "twice"),
        (b'{"config": {"a": {"b": 1, "b": 2}}}', "twice"),
        (b'{"preset": "user", "rows": NaN}', "NaN"),
        (b'{"preset": "user", "rows": -Infinity}', "Infinity"),
        (b'{"preset": "user", "rows": ' + b"9" * 5000 + b"}", "digits"),
        (b'{"preset": "user", "rows": 9223372036854775808}', "less than"),
        (b'{"preset": "user", "seed": 18446744073709551616}', "less than"),
        (b'{"preset": "user", "rows": -1}', "greater"),
        (b'{"preset": "user", "rows": "100"}', "integer"),
        (b'{"preset": "user", "rows": true}', "integer"),
        (b'{"config": "\\ud800"}', "surrogate"),
        (b'{"config": {"\\udfff": 1}}', "surrogate"),
        (b'{"config": "\xff"}', "UTF-8"),
        ('{"preset": "user"}'.encode("utf-16"), "UTF-8"),
        (b'{"config": "a: \\u0000"}', "U+0000"),
        (b'{"preset": "\\u0000"}', "preset"),
        (b'{"preset": "../../../etc/passwd"}', "preset"),
        (b'{"preset": "user", "unknown": 1}', "Extra"),
        (b"{}", "neither"),
        (b'{"preset": "user", "config": {}}', "both"),
    ],
    ids=[
        "nothing", "torn", "null", "a list", "10,000 levels", "a level too many", "10,000 objects", "a name twice",
        "a name twice inside", "NaN", "infinity", "5,000 digits", "beyond 63 bits", "beyond 64 bits", "negative",
        "a number in quotes", "true for a number", "half a surrogate pair", "half a pair in a name", "no UTF-8",
        "UTF-16", "NUL in YAML", "NUL in a name", "a path for a name", "an unknown field", "nothing asked", "both asked",
    ],
)  # fmt: skip
def test_a_body_that_means_nothing_or_two_things_is_refused_in_words(up: Running, body: bytes, word: str) -> None:
    problem = ask(up.port, "POST", VALIDATE, body).problem(422)

    assert word in json.dumps(problem, ensure_ascii=False)


@pytest.mark.parametrize(
    "given_type", ["", "text/plain", "multipart/form-data; boundary=x", "application/jsonx", "\xff"]
)
def test_what_is_not_sent_as_json_is_415(up: Running, given_type: str) -> None:
    headers = {"X-API-Key": KEY, **({"Content-Type": given_type} if given_type else {})}

    assert "application/json" in ask(up.port, "POST", VALIDATE, b"{}", headers).problem(415)["detail"]


def test_a_bomb_of_yaml_aliases_is_refused_at_once(up: Running) -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]" for n in range(12)]

    assert "aliases" in validate(up.port, "\n".join(lines)).problem(422)["detail"]


def test_of_very_many_faults_the_first_are_told_and_the_others_counted(up: Running) -> None:
    """The compiler itself stops at a thousand; a message holds 64 KiB."""
    wrong = [{"name": f"c{number}", "type": "nope", "rule": "nonsense"} for number in range(3000)]

    errors = validate(up.port, config({"table_name": "t", "rows": 1, "columns": wrong})).problem(422)["errors"]

    assert errors[0]["line"] > 0
    assert errors[-1]["what"].endswith("more faults are not listed")
    assert int(errors[-1]["what"].split()[0].replace(",", "")) + len(errors) - 1 >= 1000


def test_of_very_many_unknown_fields_the_first_are_told_and_the_others_counted(up: Running) -> None:
    body = json.dumps({f"field{number}": 1 for number in range(20_000)}).encode()

    answer = ask(up.port, "POST", VALIDATE, body)

    assert answer.problem(422)["errors"][-1]["what"].endswith("more faults are not listed")
    assert len(answer.body) < 100_000


def test_a_plan_of_two_thousand_columns_is_made(up: Running) -> None:
    told = validate(up.port, config(table(columns=2000)))

    assert told.status == 200, told.body[:1000]
    assert told.document["data"]["tables"] == [{"name": "t", "rows": 5, "parts": 1}]


def test_more_tables_than_a_message_names_are_refused_before_a_job_is_made(up: Running) -> None:
    problem = validate(up.port, config(*(table(f"table-{number}") for number in range(2000)))).problem(422)

    assert "2,000 tables" in problem["detail"]


@pytest.mark.parametrize(
    "name", ["../x", "a/b", "a\\b", "..", "a\x00b", "a\nb", "\u202etxt", " ", "x" * 300, "CON", "%2e"]
)
def test_a_table_whose_name_is_no_file_name_is_refused(up: Running, name: str) -> None:
    validate(up.port, config(table(name))).problem(422)


def test_a_declared_body_above_the_limit_is_refused_before_it_is_sent(up: Running) -> None:
    told = spoken(up.port, b"POST %b HTTP/1.1\r\n%bContent-Length: 34603008\r\n\r\n" % (VALIDATE.encode(), HEAD))

    assert "33,554,432 bytes" in told.problem(413)["detail"]


def test_a_client_that_sends_a_large_body_blindly_still_reads_why_it_is_refused(up: Running) -> None:
    answer = ask(up.port, "POST", VALIDATE, b" " * (40 << 20))

    answer.problem(413)
    assert answer.headers["connection"] == "close"


def test_an_endless_body_in_chunks_is_refused_and_not_read_to_its_end(up: Running) -> None:
    """After the answer the connection is closed under whoever goes on sending."""
    piece = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    head = b"POST %b HTTP/1.1\r\n%bTransfer-Encoding: chunked\r\n\r\n" % (VALIDATE.encode(), HEAD)

    spoken(up.port, head, *[piece] * 34).problem(413)
    with pytest.raises(ConnectionError):
        spoken(up.port, head, *[piece] * 4000)


@pytest.mark.parametrize("pieces", [[], [b"{"], [b" "] * 200], ids=["silence", "a beginning", "a trickle"])
async def test_a_body_that_does_not_come_in_time_is_408(monkeypatch: pytest.MonkeyPatch, pieces: list[bytes]) -> None:
    """A client that stops in the middle, or trickles, holds nothing for long."""
    monkeypatch.setattr(requests, "MOST_SILENT_SECONDS", 0.05)
    monkeypatch.setattr(requests, "MOST_BODY_SECONDS", 0.3)
    monkeypatch.setattr(requests, "_DRAIN_SECONDS", 0.05)
    waiting = list(pieces)
    sent: list[Message] = []

    async def receive() -> Message:
        if not waiting:
            await asyncio.Event().wait()
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": waiting.pop(), "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    async def reads(scope: Scope, receive: Receive, send: Send) -> None:
        await Response(await Request(scope, receive).body())(scope, receive, send)

    scope = {"type": "http", "method": "POST", "path": "/x", "headers": [], "query_string": b""}
    await asyncio.wait_for(requests.Requests(reads, unlimited=())(scope, receive, send), 10)

    assert sent[0]["status"] == 408
