"""The two clients from outside: what they offer, and what they take."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from syndata import AsyncClient, Client
from syndata.client.connecting import Server
from syndata.client.steps import Ask
from syndata.client.verbs import Verbs
from syndata_contracts.errors import Refused
from tests.running import environment
from tests.unit.client.performing import JOB, URL, Played, success

VERBS = sorted(name for name in vars(Verbs) if not name.startswith("_"))


def sent(*args: Any, **kwargs: Any) -> dict[str, Any]:
    """The body of the request for a job."""
    body = Played(Verbs(URL, 1.0).create_job(*args, **kwargs), success(JOB)).asked[0].body
    assert isinstance(body, bytes)
    document: dict[str, Any] = json.loads(body)
    return document


def test_both_clients_offer_every_verb_and_nothing_else() -> None:
    for client in (Client, AsyncClient):
        assert sorted(name for name in vars(client) if not name.startswith("_")) == sorted([*VERBS, "close"])


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_has_the_same_parameters_and_text_in_both(name: str) -> None:
    one, other = getattr(Client, name), getattr(AsyncClient, name)

    assert inspect.signature(one).parameters == inspect.signature(other).parameters
    assert one.__doc__ == other.__doc__
    assert one.__doc__
    assert "Talk" not in str(inspect.signature(one).return_annotation)
    assert inspect.iscoroutinefunction(other) != ("Iterator" in str(inspect.signature(other).return_annotation))


def test_importing_syndata_imports_no_client() -> None:
    program = "import sys, syndata; print('httpx2' in sys.modules or 'syndata.client' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"


def test_without_httpx2_the_fix_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx2", None)

    with pytest.raises(Refused, match=r"make install in .*, or pip install 'syndata\[client\] @ file:.*'"):
        Client()


def test_address_and_key_come_from_the_caller_then_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SYNDATA_URL", raising=False)
    assert Server.given(None, None).url == "http://127.0.0.1:8000"
    monkeypatch.setenv("SYNDATA_URL", "https://there.example/below/")
    monkeypatch.setenv("SYNDATA_API_KEY", "from-the-environment\n")

    assert Server.given(None, None).url == "https://there.example/below"
    assert Server.given(None, None).options()["headers"]["X-API-Key"] == "from-the-environment"
    assert Server.given("http://here:1", "given").options()["headers"]["X-API-Key"] == "given"
    assert "X-API-Key" not in Server.given(None, "").options()["headers"]


def test_the_trace_of_whoever_started_the_program_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """As OpenTelemetry passes it from program to program; what is malformed is not sent."""
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    monkeypatch.delenv("TRACEPARENT", raising=False)
    assert "traceparent" not in Server.given(URL, "").options()["headers"]
    monkeypatch.setenv("TRACEPARENT", parent)
    assert Server.given(URL, "").options()["headers"]["traceparent"] == parent

    for wrong in (parent.upper(), parent[:-1], f"{parent}\nX-API-Key: other", "nonsense"):
        monkeypatch.setenv("TRACEPARENT", wrong)
        assert "traceparent" not in Server.given(URL, "").options()["headers"]


def test_the_key_is_never_shown() -> None:
    assert "secret" not in repr(Server.given(URL, "secret"))


@pytest.mark.parametrize(
    "url", ["ftp://a", "http://", "a:80", "http://a:b", "http://me:pw@a", "http://a?b", "http://[a"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Refused, match="no address of a server"):
        Client(url)


@pytest.mark.parametrize("key", ["a b", "a\nb", "schlüssel", "a\x00"])
def test_what_is_no_key_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(Refused, match="an API key is one line") as refusal:
        Client(URL, key)

    assert key not in str(refusal.value)


def test_a_configuration_is_understood_as_generate_does(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_bytes("\ufeffname: ü\n".encode())

    assert sent("user") == sent(preset="user") == {"preset": "user", "archive": "none", "label": ""}
    assert sent(path)["config"] == sent(str(path))["config"] == "name: ü\n"
    assert sent("a: 1\nb: 2")["config"] == "a: 1\nb: 2"
    assert sent('{"a": 1}')["config"] == '{"a": 1}'
    assert sent({"a": date(2026, 1, 2)})["config"] == {"a": "2026-01-02"}


def test_only_what_is_given_is_sent() -> None:
    told = sent(
        "user", rows=0, seed=2**64 - 1, as_of=datetime(2026, 1, 2, tzinfo=UTC), output_format="json", strict=True
    )

    assert {name: told[name] for name in ("rows", "seed", "as_of", "output_format", "strict")} == {
        "rows": 0,
        "seed": 2**64 - 1,
        "as_of": "2026-01-02T00:00:00+00:00",
        "output_format": "json",
        "strict": True,
    }


@pytest.mark.parametrize(
    ("arguments", "preset", "said"),
    [
        ((), None, "neither configuration nor preset"),
        (("user",), "user", "both a configuration and a preset"),
        (("nowhere.yaml",), None, "there is no such file"),
        (({"a": Decimal(1)},), None, "cannot be sent as JSON"),
        (({"a": float("nan")},), None, "cannot be sent as JSON"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_anything_is_asked(
    arguments: tuple[Any, ...], preset: str | None, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        Played(Verbs(URL, 1.0).create_job(*arguments, preset=preset))


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: \xff\n")

    with pytest.raises(Refused, match="not UTF-8"):
        Played(Verbs(URL, 1.0).create_job(path))


def test_pages_are_fetched_as_they_are_needed() -> None:
    talks = Verbs(URL, 1.0).jobs("paused")

    first = next(talks)
    assert isinstance(first, Ask)
    assert first.query == {"limit": 100, "state": "paused"}
    given = talks.send(success({"jobs": [JOB], "next": "behind"}))
    assert not isinstance(given, Ask)
    second = talks.send(None)
    assert isinstance(second, Ask)
    assert second.query["cursor"] == "behind"
    with pytest.raises(StopIteration):
        talks.send(success({"jobs": [], "next": None}))
