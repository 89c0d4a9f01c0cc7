"""What is secret, and what users say, is in no log line and no problem of somebody else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from tests.chaos.cluster import KEY, Cluster, eventually, request
from tests.e2e.hostile.asking import HEAD, ask, completed, config, spoken, table

pytestmark = pytest.mark.slow

CANARY: Final = "canary-7f3a"
WRONG_KEY: Final = f"{CANARY}-key-that-opens-nothing"


def test_neither_a_key_nor_a_users_words_reach_a_log_line(tmp_path: Path) -> None:
    """The log is at its most talkative, and the words come in every place where words can come."""
    cluster = Cluster(tmp_path, {"SYNDATA_LOG_LEVEL": "debug"})
    try:
        up = cluster.up(tmp_path / "data")
        port = up.port
        right = {"name": f"{CANARY}-column", "type": "str", "rule": {"type": "choice", "value": [f"{CANARY}-value"]}}
        wrong = {"name": f"{CANARY}-column", "type": f"{CANARY}-type", "rule": f"{CANARY}-rule"}
        named = table("orders")  # names of tables are told on purpose: whoever watches must know what takes long

        completed(port, {"config": config({**named, "columns": [right]}), "label": f"{CANARY}-label"})
        for body in (
            {"config": config({**named, "columns": [wrong]})},
            {"config": f"{CANARY}: [unclosed"},
            {"preset": f"{CANARY}-preset", f"{CANARY}-field": 1},
        ):
            ask(port, "POST", "/api/v1/jobs", json.dumps(body).encode()).problem(422)
        ask(port, "POST", "/api/v1/jobs", f'{{"{CANARY}'.encode()).problem(422)
        for path in (f"jobs/{CANARY}", f"jobs?cursor={CANARY}", f"{CANARY}", f"schemas/{CANARY}?version={CANARY}"):
            ask(port, "GET", f"/api/v1/{path}").problem(404, 422)
        upload = ask(port, "POST", "/api/v1/sources", f'a,b\n1,"{CANARY}-unclosed'.encode()).document["data"]
        ask(port, "GET", upload["links"]["profile"]).problem(422)
        told = [
            spoken(port, b"GET /api/v1/jobs HTTP/1.1\r\nHost: h\r\n" + line.encode() + b"\r\n\r\n").problem(401)
            for line in (f"X-API-Key: {WRONG_KEY}", f"Authorization: Bearer {WRONG_KEY}", f"Cookie: k={WRONG_KEY}")
        ]
        spoken(port, b"GET /api/v1/presets HTTP/1.1\r\n" + HEAD + f"{CANARY}: {CANARY}\r\n\r\n".encode())
        spoken(port, f"{CANARY} /api/v1/jobs HTTP/1.1\r\n".encode() + HEAD + b"\r\n")

        assert CANARY not in json.dumps(told)
        counted = request(port, "GET", "/metrics")[1].decode()
        assert "syndata_http_requests_total" in counted
        assert CANARY not in counted
        assert up.terminate() == 0
        log = up.log.read_text()
        eventually(lambda: '"event": "request"' in log, 5, "a log that tells of requests")
        assert CANARY not in log
        assert KEY not in log
    finally:
        cluster.end()
