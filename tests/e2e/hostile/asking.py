"""Requests as no decent client sends them, and what every answer must be."""

from __future__ import annotations

import http.client
import json
import socket
from dataclasses import dataclass
from typing import Any, Final

from tests.chaos.cluster import JSON, KEY, call, eventually

VALIDATE: Final = "/api/v1/schemas/validate"
TOLD: Final = {"type", "title", "status", "detail", "instance", "code", "request_id"}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, read."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        """Its JSON."""
        return json.loads(self.body)

    def problem(self, *statuses: int) -> Any:
        """The problem document that it must be, with one of these statuses."""
        assert self.status in statuses, f"{self.status}: {self.body[:1000]!r}"
        assert self.headers["content-type"] == "application/problem+json"
        assert self.document.keys() >= TOLD
        assert self.document["status"] == self.status
        return self.document


def ask(port: int, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
    """Send what is given, as it is."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body, JSON if headers is None else headers)
        return _read(connection.getresponse())
    finally:
        connection.close()


def get(port: int, path: str, **headers: str) -> Answer:
    """Get a path below the API's root."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(port, "GET", f"/api/v1{path}", None, {**JSON, **named})


def validate(port: int, config: Any) -> Answer:
    """Have a configuration checked."""
    return ask(port, "POST", VALIDATE, json.dumps({"config": config}).encode())


def spoken(port: int, *texts: bytes) -> Answer:
    """Say this on a connection of one's own, and read what is answered; ConnectionError when it is cut."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        for text in texts:
            line.sendall(text)
        answer = http.client.HTTPResponse(line)
        answer.begin()
        return _read(answer)


def _read(answer: http.client.HTTPResponse) -> Answer:
    return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())


def table(name: str = "t", rows: Any = 5, columns: int = 1) -> dict[str, Any]:
    """A table of a configuration."""
    made = [{"name": f"c{number}", "type": "str", "rule": "first_name"} for number in range(columns)]
    return {"table_name": name, "rows": rows, "columns": made}


def config(*tables: dict[str, Any]) -> dict[str, Any]:
    """A configuration of these tables."""
    return {"syndata": 1, "tables": list(tables)}


def completed(port: int, wanted: dict[str, Any]) -> dict[str, Any]:
    """A job that is made and waited for."""
    job: dict[str, Any] = call(port, "POST", "/jobs", wanted)
    eventually(lambda: call(port, "GET", f"/jobs/{job['id']}")["state"] == "completed", 60, "completion")
    found: dict[str, Any] = call(port, "GET", f"/jobs/{job['id']}")
    return found


HEAD: Final = f"Host: h\r\nX-API-Key: {KEY}\r\nContent-Type: application/json\r\n".encode()
