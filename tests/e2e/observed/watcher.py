"""A real Prometheus on this machine, asking processes of ours."""

from __future__ import annotations

import http.client
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import yaml

from deploy.local.processes import Command
from deploy.local.server import LocalServer, NotInstalled, Say

PROGRAM: Final = "prometheus"
HOW: Final = "prometheus is not installed (Debian, Ubuntu: apt-get install prometheus)"


class Prometheus(LocalServer):
    """Debian's program, on loopback, with rules of one's own; it finds its targets in a file, at once."""

    service = PROGRAM
    program = PROGRAM
    port_roles = ("http",)

    @classmethod
    def find(cls) -> Path | None:
        found = shutil.which(PROGRAM)
        return Path(found) if found else None

    @classmethod
    def install(cls, say: Say) -> Path:
        say(HOW)
        raise NotInstalled(HOW)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def configure(self, rules: dict[str, str]) -> None:
        """Lay down rule files by name; every look and every evaluation is a second after the last."""
        self.directory.mkdir(parents=True, exist_ok=True)
        for name, text in rules.items():
            (self.directory / name).write_text(text, encoding="utf-8")
        self.ask({})
        told = {
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(self.directory / name) for name in rules],
            "scrape_configs": [
                {
                    "job_name": "targets",
                    # A service that misses a server answers after it has waited for it.
                    "scrape_interval": "3s",
                    "scrape_timeout": "3s",
                    "file_sd_configs": [{"files": [str(self.directory / "targets.json")]}],
                }
            ],
        }
        (self.directory / "prometheus.yml").write_text(yaml.safe_dump(told), encoding="utf-8")

    def ask(self, targets: dict[str, Sequence[int]]) -> None:
        """From now on, ask these ports of this machine, by job."""
        told = [
            {"targets": [f"127.0.0.1:{port}" for port in ports], "labels": {"job": job}}
            for job, ports in targets.items()
        ]
        fresh = self.directory / "targets.new"
        fresh.write_text(json.dumps(told), encoding="utf-8")
        fresh.replace(self.directory / "targets.json")

    def commands(self) -> Sequence[Command]:
        program = self.find()
        if program is None:
            raise NotInstalled(HOW)
        arguments = [
            f"--config.file={self.directory / 'prometheus.yml'}",
            f"--storage.tsdb.path={self.data}",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--web.enable-lifecycle",
            "--enable-feature=exemplar-storage",
            "--log.level=warn",
        ]
        return [Command("node", [str(program), *arguments], self._environment())]

    def greeting(self) -> str | None:
        try:
            version = self._get("/api/v1/status/buildinfo")["version"]
        except (OSError, http.client.HTTPException, ValueError):
            return None
        return f"Prometheus {version}"

    def query(self, expression: str) -> list[dict[str, Any]]:
        """What an expression is now: labels and value of each series."""
        answer: list[dict[str, Any]] = self._get(f"/api/v1/query?{urlencode({'query': expression})}")["result"]
        return answer

    def series(self, expression: str, start: float, end: float, step: float) -> list[dict[str, Any]]:
        """What an expression was between two moments, in Unix seconds, every `step` seconds."""
        asked = urlencode({"query": expression, "start": start, "end": end, "step": step})
        answer: list[dict[str, Any]] = self._get(f"/api/v1/query_range?{asked}")["result"]
        return answer

    def firing(self) -> dict[str, list[dict[str, str]]]:
        """The alerts that fire now, by name, with the labels of each."""
        found: dict[str, list[dict[str, str]]] = {}
        for alert in self._get("/api/v1/alerts")["alerts"]:
            if alert["state"] == "firing":
                found.setdefault(alert["labels"]["alertname"], []).append(alert["labels"])
        return found

    def _get(self, path: str) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise ValueError(text.decode(errors="replace"))
        return json.loads(text)["data"]
