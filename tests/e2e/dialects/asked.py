"""A gateway that is asked as the documents of other systems say."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

DOCUMENTED: Final = "dev-api-key-123456"
SECONDS: Final = 120


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, read."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        """Its JSON."""
        assert self.headers["content-type"] == "application/json", self.body[:500]
        return json.loads(self.body)

    def refusal(self, status: int) -> dict[str, Any]:
        """The error that it must be, in the shape of dialects."""
        assert self.status == status, f"{self.status}: {self.body[:1000]!r}"
        told: dict[str, Any] = self.document
        assert {"detail", "code", "request_id"} <= told.keys() <= {"detail", "code", "request_id", "errors"}
        assert told["detail"]
        assert all(error.keys() >= {"what"} for error in told.get("errors", ()))
        return told

    def good(self, status: int = 200) -> Any:
        """Its document, when it is the success that it must be."""
        assert self.status == status, f"{self.status}: {self.body[:1000]!r}"
        return self.document


@dataclass(frozen=True)
class Place:
    """A gateway's door."""

    port: int
    key: str | None = None
    """Sent as X-API-Key, unless a request says otherwise."""
    more: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send a request; a body that is no bytes as JSON."""
        sent = {"X-API-Key": self.key} if self.key else {}
        if body is not None:
            sent["Content-Type"] = "application/json"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        text = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, text, {**self.more, **sent})
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        """Get a path."""
        return self.ask("GET", path, None, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        """Send a body."""
        return self.ask("POST", path, body, **headers)

    def until(self, path: str, seen: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Get a path until its document shows what is waited for; AssertionError when it never does."""
        deadline = time.monotonic() + SECONDS
        while not seen(found := self.get(path).good()):
            assert time.monotonic() < deadline, found
            time.sleep(0.05)
        return dict(found)


def with_key(place: Place, key: str | None) -> Place:
    """The same door, asked with another key."""
    return Place(place.port, key, place.more)
