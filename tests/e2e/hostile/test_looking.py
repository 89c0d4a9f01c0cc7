"""Ids, names, ranges and numbers that lead nowhere: 404, 416 or 422, and never into what belongs to others."""

from __future__ import annotations

import contextlib
import http.client
from typing import Any
from urllib.parse import quote

import pytest

from tests.chaos.cluster import JSON, KEY, Running, call, eventually, request
from tests.e2e.hostile.asking import HEAD, ask, completed, config, get, spoken, table
from tests.e2e.hostile.conftest import STRANGE_KEY

pytestmark = pytest.mark.slow

NAMES = ("Bücher und Zeitschriften", "表", "таблица", "جدول", "e\u0301")


@pytest.fixture(scope="module")
def job(up: Running) -> dict[str, Any]:
    """A completed job of three thousand rows."""
    return completed(up.port, {"preset": "user", "rows": 3000})


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("start=3000", 200),
        ("count=0", 200),
        ("start=2990&count=10000", 200),
        ("start=3001", 422),
        ("start=-1", 422),
        ("start=9223372036854775807", 422),
        ("start=9223372036854775808", 422),
        ("start=" + "9" * 5000, 422),
        ("start=1.5", 422),
        ("start=%D9%A1", 422),
        ("count=10001", 422),
        ("count=-1", 422),
        ("table=nope", 422),
        ("table=%00", 422),
        ("table=%ff", 422),
        ("table=" + "x" * 300, 422),
        ("start=1&start=2", 422),
        ("strat=1", 422),
    ],
)
def test_rows_outside_the_table_are_refused_and_at_its_end_there_are_none(
    up: Running, job: dict[str, Any], query: str, status: int
) -> None:
    answer = get(up.port, f"/jobs/{job['id']}/rows?{query}")

    if status == 200:
        assert answer.status == 200, answer.body
        assert len(answer.document["data"]["rows"]) == answer.document["data"]["count"] <= 10
    else:
        answer.problem(status)


@pytest.mark.parametrize(
    "asked", ["bytes=5-2", "bytes=0-1,3-4", "bytes=-", "bytes=a-b", "items=0-1", "bytes=" + "9" * 99 + "-"]
)
def test_a_range_that_is_none_gives_the_whole_file(up: Running, job: dict[str, Any], asked: str) -> None:
    answer = get(up.port, f"/jobs/{job['id']}/files/customers.csv", Range=asked)

    assert (answer.status, len(answer.body)) == (200, job["bytes_done"])


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=-0", "bytes=" + "9" * 29 + "-"])
def test_a_range_beyond_the_end_is_416_and_says_how_long_the_file_is(
    up: Running, job: dict[str, Any], asked: str
) -> None:
    answer = get(up.port, f"/jobs/{job['id']}/files/customers.csv", Range=asked)

    answer.problem(416)
    assert answer.headers["content-range"] == f"bytes */{job['bytes_done']}"


@pytest.mark.parametrize("asked", ["bytes=0-" + "9" * 29, "bytes=-" + "9" * 29])
def test_a_range_that_ends_beyond_the_end_ends_with_the_file(up: Running, job: dict[str, Any], asked: str) -> None:
    answer = get(up.port, f"/jobs/{job['id']}/files/customers.csv", Range=asked)

    assert (answer.status, len(answer.body)) == (206, job["bytes_done"])


@pytest.mark.parametrize(
    "name",
    [
        "..%2fmanifest.json", "..%2f..%2f{other}%2ffiles%2fplan.json", "..%2f..%2f{other}%2fmanifest.json", "%2e%2e/x",
        "..%2f..%2f..%2f..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd", "customers.csv%00", "%00", "%ff%fe", "x" * 5000,
        "tables%2f0000%2fpart-00000000", "manifest.json%2f", "customers.csv/", "..;/x", "%252e%252e%252fmanifest.json",
        "..%5cmanifest.json", "CUSTOMERS.CSV", "orders.csv",
    ],
)  # fmt: skip
def test_a_path_for_a_file_name_is_404_and_never_another_jobs_file(up: Running, job: dict[str, Any], name: str) -> None:
    other = completed(up.port, {"preset": "user", "rows": 1})

    get(up.port, f"/jobs/{job['id']}/files/{name.format(other=other['id'])}").problem(404)


@pytest.mark.parametrize(
    "noun", ["/jobs/{}", "/jobs/{}/files", "/jobs/{}/rows", "/jobs/{}/events", "/sources/{}/profile"]
)
@pytest.mark.parametrize(
    "number", ["..%2f..%2fx", "%00" * 36, "0" * 36, "-" * 36, "%0a" * 36, "%EF%BC%91" * 36, "%ff" * 36, "x", "." * 36]
)
def test_an_id_that_is_none_is_404_or_422(up: Running, noun: str, number: str) -> None:
    get(up.port, noun.format(number)).problem(404, 422)


@pytest.mark.parametrize("text", ["", "x", "====", "%00", "Li4vLi4veA==", "/wD/", "9" * 100, "YTpi"])
def test_a_cursor_that_was_not_given_here_is_refused(up: Running, text: str) -> None:
    get(up.port, f"/jobs?cursor={text}").problem(422)


@pytest.mark.parametrize("query", ["before=", "before=%00", "before=a:b", "limit=0", "limit=201", "limit=x", "wat=1"])
def test_a_page_that_cannot_be_is_refused(up: Running, query: str) -> None:
    get(up.port, f"/schemas?{query}").problem(422)


@pytest.mark.parametrize("version", ["-1", "9007199254740992", "9" * 400, "x"])
def test_a_version_that_cannot_be_is_refused(up: Running, version: str) -> None:
    get(up.port, f"/schemas/nobody?version={version}").problem(422)


def test_every_method_that_a_path_has_is_named_to_who_uses_another(up: Running) -> None:
    answer = ask(up.port, "PATCH", "/api/v1/schemas/some-name")

    answer.problem(405)
    assert answer.headers["allow"] == "GET, PUT"


def test_tables_may_have_names_of_any_script(up: Running) -> None:
    """In listings, headers and downloads they stay what they are."""
    made = completed(up.port, {"config": config(*(table(name) for name in NAMES))})
    listed = call(up.port, "GET", f"/jobs/{made['id']}/files")["files"]

    for file in listed[: len(NAMES)]:
        answer = get(up.port, f"/jobs/{made['id']}/files/{quote(file['name'])}")
        assert len(answer.body) == file["bytes"]
        assert quote(file["name"]) in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    "line",
    [
        b"X-API-Key: wrong", b"X-API-Key:", b"X-API-Key: " + KEY[:-1].encode(), b"X-API-Key: " + b"x" * 60_000,
        b"X-API-Key: \xff\xfe\xc3\xbc", b"X-API-Key: " + KEY.encode() + b"," + KEY.encode(), b"Authorization: Bearer",
        b"Authorization: Bearer wrong", b"Authorization: Basic " + KEY.encode(), b"Authorization: " + KEY.encode(),
        b"Cookie: X-API-Key=" + KEY.encode(), b"X-Nothing: 1",
    ],
    ids=[
        "wrong", "empty", "almost", "long", "no ASCII", "twice", "bearer of nothing", "bearer of a wrong one", "basic",
        "no scheme", "cookie", "none",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", [b"GET /api/v1/jobs", b"POST /api/v1/jobs", b"POST /api/v1/sources"])
def test_who_has_no_right_key_stays_outside(up: Running, line: bytes, path: bytes) -> None:
    """Before a byte of what they send is looked at."""
    told = spoken(up.port, path + b" HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n" + line + b"\r\n\r\n{{{{{{{{{")

    told.problem(401)
    assert told.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "line",
    [f"X-API-Key: {KEY}", f"Authorization: Bearer {KEY}", f"authorization: bEARER {KEY}", f"X-API-Key: {STRANGE_KEY}"],
)
def test_a_right_key_opens_in_either_form_and_any_script(up: Running, line: str) -> None:
    told = spoken(up.port, b"GET /api/v1/presets HTTP/1.1\r\nHost: h\r\n" + line.encode() + b"\r\n\r\n")

    assert told.status == 200


@pytest.mark.parametrize(
    "flood",
    [b"".join(b"h%d: x\r\n" % number for number in range(20_000)), b"h: " + b"x" * 1_000_000 + b"\r\n"],
    ids=["20,000 headers", "a header of a megabyte"],
)
def test_a_flood_of_headers_is_refused_or_cut_off(up: Running, flood: bytes) -> None:
    with contextlib.suppress(ConnectionError):
        assert spoken(up.port, b"GET /api/v1/jobs HTTP/1.1\r\n" + HEAD + flood + b"\r\n").status == 400

    assert get(up.port, "/presets").status == 200


def test_a_callers_huge_trace_state_stops_nothing(up: Running) -> None:
    """It would not fit into the messages about the job, and is left behind."""
    state = ",".join(f"k{number}={'v' * 250}" for number in range(32))
    headers = {**JSON, "traceparent": f"00-{'a' * 32}-{'b' * 16}-01", "tracestate": state}

    made = ask(up.port, "POST", "/api/v1/jobs", b'{"preset": "user", "rows": 10}', headers).document["data"]

    eventually(lambda: call(up.port, "GET", f"/jobs/{made['id']}")["state"] == "completed", 30, "completion")


def test_three_hundred_readers_of_one_job_hold_up_nobody_and_all_hear_its_end(up: Running) -> None:
    job = call(up.port, "POST", "/jobs", {"preset": "user", "rows": 50_000_000})
    call(up.port, "POST", f"/jobs/{job['id']}/pause")
    readers = []
    try:
        for _ in range(300):
            connection = http.client.HTTPConnection("127.0.0.1", up.port, timeout=30)
            connection.request("GET", f"/api/v1/jobs/{job['id']}/events", headers=JSON)
            readers.append((connection, connection.getresponse()))

        assert request(up.port, "GET", "/api/v1/presets", seconds=3)[0] == 200
        call(up.port, "POST", f"/jobs/{job['id']}/cancel")

        assert all(b'"state": "cancelled"' in stream.read() for _, stream in readers)
    finally:
        for connection, _ in readers:
            connection.close()


def test_a_job_beyond_what_the_server_makes_is_refused(up: Running) -> None:
    """More bytes than SYNDATA_MOST_JOB_BYTES: the answer says how many there would be, and what may be done."""
    status, text = request(up.port, "POST", "/api/v1/jobs", {"preset": "user", "rows": 2**62})

    assert status == 422
    assert b"SYNDATA_MOST_JOB_BYTES" in text
