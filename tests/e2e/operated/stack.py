"""Services that an operator looks after: several of each, replaced while they work, and a client who notices nothing."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from blake3 import blake3

from tests.chaos.cluster import JSON, Cluster, Running, over_servers, pieces, request
from tests.chaos.datasets import digest_of
from tests.servers.plugin import PrivateServers

LONG: Final = "syndata: 1\ntables:\n" + "".join(
    f"""\
  - table_name: t{number}
    rows: 20000
    columns:
      - {{ name: id, type: int, constraints: [PK], rule: {{ type: sequence }} }}
      - {{ name: name, type: str, rule: full_name }}
      - {{ name: email, type: str, rule: email }}
      - {{ name: street, type: str, rule: street_address }}
"""
    for number in range(50)
)
"""Fifty tables, a million rows: with a window of one task it takes many seconds, and little of the machine."""
SMALL: Final = """\
syndata: 1
tables:
  - table_name: t
    rows: 2000
    columns: [{ name: name, type: str, rule: full_name }]
"""
ENDED: Final = {"completed", "failed", "cancelled", "paused"}


def fresh(servers: PrivateServers, directory: Path) -> Cluster:
    """Fresh servers, and no services yet."""
    bus, store, objects = (servers(name).url for name in ("rabbitmq", "mongodb", "s3"))
    cluster = over_servers(bus, store, objects, directory)
    cluster.environment |= {"SYNDATA_WORKERS": "1", "SYNDATA_STALL_SECONDS": "30", "SYNDATA_WINDOW": "1"}
    return cluster


def started(cluster: Cluster, *services: str, **environment: str) -> list[Running]:
    """Start these at once, and wait until all can work."""
    begun = [cluster.start(name, wait=False, **environment) for name in services]
    for one in begun:
        one.wait_ready()
    return begun


def replaced(cluster: Cluster, former: Running, **environment: str) -> Running:
    """As orchestrators do it: another process, once that is ready an end to the former, in good order."""
    successor = cluster.start(former.name, wait=True, **environment)
    assert former.terminate() == 0, former.log.read_text()[-2000:]
    return successor


@dataclass
class Client:
    """Has one small dataset made after the other, by whichever gateway answers, as clients behind a proxy do."""

    key: str
    gateways: list[Running]
    refused: list[str] = field(default_factory=list)
    """Answers that no client should ever see."""
    outcomes: list[tuple[str, str]] = field(default_factory=list)
    """Of each job: how it ended, and the digest of its only table."""
    longest: float = 0.0
    """Seconds from asking for a job to its end, at most."""

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Ask as long as the body lasts; the last job is waited for."""
        stop = threading.Event()

        def work() -> None:
            while not stop.is_set():
                begun = time.monotonic()
                asked = {"config": SMALL, "label": f"number {len(self.outcomes)}"}
                job = self._ask("POST", "/api/v1/jobs", asked, key=f"job-{len(self.outcomes)}")["id"]
                while (now := self._ask("GET", f"/api/v1/jobs/{job}"))["state"] not in ENDED:
                    time.sleep(0.05)
                digest = ""
                if now["state"] == "completed":
                    files = self._ask("GET", f"/api/v1/jobs/{job}/files")["files"]
                    digest = next(str(file["digest"]) for file in files if file["name"] == "t.csv")
                self.outcomes.append((str(now["state"]), digest))
                self.longest = max(self.longest, time.monotonic() - begun)

        asking = threading.Thread(target=work)
        asking.start()
        try:
            yield
        finally:
            stop.set()
            asking.join()

    def _ask(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        """The data of a good answer; a gateway that is leaving is passed over, as a proxy would."""
        headers = {**JSON, "X-API-Key": self.key, **({"Idempotency-Key": key} if key else {})}
        while True:
            for one in [one for one in list(self.gateways) if one.alive]:
                try:
                    status, text = request(one.port, method, path, body, headers)
                except (OSError, http.client.HTTPException):
                    continue
                if status < 300:
                    return json.loads(text)["data"]
                self.refused.append(f"{method} {path}: {status} {text[:300]!r}")
            time.sleep(0.05)


def same_tables(port: int, job: dict[str, Any], expected: Path) -> bool:
    """Whether every table has the bytes that one worker makes; the manifest names the version that made it."""
    files = [path for path in sorted(expected.iterdir()) if path.suffix == ".csv"]
    assert files
    return all(_digest(port, job, path.name) == digest_of(path) for path in files)


def _digest(port: int, job: dict[str, Any], name: str) -> str:
    hashed = blake3()
    for piece in pieces(port, f"/jobs/{job['id']}/files/{name}"):
        hashed.update(piece)
    return hashed.hexdigest()


def counted(running: list[Running], metric: str) -> float:
    """A counter's sum over processes and labels."""
    found = 0.0
    for one in running:
        text = request(one.port, "GET", "/metrics")[1].decode()
        found += sum(float(value) for value in re.findall(rf"^{metric}(?:{{[^}}]*}})? (\S+)$", text, re.MULTILINE))
    return found


def log_of(one: Running) -> Iterator[dict[str, Any]]:
    """The log lines of a process."""
    for line in one.log.read_text().splitlines():
        if line.startswith("{"):
            yield json.loads(line)


def said(one: Running, event: str) -> Callable[[], bool]:
    """Whether a process has said this by now."""
    return lambda: any(line["event"] == event for line in log_of(one))
