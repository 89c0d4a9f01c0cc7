"""Tables told in plain English, over REST: the same configuration that `syndata describe` writes."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

import syndata
from tests.e2e.remote.serving import Server

WISH = "60 customers:\n- name\n- age 18-80\n- status (active, inactive)\n\n200 orders:\n- customer id\n- price: $1-$9\n- mood (quixotic)\n"


def asked(server: Server, body: dict[str, Any]) -> httpx2.Response:
    """What the server answers."""
    return httpx2.post(f"{server.url}/api/v1/descriptions", json=body, headers={"X-API-Key": server.key}, timeout=60)


def test_a_description_becomes_a_configuration_that_a_job_takes(server: Server) -> None:
    data = asked(server, {"text": WISH}).json()["data"]

    assert data["config"] == syndata.describe(WISH)
    assert [(table["name"], table["rows"]) for table in data["tables"]] == [("customers", 60), ("orders", 200)]
    assert [field["name"] for field in data["tables"][0]["fields"]] == ["customer_id", "name", "age", "status"]
    assert any(note["what"] == "not understood: quixotic" and note["line"] == 9 for note in data["notes"])

    with syndata.Client(server.url, server.key) as client:
        job = client.create_job(data["config"])
        assert client.wait(job.id).state == "completed"


@pytest.mark.parametrize(
    ("body", "status", "what"),
    [
        ({"text": "Hello."}, 422, "describes no column"),
        ({"text": "10 pets:\n- age: 90-10\n"}, 422, "90 is more than 10"),
        ({"text": "10 pets:\n- tag (unique, a or b)\n"}, 422, "can tell apart 2 rows"),
        ({"text": "x" * 8_001}, 422, "8000"),
        ({"text": ""}, 422, "at least 1"),
        ({"text": WISH, "rows": 0}, 422, "greater than or equal to 1"),
        ({"words": WISH}, 422, "text"),
    ],
)
def test_what_cannot_be_is_refused(server: Server, body: dict[str, Any], status: int, what: str) -> None:
    answer = asked(server, body)

    assert answer.status_code == status
    assert what in answer.text


def test_a_description_whose_answer_is_too_long_is_refused(server: Server) -> None:
    text = "5 pets:\n" + "\n".join(f"- a{number}" for number in range(1_000))

    answer = asked(server, {"text": text})
    assert answer.status_code == 422
    assert "too long for an answer" in answer.text


def test_nobody_without_a_key_is_heard(server: Server) -> None:
    assert httpx2.post(f"{server.url}/api/v1/descriptions", json={"text": WISH}).status_code == 401
