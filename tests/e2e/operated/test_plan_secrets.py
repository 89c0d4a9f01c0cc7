"""Whoever needs the secrets that plans name is given them: by compose, and on Kubernetes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.chaos.cluster import REPOSITORY, call, eventually
from tests.e2e.operated.stack import fresh
from tests.servers.plugin import PrivateServers

NEEDED: Final = {"schema", "generator", "export"}
SECRET: Final = {"SYNDATA_SECRET_KEYS": "a-very-secret-thing-0123456789-0123456789"}
KEYED: Final = """\
syndata: 1
secret_id: keys
tables:
  - table_name: t
    rows: 100
    columns:
      - { name: id, type: int, constraints: [PK], rule: { type: sequence } }
      - { name: name, type: str, rule: full_name, sensitivity: PII }
"""


def test_compose_and_kubernetes_give_them_to_the_same_services() -> None:
    compose = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    assert {name for name, one in compose.items() if "plan-secrets.env" in str(one.get("env_file", ""))} == NEEDED
    base = REPOSITORY / "k8s" / "base"
    assert {
        path.parent.name for path in base.glob("*/deployment.yaml") if "syndata-plans" in path.read_text()
    } == NEEDED


@pytest.mark.slow
def test_with_them_there_jobs_of_such_plans_are_completed(private_servers: PrivateServers, tmp_path: Path) -> None:
    """In every kind of format; and nobody else knows them."""
    cluster = fresh(private_servers, tmp_path / "logs")
    try:
        for name in ("gateway", "schema", "generator", "export"):
            cluster.start(name, wait=False, **(SECRET if name in NEEDED else {}))
        for one in cluster.running:
            one.wait_ready()
        door = cluster.running[0].port
        for output_format in ("csv", "parquet", "sql"):
            job = call(door, "POST", "/jobs", {"config": KEYED, "output_format": output_format, "archive": "zip"})
            where = f"/jobs/{job['id']}"
            eventually(lambda where=where: call(door, "GET", where)["state"] in {"completed", "failed"}, 60, "an end")  # type: ignore[misc]
            ended = call(door, "GET", where)
            assert ended["state"] == "completed", (output_format, ended["reason"], ended["errors"])
            assert len(call(door, "GET", f"{where}/rows")["rows"]) == 20
        assert all(SECRET["SYNDATA_SECRET_KEYS"] not in one.log.read_text() for one in cluster.running)
    finally:
        cluster.end()
