"""Services as processes, over servers that are given: started, ended, killed, asked."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

REPOSITORY: Final = Path(__file__).resolve().parents[2]
KEY: Final = "a-key-for-tests-only-0123456789"
JSON: Final = {"X-API-Key": KEY, "Content-Type": "application/json"}
READY_SECONDS: Final = 60


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Running:
    """A process of ours that serves HTTP."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def kill9(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def terminate(self, seconds: float = 60) -> int:
        """Ask it to end, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def ready(self) -> bool:
        """Whether it says that it can work."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            return request(self.port, "GET", "/readyz")[0] == 200
        return False

    def wait_ready(self) -> None:
        """Wait until it can work; AssertionError with its log when it ends, or takes too long."""
        eventually(lambda: self.ready() or not self.alive, READY_SECONDS, f"{self.name} is ready")
        assert self.alive, f"{self.name} ended with {self.process.returncode}:\n{self.log.read_text()[-3000:]}"


@dataclass
class Cluster:
    """Services over one bus, store and bucket."""

    directory: Path
    environment: dict[str, str]
    running: list[Running] = field(default_factory=list)

    def start(self, service: str, *, wait: bool = True, **environment: str) -> Running:
        """Start one more process of a service."""
        return self._begin(service, [sys.executable, "-m", f"syndata_{service}"], free_port(), wait, environment)

    def _begin(self, name: str, command: list[str], port: int, wait: bool, environment: dict[str, str]) -> Running:
        log = self.directory / f"{name}-{len(self.running)}.log"
        variables = {
            **os.environ,
            **self.environment,
            "SYNDATA_PORT": str(port),
            "SYNDATA_HOST": "127.0.0.1",
            "SYNDATA_API_KEY": KEY,
            "PYTHONPATH": os.pathsep.join([str(REPOSITORY / "libs"), str(REPOSITORY / "services")]),
            **environment,
        }
        with log.open("wb") as file:
            process = subprocess.Popen(command, env=variables, stdout=file, stderr=file, cwd=self.directory)
        one = Running(name, port, process, log)
        self.running.append(one)
        if wait:
            one.wait_ready()
        return one

    def up(self, data: Path, *, wait: bool = True, **environment: str) -> Running:
        """Start `syndata up` on a data directory."""
        port = free_port()
        command = [sys.executable, "-m", "syndata", "up", "--data-dir", str(data), "--port", str(port)]
        return self._begin("up", command, port, wait, environment)

    def end(self) -> None:
        """Kill whatever still runs."""
        for one in self.running:
            if one.alive:
                one.kill9()

    def logs(self) -> str:
        """The ends of all logs, for when something went wrong."""
        return "\n".join(f"--- {one.log.name}\n{one.log.read_text(errors='replace')[-2000:]}" for one in self.running)


def over_servers(bus: str, store: str, objects: str, directory: Path) -> Cluster:
    """A cluster with a database and a bucket of its own."""
    name = f"syndata-{uuid.uuid4().hex[:12]}"
    parts = urlsplit(objects)
    directory.mkdir(parents=True, exist_ok=True)
    database = urlsplit(store)._replace(path=f"/{name}").geturl()
    bucket = parts._replace(path=f"/{name}").geturl()
    return Cluster(
        directory,
        {
            "SYNDATA_BUS_URL": bus,
            "SYNDATA_STORE_URL": database,
            "SYNDATA_OBJECTS_URL": bucket,
            "SYNDATA_STALL_SECONDS": "6",
        },
    )


def request(
    port: int, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, seconds: float = 60
) -> tuple[int, bytes]:
    """Ask a service over HTTP; OSError or HTTPException when it cannot be reached."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers or JSON)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def call(port: int, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
    """Ask the gateway and return the data of its answer; AssertionError for a refusal."""
    status, text = request(port, method, f"/api/v1{path}", body, headers)
    assert status < 300, f"{method} {path}: {status} {text[:2000]!r}"
    return json.loads(text)["data"]


def insistently(ports: Callable[[], list[int]], method: str, path: str, body: Any = None, key: str = "") -> Any:
    """Ask any gateway until one answers, as a client with patience does."""
    deadline = time.monotonic() + 120
    headers = {**JSON, **({"Idempotency-Key": key} if key else {})}
    while True:
        for port in ports():
            with contextlib.suppress(OSError, http.client.HTTPException):
                status, text = request(port, method, f"/api/v1{path}", body, headers, seconds=30)
                if status < 300:
                    return json.loads(text)["data"]
                assert status in {502, 503, 504}, f"{method} {path}: {status} {text[:2000]!r}"
        assert time.monotonic() < deadline, f"no gateway answers {method} {path}"
        time.sleep(0.2)


def eventually(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for a condition; AssertionError when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"in {seconds} s not seen: {what}"
        time.sleep(0.05)


def pieces(port: int, path: str) -> Iterator[bytes]:
    """A download, in pieces."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", f"/api/v1{path}", headers=JSON)
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()[:1000]
        while piece := answer.read(1 << 20):
            yield piece
    finally:
        connection.close()
